/** A broker that goes away and comes back, brokers that never answer, logins, and writing: partitions, order, acknowledgement, errors. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { after, before, test } from 'node:test'
import { createRequire } from 'node:module'
import { openKafkaTransport } from '../../../engine/connectors/kafka/open-transport.ts'
import { murmur2 } from '../../../engine/connectors/kafka/partitioner.ts'
import { kafkaConnectionOptions } from '../../../engine/connectors/kafka/security.ts'
import { KafkaTransportError, type KafkaTransport } from '../../../engine/connectors/kafka/transport.ts'
import { systemClock } from '../../../engine/observe/clock.ts'
import { startKafka, type KafkaBroker } from '../../../fixtures/index.ts'
import { columnsOf, read, rowsOf, same, transportTo } from './kafka-cluster.ts'

let broker: KafkaBroker
let kafka: KafkaTransport
before(async () => {
  broker = await startKafka({ way: 'java', security: true })
  kafka = transportTo(broker.bootstrapServers)
})
after(async () => {
  await kafka.close()
  await broker.stop()
})
const failed = async (p: Promise<unknown>, code: string): Promise<KafkaTransportError> => {
  const e = await p.then(() => assert.fail(`expected ${code}`), (x: unknown) => x)
  assert.ok(e instanceof KafkaTransportError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.code, code, e.message)
  return e
}

test('the broker restarts in the middle of a fetch and of a write', async () => {
  await broker.createTopic('restart', { partitions: 2 })
  const rows = Array.from({ length: 40_000 }, (_, i) => ({ topic: 'restart', partition: i % 2, value: `${i} `.repeat(20) }))
  await kafka.produce(columnsOf(rows))
  const seen: number[] = []
  let restarted: Promise<void> | null = null
  const slow = transportTo(broker.bootstrapServers, { 'max.partition.fetch.bytes': '65536' })
  for await (const chunk of slow.fetchRange({ topic: 'restart', partition: 0 }, 0, 20_000)) {
    for (const r of rowsOf(chunk)) seen.push(r.offset)
    if (restarted === null && seen.length > 3000) {
      restarted = broker.restart!()
      await new Promise(r => setTimeout(r, 300))
    }
  }
  await restarted
  same(seen, Array.from({ length: 20_000 }, (_, i) => i), 'offsets')
  const again = broker.restart!()
  const writes = Array.from({ length: 20 }, (_, b) => kafka.produce(columnsOf(Array.from({ length: 100 }, (_, i) => ({ topic: 'restart', partition: 1, value: `after ${b * 100 + i}` })))))
  await Promise.all([again, ...writes])
  const written = await read(kafka, { topic: 'restart', partition: 1 }, 20_000, 22_000)
  same(written.map(r => r.value), Array.from({ length: 2000 }, (_, i) => `after ${i}`), 'writes in order, each once')
  assert.deepEqual(await kafka.offsets([{ topic: 'restart', partition: 1 }], 'latest'), [22_000])
  await slow.close()
})

test('a broker that stays away: an error that names it and the option, within the time allowed', async () => {
  const k = transportTo(broker.bootstrapServers, { 'default.api.timeout.ms': '600' })
  await k.metadata(['restart'])
  await broker.halt!()
  const e = await failed(read(k, { topic: 'restart', partition: 0 }, 0, 5), 'BROKER_UNAVAILABLE')
  assert.equal(e.option, 'kafka.default.api.timeout.ms')
  assert.ok(e.message.includes(broker.bootstrapServers))
  await broker.restart!()
  assert.equal((await read(k, { topic: 'restart', partition: 0 }, 0, 5)).length, 5)
  await k.close()
  const wrong = transportTo('127.0.0.1:1', { 'socket.connection.setup.timeout.ms': '400' })
  assert.equal((await failed(wrong.metadata(), 'BROKER_UNAVAILABLE')).option, 'kafka.bootstrap.servers')
  await wrong.close()
})

test('a broker that stops answering: its connections are given up and made anew', async () => {
  const k = transportTo(broker.bootstrapServers, { 'request.timeout.ms': '300' })
  await read(k, { topic: 'restart', partition: 0 }, 0, 5)
  process.kill(broker.pid!()!, 'SIGSTOP')
  const stuck = read(k, { topic: 'restart', partition: 0 }, 0, 100)
  await new Promise(r => setTimeout(r, 900))
  process.kill(broker.pid!()!, 'SIGCONT')
  assert.equal((await stuck).length, 100)
  await k.close()
})

test('closing ends what is under way', async () => {
  const k = transportTo(broker.bootstrapServers)
  const waiting = failed(read(k, { topic: 'restart', partition: 0 }, 20_000, 20_010), 'CLOSED')
  await new Promise(r => setTimeout(r, 200))
  await k.close()
  await waiting
  await failed(k.metadata(), 'CLOSED')
})

test('a port that does not speak Kafka', async () => {
  const server = net.createServer(s => { s.on('error', () => {}); s.end('HTTP/1.1 400 Bad Request\r\n\r\n') }).listen(0, '127.0.0.1')
  await new Promise(r => server.once('listening', r))
  const k = transportTo(`127.0.0.1:${(server.address() as net.AddressInfo).port}`, { 'socket.connection.setup.timeout.ms': '300' })
  await assert.rejects(k.metadata(), KafkaTransportError)
  await k.close()
  server.close()
})

test('logins: SASL PLAIN and SCRAM, TLS, both, and what goes wrong with them', async () => {
  const s = broker.security!
  await broker.createTopic('secret')
  await broker.produce('secret', [{ value: 'x' }])
  const open = (server: string, o: Record<string, string>) => openKafkaTransport(
    kafkaConnectionOptions(Object.entries({ 'bootstrap.servers': server, 'socket.connection.setup.timeout.ms': '3000', ...o }).map(([k, v]) => [`kafka.${k}`, v] as const), p => readFileSync(p, 'utf8')), systemClock)
  const login = (mechanism: string, password = s.password) => ({
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `org.apache.kafka.common.security.${mechanism === 'PLAIN' ? 'plain.Plain' : 'scram.Scram'}LoginModule required username="${s.username}" password="${password}";`,
  })
  const tls = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': s.caFile }
  const values = async (k: KafkaTransport) => {
    try { return (await read(k, { topic: 'secret', partition: 0 }, 0, 1)).map(r => r.value) } finally { await k.close() }
  }
  for (const m of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) assert.deepEqual(await values(open(s.sasl, { 'security.protocol': 'SASL_PLAINTEXT', ...login(m) })), ['x'])
  assert.deepEqual(await values(open(s.ssl, { 'security.protocol': 'SSL', ...tls })), ['x'])
  assert.deepEqual(await values(open(s.saslSsl, { 'security.protocol': 'SASL_SSL', ...tls, ...login('SCRAM-SHA-512') })), ['x'])
  await failed(values(open(s.sasl, { 'security.protocol': 'SASL_PLAINTEXT', ...login('PLAIN', 'wrong') })), 'AUTHENTICATION_FAILED')
  await failed(values(open(s.sasl, { 'security.protocol': 'SASL_PLAINTEXT', ...login('SCRAM-SHA-256', 'wrong') })), 'AUTHENTICATION_FAILED')
  assert.equal((await failed(values(open(s.ssl, { 'security.protocol': 'SSL' })), 'AUTHENTICATION_FAILED')).option, 'kafka.ssl.truststore.location')
})

test('writing: the Java client\'s partition for a key, the partition named, null keys spread, order kept', async () => {
  await broker.createTopic('spread', { partitions: 3 })
  const javaMurmur2 = createRequire(import.meta.url)('kafkajs/src/producer/partitioners/default/murmur2') as (b: Buffer) => number
  const keys = Array.from({ length: 200 }, (_, i) => 'clé'.repeat(i % 7) + i)
  for (const k of keys) { const b = Buffer.from(k); assert.equal(murmur2(b, 0, b.length), javaMurmur2(b)) }
  await kafka.produce(columnsOf(keys.map((key, i) => ({ topic: 'spread', key, value: `${i}` }))))
  for (const partition of [0, 1, 2]) {
    const expected = keys.map((key, i) => ({ key, value: `${i}` })).filter(r => (javaMurmur2(Buffer.from(r.key)) & 0x7fffffff) % 3 === partition)
    const rows = await read(kafka, { topic: 'spread', partition }, 0, expected.length)
    assert.deepEqual(rows.map(r => ({ key: r.key, value: r.value })), expected)
  }
  const before = await kafka.offsets([0, 1, 2].map(partition => ({ topic: 'spread', partition })), 'latest')
  await kafka.produce(columnsOf(Array.from({ length: 3000 }, (_, i) => ({ topic: 'spread', value: 'y'.repeat(200) + i }))))
  const grown = (await kafka.offsets([0, 1, 2].map(partition => ({ topic: 'spread', partition })), 'latest')).map((o, i) => o - before[i]!)
  assert.equal(grown[0]! + grown[1]! + grown[2]!, 3000)
  assert.ok(grown.every(g => g > 0), grown.join())
})

test('writing: errors say where', async () => {
  assert.equal((await failed(kafka.produce(columnsOf([{ topic: 'spread', partition: 7, value: 'x' }])), 'UNKNOWN_PARTITION')).partition, 7)
  assert.equal((await failed(kafka.produce(columnsOf([{ topic: 'spread', value: 'x'.repeat(1_100_000) }])), 'RECORD_TOO_LARGE')).option, 'kafka.max.request.size')
  await broker.createTopic('narrow', { config: { 'max.message.bytes': '1000' } })
  assert.equal((await failed(kafka.produce(columnsOf([{ topic: 'narrow', value: 'x'.repeat(5000) }])), 'RECORD_TOO_LARGE')).topic, 'narrow')
  await broker.createTopic('keyed', { config: { 'cleanup.policy': 'compact' } })
  await failed(kafka.produce(columnsOf([{ topic: 'keyed', value: 'no key' }])), 'PRODUCE_FAILED')
  // The failures above leave the producer usable, also on the same partitions.
  await kafka.produce(columnsOf([{ topic: 'narrow', value: 'ok' }, { topic: 'keyed', key: 'k', value: 'ok' }]))
  assert.equal((await read(kafka, { topic: 'narrow', partition: 0 }, 0, 1))[0]!.value, 'ok')
})

test('writing without waiting, with the leader only, and to a topic that the broker makes', async () => {
  for (const acks of ['0', '1']) {
    const k = transportTo(broker.bootstrapServers, { acks })
    await k.produce(columnsOf([{ topic: `fresh-${acks}`, value: acks }]))
    if (acks === '0') for (let i = 0; i < 50 && (await k.offsets([{ topic: 'fresh-0', partition: 0 }], 'latest'))[0] === 0; i++) await new Promise(r => setTimeout(r, 20))
    assert.equal((await read(k, { topic: `fresh-${acks}`, partition: 0 }, 0, 1))[0]!.value, acks)
    await k.close()
  }
})
