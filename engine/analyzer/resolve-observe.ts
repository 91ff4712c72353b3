/** Resolves observe(): metrics that are aggregated from the rows as they pass. */
import { analysisError } from '../errors/spark-error.ts'
import { childrenOf } from '../expressions/codegen/emitter.ts'
import type { Resolved } from '../expressions/expression.ts'
import { nameOf } from '../expressions/name.ts'
import type { BindContext } from '../functions/define.ts'
import type { Observe } from '../plan/logical-plan.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { resolveAggregateList } from './resolve-aggregate.ts'
import { resolveList } from './resolve-expression.ts'
import { project } from './project-node.ts'
import { hasSubquery, refuseSubqueries } from './subquery-marker.ts'
import type { Scope } from './scope.ts'

export function resolveObserve(plan: Observe, child: ResolvedPlan, scope: Scope, context: BindContext): ResolvedPlan {
  if (plan.name === '') throw analysisError('INVALID_OBSERVED_METRICS.MISSING_NAME')
  const items = resolveList(plan.metrics, scope, context)
  items.forEach((e, i) => check(e, nameOf(plan.metrics[i]!)))
  refuseSubqueries(items, 'observe()')
  const results = resolveAggregateList([], items, child, context)
  if (results.kind !== 'project' || results.child.kind !== 'aggregate' || (results.child.child !== child && !items.some(hasSubquery))) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: 'a time window, or a subquery outside aggregate functions, in a metric of observe()', advice: 'Observe plain columns.' })
  // What subqueries in the metrics give comes along with the rows, and goes above.
  const wide = results.child.child
  const observed: ResolvedPlan = { kind: 'observe', name: plan.name, aggregates: results.child.aggregates, results: results.expressions, observation: plan.observation, child: wide, output: wide.output, streaming: child.streaming }
  return wide === child ? observed : project(child.output, observed)
}

function check(e: Resolved, expr: string): void {
  if (e.kind === 'attribute') throw analysisError('INVALID_OBSERVED_METRICS.NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE', { expr: `"${expr}"` })
  if (e.kind !== 'aggregate-call') { for (const c of childrenOf(e)) check(c, expr); return }
  if (e.distinct) throw analysisError('INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED', { expr: `"${expr}"` })
  if (e.filter !== null) throw analysisError('INVALID_OBSERVED_METRICS.AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED', { expr: `"${expr}"` })
}

/** Throws DUPLICATED_METRICS_NAME where two observations of a query have one name; one that a query uses twice counts once. */
export function checkMetricNames(plan: ResolvedPlan, inputs: (p: ResolvedPlan) => readonly ResolvedPlan[], seen = new Map<string, ResolvedPlan>()): void {
  if (plan.kind === 'observe') {
    const other = seen.get(plan.name)
    if (other !== undefined && other !== plan) throw analysisError('DUPLICATED_METRICS_NAME', { metricName: plan.name })
    seen.set(plan.name, plan)
  }
  for (const p of inputs(plan)) checkMetricNames(p, inputs, seen)
}
