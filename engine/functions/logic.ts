/** AND, OR and NOT with three truth values; the second side is not evaluated where the first decides. */
import { analysisError } from '../errors/spark-error.ts'
import type { Emitter } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { booleanType, sqlName } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { call, expectArity, plainArgs, unexpectedType, type BindContext, type FunctionCall, type FunctionDefinition, type FunctionFamily } from './define.ts'

const isTruth = (a: Resolved): boolean => a.type.kind === 'boolean' || a.type.kind === 'void'

function truth(c: FunctionCall, index: number, context: BindContext): Resolved {
  const args = plainArgs(c), a = args[index]!
  if (isTruth(a) || (context.ansi && a.type.kind === 'string')) return castTo(a, booleanType, context)
  if (args.length === 1) throw unexpectedType(c, 1, '"BOOLEAN"', a)
  const [left, right] = args as [Resolved, Resolved]
  if (isTruth(left) !== isTruth(right)) throw analysisError('DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES', { sqlExpr: `"${c.sql}"`, left: `"${sqlName(left.type)}"`, right: `"${sqlName(right.type)}"` })
  throw analysisError('DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE', { sqlExpr: `"${c.sql}"`, inputType: '"BOOLEAN"', actualDataType: `"${sqlName(a.type)}"` })
}

// `decides` is the value of the first side that settles the answer.
function connective(name: 'and' | 'or', decides: boolean): FunctionDefinition {
  return {
    bind(c, context) {
      expectArity(c, 2)
      const args = [truth(c, 0, context), truth(c, 1, context)]
      const emit = (e: Emitter, [left, right]: readonly Resolved[]): { isNull: string; value: string } => {
        const a = e.emit(left!)
        const out = e.declare(booleanType)
        const settled = decides ? a.value : `!${a.value}`
        e.line(`if (${a.isNull === 'false' ? '' : `!(${a.isNull}) && `}${settled}) { ${out.isNull} = false; ${out.value} = ${decides}; } else {`)
        const b = e.emit(right!)
        const own = decides ? b.value : `!${b.value}`
        e.line(`if (${b.isNull === 'false' ? '' : `!(${b.isNull}) && `}${own}) { ${out.isNull} = false; ${out.value} = ${decides}; }`)
        e.line(`else { ${out.isNull} = ${a.isNull} || ${b.isNull}; ${out.value} = ${!decides}; } }`)
        return out
      }
      return call(name, args, booleanType, { strict: false, emit }, { nullable: args.some(a => a.nullable) })
    },
  }
}

export const logicFunctions: FunctionFamily = {
  and: connective('and', false),
  or: connective('or', true),
  not: { bind(c, context) { expectArity(c, 1); const a = truth(c, 0, context); return call('not', [a], booleanType, { source: ([x]) => `!${x}` }, { nullable: a.nullable }) } },
  '!': { bind(c, context) { expectArity(c, 1); const a = truth(c, 0, context); return call('not', [a], booleanType, { source: ([x]) => `!${x}` }, { nullable: a.nullable }) } },
}
