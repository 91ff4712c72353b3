/** UUIDs as text in 16 bytes: 36 characters, lower case, hyphens where they belong. Every other text stays as it is, so that one text has one form. */

/** The bytes of such a text. */
export const uuidTextLength = 36
/** The bytes of its packed form. */
export const packedUuidLength = 16

// A hexadecimal digit's value by its character code, 255 for what is none; capitals are none, for they would come back small.
const digits = Uint8Array.from({ length: 256 }, (_, c) => (c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : 255))
const characters = Uint8Array.from({ length: 16 }, (_, d) => (d < 10 ? 48 + d : 87 + d))
const places = Uint8Array.from([0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34])
const hyphen = 45

/** Whether the 36 bytes from `at` can be packed. */
export function isUuidText(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 8] !== hyphen || bytes[at + 13] !== hyphen || bytes[at + 18] !== hyphen || bytes[at + 23] !== hyphen) return false
  let bad = 0
  for (let k = 0; k < 16; k++) { const p = at + places[k]!; bad |= digits[bytes[p]!]! | digits[bytes[p + 1]!]! }
  return bad < 16
}

/** Packs the text at `from` to `to`. */
export function packUuid(bytes: Uint8Array, from: number, out: Uint8Array, to: number): void {
  for (let k = 0; k < 16; k++) { const p = from + places[k]!; out[to + k] = digits[bytes[p]!]! << 4 | digits[bytes[p + 1]!]! }
}

/** Writes the text of the packed form at `from` to `to`. */
export function unpackUuid(bytes: Uint8Array, from: number, out: Uint8Array, to: number): void {
  for (let k = 0; k < 16; k++) {
    const b = bytes[from + k]!, p = to + places[k]!
    out[p] = characters[b >> 4]!
    out[p + 1] = characters[b & 15]!
  }
  out[to + 8] = out[to + 13] = out[to + 18] = out[to + 23] = hyphen
}
