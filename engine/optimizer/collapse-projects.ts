/** Neighbouring projections become one where the lower one only renames columns or takes fields out: nothing is computed twice. */
import { attributeOf, transform } from '../expressions/attribute.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren } from '../plan/map-plan.ts'

export function collapseProjects(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, collapseProjects)
  if (node.kind !== 'project' || node.child.kind !== 'project') return node
  const below = node.child
  const made = new Map(below.expressions.filter((e): e is Alias => e.kind === 'alias').map(e => [e.id, e]))
  if (![...made.values()].every(e => isCheap(e.child))) return node
  const expressions = node.expressions.map((e): Alias | Attribute => {
    if (e.kind === 'attribute') return made.get(e.id) ?? e
    return { ...e, child: transform(e.child, n => (n.kind === 'attribute' ? made.get(n.id)?.child ?? n : n)) }
  })
  return { ...node, expressions, child: below.child, output: node.expressions.map((e, i) => (e.kind === 'attribute' ? node.output[i]! : attributeOf(e))) }
}

// A column, or a field of one: a view, no work.
function isCheap(e: Resolved): boolean {
  return e.kind === 'attribute' || e.kind === 'literal' || (e.kind === 'call' && e.name === 'struct_field' && isCheap(e.args[0]!))
}
