/** Kafka offsets without a broker: texts, shares, lag; the options of the source and the sink; patterns; chunks as columns and back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../../engine/columns/batch.ts'
import { vectorOf } from '../../../engine/columns/builder.ts'
import { BytesVector } from '../../../engine/columns/bytes-vector.ts'
import { ConstantVector } from '../../../engine/columns/constant-vector.ts'
import { DictionaryVector } from '../../../engine/columns/dictionary-vector.ts'
import { lagMetrics, newRecords, offsetsText, parseOffsets, shareOut } from '../../../engine/connectors/kafka/offsets.ts'
import { produceColumns, views } from '../../../engine/connectors/kafka/produce-columns.ts'
import { batchOfChunk, kafkaSchema } from '../../../engine/connectors/kafka/rows.ts'
import { sinkColumns } from '../../../engine/connectors/kafka/sink-schema.ts'
import { kafkaSourceOptions } from '../../../engine/connectors/kafka/source-options.ts'
import { topicPattern } from '../../../engine/connectors/kafka/topic-pattern.ts'
import { OptionsReader } from '../../../engine/connectors/options.ts'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { binaryType, stringType } from '../../../engine/types/data-type.ts'
import { parseSchema } from '../../../engine/types/ddl.ts'

const m = (o: Record<string, number>): Map<string, number> => new Map(Object.entries(o))
const thrown = (f: () => unknown, condition: string): SparkError => {
  let e: unknown
  try { f() } catch (x) { e = x }
  assert.ok(e instanceof SparkError, `expected ${condition}, got ${String(e)}`)
  assert.equal(e.condition, condition, e.message)
  return e
}

test('offset texts: sorted by topic and number, topics that look like numbers too', () => {
  assert.equal(offsetsText(m({ 't-10': 1, 't-2': 2, '7-0': 3, 'a-b-0': 4 })), '{"7":{"0":3},"a-b":{"0":4},"t":{"2":2,"10":1}}')
  assert.equal(offsetsText(new Map()), '{}')
  assert.deepEqual(parseOffsets('{"a-b":{"0":4},"t":{"2":2,"10":1}}'), m({ 'a-b-0': 4, 't-2': 2, 't-10': 1 }))
  for (const [text, least] of [['{', 0], ['[]', 0], ['{"t":5}', 0], ['{"t":{"x":1}}', 0], ['{"t":{"0":-1}}', 0], ['{"t":{"0":-3}}', -2], ['{"t":{"0":1.5}}', 0]] as const) assert.throws(() => parseOffsets(text, least), Error, text)
})

test('the limit is shared out as Spark does: 100, 10 and 1 with 10 give 9 + 1 + 1', () => {
  const zero = m({ 't-0': 0, 't-1': 0, 't-2': 0 })
  assert.deepEqual(shareOut(10, zero, m({ 't-0': 100, 't-1': 10, 't-2': 1 }), new Map()), m({ 't-0': 9, 't-1': 1, 't-2': 1 }))
  assert.deepEqual(shareOut(10, zero, m({ 't-0': 0, 't-1': 3, 't-2': 2 }), new Map()), m({ 't-0': 0, 't-1': 3, 't-2': 2 }))
  assert.deepEqual(shareOut(7, m({ 't-0': 50 }), m({ 't-0': 60, 't-1': 30 }), m({ 't-1': 20 })), m({ 't-0': 53, 't-1': 23 }))
  assert.deepEqual(shareOut(7, m({ 't-0': 50 }), m({ 't-0': 40 }), new Map()), m({ 't-0': 40 }), 'an end that moved back stays as it is')
  assert.equal(newRecords(m({ 't-0': 4 }), m({ 't-0': 6, 't-1': 3 })), 5)
  assert.deepEqual(lagMetrics(m({ 't-0': 10, 't-1': 5, 't-2': 5 }), m({ 't-0': 4, 't-1': 5, 't-2': 4 })), { avgOffsetsBehindLatest: '2.3', maxOffsetsBehindLatest: '6', minOffsetsBehindLatest: '0' })
})

test('Java patterns', () => {
  assert.ok(topicPattern('^orders-.*').test('orders-es'))
  assert.ok(topicPattern('rder').test('orders'), 'looked for anywhere, as Spark does')
  assert.ok(topicPattern('(?i)^ORDERS\\Q.1\\E$').test('orders.1'))
  assert.ok(!topicPattern('^a\\Q.\\Eb$').test('axb'))
  assert.ok(topicPattern('^[\\p{Alnum}_]+\\z').test('a_1'))
  assert.ok(topicPattern('^\\P{Digit}+$').test('abc'))
  for (const bad of ['a++', '(', '[a&&b]', '\\p{Greek}', '(?x)a', 'a\\']) assert.throws(() => topicPattern(bad), Error, bad)
})

const good = { 'kafka.bootstrap.servers': 'localhost:9092', subscribe: 't' }
const stream = (o: Record<string, string>) => kafkaSourceOptions(new OptionsReader('kafka', o), false)
const batch = (o: Record<string, string>) => kafkaSourceOptions(new OptionsReader('kafka', o), true)

test('options of the source: each mistake is named', () => {
  assert.equal(stream({ ...good, subscribe: ' a, b ,,a' }).subscription.kind, 'subscribe')
  assert.deepEqual(stream({ ...good, subscribe: ' a, b ,,a' }).subscription, { kind: 'subscribe', topics: ['a', 'b'] })
  assert.deepEqual([stream(good).start.kind, batch(good).start.kind, batch(good).end.kind], ['latest', 'earliest', 'latest'])
  assert.equal(stream({ ...good, STARTINGOFFSETS: ' Earliest ' }).start.kind, 'earliest')
  assert.equal(stream({ ...good, startingTimestamp: '5', startingOffsetsByTimestamp: '{"t":{"0":1}}', startingOffsets: 'earliest' }).start.kind, 'time', 'one time wins')
  assert.equal(stream({ ...good, startingOffsetsByTimestamp: '{"t":{"0":1}}', startingOffsets: 'earliest' }).start.kind, 'times')
  assert.equal(stream({ ...good, maxTriggerDelay: '2m' }).maxTriggerDelayMs, 120_000)
  thrown(() => stream({ subscribe: 't' }), 'MICROLOTE_OPTION_MISSING')
  thrown(() => stream({ 'kafka.bootstrap.servers': 'x:1' }), 'MICROLOTE_OPTION_MISSING')
  thrown(() => stream({ ...good, assign: '{"t":[0]}' }), 'MICROLOTE_OPTIONS_EXCLUSIVE')
  const bad: [string, string][] = [
    ['subscribe', ' , '], ['startingOffsets', 'now'], ['startingOffsets', '{"t":{"0":-3}}'], ['startingOffsetsByTimestamp', '{"t":1}'], ['endingOffsets', 'latest'], ['endingTimestamp', '5'], ['endingOffsetsByTimestamp', '{}'],
    ['maxOffsetsPerTrigger', '0'], ['maxOffsetsPerTrigger', 'ten'], ['maxTriggerDelay', 'soon'], ['failOnDataLoss', 'maybe'], ['minPartitions', '0'], ['startingOffsetsByTimestampStrategy', 'first'], ['kafka.bootstrap.servers', 'nowhere'],
    ['kafka.auto.offset.reset', 'earliest'], ['kafka.key.deserializer', 'x'], ['kafka.value.deserializer', 'x'], ['kafka.enable.auto.commit', 'true'], ['kafka.interceptor.classes', 'x'], ['kafka.value.serializer', 'x'],
  ]
  for (const [option, value] of bad) {
    const e = thrown(() => stream({ ...good, [option]: value }), 'MICROLOTE_OPTION_INVALID')
    assert.ok(e.message.includes(option), e.message)
  }
  for (const [option, value] of [['subscribePattern', '('], ['subscribePattern', ' '], ['assign', '{"t":0}'], ['assign', 't']] as const) thrown(() => stream({ 'kafka.bootstrap.servers': 'x:1', [option]: value }), 'MICROLOTE_OPTION_INVALID')
  thrown(() => stream({ ...good, minOffsetsPerTrigger: '20', maxOffsetsPerTrigger: '10' }), 'MICROLOTE_OPTION_INVALID')
  assert.match(thrown(() => stream({ ...good, startingOffset: 'earliest' }), 'MICROLOTE_OPTION_UNKNOWN').message, /startingoffsets/i)
  assert.match(thrown(() => stream({ ...good, 'kafka.fetch.max.byte': '5' }), 'MICROLOTE_OPTION_UNKNOWN').message, /kafka\.fetch\.max\.bytes/)
  thrown(() => batch({ ...good, startingOffsets: 'latest' }), 'MICROLOTE_OPTION_INVALID')
  thrown(() => batch({ ...good, endingOffsets: 'earliest' }), 'MICROLOTE_OPTION_INVALID')
  thrown(() => batch({ ...good, startingOffsets: '{"t":{"0":-1}}' }), 'MICROLOTE_OPTION_INVALID')
  thrown(() => batch({ ...good, startingOffsets: '{"t":{"0":9}}', endingOffsets: '{"t":{"0":3}}' }), 'UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET')
  assert.ok(!thrown(() => stream({ ...good, 'kafka.security.protocol': 'SASL_SSL', 'kafka.sasl.mechanism': 'PLAIN', 'kafka.sasl.jaas.config': 'secret-word' }), 'MICROLOTE_OPTION_INVALID').parameters['value']!.includes('secret-word'))
  // Known to Spark and without effect here: taken.
  stream({ ...good, groupIdPrefix: 'x', minPartitions: '4', maxRecordsPerPartition: '100', 'fetchOffset.numRetries': '2', 'fetchOffset.retryIntervalMs': '10', 'kafkaConsumer.pollTimeoutMs': '500', 'kafka.group.id': 'g', includeHeaders: 'true' })
})

const sink = (schema: string, o: Record<string, string> = {}) => sinkColumns(parseSchema(schema), new OptionsReader('kafka', { 'kafka.bootstrap.servers': 'localhost:9092', ...o }))

test('columns of the sink', () => {
  assert.deepEqual(sink('key BINARY, Value STRING, topic STRING, partition INT, headers ARRAY<STRUCT<key: STRING, value: BINARY>>, other DOUBLE'), { value: 1, key: 0, topic: 2, headers: 4, partition: 3, topicOption: null })
  assert.equal(sink('value BINARY', { topic: ' out ' }).topicOption, 'out')
  for (const [schema, options, word] of [
    ['key STRING', { topic: 't' }, 'value'], ['value INT', { topic: 't' }, 'value'], ['value STRING', {}, 'topic'], ['value STRING, topic INT', { topic: 't' }, 'topic'], ['value STRING, key INT', { topic: 't' }, 'key'],
    ['value STRING, partition BIGINT', { topic: 't' }, 'partition'], ['value STRING, headers ARRAY<STRING>', { topic: 't' }, 'headers'],
  ] as const) assert.ok(thrown(() => sink(schema, options), 'MICROLOTE_KAFKA_SINK_SCHEMA').parameters['reason']!.includes(word))
  thrown(() => sink('value STRING', { topic: 't', topics: 'x' }), 'MICROLOTE_OPTION_UNKNOWN')
  thrown(() => sink('value STRING', { topic: 't', 'kafka.transactional.id': 'x' }), 'MICROLOTE_OPTION_INVALID')
})

test('values of every layout become views of bytes', () => {
  const texts = ['a', null, 'ñandú', '', 'x'.repeat(5000), '😀'.repeat(40)]
  const decoded = (v: ReturnType<typeof views>, n: number): (string | null)[] => Array.from({ length: n }, (_, i) => (v.starts[i]! < 0 ? null : new TextDecoder().decode(v.bytes.subarray(v.starts[i], v.ends[i]))))
  assert.deepEqual(decoded(views(vectorOf(stringType, texts), 6), 6), texts)
  const bytes = vectorOf(binaryType, texts.map(t => (t === null ? null : new TextEncoder().encode(t))))
  assert.ok(bytes instanceof BytesVector)
  assert.deepEqual(decoded(views(bytes, 6), 6), texts)
  assert.equal(views(vectorOf(binaryType, [new Uint8Array(3)]), 1).bytes.length, 3)
  const dictionary = new DictionaryVector(vectorOf(stringType, ['uno', null, 'dos']), Int32Array.of(2, 1, 0, 0), Uint8Array.of(0, 0, 0, 1))
  assert.deepEqual(decoded(views(dictionary, 4), 4), ['dos', null, 'uno', null])
  assert.deepEqual(decoded(views(dictionary.slice(0, 1), 1), 1), ['dos'], 'a dictionary larger than the batch')
  assert.deepEqual(decoded(views(new ConstantVector(stringType, 'k', 3), 3), 3), ['k', 'k', 'k'])
  assert.deepEqual(decoded(views(new ConstantVector(stringType, null, 2), 2), 2), [null, null])
  const b = new Batch([vectorOf(stringType, ['v', 'w']), vectorOf(stringType, ['t1', null])], 2)
  thrown(() => produceColumns(b, sink('value STRING, topic STRING')), 'KAFKA_NULL_TOPIC_IN_DATA')
  assert.deepEqual(produceColumns(new Batch([vectorOf(stringType, ['v', 'w', 'x']), vectorOf(stringType, ['t1', 't2', 't1'])], 3), sink('value STRING, topic STRING')).topicIndexes, Int32Array.of(0, 1, 0))
})

test('a chunk as columns: views, nulls, only what is wanted', () => {
  const chunk = {
    topic: 't', partition: 3, length: 2, bytes: new TextEncoder().encode('kvw'), keyStarts: Int32Array.of(0, -1, 9), keyEnds: Int32Array.of(1, -1, 9), valueStarts: Int32Array.of(1, 2, 9), valueEnds: Int32Array.of(2, 3, 9),
    offsets: BigInt64Array.of(7n, 9n, 0n), timestampsMs: BigInt64Array.of(1_700_000_000_123n, -5n, 0n), timestampTypes: Uint8Array.of(0, 1, 0), headers: [null, [{ key: 'h', value: null }]],
  }
  const b = batchOfChunk(chunk, kafkaSchema(true), new Set([0, 1, 2, 3, 4, 5, 6, 7]), 2)
  assert.equal(b.length, 2)
  assert.equal(b.partition, 2)
  const row = (i: number): unknown[] => b.columns.map(c => c.get(i))
  assert.deepEqual(row(0), [Uint8Array.of(107), Uint8Array.of(118), 't', 3, 7n, 1_700_000_000_123_000n, 0, null])
  assert.deepEqual(row(1), [null, Uint8Array.of(119), 't', 3, 9n, -5000n, 1, [['h', null]]])
  assert.equal((b.columns[1] as BytesVector).bytes, chunk.bytes, 'no copy')
  assert.ok(b.columns.every(c => c.length === 2))
  const some = batchOfChunk(chunk, kafkaSchema(false), new Set([4]), 0)
  assert.deepEqual(some.columns.map(c => c.get(0)), [null, null, null, null, 7n, null, null])
})
