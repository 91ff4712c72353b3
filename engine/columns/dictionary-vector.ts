/** Values kept once in a dictionary and referred to by number: strings of few distinct values, and what was computed from them once an entry. */
import { Vector, takeNulls } from './vector.ts'

/**
 * `dictionary` may grow at its end while vectors that use it are alive (a parser keeps one for a column's life), but entries never change.
 * Entries need not be distinct. A NULL row's index is 0 or any valid number.
 */
export class DictionaryVector extends Vector {
  readonly layout = 'dictionary'
  readonly dictionary: Vector
  readonly indices: Int32Array
  readonly length: number

  constructor(dictionary: Vector, indices: Int32Array, nulls: Uint8Array | null, length: number = indices.length) {
    super(dictionary.type, nulls)
    this.dictionary = dictionary
    this.indices = indices
    this.length = length
  }

  override isNull(row: number): boolean {
    return (this.nulls !== null && this.nulls[row] !== 0) || this.dictionary.isNull(this.indices[row]!)
  }

  value(row: number): unknown { return this.dictionary.value(this.indices[row]!) }

  take(rows: Int32Array, count: number): DictionaryVector {
    const indices = new Int32Array(count)
    for (let i = 0; i < count; i++) indices[i] = this.indices[rows[i]!]!
    return new DictionaryVector(this.dictionary, indices, takeNulls(this.nulls, rows, count), count)
  }

  slice(start: number, end: number): DictionaryVector {
    return new DictionaryVector(this.dictionary, this.indices.subarray(start, end), this.nulls?.subarray(start, end) ?? null, end - start)
  }

  withNulls(nulls: Uint8Array | null): DictionaryVector { return new DictionaryVector(this.dictionary, this.indices, nulls, this.length) }
}
