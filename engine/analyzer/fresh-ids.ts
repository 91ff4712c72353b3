/** A plan under new attribute ids: how the right side of a self-join is told from the left. */
import { alias, attributeOf, freshId } from '../expressions/attribute.ts'
import type { Attribute } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'

/** The same plan with new attribute ids, for the right side of a self-join. */
export function withFreshIds(plan: ResolvedPlan): { readonly plan: ResolvedPlan; readonly renamed: ReadonlyMap<number, Attribute> } {
  const renamed = new Map<number, Attribute>()
  const expressions = plan.output.map(a => {
    const fresh = { ...alias(a, a.name, a.metadata), id: freshId() }
    renamed.set(a.id, { ...attributeOf(fresh), qualifier: a.qualifier })
    return fresh
  })
  return { plan: { kind: 'project', expressions, child: plan, output: plan.output.map(a => renamed.get(a.id)!), streaming: plan.streaming }, renamed }
}
