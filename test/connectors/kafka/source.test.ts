/** The Kafka source and sink over a real broker: where it begins, how much it takes, what happens when topics change, restarts, and writing. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Batch } from '../../../engine/columns/batch.ts'
import { batchOfRows, rowsOf, type Row } from '../../../engine/columns/rows.ts'
import { OptionsReader } from '../../../engine/connectors/options.ts'
import { findConnector } from '../../../engine/connectors/registry.ts'
import type { SinkContext } from '../../../engine/connectors/connector.ts'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { ManualClock } from '../../../engine/observe/clock.ts'
import { parseSchema } from '../../../engine/types/ddl.ts'
import { startKafka, type KafkaBroker } from '../../../fixtures/index.ts'
import { keepsContract } from '../contract.ts'
import { columnsOf, transportTo } from './kafka-cluster.ts'
import { openSource, surroundings, type OpenSource, type Surroundings } from '../sources.ts'

let broker: KafkaBroker
before(async () => { broker = await startKafka({ way: 'java' }) })
after(() => broker.stop())

const open = (o: Record<string, string>, s: Surroundings = surroundings()): Promise<OpenSource> => openSource('kafka', { 'kafka.bootstrap.servers': broker.bootstrapServers, 'fetchOffset.retryIntervalMs': '20', ...o }, s)
// A writer of its own each time: kafkajs' producer drops records for partitions that it does not know yet, and its look-ups make deleted topics anew.
async function send(topic: string, partition: number, values: readonly string[], timestamp?: number): Promise<void> {
  const writer = transportTo(broker.bootstrapServers)
  try {
    await writer.produce(columnsOf(values.map((value, i) => ({ topic, value, partition, ...(timestamp === undefined ? {} : { timestamp: timestamp + i }) }))))
  } finally { await writer.close() }
}
const numbers = (n: number, from = 0): string[] => Array.from({ length: n }, (_, i) => String(from + i))
const text = (b: unknown): string | null => (b === null ? null : new TextDecoder().decode(b as Uint8Array))
const values = (rows: readonly Row[]): (string | null)[] => rows.map(r => text(r['value']))
const failed = async (p: Promise<unknown>, condition: string): Promise<SparkError> => {
  const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
  return e
}

test('keeps the contract of sources', async () => {
  await broker.createTopic('contract', { partitions: 2 })
  const s = surroundings()
  let n = 0
  await keepsContract({ recovers: true, open: () => open({ subscribe: 'contract', startingOffsets: 'earliest' }, s), add: () => send('contract', n++ % 2, numbers(50, n * 100)) })
})

test('latest, earliest, explicit offsets and times; the first offsets are kept in the checkpoint', async () => {
  await broker.createTopic('begin', { partitions: 2 })
  await send('begin', 0, numbers(10), 1_700_000_000_000)
  await send('begin', 1, numbers(5), 1_700_000_000_100)
  const first = async (o: Record<string, string>, s = surroundings()): Promise<string | null> => {
    const k = await open({ subscribe: 'begin', ...o }, s)
    await k.source.latestOffset(null, 'options')
    const bytes = await s.files.read('/ckpt/sources/0/0')
    await k.source.close()
    return new TextDecoder().decode(bytes)
  }
  assert.equal(await first({}), '\0v1\n{"begin":{"0":10,"1":5}}')
  assert.equal(await first({ startingOffsets: 'earliest' }), '\0v1\n{"begin":{"0":0,"1":0}}')
  assert.equal(await first({ startingOffsets: '{"begin":{"0":3,"1":-1}}' }), '\0v1\n{"begin":{"0":3,"1":5}}')
  assert.equal(await first({ startingOffsets: '{"begin":{"0":-2,"1":2}}' }), '\0v1\n{"begin":{"0":0,"1":2}}')
  assert.equal(await first({ startingTimestamp: '1700000000003' }), '\0v1\n{"begin":{"0":3,"1":0}}')
  assert.equal(await first({ startingOffsetsByTimestamp: '{"begin":{"0":1700000000008,"1":1700000000102}}' }), '\0v1\n{"begin":{"0":8,"1":2}}')
  assert.equal(await first({ startingTimestamp: '1700000000102', startingOffsetsByTimestampStrategy: 'latest' }), '\0v1\n{"begin":{"0":10,"1":2}}')
  await failed(first({ startingTimestamp: '1700000000102' }), 'MICROLOTE_KAFKA_NO_RECORD_SO_LATE')
  await failed(first({ startingOffsets: '{"begin":{"0":3}}' }), 'KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED')
  await failed(first({ startingOffsetsByTimestamp: '{"begin":{"0":3}}' }), 'KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED')
  await failed(first({ startingOffsets: '{"begin":{"0":30,"1":0}}' }), 'KAFKA_DATA_LOSS.START_OFFSET_RESET')
  const s = surroundings()
  assert.equal(await first({ startingOffsets: '{"begin":{"0":30,"1":0}}', failOnDataLoss: 'false' }, s), '\0v1\n{"begin":{"0":10,"1":0}}')
  assert.equal(s.warnings.length, 1)
  // What was decided once stays, whatever the options say now.
  assert.equal(await first({ startingOffsets: 'earliest' }, s), '\0v1\n{"begin":{"0":10,"1":0}}')
  const only = await open({ assign: '{"begin":[1]}', startingOffsets: 'earliest' })
  assert.equal(only.source.description, 'KafkaV2[Assign[begin-1]]')
  assert.equal(await only.source.latestOffset(null, 'options'), '{"begin":{"1":5}}')
  assert.deepEqual(values(await only.read(null, '{"begin":{"1":5}}')), numbers(5))
  await only.source.close()
  await failed((await open({ assign: '{"begin":[7]}' })).source.latestOffset(null, 'options'), 'MICROLOTE_KAFKA_TOPIC_MISSING')
})

test('rows: keys, NULLs, headers, times; order by partition', async () => {
  await broker.createTopic('rows', { partitions: 2 })
  await broker.produce('rows', [{ key: 'k', value: 'v', partition: 0, timestamp: 1_700_000_000_123, headers: { h: 'x' } }, { key: null, value: null, partition: 0, timestamp: 5 }])
  await broker.produce('rows', [{ value: 'ñ', partition: 1, timestamp: 6 }], { compression: 'gzip' })
  const k = await open({ subscribe: 'rows', startingOffsets: 'earliest', includeHeaders: 'true' })
  const end = (await k.source.latestOffset(null, 'options'))!
  const rows = await k.read(null, end)
  assert.deepEqual(rows.map(r => [text(r['key']), text(r['value']), r['topic'], r['partition'], r['offset'], Number(r['timestamp']), r['timestampType']]), [
    ['k', 'v', 'rows', 0, 0, 1_700_000_000_123, 0], [null, null, 'rows', 0, 1, 5, 0], [null, 'ñ', 'rows', 1, 0, 6, 0],
  ])
  assert.deepEqual(rows.map(r => (r['headers'] as Row[] | null)?.map(h => [h['key'], text(h['value'])]) ?? null), [[['h', 'x']], null, null])
  await k.source.close()
})

test('maxOffsetsPerTrigger: 100, 10 and 1 records with 10 give 9 + 1 + 1; the trigger once takes all; availableNow stops where it began', async () => {
  await broker.createTopic('limit', { partitions: 3 })
  for (const [p, n] of [[0, 100], [1, 10], [2, 1]] as const) await send('limit', p, numbers(n))
  const k = await open({ subscribe: 'limit', startingOffsets: 'earliest', maxOffsetsPerTrigger: '10' })
  assert.equal(await k.source.latestOffset(null, 'options'), '{"limit":{"0":9,"1":1,"2":1}}')
  assert.equal(await k.source.latestOffset(null, 'all'), '{"limit":{"0":100,"1":10,"2":1}}')
  assert.equal(k.source.reportLatestOffset!(), '{"limit":{"0":100,"1":10,"2":1}}')
  assert.deepEqual(k.source.metrics!('{"limit":{"0":9,"1":1,"2":1}}'), { avgOffsetsBehindLatest: '33.3', maxOffsetsBehindLatest: '91', minOffsetsBehindLatest: '0' })
  await k.source.prepareForAvailableNow!()
  let start: string | null = null, batches = 0, rows = 0
  for (;;) {
    const end = await k.source.latestOffset(start, 'options')
    if (end === start) break
    if (batches++ === 0) await send('limit', 0, numbers(50))
    rows += (await k.read(start, end!)).length
    start = end
  }
  assert.deepEqual([batches, rows, start], [11, 111, '{"limit":{"0":100,"1":10,"2":1}}'])
  await k.source.close()
})

test('minOffsetsPerTrigger waits for enough records, or until maxTriggerDelay has passed; the first batch never waits', async () => {
  await broker.createTopic('least')
  const clock = new ManualClock(1_800_000_000_000)
  const k = await open({ subscribe: 'least', startingOffsets: 'earliest', minOffsetsPerTrigger: '10', maxTriggerDelay: '1m' }, surroundings({ clock }))
  await send('least', 0, numbers(3))
  assert.equal(await k.source.latestOffset(null, 'options'), '{"least":{"0":3}}')
  await send('least', 0, numbers(4))
  assert.equal(await k.source.latestOffset('{"least":{"0":3}}', 'options'), '{"least":{"0":3}}')
  clock.advance(59_999)
  assert.equal(await k.source.latestOffset('{"least":{"0":3}}', 'options'), '{"least":{"0":3}}')
  assert.equal(await k.source.latestOffset('{"least":{"0":3}}', 'all'), '{"least":{"0":7}}')
  clock.advance(1)
  assert.equal(await k.source.latestOffset('{"least":{"0":3}}', 'options'), '{"least":{"0":7}}')
  await send('least', 0, numbers(10))
  assert.equal(await k.source.latestOffset('{"least":{"0":7}}', 'options'), '{"least":{"0":17}}')
  await k.source.close()
})

test('a pattern: topics and partitions that appear while running are read from their beginning', async () => {
  await broker.createTopic('many-a')
  await broker.createTopic('other')
  await send('many-a', 0, ['a0'])
  await send('other', 0, ['no'])
  const k = await open({ subscribePattern: '^many-[a-z]$' })
  assert.equal(k.source.description, 'KafkaV2[SubscribePattern[^many-[a-z]$]]')
  const first = (await k.source.latestOffset(null, 'options'))!
  assert.equal(first, '{"many-a":{"0":1}}')
  await broker.createTopic('many-b')
  await send('many-b', 0, ['b0', 'b1'])
  await broker.addPartitions('many-a', 2)
  await send('many-a', 1, ['a1'])
  const next = (await k.source.latestOffset(first, 'options'))!
  assert.equal(next, '{"many-a":{"0":1,"1":1},"many-b":{"0":2}}')
  assert.deepEqual(values(await k.read(first, next)), ['a1', 'b0', 'b1'])
  await k.source.close()
})

test('a new partition that has lost its beginning is data loss', async () => {
  await broker.createTopic('added')
  const strict = await open({ subscribe: 'added', startingOffsets: 'earliest' }), s = surroundings()
  const lenient = await open({ subscribe: 'added', startingOffsets: 'earliest', failOnDataLoss: 'false' }, s)
  const first = (await strict.source.latestOffset(null, 'options'))!
  await lenient.source.latestOffset(null, 'options')
  await broker.addPartitions('added', 2)
  await send('added', 1, numbers(5))
  await broker.deleteRecords('added', 1, 2n)
  const next = (await strict.source.latestOffset(first, 'options'))!
  await failed(strict.read(first, next), 'KAFKA_DATA_LOSS.ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO')
  assert.deepEqual(values(await lenient.read(first, next)), ['2', '3', '4'])
  assert.equal(s.warnings.length, 1)
  await strict.source.close()
  await lenient.source.close()
})

test('records that retention deleted before they were read', async () => {
  await broker.createTopic('aged')
  await send('aged', 0, numbers(10))
  const strict = await open({ subscribe: 'aged', startingOffsets: 'earliest' }), s = surroundings()
  const lenient = await open({ subscribe: 'aged', startingOffsets: 'earliest', failOnDataLoss: 'false' }, s)
  const end = (await strict.source.latestOffset(null, 'options'))!
  await lenient.source.latestOffset(null, 'options')
  await broker.deleteRecords('aged', 0, 4n)
  const e = await failed(strict.read(null, end), 'KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE')
  assert.deepEqual([e.parameters['startOffset'], e.parameters['endOffset'], e.parameters['topicPartition']], ['0', '10', 'aged-0'])
  assert.deepEqual(values(await lenient.read(null, end)), numbers(6, 4))
  assert.deepEqual(await lenient.read(null, '{"aged":{"0":3}}'), [])
  assert.equal(s.warnings.length, 2)
  await strict.source.close()
  await lenient.source.close()
})

test('a topic that is deleted, and one that is made anew', async () => {
  await broker.createTopic('gone')
  await broker.createTopic('stays')
  await send('gone', 0, numbers(5))
  const strict = await open({ subscribe: 'gone,stays', startingOffsets: 'earliest' }), s = surroundings()
  assert.equal(strict.source.description, 'KafkaV2[Subscribe[gone, stays]]')
  const lenient = await open({ subscribe: 'gone,stays', startingOffsets: 'earliest', failOnDataLoss: 'false' }, s)
  const end = (await strict.source.latestOffset(null, 'options'))!
  assert.equal(await lenient.source.latestOffset(null, 'options'), end)
  await broker.deleteTopic('gone')
  await failed(strict.source.latestOffset(end, 'options'), 'KAFKA_DATA_LOSS.PARTITIONS_DELETED')
  await send('stays', 0, ['s'])
  const next = (await lenient.source.latestOffset(end, 'options'))!
  assert.equal(next, '{"stays":{"0":1}}')
  assert.deepEqual(values(await lenient.read(end, next)), ['s'])
  assert.equal(s.warnings.length, 1)
  await broker.createTopic('gone')
  await send('gone', 0, ['new'])
  const anew = await failed(strict.source.latestOffset(end, 'options'), 'KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED')
  assert.deepEqual([anew.parameters['prevOffset'], anew.parameters['newOffset']], ['5', '1'])
  const third = (await lenient.source.latestOffset(next, 'options'))!
  assert.deepEqual(values(await lenient.read(next, third)), ['new'])
  await strict.source.close()
  await lenient.source.close()
  await failed((await open({ subscribe: 'never' })).source.latestOffset(null, 'options'), 'MICROLOTE_KAFKA_TOPIC_MISSING')
})

test('no broker, and stopping while one is away', async () => {
  const wrong = await open({ subscribe: 't', 'kafka.bootstrap.servers': '127.0.0.1:1', 'kafka.socket.connection.setup.timeout.ms': '300' })
  const e = await failed(wrong.source.latestOffset(null, 'options'), 'MICROLOTE_KAFKA_UNREACHABLE')
  assert.ok(e.message.includes('127.0.0.1:1'))
  await wrong.source.close()
  const s = surroundings()
  await broker.createTopic('away')
  await send('away', 0, numbers(3))
  const k = await open({ subscribe: 'away', startingOffsets: 'earliest' }, s)
  await k.source.latestOffset(null, 'options')
  await broker.halt!()
  const waiting = k.source.latestOffset('{"away":{"0":0}}', 'options').then(() => 'answer', () => 'given up')
  await new Promise(r => setTimeout(r, 200))
  const began = performance.now()
  s.abort.abort()
  assert.equal(await waiting, 'given up')
  assert.ok(performance.now() - began < 1500)
  await k.source.close()
  const patient = await open({ subscribe: 'away', startingOffsets: 'earliest' })
  const asked = patient.source.latestOffset(null, 'options')
  await broker.restart!()
  assert.equal(await asked, '{"away":{"0":3}}', 'a broker that comes back is waited for')
  await patient.source.close()
})

const batchRead = async (o: Record<string, string>): Promise<Row[]> => {
  const side = findConnector('kafka').batchSource!, options = (): OptionsReader => new OptionsReader('kafka', { 'kafka.bootstrap.servers': broker.bootstrapServers, ...o })
  const s = surroundings(), schema = await side.schema(null, options(), [], s.batch)
  const rows: Row[] = []
  for await (const b of side.read(schema, options(), [], schema.fields.map((_, i) => i), s.batch)) rows.push(...rowsOf(schema, b))
  return rows
}

const sinkContext = (schema: string): SinkContext => ({
  ...surroundings().context, schema: parseSchema(schema), outputMode: 'append', queryId: 'q', queryName: null,
  handles: { foreach: null, foreachBatch: null, tables: { createMemory() {}, putMemory() {} } },
})

test('writing as a stream and as a batch, and reading it back as a batch between offsets', async () => {
  await broker.createTopic('out', { partitions: 2 })
  const schema = 'key STRING, value STRING, partition INT, headers ARRAY<STRUCT<key: STRING, value: BINARY>>', context = sinkContext(schema)
  const side = findConnector('kafka').streamSink!
  const options = (o: Record<string, string>): OptionsReader => new OptionsReader('kafka', { 'kafka.bootstrap.servers': broker.bootstrapServers, ...o })
  const sink = await side.open(options({ topic: 'out' }), null, context)
  assert.equal(side.temporaryCheckpoint, false)
  const rows = Array.from({ length: 30 }, (_, i) => ({ key: i % 3 === 0 ? null : `k${i}`, value: i === 7 ? null : `värde ${i}`, partition: i % 2, headers: i === 1 ? [{ key: 'h', value: new Uint8Array([1]) }] : null }))
  await sink.addBatch(0, (async function* () {
    for (let i = 0; i < 30; i += 10) yield batchOfRows(context.schema, rows.slice(i, i + 10))
    yield new Batch(batchOfRows(context.schema, []).columns, 0)
  })())
  await sink.close()
  const back = await batchRead({ subscribe: 'out', includeHeaders: 'true' })
  const expected = [0, 1].flatMap(p => rows.filter(r => r.partition === p))
  assert.deepEqual(back.map(r => [text(r['key']), text(r['value']), r['partition']]), expected.map(r => [r.key, r.value, r.partition]))
  assert.deepEqual(back.filter(r => r['headers'] !== null).map(r => [text(r['value']), r['headers'][0].key, [...r['headers'][0].value]]), [['värde 1', 'h', [1]]])
  const some = await batchRead({ subscribe: 'out', startingOffsets: '{"out":{"0":3,"1":-2}}', endingOffsets: '{"out":{"0":5,"1":1}}' })
  assert.deepEqual(some.map(r => [r['partition'], r['offset']]), [[0, 3], [0, 4], [1, 0]])
  await failed(batchRead({ subscribe: 'out', startingOffsets: '{"out":{"0":5,"1":-2}}', endingTimestamp: '1' }), 'RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET')
  const batchSide = findConnector('kafka').batchSink!, s = surroundings(), two = parseSchema('topic STRING, value BINARY')
  const one = async function* (): AsyncGenerator<Batch> { yield batchOfRows(two, [{ topic: 'out', value: new Uint8Array([120]) }, { topic: 'made-by-writing', value: new Uint8Array([121]) }]) }
  await batchSide.write(one(), two, 'append', options({}), null, s.batch)
  assert.deepEqual(values(await batchRead({ subscribe: 'made-by-writing' })), ['y'])
  await failed(batchSide.write(one(), two, 'overwrite', options({}), null, s.batch), 'MICROLOTE_INVALID_ARGUMENT')
  await failed(side.open(options({}), null, sinkContext('value STRING')), 'MICROLOTE_KAFKA_SINK_SCHEMA')
  const bad = await side.open(options({}), null, sinkContext('topic STRING, value STRING'))
  const nothing = parseSchema('topic STRING, value STRING')
  await failed(bad.addBatch(0, (async function* () { yield batchOfRows(nothing, [{ topic: null, value: 'x' }]) })()), 'KAFKA_NULL_TOPIC_IN_DATA')
  await bad.close()
})
