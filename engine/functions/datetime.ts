/** Dates and times: parts, arithmetic by days and months, cutting, and conversions from and to numbers. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { addMonths, dateOf, dayOfYear, daysInMonth, daysOf, isoDayOfWeek, isoWeek, splitDay, timeOf } from '../types/civil.ts'
import { dateType, doubleType, intType, isIntegral, longType, stringType, timestampNtzType, timestampType } from '../types/data-type.ts'
import { findTimeZone, timeZone, type TimeZone } from '../types/time-zone.ts'
import type { Resolved } from '../expressions/expression.ts'
import { castTo, expectTimeValues } from './cast.ts'
import { call, expectArity, literalValue, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced, fn, made } from './typed.ts'
import { dateUnits, truncateDate, truncateLocal } from './datetime-truncate.ts'
import { datePart } from './date-part.ts'
import { addUnits, unitsBetween } from './datetime-units.ts'


/** A part of a date: timestamps and texts become dates first. */
const ofDate = (body: (days: number) => number): FunctionDefinition => fn([dateType], intType, body)

/** A part of the time of day: of a timestamp in the session's zone, or of a TIMESTAMP_NTZ as it is. */
function ofTime(body: (microsOfTheDay: number) => number): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const a = plainArgs(c)[0]!
      const zone = timeZone(context.timeZone)
      if (a.type.kind === 'time') expectTimeValues(context)
      if (a.type.kind === 'time') return call(c.name.toLowerCase(), [a], intType, { evaluate: (t: bigint) => body(Number(t / 1000n)) }, { nullable: a.nullable })
      if (a.type.kind === 'timestamp_ntz') return call(c.name.toLowerCase(), [a], intType, { evaluate: (t: bigint) => body(splitDay(t).rest) }, { nullable: a.nullable })
      return call(c.name.toLowerCase(), [coerced(c, 0, timestampType, context)], intType, { evaluate: (t: bigint) => body(splitDay(zone.toLocal(t)).rest) }, { nullable: a.nullable })
    },
  }
}

const weekdays = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su']
const fullDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const fullMonths = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

function nextDay(days: number, name: string): number | null {
  const n = name.trim().toLowerCase()
  const at = fullDays.findIndex((d, i) => n === d || n === d.slice(0, 3) || n === weekdays[i])
  if (at < 0) return null
  const step = (at + 1 - isoDayOfWeek(days) + 7) % 7
  return days + (step === 0 ? 7 : step)
}

/** Months between two local times, whole when both are the same day of the month or both the last; days count a 31st each. */
function monthsBetween(a: bigint, b: bigint, roundOff: boolean): number {
  const x = splitDay(a), y = splitDay(b), d1 = dateOf(x.days), d2 = dateOf(y.days)
  const months = (d1.year - d2.year) * 12 + d1.month - d2.month
  const last1 = d1.day === daysInMonth(d1.year, d1.month), last2 = d2.day === daysInMonth(d2.year, d2.month)
  if (d1.day === d2.day || (last1 && last2)) return months
  const seconds = (d1.day - d2.day) * 86_400 + Math.floor(x.rest / 1e6) - Math.floor(y.rest / 1e6)
  const value = months + seconds / (31 * 86_400)
  return roundOff ? Math.round(value * 1e8) / 1e8 : value
}

/** A timestamp as a number; a time of day is none. */
function sinceEpoch(of: (micros: bigint) => bigint): FunctionDefinition {
  const plain = fn([timestampType], longType, of)
  return { bind(c, context) { const a = plainArgs(c)[0]; if (a?.type.kind === 'time') throw unexpectedType(c, 1, '"TIMESTAMP"', a); return plain.bind(c, context) } }
}

/** timestamp_seconds takes fractions; the others take whole numbers. */
const timestampSeconds: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    const check = (v: bigint): bigint => { if (BigInt.asIntN(64, v) !== v) throw executionError('ARITHMETIC_OVERFLOW', { message: 'the timestamp does not fit', alternative: 'a smaller number' }); return v }
    if (isIntegral(a.type)) return call('timestamp_seconds', [castTo(a, longType, context)], timestampType, { evaluate: (s: bigint) => check(s * 1_000_000n) }, { nullable: a.nullable })
    if (a.type.kind === 'decimal') {
      const { scale } = a.type
      return call('timestamp_seconds', [a], timestampType, { evaluate: (s: bigint) => (scale <= 6 ? check(s * 10n ** BigInt(6 - scale)) : check(s / 10n ** BigInt(scale - 6))) }, { nullable: a.nullable })
    }
    if (a.type.kind === 'double' || a.type.kind === 'float' || a.type.kind === 'string' || a.type.kind === 'void') {
      return call('timestamp_seconds', [castTo(a, doubleType, context)], timestampType, { evaluate: (s: number) => (Number.isFinite(s) ? check(BigInt(Math.trunc(s * 1e6))) : null) }, { nullable: true })
    }
    throw unexpectedType(c, 1, '"NUMERIC"', a)
  },
}

const scaled = (factor: bigint): FunctionDefinition => fn([longType], timestampType, (v: bigint) => {
  const r = v * factor
  if (BigInt.asIntN(64, r) !== r) throw executionError('ARITHMETIC_OVERFLOW', { message: 'the timestamp does not fit', alternative: 'a smaller number' })
  return r
})
/** The whole quotient, downwards also below 0; `b` is above it. */
export const floorDiv = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b)

/** The zone of a name. Throws INVALID_TIMEZONE. */
export function zoneOrRefuse(name: string): TimeZone {
  const z = findTimeZone(name)
  if (z === null) throw executionError('INVALID_TIMEZONE', { timeZone: name })
  return z
}

/** date_trunc: the unit first; timestamps are cut in the session's zone. */
const dateTrunc: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const a = plainArgs(c)[1]!
    const zone = timeZone(context.timeZone)
    if (a.type.kind === 'timestamp_ntz') return call('date_trunc', [coerced(c, 0, stringType, context), a], timestampNtzType, { evaluate: (u: string, t: bigint) => truncateLocal(t, u) }, { nullable: true })
    const evaluate = (u: string, t: bigint): bigint | null => {
      const local = truncateLocal(zone.toLocal(t), u)
      return local === null ? null : zone.toUtc(local)
    }
    return call('date_trunc', [coerced(c, 0, stringType, context), coerced(c, 1, timestampType, context)], timestampType, { evaluate }, { nullable: true })
  },
}

/** dateadd(unit, n, t) and timestampadd; with two arguments date_add. */
function add(c: FunctionCall, context: BindContext): Resolved {
  expectArity(c, 2, 3)
  if (c.args.length === 2) return dateAdd(1).bind(c, context)
  const unit = String(literalValue(c.args[0])).toUpperCase()
  if (!dateUnits.has(unit)) throw analysisError('INVALID_PARAMETER_VALUE.DATETIME_UNIT', { functionName: '`' + c.name.toLowerCase() + '`', invalidValue: unit })
  const t = plainArgs(c)[2]!
  const zone = timeZone(context.timeZone)
  const n = castTo(plainArgs(c)[1]!, longType, context)
  if (t.type.kind === 'timestamp_ntz') return call('timestampadd', [n, t], timestampNtzType, { evaluate: (k: bigint, at: bigint) => addUnits(at, k, unit, null) })
  return call('timestampadd', [n, castTo(t, timestampType, context)], timestampType, { evaluate: (k: bigint, at: bigint) => addUnits(at, k, unit, zone) }, { nullable: n.nullable || t.nullable })
}

function difference(c: FunctionCall, context: BindContext): Resolved {
  expectArity(c, 2, 3)
  if (c.args.length === 2) return fn([dateType, dateType], intType, (a: number, b: number) => a - b).bind(c, context)
  const unit = String(literalValue(c.args[0])).toUpperCase()
  if (!dateUnits.has(unit)) throw analysisError('INVALID_PARAMETER_VALUE.DATETIME_UNIT', { functionName: '`' + c.name.toLowerCase() + '`', invalidValue: unit })
  const zone = timeZone(context.timeZone)
  return call('timestampdiff', [castTo(plainArgs(c)[1]!, timestampType, context), castTo(plainArgs(c)[2]!, timestampType, context)], longType, { evaluate: (a: bigint, b: bigint) => unitsBetween(zone.toLocal(a), zone.toLocal(b), unit) }, { nullable: true })
}

const dateAdd = (sign: 1 | -1): FunctionDefinition => ({
  bind(c, context) {
    expectArity(c, 2)
    const n = plainArgs(c)[1]!
    if (!['byte', 'short', 'int', 'string', 'void'].includes(n.type.kind)) throw unexpectedType(c, 2, '("INT" or "SMALLINT" or "TINYINT")', n)
    if (plainArgs(c)[0]!.type.kind === 'time') throw unexpectedType(c, 1, '"DATE"', plainArgs(c)[0]!)
    return call(sign === 1 ? 'date_add' : 'date_sub', [coerced(c, 0, dateType, context), castTo(n, intType, context)], dateType, { source: ([d, k]) => `((${d} ${sign === 1 ? '+' : '-'} ${k}) | 0)` })
  },
})

export const datetimeFunctions: FunctionFamily = {
  year: ofDate(d => dateOf(d).year), quarter: ofDate(d => Math.ceil(dateOf(d).month / 3)), month: ofDate(d => dateOf(d).month), day: ofDate(d => dateOf(d).day), dayofmonth: ofDate(d => dateOf(d).day),
  dayofyear: ofDate(dayOfYear), dayofweek: ofDate(d => (isoDayOfWeek(d) % 7) + 1), weekday: ofDate(d => isoDayOfWeek(d) - 1), weekofyear: ofDate(d => isoWeek(d).week),
  hour: ofTime(t => timeOf(t).hour), minute: ofTime(t => timeOf(t).minute), second: ofTime(t => timeOf(t).second),
  dayname: fn([dateType], stringType, (d: number) => { const n = fullDays[isoDayOfWeek(d) - 1]!; return n[0]!.toUpperCase() + n.slice(1, 3) }),
  monthname: fn([dateType], stringType, (d: number) => fullMonths[dateOf(d).month - 1]!.slice(0, 3)),
  date_add: { bind: (c, x) => (c.args.length === 3 ? add(c, x) : dateAdd(1).bind(c, x)) }, dateadd: { bind: add }, timestampadd: { bind: add }, date_sub: dateAdd(-1),
  datediff: { bind: difference }, date_diff: { bind: difference }, timestampdiff: { bind: difference },
  add_months: fn([dateType, intType], dateType, (d: number, n: number) => addMonths(d, n)),
  last_day: fn([dateType], dateType, (d: number) => { const { year, month } = dateOf(d); return daysOf(year, month, daysInMonth(year, month)) }),
  next_day: made([dateType, stringType], dateType, context => (d: number, name: string) => {
    const r = nextDay(d, name)
    if (r === null && context.ansi) throw executionError('ILLEGAL_DAY_OF_WEEK', { string: name })
    return r
  }, { nullable: true }),
  months_between: made([timestampType, timestampType, { kind: 'boolean' }], doubleType, context => { const z = timeZone(context.timeZone); return (a: bigint, b: bigint, round = true) => monthsBetween(z.toLocal(a), z.toLocal(b), round) }, { optional: 1 }),
  trunc: fn([dateType, stringType], dateType, (d: number, unit: string) => truncateDate(d, unit), { nullable: true }),
  date_trunc: dateTrunc,
  unix_date: fn([dateType], intType, (d: number) => d), date_from_unix_date: fn([intType], dateType, (d: number) => d),
  unix_micros: sinceEpoch(t => t), unix_millis: sinceEpoch(t => floorDiv(t, 1000n)), unix_seconds: sinceEpoch(t => floorDiv(t, 1_000_000n)),
  timestamp_seconds: timestampSeconds, timestamp_millis: scaled(1000n), timestamp_micros: scaled(1n),
  from_utc_timestamp: fn([timestampType, stringType], timestampType, (t: bigint, z: string) => zoneOrRefuse(z).toLocal(t)),
  to_utc_timestamp: fn([timestampType, stringType], timestampType, (t: bigint, z: string) => zoneOrRefuse(z).toUtc(t)),
  convert_timezone: {
    bind(c, context) {
      expectArity(c, 2, 3)
      const args = plainArgs(c), three = args.length === 3
      const source = (z: string | undefined): TimeZone => (z === undefined ? timeZone(context.timeZone) : zoneOrRefuse(z))
      const evaluate = three ? (from: string, to: string, t: bigint) => zoneOrRefuse(to).toLocal(source(from).toUtc(t)) : (to: string, t: bigint) => zoneOrRefuse(to).toLocal(source(undefined).toUtc(t))
      return call('convert_timezone', [...args.slice(0, -1).map(a => castTo(a, stringType, context)), castTo(args.at(-1)!, timestampNtzType, context)], timestampNtzType, { evaluate })
    },
  },
  date_part: datePart, datepart: datePart, extract: datePart,
}

