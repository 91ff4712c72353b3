/** Which plans and output modes a stream refuses, and the sentence of advice that goes with each refusal. Everything is found here, before a query starts. */
import { analysisError } from '../../errors/spark-error.ts'
import { childrenOf } from '../../expressions/codegen/emitter.ts'
import type { Resolved } from '../../expressions/expression.ts'
import { rowLimits, watermarkKey } from '../../expressions/join-bounds.ts'
import { conjuncts } from '../../functions/join-keys.ts'
import { expressionsOf } from '../../plan/map-plan.ts'
import { beforeWith, isStreamingAggregate, nodesOf, resolvedInputs, type ResolvedPlan } from '../../plan/resolved-plan.ts'
import { checkAboveGroupState, checkGroupState } from './check-group-state.ts'
import type { OutputMode } from '../../plan/write-stream.ts'
import { checkMode, checkWatermarks } from './check-watermarks.ts'

type Of<K extends ResolvedPlan['kind']> = Extract<ResolvedPlan, { kind: K }>

const refuse = (what: string, advice: string): Error => analysisError('MICROLOTE_STREAMING_REFUSED', { what, advice })

/** Throws AnalysisException when the query cannot run in this mode. */
export function checkStreaming(plan: ResolvedPlan, mode: OutputMode, conf: (key: string) => string | null): void {
  const aggregates = definitionsFirst(plan).filter(isStreamingAggregate)
  if (mode === 'complete' && aggregates.length === 0) {
    throw analysisError('STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', { outputMode: mode, operation: 'a query without streaming aggregations', advice: 'Use append, or update.' })
  }
  if (aggregates.length > 0) checkMode(aggregates[0]!, mode)
  checkGroupState(plan, mode)
  for (const node of nodesOf(plan)) checkNode(node, mode)
  checkWatermarks(plan, mode, conf)
  if (conf('spark.sql.streaming.statefulOperator.checkCorrectness.enabled') !== 'false') checkAboveGroupState(plan)
}

// The queries of WITH stand before what uses them, as in Spark's tree.
function definitionsFirst(plan: ResolvedPlan): ResolvedPlan[] {
  const own: ResolvedPlan[] = [], named: ResolvedPlan[] = []
  const walk = (p: ResolvedPlan): void => { if (p.named === true && p !== plan) named.push(p); else { own.push(p); resolvedInputs(p).forEach(walk) } }
  walk(plan)
  return [...named.flatMap(definitionsFirst), ...own]
}

function checkNode(node: ResolvedPlan, mode: OutputMode): void {
  for (const e of expressionsOf(node)) checkExpression(e, node)
  if (!node.streaming) return
  switch (node.kind) {
    case 'aggregate':
      for (const { call } of node.aggregates) if (call.distinct) throw refuse(`${call.name}(DISTINCT …)`, 'Use approx_count_distinct, or drop duplicates first.')
      return
    case 'sort':
      if (mode !== 'complete' || !beforeWith(node.child).some(isStreamingAggregate)) {
        throw refuse('Sorting', mode === 'complete' && nodesOf(node.child).some(isStreamingAggregate) ? 'Spark does not find the aggregation inside WITH: write it as a subquery in FROM.' : 'Only the aggregated result in the mode complete can be sorted; sort each batch in foreachBatch.')
      }
      return
    case 'limit':
      if (node.offset > 0) throw refuse('offset()', 'Skip rows per batch in foreachBatch.')
      if (mode === 'update') throw refuse('limit() in the mode update', 'Use append or complete.')
      return
    case 'recursive': throw refuse('WITH RECURSIVE over a stream', 'Recur over rows that are there, and join the stream with them; or do it in foreachBatch.')
    case 'sample': throw refuse('Sampling', 'Sample each batch in foreachBatch.')
    case 'union':
      if (node.children.some(c => !c.streaming)) throw refuse('A union of a stream with a batch', 'Read both as streams.')
      return
    case 'intersect': throw refuse('intersect()', 'Use a left semi join with a static DataFrame.')
    case 'except':
      if (node.right.streaming) throw refuse('A stream on the right of except()', 'Put the static DataFrame on the right.')
      return
    case 'window': { const { call } = node.functions[0]!; throw analysisError('NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING', { windowFunc: call.name, columnName: call.text, windowSpec: call.spec }) }
    case 'join': checkJoin(node, mode)
  }
}

const typeNames: Readonly<Record<string, string>> = { left: 'left outer', right: 'right outer', full: 'full outer', leftsemi: 'left semi', leftanti: 'left anti', inner: 'inner', cross: 'cross', existence: 'left semi' }

function checkJoin(join: Of<'join'>, mode: OutputMode): void {
  const { left, right, type } = join
  const name = typeNames[type]!
  if (left.streaming && right.streaming) {
    if (type === 'existence') throw refuse('IN or EXISTS over a stream as a value', 'Let it stand alone in WHERE, or read its table as a static DataFrame.')
    if (type === 'leftanti') throw refuse('A left anti join with a stream on the right', 'Put the stream on the left and a static DataFrame on the right.')
    if ((type === 'left' || type === 'right' || type === 'full') && mode !== 'append') throw refuse(`A ${name} join of two streams in the mode ${mode}`, 'Use append: unmatched rows come out once, when the watermark has passed them.')
    if (type !== 'inner' && type !== 'cross' && !isBounded(join)) throw refuse(`A ${name} join of two streams without a bound in time`, 'Call withWatermark on both sides, and put the event time among the equality keys (equal windows) or bound it by a range, as in r.time >= l.time AND r.time <= l.time + INTERVAL 1 HOUR.')
    if (mode === 'complete') throw refuse('A join of two streams in the mode complete', 'Use append or update: what a join has given is not kept, so that it cannot be given as a whole again.')
    if (type === 'cross') throw refuse('A cross join of two streams', 'Use join() with a condition in which a column of one side equals one of the other.')
    return
  }
  if (type === 'full') throw refuse('A full outer join of a stream with a static DataFrame', 'Use a left or an inner join.')
  if (right.streaming && (type === 'left' || type === 'leftsemi' || type === 'leftanti' || type === 'existence')) throw refuse(`A ${name} join with a stream on the right and a static DataFrame on the left`, 'Put the stream on the left.')
  if (left.streaming && type === 'right') throw refuse('A right outer join with a stream on the left and a static DataFrame on the right', 'Put the stream on the right, or use a left join.')
}

// Whether unmatched rows can be told from those that still wait for a partner.
function isBounded(join: Of<'join'>): boolean {
  if (watermarkKey(join.leftKeys, join.rightKeys) >= 0) return true
  const left = join.left.output, right = join.right.output, condition = join.condition === null ? [] : conjuncts(join.condition)
  const leftBound = (): boolean => rowLimits(left, right, condition).length > 0, rightBound = (): boolean => rowLimits(right, left, condition).length > 0
  return join.type === 'right' ? rightBound() : join.type === 'full' ? leftBound() || rightBound() : leftBound()
}

function checkExpression(e: Resolved, node: ResolvedPlan): void {
  if (node.streaming && e.kind === 'call' && e.name === 'monotonically_increasing_id') throw refuse('monotonically_increasing_id()', 'Number rows per batch in foreachBatch, or use uuid().')
  for (const c of childrenOf(e)) checkExpression(c, node)
}
