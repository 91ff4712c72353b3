/** What has changed in a table in memory since its last commit: which slots, and what they were before. */
import { RowArena } from './row-arena.ts'

/** What a changed slot was before the batch: nothing, an entry whose record still holds the old value, or (>= 0) one whose old value is this row of the undo log. */
export const wasNew = -2, wasIntact = -1
// Above this the memory of a large change is given back.
const keptSlots = 1 << 16, keptBytes = 1 << 22

export class TableChanges {
  #slots = new Int32Array(16)
  #was = new Int32Array(16)
  #count = 0
  #removals = 0
  /** The old values of entries that were replaced. */
  undo = new RowArena(0, 0)

  get count(): number { return this.#count }
  get usedBytes(): number { return this.#slots.byteLength + this.#was.byteLength + this.undo.bytes.byteLength }
  slotAt(i: number): number { return this.#slots[i]! }
  wasAt(i: number): number { return this.#was[i]! }

  /** A slot changes for the first time in this batch. */
  add(slot: number, was: number): void {
    if (this.#count === this.#slots.length) {
      this.#slots = doubled(this.#slots)
      this.#was = doubled(this.#was)
    }
    this.#slots[this.#count] = slot
    this.#was[this.#count++] = was
  }

  /** An entry was removed, whether it had changed before or not. */
  removed(): void { this.#removals++ }

  /** The slots that are no longer live and were committed. */
  removedSlots(isLive: (slot: number) => boolean): Int32Array {
    return this.#removals === 0 ? new Int32Array(0) : this.#some(i => this.#was[i] !== wasNew && !isLive(this.#slots[i]!))
  }

  /** The slots that are live; valid until the next change. */
  writtenSlots(isLive: (slot: number) => boolean): Int32Array {
    return this.#removals === 0 ? this.#slots.subarray(0, this.#count) : this.#some(i => isLive(this.#slots[i]!))
  }

  #some(wanted: (i: number) => boolean): Int32Array {
    const out = new Int32Array(this.#count)
    let n = 0
    for (let i = 0; i < this.#count; i++) if (wanted(i)) out[n++] = this.#slots[i]!
    return out.subarray(0, n)
  }

  /** Begins anew. */
  forget(): void {
    this.#count = this.#removals = 0
    this.undo.reset()
    if (this.#slots.length > keptSlots) { this.#slots = new Int32Array(16); this.#was = new Int32Array(16) }
    if (this.undo.bytes.length > keptBytes) this.undo = new RowArena(0, 0)
  }
}

function doubled(a: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const out = new Int32Array(2 * a.length)
  out.set(a)
  return out
}
