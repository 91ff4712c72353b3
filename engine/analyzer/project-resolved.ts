/** Projects a list that is resolved: subqueries, window() markers, row makers and what has OVER are taken out of it into nodes below. */
import { analysisError } from '../errors/spark-error.ts'
import { attribute } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import type { BindContext } from '../functions/define.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { project } from './project-node.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { refuseOver, takeOutOver } from './take-out-over.ts'
import { takeOutSubqueries } from './take-out-subqueries.ts'

/** `select(list)` of resolved items, none of which aggregates. */
export function projectResolved(items: readonly Resolved[], input: ResolvedPlan, context: BindContext): ResolvedPlan {
  const queried = takeOutSubqueries(items, input, context)
  const timed = takeOutWindows(queried.items, queried.plan)
  const spread = takeOutGenerators(timed.items, timed.plan)
  const over = takeOutOver(spread.items, spread.plan)
  return project(over.items as (Alias | Attribute)[], over.plan)
}

/** The items with the columns of generators in their places, over the plan that makes them: each goes over the rows that those before it have made. */
export function takeOutGenerators(items: readonly Resolved[], child: ResolvedPlan): { readonly items: readonly Resolved[]; readonly plan: ResolvedPlan } {
  for (const i of items) if (i.kind !== 'generator') refuseNestedGenerator(i)
  let plan = child
  const made = new Map<Resolved, readonly Attribute[]>()
  for (const generator of items) {
    if (generator.kind !== 'generator') continue
    refuseOver(generator.args, 'a generator')
    const columns = generator.columns.map(c => attribute(c.name, c.type, c.nullable, generator.qualifier === undefined ? [] : [generator.qualifier]))
    plan = { kind: 'generate', generator, child: plan, output: [...plan.output, ...columns], streaming: plan.streaming }
    made.set(generator, columns)
  }
  return made.size === 0 ? { items, plan: child } : { items: items.flatMap((i): readonly Resolved[] => made.get(i) ?? [i]), plan }
}

function refuseNestedGenerator(e: Resolved): void {
  for (const c of childrenOf(e)) {
    if (c.kind === 'generator') throw analysisError('UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS', { expression: `"${c.name}"` })
    refuseNestedGenerator(c)
  }
}
