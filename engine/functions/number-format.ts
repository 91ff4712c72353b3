/** format_number: a number by a count of decimals, or by a pattern of Java's DecimalFormat such as `#,##0.00`. */
import { executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { intType, isNumeric, stringType } from '../types/data-type.ts'
import { canImplicitlyCast } from '../types/coercion.ts'
import { castTo } from './cast.ts'
import { call, expectArity, literal, plainArgs, unexpectedType, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { grouped, placed, plainNumberOf, roundedTo, type PlainNumber } from './plain-number.ts'

interface Pattern {
  readonly prefix: string; readonly suffix: string; readonly negativePrefix: string; readonly negativeSuffix: string
  readonly minWhole: number; readonly maxWhole: number; readonly minFraction: number; readonly maxFraction: number
  readonly grouping: number; readonly shift: number; readonly exponentDigits: number
}

class Unclear extends Error {}

/** Text around the digits: quotes taken off; % and ‰ also move the point. */
function affix(text: string): { readonly text: string; readonly shift: number } {
  let out = '', shift = 0, quoted = false
  for (let i = 0; i < text.length; i++) {
    const ch = text[i]!
    if (ch === "'") { if (text[i + 1] === "'") { out += "'"; i++ } else quoted = !quoted; continue }
    if (!quoted && ch === '%') shift = 2
    if (!quoted && ch === '‰') shift = 3
    out += ch
  }
  return { text: out, shift }
}

function cut(text: string): { readonly prefix: string; readonly number: string; readonly suffix: string } {
  let quoted = false, start = 0
  while (start < text.length && (quoted || !'#0,.'.includes(text[start]!))) { if (text[start] === "'") quoted = !quoted; start++ }
  const number = /^[#0,]*(?:\.[#0]*)?(?:E0+)?/.exec(text.slice(start))![0], suffix = text.slice(start + number.length)
  if (/[#0,.]/.test(suffix.replace(/'[^']*'/g, ''))) throw new Unclear('digits stand in two places')
  return { prefix: text.slice(0, start), number, suffix }
}

function compile(pattern: string): Pattern {
  const [positive = '', negative] = pattern.split(/;(?=(?:[^']*'[^']*')*[^']*$)/)
  const p = cut(positive), before = affix(p.prefix), after = affix(p.suffix)
  const [, whole = '', fraction, exponent = ''] = /^([#0,]*)(?:\.([#0]*))?(?:E(0+))?$/.exec(p.number) ?? (() => { throw new Unclear('its digits are not understood') })()
  const plain = whole.replaceAll(',', '')
  if (/0#/.test(plain) || /#0/.test(fraction ?? '')) throw new Unclear('# stands between zeros')
  const zeros = plain.replaceAll('#', '').length, grouping = whole.includes(',') ? whole.length - 1 - whole.lastIndexOf(',') : 0
  if (whole.includes(',') && grouping === 0) throw new Unclear('a comma stands before the point')
  // Without any zero one digit counts as written: before the point, or after it where none is before.
  const none = zeros === 0 && !(fraction ?? '').includes('0') && fraction !== undefined
  const n = negative === undefined ? null : cut(negative)
  return {
    prefix: before.text, suffix: after.text,
    negativePrefix: n === null ? `-${before.text}` : affix(n.prefix).text, negativeSuffix: n === null ? after.text : affix(n.suffix).text,
    minWhole: none && plain.length > 0 ? 1 : zeros, maxWhole: plain.length,
    minFraction: (fraction ?? '').replaceAll('#', '').length + (none && plain.length === 0 ? 1 : 0), maxFraction: fraction?.length ?? 0,
    grouping, shift: Math.max(before.shift, after.shift), exponentDigits: exponent.length,
  }
}

function written(n: PlainNumber, f: Pattern): string {
  const shifted = { ...n, scale: n.scale - f.shift, exact: f.shift === 0 ? n.exact : null }
  const moved = shifted.scale < 0 ? { ...shifted, unscaled: shifted.unscaled * 10n ** BigInt(-shifted.scale), scale: 0 } : shifted
  const body = f.exponentDigits > 0 ? scientific(moved, f) : plain(moved, f)
  return n.negative ? f.negativePrefix + body + f.negativeSuffix : f.prefix + body + f.suffix
}

function plain(n: PlainNumber, f: Pattern): string {
  const { whole, fraction } = placed(roundedTo(n, f.maxFraction, 'half-even'), f.maxFraction)
  const shown = fraction.slice(0, Math.max(f.minFraction, fraction.replace(/0+$/, '').length))
  let digits = whole.replace(/^0+/, '').padStart(f.minWhole, '0')
  if (digits === '' && shown === '') digits = '0'
  return `${f.grouping > 0 ? grouped(digits, f.grouping) : digits}${shown === '' ? '' : `.${shown}`}`
}

function scientific(n: PlainNumber, f: Pattern): string {
  let exponent = n.unscaled === 0n ? 0 : n.unscaled.toString().length - n.scale - 1
  const stepped = f.maxWhole > f.minWhole && f.maxWhole > 1, significant = f.maxWhole + f.maxFraction
  const rounded = (): bigint => roundedTo(n, significant - 1 - exponent, 'half-even')
  let digits = n.unscaled === 0n ? 0n : rounded()
  if (digits.toString().length > significant) { exponent++; digits = rounded() }
  const places = stepped ? ((exponent % f.maxWhole) + f.maxWhole) % f.maxWhole + 1 : Math.max(f.minWhole, 1)
  const text = digits.toString().padEnd(significant, '0'), shownExponent = exponent - places + 1
  const fraction = text.slice(places)
  const shown = fraction.slice(0, Math.max(f.minFraction, fraction.replace(/0+$/, '').length))
  const e = Math.abs(shownExponent).toString().padStart(f.exponentDigits, '0')
  return `${text.slice(0, places)}${shown === '' ? '' : `.${shown}`}E${shownExponent < 0 ? '-' : ''}${e}`
}

const known = new Map<string, Pattern>()
function patternOf(text: string): Pattern {
  let p = known.get(text)
  if (p !== undefined) return p
  try { p = compile(text === '' ? '#,##0' : text) } catch (e) {
    if (!(e instanceof Unclear)) throw e
    throw executionError('MICROLOTE_INVALID_NUMBER_PATTERN', { pattern: text, reason: e.message })
  }
  if (known.size > 200) known.clear()
  known.set(text, p)
  return p
}

const decimals = (n: number): Pattern => ({ prefix: '', suffix: '', negativePrefix: '-', negativeSuffix: '', minWhole: 1, maxWhole: 1, minFraction: n, maxFraction: n, grouping: 3, shift: 0, exponentDigits: 0 })

const formatNumber: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const [v, how] = plainArgs(c) as [Resolved, Resolved]
    if (!isNumeric(v.type) && v.type.kind !== 'void') throw unexpectedType(c, 1, '"NUMERIC"', v)
    if (v.type.kind === 'void' || how.type.kind === 'void') return literal(null, stringType)
    const byCount = how.type.kind !== 'string'
    if (byCount && !(['byte', 'short', 'int'].includes(how.type.kind) || (how.type.kind === 'long' && canImplicitlyCast(how.type, intType, context.ansi)))) throw unexpectedType(c, 2, '("INT" or "STRING")', how)
    const digits = plainNumberOf(v.type)
    const evaluate = (x: unknown, d: number | string): string | null => {
      if (typeof d === 'number' && d < 0) return null
      const f = typeof d === 'number' ? decimals(d) : patternOf(d), n = digits(x)
      if (n !== null) return written(n, f)
      if (x !== x) return 'NaN'
      return (x as number) < 0 ? `${f.negativePrefix}∞${f.negativeSuffix}` : `${f.prefix}∞${f.suffix}`
    }
    return call('format_number', [v, byCount ? castTo(how, intType, context) : how], stringType, { evaluate }, { nullable: true })
  },
}

export const numberFormatFunctions: FunctionFamily = { format_number: formatNumber }
