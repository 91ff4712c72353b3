/** Begins random draws and row numbers anew, so that each run of a DataFrame gives the same for its seeds. Streams draw on from batch to batch. */
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren, mapExpressions } from '../plan/map-plan.ts'

/** The plan of one batch query. */
export function restartRandom(plan: ResolvedPlan): ResolvedPlan {
  return mapExpressions(mapChildren(plan, restartRandom), e => (e.kind === 'call' && e.implementation.restart !== undefined ? { ...e, implementation: e.implementation.restart() } : e))
}
