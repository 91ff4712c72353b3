/** The Kafka sink's exactly-once mode on a real broker: a batch that is committed is not written again, one that fails is never seen, an older run is fenced off. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { batchOfRows } from '../../../engine/columns/rows.ts'
import type { Batch } from '../../../engine/columns/batch.ts'
import type { StreamSink } from '../../../engine/connectors/connector.ts'
import { OptionsReader } from '../../../engine/connectors/options.ts'
import { findConnector } from '../../../engine/connectors/registry.ts'
import { SparkError } from '../../../engine/index.ts'
import { LocalBackend, SparkSession } from '../../../engine/testing.ts'
import { parseSchema } from '../../../engine/types/ddl.ts'
import { startKafka, type KafkaBroker } from '../../../fixtures/index.ts'
import { surroundings } from '../sources.ts'
import { transactionsEnded } from './kafka-cluster.ts'

let broker: KafkaBroker
before(async () => { broker = await startKafka() })
after(async () => { await broker?.stop() })

const schema = parseSchema('key STRING, value STRING')
async function* rows(...values: (string | Error)[]): AsyncGenerator<Batch> {
  for (const v of values) { if (v instanceof Error) throw v; yield batchOfRows(schema, [[v, v]]) }
}
const open = (options: Record<string, string>): Promise<StreamSink> => findConnector('kafka').streamSink!.open(new OptionsReader('kafka', { 'kafka.bootstrap.servers': broker.bootstrapServers, ...options }), null,
  { ...surroundings().context, schema, outputMode: 'append', queryId: 'q', queryName: null, handles: { foreach: null, foreachBatch: null, tables: { createMemory() {}, putMemory() {} } } })
const condition = (name: string) => (e: unknown): boolean => { assert.ok(e instanceof SparkError, String(e)); assert.equal(e.condition, name, e.message); return true }

test('committed batches are known after a restart, failed ones are unseen, older runs are fenced', async () => {
  await broker.createTopic('salida', { partitions: 2 })
  const options = { topic: 'salida', exactlyOnce: 'true' }
  const first = await open(options)
  await first.addBatch(0, rows('a', 'b'))
  await assert.rejects(first.addBatch(1, rows('lost', new Error('the query failed'))), /the query failed/)
  await first.addBatch(1, rows('c'))
  const second = await open(options)
  await second.addBatch(1, rows('c'))
  await second.addBatch(2, rows('d'))
  await assert.rejects(first.addBatch(3, rows('zombie')), condition('MICROLOTE_KAFKA_FENCED'))
  await second.addBatch(3, rows('e'))
  await Promise.all([first.close(), second.close()])
  assert.deepEqual(await committed('salida'), ['a', 'b', 'c', 'd', 'e'])
})

const committed = async (topic: string): Promise<string[]> => {
  await transactionsEnded(broker.bootstrapServers, topic, 2)
  const spark = new SparkSession(new LocalBackend())
  const seen = await spark.read.format('kafka').options({ 'kafka.bootstrap.servers': broker.bootstrapServers, 'kafka.isolation.level': 'read_committed', subscribe: topic }).load().selectExpr('CAST(value AS STRING) AS v').collect()
  return seen.map(r => r['v'] as string).sort()
}

test('a run that begins while another is in the middle of a batch ends that batch, and the older run at its next word', async () => {
  await broker.createTopic('relevo', { partitions: 2 })
  const options = { topic: 'relevo', exactlyOnce: 'true', 'kafka.batch.size': '1' }
  const first = await open(options), second = await open(options)
  let replace = (): void => {}, reach = (): void => {}
  const replaced = new Promise<void>(resolve => { replace = resolve }), midway = new Promise<void>(resolve => { reach = resolve })
  async function* slow(): AsyncGenerator<Batch> {
    // When the third is asked for, the first is in the topic.
    for (const v of ['x', 'y']) yield batchOfRows(schema, [[v, v]])
    reach()
    await replaced
    yield batchOfRows(schema, [['z', 'z']])
  }
  const late = assert.rejects(first.addBatch(0, slow()), condition('MICROLOTE_KAFKA_FENCED'))
  await midway
  await second.addBatch(0, rows('a', 'b'))
  replace()
  await late
  // It does not take the id back either.
  await assert.rejects(first.addBatch(0, rows('again')), condition('MICROLOTE_KAFKA_FENCED'))
  await second.addBatch(1, rows('c'))
  await Promise.all([first.close(), second.close()])
  assert.deepEqual(await committed('relevo'), ['a', 'b', 'c'])
})

test('a broker that goes away between and within batches is waited for', { skip: process.env['KAFKA_BOOTSTRAP_SERVERS'] !== undefined }, async () => {
  await broker.createTopic('ausente', { partitions: 2 })
  const sink = await open({ topic: 'ausente', exactlyOnce: 'true' })
  await sink.addBatch(0, rows('a'))
  await broker.restart!()
  await sink.addBatch(1, rows('b'))
  async function* interrupted(): AsyncGenerator<Batch> {
    for (const v of ['c', 'd', 'e']) yield batchOfRows(schema, [[v, v]])
    await broker.restart!()
    yield batchOfRows(schema, [['f', 'f']])
  }
  await sink.addBatch(2, interrupted())
  await sink.close()
  assert.deepEqual(await committed('ausente'), ['a', 'b', 'c', 'd', 'e', 'f'])
})

test('what is asked of it in vain', async () => {
  await assert.rejects(open({ exactlyOnce: 'true' }), condition('MICROLOTE_OPTION_MISSING'))
  await assert.rejects(open({ topic: 't', transactionalId: 'x' }), condition('MICROLOTE_OPTION_INVALID'))
  const sink = await open({ topic: 'nada', exactlyOnce: 'true' })
  await assert.rejects(sink.addBatch(0, rows('a')), condition('MICROLOTE_KAFKA_TOPIC_MISSING'))
  await sink.close()
})
