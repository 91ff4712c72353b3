/** Dates and timestamps of JSON texts: the forms that `CAST` knows, or the pattern of an option, in the session's time zone. */
import { compileFormatter, compileParser } from '../../types/datetime-pattern.ts'
import { parseTime } from '../../types/time-of-day.ts'
import { timeZone } from '../../types/time-zone.ts'
import { parseDate, parseTimestamp, parseTimestampParts } from '../../types/timestamp.ts'
import type { JsonOptions } from './options.ts'

/** null for a text that is no date or time of the form asked for. */
export interface JsonTimes {
  timestamp(text: string): bigint | null
  timestampNtz(text: string): bigint | null
  date(text: string): number | null
  /** A time of day, with all its digits. */
  time(text: string): bigint | null
  /** A local time of the session as microseconds since the epoch. */
  toUtc(localMicros: bigint): bigint
}

/** The readers that the options ask for. A pattern is read alone unless `enableDateTimeParsingFallback` also allows the forms of a cast. */
export function jsonTimes(options: JsonOptions): JsonTimes {
  const zone = timeZone(options.timeZone)
  const timestamp = (text: string): bigint | null => inRange(parseTimestamp(text, zone, options.now))
  // A text of digits alone that is no year counts days since 1970, as the first versions of Spark wrote dates.
  const date = (text: string): number | null => parseDate(text) ?? (/^[+-]?\d{1,10}$/.test(text) && Math.abs(Number(text)) < 2 ** 31 ? Number(text) : null)
  return {
    timestamp: withPattern(options.timestampFormat, options, p => text => p.parse(text, zone), timestamp),
    timestampNtz: withPattern(options.timestampNTZFormat, options, p => text => p.parseLocal(text), localTimestamp),
    date: withPattern(options.dateFormat, options, p => text => p.parseDate(text), date),
    time: withPattern(options.timeFormat, options, p => text => p.parseTime(text), parseTime),
    toUtc: local => zone.toUtc(local),
  }
}

type Parser = ReturnType<typeof compileParser>

function withPattern<T>(pattern: string | undefined, options: JsonOptions, read: (p: Parser) => (text: string) => T | null, forms: (text: string) => T | null): (text: string) => T | null {
  if (pattern === undefined) return forms
  const patterned = read(compileParser(pattern))
  return options.enableDateTimeParsingFallback === true ? text => patterned(text) ?? forms(text) : patterned
}

/** Unlike a cast, which drops a zone, JSON refuses one here; and a time needs a date. */
function localTimestamp(text: string): bigint | null {
  const t = parseTimestampParts(text, () => 0)
  return t === null || t.zone !== null || /^\s*(?:T|\d{1,2}:)/.test(text) ? null : inRange(t.local)
}

const inRange = (micros: bigint | null): bigint | null => (micros === null || BigInt.asIntN(64, micros) !== micros ? null : micros)

/** Writers for a pattern: days, and microseconds in a zone (null: local ones). */
export function patternWriters(pattern: string, zone: string | null): { formatDate(days: number): string; formatTimestamp(micros: bigint): string } {
  const f = compileFormatter(pattern), z = zone === null ? null : timeZone(zone)
  return { formatDate: days => f.formatDate(days), formatTimestamp: micros => (z === null ? f.formatLocal(micros) : f.format(micros, z)) }
}

/** The writer of times of day for a pattern. */
export function timeWriter(pattern: string): (nanos: bigint) => string {
  const f = compileFormatter(pattern)
  return nanos => f.formatTime(nanos)
}
