/** Intervals added to each other, multiplied and divided: every overflow is found, halves are rounded up. */
import { executionError } from '../errors/spark-error.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import type { Resolved } from '../expressions/expression.ts'
import { calendarIntervalType, dayTimeIntervalType, doubleType, longType, yearMonthIntervalType, type DataType } from '../types/data-type.ts'
import { divideRounded, power10 } from '../types/decimal.ts'
import { call, type BindContext, type FunctionCall } from './define.ts'
import { wantedArgument } from './wanted.ts'

type AnsiInterval = Extract<DataType, { kind: 'daytimeinterval' | 'yearmonthinterval' }>

const bitsOf = (t: DataType): 32 | 64 => (t.kind === 'yearmonthinterval' ? 32 : 64)
const unbigged = (t: DataType, v: bigint): bigint | number => (t.kind === 'yearmonthinterval' ? Number(v) : v)

/** Sum or difference of two intervals of one family. Throws INTERVAL_ARITHMETIC_OVERFLOW. */
export function addIntervals(op: '+' | '-', a: Resolved, b: Resolved): Resolved {
  const sign = op === '+' ? 1 : -1
  const overflow = (): never => { throw executionError('INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION', { functionName: op === '+' ? '`try_add`' : '`try_subtract`' }) }
  if (a.type.kind === 'calendarinterval') {
    return call(op, [a, b], calendarIntervalType, {
      evaluate: (x: CalendarInterval, y: CalendarInterval) => {
        const months = x.months + sign * y.months, days = x.days + sign * y.days, microseconds = x.microseconds + BigInt(sign) * y.microseconds
        return months === (months | 0) && days === (days | 0) && BigInt.asIntN(64, microseconds) === microseconds ? { months, days, microseconds } : overflow()
      },
    }, { nullable: true })
  }
  const x = a.type as AnsiInterval, y = b.type as AnsiInterval
  const type = { kind: x.kind, start: Math.min(x.start, y.start), end: Math.max(x.end, y.end) } as AnsiInterval, bits = bitsOf(type)
  return call(op, [a, b], type, {
    evaluate: (p: bigint | number, q: bigint | number) => {
      const r = BigInt(p) + BigInt(sign) * BigInt(q)
      return BigInt.asIntN(bits, r) === r ? unbigged(type, r) : overflow()
    },
  }, { nullable: a.nullable || b.nullable })
}

function scaledCalendar(i: CalendarInterval, factor: number): CalendarInterval | null {
  const months = Math.trunc(i.months * factor), wholeDays = i.days * factor, days = Math.trunc(wholeDays)
  const micros = Number(i.microseconds) * factor + (wholeDays - days) * 86_400_000_000
  const rounded = Math.sign(micros) * Math.round(Math.abs(micros))
  return months === (months | 0) && days === (days | 0) && Math.abs(rounded) < 2 ** 63 ? { months: months + 0, days: days + 0, microseconds: BigInt(rounded) } : null
}

const half = (v: number): bigint => BigInt(Math.sign(v) * Math.round(Math.abs(v)))

/** `interval * number` and `interval / number`; the arguments of `c` are brought into this order first. */
export function scaleInterval(c: FunctionCall, divide: boolean, context: BindContext): Resolved {
  const interval = c.args[0] as Resolved, op = divide ? '/' : '*'
  if (interval.type.kind === 'calendarinterval') {
    const number = wantedArgument(c, 1, doubleType, context)
    return call(op, [interval, number], calendarIntervalType, {
      evaluate: (i: CalendarInterval, n: number) => {
        if (divide && n === 0) { if (!context.ansi) return null; throw executionError('INTERVAL_DIVIDED_BY_ZERO') }
        const r = divide ? scaledCalendar(i, 1 / n) : scaledCalendar(i, n)
        if (r === null) throw executionError('ARITHMETIC_OVERFLOW', { message: 'the interval has too many months, days or microseconds', alternative: divide ? '`try_divide`' : '`try_multiply`' })
        return r
      },
    }, { nullable: true })
  }
  const number = wantedArgument(c, 1, 'numeric', context)
  const type = interval.type.kind === 'yearmonthinterval' ? yearMonthIntervalType : dayTimeIntervalType, bits = bitsOf(type)
  const scale = number.type.kind === 'decimal' ? number.type.scale : null
  const fail = (): never => { throw executionError('INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION') }
  const exact = (v: bigint, n: bigint | number): bigint | null => {
    if (scale !== null) return divide ? divideRounded(v * power10(scale), n as bigint, 'half-up') : divideRounded(v * (n as bigint), power10(scale), 'half-up')
    if (typeof n === 'bigint' || Number.isInteger(n)) return divide ? divideRounded(v, BigInt(n), 'half-up') : v * BigInt(n)
    const r = divide ? Number(v) / n : Number(v) * n
    return Number.isFinite(r) ? half(r) : null
  }
  return call(op, [interval, number], type, {
    evaluate: (i: bigint | number, n: bigint | number) => {
      if (divide && n == 0) throw executionError('INTERVAL_DIVIDED_BY_ZERO')
      const r = exact(BigInt(i), n)
      return r !== null && BigInt.asIntN(bits, r) === r ? unbigged(type, r) : fail()
    },
  }, { nullable: true })
}

/** How often an interval fits into another of its family: `div`, a BIGINT. */
export function divideIntervals(a: Resolved, b: Resolved, mode: 'ansi' | 'try' | 'legacy'): Resolved {
  return call('div', [a, b], longType, {
    evaluate: (x: bigint | number, y: bigint | number) => {
      if (y == 0) { if (mode !== 'ansi') return null; throw executionError('INTERVAL_DIVIDED_BY_ZERO') }
      const r = BigInt(x) / BigInt(y)
      if (BigInt.asIntN(64, r) !== r && mode === 'ansi') throw executionError('ARITHMETIC_OVERFLOW', { message: 'the quotient is no BIGINT', alternative: '`try_divide`' })
      return BigInt.asIntN(64, r)
    },
  }, { nullable: true })
}
