/**
 * W1 as a streaming query of the engine: Kafka, from_json, filter, group by minute and region, update mode, everything there is now.
 *
 *     node bench/ours/w1-kafka.ts --bootstrap HOST:PORT --topic NAME [--rounds 3] [--batch 500000]
 *
 * A round is one query on a checkpoint of its own; its seconds run from start() to its end, planning and checkpoint included. The first
 * round writes to a memory table, from which groups, count and sum are checked; the others write nowhere.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkSession, functions as F } from '../../engine/index.ts'
import type { StreamingQueryProgress } from '../../engine/index.ts'
import { printResult, timed } from '../harness/rounds.ts'
import type { Round } from '../harness/rounds.ts'
import { eventSchema, w1 } from './w1-query.ts'

const { values } = parseArgs({
  options: { bootstrap: { type: 'string' }, topic: { type: 'string' }, rounds: { type: 'string', default: '3' }, batch: { type: 'string', default: '500000' } }
})
const spark = SparkSession.builder.appName('bench').config({ 'spark.sql.shuffle.partitions': 2, 'spark.sql.session.timeZone': 'UTC' }).getOrCreate()
const messages = spark.readStream
  .format('kafka')
  .option('kafka.bootstrap.servers', values.bootstrap!)
  .option('subscribe', values.topic!)
  .option('startingOffsets', 'earliest')
  .option('maxOffsetsPerTrigger', Number(values.batch))
  .load()
const query = w1(messages.select(F.from_json(F.col('value').cast('string'), eventSchema).alias('e')).select('e.*'))

async function oneRound(sink: 'memory' | 'noop'): Promise<{ readonly round: Round; readonly batches: readonly StreamingQueryProgress[] }> {
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-w1-'))
  const { round, result } = await timed(async () => {
    const running = await query.writeStream
      .format(sink)
      .queryName('w1')
      .outputMode('update')
      .trigger({ availableNow: true })
      .option('checkpointLocation', checkpoint)
      .start()
    await running.awaitTermination()
    const batches = running.recentProgress.filter(p => p.numInputRows > 0)
    return { rows: batches.reduce((sum, p) => sum + p.numInputRows, 0), batches }
  })
  rmSync(checkpoint, { recursive: true, force: true })
  return { round, batches: result.batches }
}

/** The newest row of each group in the memory table (counts only grow), added up. */
async function checked(): Promise<{ readonly groups: number; readonly count: number; readonly sum: number }> {
  const newest = new Map<string, { readonly n: number; readonly total: number }>()
  for (const row of await spark.table('w1').select(F.col('window.start').cast('string').alias('minute'), 'region', 'n', 'total').collect()) {
    const key = `${row.minute}|${row.region}`
    const known = newest.get(key)
    if (known === undefined || row.n > known.n) newest.set(key, { n: row.n, total: row.total })
  }
  let count = 0
  let sum = 0
  for (const g of newest.values()) {
    count += g.n
    sum += g.total
  }
  return { groups: newest.size, count, sum }
}

/** Milliseconds per phase over all batches of a round. */
function phases(batches: readonly StreamingQueryProgress[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const p of batches) for (const [phase, ms] of Object.entries(p.durationMs)) all[phase] = (all[phase] ?? 0) + ms
  return all
}

const first = await oneRound('memory')
const totals = await checked()
const rounds = [first.round]
let batches = first.batches
for (let i = 1; i < Number(values.rounds); i++) {
  const next = await oneRound('noop')
  rounds.push(next.round)
  batches = next.batches
}
printResult('microlote', `microlote, Node ${process.versions.node}`, rounds, { rows: first.round.rows, ...totals }, { batches: batches.length, phasesMs: phases(batches) })
await spark.stop()
