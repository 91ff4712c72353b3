/** Arithmetic with dates, timestamps and intervals: `date + 1`, `ts - ts`, `ts + INTERVAL 1 MONTH`, `INTERVAL 1 DAY * 2`. */
import { executionError } from '../errors/spark-error.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import type { Resolved } from '../expressions/expression.ts'
import { addMonths, joinDay, splitDay } from '../types/civil.ts'
import { dateType, dayTimeIntervalType, intType, isAnsiInterval, stringType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { timeZone } from '../types/time-zone.ts'
import { castTo } from './cast.ts'
import { call, literal, unexpectedType, type BindContext, type FunctionCall } from './define.ts'
import { timeOfDayArithmetic } from './time-of-day-arithmetic.ts'
import { scaleInterval } from './interval-arithmetic.ts'
import { wantedArgument } from './wanted.ts'

const dayMicros = 86_400_000_000n
const oneDay: DataType = { kind: 'daytimeinterval', start: 0, end: 0 }
const isTime = (t: DataType): boolean => t.kind === 'timestamp' || t.kind === 'timestamp_ntz'
const isMoment = (t: DataType): boolean => t.kind === 'date' || isTime(t)
const isInterval = (t: DataType): boolean => isAnsiInterval(t) || t.kind === 'calendarinterval'
/** Intervals that move a timestamp: all but those of years and months. */
const moves = (t: DataType): boolean => t.kind === 'calendarinterval' || t.kind === 'daytimeinterval'

/** What NULL gives beside a date, time or interval. */
function typeBesideNull(op: '+' | '-', t: DataType): DataType {
  if (t.kind === 'date') return op === '+' ? timestampType : oneDay
  return isTime(t) && op === '-' ? dayTimeIntervalType : t
}

/**
 * The call of an operator with a date, time or interval on a side, or null where the general rules of arithmetic apply (also for two intervals).
 * Throws DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE.
 */
export function datetimeArithmetic(op: string, a: Resolved, b: Resolved, c: FunctionCall, context: BindContext): Resolved | null {
  const x = a.type, y = b.type
  const of = (first: Resolved, second: Resolved): FunctionCall => ({ ...c, args: [first, second] })
  if (op === '*') return isInterval(x) ? scaleInterval(of(a, b), false, context) : isInterval(y) ? scaleInterval(of(b, a), false, context) : null
  if (op === '/') return isInterval(x) ? scaleInterval(of(a, b), true, context) : null
  if (op !== '+' && op !== '-') return null
  if (x.kind === 'time' || y.kind === 'time') { const found = timeOfDayArithmetic(op, a, b, context); if (found !== null) return found }
  if (x.kind === 'void') return isMoment(y) || isInterval(y) ? literal(null, typeBesideNull(op, y)) : null
  if (y.kind === 'void') return isMoment(x) || isInterval(x) ? literal(null, typeBesideNull(op, x)) : null
  if (x.kind === y.kind && isInterval(x)) return null
  if (y.kind === 'yearmonthinterval' && isMoment(x)) return plusMonths(a, b, op === '+' ? 1 : -1, context)
  if (moves(y)) return plusTime(of(a, b), op === '+' ? 1 : -1, context)
  if (op === '+') {
    if (x.kind === 'yearmonthinterval' && isMoment(y)) return plusMonths(b, a, 1, context)
    if (moves(x)) return plusTime(of(b, a), 1, context)
    if (x.kind === 'date' && y.kind !== 'string') return plusDays('+', of(a, b), context)
    return y.kind === 'date' && x.kind !== 'string' ? plusDays('+', of(b, a), context) : null
  }
  if (isTime(x) || isTime(y)) {
    // Without ANSI a text has become a double before this is looked at.
    if (!context.ansi) for (const [i, e] of [a, b].entries()) if (e.type.kind === 'string') throw unexpectedType(c, i + 1, '("TIMESTAMP" or "TIMESTAMP_NTZ")', e)
    return timesApart(wantedArgument(of(a, b), 0, 'timestamp', context), wantedArgument(of(a, b), 1, 'timestamp', context), context)
  }
  if (y.kind === 'date') return call('-', [wantedArgument(of(a, b), 0, dateType, context), b], oneDay, { evaluate: (d: number, e: number) => BigInt(d - e) * dayMicros })
  return x.kind === 'date' && y.kind !== 'string' ? plusDays('-', of(a, b), context) : null
}

function plusDays(op: '+' | '-', c: FunctionCall, context: BindContext): Resolved {
  const given = c.args[1] as Resolved
  if (!['int', 'short', 'byte'].includes(given.type.kind)) throw unexpectedType(c, 2, '("INT" or "SMALLINT" or "TINYINT")', given)
  const count = castTo(given, intType, context)
  return call(op === '+' ? 'date_add' : 'date_sub', [c.args[0] as Resolved, count], dateType, { source: ([d, n]) => `((${d} ${op} ${n}) | 0)` })
}

// The difference of timestamps is one of wall clocks: an hour lost to summer time does not count.
function timesApart(a: Resolved, b: Resolved, context: BindContext): Resolved {
  if (a.type.kind === 'timestamp_ntz' || b.type.kind === 'timestamp_ntz') {
    return call('-', [castTo(a, timestampNtzType, context), castTo(b, timestampNtzType, context)], dayTimeIntervalType, { evaluate: (x: bigint, y: bigint) => x - y })
  }
  const zone = timeZone(context.timeZone)
  return call('-', [castTo(a, timestampType, context), castTo(b, timestampType, context)], dayTimeIntervalType, { evaluate: (x: bigint, y: bigint) => zone.toLocal(x) - zone.toLocal(y) })
}

function plusMonths(time: Resolved, interval: Resolved, sign: 1 | -1, context: BindContext): Resolved {
  const name = sign === 1 ? '+' : '-'
  if (time.type.kind === 'date') return call(name, [time, interval], dateType, { evaluate: (d: number, m: number) => wholeDay(addMonths(d, sign * m)) })
  const zone = time.type.kind === 'timestamp_ntz' ? null : timeZone(context.timeZone)
  return call(name, [time, interval], time.type, { evaluate: (t: bigint, m: number) => wholeMicros(moveLocal(t, zone, sign * m, 0)) })
}

function wholeDay(d: number): number {
  if (d !== (d | 0)) throw executionError('DATETIME_OVERFLOW', { operation: 'the date has too many days' })
  return d
}

function wholeMicros(t: bigint): bigint {
  if (BigInt.asIntN(64, t) !== t) throw executionError('DATETIME_OVERFLOW', { operation: 'the timestamp lies outside the years that 64 bits of microseconds hold' })
  return t
}

// A text is read as a timestamp and the result is a text again.
function plusTime(c: FunctionCall, sign: 1 | -1, context: BindContext): Resolved {
  const [given, interval] = c.args as readonly [Resolved, Resolved]
  if (given.type.kind === 'date' && interval.type.kind === 'calendarinterval') return dateAndCalendar(given, interval, sign, context)
  if (given.type.kind === 'date' && interval.type.kind === 'daytimeinterval' && interval.type.end === 0) {
    return call(sign === 1 ? '+' : '-', [given, interval], dateType, { evaluate: (d: number, u: bigint) => wholeDay(d + sign * Number(u / dayMicros)) })
  }
  const time = wantedArgument(c, 0, 'timestamp', context)
  const zone = time.type.kind === 'timestamp_ntz' ? null : timeZone(context.timeZone)
  // Whole days move the calendar date, the rest the moment.
  const evaluate = interval.type.kind === 'daytimeinterval'
    ? (t: bigint, u: bigint) => { const v = sign === 1 ? u : -u, days = v / dayMicros; return wholeMicros(moveLocal(t, zone, 0, Number(days)) + (v - days * dayMicros)) }
    : (t: bigint, i: CalendarInterval) => wholeMicros(moveLocal(t, zone, sign * i.months, sign * i.days) + BigInt(sign) * i.microseconds)
  const moved = call(sign === 1 ? '+' : '-', [time, interval], time.type, { evaluate })
  return given.type.kind === 'string' ? castTo(moved, stringType, context) : moved
}

function dateAndCalendar(date: Resolved, interval: Resolved, sign: 1 | -1, context: BindContext): Resolved {
  return call(sign === 1 ? '+' : '-', [date, interval], dateType, {
    evaluate: (d: number, i: CalendarInterval) => {
      if (i.microseconds !== 0n && context.ansi) throw executionError('INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION', { ansiConfig: '"spark.sql.ansi.enabled"' })
      return splitDay(joinDay(addMonths(d, sign * i.months) + sign * i.days, 0) + BigInt(sign) * i.microseconds).days
    },
  })
}

function moveLocal(t: bigint, zone: ReturnType<typeof timeZone> | null, months: number, days: number): bigint {
  if (months === 0 && days === 0) return t
  const { days: d, rest } = splitDay(zone === null ? t : zone.toLocal(t))
  const local = joinDay((months === 0 ? d : addMonths(d, months)) + days, rest)
  return zone === null ? local : zone.toUtc(local)
}
