/** Functions of TIME values: made of parts, of texts and of numbers, cut, counted and told apart. Parts of them (`hour(t)`) are those of timestamps. */
import { executionError, SparkError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { decimalType, intType, isIntegral, isNumeric, longType, stringType, timeType, type DataType } from '../types/data-type.ts'
import { compileParser } from '../types/datetime-pattern.ts'
import { decimalOfDouble, rescale } from '../types/decimal.ts'
import { dayNanos, parseTime, secondNanos, timeUnits } from '../types/time-of-day.ts'
import { castTo, expectTimeValues } from './cast.ts'
import { call, expectArity, plainArgs, unexpectedType, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { coerced, textArg } from './typed.ts'

const outOfRange = (message: string): Error => executionError('DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION', { rangeMessage: message })

/** make_time(hour, minute, second with its fraction). */
const makeTime: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 3)
    const args = [coerced(c, 0, intType, context), coerced(c, 1, intType, context), coerced(c, 2, decimalType(16, 6), context)]
    const within = (value: bigint, most: bigint, what: string): void => { if (value < 0n || value > most) throw outOfRange(`the ${what} is ${value}, which does not lie between 0 and ${most}`) }
    return call('make_time', args, timeType(), {
      evaluate(h: number, m: number, s: bigint) {
        within(BigInt(h), 23n, 'hour'); within(BigInt(m), 59n, 'minute'); within(s / 1_000_000n, 59n, 'second')
        if (s < 0n) throw outOfRange('the second is negative')
        return BigInt(h * 3600 + m * 60) * secondNanos + s * 1000n
      },
    })
  },
}

/** to_time(text[, pattern]); the tolerant one gives NULL for what cannot be read, and for a pattern that is none. */
function toTime(tolerant: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      const texts = c.args.map((_, i) => textArg(c, i, context))
      const read = (text: string, pattern?: string): bigint | null => {
        if (pattern === undefined) return parseTime(text)
        let parser: ReturnType<typeof compileParser>
        try { parser = compileParser(pattern) } catch (e) { throw e instanceof SparkError ? executionError('INVALID_DATETIME_PATTERN.WITH_SUGGESTION', { pattern: `'${pattern}'` }, e) : e }
        return parser.parseTime(text)
      }
      const evaluate = tolerant
        ? (text: string, pattern?: string) => { try { return read(text, pattern) } catch (e) { if (e instanceof SparkError) return null; throw e } }
        : (text: string, pattern?: string) => { const t = read(text, pattern); if (t === null) throw executionError('CANNOT_PARSE_TIME', { input: `'${text}'`, format: `'${pattern ?? 'HH:mm:ss.SSSSSS'}'` }); return t }
      return call(c.name.toLowerCase(), texts, timeType(), { evaluate }, { nullable: true })
    },
  }
}

function nanosOf(unit: string, functionName: string): bigint {
  const found = timeUnits[unit.toUpperCase()]
  if (found === undefined) throw executionError('INVALID_PARAMETER_VALUE.TIME_UNIT', { functionName: `\`${functionName}\``, invalidValue: `'${unit}'` })
  return found
}

const ofTime = (c: FunctionCall, index: number, context: Parameters<FunctionDefinition['bind']>[1]): Resolved => { const a = plainArgs(c)[index]!; return a.type.kind === 'time' ? a : coerced(c, index, timeType(), context) }

const timeTrunc: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 2)
    const time = ofTime(c, 1, context)
    return call('time_trunc', [coerced(c, 0, stringType, context), time], time.type, { evaluate: (unit: string, t: bigint) => t - (t % nanosOf(unit, 'time_trunc')) })
  },
}

const timeDiff: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 3)
    return call('time_diff', [coerced(c, 0, stringType, context), ofTime(c, 1, context), ofTime(c, 2, context)], longType, { evaluate: (unit: string, from: bigint, to: bigint) => (to - from) / nanosOf(unit, 'time_diff') })
  },
}

function inDay(nanos: bigint): bigint {
  if (nanos < 0n || nanos >= dayNanos) throw outOfRange(`${nanos} nanoseconds are no time of a day`)
  return nanos
}

/** time_from_millis and time_from_micros: whole numbers since midnight. */
const ofWhole = (unit: bigint): FunctionDefinition => ({
  bind(c, context) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (!isIntegral(a.type) && a.type.kind !== 'void') throw unexpectedType(c, 1, '"INTEGRAL"', a)
    return call(c.name.toLowerCase(), [castTo(a, longType, context)], timeType(), { evaluate: (n: bigint) => inDay(n * unit) })
  },
})

/** time_from_seconds: seconds since midnight, which may have a fraction. */
const ofSeconds: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (!isNumeric(a.type) && a.type.kind !== 'void') throw unexpectedType(c, 1, '"NUMERIC"', a)
    const make = (e: Resolved, evaluate: (v: any) => bigint): Resolved => call('time_from_seconds', [e], timeType(), { evaluate })
    if (a.type.kind === 'decimal') { const { scale } = a.type; return make(a, (v: bigint) => inDay(rescale(v, scale, 9, 'down'))) }
    if (a.type.kind === 'float' || a.type.kind === 'double') {
      return make(a, (v: number) => {
        if (!Number.isFinite(v)) throw outOfRange('NaN and infinities are no time')
        const d = decimalOfDouble(v)
        return inDay(rescale(d.unscaled, d.scale, 9, 'down'))
      })
    }
    return make(castTo(a, longType, context), (v: bigint) => inDay(v * secondNanos))
  },
}

/** The number of units since midnight. */
const since = (type: DataType, of: (nanos: bigint) => bigint): FunctionDefinition => ({
  bind(c, context) {
    expectArity(c, 1)
    const a = plainArgs(c)[0]!
    if (a.type.kind !== 'time' && a.type.kind !== 'void') throw unexpectedType(c, 1, '"TIME"', a)
    return call(c.name.toLowerCase(), [a.type.kind === 'time' ? a : castTo(a, timeType(), context)], type, { evaluate: of })
  },
})

// All of them are off together.
const whereOn = (family: FunctionFamily): FunctionFamily => Object.fromEntries(Object.entries(family).map(([name, f]) => [name, { bind: (c, context) => { const found = f.bind(c, context); expectTimeValues(context); return found } } satisfies FunctionDefinition]))

export const timeOfDayFunctions: FunctionFamily = whereOn({
  make_time: makeTime, to_time: toTime(false), try_to_time: toTime(true), time_trunc: timeTrunc, time_diff: timeDiff,
  time_from_seconds: ofSeconds, time_from_millis: ofWhole(1_000_000n), time_from_micros: ofWhole(1000n),
  time_to_seconds: since(decimalType(14, 6), n => rescale(n, 9, 6)), time_to_millis: since(longType, n => n / 1_000_000n), time_to_micros: since(longType, n => n / 1000n),
})
