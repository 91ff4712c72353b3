/**
 * Rows written to PostgreSQL by COPY, and batches written exactly once by a streaming query (rows and the batch's number in one transaction).
 *
 *     node bench/ours/postgres.ts copy --url URL --rows 100000 [--rounds 3]
 *     node bench/ours/postgres.ts batches --url URL --rows 10000 --batches 30
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkSession } from '../../engine/index.ts'
import type { StreamingQueryProgress } from '../../engine/index.ts'
import { appendBatch, upsertBatch } from '../../engine/postgres.ts'
import { median, printResult, runRounds, timed } from '../harness/rounds.ts'
import { postgresDdl, postgresRows } from '../input/postgres-rows.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { url: { type: 'string' }, rows: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' }, batches: { type: 'string', default: '30' } } })
const url = values.url!, rows = Number(values.rows), version = `microlote, Node ${process.versions.node}`
const spark = SparkSession.builder.appName('bench').config({ 'spark.sql.session.timeZone': 'UTC', 'spark.sql.streaming.numRecentProgressUpdates': 1000 }).getOrCreate()

async function copy(): Promise<void> {
  const df = await spark.createDataFrame(postgresRows(rows), postgresDdl).persist()
  await df.count()
  let round = 0
  await runRounds('microlote', version, Number(values.rounds), async () => {
    await appendBatch(df, round++, { url, table: 'bench_copy', job: 'bench-copy' })
    return { rows, groups: 0, count: rows, sum: 0 }
  })
}

/** Half of a batch's keys are those of the batch before it. */
async function batches(): Promise<void> {
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-postgres-')), wanted = Number(values.batches), warmUp = Math.floor(wanted / 3), half = rows / 2
  let last: readonly StreamingQueryProgress[] = []
  const { round } = await timed(async () => {
    const source = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', rows).option('numPartitions', 2).option('startTimestamp', Date.UTC(2026, 0, 1)).option('advanceMillisPerBatch', 1000).load()
    const values = source.selectExpr(`value - ${half} * (value div ${rows}) AS id`, `concat('sensor-', value % 5000) AS sensor`, 'value / 7.0D AS monto', 'timestamp AS visto', 'value AS version')
    const query = await values.writeStream.foreachBatch((df, id) => (id < wanted ? upsertBatch(df, id, { url, table: 'bench_upsert', keys: ['id'], job: 'bench-upsert' }) : Promise.resolve())).trigger({ processingTime: '0 seconds' }).option('checkpointLocation', checkpoint).start()
    const done = (): readonly StreamingQueryProgress[] => query.recentProgress.filter(p => p.numInputRows > 0)
    while (query.isActive && done().length < wanted) await query.awaitTermination(20)
    await query.stop()
    last = done().slice(0, wanted)
    return { rows: rows * wanted }
  })
  rmSync(checkpoint, { recursive: true, force: true })
  const counted = last.slice(warmUp)
  printResult('microlote batches', version, [round], { rows: round.rows, groups: 0, count: round.rows, sum: 0 }, { addBatchMs: median(counted.map(p => p.durationMs.addBatch)), batchMs: median(counted.map(p => p.durationMs.triggerExecution)) })
}

await (positionals[0] === 'batches' ? batches() : copy())
await spark.stop()
