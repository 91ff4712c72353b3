/** Memory that a stream join uses again from batch to batch: what lives no longer than one batch of rows is not worth a new array, which the garbage collector would have to count. */
import { Batch } from '../../columns/batch.ts'
import { concatVectors } from '../../columns/concat.ts'
import { FixedVector, gatherFixed, type FixedData } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'

/** What the memory is for: each is overwritten by the next call with the same name. */
type IntsFor = 'stored' | 'groups of changed rows' | 'changed keys by partition' | 'changed rows by partition' | 'keys of removed rows' | 'numbers of removed rows'

export class JoinScratch {
  readonly #ints = new Map<IntsFor, Int32Array>()
  #hits = new Uint8Array(0)
  #micros = new Float64Array(0)
  readonly #joined = new Columns()
  readonly #ordered = new Columns()

  ints(use: IntsFor, length: number): Int32Array {
    let all = this.#ints.get(use)
    if (all === undefined || all.length < length) this.#ints.set(use, all = new Int32Array(length))
    return all.subarray(0, length)
  }

  /** Zeros, whether each row has met a partner. */
  hits(length: number): Uint8Array {
    if (this.#hits.length < length) this.#hits = new Uint8Array(length)
    return this.#hits.subarray(0, length).fill(0)
  }

  /** The event times of rows. */
  micros(length: number): Float64Array {
    if (this.#micros.length < length) this.#micros = new Float64Array(length)
    return this.#micros.subarray(0, length)
  }

  /** Batches put together; valid until the next are. */
  joined(types: readonly DataType[], parts: readonly Batch[]): Batch {
    if (parts.length === 1) return parts[0]!
    const length = parts.reduce((n, b) => n + b.length, 0)
    return new Batch(types.map((t, k) => {
      const columns = parts.map(b => b.columns[k]!), first = columns[0]!
      if (!columns.every(c => isPlain(c) && c.data.constructor === (first as FixedVector).data.constructor)) return concatVectors(t, columns)
      const into = this.#joined.of(k, (first as FixedVector).data, length)
      let at = 0
      for (const c of columns as FixedVector[]) { (into as Float64Array).set(c.data.subarray(0, c.length) as Float64Array, at); at += c.length }
      return new FixedVector(t, into, null, length)
    }), length)
  }

  /** The rows of a batch in another order; valid until the next are. */
  ordered(batch: Batch, rows: Int32Array): Batch {
    return new Batch(batch.columns.map((c, k) => {
      if (!isPlain(c)) return c.take(rows, batch.length)
      const into = this.#ordered.of(k, c.data, batch.length)
      gatherFixed(c.data, rows, batch.length, into)
      return new FixedVector(c.type, into, null, batch.length)
    }), batch.length)
  }
}

class Columns {
  readonly #columns: FixedData[] = []

  /** Room for so many values of this kind. */
  of(k: number, like: FixedData, length: number): FixedData {
    const had = this.#columns[k]
    if (had === undefined || had.constructor !== like.constructor || had.length < length) this.#columns[k] = new (like.constructor as new (n: number) => FixedData)(length)
    return this.#columns[k]!.subarray(0, length)
  }
}

const isPlain = (c: Vector): c is FixedVector => c instanceof FixedVector && c.nulls === null
