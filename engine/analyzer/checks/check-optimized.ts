/** What no operator does, and is known only when the plan is optimized: a filter above a join may give it its key, and an aggregation may have gone into the one above it. */
import { analysisError } from '../../errors/spark-error.ts'
import { isEventTime, isSessionWindow } from '../../expressions/attribute.ts'
import { sortsGroups } from '../../functions/aggregate/sorted-groups.ts'
import { isStreamingAggregate, nodesOf, type ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { OutputMode } from '../../plan/write-stream.ts'
import { isOrderable, sqlName } from '../../types/data-type.ts'
import { checkMode, checkOneEventTime } from './check-watermarks.ts'

type Of<K extends ResolvedPlan['kind']> = Extract<ResolvedPlan, { kind: K }>

const refuse = (what: string, advice: string): Error => analysisError('MICROLOTE_STREAMING_REFUSED', { what, advice })

/** Throws AnalysisException when two streams are joined without a key, an aggregation cannot run, or a deduplication sees several event times. `chained`: operators go by the watermarks of those below. */
export function checkOptimized(plan: ResolvedPlan, mode: OutputMode, chained: boolean): void {
  const nodes = nodesOf(plan)
  for (const p of nodes) if (isStreamingAggregate(p)) checkAggregate(p, mode)
  // What nobody above reads has gone from its input by now, an event time too.
  for (const p of nodes) if (p.kind === 'deduplicate' && p.streaming && (chained || p.withinWatermark)) checkOneEventTime(p.child.output)
  for (const p of nodes) if (p.kind === 'join' && p.left.streaming && p.right.streaming && p.leftKeys.length === 0) throw refuse('A join of two streams without an equality', 'Add an equality between a column of either side to the condition: rows are held and found by it.')
}

function checkAggregate(a: Of<'aggregate'>, mode: OutputMode): void {
  if (mode === 'update') checkMode(a, mode)
  if (mode === 'append' && !a.keys.some(isEventTime)) throw analysisError('UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', { outputMode: mode, statefulOperator: 'an aggregation' })
  const map = sortsGroups(a.aggregates.map(x => x.call)) ? a.keys.find(k => !isOrderable(k.type)) : undefined
  if (map !== undefined) throw analysisError('DATATYPE_MISMATCH.INVALID_ORDERING_TYPE', { sqlExpr: `"${map.name}"`, functionName: '`sortorder`', dataType: `"${sqlName(map.type)}"` })
  if (a.keys.length === 1 && a.keys.some(isSessionWindow)) throw refuse('session_window() without another key', 'Group by a key beside it, such as a user.')
}
