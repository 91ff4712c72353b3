/** Which files a static DataFrame reads (those there when it was made), and which state of a Delta table (the newest), batch after batch of a stream. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { functions as F, MemoryStream, SparkSession, type DataFrame } from '../../../engine/index.ts'

const spark = SparkSession.builder.getOrCreate(), folder = mkdtempSync(join(tmpdir(), 'held-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const customers = (...rows: [string, string][]): DataFrame => spark.createDataFrame(rows.map(([who, tier]) => ({ who, tier })), 'who STRING, tier STRING')
const text = (rows: readonly Record<string, unknown>[]): string[] => rows.map(r => `${r['who']}=${r['tier']}`).sort()

/** What a stream joined with `fixed` gives for ana and eva, before and after each of the changes. */
async function joined(fixed: DataFrame, changes: (() => Promise<unknown>)[]): Promise<string[][]> {
  const stream = new MemoryStream(spark, 'who STRING'), batches: string[][] = []
  const query = await stream.toDF().join(fixed, 'who', 'left').writeStream.foreachBatch(async (b: DataFrame) => { batches.push(text(await b.collect())) }).start()
  try {
    for (const change of [async () => {}, ...changes]) {
      await change()
      stream.addData({ who: 'ana' }, { who: 'eva' })
      await query.processAllAvailable()
    }
  } finally { await query.stop() }
  return batches
}

for (const format of ['parquet', 'json', 'csv', 'delta']) {
  test(`${format} as the static side of a stream, rows added while the query runs`, async () => {
    const dir = join(folder, `added-${format}`)
    await customers(['ana', 'gold']).write.format(format).save(dir)
    const read = (): DataFrame => spark.read.format(format).schema('who STRING, tier STRING').load(dir)
    const fixed = read()
    const before = ['ana=gold', 'eva=null'], now = ['ana=gold', 'eva=new']
    assert.deepEqual(await joined(fixed, [() => customers(['eva', 'new']).write.format(format).mode('append').save(dir)]), [before, format === 'delta' ? now : before])
    assert.deepEqual(text(await read().collect()), now, 'a DataFrame made now')
    assert.deepEqual(text(await fixed.collect()), format === 'delta' ? now : ['ana=gold'])
  })
}

test('files that were overwritten are missed by the DataFrame that had them; a Delta table goes on', async () => {
  const over = (format: string, dir: string) => () => customers(['ana', 'iron']).write.format(format).mode('overwrite').save(dir)
  for (const format of ['parquet', 'delta']) await customers(['ana', 'gold']).write.format(format).save(join(folder, `over-${format}`))
  await assert.rejects(joined(spark.read.parquet(join(folder, 'over-parquet')), [over('parquet', join(folder, 'over-parquet'))]), /FAILED_READ_FILE\.FILE_NOT_EXIST/)
  const delta = join(folder, 'over-delta'), table = spark.read.format('delta').load(delta)
  assert.deepEqual(await joined(table, [over('delta', delta)]), [['ana=gold', 'eva=null'], ['ana=iron', 'eva=null']])
  assert.deepEqual(await joined(spark.read.format('delta').option('versionAsOf', 0).load(delta), []), [['ana=gold', 'eva=null']], 'a version that is named stays')
})

test('files read anew in every foreachBatch are the newest', async () => {
  const dir = join(folder, 'again'), stream = new MemoryStream(spark, 'who STRING'), seen: string[][] = []
  await customers(['ana', 'gold']).write.parquet(dir)
  const query = await stream.toDF().writeStream.foreachBatch(async (b: DataFrame) => { seen.push(text(await b.join(spark.read.parquet(dir), 'who', 'left').select('who', F.col('tier')).collect())) }).start()
  for (const tier of ['gold', 'iron']) {
    await customers(['ana', tier]).write.mode('overwrite').parquet(dir)
    stream.addData({ who: 'ana' })
    await query.processAllAvailable()
  }
  await query.stop()
  assert.deepEqual(seen, [['ana=gold'], ['ana=iron']])
})
