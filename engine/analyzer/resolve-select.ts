/** Resolves a SELECT of SQL that groups: keys may be numbers or names of select items, HAVING and ORDER BY may use keys and aggregates that are not selected. */
import { SparkError, analysisError } from '../errors/spark-error.ts'
import { alias, attributeOf, sameExpression, transform } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Alias, Attribute, Expression, Resolved, UnresolvedAlias } from '../expressions/expression.ts'
import { mapExpression } from '../expressions/map-expression.ts'
import { nameOf } from '../expressions/name.ts'
import type { BindContext } from '../functions/define.ts'
import { isAggregateName } from '../functions/registry.ts'
import type { SelectAggregate } from '../plan/logical-plan.ts'
import type { ResolvedOrder, ResolvedPlan } from '../plan/resolved-plan.ts'
import { isOrderable, sqlName } from '../types/data-type.ts'
import { expandSets, isGrouping, refuseGrouping, withGrouping } from './grouping-sets.ts'
import { hasGenerator } from './resolve-qualify.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { asCondition, resolveExpression, resolveList } from './resolve-expression.ts'
import { hasAggregate, project } from './project-node.ts'
import { withAggregates } from './resolve-pipe.ts'
import { numbered, sortedBeside } from './resolve-sort.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { hasOver, refuseOver } from './take-out-over.ts'
import { hasCorrelatedScalar, refuseOuterColumns, refuseSubqueries } from './subquery-marker.ts'
import type { Scope } from './scope.ts'

export function resolveSelectAggregate(plan: SelectAggregate, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const given = plan.keys.map(k => resolveKey(k, plan.select, scope, context))
  // A time window among the keys becomes a column of the input, which the list may then name.
  const windows = takeOutWindows(given, child)
  const keys = windows.items as (Alias | Attribute)[], input = windows.plan
  const inner: Scope = input === child ? scope : { ...scope, attributes: input.output, planOutput: scope.planOutput?.bind(scope) ?? (() => null) }
  const known = (e: Resolved): Resolved => transform(e, n => { const at = n.kind === 'marker' ? given.findIndex(g => sameExpression(g, n)) : -1; return at < 0 ? n : plainOf(keys[at]!) })

  const listed = (): Resolved[] => resolveList(plan.select, inner, context).map(known), list = plan.pipe === undefined ? listed() : withAggregates(plan, listed)
  refuseOuterColumns([...keys, ...list])
  const correlated = keys.filter(hasCorrelatedScalar).map(plainOf), standsFor = (e: Resolved): boolean => correlated.some(k => sameExpression(k, e))
  if (list.some(i => hasCorrelatedScalar(plainOf(i)) && !standsFor(plainOf(i)))) throw analysisError('SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION', { sqlExpr: `"${nameOf(plan.select[list.findIndex(i => hasCorrelatedScalar(plainOf(i)))]!)}"` })
  if (!correlated.every(k => list.some(i => sameExpression(k, plainOf(i))))) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY')
  // A name that several items have means that of the input.
  const named = withoutNamesakes(plan.select), below = (e: Expression): Resolved => known(resolveExpression(withAliases(e, named), inner, context))
  const having = plan.having === null ? null : resolveHaving(plan.having, plan.select, below)
  if (having !== null && hasOver(having)) throw analysisError('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: 'HAVING' })
  if (having !== null && hasAggregate(having) && list.some(i => i.kind === 'generator')) throw analysisError('INVALID_WHERE_CONDITION', { condition: `"${nameOf(plan.having!)}"`, expressionList: 'an aggregate beside a list that makes rows' })
  const holds = having === null ? null : asCondition(having, context, () => analysisError('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { sqlExpr: `"${nameOf(plan.having!)}"`, filter: `"${nameOf(plan.having!)}"`, type: `"${sqlName(having.type)}"` }))
  const make = (hidden: readonly (Alias | Attribute)[]): ResolvedPlan => grouped(plan, keys, [...list, ...hidden], holds, input, context)
  if (plan.orders.length === 0) return make([])
  if (list.some(i => hasOver(i) || i.kind === 'generator') || (having !== null && needsMore(having, list, keys))) {
    // ORDER BY stands over a projection: it may name what is selected and the columns grouped by, and aggregate nothing.
    const unseen = keys.filter(k => k.kind === 'attribute').filter(k => !list.some(i => i.kind === 'attribute' && i.id === k.id))
    const whole = make(unseen)
    try { return sortedBeside(plan.orders, whole, whole.output.length - unseen.length, whole.output.filter((_, i) => list[i]?.kind === 'attribute'), inner, context) } catch (e) {
      // Spark finds such a key before it knows what grouping() is, and misses it then.
      if (plan.sets !== null && having !== null && hasGrouping(having) && e instanceof SparkError && /^UN(RESOLVED_COLUMN|SUPPORTED_GROUPING)/.test(e.condition)) throw analysisError('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_MISSING_FROM_INPUT', { attribute: `"${plan.orders.map(o => nameOf(o.child)).join(', ')}"`, clause: 'ORDER BY above a HAVING with grouping()' })
      throw e
    }
  }

  // Sort keys are what is selected, or computed beside it.
  const orders = plan.orders.flatMap((o): ResolvedOrder[] => {
    const by = (child: Resolved): ResolvedOrder => ({ child: plainOf(child), ascending: o.ascending, nullsFirst: o.nullsFirst ?? o.ascending })
    if (o.child.kind === 'star') return list.map(by)
    const at = numbered(o.child, list.length, 'ORDER_BY_POS_OUT_OF_RANGE')
    if (at !== null) return [by(list[at]!)]
    refuseComputed(o.child, plan.select)
    const key = below(o.child)
    // A name that means a column which is no key: none that can be seen here.
    if (isStray(key, list, keys)) resolveExpression(o.child, { attributes: list.map(shownAs) }, context)
    if (!isOrderable(key.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${nameOf(o.child)}"`, functionName: '`sortorder`', dataType: `"${sqlName(key.type)}"` })
    return [by(key)]
  })
  refuseOver(orders.map(o => o.child), 'ORDER BY')
  refuseSubqueries(orders.map(o => o.child).filter(o => !list.some(i => sameExpression(plainOf(i), o))), 'ORDER BY')
  const whole = make(orders.map((o, i) => alias(o.child, `_hidden_${i}`))), made = whole.output.slice(list.length)
  const sorted: ResolvedPlan = { kind: 'sort', orders: orders.map((o, i) => ({ ...o, child: made[i]! })), child: whole, output: whole.output, streaming: whole.streaming }
  return project(whole.output.slice(0, list.length), sorted)
}

/** Whether a condition over the groups takes a key or an aggregate that is not selected: Spark then puts a projection above it, over which ORDER BY stands. */
function needsMore(e: Resolved, list: readonly Resolved[], keys: readonly Resolved[]): boolean {
  if (list.some(i => sameExpression(i, e))) return false
  return e.kind === 'aggregate-call' || isGrouping(e) || keys.some(k => sameExpression(k, e)) || childrenOf(e).some(c => needsMore(c, list, keys))
}

// Whether a column is named outside of aggregates that is neither selected nor a key.
function isStray(e: Resolved, list: readonly Resolved[], keys: readonly Resolved[]): boolean {
  if (e.kind === 'aggregate-call' || list.some(i => sameExpression(i, e)) || keys.some(k => sameExpression(k, e))) return false
  return e.kind === 'attribute' ? e.outer !== true : childrenOf(e).some(c => isStray(c, list, keys))
}

const hasGrouping = (e: Resolved): boolean => isGrouping(e) || childrenOf(e).some(hasGrouping)

const shownAs = (item: Resolved): Attribute => (item.kind === 'attribute' ? item : attributeOf(item.kind === 'alias' ? item : alias(item, '')))

// Names in ORDER BY mean what is selected first, and what is computed there cannot be aggregated again.
function refuseComputed(e: Expression, select: readonly Expression[], within: string | null = null): void {
  mapExpression(e, x => {
    if (x.kind === 'unresolved-call' && within === null && isAggregateName(x.name)) { for (const a of x.args) refuseComputed(a, select, nameOf(x)); return x }
    if (x.kind === 'unresolved-attribute' && x.nameParts.length === 1 && within !== null && aliasNamed(x.nameParts[0]!, select) !== null) throw analysisError('MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_APPEAR_IN_OPERATION', { name: `\`${x.nameParts[0]!}\``, aggregate: `"${within}"` })
    return null
  })
}

function grouped(plan: SelectAggregate, keys: readonly (Alias | Attribute)[], items: readonly Resolved[], having: Resolved | null, input: ResolvedPlan, context: BindContext): ResolvedPlan {
  if (plan.sets === null) { refuseGrouping(having === null ? items : [...items, having]); return resolveAggregateList(keys, items, input, context, undefined, having) }
  const expanded = expandSets(keys, plan.sets, input), originals = keys.map(plainOf)
  const set = (e: Resolved): Resolved => withGrouping(e, originals, expanded.groupingId)
  return resolveAggregateList(expanded.keys, items.map(set), expanded.plan, context, expanded.originals, having === null ? null : set(having))
}

const plainOf = (e: Resolved): Resolved => (e.kind === 'alias' ? e.child : e)

const itemOf = (item: Expression): Expression => (item.kind === 'unresolved-alias' ? item.child : item)

function resolveKey(given: Expression, select: readonly Expression[], scope: Scope, context: BindContext): Resolved {
  const at = numbered(given, select.length, 'GROUP_BY_POS_OUT_OF_RANGE'), k = at === null ? given : itemOf(select[at]!)
  let resolved: Resolved
  try {
    resolved = resolveExpression(k, scope, context)
  } catch (e) {
    // A name that the input lacks may be that of a select item.
    if (!(e instanceof SparkError) || !e.condition.startsWith('UNRESOLVED_COLUMN')) throw e
    const named = withAliases(k, select)
    if (named === k) throw e
    try { resolved = resolveExpression(named, scope, context) } catch (again) {
      if (again instanceof SparkError && again.condition.startsWith('UNRESOLVED_COLUMN') && withAliases(named, select) !== named) throw analysisError('UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_GROUP_BY', { key: nameOf(k) })
      throw again
    }
  }
  if (hasAggregate(resolved)) {
    if (k !== given) throw analysisError('GROUP_BY_POS_AGGREGATE', { index: String((given as { value: unknown }).value), aggExpr: nameOf(k) })
    throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(k)}"` })
  }
  if (hasGenerator(resolved)) throw analysisError('UNSUPPORTED_EXPR_FOR_OPERATOR', { operator: 'GROUP BY', invalidExprSqls: `"${nameOf(k)}"` })
  refuseOver([resolved], 'GROUP BY')
  return resolved.kind === 'attribute' || resolved.kind === 'alias' ? resolved : alias(resolved, resolved.kind === 'marker' ? resolved.name : nameOf(k))
}

const isNamed = (item: Expression, name: string): boolean => (item.kind === 'unresolved-alias' ? item.names.length === 1 && item.names[0]!.toLowerCase() === name : item.kind === 'unresolved-attribute' && item.nameParts.at(-1)!.toLowerCase() === name)
const namesakes = (name: string, select: readonly Expression[]): readonly Expression[] => select.filter(s => isNamed(s, name.toLowerCase()))
const withoutNamesakes = (select: readonly Expression[]): readonly Expression[] => select.filter(s => s.kind !== 'unresolved-alias' || s.names.length !== 1 || namesakes(s.names[0]!, select).length < 2)

function resolveHaving(e: Expression, select: readonly Expression[], resolve: (e: Expression) => Resolved): Resolved {
  try { return resolve(e) } catch (cause) {
    if (cause instanceof SparkError && cause.condition.startsWith('UNRESOLVED_COLUMN')) mapExpression(e, x => {
      const name = x.kind === 'unresolved-attribute' ? x.nameParts[0]! : '', found = namesakes(name, select)
      if (found.length > 1) throw analysisError('AMBIGUOUS_REFERENCE', { name: `\`${name}\``, referenceNames: `[${found.map(() => `\`${name}\``).join(', ')}]` })
      return null
    })
    throw cause
  }
}

const aliasNamed = (name: string, select: readonly Expression[]): UnresolvedAlias | null => select.find((s): s is UnresolvedAlias => s.kind === 'unresolved-alias' && s.names.length === 1 && s.names[0]!.toLowerCase() === name.toLowerCase()) ?? null

/** The expression with names of select items replaced by what they name; inside aggregate functions names are those of the input. */
function withAliases(e: Expression, select: readonly Expression[]): Expression {
  const within = (list: readonly Expression[]): readonly Expression[] => { const out = list.map(x => withAliases(x, select)); return out.every((x, i) => x === list[i]) ? list : out }
  switch (e.kind) {
    case 'unresolved-attribute': {
      const item = aliasNamed(e.nameParts[0]!, select)
      if (item === null) return e
      return e.nameParts.slice(1).reduce<Expression>((child, name) => ({ kind: 'unresolved-extract', child, key: { kind: 'literal', value: name, type: { kind: 'string' }, nullable: false } }), item.child)
    }
    case 'unresolved-call': { if (isAggregateName(e.name)) return e; const args = within(e.args); return args === e.args ? e : { ...e, args } }
    case 'unresolved-cast': case 'sort-order': case 'unresolved-alias': { const child = withAliases(e.child, select); return child === e.child ? e : { ...e, child } }
    case 'unresolved-extract': { const [child, key] = within([e.child, e.key]) as [Expression, Expression]; return child === e.child && key === e.key ? e : { ...e, child, key } }
    default: return e
  }
}
