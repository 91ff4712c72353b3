/** Numbers as text and text as numbers, by Java's and Spark's rules. */
import { javaDigits } from './java-digits.ts'
import { javaTrim } from './java-trim.ts'
import { trimmed } from './timestamp.ts'

const plainLimit = 2 ** 53

/** A double as Spark's casts write it: `100.0`, `1.0E10`, `1.0E-4`, `NaN`, `-Infinity`. */
export function doubleText(v: number): string {
  const a = Math.abs(v)
  if (a >= 1e-3 && a < 1e7) {
    // JavaScript's own text has the same digits here and, but for whole numbers, the same form.
    const text = String(v)
    return Number.isInteger(v) ? `${text}.0` : text
  }
  if (a >= 1e7 && a < plainLimit) return laidOut(v < 0, digitsOf(a))
  return special(v) ?? laidOut(v < 0, trueDigits(a, false))
}

/** A float as Spark's casts write it; the value must be one (Math.fround). */
export const floatText = (v: number): string => special(v) ?? laidOut(v < 0, trueDigits(Math.abs(v), true))

const trueDigits = (a: number, single: boolean): { digits: string; top: number } => javaDigits(a, single)

function special(v: number): string | null {
  if (v === 0) return Object.is(v, -0) ? '-0.0' : '0.0'
  return v !== v ? 'NaN' : v === Infinity ? 'Infinity' : v === -Infinity ? '-Infinity' : null
}

// The digits of JavaScript's shortest text.
function digitsOf(a: number): { digits: string; top: number } {
  const [mantissa, exponent] = a.toExponential().split('e') as [string, string]
  return { digits: mantissa.replace('.', ''), top: Number(exponent) }
}

// Java's layout: plain from 0.001 below 10 million, else one digit, the rest and an exponent.
function laidOut(negative: boolean, { digits, top }: { readonly digits: string; readonly top: number }): string {
  const sign = negative ? '-' : ''
  if (top < -3 || top >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${top}`
  if (top < 0) return `${sign}0.${'0'.repeat(-top - 1)}${digits}`
  const padded = digits.padEnd(top + 1, '0')
  return `${sign}${padded.slice(0, top + 1)}.${padded.slice(top + 1) || '0'}`
}

const decimalForm = /^([+-]?)(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)[dDfF]?$/
const hexForm = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[dDfF]?$/
const wordForm = /^(?:([+-]?)(inf|infinity)|nan|[+-]NaN)$/i

/** A double from text: blanks around it, `Infinity`, `inf`, `NaN` in any case, exponents, hexadecimal forms, a trailing d or f as Java allows. Null when it is none. */
export function parseDouble(text: string): number | null {
  const plain = Number(text)
  // The usual case: nothing but an ordinary decimal number. What else Number takes (0x1A, blanks of Unicode, the empty text) Java does not.
  if (plain === plain && /^-?\d+(?:\.\d+)?$/.test(text)) return plain
  const t = javaTrim(text), d = decimalForm.exec(t)
  if (d !== null) return d[1] === '-' ? -Number(d[2]) : Number(d[2])
  const word = wordForm.exec(t)
  if (word !== null) return word[2] !== undefined ? (word[1] === '-' ? -Infinity : Infinity) : /^[+-]/.test(t) && !/NaN$/.test(t) ? null : NaN
  const hex = hexForm.exec(t)
  if (hex === null) return null
  const fraction = hex[3] ?? '', digits = hex[2]! + fraction
  if (digits === '') return null
  const v = Number(BigInt(`0x${digits}`)) * 2 ** (Number(hex[4]) - 4 * fraction.length)
  return hex[1] === '-' ? -v : v
}

/** A float from text, rounded once: reading a double and rounding that would round twice. */
export function parseFloatText(text: string): number | null {
  const double = parseDouble(text)
  if (double === null || !Number.isFinite(double) || double === 0) return double
  const near = Math.fround(double)
  if (!Number.isFinite(near)) return near
  // Only a double that lies exactly between two floats can have hidden on which side the text was.
  const other = neighbour(near, double > near)
  if (near === double || (near + other) / 2 !== double) return near
  const d = decimalForm.exec(javaTrim(text))
  if (d === null) return near
  const side = compareWithDouble(d[2]!, Math.abs(double)) * (double < 0 ? -1 : 1)
  return side === 0 ? near : side > 0 ? Math.max(near, other) : Math.min(near, other)
}

const bits = new DataView(new ArrayBuffer(4))
function neighbour(v: number, up: boolean): number {
  bits.setFloat32(0, v)
  const raw = bits.getInt32(0)
  bits.setInt32(0, v === 0 ? (up ? 1 : -0x7fff_ffff) : raw + ((v > 0) === up ? 1 : -1))
  return bits.getFloat32(0)
}

// Whether a decimal text is above, at or below a positive double, exactly.
function compareWithDouble(text: string, v: number): number {
  const m = /^(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)!
  const exponent = Number(m[3] ?? 0) - (m[2] ?? '').length
  let left = BigInt(`${m[1]}${m[2] ?? ''}`), right = 1n
  if (exponent >= 0) left *= 10n ** BigInt(exponent)
  else right = 10n ** BigInt(-exponent)
  // v as n / 2^1074
  const scale = 2n ** 1074n
  let n: bigint
  const e = Math.max(-1074, Math.floor(Math.log2(v)) - 53)
  n = BigInt(v / 2 ** e) * 2n ** BigInt(e + 1074)
  const a = left * scale, b = n * right
  return a < b ? -1 : a > b ? 1 : 0
}

/** A whole number from text under ANSI rules: sign and digits, blanks around. Null when it is none or lies outside the bounds. */
export function parseIntegral(text: string, least: bigint, most: bigint): bigint | null {
  const t = trimmed(text)
  if (!/^[+-]?\d+$/.test(t)) return null
  const v = BigInt(t.charCodeAt(0) === 43 ? t.slice(1) : t)
  return v < least || v > most ? null : v
}

/** The same for TINYINT, SMALLINT and INT, without bigints. */
export function parseInteger(text: string, least: number, most: number): number | null {
  const t = trimmed(text)
  if (!/^[+-]?\d+$/.test(t)) return null
  const v = Number(t)
  return v < least || v > most ? null : v === 0 ? 0 : v
}

/** The same without ANSI: a fraction is allowed and dropped (`'1.9'` is 1, `'.'` is 0). */
export function parseIntegralLoosely(text: string, least: bigint, most: bigint): bigint | null {
  const found = /^([+-]?)(\d*)(\.\d*)?$/.exec(trimmed(text))
  if (found === null || (found[2] === '' && found[3] === undefined)) return null
  const v = BigInt(found[2] === '' ? '0' : found[2]!), signed = found[1] === '-' ? -v : v
  return signed < least || signed > most ? null : signed
}

/** The bounds of an integral type. */
export const integralBounds = { byte: [-128n, 127n], short: [-32768n, 32767n], int: [-2147483648n, 2147483647n], long: [-(2n ** 63n), 2n ** 63n - 1n] } as const
