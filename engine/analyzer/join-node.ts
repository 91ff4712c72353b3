/** Join nodes from resolved conditions. */
import type { Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { conjuncts, joinKeys } from '../functions/join-keys.ts'
import type { JoinType } from '../plan/logical-plan.ts'
import type { ResolvedJoin, ResolvedPlan } from '../plan/resolved-plan.ts'

/** A join whose condition is resolved: equalities become keys. */
export function joinOn(type: JoinType, left: ResolvedPlan, right: ResolvedPlan, condition: Resolved | null): ResolvedJoin {
  const leftIds = new Set(left.output.map(a => a.id)), rightIds = new Set(right.output.map(a => a.id))
  const { leftKeys, rightKeys, nullSafe, rest } = joinKeys(condition === null ? [] : conjuncts(condition), leftIds, rightIds)
  const remaining = rest.length === 0 ? null : rest.reduce((a, b) => bindByName('and', [a, b]))
  return { kind: 'join', type, left, right, leftKeys, rightKeys, nullSafe, condition: remaining, output: joinOutput(type, left, right), streaming: left.streaming || right.streaming }
}

/** The columns of a join. */
export function joinOutput(type: JoinType, left: ResolvedPlan, right: ResolvedPlan): Attribute[] {
  const optional = (a: Attribute): Attribute => ({ ...a, nullable: true })
  switch (type) {
    case 'leftsemi': case 'leftanti': return [...left.output]
    case 'left': return [...left.output, ...right.output.map(optional)]
    case 'right': return [...left.output.map(optional), ...right.output]
    case 'full': return [...left.output.map(optional), ...right.output.map(optional)]
    default: return [...left.output, ...right.output]
  }
}
