/** MERGE into tables of several files of many batches: wherever the changed rows lie, the others stay, and files without one are left alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DeltaTable } from '../../engine/index.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

const perFile = 20_000, files = 3

for (const [what, clauses, changed, expected] of [
  ['the last row of the first file, the first of the last', (m: Merge) => m.whenMatchedUpdateAll().whenNotMatchedInsertAll(), [perFile - 1, 2 * perFile, 3 * perFile], { removed: 2, rows: 3 * perFile + 1 }],
  ['one row in the middle of the second file is deleted', (m: Merge) => m.whenMatchedDelete(), [perFile + 9_000], { removed: 1, rows: 3 * perFile - 1 }],
  ['nothing but new rows', (m: Merge) => m.whenNotMatchedInsertAll(), [5, 3 * perFile + 1], { removed: 0, rows: 3 * perFile + 1 }],
  ['no clause takes what meets', (m: Merge) => m.whenMatchedUpdateAll('s.v > 5'), [5, perFile + 5], { removed: 0, rows: 3 * perFile }],
  ['rows without a partner are deleted where they end a file', (m: Merge) => m.whenMatchedUpdateAll().whenNotMatchedBySourceDelete(`t.id % ${perFile} = ${perFile - 1}`), [2 * perFile + 1], { removed: 3, rows: 3 * perFile - 3 }],
  ['no source at all', (m: Merge) => m.whenMatchedUpdateAll().whenNotMatchedBySourceDelete('t.id = 7'), [], { removed: 1, rows: 3 * perFile - 1 }],
] as const) {
  test(`merge over ${files} files: ${what}`, async () => {
    const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles() }))
    for (let f = 0; f < files; f++) await spark.range(f * perFile, (f + 1) * perFile).selectExpr('id', 'CAST(0 AS INT) AS v').write.format('delta').mode('append').save('/t')
    const source = spark.createDataFrame(changed.map(id => [id, 1]), 'id BIGINT, v INT')
    await clauses(DeltaTable.forPath(spark, '/t').as('t').merge(source.alias('s'), 's.id = t.id')).execute()
    const table = await spark.read.format('delta').load('/t').orderBy('id').toColumns(), ids = Array.from(table['id']!, Number), values = table['v']!
    assert.equal(ids.length, expected.rows)
    assert.equal(new Set(ids).size, expected.rows)
    const updates = what.startsWith('the last') || what.startsWith('rows without') ? changed.length : what.startsWith('nothing') ? 1 : 0
    assert.deepEqual(ids.filter((_, i) => values[i] === 1), updates === 0 ? [] : [...changed].slice(-updates))
    const [last] = await (await DeltaTable.forPath(spark, '/t').history(1)).collect()
    assert.equal(Number(last!['operation'] === 'MERGE' ? last!['operationMetrics'].get('numTargetFilesRemoved') : 0), expected.removed)
  })
}

type Merge = ReturnType<DeltaTable['merge']>
