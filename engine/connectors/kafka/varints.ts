/** Owns the rare and slow parts of a record: long variable-length integers, and headers. */
import type { RecordHeader } from './transport.ts'

const decoder = new TextDecoder()

// The slow varint readers leave the place behind the number here.
export let after = 0

/** A varint of any length up to five bytes, before its sign is unfolded. */
export function longVarint(source: Uint8Array, at: number): number {
  let raw = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const b = source[at++]! | 0
    raw |= (b & 127) << shift
    if (b < 128) break
  }
  after = at
  return raw
}

/** A signed 64-bit varint. */
export function varlong(source: Uint8Array, at: number): bigint {
  let raw = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const b = source[at++]! | 0
    raw |= BigInt(b & 127) << shift
    if (b < 128) break
  }
  after = at
  return BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n))
}

function varint(source: Uint8Array, at: number): number {
  const raw = longVarint(source, at)
  return (raw >>> 1) ^ -(raw & 1)
}

/** The headers of a record; null where it has none, undefined where they leave it. */
export function readHeaders(source: Uint8Array, at: number, end: number): readonly RecordHeader[] | null | undefined {
  const count = varint(source, at)
  at = after
  if (count === 0) return null
  if (count < 0 || count > (end - at) / 2) return undefined
  const out: RecordHeader[] = []
  for (let i = 0; i < count; i++) {
    const keyLength = varint(source, at)
    at = after
    if (keyLength < 0 || at + keyLength > end) return undefined
    const key = decoder.decode(source.subarray(at, at + keyLength))
    const valueLength = varint(source, at + keyLength)
    at = after
    if (at + Math.max(0, valueLength) > end) return undefined
    // A copy, for headers outlive the chunk's bytes where only they are kept.
    out.push({ key, value: valueLength < 0 ? null : source.slice(at, at + valueLength) })
    at += Math.max(0, valueLength)
  }
  return out
}
