/**
 * How a VARIANT lies in bytes, by the public specification of the encoding: metadata (the names of all fields in it), then a value that points into them.
 * Here both stand behind each other in one run of bytes, which is what a VARIANT is inside the engine: a column of them is one byte column,
 * and every place in a value is two numbers, where its metadata begins (`m`) and where it begins itself (`v`).
 *
 *     metadata   version | offset width, count of names, offsets (count + 1), texts
 *     primitive  type << 2                    its bytes
 *     short text length << 2 | 1              its bytes
 *     object     widths << 2 | 2              count, ids of names in their order, offsets (count + 1), values
 *     array      width << 2 | 3               count, offsets (count + 1), values
 */

import { executionError } from '../../errors/spark-error.ts'

/** The types of primitive values. */
export const primitive = {
  null: 0, true: 1, false: 2, int8: 3, int16: 4, int32: 5, int64: 6, double: 7, decimal4: 8, decimal8: 9, decimal16: 10, date: 11, timestamp: 12, timestampNtz: 13, float: 14, binary: 15, string: 16, uuid: 20,
} as const
/** The lowest two bits of a value. */
export const basic = { primitive: 0, shortText: 1, object: 2, array: 3 } as const

/** What a value is, whatever its width. */
export type VariantKind = 'null' | 'boolean' | 'long' | 'double' | 'decimal' | 'date' | 'timestamp' | 'timestamp_ntz' | 'float' | 'binary' | 'string' | 'uuid' | 'object' | 'array'

/** The number of `width` bytes at a place, lowest byte first. */
export function unsigned(b: Uint8Array, at: number, width: number): number {
  switch (width) {
    case 1: return b[at]!
    case 2: return b[at]! | b[at + 1]! << 8
    case 3: return b[at]! | b[at + 1]! << 8 | b[at + 2]! << 16
    default: return (b[at]! | b[at + 1]! << 8 | b[at + 2]! << 16 | b[at + 3]! << 24) >>> 0
  }
}

/** The whole number of `width` bytes (up to 16) at a place. */
export function signed(b: Uint8Array, at: number, width: number): bigint {
  let low = 0n
  for (let i = width - 1; i >= 0; i--) low = low << 8n | BigInt(b[at + i]!)
  return BigInt.asIntN(8 * width, low)
}

const words = new DataView(new ArrayBuffer(8))
/** The double at a place. */
export function doubleAt(b: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) words.setUint8(i, b[at + i]!)
  return words.getFloat64(0, true)
}
/** The float at a place. */
export function floatAt(b: Uint8Array, at: number): number {
  for (let i = 0; i < 4; i++) words.setUint8(i, b[at + i]!)
  return words.getFloat32(0, true)
}

/** Where the metadata that begins at `m` ends and the value begins. Throws MALFORMED_VARIANT and UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT for what `refused` of check.ts stands for. */
export function valueStart(b: Uint8Array, m: number): number {
  if (b[m] === 0) throw b[m + 1] === 0 ? executionError('MALFORMED_VARIANT', { reason: 'the version, a length or a place in them is wrong' }) : executionError('UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT', { id: b[m + 1]! })
  const width = (b[m]! >> 6) + 1, names = unsigned(b, m + 1, width)
  return m + 1 + width * (names + 2) + unsigned(b, m + 1 + width * (names + 1), width)
}

const kinds: readonly (VariantKind | undefined)[] = [
  'null', 'boolean', 'boolean', 'long', 'long', 'long', 'long', 'double', 'decimal', 'decimal', 'decimal', 'date', 'timestamp', 'timestamp_ntz', 'float', 'binary', 'string', undefined, undefined, undefined, 'uuid',
]

/** Whether a primitive value may be of the type of this number. */
export const isKnown = (type: number): boolean => kinds[type] !== undefined

/** What the value at a place is. */
export function kindAt(b: Uint8Array, v: number): VariantKind {
  switch (b[v]! & 3) {
    case basic.shortText: return 'string'
    case basic.object: return 'object'
    case basic.array: return 'array'
    default: return kinds[b[v]! >> 2]!
  }
}

// Texts and binary values say theirs.
const sizes: readonly number[] = [1, 1, 1, 2, 3, 5, 9, 9, 6, 10, 18, 5, 9, 9, 5, 0, 0, 0, 0, 0, 17]

/** How many bytes the value at a place has. */
export function sizeAt(b: Uint8Array, v: number): number {
  const header = b[v]!, type = header >> 2
  switch (header & 3) {
    case basic.shortText: return 1 + type
    case basic.object: case basic.array: return childrenStart(b, v) + unsigned(b, offsetAt(b, v, countAt(b, v)), offsetWidth(b, v)) - v
    default: return type === primitive.string || type === primitive.binary ? 5 + unsigned(b, v + 1, 4) : sizes[type]!
  }
}

const isObject = (b: Uint8Array, v: number): boolean => (b[v]! & 3) === basic.object
const isLarge = (b: Uint8Array, v: number): boolean => (b[v]! >> (isObject(b, v) ? 6 : 4) & 1) === 1
const idWidth = (b: Uint8Array, v: number): number => (isObject(b, v) ? (b[v]! >> 4 & 3) + 1 : 0)
const offsetWidth = (b: Uint8Array, v: number): number => (b[v]! >> 2 & 3) + 1

/** How many fields or elements the object or array at a place has. */
export const countAt = (b: Uint8Array, v: number): number => unsigned(b, v + 1, isLarge(b, v) ? 4 : 1)

const idsStart = (b: Uint8Array, v: number): number => v + (isLarge(b, v) ? 5 : 2)
const offsetAt = (b: Uint8Array, v: number, i: number): number => idsStart(b, v) + idWidth(b, v) * countAt(b, v) + offsetWidth(b, v) * i
/** Where the values of an object or array begin. */
export const childrenStart = (b: Uint8Array, v: number): number => offsetAt(b, v, countAt(b, v) + 1)

/** Where the `i`th value of an object or array lies; fields stand in the order of their names. */
export const childAt = (b: Uint8Array, v: number, i: number): number => childrenStart(b, v) + unsigned(b, offsetAt(b, v, i), offsetWidth(b, v))

/** The number, in the metadata, of the name of an object's `i`th field. */
export const nameIdAt = (b: Uint8Array, v: number, i: number): number => unsigned(b, idsStart(b, v) + idWidth(b, v) * i, idWidth(b, v))

/** Where a name of the metadata begins and ends: `[start, end]` without an array. */
const nameEdge = (b: Uint8Array, m: number, id: number): number => {
  const width = (b[m]! >> 6) + 1, names = unsigned(b, m + 1, width)
  return m + 1 + width * (names + 2) + unsigned(b, m + 1 + width * (id + 1), width)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A name of the metadata. */
export const nameAt = (b: Uint8Array, m: number, id: number): string => decoder.decode(b.subarray(nameEdge(b, m, id), nameEdge(b, m, id + 1)))

/** Where the value of an object's field lies, found by the bytes of its name; −1 where there is none, or the value is no object. */
export function fieldAt(b: Uint8Array, m: number, v: number, name: Uint8Array): number {
  if (!isObject(b, v)) return -1
  const n = countAt(b, v)
  for (let i = 0; i < n; i++) {
    const id = nameIdAt(b, v, i), start = nameEdge(b, m, id)
    if (nameEdge(b, m, id + 1) - start !== name.length) continue
    let k = 0
    while (k < name.length && b[start + k] === name[k]) k++
    if (k === name.length) return childAt(b, v, i)
  }
  return -1
}

/** Where an array's element lies; −1 where there is none, or the value is no array. */
export const elementAt = (b: Uint8Array, v: number, i: number): number => ((b[v]! & 3) === basic.array && i < countAt(b, v) ? childAt(b, v, i) : -1)

export const isNullAt = (b: Uint8Array, v: number): boolean => b[v] === primitive.null << 2
export const booleanAt = (b: Uint8Array, v: number): boolean => b[v]! >> 2 === primitive.true

/** A whole number of at most 32 bits; NaN for any other value. */
export function integerAt(b: Uint8Array, v: number): number {
  switch (b[v]!) {
    case primitive.int8 << 2: return b[v + 1]! << 24 >> 24
    case primitive.int16 << 2: return unsigned(b, v + 1, 2) << 16 >> 16
    case primitive.int32 << 2: return unsigned(b, v + 1, 4) | 0
    default: return NaN
  }
}

/** A whole number of any width. */
export function longAt(b: Uint8Array, v: number): bigint {
  return b[v]! >> 2 === primitive.int64 ? signed(b, v + 1, 8) : BigInt(integerAt(b, v))
}

/** How many digits behind the point a decimal has. */
export const scaleAt = (b: Uint8Array, v: number): number => b[v + 1]!
/** The digits of a decimal. */
export const unscaledAt = (b: Uint8Array, v: number): bigint => signed(b, v + 2, b[v]! >> 2 === primitive.decimal4 ? 4 : b[v]! >> 2 === primitive.decimal8 ? 8 : 16)

/** Where the bytes of a text or of a binary value begin; they end where the value does. */
export const contentStart = (b: Uint8Array, v: number): number => ((b[v]! & 3) === basic.shortText ? v + 1 : v + 5)
/** A text. */
export const textAt = (b: Uint8Array, v: number): string => decoder.decode(b.subarray(contentStart(b, v), v + sizeAt(b, v)))
/** The digits of a UUID as they are written. */
export function uuidAt(b: Uint8Array, v: number): string {
  const digits = Array.from(b.subarray(v + 1, v + 17), x => x.toString(16).padStart(2, '0')).join('')
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
}

/** The value at a place as a VARIANT of its own, with the names of the whole. */
export function withNamesOf(b: Uint8Array, m: number, v: number): Uint8Array {
  const names = valueStart(b, m) - m, size = sizeAt(b, v), out = new Uint8Array(names + size)
  out.set(b.subarray(m, m + names))
  out.set(b.subarray(v, v + size), names)
  return out
}
