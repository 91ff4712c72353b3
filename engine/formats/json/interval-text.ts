/** Interval texts in JSON (`INTERVAL '1 02:03:04' DAY TO SECOND`, `1 02:03:04`, `1 day 2 hours`) as values; null for a text that is none. */
import type { DayTimeIntervalType, YearMonthIntervalType } from '../../types/data-type.ts'
import type { CalendarInterval } from '../../columns/object-vector.ts'
import { dayTimeLiteral, dayTimeUnits, parseCalendarInterval, yearMonthLiteral } from '../../types/interval.ts'

const literal = /^\s*interval\s*([+-]?)\s*'([^']*)'\s*(day|hour|minute|second|year|month)(?:\s+to\s+(hour|minute|second|month))?\s*$/i
const yearMonthUnits = ['year', 'month'] as const

/** The text between the quotes with the sign before them, if its fields are those wanted; the text itself if it has no such form. */
function inner(text: string, from: string, to: string): string {
  const m = literal.exec(text)
  if (m === null) return text
  if (m[3].toLowerCase() !== from || (m[4] ?? m[3]).toLowerCase() !== to) throw new RangeError('other fields')
  return m[1] === '-' ? (m[2].startsWith('-') ? m[2].slice(1) : `-${m[2]}`) : m[2]
}

/** Any failure to read it means that the text is no such interval. */
function orNull<T>(read: () => T): T | null {
  try { return read() } catch { return null }
}

/** Microseconds. */
export function parseDayTimeText(text: string, type: DayTimeIntervalType): bigint | null {
  const from = dayTimeUnits[type.start], to = dayTimeUnits[type.end]
  return orNull(() => dayTimeLiteral(inner(text, from, to), from, to))
}

/** Months. */
export function parseYearMonthText(text: string, type: YearMonthIntervalType): number | null {
  const from = yearMonthUnits[type.start], to = yearMonthUnits[type.end]
  return orNull(() => yearMonthLiteral(inner(text, from, to), from, to))
}

export function parseCalendarText(text: string): CalendarInterval | null {
  return orNull(() => parseCalendarInterval(text))
}
