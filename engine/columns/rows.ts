/** The one door between batches and JavaScript rows: used by collect, foreach, createDataFrame, user functions and display. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { Batch } from './batch.ts'
import { vectorOf } from './builder.ts'
import { rowReader } from './row-reader.ts'
import { RowWriter } from './row-writer.ts'
import { toExternal, toInternal, ValueMismatch, type Row } from './user-values.ts'
import type { Vector } from './vector.ts'

export { GroupRows, rowReader } from './row-reader.ts'
export { RowWriter } from './row-writer.ts'
export { toExternal, toInternal, ValueMismatch } from './user-values.ts'
export type { Row } from './user-values.ts'

// For fewer rows a function need not be made.
const worthGenerating = 32

/** The rows of a batch as objects. */
export function rowsOf(schema: StructTypeShape, batch: Batch): Row[] {
  const fields = schema.fields
  if (batch.length >= worthGenerating) return readAll(rowReader(schema, batch.columns), batch.length)
  return Array.from({ length: batch.length }, (_, i) => Object.fromEntries(fields.map((f, k) => [f.name, toExternal(f.dataType, batch.columns[k]!.get(i))])))
}

function readAll(read: (row: number) => Row, count: number): Row[] {
  const rows = new Array<Row>(count)
  for (let i = 0; i < count; i++) rows[i] = read(i)
  return rows
}

/** A column as a JavaScript array. */
export function columnValues(type: DataType, column: Vector): unknown[] {
  return Array.from({ length: column.length }, (_, i) => toExternal(type, column.get(i)))
}

/** A batch of user rows: objects by column name, or arrays in column order. Throws ValueMismatch naming row and column. */
export function batchOfRows(schema: StructTypeShape, rows: readonly (Row | readonly unknown[])[]): Batch {
  if (rows.length < worthGenerating) return columnByColumn(schema, rows)
  try {
    const writer = new RowWriter(schema, rows.length)
    for (let i = 0; i < rows.length; i++) writer.write(i, rows[i]!)
    return new Batch(writer.columns(rows.length), rows.length)
  } catch { return columnByColumn(schema, rows) }
}

// Says what is wrong, too: the first column that has a fault, and its first row.
function columnByColumn(schema: StructTypeShape, rows: readonly (Row | readonly unknown[])[]): Batch {
  const columns = schema.fields.map((f, k) => vectorOf(f.dataType, rows.map((r, i) => {
    try {
      const raw = Array.isArray(r) ? r[k] : Object.hasOwn(r, f.name) ? (r as Row)[f.name] : null
      return toInternal(f.dataType, raw)
    } catch (e) {
      throw e instanceof ValueMismatch ? new ValueMismatch(`row ${i}, column ${f.name}: ${e.message}`) : e
    }
  })))
  return new Batch(columns, rows.length)
}
