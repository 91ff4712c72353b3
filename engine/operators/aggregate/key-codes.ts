/** What gives each distinct value of a key column a small number, and what all such coders share. */
import type { DictionaryVector } from '../../columns/dictionary-vector.ts'
import type { Vector } from '../../columns/vector.ts'

export interface KeyCoder {
  /** One more than the greatest code given so far. */
  readonly count: number
  /** Writes the code of each row. A value that is new gets one, or with `known` is not kept and has −1. */
  encode(column: Vector, length: number, codes: Int32Array, known?: boolean): void
  /** The values of these codes as a column. */
  decode(codes: Int32Array, count: number): Vector
}

/** As `encode` of the coder: a dictionary's entries are looked up once each, not once a row. */
export function encodeDictionary(coder: KeyCoder, column: DictionaryVector, length: number, codes: Int32Array, known: boolean): void {
  const entries = new Int32Array(column.dictionary.length)
  coder.encode(column.dictionary, column.dictionary.length, entries, known)
  const { indices, nulls } = column
  if (nulls === null) for (let i = 0; i < length; i++) codes[i] = entries[indices[i]!]!
  else for (let i = 0; i < length; i++) codes[i] = nulls[i] !== 0 ? 0 : entries[indices[i]!]!
}

/** Twice as long. */
export function grown(a: Int32Array): Int32Array<ArrayBuffer> {
  const b = new Int32Array(a.length * 2)
  b.set(a)
  return b
}
