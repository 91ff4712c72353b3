/**
 * What a micro-batch costs the engine before it does anything: 10 rows a batch, durable logs, median of triggerExecution.
 *
 *     node bench/ours/floor.ts [--batches 60] [--warm-up 20] [--rows 10]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkSession, functions as F } from '../../engine/index.ts'
import type { DataFrame, StreamingQueryProgress } from '../../engine/index.ts'
import { median, peakRssMb } from '../harness/rounds.ts'

const { values } = parseArgs({ options: { batches: { type: 'string', default: '60' }, 'warm-up': { type: 'string', default: '20' }, rows: { type: 'string', default: '10' } } })
const warmUp = Number(values['warm-up'])
const wanted = Number(values.batches) + warmUp
const spark = SparkSession.builder
  .appName('bench')
  .config({ 'spark.sql.shuffle.partitions': 2, 'spark.sql.session.timeZone': 'UTC', 'spark.sql.streaming.numRecentProgressUpdates': wanted + 10 })
  .getOrCreate()

/** Runs the query batch after batch until there are enough, and returns what they took. */
async function floor(shape: (rows: DataFrame) => DataFrame, mode: string): Promise<Record<string, unknown>> {
  const rows = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', Number(values.rows)).option('numPartitions', 1).load()
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-floor-'))
  const query = await shape(rows)
    .writeStream.format('noop')
    .outputMode(mode)
    .trigger({ processingTime: '0 seconds' })
    .option('checkpointLocation', checkpoint)
    .start()
  while (query.isActive && query.recentProgress.length < wanted) await query.awaitTermination(20)
  await query.stop()
  const batches = query.recentProgress.filter(p => p.numInputRows > 0).slice(warmUp)
  rmSync(checkpoint, { recursive: true, force: true })
  const times = batches.map(p => p.durationMs.triggerExecution).toSorted((a, b) => a - b)
  return { batches: batches.length, p50Ms: median(times), p95Ms: times[Math.floor(times.length * 0.95)], meanMs: meanPeriod(batches), phasesMs: phaseMedians(batches) }
}

/** Mean time from one batch to the next, which whole milliseconds of triggerExecution are too coarse to tell. */
function meanPeriod(batches: readonly StreamingQueryProgress[]): number {
  if (batches.length < 2) return Number.NaN
  const elapsed = Date.parse(batches.at(-1)!.timestamp) - Date.parse(batches[0].timestamp)
  return Math.round((elapsed / (batches.length - 1)) * 100) / 100
}

function phaseMedians(batches: readonly StreamingQueryProgress[]): Record<string, number> {
  const names = new Set(batches.flatMap(p => Object.keys(p.durationMs)))
  return Object.fromEntries([...names].sort().map(name => [name, median(batches.map(p => p.durationMs[name] ?? 0))]))
}

const stateless = await floor(df => df.where('value % 2 = 0').select('timestamp', F.col('value').multiply(2).alias('twice')), 'append')
const aggregation = await floor(df => df.groupBy(F.expr('value % 8').alias('k')).agg(F.count('*').alias('n'), F.sum('value').alias('total')), 'update')
process.stdout.write(
  `${JSON.stringify({ program: 'microlote', version: `microlote, Node ${process.versions.node}`, rowsPerBatch: Number(values.rows), peakRssMb: peakRssMb(), stateless, aggregation })}\n`
)
await spark.stop()
