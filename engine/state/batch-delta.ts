/** The delta of the batch under way: from what the store is told, or what another records, into its file. */
import type { Vector } from '../columns/vector.ts'
import { internalError } from '../errors/spark-error.ts'
import type { Files } from '../storage/files.ts'
import { BatchChange } from './batch-change.ts'
import { DeltaFile } from './delta-file.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { RecordFile } from './record-pieces.ts'
import type { RowCodec } from './row-codec.ts'
import { StateFileWriter } from './state-file-writer.ts'
import type { StateTable } from './state-table.ts'
import type { WriteAheadLog } from './store-options.ts'

// A journal's memory serves the next batch, for to let it grow anew costs more than to fill it; beyond this it is given back.
const keptJournalBytes = 1 << 25

export class BatchDelta {
  readonly #change: BatchChange
  readonly #file: DeltaFile
  readonly #log: WriteAheadLog
  // Where another keeps the entries: the change of the batch so far.
  #journal: StateFileWriter | null = null
  // The file, ready to be written, and its writing once that has begun.
  #prepared: RecordFile | null = null
  #written: Promise<void> | null = null
  /** How many bytes the file had that was written last. */
  bytes = 0

  constructor(files: Files, keyCodec: RowCodec, valueCodec: RowCodec, log: WriteAheadLog) {
    this.#change = new BatchChange(keyCodec, valueCodec)
    this.#file = new DeltaFile(files)
    this.#log = log
  }

  /** Whether what changes comes through `record`. */
  get isRecorded(): boolean { return this.#journal !== null }

  /** From now on what changes comes through `record`. */
  attach(): void { this.#journal = new StateFileWriter() }

  /** The table has changed: what was prepared is not all. */
  changed(): void { this.#prepared = null }

  /** Something was put into the table. */
  put(): void {
    this.#prepared = null
    this.#change.put()
  }

  /** What the last put was, as in `BatchChange`. The file, of this path, may be begun. */
  wrote(path: string, table: StateTable, keys: readonly Vector[], values: readonly Vector[], rows: Int32Array | null, count: number): void {
    this.#change.wrote(table, keys, values, rows, count)
    this.#begin(path, this.#change.soFar)
  }

  /** Adds rows: keys with values, or removed ones when `values` is null. */
  record(path: string, keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    if (this.#prepared !== null || this.#journal === null) throw internalError('a state store takes no more changes of this batch')
    this.#journal.add(keys, values, count)
    this.#begin(path, this.#journal.soFar)
  }

  // What is known of the file goes to the disk while the batch makes more.
  #begin(path: string, some: RecordFile | null): void { if (some !== null && this.#log.isWritten) this.#file.advance(path, some) }

  /** Makes the records of the file, unless they are there. */
  prepare(table: StateTable): void { this.#prepared ??= this.#journal === null ? this.#change.finish(table) : this.#journal.end() }

  /** Writes what was prepared; it is durable when the promise is kept. When that fails it can be called again. */
  write(path: string): Promise<void> {
    const file = this.#prepared!
    const whole = (): Promise<number> => this.#file.write(path, file)
    const unlessUndone = (): Promise<number> => (this.#written === written ? whole() : Promise.reject(internalError('the batch was undone before it was written')))
    const written = this.#written = (this.#log.isWritten ? whole() : this.#log.settled().then(unlessUndone)).then(bytes => { this.bytes = bytes })
    written.catch(() => { if (this.#written === written) this.#written = null })
    return written
  }

  /** Whether all of the batch is on its way to the disk, and nothing is known to have gone wrong: `committed` may be called. */
  get isBeingWritten(): boolean { return this.#written !== null }

  /** The batch is done, if perhaps still being written: begins the next one's; returns how many bytes of records it has. */
  committed(): number {
    const file = this.#prepared!, { length } = file, written = this.#written!, journal = this.#journal
    this.#prepared = this.#written = null
    this.#file.committed()
    if (journal === null) this.#change.committed(file, written)
    else if (length <= keptJournalBytes) void written.then(() => { journal.reuse(file) }, () => {})
    return length
  }

  /** The batch is undone. */
  abort(): void {
    this.#prepared = this.#written = null
    this.#change.reset()
    if (this.#journal !== null) this.attach()
    void this.#file.drop()
  }

  /** Lets go of everything, and takes back what was begun; what changes comes through the table again. */
  async drop(): Promise<void> {
    this.#journal = this.#prepared = this.#written = null
    this.#change.reset()
    await this.#file.drop()
  }
}
