/** Brings a semi or anti join with a static frame below the aggregation of a stream whose keys it goes by, if there is an equality among what it asks, as Spark does: groups that it leaves out keep no state. */
import { madeOf } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute } from '../expressions/expression.ts'
import { mapChildren } from '../plan/map-plan.ts'
import type { ResolvedJoin, ResolvedPlan } from '../plan/resolved-plan.ts'

export function pushSemiJoins(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, pushSemiJoins)
  return node.kind === 'join' && (node.type === 'leftsemi' || node.type === 'leftanti') && node.left.streaming && !node.right.streaming ? sink(node, node.left) ?? node : node
}

// The plan with the join applied below an aggregation in it, or null. As in Spark a filter between them, which is about results, keeps it above.
function sink(join: ResolvedJoin, plan: ResolvedPlan): ResolvedPlan | null {
  switch (plan.kind) {
    case 'project': {
      const child = plan.expressions.every(isDeterministic) ? sink(about(join, plan.expressions), plan.child) : null
      return child === null ? null : { ...plan, child }
    }
    case 'aggregate': {
      const right = new Set(join.right.output.map(a => a.id)), keys = new Set(plan.keys.map(k => k.id))
      const used = [...join.leftKeys, ...(join.condition === null ? [] : [join.condition])].flatMap(e => [...attributesOf(e).keys()]).filter(id => !right.has(id))
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
