/** Brings the rows of a stream join's stores into its state: all of them once a run from stores in memory, those of the keys that a batch meets from stores on disk. */
import { internalError } from '../../errors/spark-error.ts'
import type { DiskTable } from '../../state/disk-table.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import type { Vector } from '../../columns/vector.ts'
import { longs, split } from './join-keys.ts'
import type { JoinState } from './join-state.ts'
import { sides, type SideName } from './join-stores.ts'
import { eventTimes } from './time-buckets.ts'

const rowsAtOnce = 4096

export class JoinReader {
  readonly #state: JoinState

  constructor(state: JoinState) { this.#state = state }

  /** All rows of a store. A key's rows must come in the order of their numbers, for the chain is built so. */
  loadStore(name: SideName, store: StateStore): void {
    const slots = store.liveSlots(), n = slots.length, { keys } = this.#state
    if (n === 0) return
    const keyRows = new RowArena()
    store.readKeys(slots, n, keyRows)
    const numbers = store.keyCodec.decode(keyRows)[keys.width]!
    const order = Int32Array.from({ length: n }, (_, i) => i)
    const numberOf = Float64Array.from({ length: n }, (_, i) => Number(numbers.get(i)))
    order.sort((a, b) => numberOf[a]! - numberOf[b]!)
    for (const part of chunks(order, rowsAtOnce)) {
      const some = part.map(i => slots[i]!), rows = new RowArena()
      store.readKeys(some, some.length, rows)
      const keyColumns = store.keyCodec.decode(rows).slice(0, keys.width)
      this.#load(name, store, some, keyColumns, this.#state.keyNumbers(keyColumns, some.length))
    }
  }

  /** Both sides' rows of keys that are here for the first time: how many a key has, then each by its number. */
  loadKeys(groups: Int32Array): void {
    const { keys, stores } = this.#state, parts = split(groups, groups, keys.partitions(), stores.left.rows.length)
    for (const name of sides) {
      const { counts, rows } = stores[name]
      parts.forEach((all, p) => { for (const part of chunks(all, rowsAtOnce)) this.#loadRows(name, counts[p]!, rows[p]!, part) })
    }
  }

  /** Brings here the keys of a side's rows whose time is at or before this. */
  loadDue(name: SideName, ms: number): void {
    for (const store of this.#state.stores[name].rows) {
      this.timesOf(name, store)
      for (const part of chunks((store.table as DiskTable).due(ms), rowsAtOnce)) {
        const rows = new RowArena()
        store.readKeys(part, part.length, rows)
        this.#state.keyNumbers(store.keyCodec.decode(rows).slice(0, this.#state.keys.width), part.length)
      }
    }
  }

  /** When the rows of a store on disk are due. Whole milliseconds from below: what is due is at least what is to go, and the side's own times decide. */
  timesOf(name: SideName, store: StateStore): TimeIndex {
    const { keys, shape } = this.#state
    return timeIndex(store, (keyRows, values, n) => wholeMillis(eventTimes(shape[name].timeOf!(store.valueCodec.decode(values), store.keyCodec.decode(keyRows).slice(0, keys.width)), n).micros))
  }

  #loadRows(name: SideName, counts: StateStore, rows: StateStore, groups: Int32Array): void {
    const { keys } = this.#state, keyRows = new RowArena(), slots = new Int32Array(groups.length), found: number[] = [], owners: number[] = [], numbers: number[] = []
    counts.keyCodec.encode(keys.columns(groups, groups.length), null, groups.length, keyRows)
    counts.find(keyRows, slots)
    slots.forEach((slot, i) => { if (slot >= 0) found.push(i) })
    if (found.length === 0) return
    const values = new RowArena()
    counts.readValues(Int32Array.from(found, i => slots[i]!), found.length, values)
    const [many] = counts.valueCodec.decode(values)
    found.forEach((i, k) => { for (let n = 0, end = Number(many!.get(k)); n < end; n++) { owners.push(groups[i]!); numbers.push(n) } })
    for (let from = 0; from < owners.length; from += rowsAtOnce) {
      const some = Int32Array.from(owners.slice(from, from + rowsAtOnce)), n = some.length, keyColumns = keys.columns(some, n)
      const places = new RowArena(), at = new Int32Array(n)
      rows.keyCodec.encode([...keyColumns, longs(Int32Array.from(numbers.slice(from, from + n)), n)], null, n, places)
      rows.find(places, at)
      if (at.includes(-1)) throw internalError(`the join state of the ${name} side lacks a row that its count names`)
      this.#load(name, rows, at, keyColumns, some)
    }
  }

  #load(name: SideName, store: StateStore, slots: Int32Array, keyColumns: readonly Vector[], groups: Int32Array): void {
    const n = slots.length, { timeOf } = this.#state.shape[name], values = new RowArena()
    store.readValues(slots, n, values)
    const columns = store.valueCodec.decode(values), matched = columns.at(-1)!
    this.#state[name].load(columns, n, groups, timeOf === null ? null : eventTimes(timeOf(columns, keyColumns), n), i => matched.get(i) === true)
  }
}

export function wholeMillis(micros: Float64Array): Float64Array { return micros.map(m => Math.floor(m / 1000)) }

export function* chunks(all: Int32Array, length: number): Generator<Int32Array> {
  for (let from = 0; from < all.length; from += length) yield all.subarray(from, Math.min(all.length, from + length))
}
