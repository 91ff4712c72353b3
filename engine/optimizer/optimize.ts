/** The rewrites that keep the answer and lower the cost, in order: constants folded, projections collapsed, columns nobody reads left out. */
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { collapseProjects } from './collapse-projects.ts'
import { foldConstants } from './fold-constants.ts'
import { pruneColumns } from './prune-columns.ts'

/** The cheaper plan with the same output. */
export function optimize(plan: ResolvedPlan): ResolvedPlan {
  return pruneColumns(collapseProjects(foldConstants(plan)))
}
