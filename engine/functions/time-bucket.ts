/** time_bucket: the start of the stretch of time a timestamp lies in; stretches of one length lie edge to edge from an origin on. */
import { analysisError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { addMonths, dateOf, joinDay, microsPerDay, splitDay } from '../types/civil.ts'
import { timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { timeZone, type TimeZone } from '../types/time-zone.ts'
import { castTo } from './cast.ts'
import { floorDiv } from './datetime.ts'
import { call, expectArity, expectConstant, literal, plainArgs, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

/** The last of the growing starts that is not behind a moment; `guess` is near its number. */
function lastStart(at: bigint, guess: bigint, start: (k: bigint) => bigint): bigint {
  let k = guess
  while (start(k) > at) k--
  while (start(k + 1n) <= at) k++
  return start(k)
}

/** Buckets of so many microseconds. Below a day they are spans of time; from a day on their days are days of the calendar. */
function ofMicros(size: bigint, origin: bigint, zone: TimeZone): (at: bigint) => bigint {
  if (size < microsPerDay) return at => origin + floorDiv(at - origin, size) * size
  const localOrigin = zone.toLocal(origin)
  const start = (k: bigint): bigint => { const all = k * size, rest = all % microsPerDay; return zone.toUtc(localOrigin + all - rest) + rest }
  return at => lastStart(at, floorDiv(zone.toLocal(at) - localOrigin, size), start)
}

function ofMonths(size: number, origin: bigint, zone: TimeZone): (at: bigint) => bigint {
  const { days, rest } = splitDay(zone.toLocal(origin)), first = dateOf(days)
  const start = (k: bigint): bigint => zone.toUtc(joinDay(addMonths(days, Number(k) * size), rest))
  return at => { const d = dateOf(splitDay(zone.toLocal(at)).days); return lastStart(at, BigInt(Math.floor(((d.year - first.year) * 12 + d.month - first.month) / size)), start) }
}

const utc = timeZone('UTC')

function constant(c: FunctionCall, given: Resolved, inputName: string, inputType: string): unknown {
  expectConstant(c, given, inputName, inputType)
  return evaluateConstant(given)
}

const timeBucket: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2, 3)
    const [size, ts, from] = plainArgs(c) as [Resolved, Resolved, Resolved?]
    const months = size.type.kind === 'yearmonthinterval'
    if (!months && size.type.kind !== 'daytimeinterval' && size.type.kind !== 'void') throw unexpectedType(c, 1, '("INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH")', size)
    if (ts.type.kind !== 'timestamp' && ts.type.kind !== 'timestamp_ntz' && ts.type.kind !== 'void') throw unexpectedType(c, 2, '("TIMESTAMP" or "TIMESTAMP_NTZ")', ts)
    const type: DataType = ts.type.kind === 'timestamp_ntz' ? timestampNtzType : timestampType
    if (from !== undefined && from.type.kind !== type.kind && from.type.kind !== 'void') throw unexpectedType(c, 3, type === timestampType ? '"TIMESTAMP"' : '"TIMESTAMP_NTZ"', from)
    const length = constant(c, size, 'bucketSize', '"INTERVAL"') as number | bigint | null, zone = type === timestampType ? timeZone(context.timeZone) : utc
    if (length !== null && length <= 0) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: 'bucketSize', valueRange: '(0, +∞)', currentValue: String(length) })
    const origin = from === undefined ? zone.toUtc(0n) : constant(c, from, 'origin', '"TIMESTAMP"') as bigint | null
    if (length === null || origin === null) return literal(null, type)
    const start = months ? ofMonths(length as number, origin, zone) : ofMicros(length as bigint, origin, zone)
    return call('time_bucket', [literal(length, size.type), castTo(ts, type, context), literal(origin, type)], type, { evaluate: (_size: unknown, at: bigint) => start(at) }, { nullable: ts.nullable })
  },
}

export const timeBucketFunctions: FunctionFamily = { time_bucket: timeBucket }
