/** Reads a state table as it was at one commit, a slice at a time, while later batches change it: an entry about to change is copied out first. */
import { RowArena } from './row-arena.ts'
import type { EntryRecords } from './entry-records.ts'
import type { SnapshotReader } from './state-table.ts'

export class TableSnapshot implements SnapshotReader {
  readonly #records: EntryRecords
  // 1 for a slot that was live at the commit and has not been read.
  readonly #pending: Uint8Array
  #cursor = 0
  #savedKeys = new RowArena(0, 0)
  #savedValues = new RowArena(0, 0)

  constructor(records: EntryRecords, pending: Uint8Array) {
    this.#records = records
    this.#pending = pending
  }

  /** Called by the table before it changes an entry for the first time in a batch. */
  beforeChange(slot: number): void {
    if (slot >= this.#pending.length || this.#pending[slot] === 0) return
    this.#pending[slot] = 0
    this.#records.read(slot, this.#savedKeys, this.#savedValues)
  }

  next(limit: number, keys: RowArena, values: RowArena): boolean {
    if (this.#savedKeys.count > 0) {
      for (let i = 0; i < this.#savedKeys.count; i++) {
        keys.append(this.#savedKeys.bytes, this.#savedKeys.offsets[i]!, this.#savedKeys.offsets[i + 1]!)
        values.append(this.#savedValues.bytes, this.#savedValues.offsets[i]!, this.#savedValues.offsets[i + 1]!)
      }
      this.#savedKeys.reset()
      this.#savedValues.reset()
      return true
    }
    const pending = this.#pending, before = keys.count
    let slot = this.#cursor
    for (let left = limit; left > 0 && slot < pending.length; slot++) {
      if (pending[slot] === 0) continue
      pending[slot] = 0
      this.#records.read(slot, keys, values)
      left--
    }
    this.#cursor = slot
    return keys.count > before
  }
}
