/** Finds JSON that Spark would write anew just as it stands (no spaces, no escapes, numbers in Java's form), so that it can be taken as it is. */
import { literalEnd, numberEnd, scanText } from './scan.ts'

const maxDepth = 100

/** The end of the value at `p` if its bytes are what `rewritten` would give, else −1 (also for values that are no JSON). */
export function canonicalEnd(bytes: Uint8Array, dv: DataView, p: number, end: number, depth = 0): number {
  if (p >= end) return -1
  const c = bytes[p]
  if (c === 45 || (c >= 48 && c <= 57)) return canonicalNumberEnd(bytes, p, end)
  if (c === 34) return plainTextEnd(bytes, dv, p, end)
  if (c !== 123 && c !== 91) return literalEnd(bytes, p, end)
  const close = c === 123 ? 125 : 93
  if (depth >= maxDepth || ++p >= end) return -1
  if (bytes[p] === close) return p + 1
  for (;;) {
    if (c === 123) {
      p = p < end && bytes[p] === 34 ? plainTextEnd(bytes, dv, p, end) : -1
      if (p < 0 || p >= end || bytes[p] !== 58) return -1
      p++
    }
    p = canonicalEnd(bytes, dv, p, end, depth + 1)
    if (p < 0 || p >= end) return -1
    if (bytes[p] === close) return p + 1
    if (bytes[p] !== 44) return -1
    p++
  }
}

function plainTextEnd(bytes: Uint8Array, dv: DataView, p: number, end: number): number {
  const q = scanText(bytes, dv, p + 1, end)
  return q < end && bytes[q] === 34 ? q + 1 : -1
}

/** Integers but −0, and fractions from 0.001 to 9999999 of up to 15 digits without idle zeros: Java writes them the same way. */
function canonicalNumberEnd(bytes: Uint8Array, p: number, end: number): number {
  const e = numberEnd(bytes, p, end)
  if (e < 0) return -1
  const s = bytes[p] === 45 ? p + 1 : p
  let point = -1
  for (let i = s; i < e; i++) {
    if (bytes[i] === 46) point = i
    else if (bytes[i] > 57) return -1
  }
  if (point < 0) return s > p && bytes[s] === 48 ? -1 : e
  if (point - s > 7 || e - s > 16) return -1
  if (bytes[e - 1] === 48) return e - point === 2 ? e : -1
  return bytes[s] !== 48 || bytes[point + 1] !== 48 || bytes[point + 2] !== 48 || bytes[point + 3] > 48 ? e : -1
}
