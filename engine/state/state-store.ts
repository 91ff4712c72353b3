/**
 * A key -> value store that survives a restart: the table in memory, a delta file for each batch, a snapshot now and then.
 * Version v is the state after batch v-1, as Spark numbers it. Committing again what a crash left behind replaces it.
 */
import type { Clock } from '../observe/clock.ts'
import type { Files } from '../storage/files.ts'
import type { Vector } from '../columns/vector.ts'
import type { StructTypeShape } from '../types/data-type.ts'
import { SparkError, internalError } from '../errors/spark-error.ts'
import { DiskTable } from './disk-table.ts'
import { MemoryTable } from './memory-table.ts'
import type { StateTable } from './state-table.ts'
import { StateFolder, deltaMissing } from './state-folder.ts'
import { StateFileWriter, damaged, readStateFile } from './state-files.ts'
import type { StateFileBytes } from './state-files.ts'
import { DeltaFile } from './delta-file.ts'
import { rowCodec } from './row-codec.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { RowCodec } from './row-codec.ts'
import { RowArena } from './row-arena.ts'
import { BatchChange } from './batch-change.ts'
import { commitStores } from './commit-stores.ts'
import { emptyMetrics } from './state-metrics.ts'
import type { StoreMetrics } from './state-metrics.ts'

export interface StateStoreOptions {
  readonly files: Files
  readonly clock: Clock
  /** `<checkpoint>/state`. */
  readonly root: string
  readonly operatorId: number
  readonly partition: number
  /** `default` unless the operator has several. */
  readonly storeName?: string
  /** The version to begin from: the id of the batch that runs next. 0 is empty. */
  readonly version: number
  readonly keySchema: StructTypeShape
  readonly valueSchema: StructTypeShape
  /** Makes the tables that entries are kept in; in memory unless given. */
  readonly newTable?: () => StateTable
  /** The store is only looked at, maybe while a query writes it. */
  readonly readOnly?: boolean
  /** `spark.sql.streaming.stateStore.minDeltasForSnapshot`, 10. */
  readonly minDeltasForSnapshot?: number
  /** `spark.sql.streaming.minBatchesToRetain`, 100. */
  readonly minBatchesToRetain?: number
}

// Below this a snapshot costs less than the thought; above it one is written when the deltas since the last are worth half of it, or are many: a load then reads at most half as much again.
const smallStateBytes = 1 << 22
// A journal's memory serves the next batch, for to let it grow anew costs more than to fill it; beyond this it is given back.
const keptJournalBytes = 1 << 25
const snapshotRowsAtOnce = 512
// A write costs the batch that runs meanwhile some tens of microseconds, whatever there is to write.
const snapshotBytesAtOnce = 1 << 17

/**
 * Opens a store at a version. Missing or damaged files are `CANNOT_LOAD_STATE_STORE.*`, unless an older snapshot and its deltas give the same state.
 *
 * ```ts
 * const store = await openStateStore({ files, clock, root: 'ckpt/state', operatorId: 0, partition: 0, version: 0, keySchema, valueSchema })
 * store.keyCodec.encode(keyColumns, null, n, keys)
 * store.valueCodec.encode(valueColumns, null, n, values)
 * store.put(keys, values)
 * await store.commit() // ckpt/state/0/0/1.delta
 * ```
 */
export async function openStateStore(options: StateStoreOptions): Promise<StateStore> {
  const folder = await StateFolder.open(options.files, options.root, options.operatorId, options.partition, options.storeName ?? 'default', options.readOnly)
  const store = new StateStore(options, folder)
  try { await store.load() } catch (e) { await store.close(); throw e }
  return store
}

/** Writes an empty state as a version, for a store that joins a query which has run before. */
export async function beginStateStore(files: Files, root: string, operatorId: number, partition: number, storeName: string, version: number): Promise<void> {
  const folder = await StateFolder.open(files, root, operatorId, partition, storeName)
  await files.writeAtomic(folder.snapshotPath(version), new StateFileWriter('snapshot').finish(), { overwrite: true })
}

export class StateStore {
  readonly keyCodec: RowCodec
  readonly valueCodec: RowCodec
  readonly #options: StateStoreOptions
  readonly #folder: StateFolder
  #table: StateTable
  #version: number
  #metrics: StoreMetrics
  #hits = 0
  #misses = 0
  #repaired = 0
  #snapshotVersion = -1
  #snapshotTask: Promise<void> | null = null
  #deltaBytesSinceSnapshot = 0
  #snapshotError: unknown = null
  readonly #change: BatchChange
  // Where another keeps the entries: the change of the batch so far.
  #journal: StateFileWriter | null = null
  // The change of the batch, ready to be written.
  #prepared: StateFileBytes | null = null
  readonly #delta: DeltaFile
  // Scratch space, kept from batch to batch.
  #slots = new Int32Array(0)

  constructor(options: StateStoreOptions, folder: StateFolder) {
    this.#options = options
    this.#folder = folder
    this.#version = options.version
    this.#delta = new DeltaFile(options.files)
    this.#table = this.#newTable()
    this.#metrics = this.#freshMetrics()
    this.keyCodec = rowCodec(options.keySchema.fields.map(f => f.dataType))
    this.valueCodec = rowCodec(options.valueSchema.fields.map(f => f.dataType))
    this.#change = new BatchChange(this.keyCodec, this.valueCodec)
  }

  #newTable(): StateTable { return this.#options.newTable?.() ?? new MemoryTable() }

  /** The last committed version. */
  get version(): number { return this.#version }
  get table(): StateTable { return this.#table }
  get rowCount(): number { return this.#table.rowCount }
  /** Why the last snapshot could not be written; the state is safe in its deltas, and the next batch tries again. */
  get snapshotError(): unknown { return this.#snapshotError }

  /** The counts of the batch so far. The operator may add to them. */
  get metrics(): StoreMetrics { return this.#metrics }

  /** Finds keys: `slots[i]` becomes the slot of row `i`, or -1. */
  find(keys: RowArena, slots: Int32Array): void {
    this.#table.findAll(keys, slots)
  }

  /** Inserts or replaces. Where `slots[i]` is a slot it is taken as the key's; where it is -1 the key is looked up and its slot put there. */
  put(keys: RowArena, values: RowArena, slots?: Int32Array): void {
    const table = this.#table
    this.#changed()
    if (slots === undefined) {
      if (this.#slots.length < keys.count) this.#slots = new Int32Array(keys.count)
      table.putAll(keys, values, this.#slots)
    } else for (let i = 0; i < keys.count; i++) {
      if (slots[i]! >= 0) table.replace(slots[i]!, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
      else slots[i] = table.put(keys.bytes, keys.offsets[i]!, keys.offsets[i + 1]!, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
    }
    this.#metrics.numRowsUpdated += keys.count
  }

  /** Inserts the keys that are not there yet, the first row of each: `isNew[i]` becomes 1 for those rows; `slots[i]` is the key's slot either way. */
  putAbsent(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array): void {
    this.#prepared = null
    const added = this.#table.putAbsent(keys, values, slots, isNew)
    if (added > 0) this.#changed()
    this.#metrics.numRowsUpdated += added
  }

  /**
   * Tells, right after a put, from which columns the entries were: the `count` rows at `rows` (the first ones when null), each with a key of its own; after `putAbsent` the rows that
   * were new. The change of the batch then goes into its file at once and is not read back at commit. Nobody has to tell.
   */
  wrote(keys: readonly Vector[], values: readonly Vector[], rows: Int32Array | null, count: number): void {
    if (this.#journal !== null || count === 0) return
    const start = this.#options.clock.monotonicMs()
    this.#change.wrote(this.#table, keys, values, rows, count)
    this.#beginDelta(this.#change.soFar)
    this.#metrics.allUpdatesTimeMs += this.#options.clock.monotonicMs() - start
  }

  // What is known of the change goes to the disk while the batch makes more.
  #beginDelta(some: StateFileBytes | null): void {
    if (some !== null) this.#delta.advance(this.#folder.deltaPath(this.#version + 1), some)
  }

  #changed(): void {
    this.#prepared = null
    this.#change.put()
  }

  /** Removes entries. */
  remove(slots: Int32Array, count: number): void {
    this.#prepared = null
    for (let i = 0; i < count; i++) this.#table.remove(slots[i]!)
    this.#metrics.numRowsRemoved += count
  }

  /** Adds copies of the keys of slots to an arena. */
  readKeys(slots: Int32Array, count: number, into: RowArena): void { this.#table.readKeys(slots, count, into) }
  /** Adds copies of the values of slots to an arena. */
  readValues(slots: Int32Array, count: number, into: RowArena): void { this.#table.readValues(slots, count, into) }
  liveSlots(limit?: number): Int32Array { return this.#table.liveSlots(limit) }

  /** Puts the batch's changes into the form of the file that `commit` writes: what changes after it needs it again. */
  prepare(): void {
    const start = this.#options.clock.monotonicMs()
    this.#prepared ??= this.#journal === null ? this.#change.finish(this.#table) : this.#journal.end()
    this.#metrics.commitTimeMs += this.#options.clock.monotonicMs() - start
  }

  /**
   * Makes the batch's changes durable as the next version. When it fails the changes are still there, uncommitted: call again, or `abort`.
   * A crash in between leaves the old version as it was.
   */
  commit(): Promise<void> { return commitStores([this], this.#options.clock) }

  /** The first half of a commit: writes the changes. They are durable when the promise is kept, and become the store's version with `endCommit`. */
  async beginCommit(): Promise<void> {
    this.prepare()
    const { clock } = this.#options, start = clock.monotonicMs()
    const written = this.#writeDelta(this.#prepared!)
    this.#metrics.commitTimeMs += clock.monotonicMs() - start
    await written
  }

  async #writeDelta(delta: StateFileBytes): Promise<void> {
    const next = this.#version + 1
    // A snapshot of this version can only be from a run that died before its batch was committed.
    if (this.#folder.hasSnapshot(next)) await this.#folder.dropSnapshot(next)
    await this.#delta.write(this.#folder.deltaPath(next), delta)
  }

  /** The second half of a commit, when what `beginCommit` wrote is durable. */
  endCommit(): void {
    const { clock } = this.#options, start = clock.monotonicMs(), next = this.#version + 1, delta = this.#prepared!.bytes
    this.#folder.addDelta(next)
    this.#table.commit()
    this.#version = next
    this.#prepared = null
    this.#change.reset()
    if (this.#journal !== null && delta.length > keptJournalBytes) this.#journal = new StateFileWriter('delta')
    this.#deltaBytesSinceSnapshot += delta.length
    this.#startSnapshotWhenDue()
    this.#metrics.commitTimeMs += clock.monotonicMs() - start
  }

  /**
   * Leaves the keeping of the entries to another: `table` shows what there is, and what changes comes through `record`. After an `abort` only `load` gives the last version again.
   */
  attach(table: StateTable): void {
    this.#table.close()
    this.#table = table
    this.#journal = new StateFileWriter('delta')
  }

  /** Adds rows to the change of this batch: keys that are put with their values, or removed when `values` is null. What is removed comes first. */
  record(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    if (this.#prepared !== null || this.#journal === null) throw internalError('a state store takes no more changes of this batch')
    this.#journal.add(keys, values, count)
    this.#beginDelta(this.#journal.soFar)
  }

  /** Forgets the changes since the last commit. */
  abort(): void {
    this.#table.abort()
    void this.#delta.drop()
    this.#prepared = null
    this.#change.reset()
    if (this.#journal !== null) this.#journal = new StateFileWriter('delta')
    this.#metrics = this.#freshMetrics()
  }

  /** The counts of the batch that ended, and fresh ones for the next. */
  takeMetrics(): StoreMetrics {
    const taken = this.#metrics
    taken.numRowsTotal = this.#table.rowCount
    taken.memoryUsedBytes = this.#table.usedBytes
    taken.stateOnCurrentVersionSizeBytes = this.#table.liveBytes
    taken.loadedMapCacheHitCount = this.#hits
    taken.loadedMapCacheMissCount = this.#misses
    taken.snapshotVersion = this.#snapshotVersion
    taken.numSnapshotsAutoRepaired = this.#repaired
    this.#metrics = this.#freshMetrics()
    this.#hits += 2
    return taken
  }

  #freshMetrics(): StoreMetrics { return emptyMetrics(this.#options.partition, this.#options.storeName) }

  /** Waits for a snapshot that is being written. */
  async settled(): Promise<void> {
    while (this.#snapshotTask !== null) await this.#snapshotTask
  }

  /** Waits for what is being written and lets go of the memory. Uncommitted changes are lost. */
  async close(): Promise<void> {
    await this.#delta.drop()
    await this.settled()
    this.#table.close()
    this.#table = new MemoryTable()
  }

  #startSnapshotWhenDue(): void {
    if (this.#snapshotTask !== null) return
    const least = this.#options.minDeltasForSnapshot ?? 10
    const deltas = this.#folder.deltasSinceSnapshot(this.#version)
    if (deltas < least) return
    const size = this.#table.liveBytes
    if (size > smallStateBytes && this.#deltaBytesSinceSnapshot < size / 2 && deltas < 5 * least) return
    this.#snapshotTask = this.#writeSnapshot(this.#version).finally(() => { this.#snapshotTask = null })
  }

  async #writeSnapshot(version: number): Promise<void> {
    const table = this.#table, source = table.beginSnapshot()
    const { files } = this.#options, writer = new StateFileWriter('snapshot')
    const keys = new RowArena(), values = new RowArena()
    this.#deltaBytesSinceSnapshot = 0
    try {
      // Each write gives the batch that runs meanwhile a turn.
      const file = await files.createAtomic(this.#folder.snapshotPath(version), { overwrite: true })
      try {
        for (;;) {
          if (source.nextColumns !== undefined) {
            const some = source.nextColumns()
            if (some === null) break
            writer.add(some.keys, some.values, some.count)
          } else {
            if (!source.next(snapshotRowsAtOnce, keys, values)) break
            this.#change.addRecords(writer, keys, values)
            keys.reset()
            values.reset()
          }
          if (writer.ready >= snapshotBytesAtOnce) await file.write(writer.flush())
        }
        table.endSnapshot()
        await file.write(writer.finish())
        await file.commit()
      } catch (e) { await file.abort(); throw e }
      this.#folder.addSnapshot(version)
      this.#snapshotVersion = version
      this.#snapshotError = null
      await this.#folder.dropOld(this.#version, this.#options.minBatchesToRetain ?? 100)
    } catch (e) {
      table.endSnapshot()
      this.#snapshotError = e
    }
  }

  /** Reads the state at the version this store is at. */
  async load(): Promise<void> {
    await this.#delta.drop()
    await this.settled()
    this.#journal = this.#prepared = null
    this.#change.reset()
    if (this.#version === 0) { this.#table.close(); this.#table = this.#newTable(); return }
    let firstError: unknown = null
    for (const base of this.#folder.bases(this.#version)) {
      const missing = this.#folder.missingDelta(base, this.#version)
      if (missing !== null) { firstError ??= deltaMissing(this.#folder.deltaPath(missing)); break }
      try {
        this.#table.close()
        this.#table = this.#newTable()
        if (base > 0) await this.#apply('snapshot', this.#folder.snapshotPath(base))
        for (let v = base + 1; v <= this.#version; v++) await this.#apply('delta', this.#folder.deltaPath(v))
        if (this.#table instanceof DiskTable) this.#table.forgetIndexes()
        this.#misses = this.#hits = 1
        if (firstError !== null) this.#repaired = 1
        return
      } catch (e) { firstError ??= e }
    }
    throw firstError
  }

  async #apply(kind: 'delta' | 'snapshot', path: string): Promise<void> {
    const file = await this.#options.files.tryRead(path)
    if (file === null) throw deltaMissing(path)
    const table = this.#table, keys = new RowArena(), values = new RowArena()
    try {
      readStateFile(file, kind, path, records => {
        keys.reset()
        values.reset()
        this.keyCodec.encode(this.keyCodec.decodeUnsafe(records.keys), null, records.keys.count, keys)
        this.valueCodec.encode(this.valueCodec.decodeUnsafe(records.values), null, records.values.count, values)
        if (values.count === keys.count) {
          if (this.#slots.length < keys.count) this.#slots = new Int32Array(keys.count)
          table.putAll(keys, values, this.#slots)
        } else for (let i = 0, v = 0; i < keys.count; i++) {
          const start = keys.offsets[i]!, end = keys.offsets[i + 1]!
          if (records.isPut[i] === 1) { table.put(keys.bytes, start, end, values.bytes, values.offsets[v]!, values.offsets[v + 1]!); v++ } else {
            const slot = table.find(keys.bytes, start, end)
            if (slot >= 0) table.remove(slot)
          }
        }
      })
    } catch (e) {
      if (e instanceof SparkError) throw e
      if (e instanceof RangeError) throw damaged(path, e.message, e)
      throw e
    }
    table.commit()
  }
}
