/** Base64 as Jackson reads it: the standard alphabet, padding required, spaces allowed between groups of four. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const values = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) values[alphabet.charCodeAt(i)] = i

/** The bytes of a base64 text, or null if it is none. */
export function base64Bytes(text: string): Uint8Array | null {
  const out = new Uint8Array((text.length * 3) >> 2)
  let n = 0, i = 0
  for (;;) {
    while (i < text.length && text.charCodeAt(i) <= 32) i++
    if (i >= text.length) return out.slice(0, n)
    if (i + 4 > text.length) return null
    const a = digit(text, i), b = digit(text, i + 1), c = digit(text, i + 2), d = digit(text, i + 3)
    const padC = text[i + 2] === '=', padD = text[i + 3] === '='
    if (a < 0 || b < 0 || (c < 0 && !(padC && padD)) || (d < 0 && !padD)) return null
    out[n++] = (a << 2) | (b >> 4)
    if (!padC) out[n++] = ((b & 15) << 4) | (c >> 2)
    if (!padD) out[n++] = ((c & 3) << 6) | d
    i += 4
  }
}

function digit(text: string, i: number): number {
  const c = text.charCodeAt(i)
  return c < 128 ? values[c] : -1
}
