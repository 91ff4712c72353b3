/** What filters spare: files of partitions and row groups that cannot match are never read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../../../engine/storage/faulty-files.ts'
import { LocalBackend, ManualClock, MemoryFiles, SparkSession } from '../../../engine/testing.ts'

test('a filter on a partition column and on a column of the file', async () => {
  const clock = new ManualClock(0), memory = new MemoryFiles(() => clock.nowMs())
  const reads: string[] = [], files = new FaultyFiles(memory, (_n, step, path) => { if (step === 'read' && path.includes('part-')) reads.push(path.replace(/part-.*/, '')); return 'none' })
  const spark = new SparkSession(new LocalBackend({ files, clock }))
  await spark.range(0, 300).selectExpr('id', 'id % 3 AS p', 'CAST(id AS STRING) AS t').write.partitionBy('p').parquet('/t')
  const count = async (condition: string): Promise<[number, string[]]> => { reads.length = 0; const n = await spark.read.parquet('/t').where(condition).count(); return [n, [...new Set(reads)]] }
  assert.deepEqual(await count('p = 1'), [100, ['/t/p=1/']])
  assert.deepEqual(await count('p IN (0, 2) AND id < 30'), [20, ['/t/p=0/', '/t/p=2/']])
  assert.deepEqual(await count('2 <= p'), [100, ['/t/p=2/']])
  assert.deepEqual((await count('p IS NULL'))[1], [])
  // The footer alone says that no row is wanted.
  assert.equal((await count('id > 1000'))[0], 0)
  assert.equal(reads.length, 3)
  assert.equal((await count('id > 250'))[0], 49)
  assert.equal(reads.length, 6, 'a footer and one column chunk a file')
  assert.equal((await count("p = 1 OR t = '7'"))[0], 100)
})
