/** Exactly once into every sink: the real process killed at random moments, 0 rows lost, 0 doubled. `npm run kills -- --count 200` does it at length. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startKafka, type KafkaBroker } from '../../fixtures/index.ts'
import { killAndCount } from './kills.ts'
import { sinkNames, withSink } from './sinks.ts'

let broker: KafkaBroker, folder = ''
before(async () => {
  broker = await startKafka()
  folder = await mkdtemp(join(tmpdir(), 'microlote-kills-'))
})
after(async () => {
  await broker?.stop()
  await rm(folder, { recursive: true, force: true })
})

for (const [seed, kind] of sinkNames.entries()) {
  // A life on S3 takes longer, by the requests of each batch.
  const kills = kind === 'delta-s3' ? 3 : 6
  test(`Kafka to ${kind}: ${kills} kills`, async () => {
    const own = join(folder, kind)
    const result = await withSink(kind, own, broker, sink => killAndCount({ broker, folder: own, sink, kills, seed }))
    assert.deepEqual({ ...result, batches: 0 }, { rows: kills * 3000, lost: 0, doubled: 0, kills, batches: 0 })
    assert.ok(result.batches >= kills, `only ${result.batches} batches were done before the kills`)
  })
}
