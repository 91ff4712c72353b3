/** Doubles from decimal digits in bytes, correctly rounded: exact arithmetic for short numbers, pairs of doubles for up to 19 digits, text for the rest. */
import { decodeUtf8 } from '../../columns/bytes-vector.ts'

/** 10^0 to 10^22, exact as doubles. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))

/** The double written in bytes `s` to `e`, which hold a valid JSON number. Java reads -0 as the integer 0, but -0.0 as minus zero. */
export function parseDouble(bytes: Uint8Array, s: number, e: number): number {
  let p = s, mantissa = 0, digits = 0, low = 0, lowPower = 0, fraction = 0, exponent = 0, seenPoint = false
  const negative = bytes[p] === 45
  if (negative) p++
  for (; p < e; p++) {
    const d = bytes[p] - 48
    if (d < 0) { seenPoint = true; continue }
    if (d > 9) break
    if (digits < 15) { mantissa = mantissa * 10 + d; if (mantissa !== 0) digits++ }
    else { low = low * 10 + d; lowPower++; digits++ }
    if (seenPoint) fraction++
  }
  if (p < e) {
    p++
    const down = bytes[p] === 45
    if (down || bytes[p] === 43) p++
    for (; p < e; p++) exponent = exponent * 10 + (bytes[p] - 48)
    if (down) exponent = -exponent
  }
  if (mantissa === 0) return negative && e - s > 2 ? -0 : 0
  const scale = exponent - fraction
  let v: number
  if (digits <= 15 && scale >= -22 && scale <= 22) v = scale < 0 ? mantissa / powersOfTen[-scale] : mantissa * powersOfTen[scale]
  else {
    v = digits <= 19 && scale < 0 && scale >= -22 ? quotient(mantissa, powersOfTen[lowPower], low, powersOfTen[-scale]) : NaN
    if (v !== v) return Number(decodeUtf8(bytes, s, e))
  }
  return negative ? -v : v
}

const splitter = 134217729

/**
 * (a · b + c) / d rounded once, for whole numbers below 2^53, or NaN where the pairs of doubles leave the rounding open.
 *   (h, l) = a · b + c exactly          (product by Dekker's splitting, sum by Knuth)
 *   q = h / d,  r = h − q · d + l,  the quotient is q + r / d with an error below 2^−100 of it
 */
function quotient(a: number, b: number, c: number, d: number): number {
  const product = a * b
  let t = splitter * a
  const ah = t - (t - a), al = a - ah
  t = splitter * b
  const bh = t - (t - b), bl = b - bh
  const error = ((ah * bh - product) + ah * bl + al * bh) + al * bl
  const h = product + c, back = h - product
  const l = ((product - (h - back)) + (c - back)) + error
  const q = h / d, qd = q * d
  t = splitter * q
  const qh = t - (t - q), ql = q - qh
  t = splitter * d
  const dh = t - (t - d), dl = d - dh
  const qdError = ((qh * dh - qd) + qh * dl + ql * dh) + ql * dl
  const rest = (((h - qd) - qdError) + l) / d
  const margin = q * 2.5e-29
  const least = q + (rest - margin)
  return least === q + (rest + margin) ? least : NaN
}
