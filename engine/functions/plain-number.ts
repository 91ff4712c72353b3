/** Numbers of every type as decimal digits, and their rounding to a number of places as Java does it: half up on the digits, or half even on the exact value. */
import { javaDigits } from '../types/java-digits.ts'
import { power10 } from '../types/decimal.ts'
import type { DataType } from '../types/data-type.ts'

/** |value| = unscaled / 10^scale; `exact` is the double behind the digits, which may lie a little beside them. */
export interface PlainNumber { readonly negative: boolean; readonly unscaled: bigint; readonly scale: number; readonly exact: number | null }

/** The function from internal values of a numeric type to their digits. NaN and infinities have none: null. */
export function plainNumberOf(type: DataType): (v: any) => PlainNumber | null {
  if (type.kind === 'decimal') { const { scale } = type; return (v: bigint) => ({ negative: v < 0n, unscaled: v < 0n ? -v : v, scale, exact: null }) }
  if (type.kind === 'float' || type.kind === 'double') return (v: number) => plainDouble(v, type.kind === 'float')
  return (v: number | bigint) => { const n = BigInt(v); return { negative: n < 0n, unscaled: n < 0n ? -n : n, scale: 0, exact: null } }
}

/** The digits Java prints for a double (or a float). */
export function plainDouble(v: number, single = false): PlainNumber | null {
  if (!Number.isFinite(v)) return null
  const negative = v < 0 || Object.is(v, -0)
  if (v === 0) return { negative, unscaled: 0n, scale: 0, exact: null }
  const { digits, top } = javaDigits(Math.abs(v), single), scale = digits.length - 1 - top
  return scale < 0 ? { negative, unscaled: BigInt(digits) * power10(-scale), scale: 0, exact: Math.abs(v) } : { negative, unscaled: BigInt(digits), scale, exact: Math.abs(v) }
}

const view = new DataView(new ArrayBuffer(8))
/** Where the double lies: below (−1), at or above (1) a decimal number. */
function sideOf(v: number, unscaled: bigint, scale: number): number {
  view.setFloat64(0, v)
  const bits = view.getBigUint64(0), exponent = Number(bits >> 52n & 0x7ffn), fraction = bits & 0xf_ffff_ffff_ffffn
  const mantissa = exponent === 0 ? fraction : fraction | 1n << 52n, e = Math.max(exponent, 1) - 1075
  const a = mantissa * power10(scale) * (e > 0 ? 1n << BigInt(e) : 1n), b = unscaled * (e < 0 ? 1n << BigInt(-e) : 1n)
  return a < b ? -1 : a > b ? 1 : 0
}

/** The unscaled number at `places` digits after the point; below 0 places are those before it. */
export function roundedTo(n: PlainNumber, places: number, rounding: 'half-even' | 'half-up'): bigint {
  if (n.scale <= places) return n.unscaled * power10(places - n.scale)
  const unit = power10(n.scale - places), q = n.unscaled / unit, twice = n.unscaled % unit * 2n
  if (twice !== unit) return twice > unit ? q + 1n : q
  if (rounding === 'half-up') return q + 1n
  const side = n.exact === null ? 0 : sideOf(n.exact, n.unscaled, n.scale)
  return side > 0 || (side === 0 && q % 2n === 1n) ? q + 1n : q
}

/** Digits with a point before the last `places`, at least one before it. */
export function placed(unscaled: bigint, places: number): { readonly whole: string; readonly fraction: string } {
  const digits = unscaled.toString().padStart(places + 1, '0')
  return { whole: digits.slice(0, digits.length - places), fraction: digits.slice(digits.length - places) }
}

/** `1234567` → `1,234,567`. */
export function grouped(whole: string, size = 3): string {
  let out = whole
  for (let i = whole.length - size; i > 0; i -= size) out = `${out.slice(0, i)},${out.slice(i)}`
  return out
}
