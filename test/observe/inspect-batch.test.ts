/** The batch inspector: what came in, what was late and against which watermark, what operators did, what is still open and what would close it; and the state as a DataFrame. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { DataFrame, functions as F, MemoryStream, SparkError, SparkSession, type StreamingQuery } from 'microlote'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').config('spark.microlote.inspect.enabled', 'true').getOrCreate()
after(() => spark.stop())
const at = (time: string): Date => new Date(`2026-01-01T${time}Z`)
const ms = (time: string): number => at(time).getTime()
const failsWith = (condition: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === condition

async function windowed(mode: string): Promise<{ query: StreamingQuery; add: (...rows: [string, string][]) => Promise<void> }> {
  const source = new MemoryStream(spark, 'ts TIMESTAMP, k STRING')
  const query = await source.toDF().withWatermark('ts', '1 minute').groupBy(F.window(F.col('ts'), '5 minutes'), 'k').count().writeStream.outputMode(mode).format('noop').start()
  return { query, add: async (...rows) => { source.addData(...rows.map(([time, k]) => ({ ts: at(time), k }))); await query.processAllAvailable() } }
}

test('a batch is explained: sources, watermarks, late rows, the operator, open windows and what closes them', async () => {
  const { query, add } = await windowed('append')
  await add(['10:01:00', 'a'], ['10:02:00', 'b'], ['10:07:00', 'a'])
  const first = query.explainBatch(0)
  assert.deepEqual(first.sources.map(s => [s.numInputRows, s.sample.map(r => r['k'])]), [[3, ['a', 'b', 'a']]])
  assert.deepEqual([first.lateWatermarkMs, first.watermarkMs, first.nextWatermarkMs, first.withoutData], [0, 0, ms('10:06:00'), false])
  assert.deepEqual(first.watermarks, [{ column: 'ts', delayMs: 60_000, minMs: ms('10:01:00'), maxMs: ms('10:07:00'), reachedMs: ms('10:06:00'), sampleMs: ['10:01:00', '10:02:00', '10:07:00'].map(ms) }])
  const o = first.operators[0]!
  assert.deepEqual([o.name, o.exec, o.numInputRows, o.numRowsUpdated, o.numRowsRemoved, o.numRowsDroppedByWatermark, o.numOutputRows, o.numRowsTotal], ['stateStoreSave', 'StateAggregateExec', 3, 3, 0, 0, 0, 3])
  assert.deepEqual(o.open, [
    { startMs: ms('10:00:00'), endMs: ms('10:05:00'), keys: 2, closesNext: true, needs: [] },
    { startMs: ms('10:05:00'), endMs: ms('10:10:00'), keys: 1, closesNext: false, needs: [{ column: 'ts', eventTimeMs: ms('10:11:00') }] },
  ])
  // The batch without data that closed the first window.
  const closing = query.explainBatch(1)
  assert.deepEqual([closing.withoutData, closing.watermarkMs, closing.operators[0]!.numRowsRemoved, closing.operators[0]!.numOutputRows, closing.numOutputRows], [true, ms('10:06:00'), 2, 2, 2])
  await add(['10:03:00', 'tarde'], ['10:05:30', 'a'], ['10:12:00', 'c'])
  const late = query.explainBatch(2)
  assert.deepEqual([late.lateWatermarkMs, late.operators[0]!.lateWatermarkMs, late.operators[0]!.numRowsDroppedByWatermark], [ms('10:06:00'), ms('10:06:00'), 1])
  assert.equal(late.operators[0]!.late.length, 1)
  const l = late.operators[0]!.late[0]!
  assert.deepEqual([l.column, l.count, l.sample.map(r => r['k']), l.spansMs], ['window', 1, ['tarde'], [[ms('10:00:00'), ms('10:05:00')]]], '10:05:30 is behind the watermark too, but its window is open')
  // What was said to be needed does it: an event at 10:11 closes [10:05, 10:10).
  assert.ok(late.operators[0]!.open.find(w => w.endMs === ms('10:10:00'))!.closesNext)
  assert.deepEqual(query.explainBatch().operators[0]!.open.map(w => w.endMs), [ms('10:15:00')])
  assert.deepEqual(late.steps.map(s => s.name).slice(-2), ['EventTimeWatermarkExec', 'ScanExec'])
  assert.deepEqual([late.steps.at(-1)!.numOutputRows, late.steps.find(s => s.operatorId === 0)!.numOutputRows], [3, 0])
  await query.stop()
  assert.equal(query.explainBatch(2).batchId, 2, 'what was noted stays after the end')
})

test('explanations do not change results, and agree with progress', async () => {
  const { query, add } = await windowed('update')
  for (const t of ['10:01:00', '10:09:00', '10:02:00', '10:20:00']) await add([t, 'a'], [t, 'b'])
  for (const p of query.recentProgress) {
    const e = query.explainBatch(p.batchId), o = e.operators[0]!, s = p.stateOperators[0]!
    assert.deepEqual([o.numRowsUpdated, o.numRowsRemoved, o.numRowsDroppedByWatermark, o.numRowsTotal, e.sources[0]!.numInputRows], [s.numRowsUpdated, s.numRowsRemoved, s.numRowsDroppedByWatermark, s.numRowsTotal, p.numInputRows])
    assert.equal(new Date(e.watermarkMs).toISOString(), p.eventTime!['watermark'])
    assert.deepEqual(e.sources[0]!.endOffset, p.sources[0]!.endOffset)
  }
  await query.stop()
})

test('two watermarks: a window waits for the slower one, and says so', async () => {
  const a = new MemoryStream(spark, 'ts TIMESTAMP, k STRING'), b = new MemoryStream(spark, 'ts TIMESTAMP, k STRING')
  const both = a.toDF().withWatermark('ts', '1 minute').union(b.toDF().withWatermark('ts', '2 minutes'))
  const query = await both.groupBy(F.window(F.col('ts'), '5 minutes')).count().writeStream.outputMode('update').format('noop').start()
  a.addData({ ts: at('10:00:00'), k: 'x' }, { ts: at('10:20:00'), k: 'x' })
  b.addData({ ts: at('10:03:00'), k: 'y' })
  await query.processAllAvailable()
  const e = query.explainBatch()
  assert.deepEqual(e.watermarks.map(w => [w.delayMs, w.reachedMs]), [[60_000, ms('10:19:00')], [120_000, ms('10:01:00')]])
  assert.equal(e.nextWatermarkMs, ms('10:01:00'))
  assert.deepEqual(e.operators[0]!.open.find(w => w.endMs === ms('10:05:00'))!.needs, [{ column: 'ts', eventTimeMs: ms('10:07:00') }])
  assert.deepEqual(e.operators[0]!.open.find(w => w.endMs === ms('10:25:00'))!.needs.map(n => n.eventTimeMs), [ms('10:26:00'), ms('10:27:00')])
  await query.stop()
})

test('late rows of a deduplication go by their own time; in complete mode no row is late', async () => {
  const source = new MemoryStream(spark, 'ts TIMESTAMP, k STRING')
  const query = await source.toDF().withWatermark('ts', '1 minute').dropDuplicates(['ts', 'k']).writeStream.format('noop').start()
  source.addData({ ts: at('10:10:00'), k: 'a' })
  await query.processAllAvailable()
  source.addData({ ts: at('10:08:00'), k: 'tarde' }, { ts: at('10:09:30'), k: 'b' })
  await query.processAllAvailable()
  const e = query.explainedBatches.find(x => x.sources[0]!.numInputRows === 2)!
  assert.deepEqual(e.operators[0]!.late.map(l => [l.column, l.count, l.sample.map(r => r['k'])]), [['ts', 1, ['tarde']]])
  await query.stop()
  const { query: complete, add } = await windowed('complete')
  await add(['10:10:00', 'a'])
  await add(['10:00:00', 'muy tarde'])
  assert.deepEqual(complete.explainedBatches.flatMap(x => x.operators[0]!.late), [])
  await complete.stop()
})

test('the state as a DataFrame: keys, values and partitions, after the last batch', async () => {
  const { query, add } = await windowed('update')
  await assert.rejects(query.state(), failsWith('MICROLOTE_STATE_NOT_FOUND'))
  await add(['10:01:00', 'a'], ['10:02:00', 'a'], ['10:02:00', 'b'])
  const state = await query.state()
  assert.ok(state instanceof DataFrame && !state.isStreaming)
  assert.equal(state.schema.simpleString(), 'struct<key:struct<window:struct<start:timestamp,end:timestamp>,k:string>,value:struct<count:bigint>,partition_id:int>')
  assert.deepEqual((await state.select('key.k', 'value.count').orderBy('k').collect()), [{ k: 'a', count: 2 }, { k: 'b', count: 1 }])
  assert.deepEqual(await state.filter("key.window.start = timestamp'2026-01-01 10:00:00'").count(), 2)
  await add(['10:01:30', 'b'])
  assert.deepEqual(await state.select('value.count').orderBy('count').collect(), [{ count: 1 }, { count: 2 }], 'a DataFrame of state does not change')
  assert.deepEqual(await (await query.state(0, 'default')).select('value.count').collect(), [{ count: 2 }, { count: 2 }])
  await assert.rejects(query.state(7), (e: unknown) => failsWith('MICROLOTE_STATE_NOT_FOUND')(e) && String(e).includes('0 (stateStoreSave: default)'))
  await query.stop()
  await assert.rejects(query.state(), failsWith('MICROLOTE_STATE_OF_ENDED_QUERY'))
})

test('what is kept is bounded, and nothing is kept where the inspector is off', async () => {
  const bounded = spark
  bounded.conf.set('spark.microlote.inspect.batches', '3')
  bounded.conf.set('spark.microlote.inspect.rows', '2')
  const { query, add } = await windowed('update')
  for (let i = 0; i < 6; i++) await add(['10:01:00', 'a'], ['10:01:01', 'b'], ['10:01:02', 'c'])
  assert.equal(query.explainedBatches.length, 3)
  assert.deepEqual(query.explainedBatches.map(e => [e.sources[0]!.sample.length, e.watermarks[0]!.sampleMs.length, e.sources[0]!.numInputRows]).filter(x => x[2] !== 0), Array.from({ length: query.explainedBatches.filter(e => !e.withoutData).length }, () => [2, 2, 3]))
  assert.throws(() => query.explainBatch(0), failsWith('MICROLOTE_BATCH_NOT_KEPT'))
  await query.stop()
  bounded.conf.set('spark.microlote.inspect.enabled', 'false')
  const off = await windowed('update')
  await off.add(['10:01:00', 'a'])
  assert.throws(() => off.query.explainBatch(), failsWith('MICROLOTE_INSPECT_OFF'))
  assert.equal(await (await off.query.state()).count(), 1, 'the state needs no inspector')
  await off.query.stop()
})
