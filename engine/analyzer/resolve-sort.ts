/** Resolves orderBy: a key that could mean several columns means none of them, and is looked for below. */
import { analysisError } from '../errors/spark-error.ts'
import type { Attribute, Expression, SortOrder } from '../expressions/expression.ts'
import { mentions } from '../expressions/map-expression.ts'
import { describe, type BindContext } from '../functions/define.ts'
import type { Repartition } from '../plan/logical-plan.ts'
import type { ResolvedOrder, ResolvedPlan } from '../plan/resolved-plan.ts'
import { isOrderable, sqlName } from '../types/data-type.ts'
import { refuseGrouping } from './grouping-sets.ts'
import { levelsBelow, overLeftOut } from './left-out-columns.ts'
import { resolveExpression } from './resolve-expression.ts'
import { hasAggregate, project } from './project-node.ts'
import { refuseSubqueries } from './subquery-marker.ts'
import { refusePartitionedVariants } from './refuse-variants.ts'
import { refuseOver } from './take-out-over.ts'
import { takeOutSubqueries } from './take-out-subqueries.ts'
import type { Scope } from './scope.ts'

export function resolveSort(orders: readonly SortOrder[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  return overLeftOut(child, { ...scope, unclearIsUnknown: true }, orders.map(o => o.child), (input, seen) => sorted(orders, input, seen, child.output.length, context), context)
}

const namesake = (a: Attribute, b: Attribute): boolean => a.name.toLowerCase() === b.name.toLowerCase()
const isUnclear = (a: Attribute, among: readonly Attribute[]): boolean => among.some(b => b.id !== a.id && namesake(a, b))

/**
 * Sorts a plan of which the first columns come out; keys may name the others too, though with their table only where one that comes out has the name.
 * A name that several columns have which come out means that of the input (`below`).
 */
export function sortedBeside(orders: readonly SortOrder[], wide: ResolvedPlan, shown: number, below: readonly Attribute[], scope: Scope, context: BindContext): ResolvedPlan {
  const out = wide.output.slice(0, shown), hidden = wide.output.slice(shown), clear = out.filter(o => !isUnclear(o, out) || below.some(b => b.id === o.id))
  const renamed = (h: Attribute): boolean => clear.some(o => namesake(o, h))
  const both: Scope = { ...(scope.resolveQuery === undefined ? {} : { resolveQuery: scope.resolveQuery }), attributes: [...clear, ...hidden.filter(h => !renamed(h))], joined: hidden.filter(renamed), unclearIsUnknown: true }
  const result = sorted(orders, wide, both, shown, context)
  return hidden.length === 0 ? result : project(out, result)
}

/** The place in a list that a whole number means (`ORDER BY 2`: the second); null for anything else. */
export function numbered(e: Expression, size: number, condition: 'GROUP_BY_POS_OUT_OF_RANGE' | 'ORDER_BY_POS_OUT_OF_RANGE'): number | null {
  if (e.kind !== 'literal' || e.type.kind !== 'int') return null
  const index = e.value as number
  if (index < 1 || index > size) throw analysisError(condition, { index, size })
  return index - 1
}

// Numbers and ORDER BY ALL mean the first `size` columns.
function sorted(given: readonly SortOrder[], child: ResolvedPlan, scope: Scope, size: number, context: BindContext): ResolvedPlan {
  const orders = given.flatMap(o => (o.child.kind === 'star' ? child.output.slice(0, size).map(a => ({ ...o, child: a })) : [o]))
  const resolved = orders.map((o): ResolvedOrder => {
    const at = numbered(o.child, size, 'ORDER_BY_POS_OUT_OF_RANGE'), key = at === null ? resolveExpression(o.child, scope, context) : child.output[at]!
    if (!isOrderable(key.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${describe(key)}"`, functionName: '`sortorder`', dataType: `"${sqlName(key.type)}"` })
    refuseOver([key], 'ORDER BY')
    refuseGrouping([key])
    if (hasAggregate(key)) throw analysisError('UNSUPPORTED_EXPR_FOR_OPERATOR', { operator: 'ORDER BY', invalidExprSqls: `"${describe(key)}"` })
    return { child: key.kind === 'alias' ? key.child : key, ascending: o.ascending, nullsFirst: o.nullsFirst ?? o.ascending }
  })
  refuseSubqueries(resolved.map(o => o.child), 'ORDER BY')
  const queried = takeOutSubqueries(resolved.map(o => o.child), child, context), orderBy = resolved.map((o, i) => ({ ...o, child: queried.items[i]! }))
  const plan: ResolvedPlan = { kind: 'sort', orders: orderBy, child: queried.plan, output: queried.plan.output, streaming: child.streaming }
  return queried.plan === child ? plan : project(child.output, plan)
}

/** What DISTRIBUTE BY and repartition must find: expressions that resolve, and no variants where rows go by hashes (UNSUPPORTED_FEATURE.PARTITION_BY_VARIANT). */
export function checkPartitioning({ by = [], hashed = [], ranged = [] }: Repartition, child: ResolvedPlan, scope: Scope, context: BindContext): void {
  const shown = (name: string): boolean => child.output.some(a => a.name.toLowerCase() === name), below = levelsBelow(child).flat()
  refusePartitionedVariants([...by, ...hashed].flatMap(e => {
    const name = e.kind === 'unresolved-attribute' ? e.nameParts.at(-1)!.toLowerCase() : null
    const left = name === null || shown(name) ? [] : below.filter(a => a.name.toLowerCase() === name)
    return left.length > 0 ? left : [resolveExpression(e, scope, context)]
  }))
  refuseSubqueries(hashed.filter(e => mentions(e, x => x.kind === 'unresolved-subquery')).map(e => resolveExpression(e, scope, context)), 'repartition()')
  if (by.length + ranged.length > 0) resolveSort([...by, ...ranged].map((e): SortOrder => ({ kind: 'sort-order', child: e, ascending: true, nullsFirst: null })), child, scope, context)
}
