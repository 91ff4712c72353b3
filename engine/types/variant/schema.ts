/** The schema of VARIANT values in the form of schema_of_variant: what values have in common, OBJECT for objects, VARIANT where they differ. */
import { decimalFor, tightestCommonType } from '../coercion.ts'
import {
  binaryType, booleanType, dateType, decimalType, doubleType, floatType, longType, maxPrecision, quoteIfNeeded, sqlName, stringType, timestampNtzType, timestampType, variantType, voidType, type DataType,
} from '../data-type.ts'
import { parseType } from '../ddl.ts'
import { addField, fieldsOf, foundStruct, joinStructs, repeated, type FoundType } from '../found-struct.ts'
import { kindAt, nameAt, nameIdAt, valueStart } from './layout.ts'
import { children, strippedDecimal } from './text.ts'

/** The schema of one VARIANT. Throws MALFORMED_VARIANT. */
export function variantSchema(variant: Uint8Array): FoundType { return schemaAt(variant, 0, valueStart(variant, 0)) }

function schemaAt(b: Uint8Array, m: number, v: number): FoundType {
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
    case 'array': return repeated(children(b, v, at => schemaAt(b, m, at)).reduce<FoundType>(mergedSchema, voidType))
    case 'object': {
      const found = foundStruct<FoundType>()
      children(b, v, (at, i) => addField(found, nameAt(b, m, nameIdAt(b, v, i)), schemaAt(b, m, at)))
      return found
    }
  }
}

/** What two schemas have in common. Objects among them may become it: they must not be used any more. */
export function mergedSchema(a: FoundType, b: FoundType): FoundType {
  if (a.kind === 'void') return b
  if (b.kind === 'void' || a === b) return a
  if (a.kind === 'repeated' && b.kind === 'repeated') return repeated(mergedSchema(a.element, b.element))
  if (a.kind === 'found' && b.kind === 'found') return joinStructs(a, b, mergedSchema)
  // Objects and arrays have nothing in common with anything else.
  if (a.kind === 'repeated' || b.kind === 'repeated' || a.kind === 'found' || b.kind === 'found') return variantType
  return (mergedNumbers(a, b) ?? tightestCommonType(a, b, false) ?? variantType) as FoundType
}

function mergedNumbers(a: DataType, b: DataType): DataType | null {
  if ((a.kind !== 'decimal' && b.kind !== 'decimal') || (a.kind !== 'decimal' && a.kind !== 'long') || (b.kind !== 'decimal' && b.kind !== 'long')) return null
  const x = decimalFor(a)!, y = decimalFor(b)!, scale = Math.max(x.scale, y.scale), precision = Math.max(x.precision - x.scale, y.precision - y.scale) + scale
  return precision > maxPrecision ? doubleType : decimalType(precision, scale)
}

/** A schema as text: `OBJECT<a: BIGINT, b: ARRAY<STRING>>`. */
export function schemaText(t: FoundType): string {
  switch (t.kind) {
    case 'repeated': return `ARRAY<${schemaText(t.element)}>`
    case 'found': return `OBJECT<${fieldsOf(t).map(([name, f]) => `${quoteIfNeeded(name)}: ${schemaText(f)}`).join(', ')}>`
    default: return sqlName(t)
  }
}

/** The schema that such a text means. */
export function schemaOfText(text: string): FoundType { return schemaOf(parseType(text.replace(/\bOBJECT</g, 'STRUCT<'))) }

function schemaOf(t: DataType): FoundType {
  switch (t.kind) {
    case 'array': return repeated(schemaOf(t.elementType))
    case 'struct': return foundStruct(...t.fields.map(f => [f.name, schemaOf(f.dataType)] as const))
    default: return t as FoundType
  }
}
