/**
 * A key -> value store that survives a restart: the table in memory, a delta file for each batch, a snapshot now and then.
 * Version v is the state after batch v-1, as Spark numbers it. Committing again what a crash left behind replaces it.
 */
import type { Vector } from '../columns/vector.ts'
import { BatchDelta } from './batch-delta.ts'
import { commitStores } from './commit-stores.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { DiskMetrics, LoadTimes } from './disk-metrics.ts'
import { loadState } from './load-state.ts'
import { MemoryTable } from './memory-table.ts'
import type { RowArena } from './row-arena.ts'
import { rowCodec } from './row-codec.ts'
import type { RowCodec } from './row-codec.ts'
import type { StateFolder } from './state-folder.ts'
import { emptyMetrics } from './state-metrics.ts'
import type { StoreMetrics } from './state-metrics.ts'
import type { StateTable } from './state-table.ts'
import { noLog, type StateStoreOptions } from './store-options.ts'
import { StoreSnapshots } from './store-snapshots.ts'

export type { StateStoreOptions } from './store-options.ts'

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
  // Of the batch, for stores on disk.
  #deltaMs = 0
  #tableCommitMs = 0
  #deltaBytes = 0
  #loadTimes: LoadTimes | null = null
  readonly #delta: BatchDelta
  // Of the next version.
  #deltaPath: string
  readonly #snapshots: StoreSnapshots
  // The first half of the commit, once it has begun.
  #writing: Promise<void> | null = null
  // Scratch space, kept from batch to batch.
  #slots = new Int32Array(0)

  constructor(options: StateStoreOptions, folder: StateFolder) {
    this.#options = options
    this.#folder = folder
    this.#version = options.version
    this.#deltaPath = folder.deltaPath(options.version + 1)
    this.#table = this.#newTable()
    this.#metrics = this.#freshMetrics()
    this.keyCodec = rowCodec(options.keySchema.fields.map(f => f.dataType))
    this.valueCodec = rowCodec(options.valueSchema.fields.map(f => f.dataType))
    const { files } = options, { keyCodec, valueCodec } = this
    this.#delta = new BatchDelta(files, keyCodec, valueCodec, options.log ?? noLog)
    this.#snapshots = new StoreSnapshots({ files, keyCodec, valueCodec, leastDeltas: options.minDeltasForSnapshot ?? 10, retain: options.minBatchesToRetain ?? 100 }, folder)
  }

  #newTable(): StateTable { return this.#options.newTable?.() ?? new MemoryTable() }

  /** The last committed version. */
  get version(): number { return this.#version }
  get table(): StateTable { return this.#table }
  get rowCount(): number { return this.#table.rowCount }
  /** Why the last snapshot could not be written; the state is safe in its deltas, and the next batch tries again. */
  get snapshotError(): unknown { return this.#snapshots.error }

  /** The counts of the batch so far. The operator may add to them. */
  get metrics(): StoreMetrics { return this.#metrics }

  /** Finds keys: `slots[i]` becomes the slot of row `i`, or -1. */
  find(keys: RowArena, slots: Int32Array): void { this.#table.findAll(keys, slots) }

  /** Inserts or replaces. Where `slots[i]` is a slot it is taken as the key's; where it is -1 the key is looked up and its slot put there. */
  put(keys: RowArena, values: RowArena, slots?: Int32Array): void {
    const table = this.#table
    this.#delta.put()
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
    this.#delta.changed()
    const added = this.#table.putAbsent(keys, values, slots, isNew)
    if (added > 0) this.#delta.put()
    this.#metrics.numRowsUpdated += added
  }

  /**
   * Tells, right after a put, from which columns the entries were: the `count` rows at `rows` (the first ones when null), each with a key of its own; after `putAbsent` the rows that
   * were new. The change of the batch then goes into its file at once and is not read back at commit. Nobody has to tell.
   */
  wrote(keys: readonly Vector[], values: readonly Vector[], rows: Int32Array | null, count: number): void {
    if (this.#delta.isRecorded || count === 0) return
    const start = this.#options.clock.monotonicMs()
    this.#delta.wrote(this.#deltaPath, this.#table, keys, values, rows, count)
    this.#metrics.allUpdatesTimeMs += this.#options.clock.monotonicMs() - start
  }

  /** Removes entries. */
  remove(slots: Int32Array, count: number): void {
    this.#delta.changed()
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
    this.#delta.prepare(this.#table)
    this.#metrics.commitTimeMs += this.#options.clock.monotonicMs() - start
  }

  /** Whether `endCommit` need not wait for `beginCommit`: all of the change is on its way, and the table is in memory (one on disk is committed when its file is durable). */
  get mayEndAhead(): boolean { return this.#delta.isBeingWritten && this.#table.takeCounts === undefined }

  /**
   * Makes the batch's changes durable as the next version. When it fails the changes are still there, uncommitted: call again, or `abort`.
   * A crash in between leaves the old version as it was.
   */
  commit(): Promise<void> { return commitStores([this], this.#options.clock) }

  /** The first half of a commit: writes the changes. They are durable when the promise is kept, and become the store's version with `endCommit`. */
  async beginCommit(): Promise<void> {
    const writing = this.#writing ??= this.#write()
    try { await writing } finally { if (this.#writing === writing) this.#writing = null }
  }

  /** Says that nothing more comes through `record` in this batch: the file is ended, and goes to the disk while the batch still works on other things. Nobody has to tell. */
  recordedAll(): void {
    this.#writing ??= this.#write()
    // `beginCommit` tells.
    this.#writing.catch(() => {})
  }

  async #write(): Promise<void> {
    this.prepare()
    const { clock } = this.#options, start = clock.monotonicMs()
    const written = this.#writeDelta()
    this.#metrics.commitTimeMs += clock.monotonicMs() - start
    await written
  }

  async #writeDelta(): Promise<void> {
    const next = this.#version + 1
    // A snapshot of this version can only be from a run that died before its batch was committed.
    if (this.#folder.hasSnapshot(next)) await this.#folder.dropSnapshot(next)
    const { clock } = this.#options, start = clock.monotonicMs()
    await this.#delta.write(this.#deltaPath)
    this.#deltaMs = clock.monotonicMs() - start
  }

  /** The second half of a commit: goes on to the next version. What `beginCommit` wrote is durable, or will be before anybody trusts it. */
  endCommit(): void {
    const { clock } = this.#options, start = clock.monotonicMs(), next = this.#version + 1
    this.#writing = null
    this.#folder.addDelta(next)
    this.#table.commit()
    this.#tableCommitMs = clock.monotonicMs() - start
    this.#version = next
    this.#deltaPath = this.#folder.deltaPath(next + 1)
    this.#deltaBytes = this.#delta.bytes
    this.#snapshots.committed(next, this.#delta.committed(), this.#table)
    this.#metrics.commitTimeMs += clock.monotonicMs() - start
  }

  /**
   * Leaves the keeping of the entries to another: `table` shows what there is, and what changes comes through `record`. After an `abort` only `load` gives the last version again.
   */
  attach(table: StateTable): void {
    this.#table.close()
    this.#table = table
    this.#delta.attach()
  }

  /** Adds rows to the change of this batch: keys that are put with their values, or removed when `values` is null. What is removed comes first. */
  record(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    this.#delta.record(this.#deltaPath, keys, values, count)
  }

  /** Forgets the changes since the last commit. */
  abort(): void {
    this.#table.abort()
    this.#table.takeCounts?.()
    this.#delta.abort()
    this.#writing = null
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
    taken.snapshotVersion = this.#snapshots.version
    taken.numSnapshotsAutoRepaired = this.#repaired
    taken.disk = this.#diskMetrics()
    this.#metrics = this.#freshMetrics()
    this.#hits += 2
    return taken
  }

  #diskMetrics(): DiskMetrics | null {
    const counts = this.#table.takeCounts?.() ?? null
    if (counts === null) return null
    const { files, bytes } = this.#snapshots.takeWritten(), load = this.#loadTimes
    this.#loadTimes = null
    const taken = { ...counts, files: files + (this.#deltaBytes > 0 ? 1 : 0), bytesOfFiles: bytes + this.#deltaBytes, deltaMs: this.#deltaMs, commitMs: this.#tableCommitMs, load, repaired: this.#repaired }
    this.#deltaBytes = this.#deltaMs = this.#tableCommitMs = 0
    return taken
  }

  #freshMetrics(): StoreMetrics { return emptyMetrics(this.#options.partition, this.#options.storeName) }

  /** Waits for a snapshot that is being written. */
  settled(): Promise<void> { return this.#snapshots.settled() }

  /** Waits for what is being written and lets go of the memory. Uncommitted changes are lost. */
  async close(): Promise<void> {
    await this.#delta.drop()
    await this.settled()
    this.#table.close()
    this.#table = new MemoryTable()
  }

  /** Reads the state at the version this store is at. */
  async load(): Promise<void> {
    await this.#delta.drop()
    this.#writing = null
    await this.settled()
    this.#table.close()
    this.#table = this.#version === 0 ? this.#newTable() : new MemoryTable()
    if (this.#version === 0) return
    const { keyCodec, valueCodec } = this
    const { table, repaired, times } = await loadState({ files: this.#options.files, clock: this.#options.clock, folder: this.#folder, keyCodec, valueCodec, newTable: () => this.#newTable() }, this.#version, this.#options.baseVersion)
    this.#table = table
    this.#loadTimes = times
    this.#misses = this.#hits = 1
    if (repaired) this.#repaired = 1
  }
}
