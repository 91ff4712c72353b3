/** Leaves out the columns that nothing above reads, down to the sources, and the JSON fields that nothing takes out of a from_json column. */
import { isEventTime } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Call, Resolved } from '../expressions/expression.ts'
import { pruneFields } from '../functions/prunable.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { callExpressions, expressionsOf, windowKeys } from '../plan/map-plan.ts'

/** How a column is used above: whole, or only these fields of it. */
type Use = 'whole' | Set<number>
type Uses = Map<number, Use>

export function pruneColumns(plan: ResolvedPlan): ResolvedPlan {
  const uses: Uses = new Map(plan.output.map(a => [a.id, 'whole']))
  return prune(plan, uses)
}

function note(e: Resolved, uses: Uses): void {
  if (e.kind === 'attribute') { uses.set(e.id, 'whole'); return }
  if (e.kind === 'call' && e.name === 'struct_field' && e.args[0]!.kind === 'attribute') {
    const id = e.args[0]!.id, known = uses.get(id)
    if (known === 'whole') return
    const fields = known ?? new Set<number>()
    fields.add((e.args[1] as { value: number }).value)
    uses.set(id, fields)
    return
  }
  for (const c of childrenOf(e)) note(c, uses)
}

function prune(plan: ResolvedPlan, uses: Uses): ResolvedPlan {
  switch (plan.kind) {
    case 'project': {
      const kept = plan.expressions.filter(e => uses.has(e.id))
      const below: Uses = new Map()
      const expressions = kept.map((e): Alias | Attribute => {
        const use = uses.get(e.id)!
        if (e.kind === 'attribute') { passOn(below, e.id, use); return e }
        if (use !== 'whole' && e.child.kind === 'call') {
          const pruned = prunedCall(e.child, use)
          for (const a of pruned.args) note(a, below)
          return { ...e, child: pruned }
        }
        note(e.child, below)
        return e
      })
      const ids = new Set(expressions.map(e => e.id))
      return { ...plan, expressions, output: plan.output.filter(a => ids.has(a.id)), child: prune(plan.child, below) }
    }
    case 'filter': case 'sort': case 'limit': case 'sample': case 'watermark': case 'observe': {
      const below: Uses = new Map(uses)
      for (const e of expressionsOf(plan)) note(e, below)
      const child = prune(plan.child, below)
      return { ...plan, child, output: plan.output.filter(a => child.output.some(c => c.id === a.id)) }
    }
    // Groups stay without the aggregates that nobody reads, and so does their state.
    case 'aggregate': {
      const below: Uses = new Map(), aggregates = plan.aggregates.filter(a => uses.has(a.attribute.id)), groups = aggregates.length === plan.aggregates.length ? plan : { ...plan, aggregates, output: [...plan.output.slice(0, plan.keys.length), ...aggregates.map(a => a.attribute)] }
      for (const e of expressionsOf(groups)) note(e, below)
      return { ...groups, child: prune(plan.child, below) }
    }
    case 'window': {
      const functions = plan.functions.filter(f => uses.has(f.attribute.id)), below: Uses = new Map(uses)
      if (functions.length === 0) return prune(plan.child, below)
      for (const e of [...windowKeys(plan), ...functions.flatMap(f => callExpressions(f.call))]) note(e, below)
      // All rows are kept and moved, so without the columns that nobody reads.
      const child = withOnly(prune(plan.child, below), below)
      return { ...plan, functions, child, output: [...child.output, ...functions.map(f => f.attribute)] }
    }
    case 'generate': {
      const below: Uses = new Map(uses)
      for (const a of plan.generator.args) note(a, below)
      const child = prune(plan.child, below)
      const own = plan.output.slice(plan.child.output.length)
      return { ...plan, child, output: [...child.output, ...own] }
    }
    case 'join': {
      const below: Uses = new Map(uses)
      for (const e of expressionsOf(plan)) note(e, below)
      const left = only(prune(plan.left, below), below), right = only(prune(plan.right, below), below)
      const present = new Set([...left.output, ...right.output, ...(plan.type === 'existence' ? plan.output.slice(-1) : [])].map(a => a.id))
      return { ...plan, left, right, output: plan.output.filter(a => present.has(a.id)) }
    }
    case 'stream-read': case 'batch-read': {
      const kept = plan.output.filter(a => uses.has(a.id))
      return { ...plan, output: kept }
    }
    case 'local': case 'range': case 'recursive-ref': return plan
    case 'recursive': return { ...plan, anchor: whole(plan.anchor), step: whole(plan.step) }
    // All branches give the same columns in the same order.
    case 'union': {
      const kept = plan.output.flatMap((a, i) => (uses.has(a.id) ? [i] : []))
      return { ...plan, children: plan.children.map(c => exactly(kept.map(i => c.output[i]!), c)), output: kept.map(i => plan.output[i]!) }
    }
    case 'expand': {
      const below: Uses = new Map()
      for (const e of expressionsOf(plan)) note(e, below)
      return { ...plan, child: prune(plan.child, below) }
    }
    // Where nothing reads the event time, rows are not held against the watermark either.
    case 'deduplicate': {
      const below: Uses = new Map(uses)
      for (const k of [...plan.keys, ...(plan.withinWatermark ? plan.child.output.filter(isEventTime) : [])]) below.set(k.id, 'whole')
      const child = only(prune(plan.child, below), below)
      return { ...plan, child, output: child.output }
    }
    case 'zip-with-index': { const child = prune(plan.child, new Map(uses)); return { ...plan, child, output: [...child.output, plan.output.at(-1)!] } }
    case 'append-key': return { ...plan, child: whole(plan.child) }
    // User functions see whole rows.
    case 'group-state': case 'transform-with-state': return { ...plan, child: whole(plan.child), initial: plan.initial === null ? null : { ...plan.initial, plan: whole(plan.initial.plan) } }
    case 'except': case 'intersect': return { ...plan, left: whole(plan.left), right: whole(plan.right) }
  }
}

// What only the plan below reads is taken off: a join holds its rows, and goes by their event time.
const only = (plan: ResolvedPlan, uses: Uses): ResolvedPlan => (plan.streaming ? withOnly(plan, uses) : plan)

function withOnly(plan: ResolvedPlan, uses: Uses): ResolvedPlan {
  const kept = plan.output.filter(a => uses.has(a.id))
  return kept.length === plan.output.length ? plan : { kind: 'project', expressions: kept, child: plan, output: kept, streaming: plan.streaming }
}

const whole = (plan: ResolvedPlan): ResolvedPlan => prune(plan, new Map(plan.output.map(a => [a.id, 'whole'])))

// These columns of a plan, in this order.
function exactly(columns: readonly Attribute[], plan: ResolvedPlan): ResolvedPlan {
  const child = prune(plan, new Map(columns.map(a => [a.id, 'whole'])))
  return child.output.length === columns.length && child.output.every((a, i) => a.id === columns[i]!.id) ? child : { kind: 'project', expressions: columns, child, output: columns, streaming: plan.streaming }
}

function passOn(uses: Uses, id: number, use: Use): void {
  const known = uses.get(id)
  if (known === undefined) uses.set(id, use === 'whole' ? use : new Set(use))
  else if (known !== 'whole') { if (use === 'whole') uses.set(id, use); else for (const f of use) known.add(f) }
}

function prunedCall(call: Call, fields: ReadonlySet<number>): Call {
  const width = (call.type as StructTypeShape).fields?.length
  if (width === undefined || fields.size === width) return call
  const implementation = pruneFields(call.implementation, Array.from({ length: width }, (_, i) => fields.has(i)))
  return implementation === null ? call : { ...call, implementation }
}

