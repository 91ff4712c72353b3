/** Aggregations of more groups than are merged at once: what comes out and what is kept is the same as for few, in every output mode and over a restart, into a Delta table by overwrite and by MERGE. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeltaTable, functions as F, MemoryStream, type DataFrame } from '../../engine/index.ts'
import { Bench } from './driver.ts'

const many = 20_000

for (const mode of ['complete', 'update'] as const) {
  test(`${many} groups in ${mode} mode: sums go on after a restart, and the table they are written to has each group once`, async () => {
    const b = new Bench(), numbers = new MemoryStream(b.spark, 'from BIGINT, step INT')
    b.spark.conf.set('spark.sql.shuffle.partitions', '2')
    const sums = numbers.toDF().select(F.expr(`explode(sequence(from, ${many - 1}, step))`).alias('id')).groupBy(F.concat(F.lit('u'), F.col('id')).alias('user')).agg(F.count('*').alias('n'), F.sum('id').alias('total'))
    const given: number[] = []
    const start = () => sums.writeStream.outputMode(mode).option('checkpointLocation', '/ckpt').foreachBatch(async (batch: DataFrame) => {
      given.push(await batch.count())
      if (mode === 'complete') await batch.write.format('delta').mode('overwrite').save('/overwritten')
      if (await DeltaTable.isDeltaTable(b.spark, '/merged')) await DeltaTable.forPath(b.spark, '/merged').as('t').merge(batch.alias('s'), 't.user = s.user').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()
      else await batch.write.format('delta').save('/merged')
    }).start()
    let query = await start()
    // Half of the groups, then all, then one in a hundred.
    for (const row of [[0, 2], [0, 1], [7, 100]] as const) {
      numbers.addData([...row])
      await query.processAllAvailable()
      if (row[1] === 1) { await query.stop(); query = await start() }
    }
    assert.equal(query.lastProgress!.stateOperators[0]!.numRowsTotal, many)
    await query.stop()
    assert.deepEqual(given, mode === 'complete' ? [many / 2, many, many] : [many / 2, many, many / 100])
    for (const path of mode === 'complete' ? ['/merged', '/overwritten'] : ['/merged']) {
      const { id, n, total } = await b.spark.read.format('delta').load(path).select(F.expr('CAST(substr(user, 2) AS INT)').alias('id'), 'n', 'total').orderBy('id').toColumns() as Record<string, (number | bigint)[]>
      const times = Array.from({ length: many }, (_, i) => 1 + (i % 2 === 0 ? 1 : 0) + (i % 100 === 7 ? 1 : 0))
      assert.deepEqual(Array.from(id!, Number), times.map((_, i) => i))
      assert.deepEqual(Array.from(n!, Number), times)
      assert.deepEqual(Array.from(total!, Number), times.map((t, i) => t * i))
    }
  })
}

test(`${many} windows close at once in append mode, and each comes out once`, async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, 'first BIGINT, last BIGINT'), ids: number[] = []
  const query = await events.toDF().select(F.expr('explode(sequence(first, last))').alias('second')).select(F.expr('timestamp_seconds(second)').alias('ts')).withWatermark('ts', '0 seconds')
    .groupBy(F.window('ts', '1 second')).count().select(F.expr('unix_seconds(window.start)').alias('start'), 'count').writeStream.outputMode('append')
    .foreachBatch(async (batch: DataFrame) => { ids.push(...Array.from((await batch.toColumns())['start'] as (number | bigint)[], Number)) }).start()
  for (const row of [[0, many - 1], [many + 10, many + 10]]) { events.addData(row); await query.processAllAvailable() }
  await query.stop()
  assert.deepEqual(ids.sort((x, y) => x - y), Array.from({ length: many }, (_, i) => i))
})
