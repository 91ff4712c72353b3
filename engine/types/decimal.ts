/** Exact decimal arithmetic on unscaled bigints, and Spark's rules for the precision and scale of results. */
import { decimalType, maxPrecision, type DecimalType } from './data-type.ts'
import { doubleText } from './number-text.ts'

const powers: bigint[] = [1n]
/** 10 to the n. */
export function power10(n: number): bigint {
  while (powers.length <= n) powers.push(powers.at(-1)! * 10n)
  return powers[n]!
}

const abs = (v: bigint): bigint => (v < 0n ? -v : v)
/** Whether a number has at most `precision` digits. */
export const fits = (unscaled: bigint, precision: number): boolean => abs(unscaled) < power10(precision)

export type Rounding = 'half-up' | 'half-even' | 'floor' | 'ceiling' | 'down'

/** The quotient rounded as asked. */
export function divideRounded(a: bigint, b: bigint, rounding: Rounding): bigint {
  const q = a / b, r = a % b
  if (r === 0n) return q
  const negative = (a < 0n) !== (b < 0n), away = negative ? q - 1n : q + 1n
  switch (rounding) {
    case 'down': return q
    case 'floor': return negative ? away : q
    case 'ceiling': return negative ? q : away
    default: {
      const twice = abs(r) * 2n, c = abs(b)
      if (twice > c || (twice === c && (rounding === 'half-up' || q % 2n !== 0n))) return away
      return q
    }
  }
}

/** The same number with another scale. */
export function rescale(unscaled: bigint, from: number, to: number, rounding: Rounding = 'half-up'): bigint {
  if (to === from) return unscaled
  return to > from ? unscaled * power10(to - from) : divideRounded(unscaled, power10(from - to), rounding)
}

export interface ParsedDecimal { readonly unscaled: bigint; readonly scale: number }

/** A decimal number from text, blanks around it and an exponent allowed; null when it is none. The scale may be negative (1e3). */
export function parseDecimal(text: string): ParsedDecimal | null {
  const found = /^[\u0000-\u0020]*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?[\u0000-\u0020]*$/.exec(text)
  if (found === null || (found[2] === '' && (found[3] ?? '') === '')) return null
  const digits = `${found[2]}${found[3] ?? ''}`
  const unscaled = BigInt(digits)
  return { unscaled: found[1] === '-' ? -unscaled : unscaled, scale: (found[3] ?? '').length - Number(found[4] ?? 0) }
}

/** The number in plain digits, its scale kept. */
export function decimalText(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n
  const digits = abs(unscaled).toString().padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return negative ? `-${text}` : text
}

/** The nearest double. */
export const decimalToDouble = (unscaled: bigint, scale: number): number => (scale === 0 ? Number(unscaled) : Number(decimalText(unscaled, scale)))

/** The decimal that a double's text names (Java's BigDecimal of Double.toString). Not for NaN and infinities. */
export function decimalOfDouble(value: number): ParsedDecimal { return parseDecimal(doubleText(value))! }

/** A value brought to precision and scale, or null when it does not fit. */
export function toDecimal(value: ParsedDecimal, type: DecimalType, rounding: Rounding = 'half-up'): bigint | null {
  if (value.unscaled === 0n) return 0n
  // An exponent in a text must not make us build a number of a million digits.
  if (value.scale - type.scale < -1000) return null
  if (value.scale - type.scale > 1000 && value.unscaled.toString().length < value.scale - type.scale) return 0n
  const v = rescale(value.unscaled, value.scale, type.scale, rounding)
  return fits(v, type.precision) ? v : null
}

/** Keeps results within 38 digits: the scale gives way first, but not below 6. */
export function adjusted(precision: number, scale: number): DecimalType {
  if (precision <= maxPrecision) return decimalType(precision, scale)
  if (scale < 0) return decimalType(maxPrecision, scale)
  const whole = precision - scale, least = Math.min(scale, 6)
  return decimalType(maxPrecision, Math.max(maxPrecision - whole, least))
}

/** The type of a + b, a − b, a × b, a ÷ b and a % b. */
export function resultType(op: '+' | '-' | '*' | '/' | '%' | 'div', a: DecimalType, b: DecimalType): DecimalType {
  const { precision: p1, scale: s1 } = a, { precision: p2, scale: s2 } = b
  switch (op) {
    case '+': case '-': { const s = Math.max(s1, s2); return adjusted(Math.max(p1 - s1, p2 - s2) + s + 1, s) }
    case '*': return adjusted(p1 + p2 + 1, s1 + s2)
    case '/': { const s = Math.max(6, s1 + p2 + 1); return adjusted(p1 - s1 + s2 + s, s) }
    case '%': { const s = Math.max(s1, s2); return adjusted(Math.min(p1 - s1, p2 - s2) + s, s) }
    case 'div': { const d = p1 - s1 + s2; return decimalType(Math.min(d === 0 ? 1 : d, maxPrecision), 0) }
  }
}

/** The decimal type in which both meet: without loss up to 38 digits, beyond that the scale gives way. */
export function widerDecimal(a: DecimalType, b: DecimalType): DecimalType {
  const scale = Math.max(a.scale, b.scale), precision = Math.max(a.precision - a.scale, b.precision - b.scale) + scale
  return precision <= maxPrecision ? decimalType(precision, scale) : decimalType(maxPrecision, Math.max(0, scale - (precision - maxPrecision)))
}

/** Precision and scale cut to what is allowed. */
export function bounded(precision: number, scale: number): DecimalType { return decimalType(Math.min(precision, maxPrecision), Math.min(scale, maxPrecision)) }

const fitted = (unscaled: bigint, scale: number, type: DecimalType): bigint | null => {
  const v = rescale(unscaled, scale, type.scale)
  return fits(v, type.precision) ? v : null
}

/** a + b as a value of `result`; null when it overflows. */
export function addDecimals(a: bigint, aScale: number, b: bigint, bScale: number, result: DecimalType): bigint | null {
  const s = Math.max(aScale, bScale)
  return fitted(rescale(a, aScale, s) + rescale(b, bScale, s), s, result)
}

/** a − b as a value of `result`; null when it overflows. */
export const subtractDecimals = (a: bigint, aScale: number, b: bigint, bScale: number, result: DecimalType): bigint | null => addDecimals(a, aScale, -b, bScale, result)

/** a × b as a value of `result`, rounded once; null when it overflows. */
export const multiplyDecimals = (a: bigint, aScale: number, b: bigint, bScale: number, result: DecimalType): bigint | null => fitted(a * b, aScale + bScale, result)

/** a ÷ b as a value of `result`; null when it overflows. b is not 0. Spark rounds to 39 digits behind the point first. */
export const divideDecimals = (a: bigint, aScale: number, b: bigint, bScale: number, result: DecimalType): bigint | null =>
  fitted(divideRounded(a * power10(39 + bScale), b * power10(aScale), 'half-up'), 39, result)

/** a % b, with the sign of a; null when it overflows. b is not 0. */
export function remainderDecimals(a: bigint, aScale: number, b: bigint, bScale: number, result: DecimalType): bigint | null {
  const s = Math.max(aScale, bScale)
  return fitted(rescale(a, aScale, s) % rescale(b, bScale, s), s, result)
}

/** The whole part of a ÷ b as a BIGINT, for `div`; what does not fit wraps around, as Spark's does. b is not 0. */
export function integralQuotient(a: bigint, aScale: number, b: bigint, bScale: number): bigint {
  const s = Math.max(aScale, bScale)
  return BigInt.asIntN(64, rescale(a, aScale, s) / rescale(b, bScale, s))
}

/** Below 0, 0 or above 0 as a is less than, equal to or greater than b. */
export function compareDecimals(a: bigint, aScale: number, b: bigint, bScale: number): number {
  const s = Math.max(aScale, bScale), x = rescale(a, aScale, s), y = rescale(b, bScale, s)
  return x < y ? -1 : x > y ? 1 : 0
}

/** The type and digits of a decimal literal such as 1.50 or 0.001. Null when it has more than 38 digits. */
export function decimalLiteral(text: string): { readonly type: DecimalType; readonly unscaled: bigint } | null {
  const parsed = parseDecimal(text)
  if (parsed === null) return null
  const unscaled = parsed.scale < 0 ? rescale(parsed.unscaled, parsed.scale, 0) : parsed.unscaled, scale = Math.max(0, parsed.scale)
  const precision = Math.max(abs(unscaled).toString().length, scale)
  return precision > maxPrecision ? null : { type: decimalType(precision, scale), unscaled }
}
