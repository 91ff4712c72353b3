/**
 * The stateful operators, one workload a process: rows a second over the batches, and what a batch and its commit cost.
 *
 *     node bench/ours/state.ts WORKLOAD [--scale 1] [--rounds 4] [--input FOLDER]
 *     node bench/ours/state.ts make --input FOLDER [--scale 1]     writes the UUIDs as Parquet files
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkSession, functions as F } from '../../engine/index.ts'
import type { DataFrame, StreamingQueryProgress } from '../../engine/index.ts'
import { median, printResult } from '../harness/rounds.ts'
import type { Round, Totals } from '../harness/rounds.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { scale: { type: 'string', default: '1' }, rounds: { type: 'string', default: '4' }, input: { type: 'string', default: '' } } })
const [workload] = positionals
const scale = Number(values.scale)
const spark = SparkSession.builder
  .appName('bench')
  .config({ 'spark.sql.shuffle.partitions': 2, 'spark.sql.session.timeZone': 'UTC', 'spark.sql.streaming.numRecentProgressUpdates': 1000 })
  .getOrCreate()

// The same in peers/spark_state.py and peers/SparkGroupState.java.
const start = Date.UTC(2026, 0, 1)
const rowsOf = (full: number): number => Math.round(full * scale)

const rate = (rowsPerBatch: number, advanceMs: number): DataFrame =>
  spark.readStream.format('rate-micro-batch').option('rowsPerBatch', rowsPerBatch).option('numPartitions', 2).option('startTimestamp', start).option('advanceMillisPerBatch', advanceMs).load()

interface Plan {
  readonly df: () => DataFrame
  readonly mode: string
  readonly batches: number
  /** Batches before those that count. */
  readonly warmUp?: number
  /** Fills the state first, in a run of its own. */
  readonly before?: () => DataFrame
}

function aggregation(rows: number): DataFrame {
  return rate(rows, 1000)
    .withWatermark('timestamp', '10 minutes')
    .groupBy(F.window('timestamp', '1 hour'), F.expr(`value * 7919 % ${rowsOf(1_000_000)}`).alias('k'))
    .agg(F.count('*').alias('n'), F.sum('value').alias('total'))
}

function joined(): DataFrame {
  const keys = rowsOf(250_000), perBatch = rowsOf(50_000)
  const left = rate(perBatch, 180_000).select(F.expr(`value * 7919 % ${keys}`).alias('lk'), F.col('timestamp').alias('lt'), F.col('value').alias('lv')).withWatermark('lt', '5 minutes')
  const right = rate(perBatch, 180_000).select(F.expr(`value * 104729 % ${keys}`).alias('rk'), F.col('timestamp').alias('rt'), F.col('value').alias('rv')).withWatermark('rt', '5 minutes')
  return left.join(right, F.expr('lk = rk AND rt >= lt AND rt <= lt + INTERVAL 30 MINUTES'), 'inner')
}

function events(): DataFrame {
  const users = rowsOf(50_000), drift = rowsOf(500_000)
  return rate(users, 60_000).select('timestamp', 'value', F.expr(`value * 7919 % ${users} + ${users} * (value div ${drift})`).alias('k')).withWatermark('timestamp', '3 minutes')
}

const plans: Readonly<Record<string, Plan>> = {
  aggregation: { df: () => aggregation(10_000), mode: 'update', batches: 20, warmUp: 5, before: () => aggregation(rowsOf(1_000_000)) },
  dedup: {
    df: () => spark.readStream.schema('id STRING, at BIGINT').option('maxFilesPerTrigger', 1).parquet(values.input).dropDuplicates(['id']),
    mode: 'append',
    batches: 11
  },
  join: { df: joined, mode: 'append', batches: 20 },
  session: { df: () => events().groupBy(F.session_window('timestamp', '5 minutes'), 'k').agg(F.count('*').alias('n'), F.sum('value').alias('total')), mode: 'append', batches: 20 },
  'group-state': {
    df: () =>
      events()
        .groupBy('k')
        .flatMapGroupsWithState({ key: 'k BIGINT', input: 'timestamp TIMESTAMP, value BIGINT, k BIGINT', state: 'n BIGINT, total BIGINT', output: 'k BIGINT, n BIGINT, total BIGINT', outputMode: 'update' }, (key, rows, state) => {
          let { n, total } = state.getOption ?? { n: 0, total: 0 }
          for (const row of rows) {
            n++
            total += Number(row.value)
          }
          state.update({ n, total })
          return [{ k: key.k, n, total }]
        }),
    mode: 'update',
    batches: 20
  }
}

// When the progress of a batch was told, which is when all of it was on the disk: the next one may have begun before.
const toldMs = new Map<string, number>()
const nameOf = (p: StreamingQueryProgress): string => `${p.runId} ${p.batchId}`
spark.streams.addListener({ onQueryProgress({ progress }) { toldMs.set(nameOf(progress), Date.now()) } })

/** Runs a query until it has this many batches with rows, and returns their progress. */
async function batchesOf(df: DataFrame, mode: string, checkpoint: string, wanted: number, interval = '0 seconds'): Promise<readonly StreamingQueryProgress[]> {
  const query = await df.writeStream.format('noop').outputMode(mode).trigger({ processingTime: interval }).option('checkpointLocation', checkpoint).start()
  const done = (): readonly StreamingQueryProgress[] => query.recentProgress.filter(p => p.numInputRows > 0)
  while (query.isActive && done().length < wanted) await query.awaitTermination(20)
  await query.stop()
  return done().slice(0, wanted)
}

const at = (p: StreamingQueryProgress): number => Date.parse(p.timestamp)

async function round(plan: Plan): Promise<{ round: Round; totals: Totals; more: Record<string, unknown> }> {
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-state-'))
  // The first trigger comes at once; the next must not have planned a batch when the query stops, or the run that counts begins with that.
  const fill = plan.before === undefined ? null : await batchesOf(plan.before(), plan.mode, checkpoint, 1, '1 hour')
  const cpu = process.cpuUsage()
  const all = await batchesOf(plan.df(), plan.mode, checkpoint, plan.batches + (plan.warmUp ?? 0))
  const { user, system } = process.cpuUsage(cpu)
  rmSync(checkpoint, { recursive: true, force: true })
  const counted = all.slice(plan.warmUp ?? 0), last = all.at(-1)!
  const rows = counted.reduce((n, p) => n + p.numInputRows, 0)
  const seconds = (toldMs.get(nameOf(counted.at(-1)!))! - at(counted[0])) / 1000
  const state = last.stateOperators[0]
  return {
    // The CPU time is that of all batches, those before the counted ones too.
    round: { rows, seconds, cpuSeconds: ((user + system) / 1e6) * (rows / all.reduce((n, p) => n + p.numInputRows, 0)) },
    totals: { rows, groups: state.numRowsTotal, count: [...(fill ?? []), ...all].reduce((n, p) => n + p.sink.numOutputRows, 0), sum: all.reduce((n, p) => n + p.stateOperators[0].numRowsUpdated, 0) },
    more: {
      batchMs: median(counted.map(p => p.durationMs.triggerExecution)),
      commitMs: median(counted.map(p => p.stateOperators[0].commitTimeMs)),
      bytesPerKey: state.memoryUsedBytes / state.numRowsTotal,
      fillSeconds: fill === null ? null : fill[0].durationMs.triggerExecution / 1000
    }
  }
}

/** Eleven files of UUIDs, the last a repetition of the first. */
async function make(): Promise<void> {
  const perFile = rowsOf(100_000)
  for (let file = 0; file < 11; file++) {
    const first = (file % 10) * perFile
    const rows = Array.from({ length: perFile }, (_, i) => {
      const h = createHash('md5').update(String(first + i)).digest('hex')
      return { id: `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`, at: first + i }
    })
    await spark.createDataFrame(rows, 'id STRING, at BIGINT').coalesce(1).write.mode('append').option('compression', 'none').parquet(values.input)
  }
}

if (workload === 'make') await make()
else {
  const plan = plans[workload]
  if (plan === undefined) throw new RangeError(`no workload '${workload}'`)
  const rounds: Awaited<ReturnType<typeof round>>[] = []
  for (let i = 0; i < Number(values.rounds); i++) rounds.push(await round(plan))
  const last = rounds.at(-1)!
  // How long a commit takes until it is durable, the next batch would hide: where the inspector looks on it has to wait.
  spark.conf.set('spark.microlote.inspect.enabled', 'true')
  const { commitMs } = (await round(plan)).more
  printResult('microlote', `microlote, Node ${process.versions.node}`, rounds.map(r => r.round), last.totals, { ...last.more, commitMs })
}
await spark.stop()
