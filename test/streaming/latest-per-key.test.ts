/** The commonest job of foreachBatch: the latest row of each key, found by row_number, is merged into a Delta table; a batch that runs again changes nothing. And a stream itself refuses such windows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeltaTable, functions as F, MemoryStream, Window, type DataFrame, type SparkSession } from '../../engine/index.ts'
import { Bench, rejection } from './driver.ts'

const input = 'id BIGINT, version INT, price DOUBLE, gone BOOLEAN'
const latest = (batch: DataFrame): DataFrame => batch.withColumn('rn', F.row_number().over(Window.partitionBy('id').orderBy(F.col('version').desc()))).where('rn = 1').drop('rn')

for (const [way, keep] of [
  ['the API', latest],
  ['SQL text with a subquery', (batch: DataFrame, spark: SparkSession): DataFrame => {
    batch.createOrReplaceTempView('changes')
    return spark.sql('SELECT id, version, price, gone FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY version DESC) AS rn FROM changes) WHERE rn = 1')
  }],
  ['QUALIFY', (batch: DataFrame, spark: SparkSession): DataFrame => {
    batch.createOrReplaceTempView('changes')
    return spark.sql('SELECT * FROM changes QUALIFY row_number() OVER w = 1 WINDOW w AS (PARTITION BY id ORDER BY version DESC)')
  }],
] as const) {
  test(`the latest row of each key by ${way}, merged into a Delta table batch by batch`, async () => {
    const b = new Bench(), changes = new MemoryStream(b.spark, input)
    await b.spark.createDataFrame([[1, 0, 1, false], [9, 0, 9, false]], input).write.format('delta').save('/prices')
    const merge = async (batch: DataFrame): Promise<void> => {
      await DeltaTable.forPath(b.spark, '/prices').as('t').merge(keep(batch, b.spark).alias('s'), 's.id = t.id')
        .whenMatchedDelete('s.gone AND s.version > t.version').whenMatchedUpdateAll('s.version > t.version').whenNotMatchedInsertAll('NOT s.gone').execute()
    }
    let runs = 0
    const query = await changes.toDF().writeStream.option('checkpointLocation', '/ckpt').foreachBatch(async batch => { runs++; await merge(batch); await merge(batch) }).start()
    // Several versions of a key in one batch, in any order: without row_number the merge would meet one row of the table twice, and refuse.
    changes.addData([1, 2, 12, false], [1, 3, 13, false], [1, 1, 11, false], [2, 1, 21, false], [2, 2, 22, false])
    await query.processAllAvailable()
    changes.addData([2, 4, 0, true], [2, 3, 23, false], [1, 2, 99, false], [3, 1, 31, false], [9, 1, 0, true])
    await query.processAllAvailable()
    await query.stop()
    assert.equal(runs, 2)
    assert.deepEqual((await b.spark.read.format('delta').load('/prices').orderBy('id').collect()).map(r => [r['id'], r['version'], r['price']]), [[1, 3, 13], [3, 1, 31]])
  })
}

test('a window over the stream itself is refused', async () => {
  const b = new Bench(), changes = new MemoryStream(b.spark, input)
  const error = await rejection(() => latest(changes.toDF()).writeStream.option('checkpointLocation', '/ckpt').foreachBatch(() => {}).start())
  assert.equal(error.condition, 'NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING')
  assert.match(error.message, /row_number\(\) OVER \(PARTITION BY id ORDER BY version DESC/)
})
