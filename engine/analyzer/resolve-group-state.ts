/** Resolves mapGroupsWithState, flatMapGroupsWithState and transformWithState: keys become columns of the child, schemas that were stated are held against what is there. */
import { analysisError } from '../errors/spark-error.ts'
import { alias, attribute, attributeOf, isEventTime } from '../expressions/attribute.ts'
import type { Alias, Attribute, Expression } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import { describe, type BindContext } from '../functions/define.ts'
import type { AppendKey, GroupStatePlan, LogicalPlan, TransformWithState } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { isOrderable, sameType, simpleString, sqlName, type StructTypeShape } from '../types/data-type.ts'
import { resolveExpression } from './resolve-expression.ts'
import { hasAggregate, project } from './project-node.ts'
import { takeOutWindows } from './resolve-windows.ts'
import type { Scope } from './scope.ts'

/** What of the analyzer is needed here. */
interface Plans { resolve(plan: LogicalPlan): ResolvedPlan; scopeOf(plan: LogicalPlan, resolved: ResolvedPlan): Scope }

export function resolveAppendKey(plan: AppendKey, child: ResolvedPlan): ResolvedPlan {
  return { kind: 'append-key', function: plan.function, schema: plan.schema, child, output: [...child.output, ...columnsOf(plan.schema)], streaming: child.streaming }
}

export function resolveGroupState(plan: GroupStatePlan, plans: Plans, context: BindContext): ResolvedPlan {
  const grouped = grouping(plan, plan.method, plans, context)
  const initial = initialState(plan, grouped.keys, plan.method, plan.stateSchema, plans, context)
  return {
    kind: 'group-state', method: plan.method, keys: grouped.keys, values: grouped.values, stateSchema: plan.stateSchema, outputMode: plan.outputMode, timeout: plan.timeout, function: plan.function,
    initial, child: grouped.child, output: columnsOf(plan.outputSchema), streaming: grouped.child.streaming,
  }
}

export function resolveTransformWithState(plan: TransformWithState, plans: Plans, context: BindContext): ResolvedPlan {
  const grouped = grouping(plan, 'transformWithState', plans, context)
  const initial = initialState(plan, grouped.keys, 'transformWithState', null, plans, context)
  let output = columnsOf(plan.outputSchema), eventTime: Attribute | null = null
  if (plan.eventTimeColumn !== null) {
    const found = output.find(a => a.name.toLowerCase() === plan.eventTimeColumn!.toLowerCase())
    if (found === undefined) throw analysisError('UNRESOLVED_COLUMN.WITH_SUGGESTION', { objectName: '`' + plan.eventTimeColumn + '`', proposal: output.map(a => '`' + a.name + '`').join(', ') })
    if (found.type.kind !== 'timestamp') throw analysisError('EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE', { eventName: '`' + found.name + '`', eventType: `"${sqlName(found.type)}"` })
    const delay = grouped.child.output.find(isEventTime)?.metadata?.['spark.watermarkDelayMs']
    // Its rows are later than the watermark of the input, and no later watermark is computed from them.
    eventTime = { ...found, metadata: { ...found.metadata, 'spark.watermarkDelayMs': delay ?? 0 } }
    output = output.map(a => (a.id === found.id ? eventTime! : a))
  }
  return {
    kind: 'transform-with-state', keys: grouped.keys, values: grouped.values, outputMode: plan.outputMode, timeMode: plan.timeMode, eventTime, processor: plan.processor,
    initial, child: grouped.child, output, streaming: grouped.child.streaming,
  }
}

const columnsOf = (schema: StructTypeShape): Attribute[] => schema.fields.map(f => attribute(f.name, f.dataType, f.nullable, [], f.metadata))

function grouping(plan: GroupStatePlan | TransformWithState, method: string, plans: Plans, context: BindContext): { readonly child: ResolvedPlan; readonly keys: readonly Attribute[]; readonly values: readonly Attribute[] } {
  const below = plans.resolve(plan.child)
  if (plan.keyColumns > 0) {
    const values = below.output.slice(0, -plan.keyColumns)
    checkSchema(plan.inputSchema, values, 'input', method)
    return { ...keyed(below.output.slice(-plan.keyColumns), below), values }
  }
  checkSchema(plan.inputSchema, below.output, 'input', method)
  const found = keysOf(plan.keys, below, plans.scopeOf(plan.child, below), context)
  checkSchema(plan.keySchema, found.keys, 'key', method)
  return { ...found, values: below.output }
}

function keysOf(expressions: readonly Expression[], below: ResolvedPlan, scope: Scope, context: BindContext): { readonly child: ResolvedPlan; readonly keys: readonly Attribute[] } {
  const resolved = expressions.map(k => {
    const e = resolveExpression(k, scope, context)
    if (hasAggregate(e)) throw analysisError('GROUP_BY_AGGREGATE', { sqlExpr: `"${nameOf(k)}"` })
    return e.kind === 'attribute' || e.kind === 'alias' ? e : alias(e, e.kind === 'marker' ? e.name : nameOf(k))
  })
  const windows = takeOutWindows(resolved, below)
  return keyed(windows.items as (Alias | Attribute)[], windows.plan)
}

// Keys that are columns are taken as they stand, others are computed below. As in Spark they are not brought into the normal form of an aggregation's keys: in state, 0.0 and −0.0 are two keys.
function keyed(items: readonly (Alias | Attribute)[], below: ResolvedPlan): { readonly child: ResolvedPlan; readonly keys: readonly Attribute[] } {
  const keys = items.map((k): Alias | Attribute => {
    if (!isOrderable(k.type)) throw analysisError('GROUP_EXPRESSION_TYPE_IS_NOT_ORDERABLE', { sqlExpr: `"${describe(k)}"`, dataType: `"${sqlName(k.type)}"` })
    return k
  })
  const added = keys.filter(k => k.kind === 'alias')
  return { child: added.length === 0 ? below : project([...below.output, ...added], below), keys: keys.map(attributeOf) }
}

function initialState(plan: GroupStatePlan | TransformWithState, keys: readonly Attribute[], method: string, state: StructTypeShape | null, plans: Plans, context: BindContext): { readonly plan: ResolvedPlan; readonly keys: readonly Attribute[]; readonly values: readonly Attribute[] } | null {
  if (plan.initialState === null) return null
  const below = plans.resolve(plan.initialState.plan)
  if (below.streaming) throw analysisError('MICROLOTE_STREAMING_REFUSED', { what: `A stream as the initial state of ${method}`, advice: 'Give a batch DataFrame, grouped by the same keys.' })
  const found = keysOf(plan.initialState.keys, below, plans.scopeOf(plan.initialState.plan, below), context)
  const fits = found.keys.length === keys.length && found.keys.every((k, i) => sameType(k.type, keys[i]!.type))
  if (!fits) throw analysisError('MICROLOTE_GROUP_STATE_SCHEMA', { what: 'initial state', method, reason: `it is grouped by ${typesOf(found.keys)}, the rows by ${typesOf(keys)}` })
  const others = below.output.filter(a => !found.keys.some(k => k.id === a.id || k.name === a.name))
  if (state === null) return { plan: found.child, keys: found.keys, values: others }
  const values = state.fields.map(f => {
    const column = below.output.find(a => a.name.toLowerCase() === f.name.toLowerCase())
    if (column === undefined || !sameType(column.type, f.dataType)) throw analysisError('MICROLOTE_GROUP_STATE_SCHEMA', { what: 'initial state', method, reason: `the state has ${f.name} ${simpleString(f.dataType)}, the initial state ${typesOf(below.output)}` })
    return column
  })
  return { plan: found.child, keys: found.keys, values }
}

const typesOf = (attributes: readonly Attribute[]): string => attributes.map(a => `${a.name} ${simpleString(a.type)}`).join(', ')

function checkSchema(stated: StructTypeShape | null, columns: readonly Attribute[], what: string, method: string): void {
  if (stated === null) return
  const fits = stated.fields.length === columns.length && stated.fields.every((f, i) => f.name.toLowerCase() === columns[i]!.name.toLowerCase() && sameType(f.dataType, columns[i]!.type))
  if (!fits) throw analysisError('MICROLOTE_GROUP_STATE_SCHEMA', { what, method, reason: `"${stated.fields.map(f => `${f.name} ${simpleString(f.dataType)}`).join(', ')}" was stated, the columns are "${typesOf(columns)}"` })
}
