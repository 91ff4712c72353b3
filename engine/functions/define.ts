/** How a function is described: `bind` looks at the resolved arguments and answers with the resolved call, casts included. */
import type { DataType } from '../types/data-type.ts'
import { sqlName } from '../types/data-type.ts'
import { analysisError, type AnalysisException } from '../errors/spark-error.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { UserFunction } from '../expressions/user-function.ts'
import { describe } from '../expressions/describe.ts'
import type { Call, Implementation, Literal, Resolved } from '../expressions/expression.ts'

/** What binding may ask of the session. */
export interface BindContext {
  readonly ansi: boolean
  readonly timeZone: string
  /** A SQL conf by its key, null when it is not set. */
  conf(key: string): string | null
  /** The user's function of a name, null where there is none. */
  userFunction?(name: string): UserFunction | null
}

/** A call that waits for its meaning. Lambdas are not resolved yet: `bind` gives their parameter types through `lambda`. */
export interface FunctionCall {
  /** The name as written. */
  readonly name: string
  readonly args: readonly Argument[]
  readonly distinct: boolean
  readonly filter: Resolved | null
  readonly ignoreNulls: boolean
  /** The keys of WITHIN GROUP (ORDER BY …), where there are any. */
  readonly order?: readonly OrderKey[]
  /** The call as SQL text, for error messages. */
  readonly sql: string
}

/** One key of WITHIN GROUP; `nullsFirst` null: as the direction has it. */
export interface OrderKey { readonly expression: Resolved; readonly ascending: boolean; readonly nullsFirst: boolean | null }

/** An argument: resolved, or a lambda that is resolved once its parameter types are known. */
export type Argument = Resolved | PendingLambda
export interface PendingLambda {
  readonly kind: 'pending-lambda'
  readonly parameterCount: number
  /** Resolves the lambda for parameters of these types (a lambda may name fewer than are offered, not more). */
  resolve(parameters: readonly { readonly type: DataType; readonly nullable: boolean }[]): Extract<Resolved, { kind: 'lambda' }>
}

/** One SQL function (or operator): its answer to a call. Throws AnalysisException for wrong arity or types. */
export interface FunctionDefinition {
  bind(call: FunctionCall, context: BindContext): Resolved
  /** The function knows WITHIN GROUP; others refuse it. */
  readonly takesOrder?: boolean
}

/** Functions by their SQL names; a family file exports one of these. */
export type FunctionFamily = Readonly<Record<string, FunctionDefinition>>

/** A resolved call. `nullable` defaults to: some argument is, or the body may give null. */
export function call(name: string, args: readonly Resolved[], type: DataType, implementation: Implementation, options: { nullable?: boolean; deterministic?: boolean } = {}): Call {
  const nullable = options.nullable ?? (implementation.strict === false || implementation.evaluate !== undefined || args.some(a => a.nullable))
  return { kind: 'call', name, args, type, nullable, implementation, deterministic: options.deterministic ?? true }
}

/** A constant of an internal value. */
export const literal = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: value === null })

/** The value of a literal argument, or undefined when the argument is not a literal (also looks through aliases). */
export function literalValue(arg: Argument | undefined): unknown {
  let a = arg
  while (a !== undefined && a.kind === 'alias') a = a.child
  return a !== undefined && a.kind === 'literal' ? a.value : undefined
}

/** The resolved arguments, refusing lambdas. */
export function plainArgs(c: FunctionCall): readonly Resolved[] {
  for (const a of c.args) if (a.kind === 'pending-lambda') throw analysisError('INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION', { class: c.name })
  return c.args as readonly Resolved[]
}

/** Checks the number of arguments: `expectArity(call, 2)`, `expectArity(call, 2, 3)`, `expectArity(call, 1, Infinity)`. */
export function expectArity(c: FunctionCall, least: number, most: number = least): void {
  const n = c.args.length
  if (n >= least && n <= most) return
  const expected = most === Infinity ? `at least ${least}` : least === most ? String(least) : most === least + 1 ? `${least} or ${most}` : `${least} to ${most}`
  throw analysisError('WRONG_NUM_ARGS.WITHOUT_SUGGESTION', { functionName: quoted(c.name), expectedNum: expected, actualNum: n })
}

/** The refusal of an argument's type: parameter numbers begin at 1. */
export function unexpectedType(c: FunctionCall, index: number, required: string, arg: Resolved): AnalysisException {
  return analysisError('DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE', {
    sqlExpr: `"${c.sql}"`, paramIndex: ordinal(index), requiredType: required, inputSql: `"${describe(arg)}"`, inputType: `"${sqlName(arg.type)}"`,
  })
}

/** Checks that an argument reads no column, for what must be known before any row is. Throws DATATYPE_MISMATCH.NON_FOLDABLE_INPUT. */
export function expectConstant(c: FunctionCall, given: Resolved, name: string, type: string): void {
  if (attributesOf(given).size > 0) throw analysisError('DATATYPE_MISMATCH.NON_FOLDABLE_INPUT', { sqlExpr: `"${c.sql}"`, inputName: quoted(name), inputType: type, inputExpr: `"${describe(given)}"` })
}

const ordinal = (n: number): string => ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'][n - 1] ?? `${n}th`
export const quoted = (name: string): string => '`' + name + '`'

/** What every family needs when it refuses an argument. */
export { describe }
