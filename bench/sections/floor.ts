/** What a micro-batch of ten rows costs, stateless and with a running aggregation: ours and Spark, durable logs on both sides. */
import type { Section } from '../harness/bars.ts'
import type { Program } from '../harness/child.ts'
import type { Bench } from '../harness/options.ts'
import { failures, figureOf, inTurn } from '../harness/turns.ts'
import { cell } from './rows.ts'

const rowsPerBatch = 10
const timeoutMs = 180_000

/** Runs both in turn and holds our median of triggerExecution against the bars. */
export async function batchFloor(bench: Bench): Promise<Section> {
  const { options, peers } = bench
  const counts = ['--batches', String(options.batches), '--warm-up', String(options.warmUp), '--rows', String(rowsPerBatch)]
  const programs: Program[] = []
  if (options.engines.has('ours')) programs.push({ name: 'microlote', command: process.execPath, args: [bench.file('ours', 'floor.ts'), ...counts], timeoutMs })
  if (options.engines.has('spark') && peers.python !== null) programs.push({ name: 'spark-local[2]', command: peers.python, args: [bench.file('peers', 'spark_floor.py'), ...counts], timeoutMs })
  const turns = await inTurn(programs, options.passes, bench.log)
  const p50 = (program: string, kind: 'stateless' | 'aggregation'): number | null => figureOf(turns, program, r => r[kind].p50Ms)
  const rows = programs.map(({ name }) => {
    const of = (kind: 'stateless' | 'aggregation', field: string): string => cell(figureOf(turns, name, r => r[kind][field]), v => v.toFixed(1))
    return [name, of('stateless', 'p50Ms'), of('stateless', 'p95Ms'), of('stateless', 'meanMs'), of('aggregation', 'p50Ms'), of('aggregation', 'p95Ms'), of('aggregation', 'meanMs')]
  })
  return {
    name: 'floor',
    title: 'Fixed cost of a micro-batch, ms of triggerExecution (mean: from one batch to the next)',
    input: { rowsPerBatch, batches: options.batches, warmUp: options.warmUp, source: 'rate-micro-batch', sink: 'noop' },
    runs: turns,
    table: { head: ['program', 'stateless P50', 'P95', 'mean', 'aggregation P50', 'P95', 'mean'], rows },
    bars: [
      { what: 'P50 of a stateless batch', value: p50('microlote', 'stateless'), limit: 5, better: 'lower', unit: ' ms' },
      { what: 'P50 of a batch with a running aggregation', value: p50('microlote', 'aggregation'), limit: 8, better: 'lower', unit: ' ms' }
    ],
    faults: failures(turns)
  }
}
