/**
 * The state of a stream join: both sides in memory as typed columns over one index of keys, and on disk in Spark's four stores a partition
 * (key -> number of rows, key and number -> row and whether it was matched, for each side). The stores are written once a batch. Stores in memory are read once a run;
 * from stores on disk a batch reads the keys that it meets and those that have rows to let go, and holds them until it ends.
 */
import { internalError } from '../../errors/spark-error.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { hashRows } from '../../columns/murmur3.ts'
import { grownTo } from '../../columns/slot-column.ts'
import type { Vector } from '../../columns/vector.ts'
import { DiskTable } from '../../state/disk-table.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { booleanType, longType, structField, structType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import type { StreamingTask } from '../operator.ts'
import { JoinSide } from './join-side.ts'
import { JoinTable, type JoinPart } from './join-table.ts'
import { eventTimes } from './time-buckets.ts'

export type SideName = 'left' | 'right'
/** What is known of one side's rows: `timeOf` gives the column of event time from the side's columns and the key columns, null when the side is not bounded. */
export interface SideShape { readonly types: readonly DataType[]; readonly timeOf: ((columns: readonly Vector[], keys: readonly Vector[]) => Vector) | null }
export interface JoinShape { readonly keyTypes: readonly DataType[]; readonly left: SideShape; readonly right: SideShape }

const sides: readonly SideName[] = ['left', 'right']
const countStore = (side: SideName): string => `${side}-keyToNumValues`
const rowStore = (side: SideName): string => `${side}-keyWithIndexToValue`
const rowsAtOnce = 4096

/** The stores of a join, as Spark names and lays them out (state format 2). */
export function joinStores(keys: readonly { readonly type: DataType; readonly nullable: boolean }[], left: StructTypeShape, right: StructTypeShape): { name: string; keySchema: StructTypeShape; valueSchema: StructTypeShape; isIndex?: boolean }[] {
  const keyFields = keys.map((k, i) => structField(`field${i}`, k.type, k.nullable))
  return sides.flatMap(side => [
    { name: countStore(side), keySchema: structType(keyFields), valueSchema: structType([structField('value', longType)]), isIndex: true },
    { name: rowStore(side), keySchema: structType([...keyFields, structField('index', longType)]), valueSchema: structType([...(side === 'left' ? left : right).fields, structField('matched', booleanType)]) },
  ])
}

/** The state in memory belongs to the stores it was read from and written to. */
const known = new WeakMap<StateStore, JoinState>()

/** The state as the batch finds it: that which the last batch left in memory, or what the stores hold. */
export async function openJoinState(task: StreamingTask, operatorId: number, shape: JoinShape): Promise<JoinState> {
  const stores = {} as Record<SideName, { counts: readonly StateStore[]; rows: readonly StateStore[] }>
  for (const side of sides) stores[side] = { counts: await task.stores(operatorId, countStore(side)), rows: await task.stores(operatorId, rowStore(side)) }
  const first = stores.left.rows[0]!
  const held = known.get(first)
  if (held !== undefined && held.version === first.version) { held.version = inBatch; return held }
  // What the undone batch has changed here is in no file.
  if (held !== undefined) for (const side of sides) for (const store of [...stores[side].counts, ...stores[side].rows]) await store.load()
  const state = new JoinState(shape, stores)
  if (state.isPaged) return state
  state.load()
  known.set(first, state)
  return state
}

const inBatch = -1

export class JoinState {
  readonly left: JoinSide
  readonly right: JoinSide
  readonly #shape: JoinShape
  readonly #stores: Readonly<Record<SideName, { readonly counts: readonly StateStore[]; readonly rows: readonly StateStore[] }>>
  #index: GroupIndex
  #partitions = new Int32Array(0)
  #placed = 0
  // How many keys have been read from stores on disk.
  #paged = 0
  #dropAbove = 4096
  // By partition, how many rows there are and how many keys have some.
  readonly #rowTotals: Readonly<Record<SideName, number[]>>
  readonly #keyTotals: Readonly<Record<SideName, number[]>>
  /** The version the stores have once what is here is committed; -1 in a batch. */
  version = inBatch

  constructor(shape: JoinShape, stores: JoinState['stores']) {
    this.#shape = shape
    this.#stores = stores
    this.#index = new GroupIndex(shape.keyTypes)
    this.left = new JoinSide(shape.left.types, shape.left.timeOf !== null)
    this.right = new JoinSide(shape.right.types, shape.right.timeOf !== null)
    const none = (): number[] => stores.left.rows.map(() => 0)
    this.#rowTotals = { left: none(), right: none() }
    this.#keyTotals = { left: none(), right: none() }
  }

  /** Whether only the keys that the batch meets are here. */
  get isPaged(): boolean { return this.#stores.left.rows[0]!.table instanceof DiskTable }
  get stores(): Readonly<Record<SideName, { readonly counts: readonly StateStore[]; readonly rows: readonly StateStore[] }>> { return this.#stores }
  get usedBytes(): number { return this.left.usedBytes + this.right.usedBytes }

  /** The numbers of these keys, new ones included. */
  keyNumbers(keys: readonly Vector[], length: number): Int32Array {
    const groups = this.#index.add(keys, length)
    const count = this.#index.count
    this.left.reserveGroups(count)
    this.right.reserveGroups(count)
    const from = this.#paged
    if (this.isPaged && count > from) {
      this.#paged = count
      this.#loadKeys(Int32Array.from({ length: count - from }, (_, i) => from + i))
    }
    return groups
  }

  /** Reads the stores, which from now on only write down what changes and see here what there is. */
  load(): void {
    for (const name of sides) {
      const { counts, rows } = this.#stores[name]
      rows.forEach((store, p) => {
        this.#rowTotals[name][p] = store.rowCount
        this.#keyTotals[name][p] = counts[p]!.rowCount
        this.#loadStore(name, store)
        store.attach(new JoinTable(this.#rowsOf(name, p), store.keyCodec, store.valueCodec))
        counts[p]!.attach(new JoinTable(this.#countsOf(name, p), counts[p]!.keyCodec, counts[p]!.valueCodec))
      })
    }
  }

  #rowsOf(name: SideName, p: number): JoinPart {
    const state = this, side = this[name], totals = this.#rowTotals[name]
    return {
      get rowCount() { return totals[p]! },
      get bytes() { return Math.ceil(side.usedBytes / totals.length) },
      hold: () => side.hold(),
      release: () => side.release(),
      entries: limit => {
        const index = state.#index, slots = new Int32Array(Math.min(limit, totals[p]!))
        state.#place(totals.length)
        let n = 0
        for (const slot of side.live()) { if (n === slots.length) break; if (state.#partitions[side.groups[slot]!] === p) slots[n++] = slot }
        const groups = slots.map(s => side.groups[s]!), numbers = slots.map(s => side.numbers[s]!), matched = Uint8Array.from(slots, s => (side.isMatched(s) ? 1 : 0))
        return {
          slots,
          keys: (from, to) => [...index.keysOf(groups.subarray(from, to), to - from), longs(to - from, i => numbers[from + i]!)],
          values: (from, to) => [...side.take(slots.subarray(from, to), to - from), new FixedVector(booleanType, matched.slice(from, to), null)],
        }
      },
    }
  }

  #countsOf(name: SideName, p: number): JoinPart {
    const state = this, side = this[name], totals = this.#keyTotals[name]
    return {
      get rowCount() { return totals[p]! },
      // It is among the bytes of the rows.
      bytes: 0,
      hold: () => {},
      release: () => {},
      entries: limit => {
        const index = state.#index, groups = new Int32Array(Math.min(limit, totals[p]!))
        state.#place(totals.length)
        for (let g = 0, n = 0; n < groups.length; g++) if (side.counts[g]! > 0 && state.#partitions[g] === p) groups[n++] = g
        const counts = groups.map(g => side.counts[g]!)
        return { slots: groups, keys: (from, to) => index.keysOf(groups.subarray(from, to), to - from), values: (from, to) => [longs(to - from, i => counts[from + i]!)] }
      },
    }
  }

  /** Brings here the keys of a side's rows whose time is at or before this, for those rows are about to be let go. */
  loadDue(name: SideName, ms: number): void {
    if (!this.isPaged) return
    for (const store of this.#stores[name].rows) {
      this.#timesOf(name, store)
      const due = (store.table as DiskTable).due(ms)
      for (const part of chunks(due)) {
        const keys = new RowArena()
        store.readKeys(part, part.length, keys)
        this.keyNumbers(store.keyCodec.decode(keys).slice(0, this.#shape.keyTypes.length), part.length)
      }
    }
  }

  // Whole milliseconds from below: what is due is at least what is to go, and the side's own times decide.
  #timesOf(name: SideName, store: StateStore): TimeIndex {
    const keyCount = this.#shape.keyTypes.length
    return timeIndex(store, (keys, values, n) => wholeMillis(eventTimes(this.#shape[name].timeOf!(store.valueCodec.decode(values), store.keyCodec.decode(keys).slice(0, keyCount)), n).micros))
  }

  // Both sides' rows of keys that are here for the first time: how many a key has, then each by its number.
  #loadKeys(groups: Int32Array): void {
    const partitions = this.#stores.left.rows.length
    this.#place(partitions)
    const parts = split(groups, partitions, groups.map(g => this.#partitions[g]!))
    for (const name of sides) {
      const { counts, rows } = this.#stores[name]
      parts.forEach((all, p) => { for (const part of chunks(all)) this.#loadRows(name, counts[p]!, rows[p]!, part) })
    }
  }

  #loadRows(name: SideName, counts: StateStore, rows: StateStore, groups: Int32Array): void {
    const keys = new RowArena(), slots = new Int32Array(groups.length), found: number[] = [], owners: number[] = [], numbers: number[] = []
    counts.keyCodec.encode(this.#index.keysOf(groups, groups.length), null, groups.length, keys)
    counts.find(keys, slots)
    slots.forEach((slot, i) => { if (slot >= 0) found.push(i) })
    if (found.length === 0) return
    const values = new RowArena()
    counts.readValues(Int32Array.from(found, i => slots[i]!), found.length, values)
    const [many] = counts.valueCodec.decode(values)
    found.forEach((i, k) => { for (let n = 0, end = Number(many!.get(k)); n < end; n++) { owners.push(groups[i]!); numbers.push(n) } })
    for (let from = 0; from < owners.length; from += rowsAtOnce) {
      const some = Int32Array.from(owners.slice(from, from + rowsAtOnce)), n = some.length, keyColumns = this.#index.keysOf(some, n)
      const keyRows = new RowArena(), at = new Int32Array(n)
      rows.keyCodec.encode([...keyColumns, longs(n, i => numbers[from + i]!)], null, n, keyRows)
      rows.find(keyRows, at)
      if (at.includes(-1)) throw internalError(`the join state of the ${name} side lacks a row that its count names`)
      this.#load(name, rows, at, keyColumns, some)
    }
  }

  // A key's rows must come in the order of their numbers, for the chain is built so.
  #loadStore(name: SideName, store: StateStore): void {
    const slots = store.liveSlots(), n = slots.length, keyCount = this.#shape.keyTypes.length
    if (n === 0) return
    const keyRows = new RowArena()
    store.readKeys(slots, n, keyRows)
    const numbers = store.keyCodec.decode(keyRows)[keyCount]!
    const order = Int32Array.from({ length: n }, (_, i) => i)
    const numberOf = Float64Array.from({ length: n }, (_, i) => Number(numbers.get(i)))
    order.sort((a, b) => numberOf[a]! - numberOf[b]!)
    for (let from = 0; from < n; from += rowsAtOnce) {
      const some = order.subarray(from, Math.min(n, from + rowsAtOnce)).map(i => slots[i]!), keys = new RowArena()
      store.readKeys(some, some.length, keys)
      const keyColumns = store.keyCodec.decode(keys).slice(0, keyCount)
      this.#load(name, store, some, keyColumns, this.keyNumbers(keyColumns, some.length))
    }
  }

  #load(name: SideName, store: StateStore, slots: Int32Array, keyColumns: readonly Vector[], groups: Int32Array): void {
    const n = slots.length, timeOf = this.#shape[name].timeOf, values = new RowArena()
    store.readValues(slots, n, values)
    const columns = store.valueCodec.decode(values), matched = columns.at(-1)!
    this[name].load(columns, n, groups, timeOf === null ? null : eventTimes(timeOf(columns, keyColumns), n), i => matched.get(i) === true)
  }

  /** Writes what the batch changed into the stores, to be committed with the batch. */
  flush(): void {
    for (const name of sides) this.#flushSide(name)
    this.left.settle()
    this.right.settle()
    this.version = this.#stores.left.rows[0]!.version + 1
    if (!this.isPaged) this.#dropUnusedKeys()
  }

  #flushSide(name: SideName): void {
    const side = this[name], { counts, rows } = this.#stores[name], partitions = rows.length
    const groups = side.changedGroups(), slots = side.changedSlots()
    if (groups.length === 0 && slots.length === 0) return
    this.#place(partitions)
    const of = this.#partitions, owners = side.groups
    const groupsOf = split(groups, partitions, groups.map(g => of[g]!)), slotsOf = split(slots, partitions, slots.map(s => of[owners[s]!]!))
    for (let p = 0; p < partitions; p++) {
      for (const part of chunks(groupsOf[p]!)) this.#writeCounts(name, p, part)
      for (const part of chunks(slotsOf[p]!)) this.#writeRows(name, rows[p]!, part)
    }
  }

  #writeCounts(name: SideName, p: number, groups: Int32Array): void {
    const side = this[name], counts = this.#stores[name].counts[p]!, rows = this.#stores[name].rows[p]!
    const here = new Int32Array(groups.length), gone = new Int32Array(groups.length)
    // The rows of numbers from the new count up to the old one are gone.
    const owners: number[] = [], numbers: number[] = []
    let stay = 0, left = 0
    for (let i = 0; i < groups.length; i++) {
      const g = groups[i]!, count = side.counts[g]!, before = side.countBefore(g)
      this.#rowTotals[name][p]! += count - before
      this.#keyTotals[name][p]! += (count > 0 ? 1 : 0) - (before > 0 ? 1 : 0)
      if (count > 0) { if (count !== before) here[stay++] = g } else if (before > 0) gone[left++] = g
      for (let n = count; n < before; n++) { owners.push(g); numbers.push(n) }
    }
    if (left > 0) this.#remove(counts, this.#index.keysOf(gone.subarray(0, left), left), left)
    if (stay > 0) this.#put(counts, this.#index.keysOf(here.subarray(0, stay), stay), [longs(stay, i => side.counts[here[i]!]!)], stay)
    if (owners.length > 0) this.#remove(rows, [...this.#index.keysOf(Int32Array.from(owners), owners.length), longs(owners.length, i => numbers[i]!)], owners.length)
  }

  #writeRows(name: SideName, store: StateStore, slots: Int32Array): void {
    const side = this[name], n = slots.length, matched = new Uint8Array(n)
    for (let i = 0; i < n; i++) matched[i] = side.isMatched(slots[i]!) ? 1 : 0
    const keys = [...this.#index.keysOf(slots.map(s => side.groups[s]!), n), longs(n, i => side.numbers[slots[i]!]!)]
    const places = this.#put(store, keys, [...side.take(slots, n), new FixedVector(booleanType, matched, null)], n)
    if (places === null || side.buckets === null) return
    const times = this.#timesOf(name, store), due = wholeMillis(Float64Array.from(slots, s => side.buckets!.times[s]!))
    for (let i = 0; i < n; i++) times.set(places[i]!, due[i]!)
  }

  // Puts entries into a store, or writes them down; where they are in a store on disk.
  #put(store: StateStore, keyColumns: readonly Vector[], columns: readonly Vector[], count: number): Int32Array | null {
    const keys = new RowArena(), values = new RowArena()
    if (!this.isPaged) {
      store.keyCodec.encodeUnsafe(keyColumns, null, count, keys)
      store.valueCodec.encodeUnsafe(columns, null, count, values)
      store.record(keys, values)
      return null
    }
    store.keyCodec.encode(keyColumns, null, count, keys)
    store.valueCodec.encode(columns, null, count, values)
    const places = new Int32Array(count).fill(-1)
    store.put(keys, values, places)
    return places
  }

  #remove(store: StateStore, keyColumns: readonly Vector[], count: number): void {
    const keys = new RowArena()
    if (!this.isPaged) {
      store.keyCodec.encodeUnsafe(keyColumns, null, count, keys)
      store.record(keys, null)
      return
    }
    store.keyCodec.encode(keyColumns, null, count, keys)
    const slots = new Int32Array(count)
    store.find(keys, slots)
    const found = slots.filter(s => s >= 0)
    store.remove(found, found.length)
  }

  // The partition of each key that has none yet: Spark's, Murmur3 of the keys.
  #place(partitions: number): void {
    const count = this.#index.count, from = this.#placed
    if (count === from) return
    if (count > this.#partitions.length) this.#partitions = grownTo(this.#partitions, count)
    const fresh = Int32Array.from({ length: count - from }, (_, i) => from + i)
    const hashes = hashRows(this.#index.keysOf(fresh, fresh.length), fresh.length)
    for (let i = 0; i < fresh.length; i++) { const h = hashes[i]! % partitions; this.#partitions[from + i] = h < 0 ? h + partitions : h }
    this.#placed = count
  }

  // Keys that no row has any more are forgotten once they are most of the index.
  #dropUnusedKeys(): void {
    const count = this.#index.count
    if (count < this.#dropAbove) return
    this.#dropAbove = 2 * count
    let used = 0
    for (let g = 0; g < count; g++) if (this.left.counts[g]! > 0 || this.right.counts[g]! > 0) used++
    if (used * 2 > count) return
    const live = new Int32Array(used), to = new Int32Array(count).fill(-1)
    for (let g = 0, at = 0; g < count; g++) if (this.left.counts[g]! > 0 || this.right.counts[g]! > 0) live[at++] = g
    const index = new GroupIndex(this.#shape.keyTypes), numbers = index.add(this.#index.keysOf(live, used), used)
    for (let i = 0; i < used; i++) to[live[i]!] = numbers[i]!
    this.left.renumberGroups(to, used)
    this.right.renumberGroups(to, used)
    this.#index = index
    this.#placed = 0
    this.#dropAbove = Math.max(4096, 2 * used)
  }
}

function split(all: Int32Array, partitions: number, partitionOf: Int32Array): Int32Array[] {
  if (partitions === 1) return [all]
  const out = Array.from({ length: partitions }, () => new Int32Array(all.length)), counts = new Int32Array(partitions)
  for (let i = 0; i < all.length; i++) { const p = partitionOf[i]!; out[p]![counts[p]!++] = all[i]! }
  return out.map((rows, p) => rows.subarray(0, counts[p]))
}

function wholeMillis(micros: Float64Array): Float64Array { return micros.map(m => Math.floor(m / 1000)) }

function* chunks(all: Int32Array): Generator<Int32Array> {
  for (let from = 0; from < all.length; from += rowsAtOnce) yield all.subarray(from, Math.min(all.length, from + rowsAtOnce))
}

// Counts and numbers, which are neither negative nor beyond 31 bits: the low words are all there is of them.
function longs(count: number, of: (i: number) => number): FixedVector {
  const words = new Int32Array(2 * count)
  for (let i = 0; i < count; i++) words[2 * i] = of(i)
  return new FixedVector(longType, new BigInt64Array(words.buffer), null)
}
