/** Rebuilds resolved plans: children replaced, expressions changed. */
import { transform } from '../expressions/attribute.ts'
import type { Alias, Attribute, GeneratorCall, Resolved } from '../expressions/expression.ts'
import type { ResolvedBound, ResolvedPlan, ResolvedWindow, WindowCall } from './resolved-plan.ts'

/** The same node over changed children. */
export function mapChildren(plan: ResolvedPlan, change: (child: ResolvedPlan) => ResolvedPlan): ResolvedPlan {
  switch (plan.kind) {
    case 'local': case 'range': case 'batch-read': case 'stream-read': case 'recursive-ref': return plan
    case 'recursive': { const anchor = change(plan.anchor), step = change(plan.step); return anchor === plan.anchor && step === plan.step ? plan : { ...plan, anchor, step } }
    case 'join': case 'except': case 'intersect': { const left = change(plan.left), right = change(plan.right); return left === plan.left && right === plan.right ? plan : { ...plan, left, right } }
    case 'union': { const children = plan.children.map(change); return children.every((c, i) => c === plan.children[i]) ? plan : { ...plan, children } }
    case 'group-state': case 'transform-with-state': {
      const child = change(plan.child), initial = plan.initial === null ? null : change(plan.initial.plan)
      return child === plan.child && (initial === null || initial === plan.initial!.plan) ? plan : { ...plan, child, initial: initial === null ? null : { ...plan.initial!, plan: initial } }
    }
    default: { const child = change(plan.child); return child === plan.child ? plan : { ...plan, child } }
  }
}

/** The same node with each of its expressions rewritten from the leaves up. */
export function mapExpressions(plan: ResolvedPlan, change: (e: Resolved) => Resolved): ResolvedPlan {
  const on = <E extends Resolved>(e: E): E => transform(e, change) as E
  const onBound = (b: ResolvedBound): ResolvedBound => (typeof b === 'object' ? on(b) : b)
  switch (plan.kind) {
    case 'project': return { ...plan, expressions: plan.expressions.map(e => (e.kind === 'alias' ? { ...e, child: transform(e.child, change) } : e)) }
    case 'filter': return { ...plan, condition: on(plan.condition) }
    case 'expand': return { ...plan, projections: plan.projections.map(p => p.map(on)) }
    case 'generate': return { ...plan, generator: { ...plan.generator, args: plan.generator.args.map(on) } as GeneratorCall }
    case 'aggregate': return {
      ...plan, keys: plan.keys.map((k): Alias => ({ ...k, child: on(k.child) })),
      aggregates: plan.aggregates.map(a => ({ ...a, call: { ...a.call, args: a.call.args.map(on), filter: a.call.filter === null ? null : on(a.call.filter) } })),
    }
    case 'observe': return { ...plan, results: plan.results.map(e => (e.kind === 'alias' ? { ...e, child: on(e.child) } : e)), aggregates: plan.aggregates.map(a => ({ ...a, call: { ...a.call, args: a.call.args.map(on) } })) }
    case 'join': return { ...plan, leftKeys: plan.leftKeys.map(on), rightKeys: plan.rightKeys.map(on), condition: plan.condition === null ? null : on(plan.condition) }
    case 'window': return {
      ...plan, partitionBy: plan.partitionBy.map(on), orders: plan.orders.map(o => ({ ...o, child: on(o.child) })),
      functions: plan.functions.map(f => ({ ...f, call: { ...f.call, args: f.call.args.map(on), filter: f.call.filter === null ? null : on(f.call.filter), frame: { ...f.call.frame, lower: onBound(f.call.frame.lower), upper: onBound(f.call.frame.upper) } } })),
    }
    case 'sort': return { ...plan, orders: plan.orders.map(o => ({ ...o, child: on(o.child) })) }
    default: return plan
  }
}

/** The expressions a node itself evaluates. */
export function expressionsOf(plan: ResolvedPlan): readonly Resolved[] {
  switch (plan.kind) {
    case 'project': return plan.expressions as readonly (Alias | Attribute)[]
    case 'filter': return [plan.condition]
    case 'expand': return plan.projections.flat()
    case 'generate': return plan.generator.args
    case 'aggregate': return [...plan.keys, ...plan.aggregates.map(a => a.call)]
    case 'observe': return plan.aggregates.map(a => a.call)
    case 'join': return [...plan.leftKeys, ...plan.rightKeys, ...(plan.condition === null ? [] : [plan.condition])]
    case 'sort': return plan.orders.map(o => o.child)
    case 'window': return [...windowKeys(plan), ...plan.functions.flatMap(f => callExpressions(f.call))]
    case 'deduplicate': return plan.keys
    case 'watermark': return [plan.attribute]
    case 'group-state': case 'transform-with-state': return [...plan.keys, ...plan.values]
    default: return []
  }
}

/** What a window node partitions and sorts by. */
export const windowKeys = (plan: ResolvedWindow): readonly Resolved[] => [...plan.partitionBy, ...plan.orders.map(o => o.child)]
/** What a function of a window node evaluates. */
export const callExpressions = (c: WindowCall): readonly Resolved[] => [...c.args, ...(c.filter === null ? [] : [c.filter]), ...[c.frame.lower, c.frame.upper].filter(b => typeof b === 'object')]
