/** Looks through JSON bytes without making values: spaces, the ends of texts and numbers, whole values to skip, escapes. Every function gives −1 where the bytes are not plain JSON. */

/** Deeper values are left to the exact reader, which knows Jackson's limit of 1000. */
const maxFastDepth = 200
/** Longer numbers are left to the exact reader, which knows Jackson's limit of 1000 characters. */
const maxFastNumber = 400

/** The first byte that is no JSON space, or `end`. */
export function skipSpaces(bytes: Uint8Array, p: number, end: number): number {
  while (p < end) {
    const c = bytes[p]
    if (c > 32 || (c !== 32 && c !== 10 && c !== 13 && c !== 9)) return p
    p++
  }
  return end
}

/**
 * The first quote, backslash or control byte from `p` on, or `end`. Four bytes are looked at in one step; up to three bytes behind
 * `end` may be read (never behind the buffer), but they never decide anything.
 */
export function scanText(bytes: Uint8Array, dv: DataView, p: number, end: number): number {
  const safe = bytes.length - 3, lim = end < safe ? end : safe
  while (p < lim) {
    const w = dv.getInt32(p, true), q = w ^ 0x22222222, b = w ^ 0x5c5c5c5c
    const t = (((q - 0x01010101) & ~q) | ((b - 0x01010101) & ~b) | ((w - 0x20202020) & ~w)) & -2139062144
    if (t !== 0) {
      // Shifted down first: the sign bit cannot be negated within 32 bits, and would throw away compiled code.
      const low = t >>> 7
      p += (31 - Math.clz32(low & -low)) >> 3
      return p < end ? p : end
    }
    p += 4
  }
  while (p < end) {
    const c = bytes[p]
    if (c === 34 || c === 92 || c < 32) return p
    p++
  }
  return end
}

/** The closing quote of the text that begins at `p` (behind its opening quote); escapes are stepped over, not checked. */
export function closingQuote(bytes: Uint8Array, dv: DataView, p: number, end: number): number {
  for (;;) {
    p = scanText(bytes, dv, p, end)
    if (p >= end) return -1
    if (bytes[p] === 34) return p
    if (bytes[p] !== 92) return -1
    p += 2
  }
}

/** The end of the number that begins at `p`; what follows it is not looked at. */
export function numberEnd(bytes: Uint8Array, p: number, end: number): number {
  const start = p
  if (p < end && bytes[p] === 45) p++
  let s = p
  while (p < end && bytes[p] >= 48 && bytes[p] <= 57) p++
  if (p === s || (p - s > 1 && bytes[s] === 48)) return -1
  if (p < end && bytes[p] === 46) {
    s = ++p
    while (p < end && bytes[p] >= 48 && bytes[p] <= 57) p++
    if (p === s) return -1
  }
  if (p < end && (bytes[p] | 32) === 101) {
    p++
    if (p < end && (bytes[p] === 43 || bytes[p] === 45)) p++
    s = p
    while (p < end && bytes[p] >= 48 && bytes[p] <= 57) p++
    if (p === s) return -1
  }
  return p - start > maxFastNumber ? -1 : p
}

/** The position behind the literal `null`, `true` or `false` that begins at `p`. */
export function literalEnd(bytes: Uint8Array, p: number, end: number): number {
  const c = bytes[p]
  if (c === 102) return p + 5 <= end && bytes[p + 1] === 97 && bytes[p + 2] === 108 && bytes[p + 3] === 115 && bytes[p + 4] === 101 ? p + 5 : -1
  if (p + 4 > end) return -1
  if (c === 110) return bytes[p + 1] === 117 && bytes[p + 2] === 108 && bytes[p + 3] === 108 ? p + 4 : -1
  return c === 116 && bytes[p + 1] === 114 && bytes[p + 2] === 117 && bytes[p + 3] === 101 ? p + 4 : -1
}

/** The position behind the value that begins at `p`, whose syntax is checked to the last byte. */
export function skipValue(bytes: Uint8Array, dv: DataView, p: number, end: number, depth = 0): number {
  if (p >= end) return -1
  const c = bytes[p]
  if (c === 34) return skipText(bytes, dv, p + 1, end)
  if (c === 45 || (c >= 48 && c <= 57)) return numberEnd(bytes, p, end)
  if (c === 123 || c === 91) return depth >= maxFastDepth ? -1 : skipContainer(bytes, dv, p, end, depth + 1)
  return literalEnd(bytes, p, end)
}

/** The position behind the closing quote of a text whose escapes are all valid. */
export function skipText(bytes: Uint8Array, dv: DataView, p: number, end: number): number {
  for (;;) {
    p = scanText(bytes, dv, p, end)
    if (p >= end) return -1
    const c = bytes[p]
    if (c === 34) return p + 1
    if (c !== 92) return -1
    p = escapeEnd(bytes, p, end)
    if (p < 0) return -1
  }
}

/** The position behind the escape whose backslash is at `p`. */
export function escapeEnd(bytes: Uint8Array, p: number, end: number): number {
  if (p + 1 >= end) return -1
  switch (bytes[p + 1]) {
    case 34: case 47: case 92: case 98: case 102: case 110: case 114: case 116: return p + 2
    case 117: return p + 6 <= end && hex4(bytes, p + 2) >= 0 ? p + 6 : -1
    default: return -1
  }
}

function skipContainer(bytes: Uint8Array, dv: DataView, p: number, end: number, depth: number): number {
  const object = bytes[p] === 123, close = object ? 125 : 93
  p = skipSpaces(bytes, p + 1, end)
  if (p < end && bytes[p] === close) return p + 1
  for (;;) {
    if (object) {
      if (p >= end || bytes[p] !== 34) return -1
      p = skipText(bytes, dv, p + 1, end)
      if (p < 0) return -1
      p = skipSpaces(bytes, p, end)
      if (p >= end || bytes[p] !== 58) return -1
      p = skipSpaces(bytes, p + 1, end)
    }
    p = skipValue(bytes, dv, p, end, depth)
    if (p < 0) return -1
    p = skipSpaces(bytes, p, end)
    if (p >= end) return -1
    if (bytes[p] === close) return p + 1
    if (bytes[p] !== 44) return -1
    p = skipSpaces(bytes, p + 1, end)
  }
}

/** The value of four hexadecimal digits, −1 if they are not. */
export function hex4(bytes: Uint8Array, p: number): number {
  const a = hexDigit(bytes[p]), b = hexDigit(bytes[p + 1]), c = hexDigit(bytes[p + 2]), d = hexDigit(bytes[p + 3])
  return (a | b | c | d) < 0 ? -1 : (a << 12) | (b << 8) | (c << 4) | d
}

export function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  const l = c | 32
  return l >= 97 && l <= 102 ? l - 87 : -1
}

const simpleEscapes: Readonly<Record<number, number>> = { 34: 34, 47: 47, 92: 92, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 }

/**
 * Writes the text of bytes `s` to `e` into `out` at `at` with its escapes resolved, and gives the position behind it, or −1 for an
 * escape that JSON does not know. The result is never longer than the source. Half a surrogate pair becomes `?`, as in Java.
 */
export function unescapeInto(bytes: Uint8Array, s: number, e: number, out: Uint8Array, at: number): number {
  while (s < e) {
    const c = bytes[s]
    if (c !== 92) { out[at++] = c; s++; continue }
    if (s + 1 >= e) return -1
    const n = bytes[s + 1]
    if (n !== 117) {
      const v = simpleEscapes[n]
      if (v === undefined) return -1
      out[at++] = v
      s += 2
      continue
    }
    if (s + 6 > e) return -1
    let u = hex4(bytes, s + 2)
    if (u < 0) return -1
    s += 6
    if (u >= 0xd800 && u <= 0xdfff) {
      const low = u < 0xdc00 && s + 6 <= e && bytes[s] === 92 && bytes[s + 1] === 117 ? hex4(bytes, s + 2) : -1
      if (low >= 0xdc00 && low <= 0xdfff) { u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00); s += 6 } else u = 63
    }
    at = putCodePoint(out, at, u)
  }
  return at
}

/** Whether the escapes between two places give half a surrogate pair. */
export function holdsHalfPair(bytes: Uint8Array, s: number, e: number): boolean {
  let high = -1
  for (let i = s; i < e; i++) {
    if (bytes[i] !== 92) continue
    const u = bytes[++i] === 117 ? hex4(bytes, i + 1) : 0
    if (high >= 0 && (high !== i - 1 || u < 0xdc00 || u > 0xdfff)) return true
    if (u >= 0xdc00 && u <= 0xdfff && high < 0) return true
    if (bytes[i] === 117) i += 4
    high = u >= 0xd800 && u <= 0xdbff ? i + 1 : -1
  }
  return high >= 0
}

function putCodePoint(out: Uint8Array, at: number, u: number): number {
  if (u < 0x80) { out[at++] = u; return at }
  if (u < 0x800) out[at++] = 0xc0 | (u >> 6)
  else {
    if (u < 0x10000) out[at++] = 0xe0 | (u >> 12)
    else { out[at++] = 0xf0 | (u >> 18); out[at++] = 0x80 | ((u >> 12) & 63) }
    out[at++] = 0x80 | ((u >> 6) & 63)
  }
  out[at++] = 0x80 | (u & 63)
  return at
}
