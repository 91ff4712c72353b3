/**
 * Delta Lake as a user runs it: a streaming query that appends, and a MERGE.
 *
 *     node bench/ours/delta.ts make FOLDER --batches 30 --rows 100000 --table 1000000     the input of all programs
 *     node bench/ours/delta.ts append FOLDER TABLE --warm-up 10                           FOLDER/in, a file a batch, appended to TABLE
 *     node bench/ours/delta.ts merge FOLDER TABLE --rounds 3                              FOLDER/changes into a copy of FOLDER/base, which TABLE is
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { DeltaTable, SparkSession } from '../../engine/index.ts'
import { median, printResult, runRounds, timed } from '../harness/rounds.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '3' }, rows: { type: 'string', default: '100000' }, batches: { type: 'string', default: '30' }, table: { type: 'string', default: '1000000' }, 'warm-up': { type: 'string', default: '10' } } })
const [what, folder, table] = positionals as [string, string, string]
const spark = SparkSession.builder.appName('bench').config({ 'spark.sql.session.timeZone': 'UTC', 'spark.sql.shuffle.partitions': 2, 'spark.sql.streaming.numRecentProgressUpdates': 1000 }).getOrCreate()
const version = `microlote, Node ${process.versions.node}`
const ddl = 'id BIGINT, sensor STRING, value DOUBLE, at TIMESTAMP, ok BOOLEAN, level INT'
// 5000 sensors, doubles, times a millisecond apart, booleans, small integers.
const columns = (sign: '' | '-') => ['id', "concat('sensor-', cast(id * 7919 % 5000 AS STRING)) AS sensor", `${sign}(id * 104729 % 2000003) / 7.0D AS value`, 'timestamp_millis(1700000000000 + id) AS at', 'id % 3 = 0 AS ok', 'cast(id * 31 % 1000 AS INT) AS level']

/** Files of `rows` rows, a table of ten appends, and changes: one half of them rows spread over the whole table, the other half new ones. */
async function make(): Promise<void> {
  const rows = Number(values.rows), size = Number(values.table), half = rows / 2
  for (let k = 0; k < Number(values.batches); k++) await spark.range(k * rows, (k + 1) * rows).selectExpr(...columns('')).coalesce(1).write.mode('append').parquet(join(folder, 'in'))
  for (let k = 0; k < 10; k++) await spark.range(k * size / 10, (k + 1) * size / 10).selectExpr(...columns('')).write.format('delta').mode('append').save(join(folder, 'base'))
  const changed = spark.range(0, size, size / half), added = spark.range(size, size + half)
  await changed.union(added).selectExpr(...columns('-')).coalesce(1).write.parquet(join(folder, 'changes'))
}

async function append(): Promise<void> {
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-delta-')), warmUp = Number(values['warm-up'])
  const { round, result } = await timed(async () => {
    const query = await spark.readStream.schema(ddl).option('maxFilesPerTrigger', 1).parquet(join(folder, 'in'))
      .writeStream.format('delta').trigger({ availableNow: true }).option('checkpointLocation', checkpoint).start(table)
    await query.awaitTermination()
    const batches = query.recentProgress.filter(p => p.numInputRows > 0)
    return { rows: batches.reduce((n, p) => n + p.numInputRows, 0), batches }
  })
  rmSync(checkpoint, { recursive: true, force: true })
  const counted = result.batches.slice(warmUp), last = counted.at(-1)!, rows = counted.reduce((n, p) => n + p.numInputRows, 0)
  const seconds = (Date.parse(last.timestamp) + last.durationMs.triggerExecution - Date.parse(counted[0]!.timestamp)) / 1000
  // The CPU time is that of all batches, those before the counted ones too.
  printResult('microlote', version, [{ rows, seconds, cpuSeconds: round.cpuSeconds * (rows / round.rows) }], { rows: result.rows, groups: 0, count: 0, sum: 0 }, { batchMs: median(counted.map(p => p.durationMs.triggerExecution)) })
}

async function merge(): Promise<void> {
  const from = join(folder, 'base')
  await runRounds('microlote', version, Number(values.rounds), async () => {
    const source = spark.read.schema(ddl).parquet(join(folder, 'changes'))
    const done = await DeltaTable.forPath(spark, table).as('t').merge(source.alias('s'), 's.id = t.id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()
    const [{ num_affected_rows: rows, num_updated_rows: updated, num_inserted_rows: inserted }] = await done.collect() as [Record<string, bigint>]
    return { rows: Number(rows), groups: Number(updated), count: Number(inserted), sum: 0 }
  }, () => {
    rmSync(table, { recursive: true, force: true })
    cpSync(from, table, { recursive: true })
  })
}

await ({ make, append, merge } as Readonly<Record<string, () => Promise<void>>>)[what]!()
await spark.stop()
