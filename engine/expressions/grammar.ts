/** What the parts of the SQL parser share: the tokens, the levels of the grammar they call back into, and how nodes are made. */
import type { DataType } from '../types/data-type.ts'
import type { Expression, Literal, SortOrder, UnresolvedCall } from './expression.ts'
import type { TokenReader } from './token-reader.ts'
import type { ParseOptions } from './typed-literals.ts'

export interface Grammar {
  readonly tokens: TokenReader
  readonly options: ParseOptions
  /** Anything: the level of OR. */
  expression(): Expression
  /** Operands and their operators down from comparisons: what stands around IN, LIKE, BETWEEN and inside brackets. */
  value(): Expression
  /** An expression with or without a name: an item of a select list or of struct(…). */
  named(): Expression
  sortOrder(): SortOrder
  /** Reads a query in an expression; null where an expression stands by itself, as in expr(): its queries stay text. */
  query: (() => object) | null
}

/** A call made from syntax that Spark shows in another form than the call that computes it: `a BETWEEN 1 AND 2`, `-a`, `a << 1`. */
export interface WrittenCall extends UnresolvedCall { readonly written: UnresolvedCall }

export const call = (name: string, ...args: readonly Expression[]): UnresolvedCall => ({ kind: 'unresolved-call', name, args })
export const written = (computed: UnresolvedCall, name: string, ...args: readonly Expression[]): WrittenCall => ({ ...computed, written: call(name, ...args) })
export const literal = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: value === null })
export const negatedIf = (negated: boolean, e: Expression): Expression => (negated ? call('not', e) : e)

/** Joins operands of AND or OR as Spark does, halves of halves, so that a long chain makes no deep tree. */
export function balanced(name: 'and' | 'or', operands: readonly Expression[], from = 0, to = operands.length - 1): Expression {
  if (from === to) return operands[from]!
  const middle = to - from === 1 ? from : from + ((to - from) >> 1)
  return call(name, balanced(name, operands, from, middle), balanced(name, operands, middle + 1, to))
}
