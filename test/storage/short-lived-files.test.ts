/** A temporary checkpoint's files do not wait for the disk; a checkpoint of one's own, and everything else, does. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functions as F } from '../../engine/index.ts'
import { LocalBackend, ManualClock, MemoryFiles, MemoryStream, SparkSession } from '../../engine/testing.ts'
import { shortLived } from '../../engine/storage/short-lived-files.ts'
import type { WriteOptions } from '../../engine/storage/files.ts'

/** Notes what was asked of each write. */
class Notes extends MemoryFiles {
  readonly writes: { readonly path: string; readonly synced: boolean }[] = []
  override async writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    this.writes.push({ path, synced: options.sync !== false })
    return super.writeAtomic(path, bytes, options)
  }
}

test('only what lies below the folder is eased', async () => {
  const notes = new Notes(), files = shortLived(notes, '/tmp/a'), bytes = new Uint8Array([1])
  await files.writeAtomic('/tmp/a/offsets/0', bytes, { overwrite: false })
  await files.writeAtomic('/tmp/ab/offsets/0', bytes, { overwrite: false })
  await (await files.createAtomic('/tmp/a/state', { overwrite: true })).commit()
  assert.deepEqual(notes.writes.map(w => w.synced), [false, true, false])
  assert.deepEqual([...await files.read('/tmp/a/offsets/0')], [1])
})

for (const [name, location, synced] of [['a temporary checkpoint', null, false], ['a checkpoint of one\'s own', '/ckpt', true]] as const) {
  test(name, async () => {
    const files = new Notes(), spark = new SparkSession(new LocalBackend({ files, clock: new ManualClock(0) }))
    const numbers = new MemoryStream(spark, 'n BIGINT')
    const writer = numbers.toDF().groupBy('n').agg(F.count('*')).writeStream.outputMode('update').format('noop')
    if (location !== null) writer.option('checkpointLocation', location)
    const query = await writer.start()
    numbers.addData({ n: 1n })
    await query.processAllAvailable()
    await query.stop()
    assert.ok(files.writes.some(w => w.path.includes('/offsets/')) && files.writes.some(w => w.path.includes('/state/')))
    assert.deepEqual([...new Set(files.writes.filter(w => /\/(offsets|commits|state)\//.test(w.path)).map(w => w.synced))], [synced])
  })
}
