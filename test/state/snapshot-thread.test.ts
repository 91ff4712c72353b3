/** Large state files: deltas are written while they grow, snapshots on a thread of their own; byte for byte what is written at once, and nothing is lost when the disk or the thread fails. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { vectorOf } from '../../engine/columns/builder.ts'
import { FixedVector } from '../../engine/columns/fixed-vector.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { systemClock } from '../../engine/observe/clock.ts'
import { DeltaFile } from '../../engine/state/delta-file.ts'
import type { FixedColumn } from '../../engine/state/flat-columns.ts'
import { openStateStore } from '../../engine/state/open-store.ts'
import type { RecordFile } from '../../engine/state/record-pieces.ts'
import { RowArena } from '../../engine/state/row-arena.ts'
import { snapshotThread } from '../../engine/state/snapshot-thread.ts'
import { framed, framesOf, StateFileWriter } from '../../engine/state/state-file-writer.ts'
import type { StateStore } from '../../engine/state/state-store.ts'
import type { Files } from '../../engine/storage/files.ts'
import { localFiles } from '../../engine/storage/local-files.ts'
import { longType, stringType, structField, structType, timestampType } from '../../engine/types/data-type.ts'

// The threads that were started here.
const threads: Worker[] = []
process.on('worker', (w: Worker) => { threads.push(w) })

async function withFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = fs.mkdtempSync(join(tmpdir(), 'file-thread-'))
  try { await body(dir) } finally { fs.rmSync(dir, { recursive: true, force: true }) }
}

const numbers = (from: number, count: number): FixedColumn => ({ kind: 'fixed', width: 4, bits: Int32Array.from({ length: count }, (_, i) => Math.imul(from + i, 0x9e3779b1) >>> 7), nulls: null, places: null })

/** `steps` times 4,000 records, shown to `seen` as they come. */
function records(steps: number, seen: (file: RecordFile) => void = () => {}, shared = false): RecordFile {
  const writer = new StateFileWriter(shared)
  for (let i = 0; i < steps; i++) { writer.add([numbers(i * 4000, 4000)], i % 3 === 2 ? null : [numbers(i, 4000), numbers(7 * i, 4000)], 4000); seen(writer.soFar) }
  return writer.end()
}

const hasCondition = (name: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === name

test('a delta that grows with its batch is, byte for byte, the one that is written at once', () => withFolder(async dir => {
  for (const steps of [1, 5, 30]) {
    const file = new DeltaFile(localFiles), path = join(dir, 'state', '0', `${steps}.delta`), expected = framed(framesOf('delta'), records(steps))
    assert.equal(await file.write(path, records(steps, soFar => file.advance(path, soFar))), expected.length)
    assert.deepEqual(new Uint8Array(fs.readFileSync(path)), expected)
  }
}))

test('a delta that becomes another on the way, or is dropped', () => withFolder(async dir => {
  const file = new DeltaFile(localFiles), path = join(dir, '1.delta')
  records(20, soFar => file.advance(path, soFar))
  const other = records(11, soFar => file.advance(path, soFar))
  await file.write(path, other)
  assert.deepEqual(new Uint8Array(fs.readFileSync(path)), framed(framesOf('delta'), records(11)))
  records(20, soFar => file.advance(path, soFar))
  await file.drop()
  assert.deepEqual(fs.readdirSync(dir), [])
}))

test('a snapshot has its name only when it is whole', () => withFolder(async dir => {
  const path = join(dir, '2.snapshot'), all = records(30, undefined, true), file = snapshotThread.open(path, true)
  for (const p of all.pieces) { file.add(p.bytes.subarray(0, p.length)); await file.reached(); assert.equal(fs.existsSync(path), false) }
  const expected = framed(framesOf('snapshot'), all)
  assert.equal(await file.end(), expected.length)
  assert.deepEqual(new Uint8Array(fs.readFileSync(path)), expected)
  const dropped = snapshotThread.open(join(dir, '3.snapshot'), false)
  for (const p of all.pieces) dropped.add(p.bytes.subarray(0, p.length))
  await dropped.drop()
  assert.deepEqual(fs.readdirSync(dir), ['2.snapshot'])
}))

test('what the disk refuses is told by its condition and path when the file ends; the next file is written', () => withFolder(async dir => {
  fs.writeFileSync(join(dir, 'taken'), '')
  const isTold = (e: unknown): boolean => hasCondition('MICROLOTE_STORAGE_FAILED')(e) && (e as SparkError).message.includes('taken')
  const snapshot = snapshotThread.open(join(dir, 'taken', '1.snapshot'), true)
  for (const p of records(3, undefined, true).pieces) snapshot.add(p.bytes.subarray(0, p.length))
  await assert.rejects(snapshot.end(), isTold)
  // Who is told drops it, and the thread goes on.
  await snapshot.drop()
  const next = snapshotThread.open(join(dir, '1.snapshot'), true)
  await next.end()
  assert.equal(threads.length, 1)
  const file = new DeltaFile(localFiles), bad = join(dir, 'taken', '1.delta'), path = join(dir, '1.delta')
  await assert.rejects(file.write(bad, records(20, soFar => file.advance(bad, soFar))), isTold)
  await file.write(path, records(20, soFar => file.advance(path, soFar)))
  assert.deepEqual(new Uint8Array(fs.readFileSync(path)), framed(framesOf('delta'), records(20)))
}))

test('a thread that ends in the middle: who waits is told, and a new thread writes the next', () => withFolder(async dir => {
  const all = records(20, undefined, true), lost = snapshotThread.open(join(dir, '1.snapshot'), true)
  for (const p of all.pieces) lost.add(p.bytes.subarray(0, p.length))
  // It may be quick enough.
  const told = lost.end().then(() => 'written', (e: Error) => e.message), ended = threads.at(-1)!
  await ended.terminate()
  assert.match(await told, /^written$|has ended/)
  await assert.rejects(lost.drop(), /has ended/)
  const path = join(dir, '2.snapshot'), next = snapshotThread.open(path, true)
  for (const p of all.pieces) next.add(p.bytes.subarray(0, p.length))
  await next.end()
  assert.deepEqual(new Uint8Array(fs.readFileSync(path)), framed(framesOf('snapshot'), records(20)))
  assert.notEqual(threads.at(-1), ended)
}))

const schema = structType([structField('a', longType)])
const open = (root: string, version: number): Promise<StateStore> => openStateStore({ files: localFiles, clock: systemClock, root, operatorId: 0, partition: 0, version, keySchema: schema, valueSchema: schema, minDeltasForSnapshot: 2 })

function put(store: StateStore, from: number, count: number): void {
  const columns = [new FixedVector(longType, BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i)), null)], keys = new RowArena(), values = new RowArena()
  store.keyCodec.encode(columns, null, count, keys)
  store.valueCodec.encode(columns, null, count, values)
  store.put(keys, values)
  store.wrote(columns, columns, null, count)
}

test('a store of large batches: a commit that fails can be made again, and what is read back is all, from deltas and from the snapshot', () => withFolder(async dir => {
  const store = await open(dir, 0), count = 60_000
  put(store, 0, count)
  await store.commit()
  fs.mkdirSync(join(dir, '0', '0', '2.delta'))
  put(store, count, count)
  await assert.rejects(store.commit(), hasCondition('MICROLOTE_STORAGE_FAILED'))
  fs.rmdirSync(join(dir, '0', '0', '2.delta'))
  await store.commit()
  await store.settled()
  assert.equal(store.snapshotError, null)
  await store.close()
  const folder = join(dir, '0', '0')
  assert.deepEqual(fs.readdirSync(folder).sort(), ['1.delta', '2.delta', '2.snapshot'])
  const seen = async (): Promise<number> => { const again = await open(dir, 2), { rowCount } = again; await again.close(); return rowCount }
  assert.equal(await seen(), 2 * count)
  fs.rmSync(join(folder, '2.snapshot'))
  assert.equal(await seen(), 2 * count)
}))

test('a large table is written by the thread as it was when its snapshot began, whatever changes meanwhile, and as it is written without a thread', () => withFolder(async dir => {
  const keySchema = structType([structField('id', stringType), structField('n', longType)]), valueSchema = structType([structField('at', timestampType), structField('text', stringType)])
  const openIn = (root: string, files: Files, version: number): Promise<StateStore> => openStateStore({ files, clock: systemClock, root, operatorId: 0, partition: 0, version, keySchema, valueSchema, minDeltasForSnapshot: 2 })
  const idOf = (i: number): string | null => i % 7 === 0 ? null : i % 3 === 0 ? `0f8fad5b-d9cb-469f-a165-${i.toString(16).padStart(12, '0')}` : `key ${i}`
  const textOf = (i: number, round: number): string | null => i % 11 === 0 ? null : 'x'.repeat(i % 5000 === 1 ? 3000 : i % 40) + round
  const put = (store: StateStore, from: number, count: number, round: number): void => {
    const numbers = Array.from({ length: count }, (_, i) => from + i), keys = new RowArena(), values = new RowArena()
    store.keyCodec.encode([vectorOf(stringType, numbers.map(idOf)), vectorOf(longType, numbers.map(BigInt))], null, count, keys)
    store.valueCodec.encode([vectorOf(timestampType, numbers.map(i => i % 13 === 0 ? null : BigInt(i * round))), vectorOf(stringType, numbers.map(i => textOf(i, round)))], null, count, values)
    store.put(keys, values)
  }
  const entries = (store: StateStore): string[] => {
    const slots = store.liveSlots(), keys = new RowArena(), values = new RowArena()
    store.readKeys(slots, slots.length, keys)
    store.readValues(slots, slots.length, values)
    const columns = [...store.keyCodec.decode(keys), ...store.valueCodec.decode(values)]
    return Array.from(slots, (_, i) => columns.map(c => String(c.get(i))).join('|')).sort()
  }
  // The first that differs; a list of all of them would take gigabytes.
  const same = (a: readonly string[], b: readonly string[], name: string): void => { const at = a.findIndex((x, i) => x !== b[i]); assert.deepEqual([a.length, a[at]], [b.length, b[at]], name) }
  const count = 60_000, { onThread, ...unthreaded } = localFiles
  let asked = 0
  const threaded: Files = { ...localFiles, onThread: path => { asked++; return onThread!(path) } }
  const written: string[][] = []
  for (const [name, files] of [['thread', threaded], ['here', unthreaded as Files]] as const) {
    const root = join(dir, name), store = await openIn(root, files, 0)
    put(store, 0, count, 1)
    await store.commit()
    put(store, count, count, 2)
    await store.commit()
    const expected = entries(store)
    // The snapshot of version 2 has begun; these come into its way.
    for (let round = 3; round < 8; round++) {
      put(store, round * 9000, 12_000, round)
      const slots = store.liveSlots(500)
      store.remove(slots, slots.length)
      if (round === 5) store.abort()
      else await store.commit()
    }
    await store.settled()
    assert.equal(store.snapshotError, null)
    await store.close()
    for (const f of fs.readdirSync(join(root, '0', '0'))) if (f.endsWith('.delta')) fs.rmSync(join(root, '0', '0', f))
    const again = await openIn(root, files, 2)
    written.push(entries(again))
    await again.close()
    same(written.at(-1)!, expected, name)
  }
  same(written[0]!, written[1]!, 'both')
  assert.ok(asked > 0 && threads.length > 0, 'a thread wrote it')
}))

test('a process that may have no threads writes its files itself', () => withFolder(async dir => {
  const module = (name: string): string => JSON.stringify(new URL(`../../engine/${name}`, import.meta.url).href)
  fs.writeFileSync(join(dir, 'run.mjs'), `
    import { SparkSession, functions as F } from ${module('index.ts')}
    const spark = SparkSession.builder.config({ 'spark.sql.shuffle.partitions': 1, 'spark.sql.streaming.stateStore.minDeltasForSnapshot': 2 }).getOrCreate()
    const rows = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 40000).load()
    const query = await rows.groupBy('value').count().writeStream.format('noop').outputMode('update').start()
    const written = () => query.recentProgress.some(p => p.stateOperators[0].customMetrics['SnapshotLastUploaded.partition_0_default'] >= 2)
    while (query.isActive && !written()) await query.awaitTermination(20)
    await query.stop()
    console.log(query.recentProgress[2].stateOperators[0].numRowsTotal, written())
    await spark.stop()`)
  const run = spawnSync(process.execPath, ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', '--no-warnings', join(dir, 'run.mjs')], { encoding: 'utf8' })
  assert.equal(run.stdout, '120000 true\n', run.stderr)
}))
