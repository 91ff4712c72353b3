/** The LZ4 block format: sequences of literals and back references of at least four bytes, at most 64 KiB back. */

const minMatch = 4
// The format asks that the last 5 bytes are literals and that no match begins in the last 12.
const lastLiterals = 5
const matchLimit = 12
const hashBits = 12

const table = new Int32Array(1 << hashBits)

/** The most bytes `length` bytes can become. */
export function maxCompressedLength(length: number): number {
  return length + Math.ceil(length / 255) + 16
}

/**
 * Compresses `src` from `start` to `end` into `dst` at `at` (with room for `maxCompressedLength`) and returns where the output ends.
 * Greedy: takes the first match it sees and strides faster through bytes that do not match.
 */
export function compressBlock(src: Uint8Array, start: number, end: number, dst: Uint8Array, at: number): number {
  let anchor = start, out = at
  if (end - start > matchLimit) {
    table.fill(-1)
    const view = new DataView(src.buffer, src.byteOffset, src.byteLength), stop = end - matchLimit, last = end - lastLiterals
    let i = start, misses = 1 << 6
    while (i < stop) {
      const word = view.getInt32(i, true)
      const hash = Math.imul(word, 0x9e3779b1) >>> (32 - hashBits)
      const ref = table[hash]!
      table[hash] = i
      if (ref < 0 || i - ref > 0xffff || view.getInt32(ref, true) !== word) {
        i += misses++ >> 6
        continue
      }
      misses = 1 << 6
      let from = ref, to = i
      while (to > anchor && from > start && src[to - 1] === src[from - 1]) { to--; from-- }
      const distance = to - from
      let tail = i + minMatch
      while (tail + 4 <= last && view.getInt32(tail, true) === view.getInt32(tail - distance, true)) tail += 4
      while (tail < last && src[tail] === src[tail - distance]) tail++
      out = writeSequence(src, anchor, to, dst, out, distance, tail - to)
      anchor = i = tail
    }
  }
  return writeSequence(src, anchor, end, dst, out, 0, 0)
}

function writeSequence(src: Uint8Array, from: number, to: number, dst: Uint8Array, at: number, distance: number, matchLength: number): number {
  const literals = to - from
  const tokenAt = at++
  let token = literals >= 15 ? 0xf0 : literals << 4
  if (literals >= 15) at = writeLength(literals - 15, dst, at)
  if (literals > 64) { dst.set(src.subarray(from, to), at); at += literals } else for (let i = from; i < to; i++) dst[at++] = src[i]!
  if (matchLength > 0) {
    dst[at++] = distance & 0xff
    dst[at++] = distance >>> 8
    const extra = matchLength - minMatch
    token |= extra >= 15 ? 15 : extra
    if (extra >= 15) at = writeLength(extra - 15, dst, at)
  }
  dst[tokenAt] = token
  return at
}

function writeLength(rest: number, dst: Uint8Array, at: number): number {
  for (; rest >= 255; rest -= 255) dst[at++] = 255
  dst[at++] = rest
  return at
}

/**
 * Expands `src` from `start` to `end` into `dst` at `at`; true when it gives exactly `length` bytes, false for anything malformed
 * (it never reads or writes outside the given ranges).
 */
export function decompressBlock(src: Uint8Array, start: number, end: number, dst: Uint8Array, at: number, length: number): boolean {
  const stop = at + length
  let i = start, out = at
  while (i < end) {
    const token = src[i++]!
    let literals = token >>> 4
    if (literals === 15) {
      for (let more = 255; more === 255;) { if (i >= end) return false; more = src[i++]!; literals += more }
    }
    if (literals > end - i || literals > stop - out) return false
    for (const to = i + literals; i < to;) dst[out++] = src[i++]!
    if (i === end) break
    if (end - i < 2) return false
    const distance = src[i]! | src[i + 1]! << 8
    i += 2
    let run = token & 15
    if (run === 15) {
      for (let more = 255; more === 255;) { if (i >= end) return false; more = src[i++]!; run += more }
    }
    run += minMatch
    if (distance === 0 || distance > out - at || run > stop - out) return false
    for (const to = out + run; out < to; out++) dst[out] = dst[out - distance]!
  }
  return out === stop
}
