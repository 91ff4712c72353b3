/**
 * Limits on streams, as Spark's optimizer places them: of two in a row the smaller one stays, and the preserved side of an outer join needs no more rows a batch than the limit above
 * takes. The second is more than speed: rows that are not read move no watermark and are not kept in state.
 */
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren } from '../plan/map-plan.ts'

export function placeLimits(plan: ResolvedPlan): ResolvedPlan {
  if (plan.kind === 'limit' && plan.streaming && plan.offset === 0 && plan.local !== true) {
    const { child } = plan
    if (child.kind === 'limit' && child.offset === 0) return placeLimits({ ...child, count: Math.min(plan.count, child.count), output: plan.output })
    return { ...plan, child: placeLimits(pushed(child, plan.count)) }
  }
  return mapChildren(plan, placeLimits)
}

// Into the preserved side of the join directly below, or below a projection.
function pushed(p: ResolvedPlan, count: number): ResolvedPlan {
  if (p.kind === 'project' && p.child.kind === 'join') return { ...p, child: pushed(p.child, count) }
  if (p.kind !== 'join' || (p.type !== 'left' && p.type !== 'right')) return p
  const side = p[p.type]
  return { ...p, [p.type]: { kind: 'limit', count, offset: 0, local: true, child: side, output: side.output, streaming: side.streaming } satisfies ResolvedPlan }
}
