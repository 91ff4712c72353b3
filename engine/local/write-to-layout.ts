/** What df.writeTo says of the layout of a new table, held against the columns of the rows. */
import { analysisError } from '../errors/spark-error.ts'
import type { Partitioning } from '../plan/saved-table.ts'
import type { StructTypeShape } from '../types/data-type.ts'

/** Where a write goes: a table by its name in the catalog, or the path of a Delta table. */
export interface Target { readonly name: string; readonly quoted: string; readonly path: string | null }

/** A partitioning by the year, month, day or hour of a time. */
export const isTime = (p: Partitioning): p is Extract<Partitioning, { readonly kind: 'years' | 'months' | 'days' | 'hours' }> => p.kind !== 'column' && p.kind !== 'bucket'

/** A column by its name in any case. Throws COLUMN_NOT_DEFINED_IN_TABLE. */
export function columnOf(schema: StructTypeShape, name: string, colType: string): string {
  const found = schema.fields.find(f => f.name.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw analysisError('COLUMN_NOT_DEFINED_IN_TABLE', { colType, colName: `\`${name}\``, tableCols: schema.fields.map(f => `\`${f.name}\``).join(', ') })
  return found.name
}

/** Throws COLUMN_ALREADY_EXISTS and ALL_PARTITION_COLUMNS_NOT_ALLOWED. */
export function checkPartitions(by: readonly string[], schema: StructTypeShape): void {
  const twice = by.find((c, i) => by.indexOf(c) < i)
  if (twice !== undefined) throw analysisError('COLUMN_ALREADY_EXISTS', { columnName: `\`${twice}\`` })
  if (by.length > 0 && by.length === schema.fields.length) throw analysisError('ALL_PARTITION_COLUMNS_NOT_ALLOWED')
}
