/** Whole queries over a real broker: one that restarts in mid-query, a producer with transactions, resumption from the checkpoint, errors that end a query. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { conditionOf, deathOf } from './query-errors.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../../engine/testing.ts'
import type { DataFrame } from '../../../engine/api/dataframe.ts'
import { startKafka, type KafkaBroker } from '../../../fixtures/index.ts'
import { columnsOf, transportTo } from './kafka-cluster.ts'

let broker: KafkaBroker
before(async () => { broker = await startKafka({ way: 'java' }) })
after(() => broker.stop())

const session = (files = new MemoryFiles()): SparkSession => new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC' } }))
const stream = (spark: SparkSession, o: Record<string, string>): DataFrame => spark.readStream.format('kafka').options({ 'kafka.bootstrap.servers': broker.bootstrapServers, startingOffsets: 'earliest', ...o }).load()
async function send(topic: string, partition: number, values: readonly string[]): Promise<void> {
  const writer = transportTo(broker.bootstrapServers)
  try { await writer.produce(columnsOf(values.map(value => ({ topic, value, partition })))) } finally { await writer.close() }
}

test('the broker restarts in mid-query: nothing is lost, nothing comes twice', async () => {
  await broker.createTopic('counted', { partitions: 2 })
  const spark = session()
  const query = await stream(spark, { subscribe: 'counted', maxOffsetsPerTrigger: '500' }).selectExpr('CAST(value AS STRING) AS v').groupBy('v').count()
    .writeStream.outputMode('complete').format('memory').queryName('counts').option('checkpointLocation', '/ckpt').start()
  for (let round = 0; round < 3; round++) {
    await send('counted', round % 2, Array.from({ length: 1000 }, (_, i) => `v${i % 4}`))
    if (round === 1) { const again = broker.restart!(); await pause(50); await again }
  }
  await query.processAllAvailable()
  const rows = await spark.table('counts').orderBy('v').collect()
  assert.deepEqual(rows.map(r => [r['v'], r['count']]), [['v0', 750], ['v1', 750], ['v2', 750], ['v3', 750]])
  assert.equal(query.recentProgress.reduce((n, p) => n + p.numInputRows, 0), 3000)
  await spark.stop()
})

test('transactions: read_committed sees what was committed, and ends at the last stable offset', async () => {
  await broker.createTopic('pay')
  const kafka = new Kafka({ brokers: broker.bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true })
  await producer.connect()
  const write = async (values: string[], end: 'commit' | 'abort'): Promise<void> => {
    const t = await producer.transaction()
    await t.send({ topic: 'pay', messages: values.map(value => ({ value })) })
    await t[end]()
  }
  await write(['a', 'b'], 'commit')
  await write(['x', 'y'], 'abort')
  await write(['c'], 'commit')
  const open = await producer.transaction()
  await open.send({ topic: 'pay', messages: [{ value: 'pending' }] })
  const spark = session(), read = async (o: Record<string, string>): Promise<unknown[]> => (await spark.read.format('kafka').options({ 'kafka.bootstrap.servers': broker.bootstrapServers, subscribe: 'pay', ...o }).load().selectExpr('CAST(value AS STRING) AS v').collect()).map(r => r['v'])
  assert.deepEqual(await read({ 'kafka.isolation.level': 'read_committed' }), ['a', 'b', 'c'])
  assert.deepEqual(await read({}), ['a', 'b', 'x', 'y', 'c', 'pending'])
  const query = await stream(spark, { subscribe: 'pay', 'kafka.isolation.level': 'read_committed' }).selectExpr('CAST(value AS STRING) AS v').writeStream.format('memory').queryName('paid').start()
  await query.processAllAvailable()
  assert.deepEqual((await spark.table('paid').collect()).map(r => r['v']), ['a', 'b', 'c'])
  await open.commit()
  while ((await spark.table('paid').collect()).length < 4) await query.processAllAvailable()
  assert.deepEqual((await spark.table('paid').collect()).map(r => r['v']), ['a', 'b', 'c', 'pending'])
  // Markers of transactions are offsets too: the lag ends at zero all the same.
  assert.equal(query.recentProgress.at(-1)!.sources[0]!.metrics!['maxOffsetsBehindLatest'], '0')
  await producer.disconnect()
  await spark.stop()
})

test('a query goes on from its checkpoint, and its batches say where they began', async () => {
  await broker.createTopic('resumed')
  const files = new MemoryFiles(), got: string[][] = []
  const run = async (): Promise<unknown[]> => {
    const spark = session(files)
    const query = await stream(spark, { subscribe: 'resumed' }).selectExpr('CAST(value AS STRING) AS v').writeStream.option('checkpointLocation', '/ckpt').trigger({ availableNow: true })
      .foreachBatch(async (df: DataFrame) => { got.push((await df.collect()).map(r => r['v'] as string)) }).start()
    await query.awaitTermination()
    const progress = query.recentProgress.map(p => [p.batchId, p.sources[0]!.startOffset, p.sources[0]!.endOffset])
    await spark.stop()
    return progress
  }
  await send('resumed', 0, ['a', 'b'])
  assert.deepEqual(await run(), [[0, null, { resumed: { 0: 2 } }]])
  await send('resumed', 0, ['c'])
  assert.deepEqual(await run(), [[1, { resumed: { 0: 2 } }, { resumed: { 0: 3 } }]])
  // What finds nothing when it starts keeps one report, as Spark does.
  assert.deepEqual(await run(), [[2, { resumed: { 0: 3 } }, { resumed: { 0: 3 } }]])
  assert.deepEqual(got, [['a', 'b'], ['c']])
  const text = await files.readText('/ckpt/offsets/1')
  assert.equal(text.split('\n')[2], '{"resumed":{"0":3}}')
})

test('errors end a query with a condition and a sentence that helps', async () => {
  const spark = session()
  assert.equal(conditionOf(() => stream(spark, { subscribe: 't', startingOffsets: 'soon' })), 'MICROLOTE_OPTION_INVALID')
  assert.equal(conditionOf(() => stream(spark, { subscribe: 't', 'kafka.bootstrap.servers': 'nowhere' })), 'MICROLOTE_OPTION_INVALID')
  const missing = await stream(spark, { subscribe: 'no-such-topic' }).writeStream.format('noop').start()
  assert.match(await deathOf(missing), /MICROLOTE_KAFKA_TOPIC_MISSING.*no-such-topic/s)
  const away = await stream(spark, { subscribe: 't', 'kafka.bootstrap.servers': '127.0.0.1:1', 'kafka.socket.connection.setup.timeout.ms': '200' }).writeStream.format('noop').start()
  assert.match(await deathOf(away), /MICROLOTE_KAFKA_UNREACHABLE.*127\.0\.0\.1:1/s)
  await assert.rejects(spark.range(1).select('id').write.format('kafka').options({ 'kafka.bootstrap.servers': broker.bootstrapServers, topic: 't' }).mode('append').save(), /MICROLOTE_KAFKA_SINK_SCHEMA/)
  await spark.stop()
})
