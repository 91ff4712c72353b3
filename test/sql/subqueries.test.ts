// Subqueries over a stream, and the places where they are refused by name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import * as F from '../../engine/api/functions.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
spark.createDataFrame([['a', 5], ['b', 7]], 'k STRING, n INT').createOrReplaceTempView('conocidos')
const source = new MemoryStream(spark, 'k STRING, v INT')
source.toDF().createOrReplaceTempView('eventos')

test('a stream is filtered by what a batch says', async () => {
  const df = spark.sql('SELECT k, v, (SELECT max(n) FROM conocidos) AS m FROM eventos WHERE k IN (SELECT k FROM conocidos) AND v > (SELECT min(n) FROM conocidos) AND NOT EXISTS (SELECT 1 FROM conocidos c WHERE c.n = eventos.v)')
  const query = await df.writeStream.format('memory').queryName('filtrados').start()
  source.addData({ k: 'a', v: 6 }, { k: 'a', v: 7 }, { k: 'z', v: 9 }, { k: null, v: 9 }, { k: 'b', v: 1 })
  await query.processAllAvailable()
  assert.deepEqual(await spark.table('filtrados').collect(), [{ k: 'a', v: 6, m: 7 }])
  await query.stop()
})

test('elsewhere a subquery is refused by name, with what to do instead', () => {
  for (const sql of [
    'SELECT k FROM conocidos WHERE n > 6 OR k IN (SELECT k FROM conocidos)', 'SELECT k, count(*) FROM conocidos GROUP BY k HAVING count(*) > (SELECT 1)', 'SELECT k IN (SELECT k FROM conocidos) FROM conocidos',
    'SELECT k FROM conocidos c WHERE EXISTS (SELECT max(n) FROM conocidos d WHERE d.k = c.k)', 'SELECT k FROM conocidos ORDER BY (SELECT 1)',
  ]) assert.throws(() => spark.sql(sql), (e: SparkError) => { assert.equal(e.condition, 'MICROLOTE_NOT_SUPPORTED', `${sql}: ${e.message}`); assert.match(e.message, /subquery/i); return true })
  assert.throws(() => F.expr('a IN (SELECT b FROM c)'), (e: SparkError) => e.condition === 'MICROLOTE_NOT_SUPPORTED')
})
