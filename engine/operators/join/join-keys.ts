/** The keys of a stream join, of both sides: a dense number for each, its columns, and the partition it lives in. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import { hashRows } from '../../columns/murmur3.ts'
import { ScratchInts } from '../../columns/scratch.ts'
import { grownTo, slotColumn, type SlotColumn } from '../../columns/slot-column.ts'
import type { Vector } from '../../columns/vector.ts'
import { flatColumn, type FixedColumn, type FlatColumn } from '../../state/flat-columns.ts'
import { longType, type DataType } from '../../types/data-type.ts'
import { GroupIndex } from '../aggregate/group-index.ts'

export type KeyReader = Pick<JoinKeys, 'columns' | 'flat'>

export class JoinKeys {
  readonly #types: readonly DataType[]
  readonly #partitions: number
  #index: GroupIndex
  // By number.
  #columns: readonly SlotColumn[]
  #known = 0
  #partitionOf = new Int32Array(0)
  #placed = 0

  constructor(types: readonly DataType[], partitions: number) {
    this.#types = types
    this.#partitions = partitions
    this.#index = new GroupIndex(types)
    this.#columns = types.map(slotColumn)
  }

  get count(): number { return this.#index.count }
  /** How many columns a key has. */
  get width(): number { return this.#types.length }

  /** The numbers of these keys, new ones included. */
  add(columns: readonly Vector[], length: number): Int32Array {
    const numbers = this.#index.add(columns, length), from = this.#known, count = this.#index.count - from
    if (count > 0) {
      const fresh = numbersFrom(from, count), keys = this.#index.keysOf(fresh, count)
      this.#columns.forEach((c, k) => c.put(keys[k]!, fresh, count))
      this.#known = from + count
    }
    return numbers
  }

  /** The columns of these keys. */
  columns(numbers: Int32Array, count: number): Vector[] { return this.#columns.map(c => c.take(numbers, count)) }

  /** As `columns`, in the layouts that state files are written from. */
  flat(numbers: Int32Array, count: number): FlatColumn[] { return this.#types.map((t, k) => flatSlots(t, this.#columns[k]!, numbers, count)) }

  /** `columns` and `flat` by the numbers that keys have now, whatever `keep` does later. */
  reader(): KeyReader {
    const own = this.#columns, types = this.#types
    return { columns: (numbers, count) => own.map(c => c.take(numbers, count)), flat: (numbers, count) => own.map((c, k) => flatSlots(types[k]!, c, numbers, count)) }
  }

  /** By key its partition: Spark's, Murmur3 of the columns. */
  partitions(): Int32Array {
    const count = this.#index.count, from = this.#placed
    if (count === from) return this.#partitionOf
    if (count > this.#partitionOf.length) this.#partitionOf = grownTo(this.#partitionOf, count)
    const fresh = numbersFrom(from, count - from), hashes = hashRows(this.columns(fresh, fresh.length), fresh.length)
    for (let i = 0; i < fresh.length; i++) { const h = hashes[i]! % this.#partitions; this.#partitionOf[from + i] = h < 0 ? h + this.#partitions : h }
    this.#placed = count
    return this.#partitionOf
  }

  /** Forgets all keys but these and gives them new numbers, in their order from 0. */
  keep(live: Int32Array): void {
    const columns = this.columns(live, live.length)
    this.#index = new GroupIndex(this.#types)
    this.#columns = this.#types.map(slotColumn)
    this.#known = this.#placed = 0
    this.add(columns, live.length)
  }
}

/** The values of these slots in the layouts that state files are written from. */
export function flatSlots(type: DataType, column: SlotColumn, slots: Int32Array, count: number): FlatColumn {
  const whole = column.whole()
  return whole === null ? flatColumn(type, column.take(slots, count), null, count) : flatColumn(type, whole, slots, count)
}

function numbersFrom(first: number, count: number): Int32Array {
  const out = new Int32Array(count)
  for (let i = 0; i < count; i++) out[i] = first + i
  return out
}

// The partition of each member while a list is split: to find it means to wait for memory.
const placesScratch = new ScratchInts()

/** A list in parts by the partition of each member's key; they lie in `rows`. */
export function split(all: Int32Array, keys: Int32Array, partitionOf: Int32Array, partitions: number, rows: Int32Array = new Int32Array(all.length)): Int32Array[] {
  if (partitions === 1) return [all]
  const ends = new Int32Array(partitions), starts = new Int32Array(partitions)
  const places = placesScratch.take(all.length)
  for (let i = 0; i < all.length; i++) { const p = partitionOf[keys[i]!]!; places[i] = p; ends[p]!++ }
  for (let p = 0, at = 0; p < partitions; p++) { const n = ends[p]!; starts[p] = ends[p] = at; at += n }
  for (let i = 0; i < all.length; i++) rows[ends[places[i]!]!++] = all[i]!
  return Array.from(ends, (end, p) => rows.subarray(starts[p], end))
}

/** Counts and numbers as a column, which are neither negative nor beyond 31 bits: the low words are all there is of them. */
export function longs(values: Int32Array, count: number): FixedVector {
  const words = new Int32Array(2 * count)
  for (let i = 0; i < count; i++) words[2 * i] = values[i]!
  return new FixedVector(longType, new BigInt64Array(words.buffer), null)
}

/** As `longs`, in the layout that state files are written from; row `i` is at `places[i]`, at `i` without them. An INT is written as a word and a word of zeros. */
export const flatLongs = (words: Int32Array, places: Int32Array | null): FixedColumn => ({ kind: 'fixed', width: 4, bits: words, nulls: null, places })

/** Bytes of 0 or 1 in that layout. */
export const flatFlags = (bytes: Uint8Array): FixedColumn => ({ kind: 'fixed', width: 1, bits: bytes, nulls: null, places: null })
