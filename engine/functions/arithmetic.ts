/** Arithmetic: the types of two operands are brought together by Spark's rules, then the body for that type is taken. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { decimalFor, stringMeets, tightestCommonType } from '../types/coercion.ts'
import { decimalType, doubleType, isAnsiInterval, isFractional, isIntegral, isNumeric, longType, sameType, sqlName, type DataType } from '../types/data-type.ts'
import { bitsOf, decimal, floating, integral, type Mode, type Op } from './arithmetic-bodies.ts'
import { castTo } from './cast.ts'
import { datetimeArithmetic } from './datetime-arithmetic.ts'
import { call, expectArity, literalValue, plainArgs, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { addIntervals, divideIntervals } from './interval-arithmetic.ts'
import { tryEval } from './try-eval.ts'
import { wantedArgument } from './wanted.ts'

/** A literal whole number beside a decimal takes the fewest digits it needs. */
function asDecimal(e: Resolved, context: BindContext): Resolved {
  if (e.type.kind === 'decimal') return e
  const v = literalValue(e)
  if (isIntegral(e.type) && (typeof v === 'number' || typeof v === 'bigint')) return castTo(e, decimalType(String(v).replace('-', '').length, 0), context)
  return castTo(e, decimalFor(e.type)!, context)
}

const isFloat = (t: DataType): boolean => t.kind === 'float' || t.kind === 'double'

function numbers(op: Op, a: Resolved, b: Resolved, context: BindContext, mode: Mode): Resolved {
  if ((a.type.kind === 'decimal' || b.type.kind === 'decimal') && !isFloat(a.type) && !isFloat(b.type)) return decimal(op, [asDecimal(a, context), asDecimal(b, context)], mode)
  if (op === 'div') return integral('div', [castTo(a, longType, context), castTo(b, longType, context)], longType, mode)
  const type = op === '/' ? doubleType : tightestCommonType(a.type, b.type, context.ansi)!
  const args = [castTo(a, type, context), castTo(b, type, context)]
  return isIntegral(type) ? integral(op, args, type, mode) : floating(op, args, type, mode)
}

/** Whether an operator works on values of a type (both sides having it). */
function takes(op: Op, t: DataType): boolean {
  if (op === 'div') return isIntegral(t) || t.kind === 'decimal' || isAnsiInterval(t)
  return isNumeric(t) || ((op === '+' || op === '-') && (isAnsiInterval(t) || t.kind === 'calendarinterval'))
}

const interval = (t: DataType): boolean => isAnsiInterval(t) || t.kind === 'calendarinterval'

// Beside another type a text becomes what it stands for, and the other side that too; without ANSI always DOUBLE, but not beside an interval.
function withoutStrings(op: Op, a: Resolved, b: Resolved, context: BindContext): readonly [Resolved, Resolved] {
  if (!context.ansi) {
    const one = (s: Resolved, other: DataType): Resolved => (s.type.kind === 'string' && !interval(other) ? castTo(s, doubleType, context) : s)
    return [one(a, b.type), one(b, a.type)]
  }
  if ((a.type.kind === 'string') === (b.type.kind === 'string')) return [a, b]
  const other = a.type.kind === 'string' ? b.type : a.type
  if (other.kind === 'void') return [a, b]
  const to = op === '/' && isIntegral(other) ? doubleType : stringMeets(other)
  return to === null ? [a, b] : [castTo(a, to, context), castTo(b, to, context)]
}

function bindPlain(op: Op, c: FunctionCall, context: BindContext, mode: Mode): Resolved {
  const given = plainArgs(c) as readonly [Resolved, Resolved]
  const special = datetimeArithmetic(op, given[0], given[1], c, context)
  if (special !== null) return special
  let [a, b] = withoutStrings(op, given[0], given[1], context)
  if (a !== given[0] || b !== given[1]) {
    const again = datetimeArithmetic(op, a, b, c, context)
    if (again !== null) return again
  }
  if (a.type.kind === 'void' && b.type.kind === 'void') { const t = op === 'div' ? longType : doubleType; [a, b] = [castTo(a, t, context), castTo(b, t, context)] }
  if (a.type.kind === 'void' && takes(op, b.type)) a = castTo(a, op === '/' ? doubleType : b.type, context)
  if (b.type.kind === 'void' && takes(op, a.type)) b = castTo(b, op === '/' && a.type.kind !== 'decimal' ? doubleType : a.type, context)
  if (isNumeric(a.type) && isNumeric(b.type)) {
    if (op === 'div' && (isFloat(a.type) || isFloat(b.type))) throw refusal(c, a.type, b.type)
    return numbers(op, a, b, context, mode)
  }
  const family = a.type.kind === b.type.kind && takes(op, a.type)
  if (family && (op === '+' || op === '-')) return addIntervals(op, a, b)
  if (family && op === 'div') return divideIntervals(a, b, mode)
  throw refusal(c, a.type, b.type)
}

function refusal(c: FunctionCall, a: DataType, b: DataType): Error {
  const stringAndNull = (a.kind === 'string' && b.kind === 'void') || (a.kind === 'void' && b.kind === 'string')
  const bothDouble = (a.kind === 'double' && b.kind === 'decimal') || (a.kind === 'decimal' && b.kind === 'double')
  if (sameType(a, b) || stringAndNull || bothDouble) return analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")', actualDataType: `"${sqlName(a)}"` })
  return analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(a)}"`, right: `"${sqlName(b)}"` })
}

const arithmetic = (op: Op): FunctionDefinition => ({ bind(c, context) { expectArity(c, 2); return bindPlain(op, c, context, context.ansi ? 'ansi' : 'legacy') } })

// Two numbers have a body of their own that gives NULL; of anything else whatever goes wrong becomes NULL, a text that is no number too.
const trying = (op: Op): FunctionDefinition => ({
  bind(c, context) {
    expectArity(c, 2)
    const [a, b] = plainArgs(c) as [Resolved, Resolved]
    if (isNumeric(a.type) && isNumeric(b.type)) return bindPlain(op, c, context, 'try')
    return tryEval(bindPlain(op, c, context, 'try'))
  },
})

type Signed = 'negative' | 'positive' | 'abs'

/** A sign change; the least whole number has no counterpart. */
function signed(name: Signed): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 1)
      const own = plainArgs(c)[0]!
      const a = own.type.kind === 'calendarinterval' && name !== 'abs' ? own : wantedArgument(c, 0, ['numeric', 'interval'], context)
      const { type } = a
      if (name === 'positive') return a === own ? call('positive', [a], type, { source: ([x]) => x! }) : a
      if (type.kind === 'calendarinterval') return call(name, [a], type, { evaluate: i => ({ months: 0 - i.months, days: 0 - i.days, microseconds: -i.microseconds }) }, { nullable: a.nullable })
      if (type.kind === 'decimal') return call(name, [a], type, { source: ([x]) => (name === 'abs' ? `(${x} < 0n ? -${x} : ${x})` : `(-${x})`) })
      if (isFractional(type)) return call(name, [a], type, { source: ([x]) => (name === 'abs' ? `Math.abs(${x})` : `(-${x})`) })
      const big = type.kind === 'long' || type.kind === 'daytimeinterval', bits = bitsOf[type.kind] ?? (big ? 64 : 32)
      const least = big ? `(${-(2n ** 63n)}n)` : `(${-(2 ** (bits - 1))})`
      const ansi = context.ansi || interval(type)
      const fail = (): never => { throw executionError(interval(type) ? 'INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION' : 'ARITHMETIC_OVERFLOW', { message: `the least ${sqlName(type)} has no positive counterpart`, alternative: 'a wider type' }) }
      return call(name, [a], type, {
        source: ([x], e) => {
          const change = `(${x} === ${least} ? ${ansi ? `${e.constant(fail)}()` : x} : ${big ? `-${x}` : `0 - ${x}`})`
          return name === 'abs' ? `(${x} < ${big ? '0n' : '0'} ? ${change} : ${x})` : change
        },
      })
    },
  }
}

const remainder = arithmetic('%')

export const arithmeticFunctions: FunctionFamily = {
  '+': arithmetic('+'), '-': arithmetic('-'), '*': arithmetic('*'), '/': arithmetic('/'), '%': remainder, mod: remainder, div: arithmetic('div'), pmod: arithmetic('pmod'),
  try_add: trying('+'), try_subtract: trying('-'), try_multiply: trying('*'), try_divide: trying('/'), try_mod: trying('%'),
  negative: signed('negative'), positive: signed('positive'), abs: signed('abs'),
}
