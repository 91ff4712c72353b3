/** Puts the time of a query or micro-batch in place of current_timestamp() and its kin. */
import { timeValue } from '../functions/current-time.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren, mapExpressions } from '../plan/map-plan.ts'

/** The plan as it stands at a moment; the same object when no function of time is in it. */
export function replaceTime(plan: ResolvedPlan, nowMs: number, zone: string): ResolvedPlan {
  return mapExpressions(mapChildren(plan, c => replaceTime(c, nowMs, zone)), e => timeValue(e, nowMs, zone))
}
