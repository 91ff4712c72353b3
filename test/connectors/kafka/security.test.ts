/** The `kafka.*` options: what each becomes, and the refusals, each with the option's name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJaas } from '../../../engine/connectors/kafka/jaas.ts'
import { kafkaConnectionOptions } from '../../../engine/connectors/kafka/security.ts'
import { KafkaTransportError } from '../../../engine/connectors/kafka/transport.ts'

const files: Record<string, string> = { '/ca.pem': 'CA', '/client.pem': 'KEY+CERT' }
const options = (o: Record<string, string>) => kafkaConnectionOptions(
  Object.entries({ 'kafka.bootstrap.servers': 'a:1', ...o }),
  path => { if (files[path] === undefined) throw new Error('no such file'); return files[path] },
)
const refuses = (o: Record<string, string>, option: string, words = /./) => assert.throws(() => options(o), (e: unknown) => {
  assert.ok(e instanceof KafkaTransportError)
  assert.equal(e.code, 'OPTION_REFUSED')
  assert.equal(e.option, option)
  assert.match(e.message, words)
  assert.ok(e.message.includes(option))
  return true
})

test('defaults are those of Kafka\'s Java client, except for batch sizes', () => {
  const o = options({ 'kafka.bootstrap.servers': ' a:9092, PLAINTEXT://b:1 ,[::1]:5', subscribe: 'ignored here', 'KAFKA.Client.Id': 'me' })
  assert.deepEqual(o.brokers, ['a:9092', 'b:1', '[::1]:5'])
  assert.equal(o.clientId, 'me')
  assert.equal(o.isolation, 'read_uncommitted')
  assert.equal(o.acks, -1)
  assert.equal(o.idempotence, true)
  assert.equal(o.ssl, null)
  assert.equal(o.sasl, null)
  assert.equal(options({ 'kafka.acks': '1' }).idempotence, false)
})

test('SASL', () => {
  const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="ana" password="p\\"w;=1";'
  assert.deepEqual(options({ 'kafka.security.protocol': 'sasl_plaintext', 'kafka.sasl.mechanism': 'SCRAM-SHA-512', 'kafka.sasl.jaas.config': jaas }).sasl, { mechanism: 'scram-sha-512', username: 'ana', password: 'p"w;=1' })
  refuses({ 'kafka.security.protocol': 'SASL_SSL', 'kafka.sasl.mechanism': 'PLAIN', 'kafka.sasl.jaas.config': jaas }, 'kafka.sasl.jaas.config', /PlainLoginModule/)
  refuses({ 'kafka.security.protocol': 'SASL_SSL' }, 'kafka.sasl.mechanism', /GSSAPI/)
  refuses({ 'kafka.security.protocol': 'SASL_SSL', 'kafka.sasl.mechanism': 'PLAIN' }, 'kafka.sasl.jaas.config')
  refuses({ 'kafka.security.protocol': 'TLS' }, 'kafka.security.protocol', /SASL_SSL/)
})

test('jaas text: quotes, no quotes, damage; a password never reaches a message', () => {
  assert.deepEqual(parseJaas('x.PlainLoginModule required\n username=ana\n password=\'s e\' extra="1" ;'), { module: 'PlainLoginModule', username: 'ana', password: 's e' })
  for (const bad of ['', 'required', 'a.B required username="x"', 'a.B required username="x" password="secret', 'a.B required username="x" password="secret" ; more']) {
    assert.throws(() => parseJaas(bad), (e: Error) => e instanceof KafkaTransportError && !e.message.includes('secret'))
  }
})

test('TLS takes PEM by file or by value, and refuses other stores', () => {
  const ssl = { 'kafka.security.protocol': 'SSL' }
  assert.deepEqual(options(ssl).ssl, {})
  assert.deepEqual(options({ ...ssl, 'kafka.ssl.truststore.type': 'PEM', 'kafka.ssl.truststore.location': '/ca.pem' }).ssl, { ca: 'CA' })
  assert.deepEqual(options({ ...ssl, 'kafka.ssl.truststore.certificates': 'INLINE', 'kafka.ssl.keystore.key': 'K', 'kafka.ssl.keystore.certificate.chain': 'C', 'kafka.ssl.key.password': 'p' }).ssl, { ca: 'INLINE', key: 'K', cert: 'C', passphrase: 'p' })
  assert.deepEqual(options({ ...ssl, 'kafka.ssl.keystore.type': 'pem', 'kafka.ssl.keystore.location': '/client.pem' }).ssl, { key: 'KEY+CERT', cert: 'KEY+CERT' })
  assert.equal(options({ ...ssl, 'kafka.ssl.endpoint.identification.algorithm': '' }).ssl!.checkServerIdentity!(), undefined)
  refuses({ ...ssl, 'kafka.ssl.truststore.location': '/x.jks' }, 'kafka.ssl.truststore.type', /PEM/)
  refuses({ ...ssl, 'kafka.ssl.truststore.type': 'PEM', 'kafka.ssl.truststore.location': '/none' }, 'kafka.ssl.truststore.location', /no such file/)
  refuses({ ...ssl, 'kafka.ssl.keystore.key': 'K' }, 'kafka.ssl.keystore.certificate.chain')
})

test('refusals and what is passed over', () => {
  refuses({ 'kafka.auto.offset.reset': 'earliest' }, 'kafka.auto.offset.reset', /startingOffsets/)
  for (const k of ['key.deserializer', 'value.deserializer', 'key.serializer', 'value.serializer', 'enable.auto.commit', 'interceptor.classes', 'transactional.id']) refuses({ [`kafka.${k}`]: 'x' }, `kafka.${k}`)
  refuses({ 'kafka.fetch.max.byts': '1' }, 'kafka.fetch.max.byts', /spelling/)
  refuses({ 'kafka.bootstrap.servers': '' }, 'kafka.bootstrap.servers', /missing/)
  for (const bad of ['localhost', 'a:0', 'a:99999', ':9092', 'a:b']) refuses({ 'kafka.bootstrap.servers': bad }, 'kafka.bootstrap.servers', /host:port/)
  refuses({ 'kafka.request.timeout.ms': '3s' }, 'kafka.request.timeout.ms', /whole number/)
  refuses({ 'kafka.acks': '1', 'kafka.enable.idempotence': 'true' }, 'kafka.enable.idempotence')
  assert.equal(options({ 'kafka.group.id': 'g', 'kafka.linger.ms': '5', 'kafka.max.poll.records': '1' }).clientId, 'microlote')
})
