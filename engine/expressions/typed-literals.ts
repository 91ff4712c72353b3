/** Literals that name their type: DATE '…', TIMESTAMP '…', INTERVAL …. */
import { parseError } from '../errors/spark-error.ts'
import { calendarIntervalType, dateType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { dayTimeLiteral, dayTimeUnits, parseCalendarInterval, yearMonthLiteral, type DayTimeUnit } from '../types/interval.ts'
import { parseDate, parseTimestampNtz, parseTimestampParts } from '../types/timestamp.ts'
import { timeZone } from '../types/time-zone.ts'
import type { Literal } from './expression.ts'

/** What a text's meaning depends on besides itself: the session's time zone, for TIMESTAMP literals without a zone. */
export interface ParseOptions { readonly timeZone?: string }

let sessionZone = 'UTC'
/** The zone of TIMESTAMP literals in texts that are parsed without one being given: set by the session, which is one a process. */
export const setLiteralTimeZone = (zone: string): void => { sessionZone = zone }

const lit = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: false })

/** The literal of `word 'text'`, or null when the word names no type. Throws INVALID_TYPED_LITERAL. */
export function typedLiteral(word: string, text: string, options: ParseOptions): Literal | null {
  const refuse = (): Error => parseError('INVALID_TYPED_LITERAL', { valueType: `"${word.toUpperCase()}"`, value: `'${text}'` })
  switch (word) {
    case 'date': { const d = parseDate(text); if (d === null) throw refuse(); return lit(d, dateType) }
    case 'timestamp': case 'timestamp_ltz': {
      const parts = parseTimestampParts(text, () => 0)
      if (parts === null) throw refuse()
      return lit((parts.zone ?? timeZone(options.timeZone ?? sessionZone)).toUtc(parts.local), timestampType)
    }
    case 'timestamp_ntz': { const t = parseTimestampNtz(text); if (t === null) throw refuse(); return lit(t, timestampNtzType) }
    default: return null
  }
}

const units = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond']
export const isIntervalUnit = (word: string): boolean => units.includes(word.toLowerCase().replace(/s$/, ''))
const unitOf = (word: string): string => word.toLowerCase().replace(/s$/, '')

export interface IntervalPart { readonly value: string; readonly quoted: boolean; readonly from: string; readonly to: string | null }

/** `INTERVAL '1' DAY`, `INTERVAL 1 DAY 2 HOURS`, `INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '1 day 2 hours'`: an ANSI interval where its units allow, else a calendar interval. */
export function intervalLiteral(parts: readonly IntervalPart[], text: string): Literal {
  const first = parts[0]!
  if (first.from === '') return fromText(first.value, text)
  if (first.to !== null) {
    const from = unitOf(first.from), to = unitOf(first.to)
    if (from === 'year' && to === 'month') return lit(yearMonthLiteral(first.value, 'year', 'month'), { kind: 'yearmonthinterval', start: 0, end: 1 })
    const start = dayTimeUnits.indexOf(from as DayTimeUnit), end = dayTimeUnits.indexOf(to as DayTimeUnit)
    if (start < 0 || end <= start) throw parseError('INVALID_INTERVAL_FORMAT.INVALID_UNIT', { input: text, unit: to })
    return lit(dayTimeLiteral(first.value, from as DayTimeUnit, to as DayTimeUnit), { kind: 'daytimeinterval', start, end } as DataType)
  }
  const names = parts.map(p => unitOf(p.from))
  if (parts.length === 1 && first.quoted && (dayTimeUnits as readonly string[]).includes(names[0]!) ) {
    const at = dayTimeUnits.indexOf(names[0] as DayTimeUnit)
    return lit(dayTimeLiteral(first.value, names[0] as DayTimeUnit, names[0] as DayTimeUnit), { kind: 'daytimeinterval', start: at, end: at } as DataType)
  }
  return typed(parts.map(p => `${p.value} ${p.from}`).join(' '), names, text)
}

function fromText(value: string, text: string): Literal {
  const names = [...value.toLowerCase().matchAll(/[a-z]+/g)].map(m => unitOf(m[0])).filter(w => w !== 'interval')
  return typed(value, names, text)
}

// Only years and months: a year-month interval; no years and months: a day-time interval; both: a calendar interval.
function typed(value: string, names: readonly string[], text: string): Literal {
  const i = parseCalendarInterval(value)
  const long = names.filter(n => n === 'year' || n === 'month'), short = names.filter(n => n !== 'year' && n !== 'month')
  void text
  if (short.length === 0) {
    const at = long.map(n => (n === 'year' ? 0 : 1))
    return lit(i.months, { kind: 'yearmonthinterval', start: Math.min(...at), end: Math.max(...at) } as DataType)
  }
  if (long.length === 0) {
    const at = short.map(n => (n === 'week' ? 0 : Math.max(0, dayTimeUnits.indexOf(n as DayTimeUnit)) + (n.endsWith('llisecond') || n.endsWith('crosecond') ? 3 : 0)))
    return lit(BigInt(i.days) * 86_400_000_000n + i.microseconds, { kind: 'daytimeinterval', start: Math.min(...at), end: Math.max(...at) } as DataType)
  }
  return lit(i, calendarIntervalType)
}
