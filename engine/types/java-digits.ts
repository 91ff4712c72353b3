/** The digits that Java 17 prints for a binary number. They are not always the fewest: beyond 2^53 (2^24 for floats) and near powers of ten its rule keeps a digit more, and Spark's text shows it. */

const view = new DataView(new ArrayBuffer(8))
const pow = (base: bigint, n: number): bigint => base ** BigInt(n)
const bitsOf5 = (n: number): number => (n === 0 ? 0 : n < 27 ? pow(5n, n).toString(2).length : n * 3)
const limit64 = 2n ** 63n

/** Digits without trailing zeros, and the power of ten of the first. */
export interface Digits { readonly digits: string; readonly top: number }

const stripped = (digits: string, top: number): Digits => ({ digits: digits.replace(/0+$/, '') || '0', top })

/** The digits of a positive finite number; `single` when it is a float. */
export function javaDigits(value: number, single: boolean): Digits {
  let mantissa: bigint, exponent: number, significant: number
  if (single) {
    view.setFloat32(0, value)
    const bits = view.getUint32(0)
    mantissa = BigInt(bits & 0x7f_ffff) << 29n
    exponent = bits >>> 23 & 0xff
    significant = 24
  } else {
    view.setFloat64(0, value)
    const bits = view.getBigUint64(0)
    mantissa = bits & 0xf_ffff_ffff_ffffn
    exponent = Number(bits >> 52n) & 0x7ff
    significant = 53
  }
  if (exponent === 0) {
    const shift = 53 - mantissa.toString(2).length
    mantissa <<= BigInt(shift)
    exponent = 1 - shift
    significant -= shift
  } else mantissa |= 1n << 52n
  exponent -= single ? 127 : 1023
  return develop(mantissa, exponent, significant)
}

// `mantissa` has 53 bits; the number is mantissa / 2^52 * 2^exponent, known to `significant` bits.
function develop(mantissa: bigint, exponent: number, significant: number): Digits {
  let tail = 0
  while ((mantissa >> BigInt(tail) & 1n) === 0n) tail++
  const width = 53 - tail, tiny = Math.max(0, width - exponent - 1)
  if (tiny === 0 && exponent >= -21 && exponent <= 62 && width < 64) return whole(exponent >= 52 ? mantissa << BigInt(exponent - 52) : mantissa >> BigInt(52 - exponent), exponent - significant - 1)
  let top = Math.floor((Number(mantissa) / 2 ** 52 - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981)
  const b5 = Math.max(0, -top), s5 = Math.max(0, top)
  let b2 = b5 + tiny + exponent, s2 = s5 + tiny, m2 = b2 - significant
  b2 -= width - 1
  const common = Math.min(b2, s2)
  b2 -= common; s2 -= common; m2 -= common
  if (width === 1) m2 -= 1
  if (m2 < 0) { b2 -= m2; s2 -= m2; m2 = 0 }
  const small = width + b2 + bitsOf5(b5) < 64 && s2 + 1 + bitsOf5(s5 + 1) < 64
  const s = pow(5n, s5) << BigInt(s2), tens = s * 10n
  let b = (mantissa >> BigInt(tail)) * pow(5n, b5) << BigInt(b2), m = pow(5n, b5) << BigInt(m2)
  let low = false, high = false, digits = ''
  const step = (): bigint => {
    const q = b / s
    b = b % s * 10n
    m *= 10n
    if (small && m >= limit64) low = high = true
    // With wide numbers Java counts the upper bound in, with narrow ones not.
    else { low = b < m; high = small ? b + m > tens : b + m >= tens }
    return q
  }
  const first = step()
  if (first === 0n && !high) top--
  else digits = first.toString()
  // Where an exponent will be printed there is always a second digit to find.
  if (top < -3 || top >= 8) low = high = false
  while (!low && !high) digits += step().toString()
  const twice = b * 2n
  const up = high && (!low || twice > tens || (twice === tens && Number(digits.at(-1)) % 2 === 1))
  if (!up) return stripped(digits, top)
  const raised = (BigInt(digits) + 1n).toString()
  return stripped(raised, raised.length > digits.length ? top + 1 : top)
}

// An integer: all its digits but those that the width of the mantissa leaves without meaning.
function whole(value: bigint, spare: number): Digits {
  const drop = spare > 1 ? Math.floor(spare * Math.log10(2)) : 0
  let v = value
  if (drop > 0) {
    const unit = pow(10n, drop), rest = v % unit
    v = v / unit + (rest >= unit / 2n ? 1n : 0n)
  }
  const text = v.toString()
  return stripped(text, text.length - 1 + drop)
}
