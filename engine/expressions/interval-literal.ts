/** INTERVAL literals: ANSI intervals with the fields that are named, as Spark types them. Years and months do not mix with days and smaller units. */
import { parseError } from '../errors/spark-error.ts'
import type { DataType } from '../types/data-type.ts'
import { dayTimeLiteral, dayTimeUnits, parseCalendarInterval, yearMonthLiteral, yearMonthUnits, type DayTimeUnit } from '../types/interval.ts'
import type { Literal } from './expression.ts'
import type { TokenReader } from './token-reader.ts'

const units = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond']
const unitOf = (word: string): string => word.toLowerCase().replace(/s$/, '')
const rangeUnits = new Set(['year', 'month', 'day', 'hour', 'minute', 'second'])
const literal = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: false })

interface Part { readonly value: string; readonly unit: string }

/**
 * The literal after the word INTERVAL: `1 DAY 2 HOURS`, `'1-2' YEAR TO MONTH`, `-'1' DAY`. Null when no value stands there (`interval` is a name then),
 * or when only a text does: see `intervalOfText`. Throws INVALID_INTERVAL_FORMAT.*, MICROLOTE_MIXED_INTERVAL_UNITS, PARSE_SYNTAX_ERROR.
 */
export function readInterval(tokens: TokenReader): Literal | null {
  if (!startsValue(tokens)) return null
  if (tokens.peek().kind === 'string' && !isUnit(tokens, 1)) return null
  const start = tokens.peek().at
  const parts: Part[] = []
  do {
    const value = signedValue(tokens)
    if (!isUnit(tokens, 0)) throw tokens.unexpected(' A unit such as DAY or HOUR is expected here.')
    const unit = unitOf(tokens.take().text)
    if (parts.length === 0 && tokens.isWord('to') && tokens.peek(1).kind === 'word' && rangeUnits.has(tokens.peek(1).text.toLowerCase())) {
      tokens.skip(1)
      return ranged(value, unit, tokens.take().text.toLowerCase())
    }
    parts.push({ value, unit })
  } while (startsPart(tokens))
  const text = tokens.text.slice(start, tokens.peek(-1).end)
  return typed(parts.map(p => `${p.value} ${p.unit}`).join(' '), parts.map(p => p.unit), text)
}

const isUnit = (tokens: TokenReader, ahead: number): boolean => tokens.peek(ahead).kind === 'word' && units.includes(unitOf(tokens.peek(ahead).text))
const isValue = (tokens: TokenReader, ahead: number): boolean => { const t = tokens.peek(ahead); return t.kind === 'string' || (t.kind === 'number' && /^[\d.]+$/.test(t.text)) }
const isSign = (tokens: TokenReader): boolean => tokens.isSymbol('-') || tokens.isSymbol('+')
const startsValue = (tokens: TokenReader): boolean => isValue(tokens, isSign(tokens) ? 1 : 0)
// `INTERVAL 1 DAY - 2` is a subtraction, so a sign goes on only if a unit follows its value.
const startsPart = (tokens: TokenReader): boolean => (isSign(tokens) ? isValue(tokens, 1) && isUnit(tokens, 2) : isValue(tokens, 0))

function signedValue(tokens: TokenReader): string {
  const sign = isSign(tokens) ? tokens.take().text : ''
  const text = tokens.take().text.trim()
  if (sign !== '-') return text
  return text.startsWith('-') ? text.slice(1) : `-${text.replace(/^\+/, '')}`
}

function ranged(value: string, from: string, to: string): Literal {
  if (from === 'year' && to === 'month') return literal(yearMonthLiteral(value, 'year', 'month'), { kind: 'yearmonthinterval', start: 0, end: 1 })
  const start = dayTimeUnits.indexOf(from as DayTimeUnit), end = dayTimeUnits.indexOf(to as DayTimeUnit)
  if (start < 0 || end <= start) throw parseError('INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION', { input: value, from, to })
  return literal(dayTimeLiteral(value, from as DayTimeUnit, to as DayTimeUnit), { kind: 'daytimeinterval', start, end } as DataType)
}

/** `INTERVAL '1 day 2 hours'`. Throws INVALID_TYPED_LITERAL. */
export function intervalOfText(value: string): Literal {
  try { parseCalendarInterval(value) } catch (cause) { throw parseError('INVALID_TYPED_LITERAL', { valueType: '"INTERVAL"', value: `'${value}'` }, cause) }
  const names = [...value.toLowerCase().matchAll(/[a-z]+/g)].map(m => unitOf(m[0])).filter(w => units.includes(w))
  return typed(value, names, `'${value}'`)
}

function typed(value: string, names: readonly string[], text: string): Literal {
  const i = parseCalendarInterval(value)
  const long = names.filter(n => (yearMonthUnits as readonly string[]).includes(n))
  if (long.length > 0 && long.length < names.length) throw parseError('MICROLOTE_MIXED_INTERVAL_UNITS', { literal: text })
  if (long.length > 0) {
    const at = long.map(n => yearMonthUnits.indexOf(n as 'year'))
    return literal(i.months, { kind: 'yearmonthinterval', start: Math.min(...at), end: Math.max(...at) } as DataType)
  }
  const at = names.map(n => (n === 'week' ? 0 : n === 'millisecond' || n === 'microsecond' ? 3 : dayTimeUnits.indexOf(n as DayTimeUnit)))
  const micros = BigInt(i.days) * 86_400_000_000n + i.microseconds
  if (micros !== BigInt.asIntN(64, micros)) throw parseError('INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION', { input: text })
  return literal(micros, { kind: 'daytimeinterval', start: at.reduce((a, b) => Math.min(a, b), 3), end: at.reduce((a, b) => Math.max(a, b), 0) } as DataType)
}
