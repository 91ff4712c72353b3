/**
 * UUIDs as text in 16 bytes: 36 characters, lower case, hyphens where they belong. Every other text stays as it is, so that one text has one form.
 * Four characters are read, tested and packed at once, as one number with a byte for each.
 */

/** The bytes of such a text. */
export const uuidTextLength = 36
/** The bytes of its packed form. */
export const packedUuidLength = 16

const hyphen = 45
// Where the text has its eight groups of four digits, in the order of the packed bytes.
const g0 = 0, g1 = 4, g2 = 9, g3 = 14, g4 = 19, g5 = 24, g6 = 28, g7 = 32

/** Packs the 36 bytes at `from` into four little endian words at `at`. False when they are no such text; the words then mean nothing. */
export function packUuid(text: DataView, from: number, words: Int32Array, at: number): boolean {
  if (text.getUint8(from + 8) !== hyphen || text.getUint8(from + 13) !== hyphen || text.getUint8(from + 18) !== hyphen || text.getUint8(from + 23) !== hyphen) return false
  const a = text.getInt32(from + g0, true), b = text.getInt32(from + g1, true), c = text.getInt32(from + g2, true), d = text.getInt32(from + g3, true)
  const e = text.getInt32(from + g4, true), f = text.getInt32(from + g5, true), g = text.getInt32(from + g6, true), h = text.getInt32(from + g7, true)
  const na = digits(a), nb = digits(b), nc = digits(c), nd = digits(d), ne = digits(e), nf = digits(f), ng = digits(g), nh = digits(h)
  // Above 15 in a byte is no digit; and what gives other characters back is none either: capitals would come back small.
  if (((na | nb | nc | nd | ne | nf | ng | nh) & 0x10101010) !== 0) return false
  if ((characters(na) ^ a | characters(nb) ^ b | characters(nc) ^ c | characters(nd) ^ d | characters(ne) ^ e | characters(nf) ^ f | characters(ng) ^ g | characters(nh) ^ h) !== 0) return false
  words[at] = pair(na) | pair(nb) << 16
  words[at + 1] = pair(nc) | pair(nd) << 16
  words[at + 2] = pair(ne) | pair(nf) << 16
  words[at + 3] = pair(ng) | pair(nh) << 16
  return true
}

/** Writes the text of the packed form at `from` to `at`. */
export function unpackUuid(packed: DataView, from: number, text: DataView, at: number): void {
  const a = packed.getInt32(from, true), b = packed.getInt32(from + 4, true), c = packed.getInt32(from + 8, true), d = packed.getInt32(from + 12, true)
  text.setInt32(at + g0, characters(unpaired(a)), true)
  text.setInt32(at + g1, characters(unpaired(a >>> 16)), true)
  text.setInt32(at + g2, characters(unpaired(b)), true)
  text.setInt32(at + g3, characters(unpaired(b >>> 16)), true)
  text.setInt32(at + g4, characters(unpaired(c)), true)
  text.setInt32(at + g5, characters(unpaired(c >>> 16)), true)
  text.setInt32(at + g6, characters(unpaired(d)), true)
  text.setInt32(at + g7, characters(unpaired(d >>> 16)), true)
  text.setUint8(at + 8, hyphen)
  text.setUint8(at + 13, hyphen)
  text.setUint8(at + 18, hyphen)
  text.setUint8(at + 23, hyphen)
}

// The values of four hexadecimal digits: the low half of the character, and 9 more for a letter. Up to 24 where there is none.
const digits = (four: number): number => (four & 0x0f0f0f0f) + Math.imul(four >>> 6 & 0x01010101, 9)

// The characters of four values below 16.
const characters = (four: number): number => four + 0x30303030 + Math.imul((four + 0x06060606) >>> 4 & 0x01010101, 0x27) | 0

// Two bytes of four values, the first the high half of the first byte; and back.
const pair = (four: number): number => { const halves = four << 4 | four >>> 8; return halves & 0xff | halves >>> 8 & 0xff00 }
const unpaired = (two: number): number => { const halves = two & 0xff | (two & 0xff00) << 8; return halves >>> 4 & 0x000f000f | (halves & 0x000f000f) << 8 }
