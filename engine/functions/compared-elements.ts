/** Functions of arrays that compare elements take only those that can be ordered. */
import { analysisError } from '../errors/spark-error.ts'
import type { Resolved } from '../expressions/expression.ts'
import { isOrderable, sqlName } from '../types/data-type.ts'
import { quoted } from './define.ts'

const comparing = new Set(['array_contains', 'array_position', 'array_remove', 'array_distinct', 'array_max', 'array_min', 'array_union', 'array_intersect', 'array_except', 'arrays_overlap'])

/** Throws DATATYPE_MISMATCH.INVALID_ORDERING_TYPE; `sql` is the call as text. */
export function checkComparedElements(bound: Resolved, sql: string): void {
  if (bound.kind !== 'call' || !(comparing.has(bound.name) || (bound.name === 'array_sort' && bound.args.length === 1))) return
  const { type } = bound.args[0]!
  if (type.kind === 'array' && !isOrderable(type.elementType)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${sql}"`, functionName: quoted(bound.name), dataType: `"${sqlName(type)}"` })
}
