/** Which conditions Spark hands to the readers of JSON and CSV, so that rows they drop are never counted as input. */
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { booleanType, isNumeric } from '../types/data-type.ts'
import { bindByName } from './bind.ts'
import { literal } from './define.ts'
import { isNotNull } from './null-tests.ts'

const comparisons = new Set(['=', '==', '<=>', '<', '<=', '>', '>=', '!=', '<>'])
const textTests = new Set(['startswith', 'endswith', 'contains'])

/** The formats whose readers leave out rows by themselves. */
export const readsLines = (format: string): boolean => format.toLowerCase() === 'json' || format.toLowerCase() === 'csv'

/** Whether a reader of text lines would apply the condition itself: columns compared with constants, put together by AND, OR and NOT. */
export function isReaderFilter(e: Resolved): boolean {
  if (e.kind === 'attribute') return e.type.kind === 'boolean'
  if (e.kind === 'literal') return e.type.kind === 'boolean'
  if (e.kind !== 'call') return false
  const [a, b] = e.args
  switch (e.name) {
    case 'and': case 'or': case 'not': return childrenOf(e).every(isReaderFilter)
    case 'isnull': case 'isnotnull': return isColumn(a!)
    case 'in': return isColumn(a!) && e.args.slice(1).every(isConstant)
  }
  if (textTests.has(e.name)) return isColumn(a!) && isConstant(b!)
  return comparisons.has(e.name) && ((isColumn(a!) && isConstant(b!)) || (isConstant(a!) && isColumn(b!)))
}

/**
 * The rows that a reader with these conditions drops: those where one is not true. The JSON reader looks at a condition once it has met all of its fields, so that it says nothing of a
 * line that lacks one (a field written as null is taken for one that is lacking).
 */
export function readerDrops(conditions: readonly Resolved[], format: string): Resolved {
  const dropped = conditions.map(c => {
    const fails = bindByName('not', [bindByName('coalesce', [c, literal(false, booleanType)])])
    const fields = format.toLowerCase() === 'json' ? [...attributesOf(c).values()] : []
    return [...fields.map(isNotNull), fails].reduce((a, b) => bindByName('and', [a, b]))
  })
  return dropped.reduce((a, b) => bindByName('or', [a, b]))
}

const isConstant = (e: Resolved): boolean => e.kind === 'literal'

// A number widened for the comparison is as good as the column.
function isColumn(e: Resolved): boolean {
  if (e.kind === 'attribute') return true
  return e.kind === 'call' && e.name === 'cast' && isNumeric(e.type) && e.args[0]!.kind === 'attribute' && isNumeric(e.args[0]!.type)
}
