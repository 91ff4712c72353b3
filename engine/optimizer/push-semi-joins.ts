/**
 * Brings a semi or anti join further down, as Spark does: one with a static frame below the aggregation of a stream whose keys it goes by, if there is an equality among what it asks, so that groups
 * it leaves out keep no state; one of two streams below what only names columns anew or multiplies rows (a selection, overlapping windows, explode), and into the side of a join of streams that it asks about,
 * so that rows it leaves out are neither multiplied nor joined. Spark brings the latter into the branches of a union, too, and below an aggregation where the batch at hand is small enough to be sent
 * around: such a plan, which depends on the size of a batch, is not followed.
 */
import { madeOf } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import { mapChildren } from '../plan/map-plan.ts'
import { filterOf, type ResolvedJoin, type ResolvedPlan } from '../plan/resolved-plan.ts'

export function pushSemiJoins(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, pushSemiJoins)
  if (node.kind !== 'join' || (node.type !== 'leftsemi' && node.type !== 'leftanti') || !node.left.streaming) return node
  return (node.right.streaming ? intoStreams(node, node.left) : sink(node, node.left)) ?? node
}

// The columns of the left side that the join goes by.
function asked(join: ResolvedJoin): number[] {
  const right = new Set(join.right.output.map(a => a.id))
  return [...join.leftKeys, ...(join.condition === null ? [] : [join.condition])].flatMap(e => [...attributesOf(e).keys()]).filter(id => !right.has(id))
}

// The plan of a stream with the semi join applied further down in it, or null.
function intoStreams(join: ResolvedJoin, plan: ResolvedPlan): ResolvedPlan | null {
  const below = (j: ResolvedJoin, left: ResolvedPlan): ResolvedPlan => intoStreams(j, left) ?? { ...j, left, output: left.output }
  switch (plan.kind) {
    case 'project': {
      if (!plan.expressions.every(isPlain)) return null
      const named = about(join, plan.expressions)
      return named.leftKeys.every(k => k.kind !== 'literal') ? { ...plan, child: below(named, plan.child) } : null
    }
    case 'expand': case 'generate': return asked(join).every(id => passes(plan, id)) ? { ...plan, child: below(join, plan.child) } : null
    case 'join': return intoSide(join, plan, below)
    case 'filter': { const lowered = lower(plan.condition, plan.child); return lowered === null ? null : intoStreams(join, lowered) }
    default: return null
  }
}

// The plan with a filter below what it may pass, or null where that is nothing; one that says something of what is computed there keeps the join above it.
function lower(condition: Resolved, plan: ResolvedPlan): ResolvedPlan | null {
  const used = [...attributesOf(condition).keys()], into = (c: Resolved, child: ResolvedPlan): ResolvedPlan => lower(c, child) ?? filterOf(c, child)
  if (!isDeterministic(condition)) return null
  switch (plan.kind) {
    case 'project': {
      const computed = plan.expressions.some(e => used.includes(e.id) && !isPlain(e))
      return computed || !plan.expressions.every(isDeterministic) ? null : { ...plan, child: into(madeOf(plan.expressions)(condition), plan.child) }
    }
    case 'expand': case 'generate': return used.every(id => passes(plan, id)) ? { ...plan, child: into(condition, plan.child) } : null
    case 'filter': { const child = lower(condition, plan.child); return child === null ? null : { ...plan, child } }
    default: return null
  }
}

// Columns and constants: a selection that computes anything keeps the join above it.
function isPlain(e: Alias | Attribute): boolean {
  const value = e.kind === 'alias' ? e.child : e
  return value.kind === 'attribute' || value.kind === 'literal'
}

function passes(plan: Extract<ResolvedPlan, { kind: 'expand' | 'generate' }>, id: number): boolean {
  if (!plan.child.output.some(a => a.id === id)) return false
  const at = plan.output.findIndex(a => a.id === id)
  return plan.kind === 'generate' || (at >= 0 && plan.projections.every(p => { const e = p[at]!; return e.kind === 'attribute' && e.id === id }))
}

// The join of streams with the semi join applied to the one side that it asks about, or null. A side whose rows may be missing keeps it above.
function intoSide(join: ResolvedJoin, plan: ResolvedJoin, below: (j: ResolvedJoin, left: ResolvedPlan) => ResolvedPlan): ResolvedPlan | null {
  if (!plan.left.streaming || !plan.right.streaming) return null
  const used = asked(join)
  const within = (side: ResolvedPlan): boolean => used.every(id => side.output.some(a => a.id === id))
  const both = plan.type === 'inner' || plan.type === 'cross'
  if ((both || plan.type === 'left') && within(plan.left)) return { ...plan, left: below(join, plan.left) }
  return (both || plan.type === 'right') && within(plan.right) ? { ...plan, right: below(join, plan.right) } : null
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
