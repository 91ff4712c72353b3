/** Columns of the query around a subquery, in expressions and plans. */
import { transform } from '../expressions/attribute.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { expressionsOf } from '../plan/map-plan.ts'
import { resolvedInputs, type ResolvedPlan } from '../plan/resolved-plan.ts'

/** The outer columns that an expression names, each once. */
export const outerOf = (e: Resolved): Attribute[] => [...attributesOf(e).values()].filter(a => a.outer === true)
/** Those that a plan names, in the order in which they stand. */
export function outerColumns(plan: ResolvedPlan): Attribute[] {
  const found = new Map<number, Attribute>()
  const visit = (p: ResolvedPlan): void => { for (const e of expressionsOf(p)) for (const a of outerOf(e)) found.set(a.id, a); resolvedInputs(p).forEach(visit) }
  visit(plan)
  return [...found.values()]
}

/** The expression with columns replaced, by their ids. */
export const substitute = (e: Resolved, values: ReadonlyMap<number, Resolved>): Resolved => transform(e, n => (n.kind === 'attribute' ? values.get(n.id) ?? n : n))
/** The conditions as one, null for none. */
export const allOf = (parts: readonly Resolved[]): Resolved | null => (parts.length === 0 ? null : parts.reduce((a, b) => bindByName('and', [a, b])))
