/** Runs a batch plan: feeds its leaves, collects what comes out. */
import { Batch } from '../columns/batch.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { OptionsReader } from '../connectors/options.ts'
import { findConnector } from '../connectors/registry.ts'
import type { BatchContext } from '../connectors/connector.ts'
import { internalError } from '../errors/spark-error.ts'
import type { Task } from '../operators/operator.ts'
import { planQuery, type PhysicalPlan } from '../planner/plan-query.ts'
import { optimize } from '../optimizer/optimize.ts'
import { restartRandom } from '../optimizer/restart-random.ts'
import { replaceTime } from '../optimizer/replace-time.ts'
import type { ResolvedPlan } from '../plan/resolved-plan.ts'
import { longType } from '../types/data-type.ts'

type Leaf = PhysicalPlan['leaves'][number]
const rowsPerBatch = 8192

/** The batches of a resolved batch plan. */
export async function* runBatchPlan(plan: ResolvedPlan, context: BatchContext): AsyncGenerator<Batch> {
  const nowMs = context.clock.nowMs()
  const physical = planQuery(restartRandom(replaceTime(optimize(plan), nowMs, context.timeZone)), null)
  const task: Task = { signal: new AbortController().signal, scan: leaf => leafBatches(physical.leaves[leaf]!, context), streaming: null, processingTimeMs: nowMs }
  yield* physical.root.run(task)
}

/** The rows of a leaf that is not a stream, only the columns of its output. */
export async function* leafBatches(leaf: Leaf, context: BatchContext): AsyncGenerator<Batch> {
  switch (leaf.kind) {
    case 'local': yield* leaf.batches; return
    case 'range': yield* rangeBatches(leaf.start, leaf.end, leaf.step); return
    case 'batch-read': {
      const source = findConnector(leaf.format).batchSource!
      const columns = wantedColumns(leaf.schema.fields.map(f => f.name), leaf.output.map(a => a.name))
      for await (const b of source.read(leaf.schema, new OptionsReader(leaf.format, leaf.options), leaf.paths, columns, context, leaf.predicates, leaf.held)) yield new Batch(columns.map(c => b.columns[c]!), b.length)
      return
    }
    default: throw internalError('a stream among the leaves of a batch query')
  }
}

/** The positions of columns that are left after pruning; names may repeat, so each is taken in order. */
export function wantedColumns(all: readonly string[], wanted: readonly string[]): number[] {
  let from = 0
  return wanted.map(name => { const i = all.indexOf(name, from); from = i + 1; return i })
}

function* rangeBatches(start: bigint, end: bigint, step: bigint): Generator<Batch> {
  const count = step > 0n ? (end > start ? (end - start + step - 1n) / step : 0n) : (start > end ? (start - end - step - 1n) / -step : 0n)
  for (let at = 0n; at < count; at += BigInt(rowsPerBatch)) {
    const n = Number(count - at < BigInt(rowsPerBatch) ? count - at : BigInt(rowsPerBatch))
    const data = new BigInt64Array(n)
    for (let i = 0; i < n; i++) data[i] = start + (at + BigInt(i)) * step
    yield new Batch([new FixedVector(longType, data, null)], n)
  }
}
