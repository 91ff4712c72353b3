/** What a user does on S3: every file format, Delta with MERGE and old versions, streams with checkpoint and state, all through paths s3a://. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { DeltaTable } from '../../engine/index.ts'
import { LocalBackend, SparkSession } from '../../engine/testing.ts'
import { startS3, type S3Server } from '../../fixtures/index.ts'

let s3: S3Server, spark: SparkSession, bucket = ''
before(async () => {
  s3 = await startS3()
  bucket = await s3.createBucket(`cubo-${process.pid}`)
  spark = session()
})
after(async () => {
  await spark?.stop()
  await s3?.stop()
})
const session = (): SparkSession => new SparkSession(new LocalBackend({ confs: { ...s3.confs, 'spark.hadoop.fs.s3a.retry.interval': '1ms', 'spark.sql.session.timeZone': 'UTC', 'spark.sql.shuffle.partitions': '2' } }))

for (const format of ['parquet', 'json', 'csv', 'text']) {
  test(`${format}: written with partitions, read back without a schema, by name and by pattern`, async () => {
    const path = `${bucket}/${format}`, rows = spark.range(6).selectExpr('CAST(id AS STRING) AS value', 'id % 2 AS p')
    await rows.write.partitionBy('p').format(format).save(path)
    await assert.rejects(rows.select('value').write.format(format).save(path), /PATH_ALREADY_EXISTS/)
    await rows.write.mode('overwrite').partitionBy('p').format(format).save(path)
    const back = spark.read.format(format).load(path)
    assert.equal(back.columns.at(-1), 'p')
    const found = (await back.collect()).map(r => [Number(r[back.columns[0]!]), Number(r['p'])]).sort((a, b) => a[0]! - b[0]!)
    assert.deepEqual(found, [0, 1, 2, 3, 4, 5].map(i => [i, i % 2]))
    assert.equal(await spark.read.format(format).load(`${path}/p=[1-9]/part-*`).count(), 3)
  })
}

test('Delta: append, MERGE, update, an old version, history, vacuum', async () => {
  const path = `s3://${bucket.slice('s3a://'.length)}/delta/table`
  await spark.range(10).selectExpr('id', 'id * 2 AS v').write.format('delta').save(path)
  const table = DeltaTable.forPath(spark, path)
  await table.as('t').merge(spark.range(5, 15).selectExpr('id', '100 AS v').as('s'), 't.id = s.id').whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()
  await table.delete('id = 0')
  assert.deepEqual((await spark.read.format('delta').load(path).orderBy('id').collect()).map(r => Number(r['v'])), [2, 4, 6, 8, ...Array.from({ length: 10 }, () => 100)])
  assert.equal(await spark.read.format('delta').option('versionAsOf', 0).load(path).count(), 10)
  assert.equal(await (await table.history()).count(), 3)
  assert.throws(() => spark.read.format('delta').load(`${bucket}/parquet`), /DELTA_MISSING_DELTA_TABLE/)
})

test('a stream with state: stopped, started in a new session, it goes on where it was', async () => {
  const source = `${bucket}/events`, run = async (by: SparkSession): Promise<number> => {
    const query = await by.readStream.format('json').schema('k STRING, n BIGINT').load(source).groupBy('k').sum('n').writeStream.format('delta').outputMode('complete')
      .option('checkpointLocation', `${bucket}/checkpoints/sums`).trigger({ availableNow: true }).start(`${bucket}/sums`)
    await query.awaitTermination()
    return query.recentProgress.reduce((n, p) => n + p.numInputRows, 0)
  }
  const add = (from: number): Promise<void> => spark.range(from, from + 4).selectExpr("concat('k', id % 2) AS k", 'id AS n').write.mode('append').json(source)
  await add(0)
  assert.equal(await run(spark), 4)
  await add(4)
  const other = session()
  assert.equal(await run(other), 4)
  await other.stop()
  assert.deepEqual((await spark.read.format('delta').load(`${bucket}/sums`).orderBy('k').collect()).map(r => [r['k'], Number(r['sum(n)'])]), [['k0', 12], ['k1', 16]])
  assert.equal(await spark.read.format('statestore').load(`${bucket}/checkpoints/sums`).count(), 2)
})

test('a stream from Delta into Parquet: its log of files is what a reader goes by; the sources are archived', async () => {
  await spark.range(20).write.format('delta').save(`${bucket}/from`)
  const query = await spark.readStream.format('delta').load(`${bucket}/from`).writeStream.format('parquet').option('checkpointLocation', `${bucket}/checkpoints/copy`).trigger({ availableNow: true }).start(`${bucket}/copy`)
  await query.awaitTermination()
  await spark.range(5).write.mode('append').parquet(`${bucket}/copy`)
  assert.equal(await spark.read.parquet(`${bucket}/copy`).count(), 20, 'files that the log does not name are not read')

  // A file is moved when the batch after its own is logged.
  for (const mode of ['error', 'append']) await spark.range(1).selectExpr('CAST(id AS STRING) AS value').write.mode(mode).text(`${bucket}/inbox`)
  const cleaned = await spark.readStream.format('text').options({ cleanSource: 'archive', sourceArchiveDir: `${bucket}/archive`, maxFilesPerTrigger: '1' }).load(`${bucket}/inbox`)
    .writeStream.format('delta').option('checkpointLocation', `${bucket}/checkpoints/clean`).trigger({ availableNow: true }).start(`${bucket}/cleaned`)
  await cleaned.awaitTermination()
  assert.equal(await spark.read.format('delta').load(`${bucket}/cleaned`).count(), 2)
  assert.deepEqual([await spark.read.option('recursiveFileLookup', 'true').text(`${bucket}/archive`).count(), await spark.read.text(`${bucket}/inbox`).count()], [1, 1])
})

test('one query a checkpoint', async () => {
  const start = (by: SparkSession): ReturnType<ReturnType<typeof sink>['start']> => sink(by).start()
  const sink = (by: SparkSession) => by.readStream.format('rate').load().writeStream.format('noop').option('checkpointLocation', `${bucket}/checkpoints/one`).trigger({ processingTime: '1 hour' })
  const query = await start(spark), other = session()
  await assert.rejects(start(other), /MICROLOTE_CHECKPOINT_LOCKED.*this process/)
  await query.stop()
  const second = await start(other)
  await second.stop()
  await other.stop()
})
