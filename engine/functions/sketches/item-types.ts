/** Items of a sketch of frequent items, type by type: Java's hash of each, which orders those that are equally frequent, and its bytes. */
import { bigEndian } from '../../columns/murmur3.ts'
import type { DataType } from '../../types/data-type.ts'

/** An item is an internal value of its type. */
export interface ItemType {
  hash(item: any): number
  write(items: readonly any[]): Uint8Array
  /** So many items from `at` on; null where the bytes end before. */
  read(bytes: Uint8Array, at: number, count: number): unknown[] | null
}

const word = new DataView(new ArrayBuffer(8)), utf8 = new TextEncoder(), text = new TextDecoder('utf-8', { ignoreBOM: true })
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const hashOfLong = (v: bigint): number => Number(BigInt.asIntN(32, v ^ BigInt.asUintN(32, v >> 32n)))
function hashOfDouble(v: number): number { word.setFloat64(0, v); return word.getInt32(0) ^ word.getInt32(4) }
function hashOfText(s: string): number { let h = 0; for (let i = 0; i < s.length; i++) h = (Math.imul(h, 31) + s.charCodeAt(i)) | 0; return h }

/** Numbers of one width, each behind a byte that says its kind (none where that is null). */
function numbers(width: number, kind: number | null, hash: (v: any) => number, put: (v: DataView, at: number, x: any) => void, get: (v: DataView, at: number) => unknown): ItemType {
  const lead = kind === null ? 0 : 1, step = width + lead
  return {
    hash,
    write(items) {
      const out = new Uint8Array(step * items.length), view = viewOf(out)
      items.forEach((x, i) => { if (kind !== null) out[step * i] = kind; put(view, step * i + lead, x) })
      return out
    },
    read(bytes, at, count) { const view = viewOf(bytes); return bytes.length < at + step * count ? null : Array.from({ length: count }, (_, i) => get(view, at + step * i + lead)) },
  }
}

/** Items of any length, each behind its length. */
function sized(hash: (v: any) => number, toBytes: (v: any) => Uint8Array, fromBytes: (b: Uint8Array) => unknown): ItemType {
  return {
    hash,
    write(items) {
      const all = items.map(toBytes), out = new Uint8Array(all.reduce((n, b) => n + 4 + b.length, 0)), view = viewOf(out)
      let at = 0
      for (const b of all) { view.setInt32(at, b.length, true); out.set(b, at + 4); at += 4 + b.length }
      return out
    },
    read(bytes, at, count) {
      const view = viewOf(bytes)
      const items: unknown[] = []
      let from = at
      while (items.length < count) {
        const n = bytes.length < from + 4 ? -1 : view.getInt32(from, true)
        if (n < 0 || bytes.length < from + 4 + n) return null
        items.push(fromBytes(bytes.slice(from + 4, from + 4 + n)))
        from += 4 + n
      }
      return items
    },
  }
}

const booleans: ItemType = {
  hash: (v: boolean) => (v ? 1231 : 1237),
  write(items) { const out = new Uint8Array((items.length + 7) >> 3); items.forEach((v, i) => { if (v as boolean) out[i >> 3]! |= 1 << (i & 7) }); return out },
  read: (bytes, at, count) => (bytes.length < at + ((count + 7) >> 3) ? null : Array.from({ length: count }, (_, i) => (bytes[at + (i >> 3)]! & (1 << (i & 7))) !== 0)),
}

const same = (v: number): number => v
const int = numbers(4, 9, same, (v, at, x) => v.setInt32(at, x, true), (v, at) => v.getInt32(at, true))
const longs = (hash: (v: bigint) => number): ItemType => numbers(8, null, hash, (v, at, x) => v.setBigInt64(at, x, true), (v, at) => v.getBigInt64(at, true))

const decimals = (scale: number) => (v: bigint): number => hashOfDecimal(v, scale)
const smallDecimals = (scale: number): ItemType => numbers(4, 9, decimals(scale), (v, at, x) => v.setInt32(at, Number(x), true), (v, at) => BigInt(v.getInt32(at, true)))

/** How items of a type are kept; null for types that are not counted. */
export function itemType(type: DataType): ItemType | null {
  switch (type.kind) {
    case 'boolean': return booleans
    case 'byte': return numbers(1, 2, same, (v, at, x) => v.setInt8(at, x), (v, at) => v.getInt8(at))
    case 'short': return numbers(2, 3, same, (v, at, x) => v.setInt16(at, x, true), (v, at) => v.getInt16(at, true))
    case 'int': case 'date': return int
    case 'long': case 'timestamp': case 'timestamp_ntz': return longs(hashOfLong)
    case 'float': return numbers(4, 6, (v: number) => { word.setFloat32(0, v); return word.getInt32(0) }, (v, at, x) => v.setFloat32(at, x, true), (v, at) => v.getFloat32(at, true))
    case 'double': return numbers(8, null, hashOfDouble, (v, at, x) => v.setFloat64(at, x, true), (v, at) => v.getFloat64(at, true))
    case 'string': return sized(hashOfText, v => utf8.encode(v as string), b => text.decode(b))
    case 'decimal': return type.precision <= 9 ? smallDecimals(type.scale) : type.precision <= 18 ? longs(decimals(type.scale)) : sized(decimals(type.scale), v => bigEndian(v as bigint), b => b.reduce((n, x, i) => (i === 0 ? BigInt.asIntN(8, BigInt(x)) : (n << 8n) | BigInt(x)), 0n))
    default: return null
  }
}

/** As Scala's numbers of any size hash: whole ones as their value, those a double holds as that double, others by their digits. */
function hashOfDecimal(unscaled: bigint, scale: number): number {
  const unit = 10n ** BigInt(scale)
  if (unscaled % unit === 0n) { const whole = unscaled / unit; return BigInt.asIntN(64, whole) === whole ? hashOfWhole(whole) : hashOfBig(whole) }
  let digits = unscaled, places = scale
  while (digits % 10n === 0n) { digits /= 10n; places-- }
  // The double with the fewest digits that are these.
  const d = Number(`${digits}e${-places}`), [shortest, exponent] = Math.abs(d).toExponential().split('e') as [string, string], text = String(digits).replace('-', '')
  if (shortest.replace('.', '') === text && Number(exponent) === text.length - places - 1) { const f = Math.fround(d); if (f !== d) return hashOfDouble(d); word.setFloat32(0, f); return word.getInt32(0) }
  return scrambled(hashOfBig(digits), places)
}
const hashOfWhole = (v: bigint): number => (BigInt.asIntN(32, v) === v ? Number(v) : hashOfLong(v))
function hashOfBig(v: bigint): number {
  let m = v < 0n ? -v : v, h = 0
  const words: number[] = []
  while (m > 0n) { words.push(Number(m & 0xffffffffn)); m >>= 32n }
  for (const w of words.reverse()) h = (Math.imul(h, 31) + w) | 0
  return v < 0n ? -h | 0 : h
}
function scrambled(h: number, k: number): number { const a = Math.imul(k, 0xcc9e2d51); return h ^ Math.imul((a << 15) | (a >>> 17), 0x1b873593) }
