/** Which entries of a state store begin with given key columns: a chain of slots for each prefix, in typed arrays beside the store (Spark's prefix scan). */
import { DiskTable } from './disk-table.ts'
import { MemoryTable } from './memory-table.ts'
import { RowArena } from './row-arena.ts'
import { rowCodec, type RowCodec } from './row-codec.ts'
import type { StateStore } from './state-store.ts'

const readAtOnce = 4096
const indexes = new WeakMap<StateStore, ChainIndex>()

/**
 * The index of a store by its first `columns` key columns, as a batch finds it; built from the whole store when that has just been loaded or the last batch was undone.
 * The operator tells it of every entry it adds and removes.
 */
export function prefixIndex(store: StateStore, columns: number): PrefixIndex {
  const { table } = store, codec = (): RowCodec => rowCodec(store.keyCodec.types.slice(0, columns))
  if (table instanceof DiskTable) {
    const index = new DiskPrefixIndex(codec(), table)
    if (!table.hasPrefixes) { addAll(store, index); table.hasPrefixes = true }
    return index
  }
  let index = indexes.get(store)
  if (index === undefined || index.nextVersion !== store.version) {
    index = new ChainIndex(codec())
    addAll(store, index)
    indexes.set(store, index)
  }
  index.nextVersion = store.version + 1
  index.settle()
  return index
}

function addAll(store: StateStore, index: PrefixIndex): void {
  const slots = store.liveSlots(), keys = new RowArena()
  for (let i = 0; i < slots.length; i += readAtOnce) {
    const some = slots.subarray(i, i + readAtOnce)
    keys.reset()
    store.readKeys(some, some.length, keys)
    const chains = index.chains(index.encode(store.keyCodec.decode(keys), some.length))
    for (let k = 0; k < some.length; k++) index.add(chains[k]!, some[k]!)
  }
}

/** Entries by the beginning of their keys. A prefix has a chain, a number that is valid for the batch. */
export interface PrefixIndex {
  /** The prefixes of rows, in the form `chains` wants; more columns than the prefix has may be given. */
  encode(columns: Parameters<RowCodec['encode']>[0], count: number): RowArena
  /** The chain of each prefix; one that is new gets an empty chain. */
  chains(prefixes: RowArena): Int32Array
  /** The slots of a chain, added to `into`. */
  collect(chain: number, into: number[]): void
  /** Adds a slot to a chain, unless it is there. */
  add(chain: number, slot: number): void
  /** Takes a slot out of its chain. */
  remove(slot: number): void
}

/** The prefixes are in the table. Chains are the prefixes of one batch. */
class DiskPrefixIndex implements PrefixIndex {
  readonly #codec: RowCodec
  readonly #table: DiskTable
  readonly #chains = new MemoryTable()

  constructor(codec: RowCodec, table: DiskTable) { this.#codec = codec; this.#table = table }

  encode(columns: Parameters<RowCodec['encode']>[0], count: number): RowArena {
    const rows = new RowArena()
    this.#codec.encode(columns, null, count, rows)
    return rows
  }

  chains(prefixes: RowArena): Int32Array {
    const out = new Int32Array(prefixes.count)
    this.#chains.putAll(prefixes, noValues(prefixes.count), out)
    return out
  }

  collect(chain: number, into: number[]): void { into.push(...this.#table.withPrefix(this.#prefix(chain))) }
  add(chain: number, slot: number): void { this.#table.setPrefix(slot, this.#prefix(chain)) }
  remove(slot: number): void { this.#table.setPrefix(slot, null) }

  #prefix(chain: number): Uint8Array {
    const rows = new RowArena(64, 1)
    this.#chains.readKey(chain, rows)
    return rows.row(0)
  }
}

function noValues(count: number): RowArena {
  const rows = new RowArena(0, count)
  rows.count = count
  return rows
}

class ChainIndex implements PrefixIndex {
  nextVersion = -1
  readonly #codec: RowCodec
  // A prefix has a chain: the number of its slot in this table.
  readonly #prefixes = new MemoryTable()
  #heads = new Int32Array(64).fill(-1)
  #next = new Int32Array(64)
  #emptied: number[] = []
  #chainOf = new Int32Array(64).fill(-1)

  constructor(codec: RowCodec) { this.#codec = codec }

  encode(columns: Parameters<RowCodec['encode']>[0], count: number): RowArena {
    const rows = new RowArena()
    this.#codec.encode(columns, null, count, rows)
    return rows
  }

  chains(prefixes: RowArena): Int32Array {
    const out = new Int32Array(prefixes.count)
    this.#prefixes.putAll(prefixes, noValues(prefixes.count), out)
    for (const chain of out) if (chain >= this.#heads.length) this.#heads = longer(this.#heads, chain)
    return out
  }

  collect(chain: number, into: number[]): void {
    for (let slot = this.#heads[chain]!; slot >= 0; slot = this.#next[slot]!) into.push(slot)
  }

  add(chain: number, slot: number): void {
    if (slot >= this.#chainOf.length) { this.#chainOf = longer(this.#chainOf, slot); this.#next = longer(this.#next, slot) }
    if (this.#chainOf[slot] === chain) return
    this.#chainOf[slot] = chain
    this.#next[slot] = this.#heads[chain]!
    this.#heads[chain] = slot
  }

  remove(slot: number): void {
    const chain = this.#chainOf[slot]!
    if (chain < 0) return
    this.#chainOf[slot] = -1
    if (this.#heads[chain] === slot) this.#heads[chain] = this.#next[slot]!
    else {
      let before = this.#heads[chain]!
      while (this.#next[before] !== slot) before = this.#next[before]!
      this.#next[before] = this.#next[slot]!
    }
    if (this.#heads[chain]! < 0) this.#emptied.push(chain)
  }

  /** Frees the chains that were left empty. */
  settle(): void {
    for (const chain of this.#emptied) if (this.#heads[chain]! < 0) this.#prefixes.remove(chain)
    this.#emptied = []
    this.#prefixes.commit()
  }
}

function longer(a: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(Math.max(2 * a.length, index + 1)).fill(-1)
  out.set(a)
  return out
}
