/**
 * Filters above and inside the joins of a stream go into the side they are about, with the filters that a join implies (`a = b` needs both, so rows with a NULL there are of no use),
 * and an outer join whose unmatched rows a filter drops is no outer join. On a stream this is more than speed: it decides which rows a join holds and which move a watermark.
 */
import { madeOf, transform } from '../expressions/attribute.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { conjuncts, joinKeys } from '../functions/join-keys.ts'
import { isNotNull } from '../functions/null-tests.ts'
import { filterOf, type ResolvedJoin, type ResolvedPlan, type ResolvedProject, type ResolvedWatermark } from '../plan/resolved-plan.ts'
import { mapChildren } from '../plan/map-plan.ts'

/** The plan with the filters above and inside the joins of its streams brought into the sides they are about. */
export function pushJoinFilters(plan: ResolvedPlan): ResolvedPlan {
  if (!plan.streaming) return plan
  if (plan.kind === 'filter' && hasJoin(plan.child)) return pushInto(plan.child, conjuncts(plan.condition))
  if (plan.kind === 'join') return pushThroughJoin(plan, [])
  return mapChildren(plan, pushJoinFilters)
}

/** The plan that keeps the rows of `plan` for which all of the conditions hold. */
function pushInto(plan: ResolvedPlan, conditions: readonly Resolved[]): ResolvedPlan {
  if (conditions.length === 0) return pushJoinFilters(plan)
  if (!plan.streaming || !hasJoin(plan)) return filtered(pushJoinFilters(plan), conditions)
  switch (plan.kind) {
    case 'filter': return pushInto(plan.child, [...conjuncts(plan.condition), ...conditions])
    case 'project': return pushThroughProject(plan, conditions)
    case 'watermark': return pushThroughWatermark(plan, conditions)
    case 'join': return pushThroughJoin(plan, conditions)
    default: return filtered(pushJoinFilters(plan), conditions)
  }
}

function filtered(plan: ResolvedPlan, conditions: readonly Resolved[]): ResolvedPlan {
  return conditions.length === 0 ? plan : filterOf(conjunction(conditions), plan)
}

const conjunction = (parts: readonly Resolved[]): Resolved => parts.reduce((a, b) => bindByName('and', [a, b]))

function pushThroughProject(plan: ResolvedProject, conditions: readonly Resolved[]): ResolvedPlan {
  const down = plan.expressions.every(isDeterministic) ? conditions.filter(isDeterministic) : []
  return filtered({ ...plan, child: pushInto(plan.child, down.map(madeOf(plan.expressions))) }, conditions.filter(c => !down.includes(c)))
}

// Whether filters can come down to a join.
function hasJoin(plan: ResolvedPlan): boolean {
  if (plan.kind === 'join') return plan.streaming
  return (plan.kind === 'project' || plan.kind === 'filter' || plan.kind === 'watermark') && hasJoin(plan.child)
}

function isDeterministic(e: Resolved): boolean {
  return e.kind !== 'generator' && e.kind !== 'marker' && (e.kind !== 'call' || e.deterministic) && childrenOf(e).every(isDeterministic)
}

function pushThroughWatermark(plan: ResolvedWatermark, conditions: readonly Resolved[]): ResolvedPlan {
  const down = conditions.filter(c => isDeterministic(c) && !attributesOf(c).has(plan.attribute.id))
  return filtered({ ...plan, child: pushInto(plan.child, down) }, conditions.filter(c => !down.includes(c)))
}

function pushThroughJoin(given: ResolvedJoin, conditions: readonly Resolved[]): ResolvedPlan {
  const plan = { ...given, type: withoutOuter(given, conditions) }
  const inner = isInner(plan.type), open = openSides(plan.type)
  const onLeft = (e: Resolved): boolean => isDeterministic(e) && needsOnly(e, plan.left.output), onRight = (e: Resolved): boolean => isDeterministic(e) && needsOnly(e, plan.right.output)
  // The filter above the join.
  const left = open.above.left ? conditions.filter(onLeft) : []
  const right = open.above.right ? conditions.filter(c => !left.includes(c) && onRight(c)) : []
  const together = inner ? conditions.filter(c => !left.includes(c) && !right.includes(c) && isDeterministic(c)) : []
  const above = conditions.filter(c => !left.includes(c) && !right.includes(c) && !together.includes(c))
  // The condition of the join: a side whose rows come out anyway is not filtered by it.
  const own = plan.condition === null ? [] : conjuncts(plan.condition)
  const ownLeft = open.own.left ? own.filter(onLeft) : [], ownRight = open.own.right ? own.filter(c => !ownLeft.includes(c) && onRight(c)) : []
  // An equality above an inner join is one of its keys.
  const ids = (side: readonly Attribute[]): Set<number> => new Set(side.map(a => a.id))
  const keys = joinKeys(together, ids(plan.left.output), ids(plan.right.output))
  const rest = [...own.filter(c => !ownLeft.includes(c) && !ownRight.includes(c)), ...keys.rest]
  const implied = plan.test === true ? { left: [], right: [] } : impliedFilters({ ...plan, condition: null }, [...left, ...ownLeft, ...constraintsOf(plan.left)], [...right, ...ownRight, ...constraintsOf(plan.right)], [...own, ...together])
  return filtered({
    ...plan, leftKeys: [...plan.leftKeys, ...keys.leftKeys], rightKeys: [...plan.rightKeys, ...keys.rightKeys], nullSafe: [...plan.nullSafe, ...keys.nullSafe], condition: rest.length === 0 ? null : conjunction(rest),
    left: pushInto(plan.left, [...left, ...ownLeft, ...(open.own.left ? implied.left : [])]), right: pushInto(plan.right, [...right, ...ownRight, ...(open.own.right ? implied.right : [])]),
  }, above)
}

const isInner = (type: ResolvedJoin['type']): boolean => type === 'inner' || type === 'cross'

/** Into which sides of a join a filter above it may go, and its own condition. */
export function openSides(type: ResolvedJoin['type']): { readonly above: Sides; readonly own: Sides } {
  const inner = isInner(type), semi = type === 'leftsemi'
  return {
    above: { left: inner || semi || type === 'leftanti' || type === 'existence' || type === 'left', right: inner || type === 'right' },
    own: { left: inner || semi || type === 'right', right: inner || semi || type === 'left' || type === 'leftanti' },
  }
}
interface Sides { readonly left: boolean; readonly right: boolean }

/** Whether an expression reads columns of these, and no others. */
export const needsOnly = (e: Resolved, side: readonly Attribute[]): boolean => { const used = [...attributesOf(e).keys()]; return used.length > 0 && used.every(id => side.some(a => a.id === id)) }

// A filter above that no row of NULLs passes leaves nothing of the unmatched rows.
function withoutOuter(plan: ResolvedJoin, conditions: readonly Resolved[]): ResolvedJoin['type'] {
  const rejects = (side: readonly Attribute[]): boolean => conditions.some(c => { const rejected = nullRejected(c); return side.some(a => rejected.has(a.id)) })
  switch (plan.type) {
    case 'left': return rejects(plan.right.output) ? 'inner' : 'left'
    case 'right': return rejects(plan.left.output) ? 'inner' : 'right'
    case 'full': { const l = rejects(plan.left.output), r = rejects(plan.right.output); return l && r ? 'inner' : l ? 'left' : r ? 'right' : 'full' }
    default: return plan.type
  }
}

/** The columns in which a NULL makes the condition NULL or false. */
function nullRejected(e: Resolved, into: Set<number> = new Set()): Set<number> {
  if (e.kind === 'attribute') into.add(e.id)
  else if (e.kind === 'call' && (e.implementation.strict !== false || e.name === 'isnotnull')) for (const c of childrenOf(e)) nullRejected(c, into)
  return into
}

function impliedFilters(plan: ResolvedJoin, left: readonly Resolved[], right: readonly Resolved[], condition: readonly Resolved[]): { left: Resolved[]; right: Resolved[] } {
  const needed = new Set<number>()
  for (const c of condition) nullRejected(c, needed)
  plan.leftKeys.forEach((k, i) => { if (plan.nullSafe[i] !== true) { nullRejected(k, needed); nullRejected(plan.rightKeys[i]!, needed) } })
  // A condition on a key column holds for the other side's, too.
  const same = plan.leftKeys.flatMap((l, i) => { const r = plan.rightKeys[i]!; return plan.nullSafe[i] !== true && l.kind === 'attribute' && r.kind === 'attribute' ? [[l, r] as const] : [] })
  const across = (from: readonly Resolved[], pairs: readonly (readonly [Attribute, Attribute])[]): Resolved[] => from.flatMap(c => {
    const used = [...attributesOf(c).keys()]
    if (used.length !== 1 || c.kind === 'call' && (c.name === 'isnotnull' || c.name === 'isnull')) return []
    const pair = pairs.find(([a]) => a.id === used[0])
    return pair === undefined ? [] : [transform(c, n => (n.kind === 'attribute' && n.id === pair[0].id ? pair[1] : n))]
  })
  const notNull = (side: readonly Attribute[]): Resolved[] => side.filter(a => a.nullable && needed.has(a.id)).map(isNotNull)
  return { left: [...notNull(plan.left.output), ...across(right, same.map(([l, r]) => [r, l] as const))], right: [...notNull(plan.right.output), ...across(left, same)] }
}

/** What is known to hold of a plan's rows from the filters in it. */
function constraintsOf(plan: ResolvedPlan): Resolved[] {
  switch (plan.kind) {
    case 'filter': return [...conjuncts(plan.condition).filter(isDeterministic), ...constraintsOf(plan.child)].filter(c => needsOnly(c, plan.output))
    case 'watermark': case 'project': return constraintsOf(plan.child).filter(c => needsOnly(c, plan.output))
    default: return []
  }
}
