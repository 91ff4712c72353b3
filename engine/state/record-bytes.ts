/** How an entry of a table in memory lies in its record: the key and the value, each behind its length (7 bits a byte, the lowest first). */

import type { RowArena } from './row-arena.ts'

export const lengthOfLength = (n: number): number => n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x200000 ? 3 : n < 0x10000000 ? 4 : 5

export function readLength(bytes: Uint8Array, at: number): number {
  let b = bytes[at]!
  if (b < 0x80) return b
  let n = b & 0x7f, shift = 7
  do { b = bytes[++at]!; n |= (b & 0x7f) << shift; shift += 7 } while (b >= 0x80)
  return n
}

/** Returns where it ends. */
export function writeLength(n: number, bytes: Uint8Array, at: number): number {
  for (; n >= 0x80; n >>>= 7) bytes[at++] = n | 0x80
  bytes[at++] = n
  return at
}

/** Returns where they end. */
export function writeBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start > 64) to.set(from.subarray(start, end), at)
  else for (let i = start, p = at; i < end; i++) to[p++] = from[i]!
  return at + end - start
}

/** Adds copies of the key (unless `keys` is null) and the value of the record at `at` to arenas; returns where the record ends. */
export function splitRecord(bytes: Uint8Array, at: number, keys: RowArena | null, values: RowArena): number {
  const keyLength = readLength(bytes, at), keyStart = at + lengthOfLength(keyLength), keyEnd = keyStart + keyLength
  if (keys !== null) keys.append(bytes, keyStart, keyEnd)
  const n = readLength(bytes, keyEnd), start = keyEnd + lengthOfLength(n)
  values.append(bytes, start, start + n)
  return start + n
}

/** The bytes of the record at `at`. */
export function recordLength(bytes: Uint8Array, at: number): number {
  const keyLength = readLength(bytes, at), keyEnd = at + lengthOfLength(keyLength) + keyLength
  const valueLength = readLength(bytes, keyEnd)
  return keyEnd - at + lengthOfLength(valueLength) + valueLength
}
