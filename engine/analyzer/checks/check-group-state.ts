/** Which modes, timeouts and neighbours functions that keep state refuse on a stream, in Spark's order. */
import { analysisError } from '../../errors/spark-error.ts'
import { isEventTime } from '../../expressions/attribute.ts'
import { isStreamingAggregate, nodesOf, resolvedInputs, type ResolvedPlan } from '../../plan/resolved-plan.ts'
import type { OutputMode } from '../../plan/write-stream.ts'

const refuse = (what: string, advice: string): Error => analysisError('MICROLOTE_STREAMING_REFUSED', { what, advice })

/** Throws AnalysisException when a function that keeps state cannot run in this plan and mode. */
export function checkGroupState(plan: ResolvedPlan, mode: OutputMode): void {
  const nodes = nodesOf(plan)
  const aggregates = nodes.some(isStreamingAggregate)
  for (const node of nodes) {
    if (!node.streaming) continue
    if (node.kind === 'group-state') checkFunction(node, mode, aggregates)
    if (node.kind === 'transform-with-state') checkProcessor(node)
  }
  const functions = nodes.filter((p): p is Extract<ResolvedPlan, { kind: 'group-state' }> => p.kind === 'group-state' && p.streaming)
  const maps = functions.filter(f => f.method === 'mapGroupsWithState').length
  if (maps > 1) throw refuse('More than one mapGroupsWithState', 'Use flatMapGroupsWithState in append mode, or one function.')
  if (maps > 0 && functions.length > maps) throw refuse('mapGroupsWithState beside flatMapGroupsWithState', 'Use flatMapGroupsWithState in append mode for all.')
  if (functions.length > 1 && (mode !== 'append' || functions.some(f => f.outputMode !== 'append'))) throw refuse('More than one flatMapGroupsWithState outside append mode', 'Declare all of them for append, and run the query in append mode.')
}

function checkFunction(node: Extract<ResolvedPlan, { kind: 'group-state' }>, mode: OutputMode, aggregates: boolean): void {
  const { method, outputMode, timeout } = node
  if (method === 'mapGroupsWithState') {
    if (aggregates) throw refuse('mapGroupsWithState with an aggregation', 'Use flatMapGroupsWithState in append mode.')
    if (mode !== 'update') throw refuse(`mapGroupsWithState in the mode ${mode}`, 'Run the query in the mode update.')
  } else if (!aggregates) {
    if (outputMode !== mode) throw refuse(`${method} declared for ${outputMode} in a query of the mode ${mode}`, `Declare it for ${mode}, or run the query in the mode ${outputMode}.`)
  } else if (outputMode === 'update') {
    throw refuse(`${method} declared for update with an aggregation`, 'Declare it for append.')
  } else if (nodesOf(node.child).some(isStreamingAggregate)) {
    throw refuse(`${method} after an aggregation`, 'Put the function below the aggregation, or the aggregation into the function.')
  }
  if (timeout === 'EventTimeTimeout' && !node.child.output.some(isEventTime)) throw refuse(`An event-time timeout in ${method} without a watermark`, 'Call withWatermark on the event-time column before groupBy.')
}

// What a processor is declared for need not be the query's mode: Spark runs it all the same.
function checkProcessor(node: Extract<ResolvedPlan, { kind: 'transform-with-state' }>): void {
  if (node.eventTime !== null && !node.child.output.some(isEventTime)) throw refuse('transformWithState by event time without a watermark', 'Call withWatermark on the event-time column before groupBy.')
}

/** Throws when a stateful operator stands above a function that may emit rows older than the watermark. Spark looks at this last. */
export function checkAboveGroupState(plan: ResolvedPlan): void {
  for (const node of nodesOf(plan)) {
    if (isStateful(node) && resolvedInputs(node).flatMap(nodesOf).some(mayEmitLateRows)) throw analysisError('MICROLOTE_GLOBAL_WATERMARK_CORRECTNESS', { advice: 'Leave out the operator above the function with the event-time timeout, or write its rows to a topic or files and read them in a second query.' })
  }
}

const mayEmitLateRows = (node: ResolvedPlan): boolean => node.kind === 'group-state' && node.streaming && node.timeout === 'EventTimeTimeout'

const isStateful = (p: ResolvedPlan): boolean => p.streaming && (p.kind === 'aggregate' || p.kind === 'deduplicate' || p.kind === 'group-state' || p.kind === 'transform-with-state' || (p.kind === 'join' && p.left.streaming && p.right.streaming))
