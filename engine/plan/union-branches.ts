/** Branches of a union: those that are the same plan, for above it somebody removes duplicates and Spark reads such a branch once; and what a condition on the union is on one of them. */
import { sameExpression, transform } from '../expressions/attribute.ts'
import type { Resolved } from '../expressions/expression.ts'
import type { ResolvedPlan, ResolvedUnion } from './resolved-plan.ts'

/** A union of streams with each of its branches once; any other plan as it is. Its columns stay what they are. */
export function withoutRepeats(plan: ResolvedPlan): ResolvedPlan {
  if (plan.kind !== 'union' || !plan.streaming) return plan
  const branches = flat(plan), kept: ResolvedPlan[] = []
  for (const b of branches) if (!kept.some(k => same(k, b) !== null)) kept.push(b)
  return kept.length === branches.length ? plan : { ...plan, children: kept }
}

/** A condition on a union as one on the branch, whose columns have ids of their own. */
export const onBranch = (condition: Resolved, union: ResolvedUnion, branch: ResolvedPlan): Resolved => transform(condition, e => (e.kind === 'attribute' ? branch.output[union.output.findIndex(a => a.id === e.id)] ?? e : e))

const flat = (plan: ResolvedPlan): ResolvedPlan[] => (plan.kind === 'union' ? plan.children.flatMap(flat) : [plan])

/** The ids of one plan's columns by those of the other, where they do the same; null where they do not. */
function same(one: ResolvedPlan, other: ResolvedPlan): Map<number, number> | null {
  const a = plain(one), b = plain(other)
  if (a.kind === 'stream-read' && b.kind === 'stream-read' ? a.source === b.source : a === b) return columns(a, b)
  if ((a.kind !== 'project' && a.kind !== 'filter') || a.kind !== b.kind) return null
  const below = same(a.child, b.child)
  if (below === null) return null
  const asOne = (e: Resolved): Resolved => transform(e, n => (n.kind === 'attribute' && below.has(n.id) ? { ...n, id: below.get(n.id)! } : n))
  const left = a.kind === 'project' ? a.expressions : [a.condition], right = b.kind === 'project' ? b.expressions : b.kind === 'filter' ? [b.condition] : []
  return left.length === right.length && left.every((e, i) => sameExpression(e, asOne(right[i]!))) ? columns(a, b) : null
}

const columns = (a: ResolvedPlan, b: ResolvedPlan): Map<number, number> => new Map(b.output.map((x, i) => [x.id, a.output[i]!.id]))

// Without projections that only give all columns again.
function plain(plan: ResolvedPlan): ResolvedPlan {
  if (plan.kind !== 'project' || plan.expressions.length !== plan.child.output.length) return plan
  const again = plan.expressions.every((e, i) => { const x = e.kind === 'alias' ? e.child : e; return x.kind === 'attribute' && x.id === plan.child.output[i]!.id })
  return again ? plain(plan.child) : plan
}
