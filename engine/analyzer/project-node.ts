/** Projection nodes, and aggregates found in expressions. */
import { attributeOf } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'

/** A projection node. */
export function project(expressions: readonly (Alias | Attribute)[], child: ResolvedPlan): ResolvedPlan {
  const qualifiers = new Map(child.output.map(a => [a.id, a]))
  return { kind: 'project', expressions, child, streaming: child.streaming, output: expressions.map(e => (e.kind === 'attribute' ? { ...qualifiers.get(e.id) ?? e, name: e.name } : attributeOf(e))) }
}

/** The plan without some of its columns. */
export function without(columns: readonly Attribute[], plan: ResolvedPlan): ResolvedPlan {
  return columns.length === 0 ? plan : project(plan.output.filter(a => !columns.some(c => c.id === a.id)), plan)
}

/** Whether an aggregate function stands in an expression. */
export function hasAggregate(e: Resolved): boolean {
  return e.kind === 'aggregate-call' || childrenOf(e).some(hasAggregate)
}
