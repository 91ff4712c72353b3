/** extract(field FROM value) and date_part: fields of dates, timestamps and intervals. */
import { analysisError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { dateOf, dayOfYear, isoDayOfWeek, isoWeek, splitDay, timeOf } from '../types/civil.ts'
import { byteType, dateType, decimalType, intType, longType, sqlName, timestampType, type DataType } from '../types/data-type.ts'
import { timeUnits } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { castTo, expectTimeValues } from './cast.ts'
import { call, expectArity, literalValue, plainArgs, type FunctionDefinition } from './define.ts'

const aliases: Readonly<Record<string, string>> = {
  Y: 'YEAR', YEARS: 'YEAR', YR: 'YEAR', YRS: 'YEAR', QTR: 'QUARTER', MON: 'MONTH', MONS: 'MONTH', MONTHS: 'MONTH', W: 'WEEK', WEEKS: 'WEEK', D: 'DAY', DAYS: 'DAY', DAYOFWEEK: 'DOW', DAYOFWEEK_ISO: 'DOW_ISO', DAYOFYEAR: 'DOY',
  H: 'HOUR', HOURS: 'HOUR', HR: 'HOUR', HRS: 'HOUR', M: 'MINUTE', MIN: 'MINUTE', MINS: 'MINUTE', MINUTES: 'MINUTE', S: 'SECOND', SEC: 'SECOND', SECONDS: 'SECOND', SECS: 'SECOND',
}

const ofDate: Readonly<Record<string, (days: number) => number>> = {
  YEAR: d => dateOf(d).year, YEAROFWEEK: d => isoWeek(d).year, QUARTER: d => Math.ceil(dateOf(d).month / 3), MONTH: d => dateOf(d).month, WEEK: d => isoWeek(d).week, DAY: d => dateOf(d).day,
  DOW: d => (isoDayOfWeek(d) % 7) + 1, DOW_ISO: d => isoDayOfWeek(d), DOY: dayOfYear,
}

function ofInterval(field: string, value: Resolved): Resolved | null {
  const t = value.type
  const make = (type: DataType, evaluate: (v: any) => unknown): Resolved => call('date_part', [value], type, { evaluate }, { nullable: value.nullable })
  if (t.kind === 'yearmonthinterval') {
    if (field === 'YEAR') return make(intType, (m: number) => Math.trunc(m / 12))
    if (field === 'MONTH') return make(byteType, (m: number) => m % 12)
  }
  if (t.kind === 'daytimeinterval') {
    if (field === 'DAY') return make(intType, (u: bigint) => Number(u / 86_400_000_000n))
    if (field === 'HOUR') return make(byteType, (u: bigint) => Number((u / 3_600_000_000n) % 24n))
    if (field === 'MINUTE') return make(byteType, (u: bigint) => Number((u / 60_000_000n) % 60n))
    if (field === 'SECOND') return make(decimalType(8, 6), (u: bigint) => u % 60_000_000n)
  }
  return null
}

// The second has the digits that the type has.
function ofTimeOfDay(field: string, value: Resolved, precision: number): Resolved | null {
  const make = (type: DataType, evaluate: (v: bigint) => unknown): Resolved => call('date_part', [value], type, { evaluate }, { nullable: value.nullable })
  const rest = 10n ** BigInt(9 - precision)
  switch (field) {
    case 'HOUR': return make(intType, v => Number(v / timeUnits['HOUR']!))
    case 'MINUTE': return make(intType, v => Number((v / timeUnits['MINUTE']!) % 60n))
    case 'SECOND': return make(decimalType(2 + precision, precision), v => (v % timeUnits['MINUTE']!) / rest)
    default: return null
  }
}

export const datePart: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const [fieldArg, value] = plainArgs(c) as [Resolved, Resolved]
    const given = literalValue(fieldArg)
    if (typeof given !== 'string') throw analysisError('NON_FOLDABLE_ARGUMENT', { funcName: '`date_part`', paramName: '`field`', paramType: '"STRING"' })
    const upper = given.toUpperCase(), field = aliases[upper] ?? upper
    const found = resolvePart(field, value, timeZone(context.timeZone), context)
    if (found === null) throw analysisError('INVALID_EXTRACT_FIELD', { field: '`' + given + '`', expr: `"${sqlName(value.type)}"` })
    return found
  },
}

function resolvePart(field: string, value: Resolved, zone: ReturnType<typeof timeZone>, context: Parameters<FunctionDefinition['bind']>[1]): Resolved | null {
  if (value.type.kind === 'daytimeinterval' || value.type.kind === 'yearmonthinterval') return ofInterval(field, value)
  if (value.type.kind === 'time') expectTimeValues(context)
  if (value.type.kind === 'time') return ofTimeOfDay(field, value, value.type.precision)
  const byDate = ofDate[field]
  if (byDate !== undefined) { const d = castTo(value, dateType, context); return call('date_part', [d], intType, { evaluate: byDate }, { nullable: d.nullable }) }
  const ntz = value.type.kind === 'timestamp_ntz'
  const t = ntz ? value : castTo(value, timestampType, context)
  const rest = (v: bigint): number => splitDay(ntz ? v : zone.toLocal(v)).rest
  switch (field) {
    case 'HOUR': return call('date_part', [t], intType, { evaluate: (v: bigint) => timeOf(rest(v)).hour }, { nullable: t.nullable })
    case 'MINUTE': return call('date_part', [t], intType, { evaluate: (v: bigint) => timeOf(rest(v)).minute }, { nullable: t.nullable })
    case 'SECOND': return call('date_part', [t], decimalType(8, 6), { evaluate: (v: bigint) => BigInt(rest(v) % 60_000_000) }, { nullable: t.nullable })
    case 'EPOCH': return call('date_part', [t], longType, { evaluate: (v: bigint) => v / 1_000_000n }, { nullable: t.nullable })
    default: return null
  }
}
