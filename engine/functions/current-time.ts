/** current_timestamp() and its kin: in a micro-batch they are the time in the offset log, so that a batch that runs again says the same. */
import { internalError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { dateType, stringType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { splitDay } from '../types/civil.ts'
import { timeZone } from '../types/time-zone.ts'
import { call, expectArity, literal, type FunctionDefinition, type FunctionFamily } from './define.ts'

const pending = (name: string, type: DataType): FunctionDefinition => ({
  bind(c) {
    expectArity(c, 0)
    return call(name, [], type, { evaluate: () => { throw internalError(`${name} was not replaced by the time of the query`) } }, { nullable: false, deterministic: false })
  },
})

// There is one catalog with one database.
const constant = (value: string): FunctionDefinition => ({ bind(c) { expectArity(c, 0); return literal(value, stringType) } })

export const currentTimeFunctions: FunctionFamily = {
  current_timestamp: pending('current_timestamp', timestampType),
  now: pending('now', timestampType),
  localtimestamp: pending('localtimestamp', timestampNtzType),
  current_date: pending('current_date', dateType),
  curdate: pending('current_date', dateType),
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
    case 'current_date': return literal(splitDay(timeZone(zone).toLocal(utc)).days, dateType)
    default: return e
  }
}
