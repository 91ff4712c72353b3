/** Casts: which are allowed, and the call that does one. ANSI casts raise errors, legacy and try casts give NULL. */
import { analysisError, internalError } from '../errors/spark-error.ts'
import { BytesVector } from '../columns/bytes-vector.ts'
import { vectorOf } from '../columns/builder.ts'
import type { Vector } from '../columns/vector.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { widestType } from '../types/coercion.ts'
import { holdsTime, isNumeric, sameType, sqlName, type DataType } from '../types/data-type.ts'
import { timeZone } from '../types/time-zone.ts'
import { call, describe, literal, type BindContext } from './define.ts'
import { castValue, type CastMode } from './cast-values.ts'
import { mayGiveNull, tryMayGiveNull } from './cast-nulls.ts'
import { numericSource } from './cast-numbers.ts'
import { variantHolds } from './variant-cast.ts'

/** A cast that Spark puts in by itself: the session decides whether it may fail. */
export function castTo(e: Resolved, to: DataType, context: BindContext): Resolved {
  if (sameType(e.type, to)) return e
  return makeCast(e, to, context.ansi ? 'ansi' : 'legacy', context)
}

/** CAST and TRY_CAST as written. Throws DATATYPE_MISMATCH.CAST_* where there is no such cast. */
export function explicitCast(e: Resolved, to: DataType, mode: 'cast' | 'try', context: BindContext): Resolved {
  if (sameType(e.type, to)) return holdsValues(to) && JSON.stringify(e.type) !== JSON.stringify(to) ? call('cast', [e], to, { evaluate: x => x }, { nullable: e.nullable }) : e
  const kind: CastMode = mode === 'try' ? 'try' : context.ansi ? 'ansi' : 'legacy'
  if (holdsTime(to)) expectTimeValues(context)
  checkCast(e, to, kind)
  return makeCast(e, to, kind, context)
}

// What such a type says of NULLs within may differ where the types are the same.
const holdsValues = ({ kind }: DataType): boolean => kind === 'array' || kind === 'map' || kind === 'struct'

/** The widest type that all arguments meet in, or null. */
export function commonTypeOf(args: readonly { readonly type: DataType }[], context: BindContext): DataType | null {
  return widestType(args.map(a => a.type), context.ansi)
}

/** Refuses to compute with TIME values where the session has not turned them on; literals and columns of them may stand. Throws UNSUPPORTED_TIME_TYPE. */
export function expectTimeValues(context: BindContext): void {
  if (context.conf('spark.sql.timeType.enabled') !== 'true') throw analysisError('UNSUPPORTED_TIME_TYPE')
}

function makeCast(e: Resolved, to: DataType, mode: CastMode, context: BindContext): Resolved {
  if (holdsTime(to)) expectTimeValues(context)
  if (e.kind === 'literal' && e.value === null) return literal(null, to)
  if (e.type.kind === 'void') return literal(null, to)
  if (e.type.kind === 'time' && to.kind === 'date') throw analysisError('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', { sqlExpr: `"${describe(e)}"`, srcType: `"${sqlName(e.type)}"`, targetType: '"DATE"' })
  if (e.type.kind === 'time' && isTimestamp(to)) return onToday(e, to, context)
  const inline = numericSource(e.type, to, mode)
  const nullable = e.nullable || (mode === 'try' ? tryMayGiveNull(e.type, to) : mayGiveNull(e.type, to))
  if (inline !== null) return call('cast', [e], to, { source: ([a], emitter) => inline(a!, emitter) }, { nullable })
  const convert = castValue(e.type, to, mode, context.timeZone)
  const implementation: Implementation = { evaluate: convert, ...bytesView(e.type, to) }
  return call('cast', [e], to, implementation, { nullable: nullable || mode === 'legacy' })
}

// A time of day is one of the day of the query.
function onToday(e: Resolved, to: DataType, context: BindContext): Resolved {
  const today = call('current_date', [], { kind: 'date' }, { evaluate: () => { throw internalError('current_date was not replaced by the time of the query') } }, { nullable: false, deterministic: false })
  const zone = timeZone(to.kind === 'timestamp' ? context.timeZone : 'UTC')
  return call('cast', [e, today], to, { evaluate: (nanos: bigint, days: number) => zone.toUtc(BigInt(days) * 86_400_000_000n + nanos / 1000n) }, { nullable: e.nullable })
}

/** Strings and binary values are the same bytes: such a cast is a view. */
function bytesView(from: DataType, to: DataType): { vector?: (args: readonly Vector[], length: number) => Vector } {
  if (!((from.kind === 'binary' && to.kind === 'string') || (from.kind === 'string' && to.kind === 'binary'))) return {}
  const convert = castValue(from, to, 'ansi', 'UTC')
  return {
    vector: ([v], length) => (v instanceof BytesVector ? v.retyped(to) : vectorOf(to, Array.from({ length }, (_, i) => { const x = v!.get(i); return x === null ? null : convert(x) }))),
  }
}

type Answer = 'yes' | 'no' | 'func' | 'conf'

function checkCast(e: Resolved, to: DataType, mode: CastMode): void {
  const answer = castable(e.type, to, mode !== 'legacy')
  if (answer === 'yes') return
  const p = { sqlExpr: `"CAST(${describe(e)} AS ${sqlName(to)})"`, srcType: `"${sqlName(e.type)}"`, targetType: `"${sqlName(to)}"` }
  if (answer === 'func') throw analysisError('DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION', { ...p, functionNames: castFunction(e.type, to) })
  // Turning ANSI off does not help a try_cast.
  if (answer === 'conf' && mode === 'ansi') throw analysisError('DATATYPE_MISMATCH.CAST_WITH_CONF_SUGGESTION', { ...p, config: '"spark.sql.ansi.enabled"', configVal: "'true'" })
  throw analysisError('DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION', p)
}

function castFunction(from: DataType, to: DataType): string {
  if (to.kind === 'date') return '`DATE_FROM_UNIX_DATE`'
  if (from.kind === 'date') return '`UNIX_DATE`'
  return '`UNIX_SECONDS`'
}

const isTimestamp = (t: DataType): boolean => t.kind === 'timestamp' || t.kind === 'timestamp_ntz'

/** Whether a cast exists: with ANSI fewer do than without. */
export function castable(from: DataType, to: DataType, ansi: boolean): Answer {
  if (from.kind === 'void' || sameType(from, to)) return 'yes'
  if (to.kind === 'string') return 'yes'
  if (ansi && isNumeric(from) && to.kind === 'date') return 'func'
  const legacy = castableLegacy(from, to)
  if (!ansi || !legacy || from.kind === 'variant' || to.kind === 'variant') return legacy ? 'yes' : 'no'
  if (isNumeric(from) && to.kind === 'binary') return 'conf'
  if (from.kind === 'boolean' && to.kind === 'timestamp') return 'conf'
  if (from.kind === 'timestamp' && to.kind === 'boolean') return 'conf'
  if (from.kind === 'date' && (isNumeric(to) || to.kind === 'boolean')) return to.kind === 'boolean' ? 'conf' : 'func'
  if (from.kind === 'array' && to.kind === 'array') return castable(from.elementType, to.elementType, ansi)
  if (from.kind === 'map' && to.kind === 'map') { const k = castable(from.keyType, to.keyType, ansi); return k === 'yes' ? castable(from.valueType, to.valueType, ansi) : k }
  if (from.kind === 'struct' && to.kind === 'struct') { for (const [i, f] of from.fields.entries()) { const a = castable(f.dataType, to.fields[i]!.dataType, ansi); if (a !== 'yes') return a } return 'yes' }
  return 'yes'
}

function castableLegacy(from: DataType, to: DataType): boolean {
  if (sameType(from, to) || from.kind === 'void' || to.kind === 'string') return true
  if (from.kind === 'variant' || to.kind === 'variant') return from.kind === 'variant' ? variantHolds(to, true) : variantHolds(from, false)
  switch (to.kind) {
    case 'binary': return from.kind === 'string' || ['byte', 'short', 'int', 'long'].includes(from.kind)
    case 'boolean': return from.kind === 'string' || from.kind === 'timestamp' || from.kind === 'date' || isNumeric(from)
    case 'timestamp': return from.kind === 'string' || from.kind === 'boolean' || from.kind === 'date' || from.kind === 'timestamp_ntz' || from.kind === 'time' || isNumeric(from)
    case 'timestamp_ntz': return from.kind === 'string' || from.kind === 'date' || from.kind === 'timestamp' || from.kind === 'time'
    case 'time': return from.kind === 'string' || from.kind === 'time' || isTimestamp(from)
    case 'date': return from.kind === 'string' || isTimestamp(from)
    case 'byte': case 'short': case 'int': case 'long': return from.kind === 'string' || from.kind === 'boolean' || from.kind === 'date' || from.kind === 'timestamp' || isNumeric(from) || from.kind === 'time' || from.kind === 'daytimeinterval' || from.kind === 'yearmonthinterval'
    case 'float': case 'double': return from.kind === 'string' || from.kind === 'boolean' || from.kind === 'date' || from.kind === 'timestamp' || isNumeric(from)
    case 'decimal': return from.kind === 'string' || from.kind === 'boolean' || from.kind === 'date' || from.kind === 'timestamp' || isNumeric(from) || from.kind === 'time' || from.kind === 'daytimeinterval' || from.kind === 'yearmonthinterval'
    case 'daytimeinterval': case 'yearmonthinterval': return from.kind === 'string' || from.kind === to.kind || ['byte', 'short', 'int', 'long', 'decimal'].includes(from.kind)
    case 'calendarinterval': return from.kind === 'string'
    case 'array': return from.kind === 'array' && castableLegacy(from.elementType, to.elementType)
    case 'map': return from.kind === 'map' && castableLegacy(from.keyType, to.keyType) && castableLegacy(from.valueType, to.valueType)
    case 'struct': return from.kind === 'struct' && from.fields.length === to.fields.length && from.fields.every((f, i) => castableLegacy(f.dataType, to.fields[i]!.dataType))
    default: return false
  }
}

