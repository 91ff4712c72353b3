/** Reads a state table as it was at one commit, a slice at a time, while later batches change it: an entry about to change is copied out first. */
import { CopiedRecords } from './copied-records.ts'
import type { EntryRecords } from './entry-records.ts'
import { splitRecord } from './record-bytes.ts'
import type { RowArena } from './row-arena.ts'
import type { SnapshotReader } from './state-table.ts'

export class TableSnapshot implements SnapshotReader {
  readonly #records: EntryRecords
  // 1 for a slot that was live at the commit and has not been read.
  readonly #pending: Uint8Array
  #cursor = 0
  // Null while nothing is saved.
  #saved: CopiedRecords | null = null

  constructor(records: EntryRecords, pending: Uint8Array) {
    this.#records = records
    this.#pending = pending
  }

  /** Called by the table before it changes an entry for the first time in a batch. */
  beforeChange(slot: number): void {
    if (slot >= this.#pending.length || this.#pending[slot] === 0) return
    this.#pending[slot] = 0
    this.#records.copy(slot, this.#saved ??= new CopiedRecords(1 << 12))
  }

  // What was saved so far.
  #takeSaved(): Uint8Array | null {
    const saved = this.#saved
    this.#saved = null
    return saved === null ? null : saved.bytes
  }

  next(limit: number, keys: RowArena, values: RowArena): boolean {
    const saved = this.#takeSaved()
    if (saved !== null) {
      for (let at = 0; at < saved.length;) at = splitRecord(saved, at, keys, values)
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

  nextRecords(bytes: number, into: CopiedRecords): boolean {
    const saved = this.#takeSaved(), before = into.length
    if (saved !== null) { into.add(saved, 0, saved.length); return true }
    const pending = this.#pending
    let slot = this.#cursor
    for (const enough = before + bytes; into.length < enough && slot < pending.length; slot++) {
      if (pending[slot] === 0) continue
      pending[slot] = 0
      this.#records.copy(slot, into)
    }
    this.#cursor = slot
    return into.length > before
  }
}
