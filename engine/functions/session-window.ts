/** Sessions: `session_window(time, gap)` as a marker that the analyzer expands, and the column it becomes: [time, time + gap) of each row, before rows are merged. */
import { StructVector } from '../columns/struct-vector.ts'
import type { CalendarInterval } from '../types/calendar-interval.ts'
import type { Call, Resolved } from '../expressions/expression.ts'
import type { DataType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { datetimeArithmetic } from './datetime-arithmetic.ts'
import { call, expectArity, literal, literalValue, plainArgs, unexpectedType, type FunctionFamily } from './define.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import { windowType } from './time-window.ts'

const intervalType: DataType = { kind: 'calendarinterval' }

/** `mayBeEmpty`: the gap is not known to be positive, so that rows whose session would end no later than it begins have to be left out. */
export interface SessionWindow { readonly mayBeEmpty: boolean }

/** The session column of a marker's arguments, the time and the end. */
export function sessionColumn(time: Resolved, end: Resolved): Call {
  const type = windowType(time.type)
  return call('session_window', [time, end], type, { strict: false, vector: (columns, length) => new StructVector(type, columns, null, length), evaluate: (start: unknown, until: unknown) => [start, until] }, { nullable: false })
}

export const sessionWindowFunctions: FunctionFamily = {
  session_window: {
    bind(c, context) {
      expectArity(c, 2)
      const [given, gap] = plainArgs(c) as [Resolved, Resolved]
      const time = given.type.kind === 'string' ? castTo(given, { kind: 'timestamp' }, context) : given
      if (time.type.kind !== 'timestamp' && time.type.kind !== 'timestamp_ntz') throw unexpectedType(c, 1, '("TIMESTAMP" or "TIMESTAMP_NTZ")', given)
      if (gap.type.kind !== 'string' && gap.type.kind !== 'calendarinterval' && gap.type.kind !== 'void') throw unexpectedType(c, 2, '("STRING" or "INTERVAL")', gap)
      const interval = castTo(gap, intervalType, context)
      const constant = literalValue(gap) !== undefined
      const known = constant ? (evaluateConstant(interval) as CalendarInterval | null) : null
      const length = constant && known === null ? literal(null, intervalType) : known === null ? interval : literal(known, intervalType)
      const end = datetimeArithmetic('+', time, length, c, context)!
      const mayBeEmpty = known === null || known.months + known.days + Number(known.microseconds) <= 0
      const details: SessionWindow = { mayBeEmpty }
      return { kind: 'marker', name: 'session_window', args: [time, end], type: windowType(time.type), nullable: false, details }
    },
  },
}
