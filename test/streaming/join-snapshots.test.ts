/** Snapshots of join state are read from its columns while later batches add, move and let go rows: each must say what the deltas before it say. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { expr } from '../../engine/api/functions.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'
import type { AtomicWriter, Files, WriteOptions } from '../../engine/storage/files.ts'

/** Files on which a snapshot begins to be written three batches after it was wanted. */
function slow(inner: MemoryFiles): { readonly files: Files; batchDone(): void; finish(): void } {
  let waiting: { batches: number; go: () => void }[] = [], over = false
  const files = new Proxy<Files>(inner, {
    get: (_, name) => {
      if (name === 'createAtomic') return async (path: string, options: WriteOptions): Promise<AtomicWriter> => {
        if (path.endsWith('.snapshot') && !over) await new Promise<void>(go => { waiting.push({ batches: 3, go }) })
        return inner.createAtomic(path, options)
      }
      const member: unknown = Reflect.get(inner, name, inner)
      return typeof member === 'function' ? member.bind(inner) : member
    },
  })
  const release = (all: boolean): void => { waiting = waiting.filter(w => { if (!all && --w.batches > 0) return true; w.go(); return false }) }
  return { files, batchDone: () => release(false), finish: () => { over = true; release(true) } }
}

async function rowsAt(files: MemoryFiles, batchId: number, store: string): Promise<string[]> {
  const spark = new SparkSession(new LocalBackend({ files }))
  const rows = await spark.read.format('statestore').option('batchId', batchId).option('storeName', store).load('/ckpt').collect()
  await spark.stop()
  return rows.map(r => JSON.stringify(r, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))).sort()
}

test('a snapshot read three batches later is of its own version', async () => {
  const files = new MemoryFiles(), disk = slow(files), encoder = new TextEncoder()
  for (const side of ['l', 'r']) await files.mkdirs(`/in/${side}`)
  const spark = new SparkSession(new LocalBackend({ files: disk.files, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.streaming.stateStore.minDeltasForSnapshot': '2', 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' } }))
  const read = (side: string): DataFrame => spark.readStream.schema(`k STRING, ${side}t TIMESTAMP, ${side}v STRING`).json(`/in/${side}`).withWatermark(`${side}t`, '1 minute').alias(side)
  const query = await read('l').join(read('r'), expr('l.k = r.k AND rt >= lt AND rt <= lt + INTERVAL 10 MINUTES'), 'full').writeStream.option('checkpointLocation', '/ckpt').foreachBatch(async () => {}).start()
  let seed = 7
  const random = (n: number): number => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return (seed >>> 8) % n }
  for (let batch = 0; batch < 24; batch++) {
    for (const side of ['l', 'r']) {
      const lines = Array.from({ length: 60 }, (_, i) => JSON.stringify({ k: `k${random(12)}`, [`${side}t`]: new Date(Date.UTC(2026, 0, 1) + (batch * 4 + random(9)) * 60_000).toISOString(), [`${side}v`]: `${side}${batch}-${i}` }))
      await files.writeAtomic(`/in/${side}/${String(batch).padStart(3, '0')}.json`, encoder.encode(lines.join('\n')), { overwrite: false })
    }
    await query.processAllAvailable()
    disk.batchDone()
  }
  disk.finish()
  await spark.stop()
  const dump = files.dump(), deltasOnly = new MemoryFiles()
  for (const [path, bytes] of dump) if (!path.endsWith('.snapshot')) await deltasOnly.writeAtomic(path, bytes, { overwrite: true })
  let compared = 0, rows = 0
  for (const [path] of dump) {
    const found = /^\/ckpt\/state\/0\/0\/([^/]+)\/(\d+)\.snapshot$/.exec(path)
    if (found === null) continue
    const want = await rowsAt(deltasOnly, Number(found[2]) - 1, found[1]!)
    assert.deepEqual(await rowsAt(files, Number(found[2]) - 1, found[1]!), want, path)
    compared++
    rows += want.length
  }
  assert.ok(compared >= 12 && rows > 500, `${compared} snapshots, ${rows} rows`)
})
