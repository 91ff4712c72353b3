/** Owns what happens when rows do not have exactly the table's columns: enforced, cast to the table's types, or the table's schema grown. */
import { Batch } from '../columns/batch.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { analysisError } from '../errors/spark-error.ts'
import { convertVector, converterOf } from '../formats/parquet/convert.ts'
import { arrayType, asNullable, mapType, sameType, simpleString, structField, structType, type DataType, type StructFieldType, type StructTypeShape } from '../types/data-type.ts'

const find = (fields: readonly StructFieldType[], name: string): number => fields.findIndex(f => f.name.toLowerCase() === name.toLowerCase())

/** The table's schema with what the rows bring that it has not. Throws DELTA_FAILED_TO_MERGE_FIELDS for types that do not go together. */
export function grown(table: StructTypeShape, rows: StructTypeShape): StructTypeShape { return merge(table, rows, '') as StructTypeShape }

function merge(a: DataType, b: DataType, name: string): DataType {
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = a.fields.map(f => { const k = find(b.fields, f.name); return k < 0 ? f : structField(f.name, merge(f.dataType, b.fields[k]!.dataType, f.name), f.nullable, f.metadata) })
    return structType([...fields, ...b.fields.filter(f => find(a.fields, f.name) < 0).map(f => structField(f.name, asNullable(f.dataType), true, f.metadata))])
  }
  if (a.kind === 'array' && b.kind === 'array') return arrayType(merge(a.elementType, b.elementType, name), a.containsNull)
  if (a.kind === 'map' && b.kind === 'map') return mapType(merge(a.keyType, b.keyType, name), merge(a.valueType, b.valueType, name), a.valueContainsNull)
  if (sameType(a, b) || fits(b, a)) return a
  throw analysisError('DELTA_FAILED_TO_MERGE_FIELDS', { currentField: `${name} ${simpleString(a)}`, updateField: `${name} ${simpleString(b)}` })
}

const integrals = ['byte', 'short', 'int', 'long']
/** Whether values of a type may be written into a column of the other without losing anything but what is checked. */
function fits(from: DataType, to: DataType): boolean {
  if (from.kind === 'void') return true
  const a = integrals.indexOf(from.kind), b = integrals.indexOf(to.kind)
  return a >= 0 && b >= 0 ? a <= b : from.kind !== 'binary' && from.kind !== 'string' && converterOf(from, to) !== null
}

/** Refuses rows that have columns which the table has not, naming them. */
export function checkColumns(path: string, table: StructTypeShape, rows: StructTypeShape): void {
  const surplus = extra(table, rows, '')
  if (surplus.length > 0) throw analysisError('DELTA_METADATA_MISMATCH', { tableName: path, tableSchema: names(table), dataSchema: names(rows), surplus: surplus.join(', ') })
  grown(table, rows)
}

function extra(table: StructTypeShape, rows: StructTypeShape, above: string): string[] {
  return rows.fields.flatMap(f => {
    const k = find(table.fields, f.name), t = table.fields[k]?.dataType
    if (t === undefined) return [`${above}${f.name}`]
    return t.kind === 'struct' && f.dataType.kind === 'struct' ? extra(t, f.dataType, `${above}${f.name}.`) : []
  })
}

const names = (s: StructTypeShape): string => s.fields.map(f => `${f.name} ${simpleString(f.dataType)}`).join(', ')

/** The rows with the table's columns in the table's order; columns they have not are NULL. */
export async function* inTableOrder(batches: AsyncIterable<Batch>, rows: StructTypeShape, table: StructTypeShape): AsyncGenerator<Batch> {
  const places = table.fields.map(f => find(rows.fields, f.name))
  for await (const b of batches) yield new Batch(table.fields.map((f, i) => {
    if (places[i]! < 0) return new ConstantVector(f.dataType, null, b.length)
    const column = b.columns[places[i]!]!
    return column.type.kind === 'void' ? new ConstantVector(f.dataType, null, b.length) : convertVector(column, f.dataType) ?? column
  }), b.length)
}
