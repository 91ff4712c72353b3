/** Resolves df.zip: two chains of projections over one plan become one chain, which carries the columns of both. */
import { analysisError } from '../errors/spark-error.ts'
import { attributeOf, freshId, transform } from '../expressions/attribute.ts'
import type { Alias, Attribute, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { inputsOf, type LogicalPlan, type Zip } from '../plan/logical-plan.ts'
import type { ResolvedPlan, ResolvedProject } from '../plan/resolved-plan.ts'
import { samePlan } from '../plan/same-plan.ts'
import { project } from './project-node.ts'

/** Throws ZIP_PLANS_NOT_MERGEABLE where the sides stand over plans that differ: their rows would not belong together. */
export function resolveZip(plan: Zip, left: ResolvedPlan, right: ResolvedPlan): ResolvedPlan {
  const l = chainOf(left), r = chainOf(right), ids = samePlan(l.base, r.base)
  // Partitions leave no trace in a resolved plan.
  if (ids === null || partitionsOf(plan.left).join() !== partitionsOf(plan.right).join()) throw analysisError('ZIP_PLANS_NOT_MERGEABLE')
  const ours = new Map([...ids].map(([a, b]) => [b, a]))
  const byId = new Map(l.base.output.map(a => [a.id, a])), standsFor = new Map<number, Attribute>(r.base.output.map(a => [a.id, byId.get(ours.get(a.id)!)!]))
  let top = carried(l)
  const there = new Set(top.output.map(a => a.id))
  for (const p of r.projects) {
    const more: (Alias | Attribute)[] = [], next = new Map(standsFor)
    for (const e of p.expressions) {
      // What the left side computes too is there already.
      if (e.kind === 'attribute' || there.has(e.id)) continue
      const named = { ...e, child: replaced(e.child, standsFor), id: freshId() }
      more.push(named)
      next.set(e.id, attributeOf(named))
    }
    for (const [id, a] of next) standsFor.set(id, a)
    top = project([...top.output, ...more], top)
  }
  const columns = (a: Attribute): Attribute => ({ ...a, qualifier: [] })
  const output = [...left.output, ...right.output.map(a => ({ ...standsFor.get(a.id) ?? a, name: a.name }))]
  return { ...project(output, top), output: output.map(columns) }
}

interface Chain { readonly base: ResolvedPlan; /** From the base upwards. */ readonly projects: readonly ResolvedProject[] }

function chainOf(plan: ResolvedPlan): Chain {
  const projects: ResolvedProject[] = []
  let base = plan
  while (base.kind === 'project') { projects.unshift(base); base = base.child }
  return { base, projects }
}

/** The chain with every column of the base kept to its top. */
function carried({ base, projects }: Chain): ResolvedPlan {
  let top = base
  for (const p of projects) {
    const own = new Set(p.expressions.map(e => e.id))
    top = project([...p.expressions, ...top.output.filter(a => !own.has(a.id))], top)
  }
  return top
}

const replaced = (e: Resolved, by: ReadonlyMap<number, Attribute>): Resolved => transform(e, x => (x.kind === 'attribute' ? by.get(x.id) ?? x : x))

/** What is asked of partitions, from the top down. */
function partitionsOf(plan: LogicalPlan): string[] {
  const own = plan.kind !== 'repartition' || plan.partitions === undefined ? [] : [`${plan.partitions} ${[...plan.hashed ?? [], ...plan.ranged ?? []].map(nameOf).join()}`]
  return [...own, ...inputsOf(plan).flatMap(partitionsOf)]
}
