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
  test(`Kafka to ${kind}: six kills`, async () => {
    const own = join(folder, kind)
    const result = await withSink(kind, own, broker, sink => killAndCount({ broker, folder: own, sink, kills: 6, seed }))
    assert.deepEqual({ ...result, batches: 0 }, { rows: 18_000, lost: 0, doubled: 0, kills: 6, batches: 0 })
    assert.ok(result.batches >= 6, `only ${result.batches} batches were done before the kills`)
  })
}
