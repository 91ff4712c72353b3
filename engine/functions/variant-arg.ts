/** Arguments of functions of VARIANT. */
import type { Resolved } from '../expressions/expression.ts'
import { stringType, variantType } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { literal, plainArgs, unexpectedType, type BindContext, type FunctionCall } from './define.ts'

/** The argument as a VARIANT; nothing but NULL turns into one by itself. */
export function variantArg(c: FunctionCall, index: number): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind === 'void') return literal(null, variantType)
  if (a.type.kind !== 'variant') throw unexpectedType(c, index + 1, '"VARIANT"', a)
  return a
}

/** The argument as a text; nothing but NULL turns into one by itself. */
export function textArg(c: FunctionCall, index: number, context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind !== 'string' && a.type.kind !== 'void') throw unexpectedType(c, index + 1, '"STRING"', a)
  return castTo(a, stringType, context)
}
