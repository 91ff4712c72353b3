/**
 * The state of a stream join: both sides in memory as typed columns over one index of keys, and on disk in Spark's four stores a partition. The stores are written
 * once a batch. Stores in memory are read once a run; from stores on disk a batch reads the keys that it meets and those that have rows to let go, and holds them until it ends.
 */
import type { Vector } from '../../columns/vector.ts'
import { DiskTable } from '../../state/disk-table.ts'
import type { StateStore } from '../../state/state-store.ts'
import type { StreamingTask } from '../operator.ts'
import { JoinKeys } from './join-keys.ts'
import { countsPart, rowsPart } from './join-parts.ts'
import { JoinReader } from './join-reader.ts'
import { JoinScratch } from './join-scratch.ts'
import { JoinSide, type HeldRows } from './join-side.ts'
import { openJoinStores, sides, type JoinShape, type JoinStores, type SideName } from './join-stores.ts'
import { JoinTable } from './join-table.ts'
import { JoinWriter } from './join-writer.ts'
import { KeyOrder } from './key-order.ts'

/** The state in memory belongs to the stores it was read from and written to. */
const known = new WeakMap<StateStore, JoinState>()

/** The state as the batch finds it: that which the last batch left in memory, or what the stores hold. */
export async function openJoinState(task: StreamingTask, operatorId: number, shape: JoinShape): Promise<JoinState> {
  const stores = await openJoinStores(task, operatorId)
  const first = stores.left.rows[0]!
  const held = known.get(first)
  if (held !== undefined && held.version === first.version) { held.begin(); return held }
  // What the undone batch has changed here is in no file.
  if (held !== undefined) for (const side of sides) for (const store of [...stores[side].counts, ...stores[side].rows]) await store.load()
  const state = new JoinState(shape, stores)
  if (state.isPaged) return state
  state.load()
  known.set(first, state)
  return state
}

const inBatch = -1
// Fewer keys are not worth forgetting.
const fewKeys = 4096
// Fewer changed rows are not worth a beginning of their files.
const fewChanges = 4096

export class JoinState {
  readonly shape: JoinShape
  readonly stores: JoinStores
  readonly keys: JoinKeys
  readonly left: JoinSide
  readonly right: JoinSide
  /** By partition, how many rows there are and how many keys have some. */
  readonly totals: Readonly<Record<SideName, { readonly rows: number[]; readonly keys: number[] }>>
  readonly order = new KeyOrder()
  readonly scratch = new JoinScratch()
  readonly #reader: JoinReader
  readonly #writer: JoinWriter
  // How many keys have been read from stores on disk.
  #paged = 0
  #dropAbove = fewKeys
  // Snapshots of all partitions begin with the same version.
  readonly #live: Record<SideName, readonly HeldRows[] | null> = { left: null, right: null }
  /** The version the stores have once what is here is committed; -1 in a batch. */
  version = inBatch

  constructor(shape: JoinShape, stores: JoinStores) {
    this.shape = shape
    this.stores = stores
    this.keys = new JoinKeys(shape.keyTypes, stores.left.rows.length)
    this.left = new JoinSide(shape.left.types, shape.left.timeOf !== null)
    this.right = new JoinSide(shape.right.types, shape.right.timeOf !== null)
    const none = (): number[] => stores.left.rows.map(() => 0)
    this.totals = { left: { rows: none(), keys: none() }, right: { rows: none(), keys: none() } }
    this.#reader = new JoinReader(this)
    this.#writer = new JoinWriter(this, this.#reader)
  }

  /** Whether only the keys that the batch meets are here. */
  get isPaged(): boolean { return this.stores.left.rows[0]!.table instanceof DiskTable }

  /** The numbers of these keys, new ones included. */
  keyNumbers(keys: readonly Vector[], length: number): Int32Array {
    const groups = this.keys.add(keys, length), { count } = this.keys
    this.left.keys.reserve(count)
    this.right.keys.reserve(count)
    const from = this.#paged
    if (this.isPaged && count > from) {
      this.#paged = count
      this.#reader.loadKeys(Int32Array.from({ length: count - from }, (_, i) => from + i))
    }
    return groups
  }

  /** The rows of a side that there are now, by partition. */
  rows(name: SideName): readonly HeldRows[] {
    const listed = this.#live[name]
    if (listed !== null) return listed
    const parts = this[name].rows(this.keys.partitions(), this.stores.left.rows.length)
    if (this.version !== inBatch) this.#live[name] = parts
    return parts
  }

  /** A batch begins to change what there is. */
  begin(): void {
    this.version = inBatch
    this.#live.left = this.#live.right = null
  }

  /** Reads the stores, which from now on only write down what changes and see here what there is. */
  load(): void {
    for (const name of sides) {
      const { counts, rows } = this.stores[name]
      rows.forEach((store, p) => {
        this.totals[name].rows[p] = store.rowCount
        this.totals[name].keys[p] = counts[p]!.rowCount
        this.#reader.loadStore(name, store)
        store.attach(new JoinTable(rowsPart(this, name, p), store.keyCodec, store.valueCodec))
        counts[p]!.attach(new JoinTable(countsPart(this, name, p), counts[p]!.keyCodec, counts[p]!.valueCodec))
      })
    }
  }

  /** Brings here the keys of a side's rows whose time is at or before this, for those rows are about to be let go. */
  loadDue(name: SideName, ms: number): void { if (this.isPaged) this.#reader.loadDue(name, ms) }

  /** Writes what a side has changed so far, when that is worth it: the disk takes it while the batch goes on. */
  async writeEarly(name: SideName, task: StreamingTask): Promise<void> {
    if (this.isPaged || this[name].changedCount < fewChanges) return
    await this.#writer.write(name, false, task)
    this[name].noted()
  }

  /** Writes what the batch changed into the stores, to be committed with the batch. */
  async flush(task: StreamingTask): Promise<void> {
    for (const name of sides) await this.#writer.write(name, true, task)
    this.left.settle()
    this.right.settle()
    this.version = this.stores.left.rows[0]!.version + 1
    if (!this.isPaged) this.#dropUnusedKeys()
  }

  // Keys that no row has any more are forgotten once they are most of the index.
  #dropUnusedKeys(): void {
    const { count } = this.keys, { left, right } = this
    if (count < this.#dropAbove) return
    this.#dropAbove = 2 * count
    let used = 0
    for (let g = 0; g < count; g++) if (left.keys.countOf(g) > 0 || right.keys.countOf(g) > 0) used++
    if (used * 2 > count) return
    const live = new Int32Array(used), to = new Int32Array(count).fill(-1)
    for (let g = 0, at = 0; g < count; g++) if (left.keys.countOf(g) > 0 || right.keys.countOf(g) > 0) { live[at] = g; to[g] = at++ }
    this.keys.keep(live)
    left.renumberGroups(to, used)
    right.renumberGroups(to, used)
    this.#dropAbove = Math.max(fewKeys, 2 * used)
  }
}
