/** Rows of a recording as a batch: written as JSON lines and read by the engine's own reader, as the recorder does with Spark's. */
import { concatVectors } from '../../engine/columns/concat.ts'
import { Batch } from '../../engine/columns/batch.ts'
import { jsonOptions } from '../../engine/formats/json/options.ts'
import { createJsonParser } from '../../engine/formats/json/parser.ts'
import type { LogicalPlan } from '../../engine/plan/logical-plan.ts'
import { asNullable, type StructTypeShape } from '../../engine/types/data-type.ts'
import { parseSchema } from '../../engine/types/ddl.ts'

/** The rows as the text of a JSON-lines file: a list holds the values in the schema's order, an object is written as it is, a text is the line itself. */
export function jsonLines(schema: StructTypeShape, rows: readonly unknown[]): string {
  return rows.map(r => (typeof r === 'string' ? r : jsonText(Array.isArray(r) ? Object.fromEntries(schema.fields.flatMap((f, i) => (r[i] === null || r[i] === undefined ? [] : [[f.name, r[i]]]))) : r)) + '\n').join('')
}

/** JSON text with the spaces Python puts in and the sign of −0, as the recorder wrote it. */
function jsonText(v: unknown): string {
  if (Object.is(v, -0)) return '-0.0'
  if (Array.isArray(v)) return `[${v.map(jsonText).join(', ')}]`
  if (typeof v === 'object' && v !== null) return `{${Object.entries(v).map(([k, x]) => `${JSON.stringify(k)}: ${jsonText(x)}`).join(', ')}}`
  return JSON.stringify(v)
}

/** A static DataFrame's plan. */
export function readRows(ddl: string, rows: readonly unknown[]): LogicalPlan {
  const schema = asNullable(parseSchema(ddl)) as StructTypeShape
  const bytes = new TextEncoder().encode(jsonLines(schema, rows))
  const parser = createJsonParser(schema, { ...jsonOptions({}, { timeZone: 'UTC' }), forRecords: 'file' })
  const parts = []
  for (let at = 0; at < bytes.length;) {
    const { rows: part, consumed } = parser.parseLines(bytes, at, bytes.length, 1 << 20, true)
    if (part.length > 0) parts.push(part)
    if (consumed <= at) break
    at = consumed
  }
  if (parts.length === 0) return { kind: 'local-data', schema, batches: [] }
  const all = concatVectors(schema, parts) as typeof parts[number]
  return { kind: 'local-data', schema, batches: [new Batch(all.children, all.length)] }
}
