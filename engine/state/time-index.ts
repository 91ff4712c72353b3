/**
 * Which entries of a state store are due by event time, without looking at the others: a heap of (time, slot) in typed arrays, kept from batch to batch beside the store.
 * An entry that is removed or gets another time is not sought in the heap; it is passed over when its turn comes.
 */
import { DiskTable } from './disk-table.ts'
import { RowArena } from './row-arena.ts'
import type { StateStore } from './state-store.ts'

const readAtOnce = 4096
const indexes = new WeakMap<StateStore, HeapTimeIndex>()
type TimesOf = (keys: RowArena, values: RowArena, count: number) => Float64Array

/**
 * The index of a store as a batch finds it. It is built from the whole store when the store has just been loaded, or the last batch was undone; from then on the operator
 * says with `set` what time an entry has. `timesOf` gives the times, in milliseconds, of some entries: NaN for those that are never due.
 *
 * ```ts
 * const index = timeIndex(store, (keys, n) => ceilMillis(store.keyCodec.decode(keys)[0], n))
 * index.set(slot, 1_700_000_000_000)
 * const due = index.takeDue(watermarkMs)
 * store.remove(due, due.length)
 * ```
 */
export function timeIndex(store: StateStore, timesOf: TimesOf): TimeIndex {
  const { table } = store
  if (table instanceof DiskTable) {
    const index: TimeIndex = { set: (slot, ms) => table.setDue(slot, ms), takeDue: ms => table.takeDue(ms) }
    if (!table.hasTimes) { setAll(store, timesOf, index); table.hasTimes = true }
    return index
  }
  let index = indexes.get(store)
  if (index === undefined || index.nextVersion !== store.version) {
    index = new HeapTimeIndex(slot => table.isLive(slot))
    setAll(store, timesOf, index)
    indexes.set(store, index)
  }
  // An undone batch leaves the store at its version, so that the next one builds anew.
  index.nextVersion = store.version + 1
  return index
}

/** When entries are due. */
export interface TimeIndex {
  /** Says when an entry is due: from the watermark `ms` on. NaN: never. */
  set(slot: number, ms: number): void
  /** The entries with a time at or before the watermark, the earliest first and those of one time by their slots; they are no longer in the index. */
  takeDue(watermarkMs: number): Int32Array
}

function setAll(store: StateStore, timesOf: TimesOf, index: TimeIndex): void {
  const slots = store.liveSlots(), keys = new RowArena(), values = new RowArena()
  for (let i = 0; i < slots.length; i += readAtOnce) {
    const some = slots.subarray(i, i + readAtOnce)
    keys.reset()
    values.reset()
    store.table.readEntries(some, 0, some.length, keys, values)
    const times = timesOf(keys, values, some.length)
    for (let k = 0; k < some.length; k++) index.set(some[k]!, times[k]!)
  }
}

class HeapTimeIndex implements TimeIndex {
  nextVersion = -1
  readonly #isLive: (slot: number) => boolean
  #times = new Float64Array(64)
  #slots = new Int32Array(64)
  #size = 0
  // The time each slot has now; NaN when it is never due.
  #timeOf = new Float64Array(64).fill(NaN)

  constructor(isLive: (slot: number) => boolean) { this.#isLive = isLive }

  set(slot: number, ms: number): void {
    if (slot >= this.#timeOf.length) { const t = new Float64Array(Math.max(2 * this.#timeOf.length, slot + 1)).fill(NaN); t.set(this.#timeOf); this.#timeOf = t }
    const before = this.#timeOf[slot]!
    this.#timeOf[slot] = ms
    if (ms === ms && ms !== before) this.#push(ms, slot)
  }

  takeDue(watermarkMs: number): Int32Array {
    let out = new Int32Array(16), n = 0, from = 0, last = NaN
    while (this.#size > 0 && this.#times[0]! <= watermarkMs) {
      const slot = this.#slots[0]!, ms = this.#times[0]!
      this.#pop()
      if (this.#timeOf[slot] !== ms) continue
      this.#timeOf[slot] = NaN
      if (!this.#isLive(slot)) continue
      if (n === out.length) { const grown = new Int32Array(2 * n); grown.set(out); out = grown }
      // Those of one time come by their slots, whatever was set before: so they come alike after a restart.
      if (ms !== last) { if (n - from > 1) out.subarray(from, n).sort(); from = n; last = ms }
      out[n++] = slot
    }
    if (n - from > 1) out.subarray(from, n).sort()
    return out.subarray(0, n)
  }

  #push(ms: number, slot: number): void {
    if (this.#size === this.#times.length) {
      const times = new Float64Array(2 * this.#size), slots = new Int32Array(2 * this.#size)
      times.set(this.#times); slots.set(this.#slots)
      this.#times = times; this.#slots = slots
    }
    let i = this.#size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.#times[parent]! <= ms) break
      this.#times[i] = this.#times[parent]!; this.#slots[i] = this.#slots[parent]!
      i = parent
    }
    this.#times[i] = ms; this.#slots[i] = slot
  }

  #pop(): void {
    const last = --this.#size, ms = this.#times[last]!, slot = this.#slots[last]!
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= last) break
      if (child + 1 < last && this.#times[child + 1]! < this.#times[child]!) child++
      if (this.#times[child]! >= ms) break
      this.#times[i] = this.#times[child]!; this.#slots[i] = this.#slots[child]!
      i = child
    }
    this.#times[i] = ms; this.#slots[i] = slot
  }
}
