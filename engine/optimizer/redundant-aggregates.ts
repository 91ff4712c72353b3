/**
 * Takes out an aggregation of a stream that another stands on, as Spark does, for it would hold state for nothing: where its groups only are read by one that does not care how often it
 * sees a row, and where its counts of rows are only summed up.
 */
import { attributeOf } from '../expressions/attribute.ts'
import { attributesOf, childrenOf } from '../expressions/codegen/emitter.ts'
import type { AggregateCall, Resolved } from '../expressions/expression.ts'
import { bindByName } from '../functions/bind.ts'
import { literal } from '../functions/define.ts'
import { expressionsOf, mapChildren } from '../plan/map-plan.ts'
import type { ResolvedAggregate, ResolvedPlan } from '../plan/resolved-plan.ts'
import { longType } from '../types/data-type.ts'

const careless = new Set(['max', 'min', 'bool_and', 'every', 'bool_or', 'some', 'any', 'bit_and', 'bit_or', 'collect_set', 'first', 'first_value', 'last', 'last_value', 'any_value'])
const countsRows = (call: AggregateCall): boolean => !call.distinct && !careless.has(call.name)

/** The plan without redundant aggregations. To be used where unread columns are gone already. Sessions that the upper one does not group by are not merged any more: each row has its own. */
export function dropRedundantAggregates(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, dropRedundantAggregates)
  if (node.kind !== 'aggregate' || !node.streaming) return node
  if (node.aggregates.length === 0 && distinctKeys(node.child).some(set => [...set].every(id => node.keys.some(k => attributesOf(k.child).has(id))))) return { kind: 'project', expressions: node.keys, child: node.child, output: node.output, streaming: true }
  const upper = node.aggregates.some(a => countsRows(a.call)) ? overRows(node) : node, below = upper === null ? null : ungrouped(upper.child)
  if (upper === null || below === null || !reads(expressionsOf(upper), below)) return node
  return { ...upper, child: below }
}

// Sets of columns of which no two rows have the same values.
function distinctKeys(plan: ResolvedPlan): readonly ReadonlySet<number>[] {
  switch (plan.kind) {
    case 'aggregate': return [new Set(plan.keys.map(k => k.id))]
    case 'filter': return distinctKeys(plan.child)
    case 'join': return plan.type === 'leftsemi' || plan.type === 'leftanti' ? distinctKeys(plan.left) : []
    case 'project': return distinctKeys(plan.child).flatMap(set => {
      const shown = [...set].map(id => plan.expressions.find(e => e.id === id || (e.kind === 'alias' && e.child.kind === 'attribute' && e.child.id === id))?.id)
      return shown.includes(undefined) ? [] : [new Set(shown as number[])]
    })
    default: return []
  }
}

// An aggregation that of the rows below it only sums up counts of rows, as it would read the rows that were counted; else null.
function overRows(node: ResolvedAggregate): ResolvedAggregate | null {
  const counts = countsIn(node.child), isSumOfThem = (call: AggregateCall): boolean => call.name === 'sum' && !call.distinct && call.filter === null && call.args[0]!.kind === 'attribute' && counts.has(call.args[0].id)
  if (node.aggregates.some(a => countsRows(a.call) && !isSumOfThem(a.call))) return null
  const aggregates = node.aggregates.map(a => (isSumOfThem(a.call) ? { ...a, call: bindByName('sum', [literal(1n, longType)]) as unknown as AggregateCall } : a))
  return { ...node, aggregates, child: withoutColumns(node.child, counts) }
}

// The columns that are counts of rows of the aggregation at the end of these projections.
function countsIn(plan: ResolvedPlan): ReadonlySet<number> {
  if (plan.kind === 'project') {
    const below = countsIn(plan.child)
    return new Set(plan.expressions.filter(e => isOneOf(e, below)).map(e => e.id))
  }
  return new Set(plan.kind !== 'aggregate' ? [] : plan.aggregates.filter(({ call }) => call.name === 'count' && !call.distinct && call.filter === null && call.args.every(a => !a.nullable)).map(a => a.attribute.id))
}

const isOneOf = (e: Resolved, columns: ReadonlySet<number>): boolean => (e.kind === 'attribute' && columns.has(e.id)) || (e.kind === 'alias' && isOneOf(e.child, columns))

function withoutColumns(plan: ResolvedPlan, columns: ReadonlySet<number>): ResolvedPlan {
  if (plan.kind !== 'project') return plan
  const below = countsIn(plan.child), left = plan.expressions.filter(e => !isOneOf(e, below))
  return { ...plan, expressions: left, output: plan.output.filter(a => !columns.has(a.id)), child: withoutColumns(plan.child, below) }
}

// The input of an aggregation with its keys as columns, under the same projections; null where something else stands, or a projection reads results.
function ungrouped(plan: ResolvedPlan): ResolvedPlan | null {
  if (plan.kind === 'project') {
    if (plan.expressions.some(isWindowOfWindow)) return null
    const child = ungrouped(plan.child)
    return child !== null && reads(plan.expressions, child) ? { ...plan, child } : null
  }
  if (plan.kind !== 'aggregate' || plan.keys.length === 0) return null
  return { kind: 'project', expressions: plan.keys, child: plan.child, output: plan.keys.map(attributeOf), streaming: plan.streaming }
}

// Its time would be computed again and again if it were brought down to where the aggregation is: so it stays above, and Spark does not see the two aggregations together.
const isWindowOfWindow = (e: Resolved): boolean => e.kind === 'alias' && (e.metadata?.['spark.timeWindow'] === true || e.metadata?.['spark.sessionWindow'] === true) && asksWindowTime(e.child)
const asksWindowTime = (e: Resolved): boolean => (e.kind === 'call' && e.name === 'window_time') || childrenOf(e).some(asksWindowTime)

function reads(expressions: readonly Resolved[], plan: ResolvedPlan): boolean {
  const present = new Set(plan.output.map(a => a.id))
  return expressions.every(e => [...attributesOf(e).keys()].every(id => present.has(id)))
}
