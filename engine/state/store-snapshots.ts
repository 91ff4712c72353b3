/** The snapshots of a store, written beside the batches that run meanwhile: when the next is due, what is being written, and what is no longer needed after it. */
import type { Files } from '../storage/files.ts'
import { CopiedRecords } from './copied-records.ts'
import { RowArena } from './row-arena.ts'
import { flatRows } from './row-codec.ts'
import type { RowCodec } from './row-codec.ts'
import { snapshotFile, type SnapshotFile } from './snapshot-file.ts'
import { StateFileWriter } from './state-file-writer.ts'
import type { StateFolder } from './state-folder.ts'
import type { StateTable } from './state-table.ts'

// Below this a snapshot costs less than the thought; above it one is written when the deltas since the last are worth half of it, or are many: a load then reads at most half as much again.
const smallStateBytes = 1 << 22
const rowsAtOnce = 512
// A batch that runs meanwhile gives few turns, and what is held for the snapshot is held until it is written: so much is made in each, in about a millisecond.
const bytesAtOnce = 1 << 20

export interface SnapshotRules {
  readonly files: Files
  readonly keyCodec: RowCodec
  readonly valueCodec: RowCodec
  /** `spark.sql.streaming.stateStore.minDeltasForSnapshot`. */
  readonly leastDeltas: number
  /** `spark.sql.streaming.minBatchesToRetain`. */
  readonly retain: number
}

export class StoreSnapshots {
  readonly #rules: SnapshotRules
  readonly #folder: StateFolder
  #current = 0
  #version = -1
  #deltaBytes = 0
  #error: unknown = null
  #task: Promise<void> | null = null
  #files = 0
  #bytes = 0

  constructor(rules: SnapshotRules, folder: StateFolder) {
    this.#rules = rules
    this.#folder = folder
  }

  /** The version of the last that was written here, -1 before. */
  get version(): number { return this.#version }
  /** Why the last could not be written. */
  get error(): unknown { return this.#error }

  /** How many were written since the last call, and their bytes. */
  takeWritten(): { readonly files: number; readonly bytes: number } {
    const written = { files: this.#files, bytes: this.#bytes }
    this.#files = this.#bytes = 0
    return written
  }

  /** A delta was committed: begins a snapshot of the table when it is time for one. */
  committed(version: number, deltaBytes: number, table: StateTable): void {
    this.#current = version
    this.#deltaBytes += deltaBytes
    if (this.#task === null && this.#isDue(table.liveBytes)) this.#task = this.#write(version, table).finally(() => { this.#task = null })
  }

  #isDue(size: number): boolean {
    const { leastDeltas } = this.#rules, deltas = this.#folder.deltasSinceSnapshot(this.#current)
    return deltas >= leastDeltas && (size <= smallStateBytes || this.#deltaBytes >= size / 2 || deltas >= 5 * leastDeltas)
  }

  /** Waits for what is being written. */
  async settled(): Promise<void> {
    while (this.#task !== null) await this.#task
  }

  async #write(version: number, table: StateTable): Promise<void> {
    this.#deltaBytes = 0
    try {
      await this.#writeFile(version, table)
      this.#folder.addSnapshot(version)
      this.#version = version
      this.#error = null
      await this.#folder.dropOld(this.#current, this.#rules.retain)
    } catch (e) {
      table.endSnapshot()
      this.#error = e
    }
  }

  async #writeFile(version: number, table: StateTable): Promise<void> {
    const { files, keyCodec, valueCodec } = this.#rules, source = table.beginSnapshot()
    const writer = new StateFileWriter(true), keys = new RowArena(), values = new RowArena()
    const open = (isLarge: boolean): Promise<SnapshotFile> => snapshotFile(files, this.#folder.snapshotPath(version), isLarge, keyCodec.types, valueCodec.types)
    let file: SnapshotFile | null = null
    try {
      // The thread that writes a large one makes rows of its records, too: here they are only copied.
      if (source.nextRecords !== undefined && table.liveBytes >= bytesAtOnce && (file = await open(true)).writeCopied !== null) {
        for (const records = new CopiedRecords(); source.nextRecords(bytesAtOnce, records); records.reset()) await file.writeCopied!(records)
      }
      for (;;) {
        if (source.nextColumns !== undefined) {
          const some = source.nextColumns()
          if (some === null) break
          writer.add(some.keys, some.values, some.count)
        } else {
          if (!source.next(rowsAtOnce, keys, values)) break
          writer.add(flatRows(keyCodec, keys), flatRows(valueCodec, values), keys.count)
          keys.reset()
          values.reset()
        }
        if (writer.soFar.length < bytesAtOnce) continue
        const some = writer.take()
        // It gives the batch that runs meanwhile a turn.
        await (file ??= await open(true)).write(some)
        writer.reuse(some)
      }
      table.endSnapshot()
      this.#bytes += await (file ??= await open(false)).end(writer.end())
      this.#files++
    } catch (e) { await file?.drop(); throw e }
  }
}
