/** df.zip beyond what is recorded: a stream zipped with itself, one frame on both sides, and sources that look alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError } from '../../engine/index.ts'
import * as F from '../../engine/api/functions.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'

const session = (): SparkSession => new SparkSession(new LocalBackend({ files: new MemoryFiles() }))
const values = async (df: { collect(): Promise<Record<string, unknown>[]> }): Promise<unknown[][]> => (await df.collect()).map(r => Object.values(r).map(v => (typeof v === 'bigint' ? Number(v) : v)))

test('a frame beside itself, and a column that both sides have', async () => {
  const t = session().range(3).withColumn('x', F.expr('id * 2'))
  assert.deepEqual(t.zip(t).columns, ['id', 'x', 'id', 'x'])
  assert.deepEqual(await values(t.select('x').zip(t.withColumn('y', F.expr('x + id')).select('y')).where('y > 0')), [[2, 3], [4, 6]])
  assert.deepEqual(await values(t.zip(t).select('x')), [[0], [2], [4]])
})

test('a stream is read once for both sides', async () => {
  const spark = session(), s = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 3).load(), rows: unknown[] = []
  const q = await s.select('value').zip(s.selectExpr('value + 10 AS later')).writeStream.trigger({ availableNow: true }).foreachBatch(async b => { rows.push(...await values(b)) }).start()
  await q.awaitTermination()
  assert.deepEqual(rows, [[0, 10], [1, 11], [2, 12]])
})

test('local rows are the same by what they hold', async () => {
  const spark = session(), a = spark.createDataFrame([{ k: 1 }, { k: 2 }], 'k INT'), b = spark.createDataFrame([{ k: 1 }, { k: 2 }], 'k INT'), c = spark.createDataFrame([{ k: 1 }, { k: 3 }], 'k INT')
  assert.deepEqual(await values(a.zip(b).toDF('a', 'b')), [[1, 1], [2, 2]])
  assert.throws(() => a.zip(c), (e: unknown) => e instanceof SparkError && e.condition === 'ZIP_PLANS_NOT_MERGEABLE')
})
