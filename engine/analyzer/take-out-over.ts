/** Takes the markers of functions with OVER out of a list into window nodes: one for each partitioning and order, stacked where one uses what another makes. */
import { analysisError } from '../errors/spark-error.ts'
import { attribute, sameExpression, transform } from '../expressions/attribute.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { Attribute, Marker, Resolved } from '../expressions/expression.ts'
import { describe } from '../functions/define.ts'
import type { ResolvedOrder, ResolvedPlan, WindowCall } from '../plan/resolved-plan.ts'
import { isOver, type OverDetails } from './resolve-over.ts'

/** Whether a function with OVER stands in an expression. */
export const hasOver = (e: Resolved): boolean => isOver(e) || childrenOf(e).some(hasOver)

/** Refuses a function with OVER in a place where Spark has no window node below. */
export function refuseOver(list: readonly Resolved[], operator: string): void {
  const found = list.find(hasOver)
  if (found !== undefined) throw analysisError('UNSUPPORTED_EXPR_FOR_OPERATOR', { operator, invalidExprSqls: `"${describe(found)}"` })
}

interface Found { readonly marker: Marker; readonly attribute: Attribute; readonly level: number }

/** The same items with every such function replaced by a column of the plan. */
export function takeOutOver(items: readonly Resolved[], child: ResolvedPlan): { readonly items: readonly Resolved[]; readonly plan: ResolvedPlan } {
  if (!items.some(hasOver)) return { items, plan: child }
  const found: Found[] = []
  // From the leaves up: a window inside a window is a column already.
  const column = (m: Marker): Attribute => {
    const known = found.find(f => sameExpression(f.marker, m))
    if (known !== undefined) return known.attribute
    const used = new Set(m.args.flatMap(a => [...attributesOf(a).keys()]))
    const level = Math.max(0, ...found.filter(f => used.has(f.attribute.id)).map(f => f.level + 1))
    const made = attribute((m.details as OverDetails).spec, m.type, m.nullable)
    found.push({ marker: m, attribute: made, level })
    return made
  }
  const replaced = items.map(i => transform(i, n => (isOver(n) ? column(n) : n)))
  const groups: Found[][] = []
  for (const f of [...found].sort((a, b) => a.level - b.level)) {
    const group = groups.find(g => g[0]!.level === f.level && sameWindow(g[0]!.marker, f.marker))
    if (group === undefined) groups.push([f])
    else group.push(f)
  }
  return { items: replaced, plan: groups.reduce(windowNode, child) }
}

function windowNode(child: ResolvedPlan, group: readonly Found[]): ResolvedPlan {
  const { partitionBy, orders } = partsOf(group[0]!.marker)
  const functions = group.map(f => ({ call: partsOf(f.marker).call, attribute: f.attribute }))
  return { kind: 'window', partitionBy, orders, functions, child, output: [...child.output, ...functions.map(f => f.attribute)], streaming: child.streaming }
}

function sameWindow(a: Marker, b: Marker): boolean {
  const x = partsOf(a), y = partsOf(b)
  const same = (p: readonly Resolved[], q: readonly Resolved[]): boolean => p.length === q.length && p.every((e, i) => sameExpression(e, q[i]!))
  return same(x.partitionBy, y.partitionBy) && same(x.orders.map(o => o.child), y.orders.map(o => o.child)) && x.orders.every((o, i) => o.ascending === y.orders[i]!.ascending && o.nullsFirst === y.orders[i]!.nullsFirst)
}

function partsOf(m: Marker): { readonly partitionBy: readonly Resolved[]; readonly orders: readonly ResolvedOrder[]; readonly call: WindowCall } {
  const d = m.details as OverDetails
  let at = 0
  const take = (n: number): readonly Resolved[] => m.args.slice(at, at += n)
  const args = take(d.args), filter = d.filter ? take(1)[0]! : null, partitionBy = take(d.partitionBy)
  const orders = take(d.orders.length).map((child, i): ResolvedOrder => ({ child, ...d.orders[i]! }))
  const bound = <B>(b: B | 'value'): B | Resolved => (b === 'value' ? take(1)[0]! : b as B)
  const frame = { unit: d.unit, lower: bound(d.lower), upper: bound(d.upper) } as WindowCall['frame']
  return { partitionBy, orders, call: { name: d.name, args, filter, function: d.function, frame, text: d.text, spec: d.spec } }
}
