/** The rewrites that keep the answer and lower the cost, in order: EXCEPT over streams replaced, conditions with subqueries placed, constants folded, patterns of LIKE simplified, filters brought into joins and down, semi joins brought below aggregations and into joins, projections collapsed, limits placed, columns nobody reads left out, aggregations nobody needs too, the order of rows where nobody sees it, sources told which rows are wanted. */
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { collapseProjects } from './collapse-projects.ts'
import { foldConstants } from './fold-constants.ts'
import { freeOrder } from './free-order.ts'
import { placeLimits } from './limits.ts'
import { placeSubqueries } from './place-subqueries.ts'
import { pruneColumns } from './prune-columns.ts'
import { pushFilters } from './push-filters.ts'
import { pushJoinFilters } from './push-join-filters.ts'
import { pushPredicates } from './push-predicates.ts'
import { pushSemiJoins } from './push-semi-joins.ts'
import { dropRedundantAggregates } from './redundant-aggregates.ts'
import { replaceExcept } from './replace-except.ts'
import { simplifyLikes } from './simplify-like.ts'

/** The cheaper plan with the same output. */
export function optimize(plan: ResolvedPlan): ResolvedPlan {
  return pushPredicates(freeOrder(dropRedundantAggregates(pruneColumns(placeLimits(collapseProjects(pushSemiJoins(pushFilters(pushJoinFilters(simplifyLikes(foldConstants(placeSubqueries(replaceExcept(plan)))))))))))))
}
