/** Arithmetic with TIME values: `time + INTERVAL '1' HOUR`, `time - time`. */
import { executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { timeType, type DataType } from '../types/data-type.ts'
import { dayTimeText } from '../types/interval.ts'
import { dayNanos, timeText } from '../types/time-of-day.ts'
import { castTo, expectTimeValues } from './cast.ts'
import { call, literal, type BindContext } from './define.ts'

const hourToSecond: DataType = { kind: 'daytimeinterval', start: 1, end: 3 }

/** The sum or difference, one side being a TIME; null where the general rules apply (which refuse it). */
export function timeOfDayArithmetic(op: '+' | '-', a: Resolved, b: Resolved, context: BindContext): Resolved | null {
  const x = a.type, y = b.type
  if (x.kind === 'daytimeinterval' || y.kind === 'daytimeinterval' || (op === '-' && x.kind === y.kind)) expectTimeValues(context)
  if (x.kind === 'void' || y.kind === 'void') return literal(null, op === '-' ? hourToSecond : x.kind === 'void' ? y : x)
  if (x.kind === 'time' && y.kind === 'daytimeinterval') return moved(a, b, op)
  if (op === '+') return y.kind === 'time' && x.kind === 'daytimeinterval' ? moved(b, a, op) : null
  const meets = (t: DataType): boolean => t.kind === 'time' || t.kind === 'string'
  if (!meets(x) || !meets(y)) return null
  const asTime = (e: Resolved): Resolved => (e.type.kind === 'time' ? e : castTo(e, timeType(), context))
  return call('-', [asTime(a), asTime(b)], hourToSecond, { evaluate: (t: bigint, u: bigint) => (t - u) / 1000n })
}

// An interval with seconds may bring digits of its own.
function moved(time: Resolved, interval: Resolved, op: '+' | '-'): Resolved {
  const t = time.type as Extract<DataType, { kind: 'time' }>, i = interval.type as Extract<DataType, { kind: 'daytimeinterval' }>
  return call(op, [time, interval], timeType(Math.max(t.precision, i.end === 3 ? 6 : 0)), {
    evaluate(at: bigint, micros: bigint) {
      const sum = op === '+' ? at + micros * 1000n : at - micros * 1000n
      if (sum < 0n || sum >= dayNanos) throw executionError('DATETIME_OVERFLOW', { operation: `TIME '${timeText(at)}' ${op} ${dayTimeText(micros, i.start, i.end)} is not within the day` })
      return sum
    },
  })
}
