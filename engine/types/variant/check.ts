/** Whether bytes from outside (a file, a user's value) follow the encoding of VARIANT. Whatever reads a variant inside the engine trusts that they were looked at here. */
import { fits } from '../decimal.ts'
import { basic, childAt, childrenStart, countAt, isKnown, nameIdAt, primitive, scaleAt, sizeAt, unscaledAt, unsigned, valueStart } from './layout.ts'

/** Deeper nesting is malformed here: whatever walks a value has a stack that ends. JSON texts nest half as deep at most. */
const mostNested = 2000
const malformed = -1

/** Metadata and value behind each other; `refused` where they do not follow the encoding. */
export function joinedVariant(metadata: Uint8Array, value: Uint8Array): Uint8Array {
  const size = valueSize(metadata, value, 0)
  if (size < 0) return refused(size)
  const start = valueStart(metadata, 0), out = new Uint8Array(start + size)
  out.set(metadata.subarray(0, start))
  out.set(value.subarray(0, size), start)
  return out
}

/** The same for both behind each other in bytes of their own. */
export function checkedVariant(variant: Uint8Array): Uint8Array {
  const start = countNames(variant) < 0 ? 0 : valueStart(variant, 0)
  return joinedVariant(variant, variant.subarray(start))
}

/** The size of a value at a place whose names are in metadata that stand elsewhere; below 0 of one that does not follow the encoding. */
export function valueSize(metadata: Uint8Array, value: Uint8Array, at: number): number {
  const names = countNames(metadata)
  return names < 0 ? malformed : sizeWithin(value, at, value.length, names, 0)
}

/** Stands for a variant that does not follow the encoding, by what `valueSize` says of it: `valueStart` raises MALFORMED_VARIANT or UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT wherever something looks into it. */
export const refused = (size: number): Uint8Array => Uint8Array.of(0, malformed - size)

/** Whether a variant is such. */
export const isRefused = (variant: Uint8Array): boolean => variant[0] === 0

// How many names the metadata at the beginning has; below 0 where they do not lie within the bytes.
function countNames(b: Uint8Array): number {
  if (b.length === 0 || (b[0]! & 15) !== 1) return malformed
  const width = (b[0]! >> 6) + 1, names = unsigned(b, 1, width), texts = 1 + width * (names + 2)
  if (!(texts <= b.length)) return malformed
  let last = 0
  for (let i = 0; i <= names; i++) {
    const offset = unsigned(b, 1 + width * (i + 1), width)
    if (offset < last) return malformed
    last = offset
  }
  return texts + last <= b.length ? names : malformed
}

// The size of the value at a place if it lies before `end`; of one that does not `malformed`, of one of an unknown type `malformed` less its number.
function sizeWithin(b: Uint8Array, v: number, end: number, names: number, depth: number): number {
  if (v >= end || depth > mostNested) return malformed
  const kind = b[v]! & 3, type = kind === basic.primitive ? b[v]! >> 2 : -1
  if (kind === basic.object || kind === basic.array) return partsWithin(b, v, end, names, depth)
  if (type >= 0 && !isKnown(type)) return malformed - type
  if ((type === primitive.string || type === primitive.binary) && v + 5 > end) return malformed
  const size = sizeAt(b, v)
  if (v + size > end) return malformed
  const digits = type === primitive.decimal4 ? 9 : type === primitive.decimal8 ? 18 : type === primitive.decimal16 ? 38 : 0
  return digits > 0 && (scaleAt(b, v) > digits || !fits(unscaledAt(b, v), digits)) ? malformed : size
}

// Values in one value share no bytes: else a few bytes could unfold to very many values.
function partsWithin(b: Uint8Array, v: number, end: number, names: number, depth: number): number {
  const n = countAt(b, v), first = childrenStart(b, v)
  // NaN where the count itself is cut off.
  if (!(first <= end)) return malformed
  const size = sizeAt(b, v), last = v + size, named = (b[v]! & 3) === basic.object
  if (last > end) return malformed
  let left = last - first
  for (let i = 0; i < n; i++) {
    if (named && nameIdAt(b, v, i) >= names) return malformed
    const part = sizeWithin(b, childAt(b, v, i), last, names, depth + 1)
    if (part < 0) return part
    if ((left -= part) < 0) return malformed
  }
  return size
}
