/** Arguments of the functions of sketches: of the types they have already (nothing becomes one by itself), or constants. */
import type { Resolved } from '../../expressions/expression.ts'
import { evaluateConstant } from '../../expressions/codegen/compile.ts'
import { attributesOf } from '../../expressions/codegen/emitter.ts'
import { sqlName, type DataType } from '../../types/data-type.ts'
import { castTo } from '../cast.ts'
import { plainArgs, unexpectedType, type BindContext, type FunctionCall } from '../define.ts'

/** An argument of one of these types; an untyped NULL becomes the first of them. Throws DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE. */
export function argumentOf(c: FunctionCall, index: number, types: readonly DataType[], context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind === 'void') return castTo(a, types[0]!, context)
  if (!types.some(t => sqlName(t) === sqlName(a.type))) {
    const names = types.map(t => `"${sqlName(t)}"`)
    throw unexpectedType(c, index + 1, names.length === 1 ? names[0]! : `(${names.join(' or ')})`, a)
  }
  return a
}

/** The value of a constant argument, `otherwise` where it is left out. Throws what `notConstant` makes where it reads a column. */
export function constantOf(c: FunctionCall, index: number, types: readonly DataType[], otherwise: unknown, context: BindContext, notConstant: () => Error): unknown {
  if (c.args.length <= index) return otherwise
  const a = argumentOf(c, index, types, context)
  if (attributesOf(a).size > 0) throw notConstant()
  return evaluateConstant(a)
}
