/** round, bround, ceil and floor: halves go up (round) or to the even digit (bround), decimals keep exact types, whole numbers are checked for overflow with ANSI. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { evaluateConstant } from '../expressions/codegen/compile.ts'
import type { Resolved } from '../expressions/expression.ts'
import { decimalFor } from '../types/coercion.ts'
import { decimalType, doubleType, intType, isIntegral, longType, maxPrecision, sqlName, type DataType, type DecimalType } from '../types/data-type.ts'
import { decimalOfDouble, decimalToDouble, divideRounded, fits, power10, rescale, type Rounding } from '../types/decimal.ts'
import { integralBounds } from '../types/number-text.ts'
import { castTo } from './cast.ts'
import { call, expectArity, expectConstant, literal, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { wantedArgument } from './wanted.ts'

// The number of digits, null for NULL. It must be a constant, for the type depends on it.
function digitsOf(c: FunctionCall, context: BindContext): number | null {
  if (c.args.length < 2) return 0
  const given = plainArgs(c)[1]!
  expectConstant(c, given, 'scale', `"${sqlName(given.type)}"`)
  return evaluateConstant(wantedArgument(c, 1, intType, context)) as number | null
}

/** A double rounded as the decimal number that its text names. */
export function roundDouble(v: number, digits: number, rounding: 'half-up' | 'half-even'): number {
  if (!Number.isFinite(v)) return v
  if (digits >= 0 && digits <= 15) {
    // Off a half by more than doubles err, the nearest whole number is sure and its division by an exact power of ten rounds right.
    const factor = 10 ** digits, y = v * factor
    if (Math.abs(y) < 1e9) {
      const down = Math.floor(y), rest = y - down
      if (Math.abs(rest - 0.5) > 1e-6) { const r = (rest < 0.5 ? down : down + 1) / factor; return r === 0 ? 0 : r }
    }
  }
  const { unscaled, scale } = decimalOfDouble(v)
  if (digits >= scale) return v === 0 ? 0 : v
  // Beyond all its digits a number rounds to 0.
  if (scale - digits > unscaled.toString().length + 1) return 0
  const r = divideRounded(unscaled, power10(scale - digits), rounding)
  return digits >= 0 ? decimalToDouble(r, digits) : Number(r * power10(-digits))
}

function roundedInteger(name: string, a: Resolved, digits: number, rounding: Rounding, context: BindContext): Resolved {
  const kind = a.type.kind as 'byte' | 'short' | 'int' | 'long'
  if (digits >= 0) return a
  const [least, most] = integralBounds[kind], bits = { byte: 8, short: 16, int: 32, long: 64 }[kind]
  const out = (v: bigint): unknown => (kind === 'long' ? v : Number(v))
  return call(name, [a], a.type, {
    evaluate: (v: number | bigint) => {
      if (digits < -19) return out(0n)
      const unit = power10(-digits), r = divideRounded(BigInt(v), unit, rounding) * unit
      if (r >= least && r <= most) return out(r)
      if (context.ansi) throw executionError('ARITHMETIC_OVERFLOW', { message: `${v} rounded to ${digits} digits is no ${sqlName(a.type)}`, alternative: 'a wider type' })
      return out(BigInt.asIntN(bits, r))
    },
  }, { nullable: a.nullable })
}

/** The type of a decimal rounded to some digits behind the point; one digit before it more, for rounding may carry. */
function roundedType(type: DecimalType, digits: number): DecimalType {
  const whole = type.precision - type.scale + 1
  if (digits < 0) return decimalType(Math.min(Math.max(whole, -digits + 1), maxPrecision), 0)
  const scale = Math.min(type.scale, digits)
  return decimalType(Math.min(whole + scale, maxPrecision), scale)
}

function roundedDecimal(name: string, a: Resolved & { readonly type: DecimalType }, digits: number, rounding: Rounding, context: BindContext): Resolved {
  const { scale } = a.type, type = roundedType(a.type, digits)
  return call(name, [a], type, {
    evaluate: (v: bigint) => {
      const cut = digits < scale ? (digits < -maxPrecision ? 0n : divideRounded(v, power10(scale - digits), rounding)) : v
      const r = digits < 0 ? (digits < -maxPrecision ? 0n : cut * power10(-digits)) : rescale(cut, Math.min(digits, scale), type.scale)
      if (fits(r, type.precision)) return r
      if (context.ansi) throw executionError('NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION', { value: String(r), precision: type.precision, scale: type.scale })
      return null
    },
  }, { nullable: true })
}

const isDecimal = (e: Resolved): e is Resolved & { readonly type: DecimalType } => e.type.kind === 'decimal'

function round(name: string, rounding: 'half-up' | 'half-even'): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      const a = wantedArgument(c, 0, 'numeric', context), digits = digitsOf(c, context)
      if (isDecimal(a)) return digits === null ? literal(null, roundedType(a.type, 0)) : roundedDecimal(name, a, digits, rounding, context)
      if (digits === null) return literal(null, a.type)
      if (isIntegral(a.type)) return roundedInteger(name, a, digits, rounding, context)
      const narrow = a.type.kind === 'float'
      return call(name, [a], a.type, { evaluate: (v: number) => (narrow ? Math.fround(roundDouble(v, digits, rounding)) : roundDouble(v, digits, rounding)) }, { nullable: a.nullable })
    },
  }
}

// A double beyond BIGINT: an error with ANSI, else the nearest one.
const leastLong = -(2n ** 63n), mostLong = 2n ** 63n - 1n
/** A double as a BIGINT; what lies outside becomes the nearest one, NaN 0. */
export const saturated = (v: number): bigint => (v !== v ? 0n : v >= 2 ** 63 ? mostLong : v <= -(2 ** 63) ? leastLong : BigInt(v))

// Without digits a whole number comes out: BIGINT, or a decimal without scale. With digits the argument must be a decimal.
function step(name: 'ceil' | 'floor', rounding: 'ceiling' | 'floor'): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1, 2)
      if (c.args.length === 2) {
        const given = plainArgs(c)[0]!, decimal = decimalFor(given.type)
        const a = decimal === null ? wantedArgument(c, 0, 'decimal', context) : castTo(given, decimal, context), digits = digitsOf(c, context)
        if (digits === null) throw analysisError('NON_FOLDABLE_ARGUMENT', { funcName: `\`${name}\``, paramName: '`scale`', paramType: '"INT"' })
        return roundedDecimal(name, a as Resolved & { readonly type: DecimalType }, digits, rounding, context)
      }
      const own: DataType = plainArgs(c)[0]!.type
      const a = wantedArgument(c, 0, [doubleType, 'decimal', longType], context)
      if (isDecimal(a)) return own.kind === 'decimal' && a.type.scale === 0 ? call(name, [a], decimalType(Math.min(a.type.precision + 1, maxPrecision), 0), { source: ([x]) => x! }, { nullable: a.nullable }) : roundedDecimal(name, a, 0, rounding, context)
      if (a.type.kind === 'long') return call(name, [a], longType, { source: ([x]) => x! })
      const cut = name === 'ceil' ? Math.ceil : Math.floor
      return call(name, [a], longType, { evaluate: (v: number) => { const r = cut(v); if (context.ansi && Math.abs(r) >= 2 ** 63 && r !== -(2 ** 63)) throw executionError('ARITHMETIC_OVERFLOW', { message: `${v} is beyond BIGINT`, alternative: 'a decimal' }); return saturated(r) } }, { nullable: a.nullable })
    },
  }
}

const ceil = step('ceil', 'ceiling')

export const roundingFunctions: FunctionFamily = {
  round: round('round', 'half-up'), bround: round('bround', 'half-even'), ceil, ceiling: ceil, floor: step('floor', 'floor'),
}
