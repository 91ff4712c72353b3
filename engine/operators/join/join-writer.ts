/** Writes what a batch changed in the state of a stream join into its stores: removed keys and rows, new counts, then the rows that are new or changed. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { booleanType } from '../../types/data-type.ts'
import { longs, split } from './join-keys.ts'
import { chunks, wholeMillis, type JoinReader } from './join-reader.ts'
import type { JoinState } from './join-state.ts'
import type { SideName } from './join-stores.ts'

// The records of so many rows stay in the processor's caches until they are in the file's bytes.
const rowsAtOnce = 2048

export class JoinWriter {
  readonly #state: JoinState
  readonly #reader: JoinReader

  constructor(state: JoinState, reader: JoinReader) { this.#state = state; this.#reader = reader }

  /** All changes of a side since it settled. */
  write(name: SideName): void {
    const side = this.#state[name], { counts, rows } = this.#state.stores[name]
    const groups = side.changedGroups(), slots = side.changedSlots()
    if (groups.length === 0 && slots.length === 0) return
    const of = this.#state.keys.partitions(), groupsOf = split(groups, groups, of, rows.length), slotsOf = split(slots, side.groupsOf(slots, slots.length), of, rows.length)
    for (let p = 0; p < rows.length; p++) {
      for (const part of chunks(groupsOf[p]!, rowsAtOnce)) this.#writeCounts(name, p, counts[p]!, rows[p]!, part)
      for (const part of chunks(slotsOf[p]!, rowsAtOnce)) this.#writeRows(name, rows[p]!, part)
    }
  }

  // The rows of numbers from the new count up to the old one are gone.
  #writeCounts(name: SideName, p: number, counts: StateStore, rows: StateStore, groups: Int32Array): void {
    const side = this.#state[name], { keys } = this.#state, totals = this.#state.totals[name]
    const here = new Int32Array(groups.length), gone = new Int32Array(groups.length)
    let stay = 0, left = 0, goneRows = 0, moreRows = 0, moreKeys = 0
    for (let i = 0; i < groups.length; i++) {
      const g = groups[i]!, count = side.countOf(g), before = side.countBefore(g)
      moreRows += count - before
      if (count < before) goneRows += before - count
      if (count > 0) { if (before === 0) moreKeys++; if (count !== before) here[stay++] = g } else if (before > 0) { moreKeys--; gone[left++] = g }
    }
    totals.rows[p]! += moreRows
    totals.keys[p]! += moreKeys
    if (left > 0) this.#remove(counts, keys.columns(gone, left), left)
    if (stay > 0) this.#put(counts, keys.columns(here, stay), [longs(here.subarray(0, stay).map(g => side.countOf(g)), stay)], stay)
    if (goneRows === 0) return
    const owners = new Int32Array(goneRows), numbers = new Int32Array(goneRows)
    for (let i = 0, at = 0; i < groups.length; i++) {
      const g = groups[i]!
      for (let n = side.countOf(g), end = side.countBefore(g); n < end; n++) { owners[at] = g; numbers[at++] = n }
    }
    this.#remove(rows, [...keys.columns(owners, goneRows), longs(numbers, goneRows)], goneRows)
  }

  #writeRows(name: SideName, store: StateStore, slots: Int32Array): void {
    const side = this.#state[name], n = slots.length
    const keys = [...this.#state.keys.columns(side.groupsOf(slots, n), n), longs(side.numbersOf(slots, n), n)]
    const places = this.#put(store, keys, [...side.take(slots, n), new FixedVector(booleanType, side.matchedOf(slots, n), null)], n)
    if (places === null || side.buckets === null) return
    const times = this.#reader.timesOf(name, store), due = wholeMillis(Float64Array.from(slots, s => side.timeOf(s)))
    for (let i = 0; i < n; i++) times.set(places[i]!, due[i]!)
  }

  // Puts entries into a store, or writes them down; where they are in a store on disk.
  #put(store: StateStore, keyColumns: readonly Vector[], columns: readonly Vector[], count: number): Int32Array | null {
    if (!this.#state.isPaged) { store.record(keyColumns, columns, count); return null }
    const keys = new RowArena(), values = new RowArena(), places = new Int32Array(count).fill(-1)
    store.keyCodec.encode(keyColumns, null, count, keys)
    store.valueCodec.encode(columns, null, count, values)
    store.put(keys, values, places)
    return places
  }

  #remove(store: StateStore, keyColumns: readonly Vector[], count: number): void {
    if (!this.#state.isPaged) { store.record(keyColumns, null, count); return }
    const keys = new RowArena(), slots = new Int32Array(count)
    store.keyCodec.encode(keyColumns, null, count, keys)
    store.find(keys, slots)
    const found = slots.filter(s => s >= 0)
    store.remove(found, found.length)
  }
}
