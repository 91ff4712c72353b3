/** The schema that createDataFrame finds in plain rows: the types of the first values that are not null, widened over all rows. */
import { Decimal, TimeOfDay, Timestamp } from '../columns/row-values.ts'
import { analysisError } from '../errors/spark-error.ts'
import {
  arrayType, binaryType, booleanType, decimalType, doubleType, longType, mapType, sameType, simpleString, stringType, structField, structType, timeType, timestampType, voidType, type DataType, type StructTypeShape,
} from '../types/data-type.ts'

/** `names` name the columns of rows that are arrays. As in PySpark, whole numbers are BIGINT and others DOUBLE. */
export function inferSchema(rows: readonly unknown[], names: readonly string[] | null): StructTypeShape {
  const columns = new Map<string, DataType>()
  for (const row of rows) {
    const entries: [string, unknown][] = Array.isArray(row) ? row.map((v, i) => [names?.[i] ?? `_${i + 1}`, v]) : Object.entries(row as object)
    for (const [name, value] of entries) columns.set(name, widen(name, columns.get(name) ?? voidType, typeOf(value)))
  }
  if (columns.size === 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'no schema can be found in no rows', advice: 'Give one: createDataFrame(rows, "name STRING, n BIGINT").' })
  const order = names ?? [...columns.keys()]
  return structType(order.map(n => structField(n, columns.get(n) ?? voidType, true)))
}

/** Refuses rows that a given schema does not fit: arrays of another width, and NULL in a column that is NOT NULL. Values are looked at where they are put into columns. */
export function checkRows(rows: readonly unknown[], schema: StructTypeShape): void {
  const never = schema.fields.map((f, i) => ({ f, i })).filter(x => !x.f.nullable)
  for (const [n, row] of rows.entries()) {
    if (Array.isArray(row) && row.length !== schema.fields.length) throw analysisError('FIELD_STRUCT_LENGTH_MISMATCH', { row: n, objectLength: row.length, fieldLength: schema.fields.length, fields: schema.fields.map(f => f.name).join(', ') })
    for (const { f, i } of never) if ((Array.isArray(row) ? row[i] : (row as Readonly<Record<string, unknown>>)[f.name]) == null) throw analysisError('FIELD_NOT_NULLABLE_WITH_NAME', { fieldName: f.name, row: n })
  }
}

function typeOf(v: unknown): DataType {
  if (v === null || v === undefined) return voidType
  switch (typeof v) {
    case 'boolean': return booleanType
    case 'string': return stringType
    case 'bigint': return longType
    case 'number': return Number.isInteger(v) ? longType : doubleType
  }
  if (v instanceof Decimal) return decimalType(38, 18)
  if (v instanceof Timestamp || v instanceof Date) return timestampType
  if (v instanceof TimeOfDay) return timeType()
  if (v instanceof Uint8Array) return binaryType
  if (Array.isArray(v)) return arrayType(v.map(typeOf).reduce((a, b) => widen('an array', a, b), voidType))
  if (v instanceof Map) return mapType([...v.keys()].map(typeOf).reduce((a, b) => widen('a map', a, b), voidType), [...v.values()].map(typeOf).reduce((a, b) => widen('a map', a, b), voidType))
  return structType(Object.entries(v as object).map(([name, x]) => structField(name, typeOf(x), true)))
}

function widen(name: string, a: DataType, b: DataType): DataType {
  if (a.kind === 'void') return b
  if (b.kind === 'void' || sameType(a, b)) return a
  if ((a.kind === 'long' && b.kind === 'double') || (a.kind === 'double' && b.kind === 'long')) return doubleType
  if (a.kind === 'array' && b.kind === 'array') return arrayType(widen(name, a.elementType, b.elementType))
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = new Map(a.fields.map(f => [f.name, f.dataType]))
    for (const f of b.fields) fields.set(f.name, widen(name, fields.get(f.name) ?? voidType, f.dataType))
    return structType([...fields].map(([n, t]) => structField(n, t, true)))
  }
  throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the column ${name} has values of the types ${simpleString(a)} and ${simpleString(b)}`, advice: 'Give a schema, or make the values of one type.' })
}
