/** Resolves groupBy().agg(): keys and aggregates are computed below, what is made of them (`sum(v) / count(*)`) in a projection above. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute, attributeOf, inheritedMetadata, rebuild, sameExpression } from '../expressions/attribute.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { AggregateCall, Alias, Attribute, Call, Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { describe, type BindContext } from '../functions/define.ts'
import { normalizeKey } from '../functions/null-tests.ts'
import type { Aggregate } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { isGroupable, sqlName } from '../types/data-type.ts'
import { cubeSets, expandSets, refuseGrouping, rollupSets, withGrouping } from './grouping-sets.ts'
import { checkAggregates, isPivotedTwice, otherColumns, pivotColumn, pivoted, pivotedGroups } from './resolve-pivot.ts'
import { resolveExpression, resolveList } from './resolve-expression.ts'
import { isDrawn } from './resolve-values.ts'
import { hasAggregate, project } from './project-node.ts'
import { takeOutGenerators } from './project-resolved.ts'
import { takeOutWindows } from './resolve-windows.ts'
import { isSubquery } from './subquery-marker.ts'
import { keepRows, takeOutBelow, takeOutSubqueries } from './take-out-subqueries.ts'
import { hasOver, refuseOver, takeOutOver } from './take-out-over.ts'
import type { Scope } from './scope.ts'

/** The output is the keys in order, then the aggregates. */
export function resolveAggregate(plan: Aggregate, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const aggregates = resolveList(plan.aggregates, scope, context)
  const keys = plan.pivot?.others === true ? otherColumns(child, plan, aggregates, scope, context) : plan.keys.map(k => {
    const resolved = resolveExpression(k, scope, context)
    if (hasAggregate(resolved)) throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(k)}"` })
    refuseOver([resolved], 'groupBy')
    return resolved.kind === 'attribute' || resolved.kind === 'alias' ? resolved : alias(resolved, resolved.kind === 'marker' && !isSubquery(resolved) ? resolved.name : nameOf(k))
  })
  if (plan.pivot !== undefined && child.streaming && isPivotedTwice(aggregates) && plan.grouping === 'groupby' && plan.sets === undefined) return pivotedTwice(plan, keys, aggregates, child, scope, context)
  const items = [...keys, ...(plan.pivot === undefined ? aggregates : pivoted(plan, aggregates, scope, context))]
  if (plan.grouping === 'groupby' && plan.sets === undefined) {
    refuseGrouping(items)
    return resolveAggregateList(keys, items, child, context)
  }
  const queried = takeOutBelow(keys, items, child, context), numbers = keys.map((_, i) => i), windows = takeOutWindows(queried.items, queried.plan)
  const plainKeys = windows.items.slice(0, keys.length) as (Alias | Attribute)[], originals = plainKeys.map(k => (k.kind === 'alias' ? k.child : k))
  const expanded = expandSets(plainKeys, plan.sets ?? (plan.grouping === 'rollup' ? rollupSets(numbers) : cubeSets(numbers)), windows.plan)
  return resolveAggregateList(expanded.keys, windows.items.map(i => withGrouping(i, originals, expanded.groupingId)), expanded.plan, context, expanded.originals)
}

// On a stream there is state for the groups with the value among their keys, and for those of the rest.
function pivotedTwice(plan: Aggregate, keys: readonly (Alias | Attribute)[], aggregates: readonly Resolved[], child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  const by = pivotColumn(plan.pivot!, scope, context), named = by.kind === 'attribute' || by.kind === 'alias' ? by : alias(by, nameOf(plan.pivot!.column))
  checkAggregates(plan, aggregates)
  refuseGrouping(aggregates)
  const groups = resolveAggregateList([...keys, named], [...keys, named, ...aggregates], child, context), outer = groups.output.slice(0, keys.length)
  return resolveAggregateList(outer, [...outer, ...pivotedGroups(plan, groups.output[keys.length]!, groups.output.slice(keys.length + 1), scope, context)], groups, context)
}

// Spark takes what aes_encrypt draws for an ordinary value.
const isRandom = (e: Resolved): boolean => (isDrawn(e) && (e as Call).name !== 'aes_encrypt') || childrenOf(e).some(isRandom)

/** An aggregation whose output is `items`, made of the keys and of aggregates. `standFor`: what the keys are called in the items, where that is not what they are. `having` filters the groups before windows go over them. */
export function resolveAggregateList(keys: readonly (Alias | Attribute)[], items: readonly Resolved[], input: ResolvedPlan, context: BindContext, standFor?: readonly Resolved[], having: Resolved | null = null): ResolvedPlan {
  const queried = takeOutBelow(keys, having === null ? items : [...items, having], input, context)
  const windows = takeOutWindows([...queried.keys, ...queried.items], queried.plan)
  const plainKeys = windows.items.slice(0, keys.length), all = windows.items.slice(keys.length), plainItems = having === null ? all : all.slice(0, -1), child = windows.plan
  for (const k of plainKeys) if (!isGroupable(k.type)) throw analysisError('GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE', { sqlExpr: `"${describe(k)}"`, dataType: `"${sqlName(k.type)}"` })
  const keyColumns = plainKeys.map((k): Alias => alias(normalizeKey(k.kind === 'alias' ? k.child : k), k.kind === 'alias' || k.kind === 'attribute' ? k.name : describe(k), keyMetadata(k)))
  // A column that is grouped by is still reached by its table.
  const keyAttributes = keyColumns.map((k, i): Attribute => { const from = plainKeys[i]!; return from.kind === 'attribute' ? { ...attributeOf(k), qualifier: from.qualifier } : attributeOf(k) })
  const originals = standFor ?? plainKeys.map(k => (k.kind === 'alias' ? k.child : k))
  const aggregates: { call: AggregateCall; attribute: Attribute }[] = []
  const replace = (e: Resolved): Resolved => {
    const key = originals.findIndex(o => sameExpression(o, e))
    // Of keys that are the same, that which is called so.
    if (key >= 0) return (e.kind === 'attribute' ? keyAttributes.find((a, i) => a.name === e.name && sameExpression(originals[i]!, e)) : undefined) ?? keyAttributes[key]!
    if (e.kind === 'aggregate-call') {
      for (const a of e.args) if (hasAggregate(a)) throw analysisError('NESTED_AGGREGATE_FUNCTION')
      if (e.args.some(hasOver)) throw analysisError('MICROLOTE_WINDOW_IN_AGGREGATE', { aggregate: describe(e) })
      if (e.args.some(isRandom)) throw analysisError('AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION', { sqlExpr: `"${describe(e)}"` })
      if (e.filter !== null && isRandom(e.filter)) throw analysisError('INVALID_AGGREGATE_FILTER.NON_DETERMINISTIC', { filterExpr: `"${describe(e.filter)}"`, aggFunc: e.name })
      let found = aggregates.find(a => sameExpression(a.call, e))
      if (found === undefined) aggregates.push(found = { call: e, attribute: attribute(describe(e), e.type, e.nullable) })
      return found.attribute
    }
    // A HAVING may name columns of the query around it.
    if (e.kind === 'attribute' && e.outer === true) return e
    if (e.kind === 'attribute' && keys.length === 0) throw analysisError('MISSING_GROUP_BY')
    if (e.kind === 'attribute') throw analysisError('MISSING_AGGREGATION', { expression: `"${e.name}"`, expressionAnyValue: `"any_value(${e.name})"` })
    return rebuild(e, replace)
  }
  const rowMakers = plainItems.filter(i => i.kind === 'generator')
  if (rowMakers.length > 1) throw analysisError('UNSUPPORTED_GENERATOR.MULTI_GENERATOR', { num: rowMakers.length, generators: rowMakers.map(g => `"${describe(g)}"`).join(', ') })
  const results = plainItems.map((item): Resolved => {
    if (item.kind === 'generator') return rebuild(item, replace)
    const value = replace(item.kind === 'alias' ? item.child : item)
    // It is called as it is written; what stands for a key of sets is called as that.
    if (item.kind === 'attribute' && value.kind === 'attribute') return standFor === undefined ? { ...value, name: item.name } : value
    const name = item.kind === 'alias' || item.kind === 'attribute' ? item.name : describe(item)
    const metadata = (item.kind === 'alias' || item.kind === 'attribute' ? item.metadata : undefined) ?? inheritedMetadata(value)
    return value.kind === 'attribute' && value.name === name ? value : item.kind === 'alias' ? { ...item, child: value, type: value.type, nullable: value.nullable, ...(metadata === undefined ? {} : { metadata }) } : alias(value, name, metadata)
  })
  const holds = having === null ? null : replace(all.at(-1)!)
  const output = [...keyAttributes, ...aggregates.map(a => a.attribute)]
  const aggregate: ResolvedPlan = { kind: 'aggregate', keys: keyColumns, aggregates, child, output, streaming: child.streaming }
  const above = takeOutSubqueries(results, holds === null ? aggregate : keepRows(holds, aggregate, context), context), spread = takeOutGenerators(above.items, above.plan), over = takeOutOver(spread.items, spread.plan)
  return project(over.items as (Alias | Attribute)[], over.plan)
}

// A window() named in the groupBy was a marker when it got its name: its column came later.
const keyMetadata = (k: Resolved): Alias['metadata'] => (k.kind === 'alias' ? k.metadata ?? inheritedMetadata(k.child) : inheritedMetadata(k))
