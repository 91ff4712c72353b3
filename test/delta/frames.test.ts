/** df.writeTo, df.mergeInto and `_metadata` over Delta tables, call by call beside what Spark with delta-spark made of each. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'
import * as F from '../../engine/api/functions.ts'
import { runFrames } from '../conformance/frames.ts'

const folder = new URL('../../fixtures/delta/frames/', import.meta.url)

/** Where we say something else, by a part of the case, and why. */
const ours: Readonly<Record<string, string>> = {
  // The cast says it by its own name.
  '3000000000 AS k': 'CAST_OVERFLOW',
  // F.expr takes no query.
  'IN (SELECT 1)': 'MICROLOTE_NOT_SUPPORTED',
  // `a._metadata` behind a join is not found at all, and a field that is not there is called so also in ORDER BY.
  'a._metadata.row_index': 'UNRESOLVED_COLUMN.WITH_SUGGESTION',
  'ORDER BY _metadata.row_index': 'FIELD_NOT_FOUND',
}

for (const name of readdirSync(folder).sort()) {
  test(name, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'microlote-delta-frames-'))
    try {
      const results = await runFrames(JSON.parse(readFileSync(new URL(name, folder), 'utf8').replaceAll('<dir>', dir)))
      const differ = results.filter(r => r.difference !== null && !Object.entries(ours).some(([part, condition]) => r.name.includes(part) && r.difference!.includes(`[${condition}]`)))
      assert.deepEqual(differ, [])
      assert.ok(results.length > 30)
    } finally { rmSync(dir, { recursive: true, force: true }) }
  })
}

test('a stream of a Delta table knows the files its rows come from, also after a restart', async () => {
  const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.warehouse.dir': '/wh' } })), seen: Record<string, unknown>[] = []
  const run = async (): Promise<void> => {
    const rows = spark.readStream.format('delta').load('/wh/t').select('id', '_metadata.file_name', F.input_file_name().alias('uri'))
    const q = await rows.writeStream.trigger({ availableNow: true }).option('checkpointLocation', '/c').foreachBatch(async b => { seen.push(...await b.collect()) }).start()
    await q.awaitTermination()
  }
  await spark.range(2).writeTo('t').using('delta').create()
  await run()
  await spark.range(2, 3).writeTo('t').append()
  await run()
  assert.deepEqual(seen.map(r => Number(r['id'])), [0, 1, 2])
  for (const r of seen) assert.ok(String(r['file_name']).endsWith('.parquet') && String(r['uri']) === `file:/wh/t/${String(r['file_name'])}`)
  assert.equal(new Set(seen.map(r => r['file_name'])).size, 2)
})

test('columns of the DataFrame itself may stand in the condition of a merge and in its values', async () => {
  const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles(), confs: { 'spark.sql.warehouse.dir': '/wh' } }))
  await spark.createDataFrame([[1, 'a'], [2, 'b']], 'k INT, name STRING').writeTo('g').using('delta').create()
  const news = spark.createDataFrame([[2, 'B'], [3, 'C']], 'k INT, name STRING')
  await news.mergeInto('g', F.col('g.k').equalTo(news.col('k'))).whenMatched().update({ name: news.col('name') }).whenNotMatched(news.col('k').gt(2)).insertAll().merge()
  assert.deepEqual(await spark.table('g').orderBy('k').collect(), [{ k: 1, name: 'a' }, { k: 2, name: 'B' }, { k: 3, name: 'C' }])
})

test('what a table is made with is heeded afterwards', async () => {
  const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.warehouse.dir': '/wh' } }))
  await spark.range(2).writeTo('t').using('delta').tableProperty('delta.appendOnly', 'true').tableProperty('mine', 'x').create()
  await assert.rejects(spark.range(2).writeTo('t').overwritePartitions(), { condition: 'DELTA_CANNOT_MODIFY_APPEND_ONLY' })
  await assert.rejects(spark.range(2).writeTo('u').using('delta').tableProperty('delta.enableDeletionVectors', 'true').create(), { condition: 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE' })
  await assert.rejects(spark.range(2).writeTo('t').option('nope', 'x').append(), { condition: 'MICROLOTE_OPTION_UNKNOWN' })
  assert.equal(spark.catalog.tableExists('u'), false)
})
