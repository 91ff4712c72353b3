/** Decimal numbers in JSON texts as unscaled integers: rounded half up to the type's scale, refused when they need more digits than its precision. */

/** The unscaled value, or null if the text is no number or does not fit `DECIMAL(precision, scale)`. */
export function unscaledOf(text: string, precision: number, scale: number): bigint | null {
  const m = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text)
  if (m === null || (m[2] === '' && (m[3] ?? '') === '')) return null
  const fraction = m[3] ?? '', shift = Number(m[4] ?? 0) - fraction.length + scale
  let digits = (m[2] + fraction).replace(/^0+/, '')
  if (digits === '') return 0n
  if (digits.length + shift > precision + 1) return null
  let v: bigint
  if (shift >= 0) v = BigInt(digits + '0'.repeat(shift))
  else if (-shift > digits.length) v = 0n
  else {
    const cut = digits.length + shift
    v = BigInt(digits.slice(0, cut) || '0')
    if (digits.charCodeAt(cut) >= 53) v += 1n
  }
  if (v >= 10n ** BigInt(precision)) return null
  return m[1] === '-' ? -v : v
}
