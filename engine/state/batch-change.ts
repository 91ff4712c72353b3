/**
 * The change of a batch on its way into its delta file. Who puts entries says from which columns (`wrote`), and they go into the file at once, as Spark's do: then a commit has
 * little left to encode. Where that does not tell all (an entry put twice, removed after it was put, put without a word), the change is read back from the table.
 */
import type { Vector } from '../columns/vector.ts'
import type { RecordFile } from './record-pieces.ts'
import { RowArena } from './row-arena.ts'
import { flatRows } from './row-codec.ts'
import type { RowCodec } from './row-codec.ts'
import { StateFileWriter } from './state-file-writer.ts'
import type { StateTable } from './state-table.ts'

// Above this a file's memory is not kept for the next batch.
const keptBytes = 1 << 22
const rowsAtOnce = 4096

export class BatchChange {
  readonly #keyCodec: RowCodec
  readonly #valueCodec: RowCodec
  // Null when something was thrown half way.
  #writer: StateFileWriter | null = null
  // How many entries are in the file so far, each once; whether a put has not been told of; whether the file cannot be had this way.
  #told = 0
  #isUntold = false
  #isReadBack = false
  readonly #keys = new RowArena()
  readonly #values = new RowArena()

  constructor(keyCodec: RowCodec, valueCodec: RowCodec) {
    this.#keyCodec = keyCodec
    this.#valueCodec = valueCodec
  }

  /** Something was put into the table. */
  put(): void {
    if (this.#isUntold) this.#isReadBack = true
    this.#isUntold = true
  }

  /** What the last put was: the `count` rows at `rows` (the first ones when null) of these columns, each with a key of its own. */
  wrote(table: StateTable, keys: readonly Vector[], values: readonly Vector[], rows: Int32Array | null, count: number): void {
    // Entries that had changed before, in this put or in others, make fewer; other changes make more.
    if (this.#isReadBack || !this.#isUntold || table.changedCount !== this.#told + count) { this.#isReadBack = true; return }
    // Unless all goes well.
    this.#isReadBack = true
    const writer = this.#takeWriter()
    for (let from = 0; from < count; from += rowsAtOnce) {
      const to = Math.min(count, from + rowsAtOnce), all = rows === null && to === count && from === 0
      const some = rows === null ? null : rows.subarray(from, to)
      const part = (columns: readonly Vector[]): readonly Vector[] => (all || rows !== null ? columns : columns.map(c => c.slice(from, to)))
      writer.add(this.#keyCodec.flat(part(keys), some, to - from), this.#valueCodec.flat(part(values), some, to - from), to - from)
    }
    this.#writer = writer
    this.#told += count
    this.#isUntold = this.#isReadBack = false
  }

  /** How the file begins, or null when that is not known yet. It may still become another file. */
  get soFar(): RecordFile | null { return this.#isReadBack || this.#told === 0 ? null : this.#writer!.soFar }

  /** The file. */
  finish(table: StateTable): RecordFile {
    const removed = table.removedSlots(), written = table.writtenSlots()
    const isTold = !this.#isReadBack && !this.#isUntold && written.length === this.#told
    if (!isTold && this.#told > 0) this.reset()
    const writer = this.#takeWriter()
    for (let i = 0; i < removed.length; i += rowsAtOnce) {
      this.#keys.reset()
      const some = removed.subarray(i, i + rowsAtOnce)
      table.readKeys(some, some.length, this.#keys)
      writer.add(flatRows(this.#keyCodec, this.#keys), null, some.length)
    }
    if (!isTold) for (let i = 0; i < written.length; i += rowsAtOnce) {
      this.#keys.reset()
      this.#values.reset()
      table.readEntries(written, i, Math.min(i + rowsAtOnce, written.length), this.#keys, this.#values)
      writer.add(flatRows(this.#keyCodec, this.#keys), flatRows(this.#valueCodec, this.#values), this.#keys.count)
    }
    const file = writer.end()
    // Should more change before the commit.
    this.#told = 0
    this.#isReadBack = true
    this.#writer = writer
    return file
  }

  /** This file was handed over, to be written until the promise is kept: begins the change of the next batch. */
  committed(file: RecordFile, written: Promise<void>): void {
    this.reset()
    const writer = this.#writer
    if (file.length <= keptBytes && writer !== null) void written.then(() => { writer.reuse(file) }, () => {})
  }

  /** Begins the change of the next batch, or forgets this one. */
  reset(): void {
    if (this.#told > 0) this.#writer?.take()
    this.#told = 0
    this.#isUntold = this.#isReadBack = false
  }

  #takeWriter(): StateFileWriter {
    const writer = this.#writer ?? new StateFileWriter()
    this.#writer = null
    return writer
  }
}
