/** Takes out an aggregation of a stream whose groups only are read by another that does not care how often it sees a row, as Spark does: it would hold state for nothing. */
import { attributeOf } from '../expressions/attribute.ts'
import { attributesOf } from '../expressions/codegen/emitter.ts'
import type { AggregateCall, Resolved } from '../expressions/expression.ts'
import { analysisError } from '../errors/spark-error.ts'
import { expressionsOf, mapChildren } from '../plan/map-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'

const careless = new Set(['max', 'min', 'bool_and', 'every', 'bool_or', 'some', 'any', 'bit_and', 'bit_or', 'collect_set', 'first', 'first_value', 'last', 'last_value', 'any_value'])
const countsRows = (call: AggregateCall): boolean => !call.distinct && !careless.has(call.name)

/**
 * The plan without redundant aggregations. To be used where unread columns are gone already.
 * Throws MICROLOTE_STREAMING_REFUSED where the one taken out would have to merge sessions first (Spark breaks down there).
 */
export function dropRedundantAggregates(plan: ResolvedPlan): ResolvedPlan {
  const node = mapChildren(plan, dropRedundantAggregates)
  if (node.kind !== 'aggregate' || !node.streaming || node.aggregates.some(a => countsRows(a.call))) return node
  const below = ungrouped(node.child)
  if (below === null || !reads(expressionsOf(node), below)) return node
  if (below.output.some(a => a.metadata?.['spark.sessionWindow'] === true)) throw analysisError('MICROLOTE_STREAMING_REFUSED', { what: 'Grouping again by the keys of sessions alone', advice: 'Read a result of the inner aggregation too, such as its count.' })
  return { ...node, child: below }
}

// The input of an aggregation with its keys as columns, under the same projections; null where something else stands, or a projection reads results.
function ungrouped(plan: ResolvedPlan): ResolvedPlan | null {
  if (plan.kind === 'project') {
    const child = ungrouped(plan.child)
    return child !== null && reads(plan.expressions, child) ? { ...plan, child } : null
  }
  if (plan.kind !== 'aggregate' || plan.keys.length === 0) return null
  return { kind: 'project', expressions: plan.keys, child: plan.child, output: plan.keys.map(attributeOf), streaming: plan.streaming }
}

function reads(expressions: readonly Resolved[], plan: ResolvedPlan): boolean {
  const present = new Set(plan.output.map(a => a.id))
  return expressions.every(e => [...attributesOf(e).keys()].every(id => present.has(id)))
}
