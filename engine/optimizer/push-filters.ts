/**
 * Brings filters below watermarks and aggregations, as Spark does. There it is more than speed: a row that is filtered out below withWatermark does not move the watermark,
 * and a key that is filtered out below an aggregation is not kept in state. A condition that a stream's JSON or CSV reader would apply is brought down to it, for rows it drops do
 * not count as input. A filter that cannot get to one of these places stays where it is.
 */
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import { madeOf } from '../expressions/attribute.ts'
import type { Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { isReaderFilter, readsLines } from '../functions/reader-filters.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { mapChildren } from '../plan/map-plan.ts'
import { onBranch } from '../plan/union-branches.ts'

export function pushFilters(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, pushFilters)
  if (node.kind !== 'filter' || !node.streaming) return node
  let child = node.child
  const stay: Resolved[] = []
  if (child.kind === 'stream-read') return node
  for (const part of conjuncts(node.condition)) {
    const sunk: ResolvedPlan | null = isDeterministic(part) ? sink(part, child) : null
    if (sunk === null) stay.push(part)
    else child = sunk
  }
  return stay.length === 0 ? child : child === node.child ? node : filterOf(stay.reduce((a, b) => bindByName('and', [a, b])), child)
}

// The plan with the condition applied below a watermark or an aggregation in it, or null.
function sink(condition: Resolved, plan: ResolvedPlan): ResolvedPlan | null {
  const used = [...attributesOf(condition).keys()]
  const into = (c: Resolved, child: ResolvedPlan): ResolvedPlan => sink(c, child) ?? filterOf(c, child)
  switch (plan.kind) {
    case 'watermark': return used.includes(plan.attribute.id) ? null : { ...plan, child: into(condition, plan.child) }
    case 'stream-read': return isReadersOwn(condition, plan) ? filterOf(condition, plan) : null
    case 'filter': case 'sort': {
      // One filter over a source, not several.
      if (plan.kind === 'filter' && plan.child.kind === 'stream-read') return isReadersOwn(condition, plan.child) ? filterOf(bindByName('and', [plan.condition, condition]), plan.child) : null
      const child = sink(condition, plan.child)
      return child === null ? null : { ...plan, child }
    }
    case 'expand': case 'generate': {
      const below = new Set(plan.child.output.map(a => a.id))
      const child = used.every(id => below.has(id)) ? sink(condition, plan.child) : null
      return child === null ? null : { ...plan, child }
    }
    case 'project': {
      if (!plan.expressions.every(isDeterministic)) return null
      const child = sink(madeOf(plan.expressions)(condition), plan.child)
      return child === null ? null : { ...plan, child }
    }
    case 'aggregate': {
      const keys = new Set(plan.keys.map(k => k.id))
      if (!plan.streaming || used.length === 0 || !used.every(id => keys.has(id)) || !plan.keys.every(isDeterministic)) return null
      return { ...plan, child: into(madeOf(plan.keys)(condition), plan.child) }
    }
    case 'join': {
      const left = (plan.type === 'leftsemi' || plan.type === 'leftanti') && !plan.right.streaming ? sink(condition, plan.left) : null
      return left === null ? null : { ...plan, left }
    }
    case 'union': {
      const forChild = plan.children.map(c => onBranch(condition, plan, c))
      const sunk = plan.children.map((c, i) => sink(forChild[i]!, c))
      return sunk.every(c => c === null) ? null : { ...plan, children: sunk.map((c, i) => c ?? filterOf(forChild[i]!, plan.children[i]!)) }
    }
    default: return null
  }
}

const isReadersOwn = (condition: Resolved, source: Extract<ResolvedPlan, { kind: 'stream-read' }>): boolean => readsLines(source.source.format) && isReaderFilter(condition)


const conjuncts = (e: Resolved): Resolved[] => (e.kind === 'call' && e.name === 'and' ? e.args.flatMap(conjuncts) : [e])

function isDeterministic(e: Resolved): boolean {
  return !(e.kind === 'call' && !e.deterministic) && childrenOf(e).every(isDeterministic)
}
