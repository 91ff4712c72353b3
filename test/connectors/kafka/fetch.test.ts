/** Reading exact ranges from a real broker: codecs, nulls, headers, transactions, compaction, deletion, batches larger than a fetch, and both ways to the same rows. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRequire } from 'node:module'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { compressFrameSync, decompressFrameSync } from 'lz4-napi'
import type { KafkaTransport } from '../../../engine/connectors/kafka/transport.ts'
import { KafkaTransportError } from '../../../engine/connectors/kafka/transport.ts'
import { startKafka, type KafkaBroker } from '../../../fixtures/index.ts'
import { columnsOf, read, same, transactionsEnded, transportTo } from './kafka-cluster.ts'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs
const codecs = CompressionCodecs as Record<number, unknown>
codecs[CompressionTypes.Snappy] = createRequire(import.meta.url)('kafkajs-snappy')
codecs[CompressionTypes.LZ4] = () => ({ compress: async (e: { buffer: Buffer }) => compressFrameSync(e.buffer), decompress: async (b: Buffer) => decompressFrameSync(b) })
codecs[CompressionTypes.ZSTD] = () => ({ compress: async (e: { buffer: Buffer }) => zstdCompressSync(e.buffer), decompress: async (b: Buffer) => zstdDecompressSync(b) })

let broker: KafkaBroker
let kafka: KafkaTransport
let other: InstanceType<typeof Kafka>

before(async () => {
  broker = await startKafka({ way: 'java', config: { 'log.cleaner.backoff.ms': '200', 'log.retention.ms': '-1', 'log.initial.task.delay.ms': '100' } })
  kafka = transportTo(broker.bootstrapServers)
  other = new Kafka({ brokers: [broker.bootstrapServers], logLevel: logLevel.NOTHING })
})
after(async () => {
  await kafka.close()
  await broker.stop()
})

const topicOf = (topic: string, partition = 0) => ({ topic, partition })
const fails = (code: string, more: object = {}) => (e: unknown) => {
  assert.ok(e instanceof KafkaTransportError, String(e))
  assert.equal(e.code, code)
  for (const [k, v] of Object.entries(more)) assert.equal((e as unknown as Record<string, unknown>)[k], v, k)
  return true
}

test('every codec that kafkajs writes is read back exactly, by our way and by the public one', async () => {
  const producer = other.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  const safe = transportTo(broker.bootstrapServers, {}, 'public')
  try {
    for (const [name, compression] of Object.entries({ none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 })) {
      const topic = `codec-${name}`
      await broker.createTopic(topic)
      const messages = Array.from({ length: 700 }, (_, i) => ({
        key: i % 5 === 0 ? null : `clé-${i}`, value: i % 7 === 0 ? null : i % 11 === 0 ? '' : `värde ${i} `.repeat(1 + (i % 40)), partition: 0,
        timestamp: String(1_700_000_000_000 + i * 86_400_000 * (i % 3 - 1)),
        ...(i % 4 === 0 ? { headers: { a: `h${i}`, b: [`x`, 'y'] } } : {}),
      }))
      for (let i = 0; i < messages.length; i += 100) await producer.send({ topic, compression, messages: messages.slice(i, i + 100) })
      const expected = messages.map((m, offset) => ({
        key: m.key, value: m.value, offset, timestamp: Number(m.timestamp), type: 0,
        headers: m.headers === undefined ? null : [{ key: 'a', value: m.headers.a }, { key: 'b', value: 'x' }, { key: 'b', value: 'y' }],
      }))
      same(await read(kafka, topicOf(topic), 0, 700, { headers: true }), expected, name)
      same(await read(safe, topicOf(topic), 0, 700, { headers: true }), expected, `${name}, public`)
      same(await read(kafka, topicOf(topic), 0, 700, { headers: true, chunkRecords: 33 }), expected, `${name}, small chunks`)
    }
  } finally {
    await producer.disconnect()
    await safe.close()
  }
})

test('batches that Kafka\'s own Java codecs compressed', async () => {
  // A topic's compression.type makes the broker itself compress what arrives plain.
  const rows = Array.from({ length: 3000 }, (_, i) => ({ key: `k${i}`, value: `${i * 7919} `.repeat(1 + (i % 90)) }))
  for (const compression of ['gzip', 'snappy', 'lz4', 'zstd']) {
    const topic = `java-${compression}`
    await broker.createTopic(topic, { config: { 'compression.type': compression } })
    await broker.produce(topic, rows)
    const got = await read(kafka, topicOf(topic), 0, rows.length)
    same(got.map(r => ({ key: r.key, value: r.value })), rows, topic)
    // In a decompressed batch the first key stands at its very beginning, behind a few bytes; in a plain one behind the batch's header.
    for await (const chunk of kafka.fetchRange(topicOf(topic), 0, 10)) assert.ok(chunk.keyStarts[0]! < 20, `${topic} is not compressed`)
  }
})

test('a range is exact whatever its ends are', async () => {
  const from = [0, 1, 99, 100, 101, 350, 699, 700]
  for (const a of from) {
    for (const b of from) {
      for (const topic of ['codec-none', 'codec-lz4']) {
        const offsets = (await read(kafka, topicOf(topic), a, b)).map(r => r.offset)
        assert.deepEqual(offsets, Array.from({ length: Math.max(0, b - a) }, (_, i) => a + i))
      }
    }
  }
})

test('metadata, offsets and offsets for times', async () => {
  await broker.createTopic('several', { partitions: 3 })
  await broker.produce('several', Array.from({ length: 30 }, (_, i) => ({ value: `${i}`, partition: i % 2, timestamp: 1000 + i })))
  assert.deepEqual((await kafka.metadata(['several'])).get('several'), [0, 1, 2])
  const all = await kafka.metadata()
  assert.ok(all.has('several') && all.has('codec-none'))
  assert.ok(![...all.keys()].some(t => t.startsWith('__')))
  const parts = [0, 1, 2].map(p => topicOf('several', p))
  for (const way of ['own', 'public'] as const) {
    const k = transportTo(broker.bootstrapServers, {}, way)
    assert.deepEqual(await k.offsets(parts, 'earliest'), [0, 0, 0])
    assert.deepEqual(await k.offsets(parts, 'latest'), [15, 15, 0])
    assert.deepEqual(await k.offsetsForTimes(parts, [1010, 1011, 5]), [5, 5, null])
    assert.deepEqual(await k.offsetsForTimes(parts, [0, 99_999, 0]), [0, null, null])
    await assert.rejects(k.metadata(['no-such']), fails('UNKNOWN_TOPIC', { topic: 'no-such' }))
    await k.close()
  }
})

test('unknown topic and unknown partition', async () => {
  await assert.rejects(read(kafka, topicOf('no-such'), 0, 5), fails('UNKNOWN_TOPIC', { topic: 'no-such' }))
  await assert.rejects(read(kafka, topicOf('several', 9), 0, 5), fails('UNKNOWN_PARTITION', { partition: 9 }))
  await assert.rejects(kafka.offsets([topicOf('no-such')], 'latest'), fails('UNKNOWN_TOPIC'))
})

test('transactions: aborted records are hidden from read_committed only, markers from both', async () => {
  await broker.createTopic('transactions')
  const producer = other.producer({ transactionalId: 'tx-1', idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const write = async (name: string, end: 'commit' | 'abort') => {
    const t = await producer.transaction()
    await t.send({ topic: 'transactions', messages: [1, 2, 3].map(i => ({ value: `${name}${i}` })) })
    await t.send({ topic: 'transactions', messages: [4].map(i => ({ value: `${name}${i}` })) })
    await t[end]()
  }
  await write('a', 'commit')
  await write('b', 'abort')
  await write('c', 'commit')
  await broker.produce('transactions', [{ value: 'plain' }])
  await write('d', 'abort')
  await transactionsEnded(broker.bootstrapServers, 'transactions')
  const committed = transportTo(broker.bootstrapServers, { 'isolation.level': 'read_committed' })
  const [end] = await kafka.offsets([topicOf('transactions')], 'latest')
  assert.equal(end, 21)
  const values = (rows: readonly { value: string | null }[]) => rows.map(r => r.value)
  const four = (name: string) => [1, 2, 3, 4].map(i => `${name}${i}`)
  assert.deepEqual(values(await read(kafka, topicOf('transactions'), 0, 21)), [...four('a'), ...four('b'), ...four('c'), 'plain', ...four('d')])
  assert.deepEqual(values(await read(committed, topicOf('transactions'), 0, 21)), [...four('a'), ...four('c'), 'plain'])
  // From the middle of an aborted transaction, and a range that holds nothing else.
  assert.deepEqual(values(await read(committed, topicOf('transactions'), 7, 12)), ['c1', 'c2'])
  assert.deepEqual(values(await read(committed, topicOf('transactions'), 5, 10)), [])
  assert.deepEqual(values(await read(committed, topicOf('transactions'), 16, 21)), [])
  const safe = transportTo(broker.bootstrapServers, { 'isolation.level': 'read_committed' }, 'public')
  assert.deepEqual(values(await read(safe, topicOf('transactions'), 0, 21)), [...four('a'), ...four('c'), 'plain'])
  await safe.close()
  // A transaction that is still open ends what read_committed may see.
  const open = await producer.transaction()
  await open.send({ topic: 'transactions', messages: [{ value: 'open' }] })
  assert.deepEqual(await kafka.offsets([topicOf('transactions')], 'latest'), [22])
  assert.deepEqual(await committed.offsets([topicOf('transactions')], 'latest'), [21])
  await open.abort()
  await producer.disconnect()
  await committed.close()
})

test('compaction leaves gaps that are crossed', async () => {
  await broker.createTopic('compacted', { config: { 'cleanup.policy': 'compact', 'segment.ms': '200', 'min.cleanable.dirty.ratio': '0.01', 'min.compaction.lag.ms': '0', 'max.compaction.lag.ms': '200', 'delete.retention.ms': '100' } })
  for (let i = 0; i < 10; i++) await broker.produce('compacted', Array.from({ length: 20 }, (_, k) => ({ key: `k${k % 4}`, value: `${i}-${k}` })))
  let rows = await read(kafka, topicOf('compacted'), 0, 200)
  for (let i = 0; i < 100 && rows.length > 60; i++) {
    await new Promise(r => setTimeout(r, 200))
    await broker.produce('compacted', [{ key: 'tick', value: `${i}` }])
    rows = await read(kafka, topicOf('compacted'), 0, 200)
  }
  assert.ok(rows.length < 200, 'the broker compacted nothing')
  assert.ok(rows.every((r, i) => i === 0 || r.offset > rows[i - 1]!.offset))
  const [end] = await kafka.offsets([topicOf('compacted')], 'latest')
  const all = await read(kafka, topicOf('compacted'), 0, end!)
  assert.deepEqual(all.filter(r => r.key === 'k3').at(-1)?.value, '9-19')
  assert.deepEqual(await read(kafka, topicOf('compacted'), 1, 3), all.filter(r => r.offset >= 1 && r.offset < 3))
})

test('records deleted: OFFSET_OUT_OF_RANGE says what is left', async () => {
  await broker.createTopic('deleted')
  await broker.produce('deleted', Array.from({ length: 50 }, (_, i) => ({ value: `${i}` })))
  await broker.deleteRecords('deleted', 0, 20n)
  await assert.rejects(read(kafka, topicOf('deleted'), 5, 50), fails('OFFSET_OUT_OF_RANGE', { earliest: 20, latest: 50, offset: 5, topic: 'deleted', partition: 0 }))
  await assert.rejects(read(kafka, topicOf('deleted'), 60, 70), fails('OFFSET_OUT_OF_RANGE', { earliest: 20, latest: 50, offset: 60 }))
  assert.deepEqual((await read(kafka, topicOf('deleted'), 20, 50)).map(r => r.value), Array.from({ length: 30 }, (_, i) => `${i + 20}`))
  assert.deepEqual(await kafka.offsets([topicOf('deleted')], 'earliest'), [20])
})

test('a range beyond the end waits for its records, and then gives up', async () => {
  await assert.rejects(read(kafka, topicOf('deleted'), 45, 55, { pollTimeoutMs: 300 }), fails('FETCH_TIMEOUT', { offset: 50, latest: 50 }))
  const late = read(kafka, topicOf('deleted'), 49, 52)
  await broker.produce('deleted', [{ value: 'x' }, { value: 'y' }])
  assert.deepEqual((await late).map(r => r.value), ['49', 'x', 'y'])
})

test('a batch larger than the fetch limit, and many fetches for one range', async () => {
  await broker.createTopic('large')
  const big = 'x'.repeat(300_000)
  for (let i = 0; i < 6; i++) await broker.produce('large', [{ value: big + i }, { value: 'small' }])
  const narrow = transportTo(broker.bootstrapServers, { 'max.partition.fetch.bytes': '1000', 'fetch.max.bytes': '1000' })
  const rows = await read(narrow, topicOf('large'), 0, 12)
  assert.deepEqual(rows.map(r => r.value!.length), Array.from({ length: 12 }, (_, i) => i % 2 === 0 ? 300_001 : 5))
  await narrow.close()
})

test('log append time', async () => {
  await broker.createTopic('stamped', { config: { 'message.timestamp.type': 'LogAppendTime' } })
  const before = Date.now()
  await broker.produce('stamped', [{ value: 'a', timestamp: 5 }, { value: 'b', timestamp: 6 }])
  const rows = await read(kafka, topicOf('stamped'), 0, 2)
  assert.ok(rows.every(r => r.type === 1 && r.timestamp >= before - 60_000))
})

test('leaving an iteration early and aborting it harm nothing', async () => {
  for await (const chunk of kafka.fetchRange(topicOf('codec-none'), 0, 700, { chunkRecords: 10 })) {
    assert.equal(chunk.length, 10)
    break
  }
  const stop = new AbortController()
  const endless = read(kafka, topicOf('deleted'), 52, 60, { signal: stop.signal })
  setTimeout(() => stop.abort(), 50)
  await assert.rejects(endless, fails('CLOSED'))
  assert.equal((await read(kafka, topicOf('codec-none'), 0, 700)).length, 700)
})

test('what was produced through the transport is what another client reads', async () => {
  await broker.createTopic('made', { partitions: 2 })
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const k = transportTo(broker.bootstrapServers, { 'compression.type': compression })
    await k.produce(columnsOf(Array.from({ length: 300 }, (_, i) => ({
      topic: 'made', partition: i % 2, key: i % 3 === 0 ? null : `${i}`, value: i % 5 === 0 ? null : `${compression} `.repeat(i % 60), timestamp: 1_700_000_000_000 + (i - 300) * 1_000_000_000,
      ...(i % 2 === 0 ? { headers: [{ key: 'h', value: new Uint8Array([65, 66]) }, { key: 'n', value: null }] } : {}),
    }))))
    await k.close()
  }
  const safe = transportTo(broker.bootstrapServers, {}, 'public')
  for (const p of [0, 1]) {
    const own = await read(kafka, topicOf('made', p), 0, 750, { headers: true })
    assert.equal(own.length, 750)
    same(await read(safe, topicOf('made', p), 0, 750, { headers: true }), own, `partition ${p}`)
    assert.equal(own[1]!.timestamp, 1_700_000_000_000 + (2 + p - 300) * 1_000_000_000)
    assert.deepEqual(own[0]!.headers, p === 0 ? [{ key: 'h', value: 'AB' }, { key: 'n', value: null }] : null)
  }
  await safe.close()
})
