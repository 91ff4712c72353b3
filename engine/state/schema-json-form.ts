/** Spark's JSON form of a schema, as state files keep it, and whether a query's schema fits a stored one. */
import type { DataType } from '../types/data-type.ts'
import { simpleString } from '../types/data-type.ts'

/** A type in Spark's JSON. */
export type TypeJson =
  | string
  | { readonly type: 'struct'; readonly fields: readonly { readonly name: string; readonly type: TypeJson; readonly nullable: boolean; readonly metadata: unknown }[] }
  | { readonly type: 'array'; readonly elementType: TypeJson; readonly containsNull: boolean }
  | { readonly type: 'map'; readonly keyType: TypeJson; readonly valueType: TypeJson; readonly valueContainsNull: boolean }

const jsonNames: Readonly<Record<string, string>> = { byte: 'byte', short: 'short', int: 'integer', long: 'long' }

/** The JSON of a type, its keys in Spark's order. */
export function dataTypeJson(t: DataType): TypeJson {
  switch (t.kind) {
    case 'struct': return { type: 'struct', fields: t.fields.map(f => ({ name: f.name, type: dataTypeJson(f.dataType), nullable: f.nullable, metadata: f.metadata ?? {} })) }
    case 'array': return { type: 'array', elementType: dataTypeJson(t.elementType), containsNull: t.containsNull }
    case 'map': return { type: 'map', keyType: dataTypeJson(t.keyType), valueType: dataTypeJson(t.valueType), valueContainsNull: t.valueContainsNull }
    default: return jsonNames[t.kind] ?? simpleString(t)
  }
}

/** Whether rows of `now` can stand where rows of `stored` did: the same types in the same order under any names, NULL only where it was allowed. */
export function fitsStored(stored: TypeJson, now: TypeJson): boolean {
  if (typeof stored === 'string' || typeof now === 'string') return stored === now
  if (stored.type === 'struct' && now.type === 'struct') {
    return stored.fields.length === now.fields.length
      && stored.fields.every((f, i) => (f.nullable || !now.fields[i]!.nullable) && fitsStored(f.type, now.fields[i]!.type))
  }
  if (stored.type === 'array' && now.type === 'array') return (stored.containsNull || !now.containsNull) && fitsStored(stored.elementType, now.elementType)
  if (stored.type === 'map' && now.type === 'map') {
    return (stored.valueContainsNull || !now.valueContainsNull) && fitsStored(stored.keyType, now.keyType) && fitsStored(stored.valueType, now.valueType)
  }
  return false
}

/** A type for an error message: `struct<k:string,n:long NOT NULL>`. */
export function describeJson(t: TypeJson): string {
  if (typeof t === 'string') return t
  switch (t.type) {
    case 'struct': return `struct<${t.fields.map(f => `${f.name}:${describeJson(f.type)}${f.nullable ? '' : ' NOT NULL'}`).join(',')}>`
    case 'array': return `array<${describeJson(t.elementType)}${t.containsNull ? '' : ' NOT NULL'}>`
    case 'map': return `map<${describeJson(t.keyType)},${describeJson(t.valueType)}${t.valueContainsNull ? '' : ' NOT NULL'}>`
  }
}
