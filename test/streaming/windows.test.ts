/** Windows of event time told whole: batches without data, restarts, the logs, and damaged or changed state. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, sum, window } from '../../engine/api/functions.ts'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { at, StreamDriver } from './stream-driver.ts'

const tenMinutes = (delay = '0 seconds') => (df: DataFrame): DataFrame => df.withWatermark('ts', delay).groupBy(window('ts', '10 minutes'), 'k').agg(sum('v').alias('total'))
const logged = async (d: StreamDriver, path: string): Promise<any> => JSON.parse((await d.files.readText(`ckpt/${path}`)).split('\n')[1]!)
const died = async (d: StreamDriver): Promise<string | null> => {
  await assert.rejects(() => d.query.processAllAvailable())
  return conditionOf(d.query.exception())
}

test('a window closes in a batch without data as soon as the watermark has passed its end', async () => {
  const d = new StreamDriver({ build: tenMinutes() })
  try {
    assert.deepEqual(await d.add(['a', at('00:01'), 1], ['b', at('00:02'), 2], ['a', at('00:03'), 4]), [])
    assert.deepEqual(await d.add(['a', at('00:10'), 8]), ['[00:00,00:10] a 5', '[00:00,00:10] b 2'])
    assert.deepEqual(d.progress.map(p => p.numInputRows), [3, 0, 1, 0])
    assert.deepEqual(d.progress.map(p => p.eventTime), [
      { avg: '2026-03-05T00:02:00.000Z', max: '2026-03-05T00:03:00.000Z', min: '2026-03-05T00:01:00.000Z', watermark: '1970-01-01T00:00:00.000Z' },
      { watermark: '2026-03-05T00:03:00.000Z' },
      { avg: '2026-03-05T00:10:00.000Z', max: '2026-03-05T00:10:00.000Z', min: '2026-03-05T00:10:00.000Z', watermark: '2026-03-05T00:03:00.000Z' },
      { watermark: '2026-03-05T00:10:00.000Z' },
    ])
    const watermark = Date.parse('2026-03-05T00:10:00Z')
    assert.equal((await logged(d, 'offsets/3')).batchWatermarkMs, watermark)
    assert.equal((await logged(d, 'commits/2')).nextBatchWatermarkMs, watermark)
  } finally { await d.stop() }
})

test('after a restart nothing is closed before new data comes', async () => {
  const d = new StreamDriver({ build: tenMinutes(), confs: { 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' } })
  try {
    await d.add(['a', at('00:01'), 1])
    await d.add(['a', at('00:30'), 2])
    await d.start()
    assert.deepEqual(await d.add(), [])
    assert.deepEqual(await d.add(['a', at('00:31'), 4]), ['[00:00,00:10] a 1'])
  } finally { await d.stop() }
})

test('a batch without data that was not committed runs again, with its number and its rows', async () => {
  const d = new StreamDriver({ build: tenMinutes() })
  try {
    await d.add(['a', at('00:01'), 1])
    assert.deepEqual(await d.add(['a', at('00:30'), 2]), ['[00:00,00:10] a 1'])
    await d.stop()
    await d.files.delete('ckpt/commits/3')
    const before = d.out.get(3)
    d.out.delete(3)
    await d.start()
    assert.deepEqual(await d.add(), before)
    assert.deepEqual([...d.out.keys()], [0, 1, 2, 3])
  } finally { await d.stop() }
})

test('availableNow ends with the batches that close windows, once does not', async () => {
  for (const [trigger, wanted] of [[{ availableNow: true }, ['[00:00,00:10] a 1']], [{ once: true }, []]] as const) {
    const d = new StreamDriver({ build: tenMinutes(), trigger })
    try {
      d.feed(['a', at('00:01'), 1], ['a', at('00:30'), 2])
      const query = await d.start()
      await query.awaitTermination()
      assert.deepEqual(d.lines, wanted)
    } finally { await d.stop() }
  }
})

test('NULL, NaN and both zeros are keys like others, over a restart', async () => {
  const d = new StreamDriver({ schema: 'k STRING, ts TIMESTAMP, v DOUBLE', build: df => df.withWatermark('ts', '0 seconds').groupBy(window('ts', '10 minutes'), 'v').agg(count('*').alias('n')) })
  try {
    await d.add(['a', at('00:01'), NaN], ['a', at('00:01'), -0], ['a', at('00:01'), null])
    await d.start()
    await d.add(['a', at('00:02'), NaN], ['a', at('00:02'), 0], ['a', at('00:02'), null], ['a', null, 1])
    assert.deepEqual(await d.add(['a', at('00:30'), 7]), ['[00:00,00:10] 0 2', '[00:00,00:10] NULL 2', '[00:00,00:10] NaN 2'])
  } finally { await d.stop() }
})

test('one row of the far future closes all windows for good; a row before 1970 is late at once', async () => {
  const d = new StreamDriver({ build: tenMinutes() })
  try {
    await d.add(['a', at('00:01'), 1], ['a', new Date('1969-12-31T00:00:00Z'), 2])
    assert.equal(d.progress[0]!.stateOperators[0]!.numRowsDroppedByWatermark, 1)
    assert.deepEqual(await d.add(['a', new Date('9999-12-31T23:59:59.999Z'), 4]), ['[00:00,00:10] a 1'])
    await d.add(['a', at('00:20'), 8])
    assert.equal(d.progress.at(-1)!.stateOperators[0]!.numRowsDroppedByWatermark, 1)
  } finally { await d.stop() }
})

async function withHistory(batches: number): Promise<StreamDriver> {
  const d = new StreamDriver({ build: tenMinutes('1 hour'), confs: { 'spark.sql.shuffle.partitions': '1', 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' } })
  for (let i = 0; i < batches; i++) await d.add(['a', at(`00:0${i % 10}`), 1])
  await d.stop()
  return d
}

test('a missing state file is an error that names it, never a wrong answer', async () => {
  const d = await withHistory(3)
  try {
    await d.files.delete('ckpt/state/0/0/2.delta')
    d.feed(['a', at('00:01'), 1])
    await d.start()
    assert.equal(await died(d), 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS')
    assert.match(d.query.exception()!.message, /2\.delta/)
  } finally { await d.stop() }
})

test('a state file that is cut off at any byte is an error that names it', async () => {
  const d = await withHistory(2)
  const whole = await d.files.read('ckpt/state/0/0/2.delta')
  try {
    d.feed(['a', at('00:01'), 1])
    for (const length of [0, 1, 20, whole.length - 5, whole.length - 1]) {
      await d.files.writeAtomic('ckpt/state/0/0/2.delta', whole.slice(0, length), { overwrite: true })
      await d.start()
      assert.match(await died(d) ?? '', /^CANNOT_LOAD_STATE_STORE\./, `cut to ${length}`)
    }
    await d.files.writeAtomic('ckpt/state/0/0/2.delta', whole, { overwrite: true })
    await d.start()
    await d.add(['a', at('03:00'), 1])
    assert.deepEqual(await d.add(['a', at('03:00'), 1]), ['[00:00,00:10] a 3'])
  } finally { await d.stop() }
})

test('a damaged snapshot is got round by the deltas before it', async () => {
  const d = await withHistory(14)
  try {
    const [snapshot] = (await d.files.list('ckpt/state/0/0')).filter(f => f.name.endsWith('.snapshot'))
    await d.files.writeAtomic(`ckpt/state/0/0/${snapshot!.name}`, new Uint8Array(7), { overwrite: true })
    await d.start()
    await d.add(['a', at('03:00'), 1])
    assert.deepEqual(await d.add(['a', at('03:00'), 1]), ['[00:00,00:10] a 14'])
  } finally { await d.stop() }
})

test('a checkpoint refuses a query with other keys, other aggregates or other operators', async () => {
  const cases: readonly [(df: DataFrame) => DataFrame, string][] = [
    [df => df.withWatermark('ts', '1 hour').groupBy(window('ts', '10 minutes'), 'v').agg(sum('v').alias('total')), 'STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE'],
    [df => df.withWatermark('ts', '1 hour').groupBy(window('ts', '10 minutes'), 'k').agg(sum(df.col('v').cast('double')).alias('total')), 'STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE'],
    [df => df.withWatermark('ts', '1 hour').dropDuplicates(['k']), 'STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA'],
  ]
  for (const [build, condition] of cases) {
    const d = await withHistory(1)
    try {
      d.feed(['a', at('00:01'), 1])
      await d.start(d.files, { build })
      assert.equal(await died(d), condition)
    } finally { await d.stop() }
  }
})
