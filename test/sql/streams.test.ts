// SQL text over streams beyond what is recorded (fixtures/conformance/scenarios/sql-*.json): saved tables behind STREAM, names that are words of the grammar, refusals with their advice.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const warehouse = mkdtempSync(join(tmpdir(), 'microlote-sql-streams-'))
process.on('exit', () => rmSync(warehouse, { recursive: true, force: true }))
const spark = SparkSession.builder.appName('sql-streams').config('spark.sql.session.timeZone', 'UTC').config('spark.sql.warehouse.dir', warehouse).getOrCreate()
const errorOf = (sql: string): SparkError => { try { const df = spark.sql(sql); void df.schema } catch (e) { assert.ok(e instanceof SparkError, String(e)); return e } throw new Error(`no error for ${sql}`) }

test('STREAM reads a saved table as a stream of what is appended to it', async () => {
  await spark.sql('CREATE TABLE pedidos USING parquet AS SELECT 1 AS id').collect()
  const ids = spark.sql('SELECT s.id * 10 AS ten FROM STREAM pedidos AS s WHERE s.id > 0')
  assert.equal(ids.isStreaming, true)
  assert.equal(spark.sql('SELECT id FROM pedidos').isStreaming, false)
  const query = await ids.writeStream.format('memory').queryName('tens').start()
  await query.processAllAvailable()
  await spark.sql('INSERT INTO pedidos SELECT 2').collect()
  await query.processAllAvailable()
  await query.stop()
  assert.deepEqual(await spark.sql('SELECT ten FROM tens ORDER BY ten').collect(), [{ ten: 10 }, { ten: 20 }])
})

test('watermark, delay and stream stay names where no clause is meant', async () => {
  spark.range(2).createOrReplaceTempView('stream')
  assert.deepEqual(await spark.sql('SELECT watermark.id FROM stream watermark ORDER BY 1').collect(), [{ id: 0 }, { id: 1 }])
  assert.deepEqual(await spark.sql('SELECT delay.id AS watermark FROM stream AS delay WHERE delay.id > 0').collect(), [{ watermark: 1 }])
  assert.deepEqual(await spark.sql('SELECT count(*) AS n FROM stream, stream watermark').collect(), [{ n: 4 }])
})

test('a batch has all of its rows: WATERMARK marks nothing there, and STREAM is refused with what to write', async () => {
  spark.sql("CREATE OR REPLACE TEMP VIEW b AS SELECT timestamp'2026-01-01 00:00:00' AS ts")
  assert.equal((await spark.sql('SELECT * FROM b WATERMARK ts DELAY OF INTERVAL 1 MINUTE').collect()).length, 1)
  assert.match(errorOf('SELECT * FROM STREAM b').message, /b after STREAM is a batch view, not a stream\. Write FROM b/)
  assert.equal(errorOf('SELECT * FROM STREAM nada').condition, 'TABLE_OR_VIEW_NOT_FOUND')
  assert.match(errorOf('SELECT * FROM b WATERMARK ts').message, /DELAY OF is expected/)
  assert.match(errorOf('SELECT * FROM b WATERMARK ts DELAY OF 5').message, /INTERVAL is expected here/)
  assert.equal(errorOf('SELECT * FROM b WATERMARK ts DELAY OF INTERVAL 1 MONTH 2 DAYS').condition, 'MICROLOTE_MIXED_INTERVAL_UNITS')
})

test('grouping again by the keys of sessions alone or by a result of them runs', async () => {
  const sessions = "SELECT session_window(ts, '5 minutes') AS s, k, count(*) AS n FROM clicks WATERMARK ts DELAY OF INTERVAL 0 SECONDS GROUP BY session_window(ts, '5 minutes'), k"
  const rowsOf = async (name: string, text: string): Promise<unknown> => {
    const clicks = new MemoryStream(spark, 'k STRING, ts TIMESTAMP')
    clicks.toDF().createOrReplaceTempView('clicks')
    const query = await spark.sql(text).writeStream.format('memory').queryName(name).start()
    clicks.addData({ k: 'a', ts: new Date(0) }, { k: 'a', ts: new Date(60_000) }, { k: 'b', ts: new Date(3_600_000) })
    await query.processAllAvailable()
    await query.stop()
    return spark.sql(`SELECT * EXCEPT (s), string(s.start) AS start FROM ${name}`).collect()
  }
  assert.deepEqual(await rowsOf('again', `SELECT DISTINCT s, k FROM (${sessions})`), [{ k: 'a', start: '1970-01-01 00:00:00' }])
  assert.deepEqual(await rowsOf('most', `SELECT s, max(n) AS most FROM (${sessions}) GROUP BY s, k`), [{ most: 2, start: '1970-01-01 00:00:00' }])
})
