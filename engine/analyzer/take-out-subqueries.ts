/** Takes the markers of subqueries out of expressions: each becomes a join below, and a column, a flag or a test in its place. */
import type { Batch } from '../columns/batch.ts'
import { executionError, analysisError } from '../errors/spark-error.ts'
import { alias, attribute, attributeOf, rebuild, sameExpression, transform } from '../expressions/attribute.ts'
import type { AggregateCall, Alias, Attribute, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { castTo, commonTypeOf } from '../functions/cast.ts'
import { call, literal, type BindContext } from '../functions/define.ts'
import { conjuncts } from '../functions/join-keys.ts'
import { isNotNull, normalizeKey } from '../functions/null-tests.ts'
import type { LocalRows } from '../plan/logical-plan.ts'
import { filterOf, type ResolvedPlan } from '../plan/resolved-plan.ts'
import { booleanType, intType } from '../types/data-type.ts'
import { decorrelate, valuesOf, type Dependent, type Domain } from './decorrelate.ts'
import { withFreshIds } from './fresh-ids.ts'
import { joinOn } from './join-node.ts'
import { allOf, outerColumns, outerOf, substitute } from './outer-columns.ts'
import { project } from './project-node.ts'
import { sinkSubqueries } from './sink-subqueries.ts'
import { hasCorrelatedScalar, hasSubquery, isSubquery, type SubqueryMarker } from './subquery-marker.ts'

/** Takes subqueries out of expressions over `plan`, which grows by a join for each. */
export class SubqueryTaker {
  plan: ResolvedPlan
  readonly #context: BindContext
  readonly #found: { readonly marker: SubqueryMarker; readonly negated: boolean; readonly value: Resolved }[] = []

  constructor(plan: ResolvedPlan, context: BindContext) {
    this.plan = plan
    this.#context = context
  }

  /** The expression without subqueries. */
  take<E extends Resolved>(e: E): E
  take(e: Resolved): Resolved {
    if (!hasSubquery(e)) return e
    if (isSubquery(e)) return this.#value(this.#inner(e), false)
    if (e.kind === 'call' && e.name === 'not') {
      const [arg] = e.args as [Resolved]
      if (arg.kind === 'call' && arg.name === 'not') return this.take(arg.args[0]!)
      // NOT (a AND b) is NOT a OR NOT b: NOT IN minds NULLs, so it must be seen as such.
      if (arg.kind === 'call' && (arg.name === 'and' || arg.name === 'or')) return this.take(bindByName(arg.name === 'and' ? 'or' : 'and', arg.args.map(a => bindByName('not', [a], this.#context)), this.#context))
      if (isSubquery(arg) && arg.details.test === 'in') return bindByName('not', [this.#value(this.#inner(arg), true)], this.#context)
    }
    if (e.kind === 'aggregate-call') return { ...e, args: e.args.map(a => this.take(a)), filter: e.filter === null ? null : this.take(e.filter) }
    return rebuild(e, x => this.take(x))
  }

  /** The value of a subquery that was taken out before; anything else as it is. */
  known(e: Resolved): Resolved { return isSubquery(e) ? this.#found.find(f => !f.negated && sameExpression(f.marker, e))?.value ?? e : e }

  /** Keeps the rows for which the condition holds, which is a conjunction with subqueries in it. */
  keep(condition: Resolved): void {
    const parts = conjuncts(condition), tests: { marker: SubqueryMarker; negated: boolean }[] = [], plain: Resolved[] = []
    for (const part of parts) {
      const test = testOf(part)
      if (test === null) plain.push(part)
      else tests.push(test)
    }
    const before = plain.filter(p => !hasSubquery(p)), filter = (c: readonly Resolved[]): void => { if (c.length > 0) this.plan = filterOf(allOf(c)!, this.plan) }
    filter(before)
    filter(plain.filter(p => !before.includes(p)).map(p => this.take(p)))
    for (const { marker, negated } of tests) this.#test(this.#inner(marker), negated)
  }

  #inner(m: SubqueryMarker): SubqueryMarker { return { ...m, args: m.args.map(a => this.take(a)) } }

  #value(marker: SubqueryMarker, negated: boolean): Resolved {
    const found = this.#found.find(f => f.negated === negated && sameExpression(f.marker, marker))
    if (found !== undefined) return found.value
    const value = marker.details.test === 'scalar' ? this.#scalar(marker) : this.#flag(marker, negated)
    this.#found.push({ marker, negated, value })
    return value
  }

  #scalar(m: SubqueryMarker): Resolved {
    const { query, outer } = m.details, c = this.#context
    if (outer.length === 0) return this.#joined(oneRow(query, c), 'cross', () => null).output[0]!
    const lifted = this.#lifted(m)
    if (lifted !== null) return lifted.present === null ? lifted.columns[0]! : bindByName('when', [lifted.present, lifted.columns[0]!], c)
    const pulled = pullUp(query, false)
    if (pulled !== null && pulled.conditions.length === 0 && pulled.plan.kind === 'local' && isOneRow(pulled.plan.batches)) return substitute(pulled.columns[0]!, outside(m))
    const d = decorrelate(query, this.#domain(m), c), keys = d.links.map(l => alias(l.inner, 'outer')), first = d.plan.output.find(a => a.id === query.output[0]!.id) ?? d.links.find(l => l.outer.kind === 'attribute' && l.outer.id === query.output[0]!.id)!.inner
    const grouped = countedFirst(keys, first, d.plan, c)
    const { output } = this.#joined(grouped, 'left', made => allOf(d.links.map((l, i) => bindByName('<=>', [substitute(l.outer, outside(m)), made[i]!])))), [n, v] = output.slice(keys.length)
    return onlyRow(n!, v!)
  }

  #flag(m: SubqueryMarker, negated: boolean): Resolved {
    const lifted = this.#lifted(m)
    if (lifted !== null) return this.#liftedTest(m, lifted, negated)
    const { plan, condition } = this.#testJoin(m, negated), flag = attribute('exists', booleanType, m.nullable)
    const join = joinOn('leftsemi', this.plan, plan, condition)
    this.plan = { ...join, type: 'existence', output: [...this.plan.output, flag] }
    return flag
  }

  #test(m: SubqueryMarker, negated: boolean): void {
    const lifted = this.#lifted(m)
    if (lifted !== null) { const holds = this.#liftedTest(m, lifted, negated); this.plan = filterOf(negated ? bindByName('not', [holds], this.#context) : holds, this.plan); return }
    const { plan, condition } = this.#testJoin(m, negated)
    this.plan = { ...joinOn(negated ? 'leftanti' : 'leftsemi', this.plan, plan, condition), test: true }
  }

  #liftedTest(m: SubqueryMarker, lifted: Lifted, negated: boolean): Resolved {
    const c = this.#context, present = lifted.present === null ? literal(true, booleanType) : bindByName('coalesce', [lifted.present, literal(false, booleanType)], c)
    if (m.details.test === 'exists') return present
    const equal = bindByName('coalesce', [this.#equal(m, lifted.columns), literal(negated, booleanType)], c)
    return bindByName('and', [present, equal], c)
  }

  // What a join for IN or EXISTS goes over and by.
  #testJoin(m: SubqueryMarker, negated: boolean): { readonly plan: ResolvedPlan; readonly condition: Resolved | null } {
    const { test, query, outer } = m.details, c = this.#context
    const pulled = outer.length === 0 && test === 'exists' ? { plan: { kind: 'limit', count: 1, offset: 0, child: query, output: query.output, streaming: query.streaming } satisfies ResolvedPlan, columns: [], conditions: [] } : pullUp(query, test === 'exists')
    const { plan: own, columns, conditions } = pulled ?? unpulled(query, decorrelate(query, this.#domain(m), c))
    const { plan, renamed } = apart(own, this.plan), values = new Map<number, Resolved>([...renamed, ...outside(m)])
    const here = (e: Resolved): Resolved => substitute(e, values)
    const parts = conditions.map(here)
    if (test === 'in') { const equal = this.#equal(m, columns.map(here)); parts.push(negated ? bindByName('coalesce', [equal, literal(true, booleanType)], c) : equal) }
    return { plan, condition: allOf(parts) }
  }

  #equal(m: SubqueryMarker, columns: readonly Resolved[]): Resolved {
    const c = this.#context
    return allOf(m.args.slice(0, m.details.values).map((v, i) => { const type = commonTypeOf([v, columns[i]!], c)!; return bindByName('=', [castTo(v, type, c), castTo(columns[i]!, type, c)], c) }))!
  }

  // Joins a plan under ids of its own; gives its columns as they are above.
  #joined(own: ResolvedPlan, type: 'left' | 'cross', condition: (columns: readonly Attribute[]) => Resolved | null): { readonly output: readonly Attribute[] } {
    const { plan } = withFreshIds(own), before = this.plan.output.length
    this.plan = joinOn(type, this.plan, plan, condition(plan.output))
    return { output: this.plan.output.slice(before) }
  }

  #domain(m: SubqueryMarker): Domain { return domainOf(this.plan, outside(m)) }

  /** A query that aggregates all its rows gives one row: it is grouped by what it is asked for, joined, and what stands above the aggregation is computed after the join. */
  #lifted(m: SubqueryMarker): Lifted | null {
    const { query, outer } = m.details, c = this.#context, chain: ResolvedPlan[] = []
    if (outer.length === 0) return null
    let p: ResolvedPlan = query
    while (p.kind === 'project' || p.kind === 'filter' || p.kind === 'sort' || (p.kind === 'limit' && p.count > 0 && p.offset === 0)) { chain.push(p); p = p.child }
    if (p.kind !== 'aggregate' || p.keys.length > 0 || p.aggregates.some(a => outerOf(a.call).length > 0)) return null
    let d: Dependent
    try { d = decorrelate(p.child, () => { throw new NeedsDomain() }, c) } catch (e) { if (e instanceof NeedsDomain) return null; throw e }
    const keys = d.links.map(l => alias(normalizeKey(l.inner), 'outer')), results = p.aggregates.map(a => a.attribute), matched = alias(literal(true, booleanType), 'matched')
    const grouped = project([...keys.map(attributeOf), ...results, matched], { ...p, keys, child: d.plan, output: [...keys.map(attributeOf), ...results] })
    const { output } = this.#joined(grouped, keys.length === 0 ? 'cross' : 'left', made => allOf(d.links.map((l, i) => bindByName('<=>', [substitute(l.outer, outside(m)), made[i]!]))))
    const values = new Map<number, Resolved>(outside(m)), counts = p.aggregates.some(a => !a.call.nullable) && keys.length > 0
    // What the aggregates are of no rows.
    const none = counts ? this.#joined({ ...p, child: { kind: 'local', batches: [], output: d.plan.output, streaming: false } }, 'cross', () => null).output : null
    const some = isNotNull(output.at(-1)!)
    p.aggregates.forEach((a, i) => { const value = output[keys.length + i]!; values.set(a.attribute.id, none === null || a.call.nullable ? value : bindByName('when', [some, value, none[i]!], c)) })
    let present: Resolved | null = null
    for (const node of chain.reverse()) {
      if (node.kind === 'filter') { const holds = substitute(node.condition, values); present = present === null ? holds : bindByName('and', [present, holds], c) }
      if (node.kind === 'project') for (const e of node.expressions) values.set(e.id, substitute(e.kind === 'alias' ? e.child : e, values))
    }
    return { columns: query.output.map(a => values.get(a.id)!), present }
  }
}

/** The plan with the rows for which a condition with subqueries in it holds; its columns are the plan's. */
export function keepRows(condition: Resolved, plan: ResolvedPlan, context: BindContext): ResolvedPlan {
  const keep = (c: Resolved, p: ResolvedPlan): ResolvedPlan => {
    const taker = new SubqueryTaker(p, context)
    taker.keep(c)
    return taker.plan.output.length === p.output.length ? taker.plan : project(p.output, taker.plan)
  }
  const applied = (scalars: boolean): ResolvedPlan => {
    let below = plan
    const stay: Resolved[] = []
    for (const part of conjuncts(condition)) {
      const sunk = sinkSubqueries(part, below, keep, scalars)
      if (sunk === null) stay.push(part)
      else below = sunk
    }
    return stay.length === 0 ? below : keep(allOf(stay)!, below)
  }
  const above = applied(false)
  return plan.streaming && hasCorrelatedScalar(condition) && 'child' in above ? { ...above, sunk: { child: above.child, plan: applied(true) } } : above
}

/** Distinct values of outer columns, from the rows that there are; `values` says what those columns are there. */
export function domainOf(rows: ResolvedPlan, values: ReadonlyMap<number, Resolved>, lateral = false): Domain {
  return columns => {
    if (rows.streaming) throw lateral ? analysisError('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: 'append', statefulOperator: 'LATERAL that asks for each distinct row (put its condition into WHERE outside, or compare columns by =)' }) : analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'A subquery that a stream asks for by more than equalities', advice: 'Compare columns of the stream by = in the WHERE of the subquery, or join with it.' })
    const made = columns.map(a => alias(values.get(a.id)!, a.name)), all = project(made, rows)
    return { plan: { kind: 'deduplicate', keys: all.output, withinWatermark: false, child: all, output: all.output, streaming: false }, links: columns.map((outer, i) => ({ outer, inner: attributeOf(made[i]!) })) }
  }
}

class NeedsDomain extends Error {}
interface Lifted { readonly columns: readonly Resolved[]; readonly present: Resolved | null }
interface Pulled { readonly plan: ResolvedPlan; readonly columns: readonly Resolved[]; readonly conditions: readonly Resolved[] }

// What the outer columns are where the marker stands.
const outside = (m: SubqueryMarker): ReadonlyMap<number, Resolved> => new Map(m.details.outer.map((a, i) => [a.id, m.args[m.details.values + i]!]))
// Under ids of its own, where the outer query reads the same plan.
const apart = (own: ResolvedPlan, outer: ResolvedPlan): { readonly plan: ResolvedPlan; readonly renamed: ReadonlyMap<number, Attribute> } => (own.output.some(a => outer.output.some(b => b.id === a.id)) ? withFreshIds(own) : { plan: own, renamed: new Map() })

function testOf(e: Resolved): { readonly marker: SubqueryMarker; readonly negated: boolean } | null {
  if (isSubquery(e)) return e.details.test === 'scalar' ? null : { marker: e, negated: false }
  if (e.kind !== 'call' || e.name !== 'not') return null
  const inner = testOf(e.args[0]!)
  return inner === null ? null : { marker: inner.marker, negated: !inner.negated }
}

// The only row: more of them end the query.
const onlyRow = (n: Attribute, v: Attribute): Resolved => call('scalarsubquery', [n, v], v.type, { strict: false, evaluate: (rows: bigint | null, value: unknown) => { if (rows !== null && rows > 1n) throw executionError('SCALAR_SUBQUERY_TOO_MANY_ROWS'); return value } }, { nullable: true, deterministic: false })
/** Whether it is one batch of one row. */
export const isOneRow = (rows: LocalRows): boolean => Array.isArray(rows) && rows.length === 1 && (rows as readonly Batch[])[0]!.length === 1

// For each key the number of rows, and the first of them.
function countedFirst(by: readonly Alias[], value: Attribute, child: ResolvedPlan, context: BindContext): ResolvedPlan {
  const keys = by.map(k => ({ ...k, child: normalizeKey(k.child) })), calls = [bindByName('count', [literal(1, intType)], context), bindByName('first', [value], context)] as AggregateCall[]
  const aggregates = calls.map(call => ({ call, attribute: attribute(call.name, call.type, call.nullable) }))
  return { kind: 'aggregate', keys, aggregates, child, output: [...keys.map(attributeOf), ...aggregates.map(a => a.attribute)], streaming: child.streaming }
}

function oneRow(query: ResolvedPlan, context: BindContext): ResolvedPlan {
  const counted = countedFirst([], query.output[0]!, query, context)
  return project([alias(onlyRow(counted.output[0]!, counted.output[1]!), 'scalarsubquery()')], counted)
}

/** The conditions and columns that name outer columns, taken out of a plain SELECT … WHERE; null where they stand deeper. */
function pullUp(p: ResolvedPlan, rowsOnly: boolean): Pulled | null {
  if (outerColumns(p).length === 0) return { plan: p, columns: p.output, conditions: [] }
  if (p.kind === 'sort' || (p.kind === 'limit' && rowsOnly && p.count > 0 && p.offset === 0)) return pullUp(p.child, rowsOnly)
  if (p.kind === 'filter') {
    const below = pullUp(p.child, rowsOnly)
    if (below === null) return null
    const at = new Map(p.child.output.map((a, i) => [a.id, below.columns[i]!])), parts = conjuncts(p.condition).map(c => substitute(c, at)), own = parts.filter(c => outerOf(c).length === 0)
    return { plan: own.length === 0 ? below.plan : filterOf(allOf(own)!, below.plan), columns: below.columns, conditions: [...below.conditions, ...parts.filter(c => !own.includes(c))] }
  }
  if (p.kind === 'project') {
    const below = pullUp(p.child, rowsOnly)
    if (below === null) return null
    const at = new Map(p.child.output.map((a, i) => [a.id, below.columns[i]!]))
    return { ...below, columns: p.expressions.map(e => substitute(e.kind === 'alias' ? e.child : e, at)) }
  }
  return null
}

function unpulled(query: ResolvedPlan, d: Dependent): Pulled {
  const values = valuesOf(d)
  return { plan: d.plan, columns: query.output.map(a => values.get(a.id) ?? a), conditions: d.links.map(l => bindByName('<=>', [l.outer, l.inner])) }
}

/** The same items with every subquery replaced by what stands for it in the plan. */
export function takeOutSubqueries(items: readonly Resolved[], plan: ResolvedPlan, context: BindContext): { readonly items: readonly Resolved[]; readonly plan: ResolvedPlan } {
  if (!items.some(hasSubquery)) return { items, plan }
  const taker = new SubqueryTaker(plan, context)
  return { items: items.map(i => taker.take(i)), plan: taker.plan }
}

/** Those that stand in the keys and inside the aggregate functions of an aggregation, which go below it. */
export function takeOutBelow(keys: readonly Resolved[], items: readonly Resolved[], plan: ResolvedPlan, context: BindContext): { readonly keys: readonly Resolved[]; readonly items: readonly Resolved[]; readonly plan: ResolvedPlan } {
  if (!keys.some(hasSubquery) && !items.some(hasSubquery)) return { keys, items, plan }
  const taker = new SubqueryTaker(plan, context), taken = keys.map(k => taker.take(k))
  return { keys: taken, items: items.map(i => transform(i, n => (n.kind === 'aggregate-call' ? taker.take(n) : taker.known(n)))), plan: taker.plan }
}
