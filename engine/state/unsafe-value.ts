/**
 * Single values in the forms Spark's `UnsafeRow`, `UnsafeArrayData` and `UnsafeMapData` have, for what lies inside other values; whole columns go through `unsafe-rows.ts`.
 *
 *     row    null bits (whole words) | a word a field | what does not fit, each padded to a word; its word holds offset << 32 | size
 *     array  count (a word) | null bits (whole words) | elements at their own width, padded to a word | what does not fit
 *     map    bytes of the key array (a word) | key array | value array
 */
import type { DataType, DecimalType } from '../types/data-type.ts'
import { fixedDataFor } from '../columns/fixed-vector.ts'
import type { CalendarInterval, MapValue } from '../columns/object-vector.ts'
import { decodeUtf8 } from '../columns/bytes-vector.ts'
import { valueStart } from '../types/variant/layout.ts'

const encoder = new TextEncoder()

/** How many bytes a value of the type takes in place, 0 when it lies in the tail. */
export function inlineWidth(type: DataType): number {
  return type.kind === 'void' ? 8 : fixedDataFor(type, 0)?.BYTES_PER_ELEMENT ?? 0
}

/** Whether a row keeps 16 bytes of its tail for the value even when it is NULL, so that it can be changed in place. */
export function reservesTail(type: DataType): boolean {
  return type.kind === 'calendarinterval' || type.kind === 'decimal' && type.precision > 18
}

export const roundUp8 = (n: number): number => n + 7 & ~7
export const nullSetBytes = (fields: number): number => (fields + 63 >>> 6) * 8

/** A row of internal values as UnsafeRow bytes. */
export function encodeUnsafeRow(types: readonly DataType[], values: readonly unknown[]): Uint8Array {
  const head = nullSetBytes(types.length), fixed = head + 8 * types.length
  const tails = types.map((t, i) => inlineWidth(t) > 0 || values[i] === null ? null : encodeTail(t, values[i]))
  let size = fixed
  types.forEach((t, i) => { size += reservesTail(t) ? 16 : tails[i] === null ? 0 : roundUp8(tails[i]!.length) })
  const out = new Uint8Array(size), view = new DataView(out.buffer)
  let at = fixed
  types.forEach((t, i) => {
    const word = head + 8 * i, tail = tails[i]!
    if (values[i] === null) {
      out[i >> 3]! |= 1 << (i & 7)
      if (reservesTail(t)) { view.setUint32(word, t.kind === 'decimal' ? 0 : 16, true); view.setUint32(word + 4, at, true); at += 16 }
    } else if (tail === null) {
      writeInline(view, word, t, values[i])
    } else {
      out.set(tail, at)
      view.setUint32(word, tail.length, true)
      view.setUint32(word + 4, at, true)
      at += reservesTail(t) ? 16 : roundUp8(tail.length)
    }
  })
  return out
}

/** The bytes of a value that lies in a tail: text, binary, large decimal, interval, array, map, struct. */
export function encodeTail(type: DataType, value: unknown): Uint8Array {
  switch (type.kind) {
    case 'string': return encoder.encode(value as string)
    case 'binary': return value as Uint8Array
    case 'variant': return unsafeVariant(value as Uint8Array)
    case 'decimal': return bigEndianBytes(value as bigint)
    case 'struct': return encodeUnsafeRow(type.fields.map(f => f.dataType), value as unknown[])
    case 'array': return encodeArray(type.elementType, value as unknown[])
    case 'map': return encodeMap(type.keyType, type.valueType, value as MapValue)
    case 'calendarinterval': {
      const { months, days, microseconds } = value as CalendarInterval
      const out = new Uint8Array(16), view = new DataView(out.buffer)
      view.setInt32(0, months, true)
      view.setInt32(4, days, true)
      view.setBigInt64(8, microseconds, true)
      return out
    }
    default: throw new Error(`a ${type.kind} has no tail`)
  }
}

/** A VARIANT as Spark's rows have it: the size of the value (four bytes), the value, the metadata. */
function unsafeVariant(variant: Uint8Array): Uint8Array {
  const names = valueStart(variant, 0), size = variant.length - names, out = new Uint8Array(4 + variant.length)
  new DataView(out.buffer).setInt32(0, size, true)
  out.set(variant.subarray(names), 4)
  out.set(variant.subarray(0, names), 4 + size)
  return out
}

function variantOfUnsafe(bytes: Uint8Array, at: number, size: number): Uint8Array {
  const value = new DataView(bytes.buffer, bytes.byteOffset + at).getInt32(0, true), out = new Uint8Array(size - 4)
  out.set(bytes.subarray(at + 4 + value, at + size))
  out.set(bytes.subarray(at + 4, at + 4 + value), size - 4 - value)
  return out
}

function encodeArray(type: DataType, values: readonly unknown[]): Uint8Array {
  const width = inlineWidth(type) || 8, head = 8 + nullSetBytes(values.length)
  const tails = values.map(v => v === null || inlineWidth(type) > 0 ? null : encodeTail(type, v))
  let at = head + roundUp8(width * values.length)
  const out = new Uint8Array(at + tails.reduce((n, t) => n + (t === null ? 0 : roundUp8(t.length)), 0)), view = new DataView(out.buffer)
  view.setUint32(0, values.length, true)
  values.forEach((v, i) => {
    const slot = head + width * i, tail = tails[i]!
    if (v === null) {
      out[8 + (i >> 3)]! |= 1 << (i & 7)
    } else if (tail === null) {
      writeInline(view, slot, type, v)
    } else {
      out.set(tail, at)
      view.setUint32(slot, tail.length, true)
      view.setUint32(slot + 4, at, true)
      at += roundUp8(tail.length)
    }
  })
  return out
}

function encodeMap(keyType: DataType, valueType: DataType, map: MapValue): Uint8Array {
  const keys = encodeArray(keyType, map.keys), values = encodeArray(valueType, map.values)
  const out = new Uint8Array(8 + keys.length + values.length)
  new DataView(out.buffer).setUint32(0, keys.length, true)
  out.set(keys, 8)
  out.set(values, 8 + keys.length)
  return out
}

function writeInline(view: DataView, at: number, type: DataType, v: unknown): void {
  switch (type.kind) {
    case 'boolean': view.setUint8(at, v === true ? 1 : 0); break
    case 'byte': view.setInt8(at, v as number); break
    case 'short': view.setInt16(at, v as number, true); break
    case 'int': case 'date': case 'yearmonthinterval': view.setInt32(at, v as number, true); break
    case 'float': view.setFloat32(at, v as number, true); break
    case 'double': view.setFloat64(at, v as number, true); break
    default: view.setBigInt64(at, v as bigint, true)
  }
}

function readInline(view: DataView, at: number, type: DataType): unknown {
  switch (type.kind) {
    case 'boolean': return view.getUint8(at) !== 0
    case 'byte': return view.getInt8(at)
    case 'short': return view.getInt16(at, true)
    case 'int': case 'date': case 'yearmonthinterval': return view.getInt32(at, true)
    case 'float': return view.getFloat32(at, true)
    case 'double': return view.getFloat64(at, true)
    default: return view.getBigInt64(at, true)
  }
}

/** The row of internal values at `base`. */
export function decodeUnsafeRow(types: readonly DataType[], view: DataView, base: number): unknown[] {
  const head = nullSetBytes(types.length)
  return types.map((t, i) => {
    if (t.kind === 'void' || view.getUint8(base + (i >> 3)) >> (i & 7) & 1) return null
    const word = base + head + 8 * i
    return inlineWidth(t) > 0 ? readInline(view, word, t) : decodeTail(t, view, base + view.getUint32(word + 4, true), view.getUint32(word, true))
  })
}

/** The value whose tail is `size` bytes at `at`. */
export function decodeTail(type: DataType, view: DataView, at: number, size: number): unknown {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  switch (type.kind) {
    case 'string': return decodeUtf8(bytes, at, at + size)
    case 'binary': return bytes.slice(at, at + size)
    case 'variant': return variantOfUnsafe(bytes, at, size)
    case 'decimal': return fromBigEndianBytes(bytes, at, at + size)
    case 'struct': return decodeUnsafeRow(type.fields.map(f => f.dataType), view, at)
    case 'array': return decodeArray(type.elementType, view, at)
    case 'map': {
      const keyBytes = view.getUint32(at, true)
      return { keys: decodeArray(type.keyType, view, at + 8), values: decodeArray(type.valueType, view, at + 8 + keyBytes) }
    }
    case 'calendarinterval': return { months: view.getInt32(at, true), days: view.getInt32(at + 4, true), microseconds: view.getBigInt64(at + 8, true) }
    default: throw new Error(`a ${type.kind} has no tail`)
  }
}

function decodeArray(type: DataType, view: DataView, base: number): unknown[] {
  const count = view.getUint32(base, true), inline = inlineWidth(type), width = inline || 8, head = 8 + nullSetBytes(count)
  const out = new Array<unknown>(count)
  for (let i = 0; i < count; i++) {
    const slot = base + head + width * i
    out[i] = type.kind === 'void' || view.getUint8(base + 8 + (i >> 3)) >> (i & 7) & 1 ? null
      : inline > 0 ? readInline(view, slot, type) : decodeTail(type, view, base + view.getUint32(slot + 4, true), view.getUint32(slot, true))
  }
  return out
}

/** The shortest two's complement of a number, highest byte first, as Java's `BigInteger.toByteArray`. */
export function bigEndianBytes(value: bigint): Uint8Array {
  let n = 1
  while (BigInt.asIntN(8 * n, value) !== value) n++
  const out = new Uint8Array(n)
  for (let i = n - 1; i >= 0; i--) { out[i] = Number(value & 0xffn); value >>= 8n }
  return out
}

/** The number that `bigEndianBytes` wrote. */
export function fromBigEndianBytes(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n
  for (let i = start; i < end; i++) value = value << 8n | BigInt(bytes[i]!)
  return BigInt.asIntN(8 * (end - start), value)
}

/** Whether the type is a decimal whose digits do not fit 64 bits. */
export const isLargeDecimal = (type: DataType): type is DecimalType => type.kind === 'decimal' && type.precision > 18
