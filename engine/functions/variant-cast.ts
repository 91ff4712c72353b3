/** Casts between VARIANT and the other types: what a variant's own type could be cast to, and what a variant can hold. */
import { executionError } from '../errors/spark-error.ts'
import type { MapValue } from '../columns/object-vector.ts'
import { copyVariant, variantWriter } from '../columns/variant-writer.ts'
import {
  binaryType, booleanType, dateType, decimalType, doubleType, floatType, isDatetime, isNumeric, longType, sqlName, stringType, timestampNtzType, timestampType, type DataType,
} from '../types/data-type.ts'
import { rescale } from '../types/decimal.ts'
import { VariantBuilder } from '../types/variant/builder.ts'
import { isRefused } from '../types/variant/check.ts'
import {
  booleanAt, contentStart, doubleAt, fieldAt, floatAt, integerAt, isNullAt, kindAt, longAt, nameAt, nameIdAt, scaleAt, signed, sizeAt, textAt, unscaledAt, unsigned, uuidAt, valueStart, type VariantKind,
} from '../types/variant/layout.ts'
import { children, textOf } from '../types/variant/text.ts'
import { castable } from './cast.ts'
import { castValue } from './cast-values.ts'

/** Whether a variant can be read as a type, or made from it; by a plain cast it is made from no struct and no map (`to_variant_object` is). */
export function variantHolds(t: DataType, nested: boolean): boolean {
  switch (t.kind) {
    case 'array': return variantHolds(t.elementType, nested)
    case 'map': return nested && t.keyType.kind === 'string' && variantHolds(t.valueType, nested)
    case 'struct': return nested && t.fields.every(f => variantHolds(f.dataType, nested))
    default: return isNumeric(t) || isDatetime(t) || t.kind === 'boolean' || t.kind === 'string' || t.kind === 'binary' || t.kind === 'variant'
  }
}

/** Reads the value at a place of a variant as an internal value; null for NULL. */
export type ReadVariant = (b: Uint8Array, m: number, v: number) => unknown

/** The function from a whole variant to a value of a type. With `fail` what does not fit raises INVALID_VARIANT_CAST and MALFORMED_VARIANT, without it gives null. */
export function ofVariant(to: DataType, fail: boolean, zoneName: string): (variant: Uint8Array) => unknown {
  const read = variantReader(to, fail, zoneName)
  return variant => (!fail && isRefused(variant) ? null : read(variant, 0, valueStart(variant, 0)))
}

/** The same for a value at any place. */
export function variantReader(to: DataType, fail: boolean, zoneName: string): ReadVariant {
  const refuse: ReadVariant = (b, m, v) => {
    if (fail) throw executionError('INVALID_VARIANT_CAST', { value: textOf(b, m, v, zoneName), dataType: `"${sqlName(to)}"` })
    return null
  }
  const unlessNull = (read: ReadVariant): ReadVariant => (b, m, v) => (isNullAt(b, v) ? null : read(b, m, v))
  switch (to.kind) {
    // With the names that it needs itself, as Spark does it.
    case 'variant': { const out = new VariantBuilder(); return (b, m, v) => { copyVariant(b, m, b, v, out.begin()); return out.result() } }
    case 'array': {
      const element = variantReader(to.elementType, fail, zoneName)
      return unlessNull((b, m, v) => (kindAt(b, v) === 'array' ? children(b, v, at => element(b, m, at)) : refuse(b, m, v)))
    }
    case 'map': {
      const value = variantReader(to.valueType, fail, zoneName)
      return unlessNull((b, m, v): MapValue | unknown => (kindAt(b, v) === 'object' ? { keys: children(b, v, (_, i) => nameAt(b, m, nameIdAt(b, v, i))), values: children(b, v, at => value(b, m, at)) } : refuse(b, m, v)))
    }
    case 'struct': {
      const fields = to.fields.map(f => ({ name: new TextEncoder().encode(f.name), read: variantReader(f.dataType, fail, zoneName) }))
      return unlessNull((b, m, v) => (kindAt(b, v) === 'object' ? fields.map(f => { const at = fieldAt(b, m, v, f.name); return at < 0 ? null : f.read(b, m, at) }) : refuse(b, m, v)))
    }
    default: return unlessNull(scalarReader(to, refuse, zoneName))
  }
}

const typeOf: Readonly<Partial<Record<VariantKind, DataType>>> = {
  boolean: booleanType, long: longType, double: doubleType, float: floatType, date: dateType, timestamp: timestampType, timestamp_ntz: timestampNtzType, binary: binaryType, string: stringType, uuid: stringType,
}

/** The value at a place as an internal value of its own type. */
function scalarAt(b: Uint8Array, v: number, kind: VariantKind): unknown {
  switch (kind) {
    case 'boolean': return booleanAt(b, v)
    case 'long': return longAt(b, v)
    case 'double': return doubleAt(b, v + 1)
    case 'float': return floatAt(b, v + 1)
    case 'decimal': return unscaledAt(b, v)
    case 'date': return unsigned(b, v + 1, 4) | 0
    case 'timestamp': case 'timestamp_ntz': return signed(b, v + 1, 8)
    case 'binary': return b.slice(contentStart(b, v), v + sizeAt(b, v))
    case 'uuid': return uuidAt(b, v)
    default: return textAt(b, v)
  }
}

// A value is read as its own type, then cast as TRY_CAST does.
function scalarReader(to: DataType, refuse: ReadVariant, zoneName: string): ReadVariant {
  const casts = new Map<string, ((v: any) => unknown) | null>()
  const castOf = (key: string, from: DataType): ((v: any) => unknown) | null => {
    let cast = casts.get(key)
    if (cast === undefined) casts.set(key, cast = castable(from, to, true) === 'yes' ? castValue(from, to, 'try', zoneName) : null)
    return cast
  }
  // Most numbers are small, and most are wanted as such.
  const whole = to.kind === 'int' || to.kind === 'double'
  return (b, m, v) => {
    if (whole) { const n = integerAt(b, v); if (n === n) return n }
    const kind = kindAt(b, v)
    if (kind === to.kind && kind !== 'decimal') return scalarAt(b, v, kind)
    if (kind === 'object' || kind === 'array') return to.kind === 'string' ? textOf(b, m, v, zoneName) : refuse(b, m, v)
    // Decimals and whole numbers go to text without their trailing zeros, as in JSON.
    if (kind === 'decimal' && to.kind === 'string') return textOf(b, m, v, zoneName)
    if (to.kind === 'timestamp' && (kind === 'long' || kind === 'decimal') && !isMoment(b, v, kind)) return refuse(b, m, v)
    const cast = kind === 'decimal' ? castOf(`decimal ${scaleAt(b, v)}`, decimalType(38, scaleAt(b, v))) : castOf(kind, typeOf[kind]!)
    const value = cast === null ? null : cast(scalarAt(b, v, kind))
    return value === null ? refuse(b, m, v) : value
  }
}

// Whether so many seconds since 1970 are a timestamp.
function isMoment(b: Uint8Array, v: number, kind: 'long' | 'decimal'): boolean {
  const micros = kind === 'long' ? longAt(b, v) * 1_000_000n : rescale(unscaledAt(b, v), scaleAt(b, v), 6, 'down')
  return BigInt.asIntN(64, micros) === micros
}

/** The function from a value of a type to a variant; fields of structs and keys of maps become names. Throws VARIANT_DUPLICATE_KEY. */
export function toVariant(from: DataType): (value: unknown) => Uint8Array {
  const write = variantWriter(from), out = new VariantBuilder()
  return value => { write(value, out.begin()); return out.result() }
}
