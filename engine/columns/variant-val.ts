/** What a user sees of a VARIANT. */
import { checkedVariant, joinedVariant } from '../types/variant/check.ts'
import { booleanAt, contentStart, doubleAt, floatAt, kindAt, longAt, nameAt, nameIdAt, signed, sizeAt, textAt, unsigned, uuidAt, valueStart } from '../types/variant/layout.ts'
import { children, strippedDecimal, variantText } from '../types/variant/text.ts'
import { CalendarDate, Decimal, Timestamp } from './row-values.ts'

/**
 * A value of type VARIANT in a row, as PySpark's VariantVal.
 * @example
 * const { v } = spark.sql(`SELECT parse_json('{"a": [1, 2.50]}') AS v`).first()
 * String(v)          // {"a":[1,2.5]}
 * JSON.stringify(v)  // the same; digits that a double cannot hold are rounded
 * v.toJS()           // { a: [1, Decimal(2.5)] }
 */
export class VariantVal {
  /** Metadata and value behind each other, as the engine keeps them. */
  readonly bytes: Uint8Array

  /** From its two parts in the public encoding, or from both behind each other. Throws MALFORMED_VARIANT and UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT for bytes that do not follow it. */
  constructor(metadataOrBoth: Uint8Array, value?: Uint8Array) {
    this.bytes = value === undefined ? checkedVariant(metadataOrBoth) : joinedVariant(metadataOrBoth, value)
    // Raises what is wrong with them.
    valueStart(this.bytes, 0)
  }

  /** The names of all fields in it, in the public encoding. */
  get metadata(): Uint8Array { return this.bytes.slice(0, valueStart(this.bytes, 0)) }
  /** The value, in the public encoding. */
  get value(): Uint8Array { return this.bytes.slice(valueStart(this.bytes, 0)) }

  /** Its JSON text, exact; moments in a time zone. */
  toJson(zoneId = 'UTC'): string { return variantText(this.bytes, zoneId) }
  toString(): string { return this.toJson() }
  /** What JSON.stringify writes: plain objects, arrays, numbers and texts. Digits that a double cannot hold are rounded. */
  toJSON(): unknown { return JSON.parse(this.toJson()) }
  /** The value as rows have such values: whole numbers beyond 2^53 − 1 as bigint, Decimal, Timestamp, CalendarDate, Uint8Array; objects and arrays as JavaScript's. */
  toJS(): unknown { return plainAt(this.bytes, 0, valueStart(this.bytes, 0)) }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return `VariantVal(${this})` }
}

function plainAt(b: Uint8Array, m: number, v: number): unknown {
  switch (kindAt(b, v)) {
    case 'null': return null
    case 'boolean': return booleanAt(b, v)
    case 'long': { const n = longAt(b, v), short = Number(n); return Number.isSafeInteger(short) ? short : n }
    case 'double': return doubleAt(b, v + 1)
    case 'float': return floatAt(b, v + 1)
    case 'decimal': { const { unscaled, scale } = strippedDecimal(b, v); return new Decimal(unscaled, scale) }
    case 'date': return new CalendarDate(unsigned(b, v + 1, 4) | 0)
    case 'timestamp': case 'timestamp_ntz': return new Timestamp(signed(b, v + 1, 8))
    case 'binary': return b.slice(contentStart(b, v), v + sizeAt(b, v))
    case 'string': return textAt(b, v)
    case 'uuid': return uuidAt(b, v)
    case 'array': return children(b, v, at => plainAt(b, m, at))
    case 'object': return Object.fromEntries(children(b, v, (at, i) => [nameAt(b, m, nameIdAt(b, v, i)), plainAt(b, m, at)]))
  }
}
