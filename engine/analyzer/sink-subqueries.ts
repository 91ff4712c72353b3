/**
 * Brings conditions with subqueries below the watermarks and aggregations of a stream, where Spark's filters go before they are joins: a row that one leaves out moves no watermark and
 * is in no group. A condition that cannot get to one of these places stays where it is. One with a value that names outer columns gets there only when nothing holds it up
 * (`optimizer/place-subqueries.ts`): `scalars` says to bring it down.
 */
import { madeOf } from '../expressions/attribute.ts'
import { isDeterministic } from '../expressions/codegen/compile.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { onBranch } from '../plan/union-branches.ts'
import { hasCorrelatedScalar, hasSubquery, isSubquery } from './subquery-marker.ts'

/** The plan with the condition applied further down by `keep`, or null. */
export function sinkSubqueries(condition: Resolved, plan: ResolvedPlan, keep: (condition: Resolved, plan: ResolvedPlan) => ResolvedPlan, scalars: boolean): ResolvedPlan | null {
  const scalar = hasCorrelatedScalar(condition)
  if (!plan.streaming || !hasSubquery(condition) || !isDeterministic(condition) || (scalar && !scalars) || asksStreams(condition)) return null
  return sink(condition, plan)

  function sink(c: Resolved, p: ResolvedPlan): ResolvedPlan | null {
    // Spark makes one filter of the two, and a join of the value before it moves on.
    if (scalar && (p.kind === 'filter' || p.sunk !== undefined)) return null
    const used = [...attributesOf(c).keys()]
    switch (p.kind) {
      case 'watermark': return used.includes(p.attribute.id) ? null : { ...p, child: sink(c, p.child) ?? keep(c, p.child) }
      case 'filter': { const child = sink(c, p.child); return child === null ? null : { ...p, child } }
      case 'project': {
        if (!p.expressions.every(isDeterministic)) return null
        const child = sink(madeOf(p.expressions)(c), p.child)
        return child === null ? null : { ...p, child }
      }
      case 'aggregate': {
        const keys = new Set(p.keys.map(k => k.id)), below = madeOf(p.keys)(c)
        if (used.length === 0 || !used.every(id => keys.has(id)) || !p.keys.every(isDeterministic)) return null
        return { ...p, child: sink(below, p.child) ?? keep(below, p.child) }
      }
      case 'union': {
        const forChild = p.children.map(child => onBranch(c, p, child))
        const sunk = p.children.map((child, i) => sink(forChild[i]!, child))
        return sunk.every(child => child === null) ? null : { ...p, children: sunk.map((child, i) => child ?? keep(forChild[i]!, p.children[i]!)) }
      }
      default: return null
    }
  }
}

const asksStreams = (e: Resolved): boolean => (isSubquery(e) && e.details.query.streaming) || childrenOf(e).some(asksStreams)
