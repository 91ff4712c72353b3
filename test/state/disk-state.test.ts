/** State on disk (`RocksDBStateStoreProvider`): recorded scenarios and crashes come out as with state in memory, memory stays bounded, and other providers are refused. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DiskTable } from '../../engine/state/disk-table.ts'
import { memoryProvider, diskProvider } from '../../engine/state/providers.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { Bench, type Run } from '../streaming/driver.ts'
import { runScenario, type Scenario } from '../conformance/scenarios.ts'
import { scheduleOf, statefulScenarios } from '../simulation/cli.ts'
import { kinds } from '../simulation/disk.ts'
import { simulate } from '../simulation/simulate.ts'

const conf = 'spark.sql.streaming.stateStore.providerClass'
const onDisk = (s: Scenario): Scenario => ({ ...s, confs: { ...s.confs, [conf]: diskProvider } })
const cases = statefulScenarios().map(c => ({ ...c, scenario: onDisk(c.scenario) }))

/** How many databases are opened while this runs. */
async function databases(body: () => Promise<void>): Promise<number> {
  const builtin = process.getBuiltinModule
  let opened = 0
  process.getBuiltinModule = ((name: string) => { if (name === 'node:sqlite') opened++; return builtin(name) }) as typeof builtin
  try { await body() } finally { process.getBuiltinModule = builtin }
  return opened
}

test('recorded scenarios of every kind of state give what Spark gave', async () => {
  const kindsOfState = ['"join"', '"groupState"', 'session_window', 'window(', '"dropDuplicates"', '"dropDuplicatesWithinWatermark"', '"limit"', '"distinct"']
  const chosen = new Set(kindsOfState.flatMap(k => cases.filter(c => JSON.stringify(c.scenario.pipeline).includes(k)).filter((_, i) => i % 6 === 1).slice(0, 5)))
  assert.ok(chosen.size >= 20, `only ${chosen.size}`)
  const opened = await databases(async () => { for (const { file, scenario } of chosen) assert.equal(await runScenario(scenario), null, file) })
  assert.ok(opened >= chosen.size, `${opened} databases`)
})

test('killed at seeded steps, the output is the same', async () => {
  let crashes = 0
  const opened = await databases(async () => {
    for (let i = 0; i < 32; i++) {
      const seed = 53 * i, { file, scenario, kind } = scheduleOf(seed, cases, kinds[i % kinds.length])
      const outcome = await simulate(scenario, kind, seed)
      assert.equal(outcome.difference, null, `${file} ${kind} seed ${seed}`)
      crashes += outcome.crashes.length
    }
  })
  assert.ok(crashes >= 10 && opened > 32, `${crashes} crashes, ${opened} databases`)
})

// What the process holds, without what a collection would give back.
function heldMemory(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().rss
}

test('300,000 keys, 150 MB, a cache of 2 MiB: memory stays small', () => {
  const table = new DiskTable(2 << 20), key = new Uint8Array(16), value = new Uint8Array(480), words = new Uint32Array(key.buffer), n = 300_000
  // What the process itself needs it has after the first third; the state grows by 100 MB from there.
  let before = 0
  for (let i = 0; i < n; i++) {
    words[0] = Math.imul(i, 0x9e3779b1)
    words[1] = i
    value[0] = i
    if (i === n / 3) before = heldMemory()
    table.put(key, 0, 16, value, 0, 480)
    if (i % 10_000 === 9_999) { table.commit(); assert.ok(table.usedBytes < 3 << 20, `${table.usedBytes} bytes`) }
  }
  const grown = heldMemory() - before
  assert.equal(table.rowCount, n)
  assert.ok(table.liveBytes > 150_000_000, `only ${table.liveBytes} bytes of state`)
  assert.ok(grown < 50_000_000, `the process grew by ${grown} bytes`)
  for (const i of [0, 1234, n - 1]) {
    words[0] = Math.imul(i, 0x9e3779b1)
    words[1] = i
    assert.ok(table.find(key, 0, 16) >= 0)
  }
  table.close()
})

test('slots are used again when their numbers have run out', () => {
  const table = new DiskTable(1 << 16, 9), bytes = (n: number): Uint8Array => Uint8Array.of(n)
  const put = (n: number): number => table.put(bytes(n), 0, 1, bytes(n), 0, 1)
  for (let round = 0; round < 8; round++) {
    for (let n = 0; n < 4; n++) put(10 * round + n)
    if (round > 0) for (let n = 0; n < 4; n++) { const slot = table.find(bytes(10 * (round - 1) + n), 0, 1); assert.ok(slot >= 0 && slot <= 9); table.remove(slot) }
    table.commit()
    assert.equal(table.rowCount, 4)
    assert.equal(new Set(table.liveSlots()).size, 4)
  }
  table.close()
})

// What Spark 4.3.0 shows of its RocksDB provider.
const namesOfSpark = new Set(['BytesCopied', 'ChangeLogWriterCommitLatencyMs', 'CommitCheckpointLatency', 'CommitCompactLatency', 'CommitFileSyncLatencyMs', 'CommitFlushLatency', 'FilesCopied', 'FilesReused', 'ForceSnapshotCount', 'GetCount', 'GetLatency',
  'LoadFromSnapshotLatencyMs', 'LoadLatencyMs', 'NumExternalColumnFamilies', 'NumInternalColFamiliesKeys', 'NumInternalColumnFamilies', 'NumLoadedFromDfs', 'NumReplayChangelogFiles', 'NumSnapshotsAutoRepaired', 'PinnedBlocksMemoryUsage', 'PutCount',
  'PutLatency', 'ReadBlockCacheHitCount', 'ReadBlockCacheMissCount', 'ReplayChangeLogLatencyMs', 'SaveZipFilesLatencyMs', 'SstFileSize', 'TotalBytesRead', 'TotalBytesReadByCompaction', 'TotalBytesReadThroughIterator', 'TotalBytesWritten',
  'TotalBytesWrittenByCompaction', 'TotalBytesWrittenByFlush', 'TotalCompactionLatencyMs', 'WriterStallLatencyMs', 'ZipFileBytesUncompressed'].map(n => `rocksdb${n}`))

test('progress shows what a store on disk did, under the names of Spark\'s RocksDB provider', async t => {
  const b = new Bench(1_000_000, { [conf]: diskProvider, 'spark.sql.streaming.stateStore.minDeltasForSnapshot': '3' }), events = new MemoryStream(b.spark, 'k STRING, v BIGINT')
  t.after(() => b.spark.stop())
  const counts = events.toDF().groupBy('k').count(), custom = (run: Run): Record<string, number> => ({ ...run.state().customMetrics })
  const written = async (): Promise<number[]> => (await Promise.all([0, 1].map(async p => (await b.files.list(`/ckpt/state/0/${p}`)).filter(f => !f.isDirectory).map(f => f.sizeBytes)))).flat()
  const total = async (): Promise<number> => (await written()).reduce((n, x) => n + x, 0)
  const first = await b.start(counts, 'update')
  let before = 0, known: string[] = []
  for (const [batch, keys] of [['a', 'b', 'c', 'a'], ['a', 'd'], ['e']].entries()) {
    events.addData(...keys.map((k): [string, number] => [k, 1]))
    await first.rows()
    const m = custom(first), distinct = new Set(keys)
    assert.deepEqual(Object.keys(m).filter(n => !n.startsWith('SnapshotLastUploaded.') && !namesOfSpark.has(n)), [])
    assert.equal(m['rocksdbPutCount'], distinct.size, `puts of batch ${batch}`)
    assert.ok(m['rocksdbGetCount']! >= distinct.size)
    assert.equal(m['rocksdbTotalBytesRead']! > 0, keys.some(k => known.includes(k)), `what is there is read, batch ${batch}`)
    assert.ok(m['rocksdbTotalBytesWritten']! > 0 && m['rocksdbSstFileSize']! > 2 * 4096 && m['rocksdbSstFileSize']! % 4096 === 0)
    assert.equal(m['rocksdbNumReplayChangelogFiles'], 0)
    if (batch < 2) assert.deepEqual([m['rocksdbFilesCopied'], m['rocksdbBytesCopied']], [2, await total() - before])
    before = await total()
    known = known.concat(keys)
  }
  await first.stop()
  assert.equal((await written()).length, 8, 'a snapshot of each partition at the third version')
  const second = await b.start(counts, 'update')
  events.addData(['a', 1])
  await second.rows()
  assert.deepEqual(['rocksdbNumReplayChangelogFiles', 'rocksdbPutCount', 'rocksdbNumSnapshotsAutoRepaired'].map(n => custom(second)[n]), [0, 1, 0], 'from the snapshots')
  await second.stop()
  const third = await b.start(counts, 'update')
  events.addData(['a', 1])
  await third.rows()
  assert.equal(custom(third)['rocksdbNumReplayChangelogFiles'], 2, 'a delta of each partition after its snapshot')
  events.addData(['a', 1])
  await third.rows()
  assert.equal(custom(third)['rocksdbNumReplayChangelogFiles'], 0, 'nothing was loaded')
  await third.stop()
})

test('a provider that does not exist is refused at start(), by Spark\'s condition', async () => {
  const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files, confs: { [conf]: 'java.lang.String' } }))
  const start = (): Promise<unknown> => spark.readStream.format('rate').load().groupBy('value').count().writeStream.format('noop').outputMode('update').option('checkpointLocation', '/c').start()
  await assert.rejects(start(), (e: unknown) => e instanceof SparkError && e.condition === 'STATE_STORE_INVALID_PROVIDER' && e.message.includes('java.lang.String') && e.message.includes(memoryProvider))
  await spark.stop()
})
