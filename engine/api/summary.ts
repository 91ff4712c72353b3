/** df.describe and df.summary: statistics of the numeric and STRING columns, a row each. */
import { analysisError } from '../errors/spark-error.ts'
import { isNumeric } from '../types/data-type.ts'
import { call, Column, exactColumn, toColumn } from './column.ts'
import type { DataFrame } from './dataframe.ts'

export const describeStatistics = ['count', 'mean', 'stddev', 'min', 'max'] as const
export const summaryStatistics = ['count', 'mean', 'stddev', 'min', '25%', '50%', '75%', 'max'] as const

/** One row for each statistic: its name in the column `summary`, then a STRING a column. */
export function summaryOf(df: DataFrame, statistics: readonly string[]): DataFrame {
  const fields = df.schema.fields.filter(f => isNumeric(f.dataType) || f.dataType.kind === 'string')
  const rows = statistics.map(name => call('struct', toColumn(name).alias('summary'), ...fields.map(f => {
    const column = exactColumn(f.name)
    return statistic(name, column, f.dataType.kind === 'string' ? column.try_cast('DOUBLE') : column).cast('STRING').alias(f.name)
  })))
  const inline = new Column({ kind: 'unresolved-call', name: 'inline', args: [{ kind: 'unresolved-attribute', nameParts: ['rows'] }] })
  return df.agg(call('count', toColumn(1)).alias('n'), call('array', ...rows).alias('rows')).select(inline)
}

function statistic(name: string, column: Column, number: Column): Column {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(name)
  if (share !== null && Number(share[1]) <= 100) return call('percentile_approx', number, toColumn(Number(share[1]) / 100))
  switch (name.toLowerCase()) {
    case 'count': return call('count', column)
    case 'count_distinct': { const c = call('count', column).expression; return new Column({ ...(c as Extract<typeof c, { kind: 'unresolved-call' }>), distinct: true }) }
    case 'approx_count_distinct': return call('approx_count_distinct', column)
    case 'mean': return call('avg', number)
    case 'stddev': return call('stddev', number)
    case 'min': return call('min', column)
    case 'max': return call('max', column)
    default: throw analysisError('UNRECOGNIZED_STATISTIC', { stats: name })
  }
}
