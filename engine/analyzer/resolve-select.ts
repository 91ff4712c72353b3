/** Resolves a SELECT of SQL that groups: keys may be numbers or names of select items, HAVING and ORDER BY may use aggregates that are not selected. */
import { SparkError, analysisError } from '../errors/spark-error.ts'
import { alias, sameExpression, transform } from '../expressions/attribute.ts'
import type { Alias, Attribute, Expression, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import type { BindContext } from '../functions/define.ts'
import { isAggregateName } from '../functions/registry.ts'
import type { SelectAggregate } from '../plan/logical-plan.ts'
import type { ResolvedOrder, ResolvedPlan } from '../plan/resolved-plan.ts'
import { isOrderable, sqlName } from '../types/data-type.ts'
import { expandSets, refuseGrouping, withGrouping } from './grouping-sets.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { asCondition, resolveExpression, resolveList } from './resolve-expression.ts'
import { hasAggregate, project } from './project-node.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { hasOver, refuseOver } from './take-out-over.ts'
import { hasCorrelatedScalar, refuseOuterColumns } from './subquery-marker.ts'
import type { Scope } from './scope.ts'

export function resolveSelectAggregate(plan: SelectAggregate, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const given = plan.keys.map(k => resolveKey(k, plan.select, scope, context))
  // A time window among the keys becomes a column of the input, which the list may then name.
  const windows = takeOutWindows(given, child)
  const keys = windows.items as (Alias | Attribute)[], input = windows.plan
  const inner: Scope = input === child ? scope : { ...scope, attributes: input.output, planOutput: scope.planOutput?.bind(scope) ?? (() => null) }
  const known = (e: Resolved): Resolved => transform(e, n => { const at = n.kind === 'marker' ? given.findIndex(g => sameExpression(g, n)) : -1; return at < 0 ? n : plainOf(keys[at]!) })

  const list = resolveList(plan.select, inner, context).map(known)
  refuseOuterColumns([...keys, ...list])
  const correlated = keys.filter(hasCorrelatedScalar).map(plainOf), standsFor = (e: Resolved): boolean => correlated.some(k => sameExpression(k, e))
  if (list.some(i => hasCorrelatedScalar(plainOf(i)) && !standsFor(plainOf(i)))) throw analysisError('SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION', { sqlExpr: `"${nameOf(plan.select[list.findIndex(i => hasCorrelatedScalar(plainOf(i)))]!)}"` })
  if (!correlated.every(k => list.some(i => sameExpression(k, plainOf(i))))) throw analysisError('UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.MUST_AGGREGATE_CORRELATED_SCALAR_SUBQUERY')
  const orders = plan.orders.map(o => ({ ...o, child: byNumber(o.child, plan.select, 'ORDER_BY_POS_OUT_OF_RANGE') }))
  const below = (e: Expression): Resolved => known(resolveExpression(withAliases(e, plan.select), inner, context))
  const having = plan.having === null ? null : below(plan.having)
  if (having !== null && hasOver(having)) throw analysisError('WINDOW_FUNCTION_NOT_ALLOWED_IN_CLAUSE', { clauseName: 'HAVING' })
  const sortKeys = orders.map(o => below(o.child))
  refuseOver(sortKeys, 'ORDER BY')
  const hidden = sortKeys.map((e, i): Alias => alias(plainOf(e), `_hidden_${i}`))

  const items = [...list, ...hidden]
  const holds = having === null ? null : asCondition(having, context, () => analysisError('DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN', { sqlExpr: `"${nameOf(plan.having!)}"`, filter: `"${nameOf(plan.having!)}"`, type: `"${sqlName(having.type)}"` }))
  const whole = grouped(plan, keys, items, holds, input, context)
  const made = whole.output.slice(list.length)
  let result: ResolvedPlan = whole
  if (orders.length > 0) {
    const by = orders.map((o, i): ResolvedOrder => {
      const key = made[i]!
      if (!isOrderable(key.type)) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${nameOf(o.child)}"`, functionName: '`sortorder`', dataType: `"${sqlName(key.type)}"` })
      return { child: key, ascending: o.ascending, nullsFirst: o.nullsFirst ?? o.ascending }
    })
    result = { kind: 'sort', orders: by, child: result, output: result.output, streaming: result.streaming }
  }
  return hidden.length === 0 ? result : project(whole.output.slice(0, list.length), result)
}

function grouped(plan: SelectAggregate, keys: readonly (Alias | Attribute)[], items: readonly Resolved[], having: Resolved | null, input: ResolvedPlan, context: BindContext): ResolvedPlan {
  if (plan.sets === null) { refuseGrouping(having === null ? items : [...items, having]); return resolveAggregateList(keys, items, input, context, undefined, having) }
  const expanded = expandSets(keys, plan.sets, input), originals = keys.map(plainOf)
  const set = (e: Resolved): Resolved => withGrouping(e, originals, expanded.groupingId)
  return resolveAggregateList(expanded.keys, items.map(set), expanded.plan, context, expanded.originals, having === null ? null : set(having))
}

const plainOf = (e: Resolved): Resolved => (e.kind === 'alias' ? e.child : e)

/** The select item that a whole number means; anything else as it is. */
function byNumber(e: Expression, select: readonly Expression[], condition: 'GROUP_BY_POS_OUT_OF_RANGE' | 'ORDER_BY_POS_OUT_OF_RANGE'): Expression {
  if (e.kind !== 'literal' || e.type.kind !== 'int') return e
  const at = e.value as number
  if (at < 1 || at > select.length) throw analysisError(condition, { index: at, size: select.length })
  const item = select[at - 1]!
  return item.kind === 'unresolved-alias' ? item.child : item
}

function resolveKey(given: Expression, select: readonly Expression[], scope: Scope, context: BindContext): Resolved {
  const k = byNumber(given, select, 'GROUP_BY_POS_OUT_OF_RANGE')
  let resolved: Resolved
  try {
    resolved = resolveExpression(k, scope, context)
  } catch (e) {
    // A name that the input lacks may be that of a select item.
    if (!(e instanceof SparkError) || !e.condition.startsWith('UNRESOLVED_COLUMN')) throw e
    const named = withAliases(k, select)
    if (named === k) throw e
    resolved = resolveExpression(named, scope, context)
  }
  if (hasAggregate(resolved)) {
    if (k !== given) throw analysisError('GROUP_BY_POS_AGGREGATE', { index: String((given as { value: unknown }).value), aggExpr: nameOf(k) })
    throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(k)}"` })
  }
  refuseOver([resolved], 'GROUP BY')
  return resolved.kind === 'attribute' || resolved.kind === 'alias' ? resolved : alias(resolved, resolved.kind === 'marker' ? resolved.name : nameOf(k))
}

/** The expression with names of select items replaced by what they name; inside aggregate functions names are those of the input. */
function withAliases(e: Expression, select: readonly Expression[]): Expression {
  const within = (list: readonly Expression[]): readonly Expression[] => { const out = list.map(x => withAliases(x, select)); return out.every((x, i) => x === list[i]) ? list : out }
  switch (e.kind) {
    case 'unresolved-attribute': {
      const item = select.find(s => s.kind === 'unresolved-alias' && s.names.length === 1 && s.names[0]!.toLowerCase() === e.nameParts[0]!.toLowerCase())
      if (item === undefined || item.kind !== 'unresolved-alias') return e
      return e.nameParts.slice(1).reduce<Expression>((child, name) => ({ kind: 'unresolved-extract', child, key: { kind: 'literal', value: name, type: { kind: 'string' }, nullable: false } }), item.child)
    }
    case 'unresolved-call': { if (isAggregateName(e.name)) return e; const args = within(e.args); return args === e.args ? e : { ...e, args } }
    case 'unresolved-cast': case 'sort-order': { const child = withAliases(e.child, select); return child === e.child ? e : { ...e, child } }
    case 'unresolved-extract': { const [child, key] = within([e.child, e.key]) as [Expression, Expression]; return child === e.child && key === e.key ? e : { ...e, child, key } }
    default: return e
  }
}
