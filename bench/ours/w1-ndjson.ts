/**
 * W1 as a batch of the engine over an NDJSON file.
 *
 *     node bench/ours/w1-ndjson.ts FILE [--rounds 3]
 */
import { parseArgs } from 'node:util'
import { SparkSession } from '../../engine/index.ts'
import { runRounds } from '../harness/rounds.ts'
import { eventSchema, w1 } from './w1-query.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '3' } } })
const spark = SparkSession.builder.appName('bench').config('spark.sql.session.timeZone', 'UTC').getOrCreate()
const events = spark.read.schema(eventSchema).json(positionals[0])
const rows = await events.count()

await runRounds('microlote', `microlote, Node ${process.versions.node}`, Number(values.rounds), async () => {
  const groups = await w1(events).collect()
  let count = 0
  let sum = 0
  for (const g of groups) {
    count += g.n
    sum += g.total
  }
  return { rows, groups: groups.length, count, sum }
})
await spark.stop()
