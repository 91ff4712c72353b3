/** The wire's integers and strings: a writer that has to grow at any value writes what one that never grows does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOffsetsRequest, metadataRequest } from '../../../engine/connectors/kafka/requests.ts'
import { WireReader, WireWriter } from '../../../engine/connectors/kafka/wire.ts'

const fill = (w: WireWriter): WireWriter => w.int8(-1).int16(-2).int32(-3).int64(2 ** 40 + 5).bigInt64(-(2n ** 60n)).string('tópico').string(null).raw(Uint8Array.of(7, 8, 9)).int64(-1).string('')

test('the writer grows wherever its room ends', () => {
  const whole = fill(new WireWriter(1024)).bytes
  for (let capacity = 1; capacity <= whole.length; capacity++) assert.deepEqual(fill(new WireWriter(capacity)).bytes, whole, `capacity ${capacity}`)
  const r = new WireReader(whole)
  assert.deepEqual([r.int8(), r.int16(), r.int32(), r.int64(), r.bigInt64(), r.string(), r.string()], [-1, -2, -3, 2 ** 40 + 5, -(2n ** 60n), 'tópico', null])
  r.skip(3)
  assert.deepEqual([r.int64(), r.string(), r.position], [-1, '', whole.length])
})

test('questions about hundreds of topics and partitions', () => {
  const questions = Array.from({ length: 300 }, (_, i) => ({ topic: `un-topic-con-nombre-largo-${i % 30}`, partition: Math.floor(i / 30), time: -1 }))
  const { body } = listOffsetsRequest(questions, 'read_uncommitted')((_key, _low, high) => high), r = new WireReader(body)
  r.int32(); r.int8()
  const asked = r.array(() => { const topic = r.string(); return r.array(() => ({ topic, partition: r.int32(), time: r.int64() })) }).flat()
  assert.equal(r.position, body.length)
  assert.deepEqual(asked.sort((a, b) => a.partition - b.partition || Number(a.topic!.split('-').at(-1)) - Number(b.topic!.split('-').at(-1))), questions)
  assert.ok(metadataRequest(questions.map(q => q.topic))((_key, _low, high) => high).body.length > 256)
})
