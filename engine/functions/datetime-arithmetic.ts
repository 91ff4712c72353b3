/** Arithmetic with dates, timestamps and intervals: `date + 1`, `ts - ts`, `ts + INTERVAL 1 MONTH`, `INTERVAL 1 DAY * 2`. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import type { Resolved } from '../expressions/expression.ts'
import { addMonths, joinDay, splitDay } from '../types/civil.ts'
import { dateType, dayTimeIntervalType, doubleType, intType, isAnsiInterval, isNumeric, sqlName, timestampType, yearMonthIntervalType, type DataType } from '../types/data-type.ts'
import { divideRounded, power10 } from '../types/decimal.ts'
import { timeZone } from '../types/time-zone.ts'
import { castTo } from './cast.ts'
import { call, unexpectedType, type BindContext, type FunctionCall } from './define.ts'

type Interval = Extract<DataType, { kind: 'daytimeinterval' | 'yearmonthinterval' }>
const dayMicros = 86_400_000_000n
const isTime = (t: DataType): boolean => t.kind === 'timestamp' || t.kind === 'timestamp_ntz'

/** The call of an operator with a date, time or interval on a side. `tolerant`: NULL in place of an error. */
export function datetimeArithmetic(op: string, a: Resolved, b: Resolved, c: FunctionCall, context: BindContext, tolerant: boolean): Resolved {
  const refuse = (): Error => {
    if (op === '+' && isAnsiInterval(a.type) && isAnsiInterval(b.type)) return unexpectedType(c, 2, `"${sqlName(a.type)}"`, b)
    return analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a.type)}"`, right: `"${sqlName(b.type)}"` })
  }
  if (op === '*') return isAnsiInterval(a.type) ? scaled(a, b, false, context, tolerant, refuse) : scaled(b, a, false, context, tolerant, refuse)
  if (op === '/') { if (!isAnsiInterval(a.type)) throw refuse(); return scaled(a, b, true, context, tolerant, refuse) }
  if (op !== '+' && op !== '-') throw refuse()
  if (op === '+' && (isAnsiInterval(a.type) || a.type.kind === 'calendarinterval') && !isAnsiInterval(b.type) && b.type.kind !== 'calendarinterval') return plusInterval(b, a, 1, context, refuse)
  if (isAnsiInterval(a.type) && (isAnsiInterval(b.type) || b.type.kind === 'void' || b.type.kind === 'string')) return intervals(op, a, b, context, refuse)
  if (isAnsiInterval(b.type) || b.type.kind === 'calendarinterval') return plusInterval(a, b, op === '+' ? 1 : -1, context, refuse)
  if (op === '-') {
    const [x, y] = a.type.kind === 'string' ? [castTo(a, b.type, context), b] : b.type.kind === 'string' ? [a, castTo(b, a.type, context)] : [a, b]
    if (x.type.kind === 'date' && y.type.kind === 'date') return call('-', [x, y], { kind: 'daytimeinterval', start: 0, end: 0 }, { evaluate: (d: number, e: number) => BigInt(d - e) * dayMicros })
    if ((isTime(x.type) || x.type.kind === 'date') && (isTime(y.type) || y.type.kind === 'date')) return timesApart(x, y, context)
  }
  if (a.type.kind === 'date' && ['byte', 'short', 'int', 'void', 'string'].includes(b.type.kind)) return call(op === '+' ? 'date_add' : 'date_sub', [a, castTo(b, intType, context)], dateType, { source: ([d, n]) => `((${d} ${op} ${n}) | 0)` })
  if (b.type.kind === 'date' && op === '+' && ['byte', 'short', 'int', 'void', 'string'].includes(a.type.kind)) return call('date_add', [b, castTo(a, intType, context)], dateType, { source: ([d, n]) => `((${d} + ${n}) | 0)` })
  throw refuse()
}

// The difference of timestamps is one of wall clocks: an hour lost to summer time does not count.
function timesApart(a: Resolved, b: Resolved, context: BindContext): Resolved {
  if (a.type.kind === 'timestamp_ntz' || b.type.kind === 'timestamp_ntz') {
    const ntz: DataType = { kind: 'timestamp_ntz' }
    return call('-', [castTo(a, ntz, context), castTo(b, ntz, context)], dayTimeIntervalType, { evaluate: (x: bigint, y: bigint) => x - y })
  }
  const zone = timeZone(context.timeZone)
  return call('-', [castTo(a, timestampType, context), castTo(b, timestampType, context)], dayTimeIntervalType, { evaluate: (x: bigint, y: bigint) => zone.toLocal(x) - zone.toLocal(y) })
}

function plusInterval(time: Resolved, interval: Resolved, sign: 1 | -1, context: BindContext, refuse: () => Error): Resolved {
  const i = interval.type
  const base = time.type.kind === 'string' ? castTo(time, timestampType, context) : time
  const name = sign === 1 ? '+' : '-'
  const zone = timeZone(context.timeZone)
  if (i.kind === 'yearmonthinterval') {
    if (base.type.kind === 'date') return call(name, [base, interval], dateType, { evaluate: (d: number, m: number) => addMonths(d, sign * m) })
    if (!isTime(base.type)) throw refuse()
    return call(name, [base, interval], base.type, { evaluate: (t: bigint, m: number) => moveLocal(t, base.type.kind === 'timestamp_ntz' ? null : zone, sign * m, 0) })
  }
  if (i.kind === 'daytimeinterval') {
    if (base.type.kind === 'date') {
      if (i.start === 0 && i.end === 0) return call(name, [base, interval], dateType, { evaluate: (d: number, u: bigint) => d + sign * Number(u / dayMicros) })
      return plusInterval(castTo(base, timestampType, context), interval, sign, context, refuse)
    }
    if (!isTime(base.type)) throw refuse()
    const z = base.type.kind === 'timestamp_ntz' ? null : zone
    // Whole days move the calendar date, the rest the moment.
    return call(name, [base, interval], base.type, {
      evaluate: (t: bigint, u: bigint) => {
        const v = sign === 1 ? u : -u, days = v / dayMicros
        return moveLocal(t, z, 0, Number(days)) + (v - days * dayMicros)
      },
    })
  }
  const target = base.type.kind === 'date' ? castTo(base, timestampType, context) : base
  if (!isTime(target.type)) throw refuse()
  const z = target.type.kind === 'timestamp_ntz' ? null : zone
  const moved = (t: bigint, x: CalendarInterval): bigint => moveLocal(t, z, sign * x.months, sign * x.days) + BigInt(sign) * x.microseconds
  if (base.type.kind === 'date') {
    return call(name, [base, interval], dateType, {
      evaluate: (d: number, x: CalendarInterval) => {
        if (x.microseconds !== 0n && context.ansi) throw executionError('MICROLOTE_INVALID_ARGUMENT', { what: 'hours and smaller units cannot be added to a date', advice: 'Cast the date to a timestamp first.' })
        const { days } = splitDay(joinDay(addMonths(d, sign * x.months) + sign * x.days, 0) + BigInt(sign) * x.microseconds)
        return days
      },
    })
  }
  return call(name, [target, interval], target.type, { evaluate: moved })
}

function moveLocal(t: bigint, zone: ReturnType<typeof timeZone> | null, months: number, days: number): bigint {
  if (months === 0 && days === 0) return t
  const { days: d, rest } = splitDay(zone === null ? t : zone.toLocal(t))
  const local = joinDay((months === 0 ? d : addMonths(d, months)) + days, rest)
  return zone === null ? local : zone.toUtc(local)
}

function intervals(op: string, a: Resolved, b: Resolved, context: BindContext, refuse: () => Error): Resolved {
  const other = b.type.kind === 'void' || b.type.kind === 'string' ? castTo(b, a.type, context) : b
  if (a.type.kind !== other.type.kind) throw refuse()
  const x = a.type as Interval, y = other.type as Interval
  const type = { kind: x.kind, start: Math.min(x.start, y.start), end: Math.max(x.end, y.end) } as DataType
  return call(op, [a, other], type, { evaluate: (p: bigint, q: bigint) => (op === '+' ? p + q : p - q) })
}

function scaled(interval: Resolved, by: Resolved, divide: boolean, context: BindContext, tolerant: boolean, refuse: () => Error): Resolved {
  const number = by.type.kind === 'string' || by.type.kind === 'void' ? castTo(by, doubleType, context) : by
  if (!isNumeric(number.type)) throw refuse()
  const months = interval.type.kind === 'yearmonthinterval'
  const type = months ? yearMonthIntervalType : dayTimeIntervalType
  const scale = number.type.kind === 'decimal' ? number.type.scale : null
  const out = (v: bigint): bigint | number => (months ? Number(v) : v)
  const fail = (): null => { if (tolerant) return null; throw executionError('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION') }
  const evaluate = (i: bigint | number, n: any): unknown => {
    const v = BigInt(i)
    if (divide && n == 0) { if (tolerant) return null; throw executionError('INTERVAL_DIVIDED_BY_ZERO') }
    if (scale !== null) return out(divide ? divideRounded(v * power10(scale), n as bigint, 'half-up') : divideRounded(v * (n as bigint), power10(scale), 'half-up'))
    if (typeof n === 'bigint' || Number.isInteger(n)) {
      const r = divide ? divideRounded(v, BigInt(n), 'half-up') : v * BigInt(n)
      return BigInt.asIntN(64, r) === r ? out(r) : fail()
    }
    const r = divide ? Number(v) / n : Number(v) * n
    return Number.isFinite(r) ? out(BigInt(Math.sign(r) * Math.round(Math.abs(r)))) : fail()
  }
  return call(divide ? '/' : '*', [interval, number], type, { evaluate })
}
