/**
 * Brings a semi or anti join further down, as Spark does: one with a static frame below the aggregation of a stream whose keys it goes by, if there is an equality among what it asks, so that groups
 * it leaves out keep no state; one of two streams into the side of a join of streams that it asks about, so that rows it leaves out are not joined.
 */
import { madeOf } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute } from '../expressions/expression.ts'
import { mapChildren } from '../plan/map-plan.ts'
import type { ResolvedJoin, ResolvedPlan } from '../plan/resolved-plan.ts'

export function pushSemiJoins(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, pushSemiJoins)
  if (node.kind !== 'join' || (node.type !== 'leftsemi' && node.type !== 'leftanti') || !node.left.streaming) return node
  return (node.right.streaming ? intoSide(node, node.left) : sink(node, node.left)) ?? node
}

// The columns of the left side that the join goes by.
function asked(join: ResolvedJoin): number[] {
  const right = new Set(join.right.output.map(a => a.id))
  return [...join.leftKeys, ...(join.condition === null ? [] : [join.condition])].flatMap(e => [...attributesOf(e).keys()]).filter(id => !right.has(id))
}

// The join of streams with the semi join applied to the one side that it asks about, or null. A side whose rows may be missing keeps it above.
function intoSide(join: ResolvedJoin, plan: ResolvedPlan): ResolvedPlan | null {
  if (plan.kind !== 'join' || !plan.left.streaming || !plan.right.streaming) return null
  const used = asked(join)
  const within = (side: ResolvedPlan): boolean => used.every(id => side.output.some(a => a.id === id))
  const below = (side: ResolvedPlan): ResolvedPlan => intoSide(join, side) ?? { ...join, left: side, output: side.output }
  const both = plan.type === 'inner' || plan.type === 'cross'
  if ((both || plan.type === 'left') && within(plan.left)) return { ...plan, left: below(plan.left) }
  return (both || plan.type === 'right') && within(plan.right) ? { ...plan, right: below(plan.right) } : null
}

// The plan with the join applied below an aggregation in it, or null. As in Spark a filter between them, which is about results, keeps it above.
function sink(join: ResolvedJoin, plan: ResolvedPlan): ResolvedPlan | null {
  switch (plan.kind) {
    case 'project': {
      const child = plan.expressions.every(isDeterministic) ? sink(about(join, plan.expressions), plan.child) : null
      return child === null ? null : { ...plan, child }
    }
    case 'aggregate': {
      const used = asked(join), keys = new Set(plan.keys.map(k => k.id))
      // Spark asks whether it can be a hash join.
      if (join.leftKeys.length === 0 || plan.keys.length === 0 || !used.every(id => keys.has(id)) || !plan.keys.every(isDeterministic)) return null
      const below = about(join, plan.keys)
      return { ...plan, child: sink(below, plan.child) ?? { ...below, left: plan.child, output: plan.child.output } }
    }
    default: return null
  }
}

// The join, with what it says of these columns said of what they are made of.
function about(join: ResolvedJoin, named: readonly (Alias | Attribute)[]): ResolvedJoin {
  const below = madeOf(named)
  return { ...join, leftKeys: join.leftKeys.map(below), condition: join.condition === null ? null : below(join.condition) }
}
