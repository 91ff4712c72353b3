/** CASE, if, coalesce and their kin: a branch that is not taken is not evaluated. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { comparison, equalValues } from '../columns/compare.ts'
import type { Emitter } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { tightestCommonType } from '../types/coercion.ts'
import { booleanType, isOrderable, sqlName, stringType, voidType, type DataType } from '../types/data-type.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { comparable } from './comparison.ts'
import { call, expectArity, literal, plainArgs, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { isNull } from './null-tests.ts'
import { coerced } from './typed.ts'

function unify(c: FunctionCall, values: readonly Resolved[], context: BindContext, name = c.name): { readonly type: DataType; readonly values: readonly Resolved[] } {
  const type = commonTypeOf(values, context)
  if (type === null) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(name), dataType: `(${values.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
  return { type, values: values.map(v => castTo(v, type, context)) }
}

/** Conditions and values in turn, then the value of all other cases. */
function caseWhen(conditions: readonly Resolved[], values: readonly Resolved[], otherwise: Resolved, type: DataType): Resolved {
  const args = [...conditions.flatMap((x, i) => [x, values[i]!]), otherwise]
  const emit = (e: Emitter, all: readonly Resolved[]): { isNull: string; value: string } => {
    const out = e.declare(type)
    const n = (all.length - 1) / 2
    for (let i = 0; i < n; i++) {
      const test = e.emit(all[2 * i]!)
      e.line(`if (${test.isNull === 'false' ? '' : `!(${test.isNull}) && `}${test.value}) {`)
      e.assign(out, all[2 * i + 1]!)
      e.line('} else {')
    }
    e.assign(out, all.at(-1)!)
    e.line('}'.repeat(n))
    return out
  }
  return call('when', args, type, { strict: false, emit }, { nullable: otherwise.nullable || values.some(v => v.nullable) })
}

function condition(c: FunctionCall, e: Resolved, context: BindContext): Resolved {
  if (e.type.kind === 'boolean' || (e.type.kind === 'void' && (c.name.toLowerCase() === 'if' || !context.ansi))) return castTo(e, booleanType, context)
  throw analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', { sqlExpr: `"${c.sql}"`, paramIndex: 'condition', requiredType: '"BOOLEAN"', inputSql: 'the condition', inputType: `"${sqlName(e.type)}"` })
}

/** The first value that is not NULL; later ones are not looked at. */
export function coalesce(values: readonly Resolved[], type: DataType): Resolved {
  const emit = (e: Emitter, all: readonly Resolved[]): { isNull: string; value: string } => {
    const out = e.declare(type)
    all.forEach((v, i) => {
      if (i > 0) e.line(`if (${out.isNull}) {`)
      e.assign(out, v)
    })
    e.line('}'.repeat(all.length - 1))
    return out
  }
  return call('coalesce', values, type, { strict: false, emit }, { nullable: values.every(v => v.nullable) })
}

const coalesceFunction = (least: number, most: number): FunctionDefinition => ({
  bind(c, context) { expectArity(c, least, most); const { type, values } = unify(c, plainArgs(c), context, 'coalesce'); return coalesce(values, type) },
})

function extreme(name: 'greatest' | 'least', sign: 1 | -1): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2, Infinity)
      // Strings do not turn into numbers here: the types must meet without them.
      const args = plainArgs(c)
      const tight = args.map(a => a.type).reduce<DataType | null>((a, b) => (a === null ? null : tightestCommonType(a, b, context.ansi)), voidType)
      if (tight === null) throw analysisError('DATATYPE_MISMATCH.DATA_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, functionName: quoted(name), dataType: `(${args.map(a => `"${sqlName(a.type)}"`).join(' or ')})` })
      const type = tight, values = args.map(a => castTo(a, tight, context))
      if (!isOrderable(type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${c.sql}"`, functionName: quoted(name), dataType: `"${sqlName(type)}"` })
      const compare = comparison(type)
      const evaluate = (...vs: unknown[]): unknown => { let best: unknown = null; for (const v of vs) if (v !== null && (best === null || sign * compare(v, best) > 0)) best = v; return best }
      return call(name, values, type, { strict: false, evaluate }, { nullable: values.every(v => v.nullable) })
    },
  }
}

const zero = (t: DataType): unknown => (t.kind === 'long' || t.kind === 'decimal' ? 0n : 0)

export const conditionalFunctions: FunctionFamily = {
  when: {
    bind(c, context) {
      expectArity(c, 2, Infinity)
      const args = plainArgs(c), n = Math.floor(args.length / 2)
      const conditions = Array.from({ length: n }, (_, i) => condition(c, args[2 * i]!, context))
      const given = [...Array.from({ length: n }, (_, i) => args[2 * i + 1]!), args.length % 2 === 1 ? args.at(-1)! : literal(null, voidType)]
      const { type, values } = unify(c, given, context, 'casewhen')
      return caseWhen(conditions, values.slice(0, -1), values.at(-1)!, type)
    },
  },
  if: {
    bind(c, context) {
      expectArity(c, 3)
      const [test, ...rest] = plainArgs(c) as [Resolved, Resolved, Resolved]
      const { type, values } = unify(c, rest, context)
      return caseWhen([condition(c, test, context)], [values[0]!], values[1]!, type)
    },
  },
  coalesce: coalesceFunction(1, Infinity), nvl: coalesceFunction(2, 2), ifnull: coalesceFunction(2, 2),
  nvl2: {
    bind(c, context) {
      expectArity(c, 3)
      const [test, ...rest] = plainArgs(c) as [Resolved, Resolved, Resolved]
      const { type, values } = unify(c, rest, context)
      return caseWhen([isNull(test)], [values[1]!], values[0]!, type)
    },
  },
  nullif: {
    bind(c, context) {
      const { a, b, type } = comparable(c, context)
      const first = plainArgs(c)[0]!
      const same = call('=', [a, b], booleanType, { strict: false, evaluate: (x: unknown, y: unknown) => x !== null && y !== null && equalValues(type, x, y) }, { nullable: false })
      return caseWhen([same], [literal(null, first.type)], first, first.type)
    },
  },
  nullifzero: { bind(c) { expectArity(c, 1); const a = plainArgs(c)[0]!; const z = zero(a.type); return call('nullifzero', [a], a.type, { evaluate: (v: unknown) => (v == z ? null : v) }, { nullable: true }) } },
  zeroifnull: { bind(c) { expectArity(c, 1); const a = plainArgs(c)[0]!; return a.type.kind === 'void' ? coalesce([literal(0, { kind: 'int' })], { kind: 'int' }) : coalesce([a, literal(zero(a.type), a.type)], a.type) } },
  greatest: extreme('greatest', 1), least: extreme('least', -1),
  raise_error: { bind(c, context) { expectArity(c, 1); return call('raise_error', [coerced(c, 0, stringType, context)], voidType, { strict: false, evaluate: (m: string | null) => { throw executionError('USER_RAISED_EXCEPTION', { errorMessage: m ?? 'null' }) } }, { nullable: true, deterministic: false }) } },
  assert_true: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const args = [castTo(plainArgs(c)[0]!, booleanType, context), ...(c.args.length > 1 ? [coerced(c, 1, stringType, context)] : [])]
      return call('assert_true', args, voidType, { strict: false, evaluate: (ok: boolean | null, m?: string) => { if (ok === true) return null; throw executionError('USER_RAISED_EXCEPTION', { errorMessage: m ?? `'${c.sql}' is not true!` }) } }, { nullable: true, deterministic: false })
    },
  },
}
