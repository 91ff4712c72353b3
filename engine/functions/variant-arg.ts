/** Arguments of functions of VARIANT: the variant itself, and paths into it. */
import type { Resolved } from '../expressions/expression.ts'
import { variantType } from '../types/data-type.ts'
import type { VariantPath } from '../types/variant/path.ts'
import { literal, plainArgs, unexpectedType, type FunctionCall } from './define.ts'

/** The argument as a VARIANT; nothing but NULL turns into one by itself. */
export function variantArg(c: FunctionCall, index: number): Resolved {
  const a = plainArgs(c)[index]!
  if (a.type.kind === 'void') return literal(null, variantType)
  if (a.type.kind !== 'variant') throw unexpectedType(c, index + 1, '"VARIANT"', a)
  return a
}

/** What reads paths by `parse`; one that was read before is not read again. */
export function pathReader(parse: (text: string) => VariantPath): (text: string) => VariantPath {
  const known = new Map<string, VariantPath>()
  return text => {
    let path = known.get(text)
    // Paths may come from a column.
    if (path === undefined) { if (known.size > 1000) known.clear(); known.set(text, path = parse(text)) }
    return path
  }
}
