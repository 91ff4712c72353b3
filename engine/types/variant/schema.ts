/** The schema of VARIANT values in the form of schema_of_variant: what values have in common, OBJECT for objects, VARIANT where they differ. */
import { decimalFor, tightestCommonType } from '../coercion.ts'
import {
  arrayType, binaryType, booleanType, dateType, decimalType, doubleType, floatType, longType, maxPrecision, quoteIfNeeded, sqlName, stringType, structField, structType, timestampNtzType, timestampType, variantType, voidType, type DataType,
  type StructFieldType,
} from '../data-type.ts'
import { parseType } from '../ddl.ts'
import { kindAt, nameAt, nameIdAt, valueStart } from './layout.ts'
import { children, strippedDecimal } from './text.ts'

/** The schema of one VARIANT; objects are structs. Throws MALFORMED_VARIANT. */
export function variantSchema(variant: Uint8Array): DataType { return schemaAt(variant, 0, valueStart(variant, 0)) }

function schemaAt(b: Uint8Array, m: number, v: number): DataType {
  switch (kindAt(b, v)) {
    case 'null': return voidType
    case 'boolean': return booleanType
    case 'long': return longType
    case 'double': return doubleType
    case 'float': return floatType
    case 'decimal': {
      const { unscaled, scale } = strippedDecimal(b, v)
      return decimalType(Math.max(String(unscaled < 0n ? -unscaled : unscaled).length, scale), scale)
    }
    case 'date': return dateType
    case 'timestamp': return timestampType
    case 'timestamp_ntz': return timestampNtzType
    case 'binary': return binaryType
    case 'string': case 'uuid': return stringType
    case 'array': return arrayType(children(b, v, at => schemaAt(b, m, at)).reduce<DataType>(mergedSchema, voidType))
    case 'object': return structType(children(b, v, (at, i) => structField(nameAt(b, m, nameIdAt(b, v, i)), schemaAt(b, m, at))))
  }
}

/** What two schemas have in common. */
export function mergedSchema(a: DataType, b: DataType): DataType {
  if (a.kind === 'void') return b
  if (b.kind === 'void' || a === b) return a
  if (a.kind === 'array' && b.kind === 'array') return arrayType(mergedSchema(a.elementType, b.elementType))
  if (a.kind === 'struct' && b.kind === 'struct') return structType(mergedFields(a.fields, b.fields))
  return mergedNumbers(a, b) ?? scalar(a, b) ?? variantType
}

function mergedNumbers(a: DataType, b: DataType): DataType | null {
  if ((a.kind !== 'decimal' && b.kind !== 'decimal') || (a.kind !== 'decimal' && a.kind !== 'long') || (b.kind !== 'decimal' && b.kind !== 'long')) return null
  const x = decimalFor(a)!, y = decimalFor(b)!, scale = Math.max(x.scale, y.scale), precision = Math.max(x.precision - x.scale, y.precision - y.scale) + scale
  return precision > maxPrecision ? doubleType : decimalType(precision, scale)
}

// Objects and arrays have nothing in common with anything else.
function scalar(a: DataType, b: DataType): DataType | null {
  return a.kind === 'array' || a.kind === 'struct' || b.kind === 'array' || b.kind === 'struct' ? null : tightestCommonType(a, b, false)
}

// Both lists are in the order of names.
function mergedFields(a: readonly StructFieldType[], b: readonly StructFieldType[]): StructFieldType[] {
  const merged: StructFieldType[] = []
  let i = 0, k = 0
  while (i < a.length && k < b.length) {
    const x = a[i]!, y = b[k]!
    if (x.name === y.name) { merged.push(structField(x.name, mergedSchema(x.dataType, y.dataType))); i++; k++ }
    else if (x.name < y.name) { merged.push(x); i++ }
    else { merged.push(y); k++ }
  }
  return [...merged, ...a.slice(i), ...b.slice(k)]
}

/** A schema as text: `OBJECT<a: BIGINT, b: ARRAY<STRING>>`. */
export function schemaText(t: DataType): string {
  switch (t.kind) {
    case 'array': return `ARRAY<${schemaText(t.elementType)}>`
    case 'struct': return `OBJECT<${t.fields.map(f => `${quoteIfNeeded(f.name)}: ${schemaText(f.dataType)}`).join(', ')}>`
    default: return sqlName(t)
  }
}

/** The schema that such a text means. */
export function schemaOfText(text: string): DataType { return parseType(text.replace(/\bOBJECT</g, 'STRUCT<')) }
