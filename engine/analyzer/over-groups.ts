/**
 * A filter or a sort above groups that methods made may take aggregates which the groups do not show, as HAVING and ORDER BY of a SELECT do: it is resolved as that SELECT.
 *
 *     df.groupBy('k').agg(F.sum('v').as('s')).filter('s > 0').orderBy(F.max('w'))
 */
import { SparkError, analysisError } from '../errors/spark-error.ts'
import type { Filter, LogicalPlan, SelectAggregate, Sort } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { cubeSets, rollupSets } from './grouping-sets.ts'

// What a filter or sort is refused with where it takes what its input does not show.
const tooMuch = ['UNRESOLVED_COLUMN', 'INVALID_WHERE_CONDITION', 'UNSUPPORTED_EXPR_FOR_OPERATOR', 'UNSUPPORTED_GROUPING_EXPRESSION']

/** The plan by `plainly`; where that takes too much and stands over groups, by `asSelect`. */
export function overGroups(plan: Filter | Sort, plainly: () => ResolvedPlan, asSelect: (select: SelectAggregate) => ResolvedPlan): ResolvedPlan {
  const select = selectOf(plan)
  if (select === null) return plainly()
  try { return plainly() } catch (e) {
    if (!(e instanceof SparkError) || !tooMuch.some(c => e.condition.startsWith(c))) throw e
    try { return asSelect(select) } catch (wide) {
      // An aggregate of what the groups make: here Spark calls it by another name than in a SELECT.
      if (wide instanceof SparkError && wide.condition.startsWith('MISSING_ATTRIBUTES')) throw analysisError('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT', { attribute: wide.parameters['name'] ?? '', clause: 'an aggregate above the groups' })
      throw e
    }
  }
}

function selectOf(plan: Filter | Sort): SelectAggregate | null {
  if (plan.kind === 'filter') return grouped(plan.child, { having: plan.condition, orders: [] })
  return plan.child.kind === 'filter' ? grouped(plan.child.child, { having: plan.child.condition, orders: plan.orders }) : grouped(plan.child, { having: null, orders: plan.orders })
}

// A number among the keys of a method is a value, that of a SELECT a place.
function grouped(groups: LogicalPlan, above: Pick<SelectAggregate, 'having' | 'orders'>): SelectAggregate | null {
  if (groups.kind !== 'aggregate' || groups.pivot !== undefined || groups.keys.some(k => k.kind === 'literal')) return null
  const numbers = groups.keys.map((_, i) => i)
  const sets = groups.sets ?? (groups.grouping === 'groupby' ? null : groups.grouping === 'rollup' ? rollupSets(numbers) : cubeSets(numbers))
  return { kind: 'select-aggregate', keys: groups.keys, sets, select: [...groups.keys, ...groups.aggregates], ...above, child: groups.child }
}
