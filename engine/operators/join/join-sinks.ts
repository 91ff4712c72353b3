/** Where a stream join's changes go: into the journals of stores whose entries the join itself holds, or into the tables of stores on disk. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { booleanType } from '../../types/data-type.ts'
import { flatFlags, flatLongs, flatSlots, longs } from './join-keys.ts'
import { wholeMillis, type JoinReader } from './join-reader.ts'
import type { JoinState } from './join-state.ts'
import type { SideName } from './join-stores.ts'
import { numberAt, slotWords } from './slot-records.ts'

/** Keys are given by their numbers, rows by their slots; those of `removeRows` by their keys and their numbers among those of the key. */
export interface JoinSink {
  putCounts(name: SideName, store: StateStore, groups: Int32Array, count: number): void
  removeCounts(store: StateStore, groups: Int32Array, count: number): void
  putRows(name: SideName, store: StateStore, slots: Int32Array): void
  removeRows(store: StateStore, groups: Int32Array, numbers: Int32Array, count: number): void
  /** These stores' changes of the batch are complete. */
  wroteAll(counts: StateStore, rows: StateStore): void
}

/** Records go from the columns of the state into the bytes of the file, no more than `rowsAtOnce` at a time. */
export class JournalSink implements JoinSink {
  readonly #state: JoinState
  readonly #counts: Int32Array
  readonly #groups: Int32Array
  readonly #places: Int32Array
  readonly #matched: Uint8Array

  constructor(state: JoinState, rowsAtOnce: number) {
    this.#state = state
    this.#counts = new Int32Array(rowsAtOnce)
    this.#groups = new Int32Array(rowsAtOnce)
    this.#places = new Int32Array(rowsAtOnce)
    this.#matched = new Uint8Array(rowsAtOnce)
  }

  putCounts(name: SideName, store: StateStore, groups: Int32Array, count: number): void {
    const side = this.#state[name], counts = this.#counts
    for (let i = 0; i < count; i++) counts[i] = side.keys.countOf(groups[i]!)
    store.record(this.#state.keys.flat(groups, count), [flatLongs(counts, null)], count)
  }

  removeCounts(store: StateStore, groups: Int32Array, count: number): void { store.record(this.#state.keys.flat(groups, count), null, count) }

  putRows(name: SideName, store: StateStore, slots: Int32Array): void {
    const side = this.#state[name], n = slots.length, groups = this.#groups, places = this.#places, matched = this.#matched
    for (let i = 0; i < n; i++) {
      const slot = slots[i]!
      groups[i] = side.groupOf(slot)
      places[i] = slotWords * slot + numberAt
      matched[i] = side.isMatched(slot) ? 1 : 0
    }
    const values = side.columns.map((c, k) => flatSlots(this.#state.shape[name].types[k]!, c, slots, n))
    store.record([...this.#state.keys.flat(groups, n), flatLongs(side.records.words, places)], [...values, flatFlags(matched)], n)
  }

  removeRows(store: StateStore, groups: Int32Array, numbers: Int32Array, count: number): void {
    store.record([...this.#state.keys.flat(groups, count), flatLongs(numbers, null)], null, count)
  }

  wroteAll(counts: StateStore, rows: StateStore): void {
    counts.recordedAll()
    rows.recordedAll()
  }
}

/** Entries are put into tables, and rows also into the index of what is due. */
export class TableSink implements JoinSink {
  readonly #state: JoinState
  readonly #reader: JoinReader

  constructor(state: JoinState, reader: JoinReader) { this.#state = state; this.#reader = reader }

  putCounts(name: SideName, store: StateStore, groups: Int32Array, count: number): void {
    const side = this.#state[name]
    this.#put(store, this.#state.keys.columns(groups, count), [longs(groups.map(g => side.keys.countOf(g)), count)], count)
  }

  removeCounts(store: StateStore, groups: Int32Array, count: number): void { this.#remove(store, this.#state.keys.columns(groups, count), count) }

  putRows(name: SideName, store: StateStore, slots: Int32Array): void {
    const side = this.#state[name], n = slots.length
    const keys = [...this.#state.keys.columns(side.groupsOf(slots, n), n), longs(side.numbersOf(slots, n), n)]
    const places = this.#put(store, keys, [...side.take(slots, n), new FixedVector(booleanType, side.matchedOf(slots, n), null)], n)
    if (side.buckets === null) return
    const times = this.#reader.timesOf(name, store), due = wholeMillis(Float64Array.from(slots, s => side.timeOf(s)))
    for (let i = 0; i < n; i++) times.set(places[i]!, due[i]!)
  }

  removeRows(store: StateStore, groups: Int32Array, numbers: Int32Array, count: number): void {
    this.#remove(store, [...this.#state.keys.columns(groups, count), longs(numbers, count)], count)
  }

  wroteAll(): void {}

  // Where they are in the table.
  #put(store: StateStore, keyColumns: readonly Vector[], columns: readonly Vector[], count: number): Int32Array {
    const keys = new RowArena(), values = new RowArena(), places = new Int32Array(count).fill(-1)
    store.keyCodec.encode(keyColumns, null, count, keys)
    store.valueCodec.encode(columns, null, count, values)
    store.put(keys, values, places)
    return places
  }

  #remove(store: StateStore, keyColumns: readonly Vector[], count: number): void {
    const keys = new RowArena(), slots = new Int32Array(count)
    store.keyCodec.encode(keyColumns, null, count, keys)
    store.find(keys, slots)
    const found = slots.filter(s => s >= 0)
    store.remove(found, found.length)
  }
}
