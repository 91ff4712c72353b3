/** df.unpivot: columns become rows, a row for each column of values. */
import { analysisError } from '../errors/spark-error.ts'
import type { Expression } from '../expressions/expression.ts'
import { call, Column, columnNamed, exactColumn, toColumn, type ColumnOrName } from './column.ts'
import type { DataFrame } from './dataframe.ts'
import { nameOf } from '../expressions/name.ts'
import { widerType } from '../types/coercion.ts'
import { sameType, sqlName, type DataType } from '../types/data-type.ts'

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T])

export function unpivot(df: DataFrame, ids: ColumnOrName | readonly ColumnOrName[], values: ColumnOrName | readonly ColumnOrName[] | null, variable: string, value: string): DataFrame {
  const keys = listOf(ids).map(c => columnNamed(c)), names = new Set(keys.map(k => nameOf(k.expression).toLowerCase()))
  const columns = values === null ? df.columns.filter(n => !names.has(n.toLowerCase())).map(exactColumn) : listOf(values).map(c => columnNamed(c))
  if (columns.length === 0) throw analysisError('UNPIVOT_REQUIRES_VALUE_COLUMNS')
  const fields = df.select(...columns).schema.fields
  const type = fields.slice(1).reduce<DataType | null>((t, f) => (t === null ? null : common(t, f.dataType)), fields[0]!.dataType)
  if (type === null) throw analysisError('UNPIVOT_VALUE_DATA_TYPE_MISMATCH', { types: fields.map(f => `"${sqlName(f.dataType)}" (\`${f.name}\`)`).join(', ') })
  // inline() makes a row of each struct of the array.
  const rows = call('array', ...columns.map((c, i) => call('struct', toColumn(fields[i]!.name).alias(variable), c.cast(type).alias(value))))
  const inline: Expression = { kind: 'unresolved-call', name: 'inline', args: [rows.expression] }
  return df.select(...keys, new Column(inline))
}

// A text goes with texts only.
const common = (a: DataType, b: DataType): DataType | null => (sameType(a, b) ? a : a.kind === 'string' || b.kind === 'string' ? null : widerType(a, b, true))
