/** current_timestamp() and its kin: in a micro-batch they are the time in the offset log, so that a batch that runs again says the same. */
import { analysisError, internalError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { dateType, intType, stringType, timeType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { splitDay } from '../types/civil.ts'
import { cutTime } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { call, expectArity, expectConstant, literal, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced } from './typed.ts'

const pending = (name: string, type: DataType): FunctionDefinition => ({
  bind(c) {
    expectArity(c, 0)
    return call(name, [], type, { evaluate: () => { throw internalError(`${name} was not replaced by the time of the query`) } }, { nullable: false, deterministic: false })
  },
})

/** current_time([precision]): the digits behind the point are known when the query is made. */
const currentTime: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 0, 1)
    const given = c.args.length === 0 ? literal(6, intType) : coerced(c, 0, intType, context)
    expectConstant(c, given, 'precision', '"INT"')
    const precision = evaluateConstant(given) as number | null
    if (precision === null) throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_NULL', { sqlExpr: `"${c.sql}"`, exprName: '`precision`' })
    if (precision < 0 || precision > 9) throw analysisError('DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE', { sqlExpr: `"${c.sql}"`, exprName: '`precision`', valueRange: '[0, 9]', currentValue: String(precision) })
    return call('current_time', [given], timeType(precision), { evaluate: () => { throw internalError('current_time was not replaced by the time of the query') } }, { nullable: false, deterministic: false })
  },
}

// There is one catalog with one database.
const constant = (value: string): FunctionDefinition => ({ bind(c) { expectArity(c, 0); return literal(value, stringType) } })

export const currentTimeFunctions: FunctionFamily = {
  current_timestamp: pending('current_timestamp', timestampType),
  now: pending('now', timestampType),
  localtimestamp: pending('localtimestamp', timestampNtzType),
  current_date: pending('current_date', dateType),
  curdate: pending('current_date', dateType),
  current_time: currentTime, localtime: currentTime,
  current_database: constant('default'), current_schema: constant('default'), current_catalog: constant('spark_catalog'),
  current_timezone: { bind(c, context) { expectArity(c, 0); return literal(context.timeZone, stringType) } },
}

/** The value of a time function at a moment. */
export function timeValue(e: Resolved, nowMs: number, zone: string): Resolved {
  if (e.kind !== 'call') return e
  const utc = BigInt(nowMs) * 1000n
  switch (e.name) {
    case 'current_timestamp': case 'now': return literal(utc, timestampType)
    case 'localtimestamp': return literal(timeZone(zone).toLocal(utc), timestampNtzType)
    case 'current_time': return e.type.kind === 'time' ? literal(cutTime(BigInt(splitDay(timeZone(zone).toLocal(utc)).rest) * 1000n, e.type.precision), e.type) : e
    case 'current_date': return literal(splitDay(timeZone(zone).toLocal(utc)).days, dateType)
    default: return e
  }
}
