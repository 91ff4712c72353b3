/**
 * Decides where a stream's WHERE with a value that names outer columns is applied. Spark brings all filters down once before it makes a join of such a value: its filter gets below a
 * watermark if it is not held up on the way, and it is where it meets another filter, for the two become one then and go no further that time.
 */
import { madeOf } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { conjuncts } from '../functions/join-keys.ts'
import { mapChildren } from '../plan/map-plan.ts'
import type { ResolvedJoin, ResolvedPlan } from '../plan/resolved-plan.ts'
import { onBranch } from '../plan/union-branches.ts'
import { needsOnly, openSides } from './push-join-filters.ts'

/** The plan with each such condition where Spark applies it. */
export function placeSubqueries(plan: ResolvedPlan): ResolvedPlan { return place(plan, []) }

// `above`: the conditions of filters that come down to this node from above.
function place(plan: ResolvedPlan, above: readonly Resolved[]): ResolvedPlan {
  if (!plan.streaming) return plan
  const { sunk, ...plain } = plan
  // Who has changed what is below has made the other plan void.
  if (sunk !== undefined) return place(above.length === 0 && 'child' in plan && plan.child === sunk.child ? sunk.plan : plain, [])
  if (plan.kind === 'join') {
    const down = intoSides(plan, above), left = place(plan.left, down.left), right = place(plan.right, down.right)
    return left === plan.left && right === plan.right ? plan : { ...plan, left, right }
  }
  if (plan.kind === 'union') {
    const children = plan.children.map(child => place(child, above.map(c => onBranch(c, plan, child))))
    return children.every((c, i) => c === plan.children[i]) ? plan : { ...plan, children }
  }
  return mapChildren(plan, child => place(child, through(plan, above.filter(isDeterministic))))
}

// What of the conditions goes on below a node.
function through(plan: ResolvedPlan, conditions: readonly Resolved[]): readonly Resolved[] {
  switch (plan.kind) {
    case 'filter': return conditions.length === 0 ? conjuncts(plan.condition).filter(isDeterministic) : []
    case 'sort': return conditions
    case 'watermark': return conditions.filter(c => !attributesOf(c).has(plan.attribute.id))
    case 'generate': return conditions.filter(c => needsOnly(c, plan.child.output))
    case 'project': return plan.expressions.every(isDeterministic) ? conditions.map(madeOf(plan.expressions)) : []
    case 'aggregate': {
      const keys = new Set(plan.keys.map(k => k.id))
      return plan.keys.every(isDeterministic) ? conditions.filter(c => { const used = [...attributesOf(c).keys()]; return used.length > 0 && used.every(id => keys.has(id)) }).map(madeOf(plan.keys)) : []
    }
    default: return []
  }
}

// A filter above a join and the join's own condition go into the sides whose rows they may leave out.
function intoSides(join: ResolvedJoin, above: readonly Resolved[]): { readonly left: readonly Resolved[]; readonly right: readonly Resolved[] } {
  const own = join.condition === null ? [] : conjuncts(join.condition), open = openSides(join.type)
  const into = (side: 'left' | 'right'): readonly Resolved[] => [...(open.above[side] ? above : []), ...(open.own[side] ? own : [])].filter(c => isDeterministic(c) && needsOnly(c, join[side].output))
  return { left: into('left'), right: into('right') }
}
