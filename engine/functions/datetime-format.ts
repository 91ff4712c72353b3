/** Dates and times from text and as text by Java's patterns: date_format, to_timestamp, to_date, unix_timestamp, from_unixtime. */
import { executionError } from '../errors/spark-error.ts'
import { dateType, longType, stringType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { compileFormatter, compileParser } from '../types/datetime-pattern.ts'
import { timeZone } from '../types/time-zone.ts'
import type { Resolved } from '../expressions/expression.ts'
import { castTo, explicitCast } from './cast.ts'
import { call, expectArity, literalValue, plainArgs, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced } from './typed.ts'

const defaultPattern = 'yyyy-MM-dd HH:mm:ss'

/** A pattern known now is compiled once; one that varies is looked up by row. */
function compiled<T>(arg: Resolved | undefined, compile: (pattern: string) => T): (pattern: string) => T {
  const fixed = literalValue(arg)
  if (typeof fixed !== 'string') return compile
  let made: T | undefined
  return () => (made ??= compile(fixed))
}

function cannotParse(text: string, func: string): Error { return executionError('CANNOT_PARSE_TIMESTAMP', { message: `"${text}" does not match the pattern`, func }) }

/** to_timestamp(text[, pattern]) and to_date: without a pattern they are casts. */
function parsing(to: 'timestamp' | 'timestamp_ntz' | 'date', tolerant: boolean): FunctionDefinition {
  const type: DataType = to === 'date' ? dateType : to === 'timestamp' ? timestampType : timestampNtzType
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = plainArgs(c)[0]!
      if (c.args.length === 1 || (a.type.kind !== 'string' && a.type.kind !== 'void')) return explicitCast(a, type, tolerant || !context.ansi ? 'try' : 'cast', context)
      const pattern = coerced(c, 1, stringType, context)
      const parser = compiled(pattern, compileParser), zone = timeZone(context.timeZone)
      const strict = context.ansi && !tolerant, hint = to === 'date' ? '`try_to_date`' : '`try_to_timestamp`'
      const evaluate = (text: string, p: string): unknown => {
        const how = parser(p)
        const r = to === 'date' ? how.parseDate(text) : to === 'timestamp' ? how.parse(text, zone) : how.parseLocal(text)
        if (r === null && strict) throw cannotParse(text, hint)
        return r
      }
      return call(c.name.toLowerCase(), [a, pattern], type, { evaluate }, { nullable: true })
    },
  }
}

// A pattern for a time of day names no field of a date or a zone.
function ofTimeOnly(pattern: string): void {
  if (/[^HhKkmsSa\W\d_]/.test(pattern.replace(/'[^']*'/g, ''))) throw executionError('INVALID_PARAMETER_VALUE.PATTERN', { functionName: '`date_format`', value: `'${pattern}'`, reason: 'a time of day has hours, minutes, seconds and their fraction only' })
}

const dateFormat: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const a = plainArgs(c)[0]!
    const pattern = coerced(c, 1, stringType, context), formatter = compiled(pattern, compileFormatter), zone = timeZone(context.timeZone)
    if (a.type.kind === 'time') return call('date_format', [a, pattern], stringType, { evaluate: (t: bigint, p: string) => (ofTimeOnly(p), formatter(p).formatTime(t)) }, { nullable: a.nullable || pattern.nullable })
    if (a.type.kind === 'timestamp_ntz') return call('date_format', [a, pattern], stringType, { evaluate: (t: bigint, p: string) => formatter(p).formatLocal(t) }, { nullable: a.nullable || pattern.nullable })
    return call('date_format', [coerced(c, 0, timestampType, context), pattern], stringType, { evaluate: (t: bigint, p: string) => formatter(p).format(t, zone) }, { nullable: a.nullable || pattern.nullable })
  },
}

const floorSeconds = (micros: bigint): bigint => (micros % 1_000_000n < 0n ? micros / 1_000_000n - 1n : micros / 1_000_000n)

/** Seconds since the epoch of a date, a timestamp, or of text by a pattern. */
const unixTimestamp: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 0, 2)
    const zone = timeZone(context.timeZone)
    if (c.args.length === 0) return call('unix_timestamp', [call('current_timestamp', [], timestampType, { evaluate: () => 0n }, { nullable: false, deterministic: false })], longType, { evaluate: floorSeconds }, { nullable: false })
    const a = plainArgs(c)[0]!
    if (a.type.kind === 'date' || a.type.kind === 'timestamp' || a.type.kind === 'timestamp_ntz') return call('unix_timestamp', [castTo(a, timestampType, context)], longType, { evaluate: floorSeconds }, { nullable: a.nullable })
    const pattern = c.args.length === 2 ? coerced(c, 1, stringType, context) : ({ kind: 'literal', value: defaultPattern, type: stringType, nullable: false } as const)
    const parser = compiled(pattern, compileParser)
    const evaluate = (text: string, p: string): bigint | null => {
      const r = parser(p).parse(text, zone)
      if (r === null) { if (context.ansi) throw cannotParse(text, '`try_to_timestamp`'); return null }
      return floorSeconds(r)
    }
    return call('unix_timestamp', [coerced(c, 0, stringType, context), pattern], longType, { evaluate }, { nullable: true })
  },
}

const fromUnixtime: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1, 2)
    const pattern = c.args.length === 2 ? coerced(c, 1, stringType, context) : ({ kind: 'literal', value: defaultPattern, type: stringType, nullable: false } as const)
    const formatter = compiled(pattern, compileFormatter), zone = timeZone(context.timeZone)
    return call('from_unixtime', [coerced(c, 0, longType, context), pattern], stringType, { evaluate: (s: bigint, p: string) => formatter(p).format(s * 1_000_000n, zone) }, { nullable: true })
  },
}

export const datetimeFormatFunctions: FunctionFamily = {
  to_timestamp: parsing('timestamp', false), try_to_timestamp: parsing('timestamp', true), to_timestamp_ltz: parsing('timestamp', false), to_timestamp_ntz: parsing('timestamp_ntz', false),
  to_date: parsing('date', false), try_to_date: parsing('date', true), date_format: dateFormat, unix_timestamp: unixTimestamp, to_unix_timestamp: unixTimestamp, from_unixtime: fromUnixtime,
}

