/** Arguments brought to what a parameter takes, where that is a class of types (any number, a whole number or a double …). */
import type { Resolved } from '../expressions/expression.ts'
import { implicitCast, type Wanted } from '../types/coercion.ts'
import { sqlName } from '../types/data-type.ts'
import { castTo } from './cast.ts'
import { plainArgs, unexpectedType, type BindContext, type FunctionCall } from './define.ts'

/** The argument in the type it takes by itself for `wanted`. Throws DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE where there is none. */
export function wantedArgument(c: FunctionCall, index: number, wanted: Wanted, context: BindContext): Resolved {
  const a = plainArgs(c)[index]!
  const type = implicitCast(a.type, wanted, context.ansi)
  if (type === null) throw unexpectedType(c, index + 1, nameOfWanted(wanted), a)
  return castTo(a, type, context)
}

function nameOfWanted(w: Wanted): string {
  if (typeof w === 'string') return `"${w === 'interval' ? 'ANSI INTERVAL' : w.toUpperCase()}"`
  return Array.isArray(w) ? `(${(w as readonly Wanted[]).map(nameOfWanted).join(' or ')})` : `"${sqlName(w as Exclude<Wanted, string | readonly Wanted[]>)}"`
}
