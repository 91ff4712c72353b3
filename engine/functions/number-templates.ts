/** The number formats of to_char and to_number: `9,999.99`, `S$000`, `99PR`. Reads a format, writes numbers by it and reads them back. */
import { analysisError, executionError } from '../errors/spark-error.ts'

/** A run of digits: one that begins with 0 has exactly so many, one that begins with 9 at most so many. */
interface Digits { readonly kind: 'digits'; readonly exactly: boolean; readonly count: number }
interface Mark { readonly kind: 'comma' | 'point' | '$' | 'S' | 'MI' | 'PR<' | 'PR>' }
type Token = Digits | Mark

export interface NumberTemplate { readonly format: string; readonly tokens: readonly Token[]; readonly precision: number; readonly scale: number }

/** Reads a format. Throws INVALID_FORMAT.* when it is none. */
export function numberTemplate(format: string): NumberTemplate {
  const shown = { format: `'${format}'` }
  if (format === '') throw analysisError('INVALID_FORMAT.EMPTY')
  const tokens: (Token | { kind: 'other'; text: string })[] = []
  const upper = format.toUpperCase()
  for (let i = 0; i < upper.length;) {
    const run = /^[09]+/.exec(upper.slice(i))
    if (run !== null) { tokens.push({ kind: 'digits', exactly: run[0][0] === '0', count: run[0].length }); i += run[0].length; continue }
    const two = upper.slice(i, i + 2)
    if (two === 'MI') { tokens.push({ kind: 'MI' }); i += 2; continue }
    if (two === 'PR') { tokens.push({ kind: 'PR>' }); i += 2; continue }
    const ch = upper[i++]!
    tokens.push(ch === ',' || ch === 'G' ? { kind: 'comma' } : ch === '.' || ch === 'D' ? { kind: 'point' } : ch === '$' ? { kind: '$' } : ch === 'S' ? { kind: 'S' } : { kind: 'other', text: ch })
  }
  const at = (kind: string): number => tokens.findIndex(t => t.kind === kind), digits = at('digits'), point = at('point')
  if (digits < 0) throw analysisError('INVALID_FORMAT.WRONG_NUM_DIGIT', shown)
  const dollar = at('$')
  if (dollar > digits) throw analysisError('INVALID_FORMAT.CUR_MUST_BEFORE_DIGIT', shown)
  if (point >= 0 && dollar > point) throw analysisError('INVALID_FORMAT.CUR_MUST_BEFORE_DEC', shown)
  tokens.forEach((t, i) => {
    if (t.kind !== 'comma') return
    if (point >= 0 && i > point) throw analysisError('INVALID_FORMAT.THOUSANDS_SEPS_MUST_BEFORE_DEC', shown)
    if (tokens[i - 1]?.kind !== 'digits' || tokens[i + 1]?.kind !== 'digits') throw analysisError('INVALID_FORMAT.CONT_THOUSANDS_SEPS', shown)
  })
  for (const kind of ['point', '$', 'S', 'MI', 'PR>']) if (tokens.filter(t => t.kind === kind).length > 1) throw analysisError('INVALID_FORMAT.WRONG_NUM_TOKEN', { ...shown, token: kind === 'point' ? '. or D' : kind === 'PR>' ? 'PR' : kind })
  // MI or S, $, digits, point, digits, then PR, MI or S.
  const order = tokens.map(t => (t.kind === 'digits' || t.kind === 'comma' ? 'd' : t.kind === 'point' ? '.' : t.kind === '$' ? '$' : t.kind === 'PR>' ? 'P' : t.kind === 'other' ? '?' : 'S')).join('').replace(/d+/g, 'd')
  const m = /^S?\$?d?\.?d?(?:P?S?)/.exec(order)![0]
  if (m.length < order.length) {
    const bad = tokens.find(t => t.kind === 'other') ?? tokens.at(-1)!
    throw analysisError('INVALID_FORMAT.UNEXPECTED_TOKEN', { ...shown, token: bad.kind === 'other' ? `'${bad.text}'` : bad.kind === 'digits' ? 'a digit' : bad.kind.replace('>', '') })
  }
  const list = tokens as Token[], all = (from: Token[]): number => from.reduce((n, t) => n + (t.kind === 'digits' ? t.count : 0), 0)
  const precision = all(list), scale = point < 0 ? 0 : all(list.slice(point))
  if (precision > 38) throw analysisError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision, maxPrecision: 38 })
  return { format, tokens: at('PR>') < 0 ? list : [{ kind: 'PR<' }, ...list], precision, scale }
}

const isDigit = (ch: string | undefined): boolean => ch !== undefined && ch >= '0' && ch <= '9'

/** The number unscaled / 10^scale by the format; # in place of digits where it does not fit. */
export function writeByTemplate(unscaled: bigint, scale: number, f: NumberTemplate): string {
  const negative = unscaled < 0n, text = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  let before = text.slice(0, text.length - scale).replace(/^0+/, ''), after = text.slice(text.length - scale).replace(/0+$/, '')
  const wholeDigits = f.precision - f.scale
  if (before.length > wholeDigits || after.length > f.scale) { before = '#'.repeat(wholeDigits); after = '#'.repeat(f.scale) }
  before = before.padStart(wholeDigits, ' ')
  after = after.padEnd(f.scale, '0')
  let out = '', i = 0, j = 0, point = false
  // Blanks stand before a sign, not between it and the digits.
  const blank = (): void => { out = /[-+<]$/.test(out) ? `${out.slice(0, -1)} ${out.at(-1)}` : `${out} ` }
  const lonePoint = (): void => { if (out.endsWith('.')) out = `${out.slice(0, -1)} ` }
  const sign = (ch: string): void => { const end = /[^ ]( +)$/.exec(out)?.[1] ?? ''; out = out.slice(0, out.length - end.length) + ch + end }
  for (const t of f.tokens) {
    switch (t.kind) {
      case 'digits':
        for (let k = 0; k < t.count; k++) {
          if (point) { out += after[j++]; continue }
          const ch = before[i++]!
          if (ch !== ' ') out += ch
          else if (t.exactly) out += '0'
          else blank()
        }
        break
      case 'comma': if (isDigit(out.at(-1))) out += ','; else blank(); break
      case 'point': if (out.endsWith(' ')) out = `${out.slice(0, -1)}0`; out += '.'; point = true; break
      case '$': out += '$'; break
      case 'S': lonePoint(); sign(negative ? '-' : '+'); break
      case 'MI': lonePoint(); if (negative) sign('-'); else out += ' '; break
      case 'PR<': if (negative) out += '<'; break
      case 'PR>': lonePoint(); if (negative) sign('>'); else out += '  '; break
    }
  }
  lonePoint()
  return out
}

/** A text read by the format, as the unscaled number of DECIMAL(precision, scale); null when it does not match. */
export function readByTemplate(given: string, f: NumberTemplate): bigint | null {
  const s = given.replace(/\s/g, '')
  let at = 0, negative = false, open = false, point = false, before = '', after = ''
  for (let k = 0; k < f.tokens.length; k++) {
    const t = f.tokens[k]!
    switch (t.kind) {
      case 'digits': {
        const runs = [t]
        while (f.tokens[k + 1]?.kind === 'comma') { runs.push(f.tokens[k + 2] as Digits); k += 2 }
        const text = /^[0-9,]*/.exec(s.slice(at))![0], groups = text === '' ? [''] : text.split(',')
        at += text.length
        if (groups.length > runs.length) return null
        for (let g = 0; g < runs.length; g++) {
          const run = runs[runs.length - 1 - g]!, size = groups[groups.length - 1 - g]?.length ?? 0
          if (size > run.count || (run.exactly && !point && size !== run.count)) return null
        }
        if (point) after += groups.join('')
        else before += groups.join('')
        break
      }
      case 'point': if (s[at] === '.') { at++; point = true } break
      case '$': if (s[at] !== '$') return null; at++; break
      case 'S': case 'MI': if (s[at] === '-') { negative = true; at++ } else if (t.kind === 'S' && s[at] === '+') at++; break
      case 'PR<': if (s[at] === '<') { open = true; at++ } break
      case 'PR>': if (s[at] === '>') { if (!open) return null; open = false; negative = true; at++ } break
    }
  }
  if (at < s.length || open || before + after === '') return null
  const v = BigInt(before + after.padEnd(f.scale, '0') || '0')
  if (before.replace(/^0+/, '').length > f.precision - f.scale) throw executionError('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: given, precision: f.precision, scale: f.scale })
  return negative ? -v : v
}
