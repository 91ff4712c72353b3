/** The store over batches: files, recovery, retention, damage, crashes at every step, and a restart with another schema. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as T from '../../engine/types/data-type.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { FaultyFiles, faultAt } from '../../engine/storage/faulty-files.ts'
import type { Fault } from '../../engine/storage/faulty-files.ts'
import type { Files } from '../../engine/storage/files.ts'
import { ManualClock } from '../../engine/observe/clock.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { vectorOf } from '../../engine/columns/builder.ts'
import { commitStoresAhead } from '../../engine/state/commit-stores.ts'
import { openStateStore } from '../../engine/state/open-store.ts'
import type { StateStore, StateStoreOptions } from '../../engine/state/state-store.ts'
import type { WriteAheadLog } from '../../engine/state/store-options.ts'
import { flatColumn } from '../../engine/state/flat-columns.ts'
import { MemoryTable } from '../../engine/state/memory-table.ts'
import { RowArena } from '../../engine/state/row-arena.ts'
import { checkStateSchema } from '../../engine/state/schema-check.ts'
import { diskProvider, memoryProvider, stateTables } from '../../engine/state/providers.ts'
import { combineMetrics } from '../../engine/state/state-metrics.ts'
import { draws } from '../../fixtures/random.ts'

const keySchema = T.structType([T.structField('k', T.stringType)])
const valueSchema = T.structType([T.structField('n', T.longType)])
let provider = memoryProvider
const opened: StateStore[] = []
const open = async (files: Files, version: number, more: Partial<StateStoreOptions> = {}): Promise<StateStore> => {
  const store = await openStateStore({ newTable: stateTables(provider, 1), files, clock: new ManualClock(), root: 's', operatorId: 0, partition: 0, version, keySchema, valueSchema, ...more })
  opened.push(store)
  return store
}
// With each provider: what is in the files is the same.
function each(name: string, body: () => Promise<void>): void {
  for (const p of [memoryProvider, diskProvider]) test(`${p.split('.').at(-1)}: ${name}`, async () => {
    provider = p
    try { await body() } finally { provider = memoryProvider; for (const s of opened.splice(0)) s.table.close() }
  })
}
const condition = (name: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === name

function put(store: StateStore, entries: Record<string, number>): void {
  const keys = new RowArena(), values = new RowArena(), names = Object.keys(entries)
  store.keyCodec.encode([vectorOf(T.stringType, names)], null, names.length, keys)
  store.valueCodec.encode([vectorOf(T.longType, names.map(n => BigInt(entries[n]!)))], null, names.length, values)
  store.put(keys, values)
}

function remove(store: StateStore, ...names: string[]): void {
  const keys = new RowArena(), slots = new Int32Array(names.length)
  store.keyCodec.encode([vectorOf(T.stringType, names)], null, names.length, keys)
  store.find(keys, slots)
  store.remove(slots, slots.length)
}

function contents(store: StateStore): Record<string, number> {
  const slots = store.liveSlots(), keys = new RowArena(), values = new RowArena()
  store.readKeys(slots, slots.length, keys)
  store.readValues(slots, slots.length, values)
  const k = store.keyCodec.decode(keys)[0]!, v = store.valueCodec.decode(values)[0]!
  return Object.fromEntries(Array.from(slots, (_, i): [string, number] => [k.get(i) as string, Number(v.get(i))]).sort((a, b) => a[0] < b[0] ? -1 : 1))
}

// What the batch with this id does, and the state after the first `version` batches.
function runBatch(store: StateStore, id: number): void {
  put(store, { [`k${id}`]: id, shared: id })
  if (id % 3 === 2) remove(store, `k${id - 1}`)
}
function stateAt(version: number): Record<string, number> {
  const m = new Map<string, number>()
  for (let id = 0; id < version; id++) { m.set(`k${id}`, id); m.set('shared', id); if (id % 3 === 2) m.delete(`k${id - 1}`) }
  return Object.fromEntries([...m].sort((a, b) => a[0] < b[0] ? -1 : 1))
}
async function runBatches(files: Files, batches: number, more: Partial<StateStoreOptions> = {}): Promise<void> {
  const store = await open(files, 0, more)
  for (let id = 0; id < batches; id++) { runBatch(store, id); await store.commit(); await store.settled() }
  await store.close()
}
const names = async (files: Files): Promise<string[]> => (await files.list('s/0/0')).map(e => e.name).sort((a, b) => Number.parseInt(a) - Number.parseInt(b) || (a < b ? -1 : 1))

each('each batch writes a delta, every tenth a snapshot, and every version can be read', async () => {
  const files = new MemoryFiles()
  await runBatches(files, 25)
  assert.deepEqual(await names(files), Array.from({ length: 25 }, (_, i) => i + 1).flatMap(v => v % 10 === 0 ? [`${v}.delta`, `${v}.snapshot`] : [`${v}.delta`]))
  for (let v = 0; v <= 25; v++) assert.deepEqual(contents(await open(files, v)), stateAt(v), `version ${v}`)
  const named = await open(files, 0, { storeName: 'left-keyToNumValues', partition: 3 })
  await named.commit()
  assert.ok(await files.exists('s/0/3/left-keyToNumValues/1.delta'))
})

each('a file that goes while it is read from outside is missing, a large one as a small one; a disk that fails is told as it is', async () => {
  for (const draws8 of [1, 1500]) {
    const files = new MemoryFiles(), draw = draws(3, 0), store = await open(files, 0)
    put(store, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [Array.from({ length: draws8 }, () => draw().toString(16).padStart(8, '0')).join('') + i, i])))
    await store.commit()
    await store.settled()
    const large = (await files.stat('s/0/0/1.delta'))!.sizeBytes > 1 << 22
    assert.equal(large, draws8 > 1)
    let reads = 0
    const before = (read: () => Promise<void>): Files => new Proxy<Files>(files, { get: (_, method: keyof Files) => {
      const own = (files as Files)[method] as ((...a: unknown[]) => unknown) | undefined
      return method !== 'readRange' && method !== 'tryRead' ? own?.bind(files) : async (...args: unknown[]) => { reads++; await read(); return own!.apply(files, args) }
    } })
    await assert.rejects(open(before(async () => { throw new Error('the disk is broken') }), 1, { readOnly: true }), /the disk is broken/)
    // A large one is gone between its first piece and the next.
    reads = 0
    await assert.rejects(open(before(async () => { if (!large || reads === 2) await files.delete('s/0/0/1.delta') }), 1, { readOnly: true }), condition('CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS'))
    assert.equal(reads, large ? 2 : 1)
  }
})

each('large files are read in pieces: the same state, changes after it, and damage is got round', async () => {
  const files = new MemoryFiles(), draw = draws(7, 0), name = (): string => Array.from({ length: 1000 }, () => draw().toString(16).padStart(8, '0')).join('')
  const first = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [name(), i])), keys = Object.keys(first)
  let largest = 0
  const seen = (got: unknown): unknown => { if (got instanceof Uint8Array) largest = Math.max(largest, got.length); return got }
  const watched = (): Files => new Proxy<Files>(files, { get: (_, method: keyof Files) => {
    const own = (files as Files)[method] as ((...a: unknown[]) => unknown) | undefined
    return own === undefined ? own : (...args: unknown[]) => { const got = own.apply(files, args); return got instanceof Promise ? got.then(seen) : got }
  } })
  const store = await open(files, 0, { minDeltasForSnapshot: 1 })
  put(store, first)
  await store.commit()
  await store.settled()
  for (const id of [1, 2, 3, 4]) { runBatch(store, id); await store.commit(); await store.settled() }
  put(store, { [keys[5]!]: -5, [keys[6]!]: -6, shared: 7 })
  remove(store, keys[7]!, keys[6]!)
  await store.commit()
  await store.settled()
  const newest = (await names(files)).findLast(n => n.endsWith('.snapshot'))!, size = async (file: string): Promise<number> => (await files.stat(`s/0/0/${file}`))!.sizeBytes
  assert.ok(await size('1.delta') > 1 << 22 && await size(newest) > 1 << 22)
  const want = contents(store), check = async (version: number, state: Record<string, number>): Promise<StateStore> => { const s = await open(watched(), version); assert.deepEqual(contents(s), state); return s }
  await check(1, Object.fromEntries(Object.entries(first).sort((a, b) => (a[0] < b[0] ? -1 : 1))))
  const again = await check(6, want)
  assert.ok(largest > 0 && largest <= 1 << 22, `${largest} bytes at once`)
  put(again, { [keys[8]!]: -8, fresh: 1 })
  remove(again, keys[9]!, 'shared')
  again.abort()
  assert.deepEqual(contents(again), want)
  put(again, { [keys[8]!]: -8, fresh: 1 })
  remove(again, keys[9]!, 'shared')
  await again.commit()
  const { shared: _, [keys[9]!]: __, ...rest } = want
  await check(7, Object.fromEntries(Object.entries({ ...rest, [keys[8]!]: -8, fresh: 1 }).sort((a, b) => (a[0] < b[0] ? -1 : 1))))
  const snapshot = await files.read(`s/0/0/${newest}`)
  await files.writeAtomic(`s/0/0/${newest}`, snapshot.subarray(0, snapshot.length - 100), { overwrite: true })
  assert.equal((await check(6, want)).takeMetrics().numSnapshotsAutoRepaired, 1)
})

each('an aborted batch leaves nothing', async () => {
  const files = new MemoryFiles()
  const store = await open(files, 0)
  put(store, { a: 1, b: 2 })
  await store.commit()
  put(store, { a: 10, c: 3 })
  remove(store, 'b')
  store.abort()
  assert.deepEqual(contents(store), { a: 1, b: 2 })
  assert.deepEqual([store.metrics.numRowsUpdated, store.metrics.numRowsRemoved], [0, 0])
  await store.commit()
  assert.deepEqual(contents(await open(files, 2)), { a: 1, b: 2 })
})

test('counts of a batch', async () => {
  const store = await open(new MemoryFiles(), 0)
  put(store, { a: 1, b: 2, c: 3 })
  remove(store, 'b')
  await store.commit()
  const first = store.takeMetrics()
  assert.deepEqual([first.numRowsTotal, first.numRowsUpdated, first.numRowsRemoved, first.loadedMapCacheHitCount], [2, 3, 1, 0])
  await store.commit()
  const sum = combineMetrics('stateStoreSave', 2, [first, store.takeMetrics()])
  assert.deepEqual([sum.numRowsTotal, sum.numRowsUpdated, sum.numStateStoreInstances, sum.customMetrics!['loadedMapCacheHitCount']], [4, 3, 2, 2])
  assert.ok(sum.memoryUsedBytes > sum.customMetrics!['stateOnCurrentVersionSizeBytes']! && sum.customMetrics!['stateOnCurrentVersionSizeBytes']! > 0)
  assert.deepEqual(Object.keys(sum.customMetrics!), ['SnapshotLastUploaded.partition_0_default', 'forceSnapshotCount', 'loadedMapCacheHitCount', 'loadedMapCacheMissCount', 'numSnapshotsAutoRepaired', 'stateOnCurrentVersionSizeBytes'])
})

each('old files go, and what is promised to be kept can be read', async () => {
  const files = new MemoryFiles()
  await runBatches(files, 60, { minBatchesToRetain: 15 })
  const left = await names(files)
  assert.deepEqual(left.slice(0, 3), ['40.delta', '40.snapshot', '41.delta'])
  for (let v = 60 - 15; v <= 60; v++) assert.deepEqual(contents(await open(files, v)), stateAt(v))
  await assert.rejects(open(files, 30), condition('CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS'))
})

each('missing and damaged files: rebuilt from what is left, or a named error', async () => {
  const files = new MemoryFiles()
  await runBatches(files, 25)
  const whole = new Map<string, Uint8Array>(files.dump())
  const restore = async (): Promise<void> => { for (const [p, b] of whole) await files.writeAtomic(p, b, { overwrite: true }) }
  const cut = (name: string, bytes: number): Promise<boolean> => files.writeAtomic(`s/0/0/${name}`, whole.get(`s/0/0/${name}`)!.subarray(0, bytes), { overwrite: true })

  for (const bytes of [0, 5, 40, whole.get('s/0/0/20.snapshot')!.length - 1]) {
    await cut('20.snapshot', bytes)
    assert.deepEqual(contents(await open(files, 25)), stateAt(25), 'the snapshot at 10 and the deltas after it give the same')
  }
  await cut('10.snapshot', 30)
  assert.deepEqual(contents(await open(files, 25)), stateAt(25), 'and so do all deltas')
  await files.delete('s/0/0/4.delta')
  await assert.rejects(open(files, 25), condition('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED'))
  await restore()
  for (const bytes of [0, 10, 45]) {
    await cut('23.delta', bytes)
    await assert.rejects(open(files, 25), condition('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED'))
  }
  await files.delete('s/0/0/23.delta')
  await assert.rejects(open(files, 25), (e: unknown) => condition('CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS')(e) && (e as SparkError).message.includes('s/0/0/23.delta'))
  await restore()
  for (let at = 0; at < whole.get('s/0/0/24.delta')!.length; at++) {
    const bytes = whole.get('s/0/0/24.delta')!.slice()
    bytes[at]! ^= 4
    await files.writeAtomic('s/0/0/24.delta', bytes, { overwrite: true })
    try { assert.deepEqual(contents(await open(files, 25)), stateAt(25)) } catch (e) { assert.ok(e instanceof SparkError && e.condition.startsWith('CANNOT_LOAD_STATE_STORE'), String(e)) }
  }
  await restore()
  await assert.rejects(open(files, 25, { valueSchema: T.structType(Array.from({ length: 9 }, () => T.structField('x', T.longType))) }), condition('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED'))
})

test('killed at every step and started again, the state is the same', async () => {
  const batches = 23
  const counting = new FaultyFiles(new MemoryFiles(), () => 'none')
  await runBatches(counting, batches, { minBatchesToRetain: 5 })
  assert.ok(counting.steps > 30)
  for (const fault of ['crash-before', 'crash-after', 'fail-before', 'fail-after'] as readonly Fault[]) {
    for (let step = 0; step < counting.steps; step++) {
      const disk = new MemoryFiles()
      let done = 0, files: Files = new FaultyFiles(disk, faultAt(step, fault))
      for (let life = 0; done < batches; life++) {
        assert.ok(life < 4, `${fault} ${step}`)
        try {
          const store = await open(files, done, { minBatchesToRetain: 5 })
          assert.deepEqual(contents(store), stateAt(done))
          // The batch that died may have left its files: it runs again with the same id.
          for (; done < batches; done++) { runBatch(store, done); await store.commit(); await store.settled() }
          await store.close()
        } catch { files = disk }
      }
      for (const v of [batches - 5, batches]) assert.deepEqual(contents(await open(disk, v)), stateAt(v), `${fault} at ${step}`)
    }
  }
})

// A batch that is told by its columns in pieces, so large that its delta is begun before the commit; some change so that it cannot be had that way after all.
const perPiece = 90
const longKey = (id: number, piece: number, i: number): string => `k${id}-${piece}-${i}-${'x'.repeat(400)}`
function runLargeBatch(store: StateStore, id: number): void {
  for (let piece = 0; piece < 3; piece++) {
    const names = Array.from({ length: perPiece }, (_, i) => longKey(id, piece, i)), keyColumns = [vectorOf(T.stringType, names)], valueColumns = [vectorOf(T.longType, names.map((_, i) => BigInt(i)))]
    const keys = new RowArena(), rows = new RowArena()
    store.keyCodec.encode(keyColumns, null, perPiece, keys)
    store.valueCodec.encode(valueColumns, null, perPiece, rows)
    store.put(keys, rows)
    store.wrote(keyColumns, valueColumns, null, perPiece)
  }
  if (id % 2 === 1) remove(store, longKey(id, 1, 3))
}
function largeStateAt(version: number): Record<string, number> {
  const entries: [string, number][] = []
  for (let id = 0; id < version; id++) for (let piece = 0; piece < 3; piece++) for (let i = 0; i < perPiece; i++) if (!(id % 2 === 1 && piece === 1 && i === 3)) entries.push([longKey(id, piece, i), i])
  return Object.fromEntries(entries.sort((a, b) => a[0] < b[0] ? -1 : 1))
}

test('a delta that is begun before its commit: killed or failing at every step and started again, the state is the same', async () => {
  const batches = 3, steps: string[] = [], expected = Array.from({ length: batches + 1 }, (_, v) => largeStateAt(v))
  const run = async (files: Files): Promise<void> => {
    const store = await open(files, 0)
    for (let id = 0; id < batches; id++) { runLargeBatch(store, id); await store.commit() }
    await store.close()
  }
  await run(new FaultyFiles(new MemoryFiles(), (_, step) => { steps.push(step); return 'none' }))
  assert.ok(steps.filter(s => s === 'append').length > 2 * batches, steps.join(' '))
  for (const fault of ['crash-before', 'crash-after', 'fail-before', 'fail-after'] as readonly Fault[]) for (let step = 0; step < steps.length; step++) {
    const disk = new MemoryFiles()
    let done = 0, files: Files = new FaultyFiles(disk, faultAt(step, fault))
    for (let life = 0; done < batches; life++) {
      assert.ok(life < 3, `${fault} ${step}`)
      try {
        const store = await open(files, done)
        assert.deepEqual(contents(store), expected[done])
        for (; done < batches; done++) {
          runLargeBatch(store, done)
          // As promised: what could not be written can be written again.
          await store.commit().catch((e: unknown) => { if (fault.startsWith('crash')) throw e; return store.commit() })
        }
        await store.close()
      } catch { files = disk }
    }
    for (const v of [batches - 1, batches]) assert.deepEqual(contents(await open(disk, v)), expected[v], `${fault} at ${step}`)
  }
})

test('a delta that was begun goes with its batch', async () => {
  const disk = new MemoryFiles(), store = await open(disk, 0)
  runLargeBatch(store, 0)
  assert.deepEqual(await names(disk), ['1.delta'])
  store.abort()
  runLargeBatch(store, 0)
  put(store, { other: 1 })
  await store.commit()
  assert.deepEqual(contents(await open(disk, 1)), { ...largeStateAt(1), other: 1 })
  runLargeBatch(store, 1)
  await store.close()
  assert.deepEqual(await names(disk), ['1.delta'])
})

// Entries that another keeps, recorded for the file as a join does it.
function recordAll(store: StateStore, id: number, count: number): void {
  const at = Array.from({ length: count }, (_, i) => longKey(id, 0, i))
  store.record([flatColumn(T.stringType, vectorOf(T.stringType, at), null, count)], [flatColumn(T.longType, vectorOf(T.longType, at.map((_, i) => BigInt(i))), null, count)], count)
  store.recordedAll()
}
const recordedState = (id: number, count: number): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, i): [string, number] => [longKey(id, 0, i), i]).sort((a, b) => a[0] < b[0] ? -1 : 1))

test('a recorded change is ended before its commit: aborted it is gone, and the next one takes its place', async () => {
  for (const count of [3, 3 * perPiece]) {
    const disk = new MemoryFiles(), store = await open(disk, 0)
    store.attach(new MemoryTable())
    recordAll(store, 0, count)
    assert.throws(() => { recordAll(store, 0, count) }, condition('INTERNAL_ERROR'))
    store.abort()
    store.attach(new MemoryTable())
    recordAll(store, 1, count)
    await store.commit()
    assert.deepEqual(contents(await open(disk, 1)), recordedState(1, count))
    recordAll(store, 2, count)
    store.abort()
    await store.close()
    assert.deepEqual(await names(disk), ['1.delta'])
  }
})

test('a recorded change that could not be written when it was ended is told at commit, and can be written again', async () => {
  for (const count of [3, 3 * perPiece]) {
    const steps: string[] = []
    const write = async (files: Files): Promise<StateStore> => {
      const store = await open(files, 0)
      store.attach(new MemoryTable())
      recordAll(store, 0, count)
      return store
    }
    await (await write(new FaultyFiles(new MemoryFiles(), (_, step) => { steps.push(step); return 'none' }))).commit()
    let told = 0
    for (const fault of ['fail-before', 'fail-after'] as readonly Fault[]) for (let step = 0; step < steps.length; step++) {
      const disk = new MemoryFiles(), files = new FaultyFiles(disk, faultAt(step, fault))
      const store = await write(files).catch(() => null)
      if (store === null) continue
      await store.commit().catch((e: unknown) => { told++; assert.match(String(e), /told to fail/); return store.commit() })
      assert.deepEqual(contents(await open(disk, 1)), recordedState(0, count), `${fault} at ${step}`)
    }
    assert.ok(told > 0)
  }
})

each('a snapshot that fails does not fail the batch and is tried again', async () => {
  const disk = new MemoryFiles()
  let failures = 2
  const files = new FaultyFiles(disk, (_, step) => step === 'commit' && failures-- > 0 ? 'fail-before' : 'none')
  const store = await open(files, 0)
  const errors: boolean[] = []
  for (let id = 0; id < 13; id++) { runBatch(store, id); await store.commit(); await store.settled(); errors.push(store.snapshotError !== null) }
  assert.deepEqual(errors.slice(8), [false, true, true, false, false])
  assert.deepEqual((await names(disk)).filter(n => n.endsWith('snapshot')), ['12.snapshot'])
  assert.deepEqual(contents(await open(disk, 13)), stateAt(13))
})

each('a batch that ran before a crash is run again, with other results', async () => {
  const files = new MemoryFiles()
  await runBatches(files, 10)
  const store = await open(files, 9)
  put(store, { other: 1 })
  await store.commit()
  await store.close()
  assert.deepEqual(contents(await open(files, 10)), { ...stateAt(9), other: 1 })
})

each('a snapshot is of its version though later batches run meanwhile', async () => {
  const disk = new MemoryFiles()
  const store = await open(disk, 0)
  const many = (from: number, n: number, value: number): Record<string, number> => Object.fromEntries(Array.from({ length: n }, (_, i) => [`m${from + i}`, value]))
  for (let id = 0; id < 10; id++) { put(store, many(id * 400, 400, id)); await store.commit() }
  const expected = contents(store)
  for (let id = 10; id < 14; id++) {
    put(store, many((id - 10) * 900, 700, id))
    remove(store, ...Object.keys(many((id - 10) * 900 + 700, 100, 0)))
    if (id === 12) store.abort()
    else await store.commit()
  }
  const last = contents(store), version = store.version
  await store.close()
  for (let v = 1; v <= 10; v++) await disk.delete(`s/0/0/${v}.delta`)
  assert.deepEqual(contents(await open(disk, 10)), expected)
  assert.deepEqual(contents(await open(disk, version)), last)
})

test('a restart with other schemas', async () => {
  const files = new MemoryFiles()
  const check = (key: T.StructTypeShape, value: T.StructTypeShape): Promise<void> => checkStateSchema({ files, root: 's', operatorId: 0, keySchema: key, valueSchema: value })
  await check(keySchema, valueSchema)
  await check(keySchema, valueSchema)
  await check(T.structType([T.structField('renamed', T.stringType, false)]), valueSchema)
  await assert.rejects(check(T.structType([T.structField('k', T.intType)]), valueSchema), (e: unknown) =>
    condition('STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE')(e) && (e as SparkError).message.includes('struct<k:string>') && (e as SparkError).message.includes('struct<k:integer>'))
  await assert.rejects(check(keySchema, T.structType([...valueSchema.fields, T.structField('m', T.longType)])), condition('STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE'))
  const wide = T.structType(Array.from({ length: 2000 }, (_, i) => T.structField(`columna_ñandú_😀_${i}`, T.mapType(T.stringType, T.arrayType(T.decimalType(38, 3), false)))))
  await checkStateSchema({ files, root: 's', operatorId: 1, keySchema: wide, valueSchema })
  await checkStateSchema({ files, root: 's', operatorId: 1, keySchema: wide, valueSchema })
  const path = 's/0/0/_metadata/schema', bytes = await files.read(path)
  for (const n of [0, 3, 9, bytes.length - 1]) {
    await files.writeAtomic(path, bytes.subarray(0, n), { overwrite: true })
    await assert.rejects(check(keySchema, valueSchema), condition('MICROLOTE_LOG_CORRUPTED'))
  }
  await files.writeAtomic(path, new TextEncoder().encode('\0\x02v9'), { overwrite: true })
  await assert.rejects(check(keySchema, valueSchema), condition('MICROLOTE_LOG_VERSION'))
})

each('a change told by its columns is the change that is read back from the table', async () => {
  // No snapshots: what is read at the end are the deltas.
  const more = { minDeltasForSnapshot: 1000 }, random = draws(7, 0)
  const [told, untold] = [new MemoryFiles(), new MemoryFiles()]
  const stores = [await open(told, 0, more), await open(untold, 0, more)] as const
  for (let batch = 0; batch < 16; batch++) {
    for (let puts = batch === 3 ? 0 : random() % 3; puts >= 0; puts--) {
      const names = [...new Set(Array.from({ length: batch === 3 ? 6000 : random() % 200 + 1 }, () => `k${random() % (batch === 3 ? 9000 : 400)}`))]
      const values = names.map(() => (random() % 5 === 0 ? null : BigInt(random())))
      const absent = random() % 3 === 0
      for (const store of stores) {
        const keyColumns = [vectorOf(T.stringType, names)], valueColumns = [vectorOf(T.longType, values)], n = names.length, keys = new RowArena(), rows = new RowArena(), slots = new Int32Array(n).fill(-1)
        store.keyCodec.encode(keyColumns, null, n, keys)
        store.valueCodec.encode(valueColumns, null, n, rows)
        if (absent) {
          const isNew = new Uint8Array(n)
          store.putAbsent(keys, rows, slots, isNew)
          const fresh = Int32Array.from({ length: n }, (_, i) => i).filter(i => isNew[i] === 1)
          if (store === stores[0]) store.wrote(keyColumns, valueColumns, fresh, fresh.length)
        } else {
          store.put(keys, rows, slots)
          if (store === stores[0] && puts + batch !== 12) store.wrote(keyColumns, valueColumns, null, n)
        }
      }
      if (random() % 4 === 0) {
        const gone = Array.from({ length: random() % 50 }, () => random())
        for (const store of stores) { const live = store.liveSlots(), slots = [...new Set(gone.map(g => live[g % live.length]!))]; store.remove(Int32Array.from(slots), slots.length) }
      }
    }
    if (random() % 6 === 0) for (const store of stores) store.abort()
    else for (const store of stores) await store.commit()
    assert.deepEqual(contents(stores[0]), contents(stores[1]))
  }
  const version = stores[0].version
  for (const files of [told, untold]) assert.deepEqual(contents(await open(files, version)), contents(stores[0]))
})

test('a batch that is undone takes nothing of the one before it, whose file is still on its way', async () => {
  const disk = new MemoryFiles()
  let release: (() => void) | null = null
  const slow = new Proxy<Files>(disk, {
    get(_, name) {
      const member: unknown = Reflect.get(disk, name, disk)
      if (name !== 'writeAtomic') return typeof member === 'function' ? member.bind(disk) : member
      return async (...args: Parameters<Files['writeAtomic']>) => { await new Promise<void>(done => { release = done }); return disk.writeAtomic(...args) }
    },
  })
  const store = await open(slow, 0)
  // Its file is begun, and gives way to another.
  runLargeBatch(store, 1)
  const expected = contents(store), { durable } = await commitStoresAhead([store], new ManualClock())
  assert.equal(store.version, 1)
  put(store, { other: 1 })
  while (release === null) await new Promise(setImmediate)
  store.abort()
  ;(release as () => void)()
  await durable
  await store.close()
  assert.deepEqual(await names(disk), ['1.delta'])
  assert.deepEqual(contents(await open(disk, 1)), expected)
})

test('ahead of its file a store goes on only when nothing stands in the way', async () => {
  const disk = new MemoryFiles(), died = await open(disk, 0, { minDeltasForSnapshot: 1 })
  runBatch(died, 0)
  await died.commit()
  await died.settled()
  assert.deepEqual(await names(disk), ['1.delta', '1.snapshot'])
  // The snapshot of a run that died goes first.
  const store = await open(disk, 0)
  put(store, { k: 1 })
  const committing = commitStoresAhead([store], new ManualClock())
  assert.equal(store.version, 0)
  await (await committing).durable
  assert.equal(store.version, 1)
  assert.deepEqual(await names(disk), ['1.delta'])
  // What could not be written is told.
  const faulty = await open(new FaultyFiles(new MemoryFiles(), (_, step) => step === 'list' ? 'none' : 'fail-before'), 0)
  faulty.attach(new MemoryTable())
  recordAll(faulty, 0, 3)
  for (let i = 0; i < 20; i++) await new Promise(setImmediate)
  await assert.rejects(commitStoresAhead([faulty], new ManualClock()), /told to fail/)
  assert.equal(faulty.version, 0)
})

each('what changes after the stores were prepared is committed, too', async () => {
  const files = new MemoryFiles(), store = await open(files, 0)
  put(store, { a: 1, b: 2 })
  store.prepare()
  put(store, { a: 3, c: 4 })
  remove(store, 'b')
  store.prepare()
  await store.commit()
  put(store, { d: 5 })
  store.prepare()
  store.abort()
  await store.commit()
  for (const s of [store, await open(files, 2)]) assert.deepEqual(contents(s), { a: 3, c: 4 })
})

/** A log that is behind until it is told otherwise. */
class HeldLog implements WriteAheadLog {
  isWritten = false
  #end!: { done(): void; fail(e: Error): void }
  readonly #promise = new Promise<void>((done, fail) => { this.#end = { done, fail } })
  constructor() { this.#promise.catch(() => {}) }
  settled(): Promise<void> { return this.#promise }
  written(): void { this.isWritten = true; this.#end.done() }
  fail(e: Error): void { this.#end.fail(e) }
}

test('nothing of a batch is on the disk before the log has it', async () => {
  for (const count of [3, 3 * perPiece]) {
    const disk = new MemoryFiles(), log = new HeldLog(), store = await open(disk, 0, { log })
    store.attach(new MemoryTable())
    recordAll(store, 0, count)
    await new Promise(setImmediate)
    assert.deepEqual(await names(disk), [])
    log.written()
    await store.commit()
    assert.deepEqual(contents(await open(disk, 1)), recordedState(0, count))
  }
  const disk = new MemoryFiles(), log = new HeldLog(), store = await open(disk, 0, { log })
  runLargeBatch(store, 0)
  assert.deepEqual(await names(disk), [])
  log.written()
  await store.commit()
  assert.deepEqual(contents(await open(disk, 1)), largeStateAt(1))
})

test('a batch that its log never has leaves nothing, whether the log fails or the batch is undone before', async () => {
  const disk = new MemoryFiles()
  const failing = new HeldLog(), lost = await open(disk, 0, { log: failing })
  lost.attach(new MemoryTable())
  recordAll(lost, 0, 3 * perPiece)
  failing.fail(new Error('no room'))
  await assert.rejects(lost.commit(), /no room/)
  const late = new HeldLog(), undone = await open(disk, 0, { log: late })
  undone.attach(new MemoryTable())
  recordAll(undone, 0, 3 * perPiece)
  undone.abort()
  late.written()
  await new Promise(setImmediate)
  await undone.close()
  assert.deepEqual(await names(disk), [])
})
