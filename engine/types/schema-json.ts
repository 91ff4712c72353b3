/** Spark's JSON form of types: `{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{}}]}`. */
import { parseError } from '../errors/spark-error.ts'
import {
  arrayType, binaryType, booleanType, byteType, calendarIntervalType, dateType, decimalType, doubleType, floatType, intType, longType, mapType, maxPrecision, shortType, simpleString, stringType, structField,
  structType, timestampNtzType, timestampType, variantType, voidType, type DataType, type Metadata,
} from './data-type.ts'
import { parseType } from './ddl.ts'

const names: Readonly<Record<string, string>> = { byte: 'byte', short: 'short', int: 'integer', long: 'long' }
const byName: Readonly<Record<string, DataType>> = {
  void: voidType, null: voidType, boolean: booleanType, byte: byteType, short: shortType, integer: intType, long: longType, float: floatType, double: doubleType, string: stringType, binary: binaryType,
  date: dateType, timestamp: timestampType, timestamp_ltz: timestampType, timestamp_ntz: timestampNtzType, interval: calendarIntervalType, variant: variantType, decimal: decimalType(10, 0),
}

/** The JSON value of a type. */
export function typeToJson(t: DataType): unknown {
  switch (t.kind) {
    case 'array': return { type: 'array', elementType: typeToJson(t.elementType), containsNull: t.containsNull }
    case 'map': return { type: 'map', keyType: typeToJson(t.keyType), valueType: typeToJson(t.valueType), valueContainsNull: t.valueContainsNull }
    case 'struct': return { type: 'struct', fields: t.fields.map(f => ({ name: f.name, type: typeToJson(f.dataType), nullable: f.nullable, metadata: f.metadata ?? {} })) }
    default: return names[t.kind] ?? simpleString(t)
  }
}

const refuse = (json: unknown): Error => parseError('INVALID_JSON_DATA_TYPE', { invalidType: JSON.stringify(json)?.slice(0, 200) ?? 'undefined' })

function named(text: string): DataType {
  const found = Object.hasOwn(byName, text) ? byName[text] : undefined
  if (found !== undefined) return found
  const decimal = /^decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)$/.exec(text)
  if (decimal !== null && Number(decimal[1]) <= maxPrecision) return decimalType(Number(decimal[1]), Number(decimal[2]))
  if (/^(?:interval (?:day|hour|minute|second|year|month)|(?:var)?char\(\d+\)$|time\(\d\)$)/.test(text)) return parseType(text)
  throw refuse(text)
}

/** A type from its JSON value; nullable unless it says otherwise. Throws INVALID_JSON_DATA_TYPE. */
export function typeFromJson(json: unknown): DataType {
  if (typeof json === 'string') return named(json)
  if (typeof json !== 'object' || json === null) throw refuse(json)
  const o = json as Readonly<Record<string, unknown>>
  switch (o['type']) {
    case 'array': return arrayType(typeFromJson(o['elementType']), o['containsNull'] !== false)
    case 'map': return mapType(typeFromJson(o['keyType']), typeFromJson(o['valueType']), o['valueContainsNull'] !== false)
    case 'struct': {
      if (!Array.isArray(o['fields'])) throw refuse(json)
      return structType((o['fields'] as unknown[]).map(each => {
        const f = each as Readonly<Record<string, unknown>> | null
        if (typeof f !== 'object' || f === null || typeof f['name'] !== 'string') throw refuse(each)
        const metadata = f['metadata'] as Metadata | null | undefined
        return structField(f['name'], typeFromJson(f['type']), f['nullable'] !== false, metadata === null || metadata === undefined || Object.keys(metadata).length === 0 ? undefined : metadata)
      }))
    }
    default: throw refuse(json)
  }
}

/** A type from the text of its JSON form. Throws INVALID_JSON_DATA_TYPE, also for a text that is no JSON. */
export function typeFromJsonText(text: string): DataType {
  let json: unknown
  try { json = JSON.parse(text) } catch (cause) { throw parseError('INVALID_JSON_DATA_TYPE', { invalidType: text.slice(0, 200) }, cause) }
  return typeFromJson(json)
}
