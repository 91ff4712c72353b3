/** What a state store sees of a join's state: the rows of a side, or the row counts of its keys, in one partition. They are written to the store's journal by the join alone. */
import type { Vector } from '../../columns/vector.ts'
import { internalError } from '../../errors/spark-error.ts'
import type { FlatColumn } from '../../state/flat-columns.ts'
import type { RowArena } from '../../state/row-arena.ts'
import type { RowCodec } from '../../state/row-codec.ts'
import type { SnapshotReader, StateTable } from '../../state/state-table.ts'

/** Entries by slot, of which keys and values are columns. */
export interface JoinEntries {
  readonly slots: Int32Array
  /** The columns of the entries `from` to `to` of the list. */
  keys(from: number, to: number): Vector[]
  values(from: number, to: number): Vector[]
  /** Both in the layout that state files are written from; valid until the state changes. */
  flat(from: number, to: number): { readonly keys: FlatColumn[]; readonly values: FlatColumn[] }
}

/** What there is in a partition. `entries` are of this moment and stay readable while the join goes on until `release`. */
export interface JoinPart {
  readonly rowCount: number
  readonly bytes: number
  entries(limit: number): JoinEntries
  hold(): void
  release(): void
}

const readAtOnce = 2048

export class JoinTable implements StateTable {
  readonly #part: JoinPart
  readonly #keys: RowCodec
  readonly #values: RowCodec
  // What `liveSlots` gave last, for reading it.
  #listed: JoinEntries | null = null
  #isHeld = false

  constructor(part: JoinPart, keys: RowCodec, values: RowCodec) {
    this.#part = part
    this.#keys = keys
    this.#values = values
  }

  get rowCount(): number { return this.#part.rowCount }
  get usedBytes(): number { return this.#part.bytes }
  get liveBytes(): number { return this.#part.bytes }
  get changedCount(): number { return 0 }

  liveSlots(limit = Infinity): Int32Array { return (this.#listed = this.#part.entries(limit)).slots }
  readKeys(slots: Int32Array, count: number, into: RowArena): void { this.#read(slots, 0, count, into, null) }
  readValues(slots: Int32Array, count: number, into: RowArena): void { this.#read(slots, 0, count, null, into) }
  readEntries(slots: Int32Array, from: number, to: number, keys: RowArena, values: RowArena): void { this.#read(slots, from, to, keys, values) }

  #read(slots: Int32Array, from: number, to: number, keys: RowArena | null, values: RowArena | null): void {
    const listed = this.#listed
    const first = listed === null || to === from ? 0 : listed.slots.indexOf(slots[from]!)
    for (let i = from; i < to; i++) if (listed?.slots[first + i - from] !== slots[i]) throw internalError('the state of a join is read in the order of its list')
    if (to === from || listed === null) return
    const last = first + to - from
    if (keys !== null) this.#keys.encode(listed.keys(first, last), null, to - from, keys)
    if (values !== null) this.#values.encode(listed.values(first, last), null, to - from, values)
  }

  beginSnapshot(): SnapshotReader {
    this.endSnapshot()
    this.#part.hold()
    this.#isHeld = true
    const all = this.#part.entries(Infinity), n = all.slots.length
    let at = 0
    return {
      next: () => refuse(),
      nextColumns: () => {
        if (at === n) return null
        const from = at
        at = Math.min(n, at + readAtOnce)
        return { ...all.flat(from, at), count: at - from }
      },
    }
  }

  endSnapshot(): void { if (this.#isHeld) { this.#isHeld = false; this.#part.release() } }

  isLive(): boolean { return refuse() }
  find(): number { return refuse() }
  findAll(): void { refuse() }
  put(): number { return refuse() }
  putAll(): void { refuse() }
  putAbsent(): number { return refuse() }
  replace(): void { refuse() }
  remove(): void { refuse() }
  removedSlots(): Int32Array { return refuse() }
  writtenSlots(): Int32Array { return refuse() }
  commit(): void {}
  abort(): void {}
  close(): void { this.endSnapshot() }
}

function refuse(): never { throw internalError('the state of a join is kept by the join') }
