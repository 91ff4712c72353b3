/** CASE, if, coalesce and their kin: a branch that is not taken is not evaluated. */
import { analysisError, executionError } from '../errors/spark-error.ts'
import { comparison } from '../columns/compare.ts'
import type { Emitter } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { tightestCommonType } from '../types/coercion.ts'
import { booleanType, doubleType, floatType, intType, isOrderable, sqlName, stringType, voidType, type DataType } from '../types/data-type.ts'
import { castTo, commonTypeOf } from './cast.ts'
import { comparisonFunctions } from './comparison.ts'
import { call, expectArity, literal, plainArgs, quoted, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'
import { isNull } from './null-tests.ts'
import { coerced } from './typed.ts'
import { wantedArgument } from './wanted.ts'

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
  if (e.type.kind === 'boolean' || (e.type.kind === 'void' && c.name.toLowerCase() === 'if')) return castTo(e, booleanType, context)
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

/** `decode(value, search, result, …[, default])`: the result beside the first search value that is equal; NULL equals NULL here. */
export const decodeCases: FunctionDefinition = {
  bind(c, context) {
    expectArity(c, 3, Infinity)
    const [value, ...rest] = plainArgs(c) as [Resolved, ...Resolved[]], n = Math.floor(rest.length / 2)
    const tests = Array.from({ length: n }, (_, i) => comparisonFunctions['<=>']!.bind({ ...c, name: '<=>', args: [value, rest[2 * i]!] }, context))
    const given = [...Array.from({ length: n }, (_, i) => rest[2 * i + 1]!), rest.length % 2 === 1 ? rest.at(-1)! : literal(null, voidType)]
    const { type, values } = unify(c, given, context, 'casewhen')
    return caseWhen(tests, values.slice(0, -1), values.at(-1)!, type)
  },
}

/** NULL where two values are equal, else the first as it was given. */
function nullWhereEqual(c: FunctionCall, a: Resolved, b: Resolved, context: BindContext): Resolved {
  const same = comparisonFunctions['=']!.bind({ ...c, name: '=', args: [a, b] }, context)
  return caseWhen([same], [literal(null, a.type)], a, a.type)
}

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
  nullif: { bind(c, context) { expectArity(c, 2); const [a, b] = plainArgs(c) as [Resolved, Resolved]; return nullWhereEqual(c, a, b, context) } },
  nullifzero: { bind(c, context) { expectArity(c, 1); return nullWhereEqual(c, plainArgs(c)[0]!, literal(0, intType), context) } },
  zeroifnull: { bind(c, context) { expectArity(c, 1); const { type, values } = unify(c, [plainArgs(c)[0]!, literal(0, intType)], context, 'coalesce'); return coalesce(values, type) } },
  nanvl: {
    bind(c, context) {
      expectArity(c, 2)
      const args = [0, 1].map(i => wantedArgument(c, i, [doubleType, floatType], context)) as [Resolved, Resolved]
      const type = args.some(a => a.type.kind === 'double') ? doubleType : floatType, [a, b] = args.map(x => castTo(x, type, context)) as [Resolved, Resolved]
      return caseWhen([call('isnan', [a], booleanType, { source: ([x]) => `${x} !== ${x}` })], [b], a, type)
    },
  },
  greatest: extreme('greatest', 1), least: extreme('least', -1),
  raise_error: { bind(c, context) { expectArity(c, 1); return call('raise_error', [coerced(c, 0, stringType, context)], voidType, { strict: false, evaluate: (m: string | null) => { throw executionError('USER_RAISED_EXCEPTION', { errorMessage: m ?? 'null' }) } }, { nullable: true, deterministic: false }) } },
  assert_true: {
    bind(c, context) {
      expectArity(c, 1, 2)
      const args = [condition({ ...c, name: 'if' }, plainArgs(c)[0]!, context), ...(c.args.length > 1 ? [coerced(c, 1, stringType, context)] : [])]
      return call('assert_true', args, voidType, { strict: false, evaluate: (ok: boolean | null, m?: string) => { if (ok === true) return null; throw executionError('USER_RAISED_EXCEPTION', { errorMessage: m ?? `'${c.sql}' is not true!` }) } }, { nullable: true, deterministic: false })
    },
  },
}
