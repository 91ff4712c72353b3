/**
 * Frees a subquery's plan of the columns of the query around it: what it compares with them comes out as columns of its own, for a join to compare.
 * Where a plan needs the values themselves (no equality binds them), it is run for each distinct one: the domain.
 */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute, attributeOf, sameExpression } from '../expressions/attribute.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { literal, type BindContext } from '../functions/define.ts'
import { conjuncts } from '../functions/join-keys.ts'
import { isNotNull, normalizeKey } from '../functions/null-tests.ts'
import { expressionsOf, mapExpressions } from '../plan/map-plan.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType, intType } from '../types/data-type.ts'
import { joinOn } from './join-node.ts'
import { allOf, outerColumns, outerOf, substitute } from './outer-columns.ts'
import { resolveOver } from './resolve-over.ts'
import { project } from './project-node.ts'
import { takeOutOver } from './take-out-over.ts'

/** An expression over outer columns, and the column of the plan that it must equal (NULL equals NULL). */
export interface Link { readonly outer: Resolved; readonly inner: Attribute }
/** The rows that the subquery has for an outer row are those of the plan whose linked columns equal its values. */
export interface Dependent { readonly plan: ResolvedPlan; readonly links: readonly Link[] }
/** Distinct values of outer columns as a plan, with the column of each. */
export type Domain = (columns: readonly Attribute[]) => Dependent

/** The subquery's plan without outer columns. Throws what `domain` throws where it needs their values. */
export function decorrelate(p: ResolvedPlan, domain: Domain, context: BindContext): Dependent {
  if (outerColumns(p).length === 0) return { plan: p, links: [] }
  const go = (child: ResolvedPlan): Dependent => decorrelate(child, domain, context)
  switch (p.kind) {
    case 'filter': return filtered(p, go(p.child), domain)
    case 'project': {
      const d = withValues(go(p.child), p.expressions.flatMap(outerOf), domain), values = valuesOf(d)
      return { plan: project(distinctOf([...p.expressions.map(e => (e.kind === 'alias' ? { ...e, child: substitute(e.child, values) } : substitute(e, values) as Attribute)), ...inners(d)]), d.plan), links: d.links }
    }
    case 'aggregate': return aggregated(p, withValues(go(p.child), expressionsOf(p).flatMap(outerOf), domain), domain)
    case 'join': return joined(p, go(p.left), go(p.right), domain)
    case 'sort': {
      const d = withValues(go(p.child), expressionsOf(p).flatMap(outerOf), domain)
      return { ...d, plan: { ...mapExpressions(p, e => substitute(e, valuesOf(d))) as typeof p, child: d.plan, output: d.plan.output } }
    }
    case 'limit': return limited(p, go(p.child), context)
    case 'union': {
      const each = p.children.map(go), outers = each.flatMap(d => d.links.map(l => l.outer)).filter((o, i, list) => list.findIndex(x => sameExpression(x, o)) === i)
      const children = each.map((d, i) => {
        const full = outers.reduce((x, o) => linked(x, o, domain), d), values = valuesOf(full)
        return project([...p.children[i]!.output.map((a): Alias | Attribute => { const v = a.outer === true ? values.get(a.id)! as Attribute : a; return alias(v, a.name) }), ...outers.map(o => alias(innerOf(full, o), 'outer'))], full.plan)
      })
      const keys = outers.map(o => attribute('outer', o.type, true))
      return { plan: { ...p, children, output: [...p.output, ...keys] }, links: outers.map((outer, i) => ({ outer, inner: keys[i]! })) }
    }
    case 'window': {
      const d = withValues(go(p.child), expressionsOf(p).flatMap(outerOf), domain), changed = mapExpressions(p, e => substitute(e, valuesOf(d))) as typeof p
      return { ...d, plan: { ...changed, partitionBy: [...changed.partitionBy, ...inners(d)], child: d.plan, output: [...d.plan.output, ...p.functions.map(f => f.attribute)] } }
    }
    case 'deduplicate': { const d = go(p.child); return { ...d, plan: { ...p, keys: distinctOf([...p.keys, ...inners(d)]), child: d.plan, output: d.plan.output } } }
    case 'generate': {
      const d = withValues(go(p.child), expressionsOf(p).flatMap(outerOf), domain), own = p.output.slice(p.child.output.length)
      return { ...d, plan: { ...mapExpressions(p, e => substitute(e, valuesOf(d))) as typeof p, child: d.plan, output: [...d.plan.output, ...own] } }
    }
    default: throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A subquery that names columns of the query around it below ${p.kind}`, advice: 'Write a join.' })
  }
}

const inners = (d: Dependent): Attribute[] => d.links.map(l => l.inner)
const innerOf = (d: Dependent, outer: Resolved): Attribute => d.links.find(l => sameExpression(l.outer, outer))!.inner
/** What stands for outer columns in a plan that is linked to them. */
export const valuesOf = (d: Dependent): ReadonlyMap<number, Resolved> => new Map(d.links.flatMap(l => (l.outer.kind === 'attribute' ? [[l.outer.id, l.inner] as const] : [])))
const distinctOf = <T extends { readonly id: number }>(list: readonly T[]): T[] => [...new Map(list.map(x => [x.id, x])).values()]

// The plan with a link for each of these columns.
function withValues(d: Dependent, wanted: readonly Attribute[], domain: Domain): Dependent {
  const known = valuesOf(d), missing = distinctOf(wanted.filter(a => !known.has(a.id)))
  if (missing.length === 0) return d
  const values = domain(missing)
  return { plan: joinOn('cross', d.plan, values.plan, null), links: [...d.links, ...values.links] }
}

function linked(d: Dependent, outer: Resolved, domain: Domain): Dependent {
  if (d.links.some(l => sameExpression(l.outer, outer))) return d
  const wide = withValues(d, outerOf(outer), domain)
  if (outer.kind === 'attribute') return wide
  const made = alias(substitute(outer, valuesOf(wide)), 'outer')
  return { plan: project([...wide.plan.output, made], wide.plan), links: [...wide.links, { outer, inner: attributeOf(made) }] }
}

/** `outer = own` and the like, by side; null for all other conditions. */
function equalityOf(e: Resolved): { readonly outer: Resolved; readonly own: Resolved; readonly nullSafe: boolean } | null {
  if (e.kind !== 'call' || (e.name !== '=' && e.name !== '<=>')) return null
  const isOuter = (x: Resolved): boolean => { const used = [...attributesOf(x).values()]; return used.length > 0 && used.every(a => a.outer === true) }
  for (const [a, b] of [e.args, [...e.args].reverse()] as [Resolved, Resolved][]) if (isOuter(a) && outerOf(b).length === 0) return { outer: a, own: b, nullSafe: e.name === '<=>' }
  return null
}

function filtered(p: Extract<ResolvedPlan, { kind: 'filter' }>, below: Dependent, domain: Domain): Dependent {
  const made: Alias[] = [], links: Link[] = [...below.links], conditions: Resolved[] = []
  for (const part of conjuncts(p.condition)) {
    const equality = equalityOf(part)
    if (equality === null || links.some(l => sameExpression(l.outer, equality.outer))) { conditions.push(part); continue }
    if (!equality.nullSafe) conditions.push(isNotNull(equality.own))
    const inner = alias(equality.own, 'outer')
    made.push(inner)
    links.push({ outer: equality.outer, inner: attributeOf(inner) })
  }
  const plan = made.length === 0 ? below.plan : project([...below.plan.output, ...made], below.plan)
  const known = valuesOf({ plan, links }), missing = distinctOf(conditions.flatMap(outerOf).filter(a => !known.has(a.id)))
  const values = missing.length === 0 ? null : domain(missing), all = [...links, ...(values?.links ?? [])]
  const condition = allOf(conditions.map(c => substitute(c, valuesOf({ plan, links: all }))))
  if (values !== null) return { plan: joinOn('inner', plan, values.plan, condition), links: all }
  return { plan: condition === null ? plan : filterOf(condition, plan), links: all }
}

function aggregated(given: Extract<ResolvedPlan, { kind: 'aggregate' }>, d: Dependent, domain: Domain): Dependent {
  const p = mapExpressions(given, e => substitute(e, valuesOf(d))) as typeof given, results = p.aggregates.map(a => a.attribute)
  if (p.keys.length > 0) {
    const keys = d.links.map(l => alias(normalizeKey(l.inner), 'outer'))
    return { plan: { ...p, keys: [...p.keys, ...keys], child: d.plan, output: [...p.keys, ...keys].map(attributeOf).concat(results) }, links: d.links.map((l, i) => ({ outer: l.outer, inner: attributeOf(keys[i]!) })) }
  }
  // A row for each value, also for one without rows: its aggregates see none.
  const values = domain(distinctOf(d.links.flatMap(l => outerOf(l.outer)))), here = valuesOf(values), matched = alias(literal(true, booleanType), 'matched')
  const marked = project([...d.plan.output, matched], d.plan)
  const both = joinOn('left', values.plan, marked, allOf(d.links.map(l => bindByName('<=>', [substitute(l.outer, here), l.inner]))))
  const some = isNotNull({ ...attributeOf(matched), nullable: true }), keys = values.links.map(l => alias(normalizeKey(l.inner), 'outer'))
  const aggregates = p.aggregates.map(a => ({ ...a, call: { ...a.call, filter: a.call.filter === null ? some : bindByName('and', [some, a.call.filter]) } }))
  return { plan: { ...p, keys, aggregates, child: both, output: [...keys.map(attributeOf), ...results] }, links: values.links.map((l, i) => ({ outer: l.outer, inner: attributeOf(keys[i]!) })) }
}

function joined(given: Extract<ResolvedPlan, { kind: 'join' }>, l: Dependent, r: Dependent, domain: Domain): Dependent {
  // A side whose rows come out alone has all links.
  let left = l, right = r
  if (given.type !== 'inner' && given.type !== 'cross' && given.type !== 'right') for (const link of right.links) left = linked(left, link.outer, domain)
  if (given.type === 'right' || given.type === 'full') for (const link of left.links) right = linked(right, link.outer, domain)
  const wanted = expressionsOf(given).flatMap(outerOf)
  const known = new Set([...valuesOf(left).keys(), ...valuesOf(right).keys()]), missing = wanted.filter(a => !known.has(a.id))
  if (given.type === 'right') right = withValues(right, missing, domain)
  else left = withValues(left, missing, domain)
  if (given.type === 'full' && missing.length > 0) right = withValues(right, missing, domain)
  const values = new Map([...valuesOf(right), ...valuesOf(left)]), shared = left.links.filter(x => right.links.some(y => sameExpression(x.outer, y.outer)))
  const p = mapExpressions(given, e => substitute(e, values)) as typeof given
  const keys = { leftKeys: [...p.leftKeys, ...shared.map(x => x.inner)], rightKeys: [...p.rightKeys, ...shared.map(x => innerOf(right, x.outer))], nullSafe: [...p.nullSafe, ...shared.map(() => true)] }
  const base = joinOn(p.type === 'existence' ? 'leftsemi' : p.type, left.plan, right.plan, null)
  const plan: ResolvedPlan = { ...base, type: p.type, ...keys, condition: p.condition, output: p.type === 'existence' ? [...base.output, p.output.at(-1)!] : base.output }
  if (p.type === 'full') {
    const both = shared.map(x => alias(bindByName('coalesce', [x.inner, innerOf(right, x.outer)]), 'outer'))
    return { plan: project([...plan.output, ...both], plan), links: shared.map((x, i) => ({ outer: x.outer, inner: attributeOf(both[i]!) })) }
  }
  const main = p.type === 'right' ? right : left, other = p.type === 'right' ? left : right
  return { plan, links: [...main.links, ...(p.type === 'inner' || p.type === 'cross' ? other.links.filter(y => !main.links.some(x => sameExpression(x.outer, y.outer))) : [])] }
}

// LIMIT counts for each outer row: rows are numbered.
function limited(p: Extract<ResolvedPlan, { kind: 'limit' }>, d: Dependent, context: BindContext): Dependent {
  const orders = p.child.kind === 'sort' && d.plan.kind === 'sort' ? d.plan.orders.map(o => ({ kind: 'sort-order' as const, ...o })) : []
  const order: Expression = { kind: 'literal', value: 1, type: intType, nullable: false }
  const number = resolveOver({ kind: 'unresolved-window', function: { kind: 'unresolved-call', name: 'row_number', args: [] }, partitionBy: inners(d), orderBy: orders.length > 0 ? orders : [{ kind: 'sort-order', child: order, ascending: true, nullsFirst: null }], frame: null }, bindByName('row_number', [], context), e => e as Resolved, context)
  const { items: [n], plan } = takeOutOver([alias(number, 'n')], d.plan)
  const at = (n as Alias).child, bounds = [...(p.offset > 0 ? [bindByName('>', [at, literal(p.offset, intType)])] : []), ...(p.count === Infinity ? [] : [bindByName('<=', [at, literal(p.offset + p.count, intType)])])]
  const condition = allOf(bounds)
  return { plan: condition === null ? plan : filterOf(condition, plan), links: d.links }
}
