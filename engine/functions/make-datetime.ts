/** Makes dates, timestamps and intervals of their parts: make_date, make_timestamp, make_interval and their kin. */
import { executionError } from '../errors/spark-error.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import { daysOf, isValidDate, joinDay, microsOfDay } from '../types/civil.ts'
import { dateType, dayTimeIntervalType, decimalType, intType, stringType, timeType, timestampNtzType, timestampType } from '../types/data-type.ts'
import { timeZone } from '../types/time-zone.ts'
import type { Resolved } from '../expressions/expression.ts'
import { castTo } from './cast.ts'
import { zoneOrRefuse } from './datetime.ts'
import { call, expectArity, literal, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced, fn, made } from './typed.ts'

function makeDate(year: number, month: number, day: number): number | null { return isValidDate(year, month, day) ? daysOf(year, month, day) : null }

/** The form of a date and a time, in the session's zone or the one given. */
function ofDateAndTime(c: FunctionCall, ntz: boolean, context: BindContext): Resolved {
  const [date, time] = plainArgs(c) as [Resolved, Resolved]
  if (date.type.kind !== 'date' && date.type.kind !== 'void') throw unexpectedType(c, 1, '"DATE"', date)
  if (time.type.kind !== 'time' && time.type.kind !== 'void') throw unexpectedType(c, 2, '"TIME"', time)
  const args = [castTo(date, dateType, context), time.type.kind === 'time' ? time : literal(null, timeType()), ...(c.args.length === 3 ? [coerced(c, 2, stringType, context)] : [])]
  const session = timeZone(ntz ? 'UTC' : context.timeZone)
  return call(c.name.toLowerCase(), args, ntz ? timestampNtzType : timestampType, { evaluate: (d: number, t: bigint, z?: string) => (z === undefined ? session : zoneOrRefuse(z)).toUtc(BigInt(d) * 86_400_000_000n + t / 1000n) }, { nullable: true })
}

/** make_timestamp and its kin: seconds are DECIMAL(16,6), 60 rolls over to the next minute. */
function makeTimestamp(tolerant: boolean, ntz: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      if (c.args.length === 2 || (c.args.length === 3 && !ntz)) return ofDateAndTime(c, ntz, context)
      expectArity(c, 6, ntz ? 6 : 7)
      const types = [intType, intType, intType, intType, intType, decimalType(16, 6), stringType]
      const args = c.args.map((_, i) => (i === 5 ? castTo(plainArgs(c)[5]!, types[5]!, context) : coerced(c, i, types[i]!, context)))
      const session = timeZone(context.timeZone)
      const strict = context.ansi && !tolerant
      const evaluate = (y: number, mo: number, d: number, h: number, mi: number, s: bigint, z?: string): bigint | null => {
        const second = Number(s / 1_000_000n), micros = Number(s % 1_000_000n)
        const fail = (message: string): null => { if (strict) throw executionError('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage: message }); return null }
        if (second < 0 || second > 60 || micros < 0) return fail(`seconds lie between 0 and 60, found ${second}`)
        if (second === 60 && micros !== 0) { if (strict) throw executionError('INVALID_FRACTION_OF_SECOND', { secAndMicros: `${second}.${micros}` }); return null }
        if (!isValidDate(y, mo, d)) return fail(`there is no day ${y}-${mo}-${d}`)
        if (h < 0 || h > 23 || mi < 0 || mi > 59) return fail(`there is no time ${h}:${mi}`)
        const local = joinDay(daysOf(y, mo, d), microsOfDay(h, mi, second, micros))
        return ntz ? local : (z === undefined ? session : zoneOrRefuse(z)).toUtc(local)
      }
      return call(c.name.toLowerCase(), args, ntz ? timestampNtzType : timestampType, { evaluate }, { nullable: true })
    },
  }
}

/** An interval of its parts; those left out are 0. The tolerant one gives NULL where months or days do not fit. */
function makeInterval(tolerant: boolean): FunctionDefinition {
  const fits = (n: number): boolean => n === (n | 0)
  return {
    bind(c, context) {
      expectArity(c, tolerant ? 1 : 0, 7)
      const args = c.args.map((_, i) => (i === 6 ? castTo(plainArgs(c)[6]!, decimalType(18, 6), context) : coerced(c, i, intType, context)))
      const evaluate = (y = 0, mo = 0, w = 0, d = 0, h = 0, mi = 0, s = 0n): CalendarInterval | null => {
        const months = y * 12 + mo, days = w * 7 + d, microseconds = BigInt(h) * 3_600_000_000n + BigInt(mi) * 60_000_000n + (s as bigint)
        return tolerant && !(fits(y * 12) && fits(months) && fits(w * 7) && fits(days) && BigInt.asIntN(64, microseconds) === microseconds) ? null : { months, days, microseconds }
      }
      return call(c.name.toLowerCase(), args, { kind: 'calendarinterval' }, { evaluate }, tolerant ? { nullable: true } : {})
    },
  }
}

export const makeDatetimeFunctions: FunctionFamily = {
  make_date: made([intType, intType, intType], dateType, context => (y: number, m: number, d: number) => {
    const r = makeDate(y, m, d)
    if (r === null && context.ansi) throw executionError('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage: `there is no day ${y}-${m}-${d}` })
    return r
  }, { nullable: true }),
  make_timestamp: makeTimestamp(false, false), make_timestamp_ltz: makeTimestamp(false, false), make_timestamp_ntz: makeTimestamp(false, true), try_make_timestamp: makeTimestamp(true, false), try_make_timestamp_ltz: makeTimestamp(true, false), try_make_timestamp_ntz: makeTimestamp(true, true),
  make_dt_interval: {
    bind(c, context) {
      expectArity(c, 0, 4)
      const types = [intType, intType, intType, decimalType(18, 6)]
      const args = c.args.map((_, i) => (i === 3 ? castTo(plainArgs(c)[3]!, types[3]!, context) : coerced(c, i, types[i]!, context)))
      return call('make_dt_interval', args, dayTimeIntervalType, { evaluate: (d = 0, h = 0, m = 0, s = 0n) => BigInt(d) * 86_400_000_000n + BigInt(h) * 3_600_000_000n + BigInt(m) * 60_000_000n + (s as bigint) })
    },
  },
  make_ym_interval: fn([intType, intType], { kind: 'yearmonthinterval', start: 0, end: 1 }, (y = 0, m = 0) => y * 12 + m, { optional: 2 }),
  make_interval: makeInterval(false), try_make_interval: makeInterval(true),
}
