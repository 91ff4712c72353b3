/**
 * Lines of text files written to Kafka by a streaming query, a file a batch.
 *
 *     node bench/ours/kafka-sink.ts --bootstrap HOST:PORT --topic NAME --input FOLDER [--rounds 3] [--exactly-once]
 *
 * A round is one query on a checkpoint of its own; all rounds write to the same topic.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkSession } from '../../engine/index.ts'
import { runRounds } from '../harness/rounds.ts'

const { values } = parseArgs({ options: { bootstrap: { type: 'string' }, topic: { type: 'string' }, input: { type: 'string' }, rounds: { type: 'string', default: '3' }, 'exactly-once': { type: 'boolean', default: false } } })
const once = values['exactly-once']
const spark = SparkSession.builder.appName('bench').config({ 'spark.sql.session.timeZone': 'UTC' }).getOrCreate()

await runRounds(once ? 'microlote-exactly-once' : 'microlote', `microlote, Node ${process.versions.node}`, Number(values.rounds), async () => {
  const checkpoint = mkdtempSync(join(tmpdir(), 'bench-kafka-sink-'))
  try {
    const writer = spark.readStream.option('maxFilesPerTrigger', 1).text(values.input!)
      .writeStream.format('kafka').option('kafka.bootstrap.servers', values.bootstrap!).option('topic', values.topic!).option('checkpointLocation', checkpoint).trigger({ availableNow: true })
    const query = await (once ? writer.option('exactlyOnce', true) : writer).start()
    await query.awaitTermination()
    const rows = query.recentProgress.reduce((n, p) => n + p.numInputRows, 0)
    return { rows, groups: 0, count: rows, sum: 0 }
  } finally { rmSync(checkpoint, { recursive: true, force: true }) }
})
await spark.stop()
