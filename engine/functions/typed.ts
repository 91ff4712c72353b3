/** A short way to define functions whose argument types are fixed: `fn([stringType, intType], stringType, (s, n) => …)`. */
import type { DataType } from '../types/data-type.ts'
import { sqlName, stringType } from '../types/data-type.ts'
import { canImplicitlyCast } from '../types/coercion.ts'
import type { Implementation, Resolved } from '../expressions/expression.ts'
import { castTo } from './cast.ts'
import { call, expectArity, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition } from './define.ts'

export interface TypedOptions {
  /** How many of the arguments may be left out, from the end. */
  readonly optional?: number
  /** The body may give NULL for arguments that are not NULL. */
  readonly nullable?: boolean
  /** The body sees NULL arguments. */
  readonly seesNull?: boolean
  readonly deterministic?: boolean
}

/** Brings an argument to a type, as far as Spark does that by itself; refuses it otherwise. */
export function coerced(c: FunctionCall, index: number, to: DataType, context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  if (!canImplicitlyCast(a.type, to, context.ansi)) throw unexpectedType(c, index + 1, `"${sqlName(to)}"`, a)
  return castTo(a, to, context)
}

/** The argument as a text; nothing but NULL turns into one by itself. */
export function textArg(c: FunctionCall, index: number, context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind !== 'string' && a.type.kind !== 'void') throw unexpectedType(c, index + 1, '"STRING"', a)
  return castTo(a, stringType, context)
}

/** A function of fixed types; `body` gets internal values, and the context when it asks for it by `make`. */
export function fn(types: readonly DataType[], result: DataType, body: (...args: any[]) => unknown, options: TypedOptions = {}): FunctionDefinition {
  return made(types, result, () => body, options)
}

/** The same where the body depends on the session (time zone, ANSI). */
export function made(types: readonly DataType[], result: DataType, make: (context: BindContext) => (...args: any[]) => unknown, options: TypedOptions = {}): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, types.length - (options.optional ?? 0), types.length)
      const args = c.args.map((_, i) => coerced(c, i, types[i]!, context))
      const implementation: Implementation = options.seesNull ? { strict: false, evaluate: make(context) } : { evaluate: make(context) }
      return call(c.name.toLowerCase(), args, result, implementation, { nullable: options.nullable === true || options.seesNull === true || args.some(a => a.nullable), ...(options.deterministic === false ? { deterministic: false } : {}) })
    },
  }
}
