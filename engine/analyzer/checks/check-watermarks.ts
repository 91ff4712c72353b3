/** What a stream refuses because of event time: aggregations that could never end, operators that would drop each other's rows, watermarks set twice. Spark finds some of these only when a batch runs. */
import { analysisError } from '../../errors/spark-error.ts'
import { isEventTime, isSessionWindow } from '../../expressions/attribute.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { beforeWith, isStreamingAggregate, nodesOf, resolvedInputs, type ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { OutputMode } from '../../plan/write-stream.ts'

type Of<K extends ResolvedPlan['kind']> = Extract<ResolvedPlan, { kind: K }>
type Conf = (key: string) => string | null

const refuse = (what: string, advice: string): Error => analysisError('MICROLOTE_STREAMING_REFUSED', { what, advice })

/** Whether a stateful operator may stand above another and go by the watermark that leaves that one; without, Spark once had one watermark for all, and took the first event time. */
export const chainsOperators = (conf: Conf): boolean => conf('spark.sql.streaming.statefulOperator.allowMultiple') !== 'false'

/** Throws AnalysisException when the query's use of event time does not go with the output mode or with itself. */
export function checkWatermarks(plan: ResolvedPlan, mode: OutputMode, conf: Conf): void {
  const nodes = nodesOf(plan).filter(p => p.streaming)
  const aggregates = nodes.filter(isStreamingAggregate)
  const chained = chainsOperators(conf)
  if (!chained && mode !== 'append' && aggregates.some(a => nodesOf(a.child).some(isStreamingAggregate))) throw refuse('An aggregation above another', 'Set spark.sql.streaming.statefulOperator.allowMultiple to true.')
  if (conf('spark.sql.streaming.statefulOperator.checkCorrectness.enabled') !== 'false') checkChains(nodes, mode)
  if (aggregates.length > 0) checkMode(aggregates[0]!, mode)
  for (const node of nodes) {
    if (node.kind === 'deduplicate') checkDeduplicate(node)
    if (chained && node.kind === 'aggregate' && (mode !== 'complete' || node.keys.some(isSessionWindow))) checkOneEventTime(node.output)
  }
  if (chained) hasWatermark(plan)
}

/** Refuses an aggregation in a mode that does not go with its keys. Spark asks this of the topmost one before anything else, and what the others lack it finds when a batch runs. */
export function checkMode(a: Of<'aggregate'>, mode: OutputMode): void {
  const unsupported = (operation: string, advice: string): Error => analysisError('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', { outputMode: mode, operation, advice })
  if (mode === 'update' && a.keys.some(isSessionWindow)) throw unsupported('session windows', 'Use append with a watermark, or complete.')
  if (mode === 'append' && !a.keys.some(isEventTime)) throw unsupported('streaming aggregations without a watermark among the keys', 'Call withWatermark and group by the event time or a window of it, or use update or complete.')
}

function checkDeduplicate(d: Of<'deduplicate'>): void {
  if (d.withinWatermark && !d.child.output.some(isEventTime)) throw refuse('dropDuplicatesWithinWatermark() without a watermark', 'Call withWatermark on the event-time column first.')
}

// In update and complete mode an aggregation gives a group again and again, also behind the watermark: an operator above would take that for late rows.
function checkChains(nodes: readonly ResolvedPlan[], mode: OutputMode): void {
  if (mode === 'append') return
  for (const node of nodes) {
    if (isStateful(node) && resolvedInputs(node).flatMap(beforeWith).some(isStreamingAggregate)) {
      throw analysisError('MICROLOTE_GLOBAL_WATERMARK_CORRECTNESS', { advice: 'Use the mode append and a watermark; or set spark.sql.streaming.statefulOperator.checkCorrectness.enabled to false to accept that.' })
    }
  }
}

// A deduplication without event time among its keys drops nothing as late that matters to it.
function isStateful(node: ResolvedPlan): boolean {
  switch (node.kind) {
    case 'aggregate': return true
    case 'deduplicate': return node.withinWatermark || node.keys.some(isEventTime)
    case 'join': return node.left.streaming && node.right.streaming
    default: return false
  }
}

/** Throws MULTIPLE_EVENT_TIME_COLUMNS where an operator would see several event times. */
export function checkOneEventTime(columns: readonly Attribute[]): void {
  const marked = [...new Map(columns.filter(isEventTime).map(a => [a.id, a.name])).values()]
  if (marked.length > 1) throw analysisError('MULTIPLE_EVENT_TIME_COLUMNS', { eventTimeCols: marked.join(', ') })
}

// Whether the rows of a plan come with a watermark; refuses a second one on top.
function hasWatermark(plan: ResolvedPlan): boolean {
  const below = resolvedInputs(plan).map(hasWatermark).some(w => w)
  if (plan.kind !== 'watermark') return below
  if (below && plan.streaming) throw refuse(`withWatermark("${plan.attribute.name}") on a stream that has a watermark`, 'Set the watermark once, nearest to the source.')
  return true
}
