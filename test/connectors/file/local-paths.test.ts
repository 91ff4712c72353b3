/** Paths on the machine's own disk: a single file, a folder, a pattern, each read as Spark reads it. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LocalBackend, SparkSession } from '../../../engine/testing.ts'

test('one file, a folder and a pattern give the same rows', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'microlote-paths-'))
  const spark = new SparkSession(new LocalBackend({}))
  try {
    mkdirSync(join(dir, 'in'))
    writeFileSync(join(dir, 'in', 'a.json'), '{"id":1}\n{"id":2}\n')
    for (const path of ['in/a.json', 'in', 'in/*.json']) {
      const ids = (await spark.read.schema('id INT').json(join(dir, path)).orderBy('id').collect()).map(r => r['id'])
      assert.deepEqual(ids, [1, 2], path)
    }
    assert.equal(spark.read.json(join(dir, 'in/a.json')).schema.simpleString(), 'struct<id:bigint>')
  } finally {
    await spark.stop()
    rmSync(dir, { recursive: true, force: true })
  }
})
