/** df.stat: statistics of columns. Batch only, and computed at once, so they are awaited. */
import { analysisError } from '../errors/spark-error.ts'
import { isNumeric } from '../types/data-type.ts'
import { call, Column, columnNamed, exactColumn, toColumn, type ColumnOrName, type ColumnOrValue } from './column.ts'
import type { DataFrame } from './dataframe.ts'

export class DataFrameStatFunctions {
  readonly #df: DataFrame

  constructor(df: DataFrame) { this.#df = df }

  /**
   * The correlation (Pearson's) of two numeric columns; as in Spark a NULL counts as 0. Throws UNRESOLVED_COLUMN.*, VALUE_NOT_ALLOWED.
   * @example await df.stat.corr('precio', 'monto') // 0.82
   */
  async corr(first: string, second: string, method = 'pearson'): Promise<number> {
    if (method !== 'pearson') throw analysisError('VALUE_NOT_ALLOWED', { argName: 'method', allowedValues: '"pearson"', argValue: method })
    return this.#ofPair('corr', first, second)
  }

  /**
   * The covariance of a sample of two numeric columns; as in Spark a NULL counts as 0.
   * @example await df.stat.cov('precio', 'monto')
   */
  async cov(first: string, second: string): Promise<number> { return this.#ofPair('covar_samp', first, second) }

  async #ofPair(name: string, first: string, second: string): Promise<number> {
    const sides = [first, second].map(c => call('coalesce', this.#numeric(c, name).cast('double'), toColumn(0).cast('double'))) as [Column, Column]
    return (await this.#df.agg(call(name, ...sides).alias('r')).first())!['r'] as number
  }

  /**
   * How often each pair of values occurs: a row for each value of the first column, a column for each of the second, as texts; NULL is "null". The first column is named `first_second`.
   * @example await (await df.stat.crosstab('tipo', 'region')).show()
   */
  async crosstab(first: string, second: string): Promise<DataFrame> {
    const text = (c: string): Column => call('coalesce', columnNamed(c, this.#df.plan).cast('string'), toColumn('null')), name = `${first}_${second}`
    const pairs = this.#df.select(text(first).alias(name), text(second).alias('value'))
    const values = (await pairs.select('value').distinct().orderBy('value').collect()).map(r => r['value'] as string)
    return pairs.groupBy(exactColumn(name)).agg(...values.map(v => new Column({ kind: 'unresolved-call', name: 'count', args: [call('when', exactColumn('value').equalTo(v), toColumn(1)).expression] }).alias(v)))
  }

  /**
   * Quantiles of numeric columns: for one column a list, for several a list of lists. `relativeError` 0 is exact. NULL and NaN do not count. Throws MICROLOTE_INVALID_ARGUMENT, NOT_EXPECTED_TYPE, NEGATIVE_VALUE.
   * @example await df.stat.approxQuantile('monto', [0.25, 0.5, 0.75], 0.01)
   */
  async approxQuantile(column: string, probabilities: readonly number[], relativeError: number): Promise<number[]>
  async approxQuantile(columns: readonly string[], probabilities: readonly number[], relativeError: number): Promise<number[][]>
  async approxQuantile(columns: string | readonly string[], probabilities: readonly number[], relativeError: number): Promise<number[] | number[][]> {
    const bad = probabilities.find(p => !(p >= 0 && p <= 1))
    if (bad !== undefined) throw analysisError('NOT_EXPECTED_TYPE', { argName: 'probabilities', expectedType: 'numbers from 0 to 1', argType: String(bad) })
    if (relativeError < 0) throw analysisError('NEGATIVE_VALUE', { argName: 'relativeError', argValue: String(relativeError) })
    const accuracy = relativeError === 0 ? 2147483647 : Math.max(1, Math.floor(1 / relativeError)), list = typeof columns === 'string' ? [columns] : columns
    const quantiles = list.map((c, i) => {
      const value = this.#numeric(c, 'approxQuantile').cast('double')
      return call('percentile_approx', call('when', value.isNaN().not(), value), call('array', ...probabilities.map(p => toColumn(p).cast('double'))), toColumn(accuracy)).alias(`q${i}`)
    })
    const row = (await this.#df.agg(...quantiles).first())!, found = list.map((_, i) => (row[`q${i}`] ?? []) as number[])
    return typeof columns === 'string' ? found[0]! : found
  }

  /**
   * A sample by groups: of the rows with a value of the column each with the value's probability; values that are not given are left out.
   * @example df.stat.sampleBy('tipo', new Map([['compra', 0.1], ['devolucion', 1]]), 7)
   */
  sampleBy(column: ColumnOrName, fractions: ReadonlyMap<ColumnOrValue, number> | Readonly<Record<string, number>>, seed = 42): DataFrame {
    const entries: (readonly [ColumnOrValue, number])[] = fractions instanceof Map ? [...fractions] : Object.entries(fractions)
    const bad = entries.find(([, f]) => !(f >= 0 && f <= 1))
    if (bad !== undefined) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the fraction ${bad[1]} of sampleBy() is not from 0 to 1`, advice: 'Give each value a probability.' })
    const key = columnNamed(column, typeof column === 'string' ? this.#df.plan : undefined)
    const share = call('when', ...entries.flatMap(([v, f]) => [key.equalTo(v), toColumn(f).cast('double')]), toColumn(0).cast('double'))
    return this.#df.filter(entries.length === 0 ? toColumn(false) : call('rand', toColumn(seed)).lt(share))
  }

  /**
   * Values of each column that may be more frequent than the share `support` (0.0001 to 1), found in one pass: all that are, and perhaps some that are not. One row, with an array `column_freqItems` for each.
   * @example await df.stat.freqItems(['tipo', 'region'], 0.1).show()
   */
  freqItems(columns: readonly string[], support = 0.01): DataFrame {
    const share = support === 0 ? 0.01 : support
    if (!(share >= 1e-4 && share <= 1)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the support ${share} of freqItems() is not from 0.0001 to 1`, advice: 'Give the share of the rows that a frequent value has, such as 0.1.' })
    return this.#df.agg(...columns.map(c => call('frequent items', columnNamed(c), toColumn(Math.floor(1 / share))).alias(`${c}_freqItems`)))
  }

  #numeric(name: string, method: string): Column {
    const column = columnNamed(name), { dataType } = this.#df.select(column).schema.fields[0]!
    if (!isNumeric(dataType)) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `${method} needs numbers, and ${name} is ${dataType.simpleString()}`, advice: 'Name a numeric column, or cast it first.' })
    return column
  }
}
