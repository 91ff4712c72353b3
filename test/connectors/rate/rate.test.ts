/** rate and rate-micro-batch: exact values and times, the checkpoint, the texts of the progress. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valuesBefore } from '../../../engine/connectors/rate/index.ts'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { ManualClock } from '../../../engine/observe/clock.ts'
import { parseSchema } from '../../../engine/types/ddl.ts'
import { keepsContract } from '../contract.ts'
import { openSource, surroundings, type Surroundings } from '../sources.ts'

const at = (ms = 1_700_000_000_250): Surroundings & { clock: ManualClock } => { const clock = new ManualClock(ms); return { ...surroundings({ clock }), clock } }
const refused = async (p: Promise<unknown>, condition: string): Promise<void> => { const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x); assert.equal((e as SparkError).condition, condition) }

test('rate keeps the contract of sources', async () => {
  const s = at()
  await keepsContract({ recovers: true, open: () => openSource('rate', { rowsPerSecond: '7' }, s), add: async () => s.clock.advance(1500) })
})

test('rate: second s holds the values s·r to (s+1)·r − 1, spread evenly over the time of the batch', async () => {
  const s = at(), o = await openSource('rate', { rowsPerSecond: '3' }, s)
  assert.equal(o.source.description, 'RateStreamV2[rowsPerSecond=3, rampUpTimeSeconds=0, numPartitions=default')
  assert.equal(await o.source.latestOffset(null, 'options'), '0')
  assert.deepEqual(await o.read(null, '0'), [])
  assert.equal(await s.files.readText('/ckpt/sources/0/0'), 'v1\n1700000000250')
  s.clock.advance(2999)
  assert.equal(await o.source.latestOffset('0', 'options'), '2')
  const rows = await o.read('1', '2')
  assert.deepEqual(rows.map(r => [r['value'], Number(r['timestamp']) - 1_700_000_000_250]), [[3, 1000], [4, 1333], [5, 1667]])
  assert.deepEqual((await o.read('0', '2')).map(r => r['value']), [0, 1, 2, 3, 4, 5])
  s.clock.advance(60_000)
  const again = await openSource('rate', { rowsPerSecond: '3' }, s)
  assert.equal(await again.source.latestOffset('2', 'options'), '62', 'seconds count from the first run')
  await again.source.prepareForAvailableNow!()
  s.clock.advance(60_000)
  assert.equal(await again.source.latestOffset('2', 'options'), '62')
})

test('rate: the ramp-up grows by the same whole number each second', async () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(s => valuesBefore(s, 10, 4)), [0, 2, 6, 12, 20, 30, 40])
  assert.deepEqual([0, 1, 2, 3].map(s => valuesBefore(s, 2, 10)), [0, 1, 3, 6], 'at least by one')
  assert.deepEqual([0, 1, 5].map(s => valuesBefore(s, 4, 0)), [0, 4, 20])
  const s = at(), o = await openSource('rate', { rowsPerSecond: '10', rampUpTime: '4s', numPartitions: '2' }, s)
  assert.equal(o.source.description, 'RateStreamV2[rowsPerSecond=10, rampUpTimeSeconds=4, numPartitions=2')
  assert.equal((await o.read('1', '3')).length, 10)
})

test('rate-micro-batch: n rows a batch, all of one time', async () => {
  const s = at(), options = { rowsPerBatch: '5', startTimestamp: '1000', advanceMillisPerBatch: '2000' }
  const o = await openSource('rate-micro-batch', options, s)
  assert.equal(o.source.description, 'RatePerMicroBatchStream[rowsPerBatch=5, numPartitions=1, startTimestamp=1000, advanceMsPerBatch=2000]')
  const first = (await o.source.latestOffset(null, 'options'))!
  assert.equal(first, '{"offset":5,"timestamp":3000}')
  const second = (await o.source.latestOffset(first, 'options'))!
  assert.deepEqual((await o.read(null, first)).map(r => [r['value'], Number(r['timestamp'])]), [0, 1, 2, 3, 4].map(v => [v, 1000]))
  assert.deepEqual((await o.read(first, second)).map(r => [r['value'], Number(r['timestamp'])]), [5, 6, 7, 8, 9].map(v => [v, 3000]))
  await o.source.prepareForAvailableNow!()
  const third = (await o.source.latestOffset(second, 'options'))!
  assert.equal(await o.source.latestOffset(third, 'options'), third, 'availableNow: one batch')
  const many = await openSource('rate-micro-batch', { rowsPerBatch: '20000' }, s)
  assert.equal((await many.read(null, '{"offset":20000,"timestamp":1000}')).at(-1)!['value'], 19_999)
  await keepsContract({ recovers: true, open: () => openSource('rate-micro-batch', options, s), add: async () => {} })
})

test('mistakes', async () => {
  const s = at()
  await refused(openSource('rate', {}, s, { schema: parseSchema('a INT') }), 'MICROLOTE_SCHEMA_FIXED')
  for (const [o, v] of [['rowsPerSecond', '0'], ['rowsPerSecond', 'x'], ['rampUpTime', 'slow'], ['numPartitions', '0']] as const) await refused(openSource('rate', { [o]: v }, s), 'MICROLOTE_OPTION_INVALID')
  await refused(openSource('rate', { rowPerSecond: '1' }, s), 'MICROLOTE_OPTION_UNKNOWN')
  await refused(openSource('rate-micro-batch', {}, s), 'MICROLOTE_OPTION_MISSING')
  await refused(openSource('rate-micro-batch', { rowsPerBatch: '0' }, s), 'MICROLOTE_OPTION_INVALID')
})
