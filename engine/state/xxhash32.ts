/** xxHash32: the checksum of the blocks of a state file. */

const p1 = 0x9e3779b1 | 0, p2 = 0x85ebca77 | 0, p3 = 0xc2b2ae3d | 0, p4 = 0x27d4eb2f | 0, p5 = 0x165667b1 | 0

/** The hash of `bytes` from `start` to `end`, as an unsigned number. */
export function xxHash32(bytes: Uint8Array, start: number, end: number, seed: number): number {
  let i = start, h: number
  const from = bytes.byteOffset + start
  if (end - start >= 64 && littleEndian && (from & 3) === 0) return wordwise(new Int32Array(bytes.buffer, from, end - start >> 2), bytes, start, end, seed)
  if (end - start >= 16) {
    let a = seed + p1 + p2 | 0, b = seed + p2 | 0, c = seed | 0, d = seed - p1 | 0
    for (const stop = end - 16; i <= stop; i += 16) {
      a = a + Math.imul(word(bytes, i), p2) | 0; a = Math.imul(a << 13 | a >>> 19, p1)
      b = b + Math.imul(word(bytes, i + 4), p2) | 0; b = Math.imul(b << 13 | b >>> 19, p1)
      c = c + Math.imul(word(bytes, i + 8), p2) | 0; c = Math.imul(c << 13 | c >>> 19, p1)
      d = d + Math.imul(word(bytes, i + 12), p2) | 0; d = Math.imul(d << 13 | d >>> 19, p1)
    }
    h = (a << 1 | a >>> 31) + (b << 7 | b >>> 25) + (c << 12 | c >>> 20) + (d << 18 | d >>> 14) | 0
  } else {
    h = seed + p5 | 0
  }
  return finish(bytes, i, end, h + (end - start) | 0)
}

const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

// Bytes that lie on words are read a word at a time.
function wordwise(words: Int32Array, bytes: Uint8Array, start: number, end: number, seed: number): number {
  let a = seed + p1 + p2 | 0, b = seed + p2 | 0, c = seed | 0, d = seed - p1 | 0
  const stop = words.length & ~3
  for (let w = 0; w < stop; w += 4) {
    a = a + Math.imul(words[w]!, p2) | 0; a = Math.imul(a << 13 | a >>> 19, p1)
    b = b + Math.imul(words[w + 1]!, p2) | 0; b = Math.imul(b << 13 | b >>> 19, p1)
    c = c + Math.imul(words[w + 2]!, p2) | 0; c = Math.imul(c << 13 | c >>> 19, p1)
    d = d + Math.imul(words[w + 3]!, p2) | 0; d = Math.imul(d << 13 | d >>> 19, p1)
  }
  const h = (a << 1 | a >>> 31) + (b << 7 | b >>> 25) + (c << 12 | c >>> 20) + (d << 18 | d >>> 14) | 0
  return finish(bytes, start + 4 * stop, end, h + (end - start) | 0)
}

// The last bytes, fewer than 16 of a long input.
function finish(bytes: Uint8Array, i: number, end: number, h: number): number {
  for (; i + 4 <= end; i += 4) { h = h + Math.imul(word(bytes, i), p3) | 0; h = Math.imul(h << 17 | h >>> 15, p4) }
  for (; i < end; i++) { h = h + Math.imul(bytes[i]!, p5) | 0; h = Math.imul(h << 11 | h >>> 21, p1) }
  h = Math.imul(h ^ h >>> 15, p2)
  h = Math.imul(h ^ h >>> 13, p3)
  return (h ^ h >>> 16) >>> 0
}

function word(b: Uint8Array, i: number): number {
  return b[i]! | b[i + 1]! << 8 | b[i + 2]! << 16 | b[i + 3]! << 24
}
