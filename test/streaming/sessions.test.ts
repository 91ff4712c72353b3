/** Sessions and deduplication told whole: gaps that cannot be, batch queries against streams, and keys in every form. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { col, expr, session_window, sum } from '../../engine/api/functions.ts'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { at, StreamDriver } from './stream-driver.ts'

const schema = 'k STRING, ts TIMESTAMP, v BIGINT'

test('rows with a gap of zero, below zero, NULL or no gap at all have no session and are not counted as late', async () => {
  const d = new StreamDriver({
    schema: 'k STRING, ts TIMESTAMP, gap STRING',
    build: df => df.withWatermark('ts', '0 seconds').groupBy(session_window('ts', col('gap')), 'k').agg(expr('count(*) AS n')),
  })
  try {
    await d.add(['zero', at('00:01'), '0 seconds'], ['negative', at('00:01'), '-5 minutes'], ['null', at('00:01'), null], ['text', at('00:01'), 'soon'], ['ok', at('00:01'), '5 minutes'], ['time', null, '5 minutes'])
    assert.deepEqual(await d.add(['z', at('01:00'), '1 minute']), ['[00:01,00:06] ok 1'])
    assert.deepEqual(d.progress.map(p => p.stateOperators[0]!.numRowsDroppedByWatermark), d.progress.map(() => 0))
  } finally { await d.stop() }
})

test('a stream of rows in any order gives the sessions of the batch query', async () => {
  let seed = 7
  const random = (n: number): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return Math.floor(seed / 65536) % n }
  const rows = Array.from({ length: 300 }, () => [`k${random(5)}`, new Date(Date.parse('2026-03-05T00:00:00Z') + random(36_000) * 1000), random(100)])
  const sessions = (df: DataFrame): DataFrame => df.groupBy('k', session_window('ts', '2 minutes')).agg(sum('v').alias('total'))
  const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC' } }))
  const wanted = (await sessions(spark.createDataFrame(rows, schema)).collect()).map(r => JSON.stringify(r)).sort()
  const d = new StreamDriver({ build: df => sessions(df.withWatermark('ts', '1 day')), mode: 'complete' })
  try {
    let last: string[] = []
    for (let i = 0; i < rows.length; i += 50) {
      if (i === 150) await d.start()
      last = await d.add(...rows.slice(i, i + 50))
    }
    assert.equal(last.length, wanted.length)
    const totals = (lines: readonly string[]): string[] => lines.map(l => l.replace(/^(\S+) .* (\d+)$/, '$1 $2')).sort()
    assert.deepEqual(totals(last), wanted.map(w => JSON.parse(w)).map(r => `${r.k} ${r.total}`).sort())
  } finally { await d.stop(); await spark.stop() }
})

test('NULL, NaN and both zeros are keys of dropDuplicates, over a restart', async () => {
  const d = new StreamDriver({ schema: 'k STRING, d DOUBLE', build: df => df.dropDuplicates(['d']) })
  try {
    assert.deepEqual(await d.add(['a', NaN], ['b', -0], ['c', 0], ['d', null], ['e', NaN], ['f', null]), ['a NaN', 'b 0', 'd NULL'])
    await d.start()
    assert.deepEqual(await d.add(['g', NaN], ['h', 0], ['i', -0], ['j', null], ['k', 1]), ['k 1'])
    assert.equal(d.progress.at(-1)!.stateOperators[0]!.customMetrics!['numDroppedDuplicateRows'], 4)
  } finally { await d.stop() }
})

test('what a stream refuses because of event time it refuses at start', async () => {
  const cases: readonly [string, (df: DataFrame) => DataFrame, 'append' | 'update' | 'complete', string][] = [
    ['no watermark', df => df.groupBy(session_window('ts', '5 minutes'), 'k').count(), 'append', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
    ['sessions in update mode', df => df.withWatermark('ts', '1 minute').groupBy(session_window('ts', '5 minutes'), 'k').count(), 'update', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
    ['sessions alone', df => df.withWatermark('ts', '1 minute').groupBy(session_window('ts', '5 minutes')).count(), 'append', 'MICROLOTE_STREAMING_REFUSED'],
    ['within nothing', df => df.dropDuplicatesWithinWatermark(['k']), 'append', 'MICROLOTE_STREAMING_REFUSED'],
    ['two event times', df => df.withWatermark('ts', '1 minute').withColumn('t2', col('ts')).dropDuplicates(['k']), 'append', 'MULTIPLE_EVENT_TIME_COLUMNS'],
    ['two watermarks', df => df.withWatermark('ts', '1 minute').withWatermark('ts', '2 minutes'), 'append', 'MICROLOTE_STREAMING_REFUSED'],
    ['chained in update mode', df => df.withWatermark('ts', '1 minute').groupBy('ts').count().groupBy('ts').count(), 'update', 'MICROLOTE_GLOBAL_WATERMARK_CORRECTNESS'],
    ['a computed event time', df => df.withWatermark('ts', '1 minute').groupBy(expr("ts + INTERVAL '1' MINUTE AS t")).count(), 'append', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
    ['complete without an aggregation', df => df.withWatermark('ts', '1 minute').dropDuplicates(['ts']), 'complete', 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION'],
  ]
  for (const [name, build, mode, condition] of cases) {
    const d = new StreamDriver({ build, mode })
    try {
      await assert.rejects(() => d.start(), e => { assert.equal(conditionOf(e), condition, name); return true })
    } finally { await d.stop() }
  }
})

test('withWatermark refuses what cannot be event time at once', () => {
  const spark = new SparkSession(new LocalBackend())
  const df = spark.createDataFrame([], 's STRUCT<t: TIMESTAMP>, n TIMESTAMP_NTZ, k STRING, ts TIMESTAMP')
  const refused = (column: string, delay: string): string | null => { try { df.withWatermark(column, delay); return null } catch (e) { return conditionOf(e) } }
  assert.equal(refused('s.t', '1 minute'), 'EVENT_TIME_MUST_BE_TOP_LEVEL_COLUMN')
  assert.equal(refused('n', '1 minute'), 'EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE')
  assert.equal(refused('k', '1 minute'), 'EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE')
  assert.equal(refused('ts', 'soon'), 'CANNOT_PARSE_INTERVAL')
  assert.equal(refused('ts', '-1 minute'), 'MICROLOTE_INVALID_ARGUMENT')
  assert.equal(refused('ts', '1 month'), null)
  assert.equal(df.withWatermark('ts', '1 minute').schema.fields.every(f => f.metadata?.['spark.watermarkDelayMs'] === undefined), true)
})
