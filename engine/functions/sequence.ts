/** sequence(start, stop[, step]): numbers, dates and timestamps from one value to another, both included. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import type { Resolved } from '../expressions/expression.ts'
import { addMonths, joinDay, splitDay } from '../types/civil.ts'
import { arrayType, isIntegral, sqlName, type DataType } from '../types/data-type.ts'
import { timeZone, type TimeZone } from '../types/time-zone.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { call, expectArity, literal, plainArgs, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

const dayMicros = 86_400_000_000n
const most = 2147483632n

const isMoment = (t: DataType): boolean => t.kind === 'date' || t.kind === 'timestamp' || t.kind === 'timestamp_ntz'
const isInterval = (t: DataType): boolean => t.kind === 'calendarinterval' || t.kind === 'yearmonthinterval' || t.kind === 'daytimeinterval'

const illegal = (start: unknown, stop: unknown, step: unknown): Error => executionError('MICROLOTE_ILLEGAL_SEQUENCE', { start: String(start), stop: String(stop), step: String(step) })

function checkLength(n: bigint): void {
  if (n > most) throw executionError('COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER', { numberOfElements: n, functionName: '`sequence`', maxRoundedArrayLength: most, parameter: '`stop`' })
}

function numbers(wide: boolean): (start: number | bigint, stop: number | bigint, step?: number | bigint) => unknown[] {
  return (start, stop, given) => {
    const a = BigInt(start), b = BigInt(stop), step = given === undefined ? (a <= b ? 1n : -1n) : BigInt(given)
    if (step === 0n ? a !== b : step > 0n ? a > b : a < b) throw illegal(a, b, step)
    const n = step === 0n ? 1n : (b - a) / step + 1n
    checkLength(n)
    const out = new Array<unknown>(Number(n))
    for (let i = 0, v = a; i < out.length; i++, v += step) out[i] = wide ? v : Number(v)
    return out
  }
}

interface Step { readonly months: number; readonly days: number; readonly micros: bigint }
/** An interval as months, days and the rest: days move the calendar date. */
function stepOf(type: DataType): (v: any) => Step {
  if (type.kind === 'yearmonthinterval') return (v: number) => ({ months: v, days: 0, micros: 0n })
  if (type.kind === 'daytimeinterval') return (v: bigint) => ({ months: 0, days: Number(v / dayMicros), micros: v % dayMicros })
  return (v: CalendarInterval) => ({ months: v.months, days: v.days, micros: v.microseconds })
}

/** Local times in steps; `zone` where the values are moments. */
function times(start: bigint, stop: bigint, step: Step, zone: TimeZone | null): bigint[] {
  const whole = BigInt(step.months) * 28n * dayMicros + BigInt(step.days) * dayMicros + step.micros, up = whole > 0n
  if (whole === 0n ? start !== stop : up ? start > stop : start < stop) throw illegal(start, stop, whole)
  if (whole === 0n) return [start]
  checkLength((stop - start) / whole + 1n)
  const { days, rest } = splitDay(zone === null ? start : zone.toLocal(start)), out: bigint[] = []
  for (let i = 0; ; i++) {
    const date = (step.months === 0 ? days : addMonths(days, i * step.months)) + i * step.days
    const local = joinDay(date, rest), t = (zone === null || (step.months === 0 && step.days === 0) ? (zone === null ? local : start) : zone.toUtc(local)) + BigInt(i) * step.micros
    if (up ? t > stop : t < stop) return out
    out.push(t)
  }
}

function temporal(type: DataType, step: Resolved, context: BindContext): (start: any, stop: any, step: any) => unknown[] {
  const zone = type.kind === 'timestamp' ? timeZone(context.timeZone) : null, read = stepOf(step.type)
  if (type.kind !== 'date') return (start: bigint, stop: bigint, s: unknown) => times(start, stop, read(s), zone)
  return (start: number, stop: number, s: unknown) => {
    const by = read(s)
    if (by.micros !== 0n) throw executionError('MICROLOTE_ILLEGAL_SEQUENCE', { start, stop, step: 'less than a day' })
    return times(joinDay(start, 0), joinDay(stop, 0), by, null).map(t => splitDay(t).days)
  }
}

function refuse(c: FunctionCall): Error {
  return analysisError('DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(c.name), startType: '"INTEGRAL", "DATE" or "TIMESTAMP"', stepType: `"INTEGRAL" beside numbers, "INTERVAL" beside dates and times; found ${plainArgs(c).map(a => `"${sqlName(a.type)}"`).join(', ')}` })
}

const sequence: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const [a, b, s] = plainArgs(c) as [Resolved, Resolved, Resolved?]
    const numeric = [a, b, ...(s === undefined ? [] : [s])].every(e => isIntegral(e.type) || e.type.kind === 'void')
    const common = commonTypeOf(numeric ? plainArgs(c) : [a, b], context)
    if (common === null) throw refuse(c)
    const type = common, ends = [castTo(a, type, context), castTo(b, type, context)]
    if (numeric && isIntegral(type)) return call('sequence', s === undefined ? ends : [...ends, castTo(s, type, context)], arrayType(type, false), { evaluate: numbers(type.kind === 'long') })
    if (!isMoment(type) || (s !== undefined && !isInterval(s.type))) throw refuse(c)
    if (s !== undefined) return call('sequence', [...ends, s], arrayType(type, false), { evaluate: temporal(type, s, context) })
    const day = literal(dayMicros, { kind: 'daytimeinterval', start: 0, end: 0 }), run = temporal(type, day, context)
    return call('sequence', ends, arrayType(type, false), { evaluate: (x: bigint, y: bigint) => run(x, y, x <= y ? dayMicros : -dayMicros) })
  },
}

export const sequenceFunctions: FunctionFamily = { sequence }
