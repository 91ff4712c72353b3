/** Puts vectors and batches behind each other, for operators that need all rows at once (sort, join build side). */
import type { DataType } from '../types/data-type.ts'
import { Batch } from './batch.ts'
import { vectorOf } from './builder.ts'
import { BytesVector } from './bytes-vector.ts'
import { ConstantVector } from './constant-vector.ts'
import { DictionaryVector } from './dictionary-vector.ts'
import { FixedVector, fixedDataFor } from './fixed-vector.ts'
import { plain } from './plain.ts'
import { StructVector } from './struct-vector.ts'
import type { Vector } from './vector.ts'

/** All rows of the batches as one batch; `types` give the columns when there is no batch at all. */
export function concatBatches(types: readonly DataType[], batches: readonly Batch[]): Batch {
  if (batches.length === 1) return batches[0]!
  const length = batches.reduce((n, b) => n + b.length, 0)
  return new Batch(types.map((t, c) => concatVectors(t, batches.map(b => b.columns[c]!))), length)
}

/** All rows of the vectors as one vector. */
export function concatVectors(type: DataType, vectors: readonly Vector[]): Vector {
  if (vectors.length === 1) return vectors[0]!
  if (vectors.length === 0) return vectorOf(type, [])
  const length = vectors.reduce((n, v) => n + v.length, 0)
  if (type.kind === 'struct' && vectors.every(v => v instanceof StructVector)) {
    const { fields } = type
    const children = fields.map((f, k) => concatVectors(f.dataType, vectors.map(v => (v as StructVector).children[k]!)))
    return new StructVector(type, children, concatNulls(vectors, length), length)
  }
  const data = vectors.every(v => v instanceof FixedVector) ? fixedDataFor(type, length) : null
  if (data !== null) {
    let at = 0
    for (const v of vectors as FixedVector[]) { (data as Float64Array).set(v.data.subarray(0, v.length) as Float64Array, at); at += v.length }
    return new FixedVector(type, data, concatNulls(vectors, length), length)
  }
  if (vectors.every(v => v instanceof BytesVector)) return concatBytes(type, vectors as readonly BytesVector[], length)
  const first = vectors[0]!
  if (vectors.every(v => v instanceof ConstantVector && v.constant === (first as ConstantVector).constant)) return new ConstantVector(type, (first as ConstantVector).constant, length)
  if (vectors.every(v => v instanceof DictionaryVector && v.dictionary === (first as DictionaryVector).dictionary)) {
    const indices = new Int32Array(length)
    let at = 0
    for (const v of vectors as DictionaryVector[]) { indices.set(v.indices.subarray(0, v.length), at); at += v.length }
    return new DictionaryVector((first as DictionaryVector).dictionary, indices, concatNulls(vectors, length))
  }
  if (vectors.some(v => v instanceof ConstantVector || v instanceof DictionaryVector)) return concatVectors(type, vectors.map(v => plain(v, v.length)))
  const values = new Array<unknown>(length)
  let at = 0
  for (const v of vectors) for (let i = 0; i < v.length; i++) values[at++] = v.get(i)
  return vectorOf(type, values)
}

// Only the bytes that are used: those of a vector may be a large block that others share.
function concatBytes(type: DataType, vectors: readonly BytesVector[], length: number): BytesVector {
  const starts = new Int32Array(length), ends = new Int32Array(length)
  let size = 0
  for (const v of vectors) for (let i = 0; i < v.length; i++) if (!v.isNull(i)) size += v.ends[i]! - v.starts[i]!
  const bytes = new Uint8Array(size)
  let row = 0, at = 0
  for (const v of vectors) {
    for (let i = 0; i < v.length; i++) {
      starts[row] = at
      if (!v.isNull(i)) {
        const from = v.starts[i]!, n = v.ends[i]! - from
        if (n > 64) bytes.set(v.bytes.subarray(from, from + n), at); else for (let k = 0; k < n; k++) bytes[at + k] = v.bytes[from + k]!
        at += n
      }
      ends[row++] = at
    }
  }
  return new BytesVector(type, bytes, starts, ends, concatNulls(vectors, length), length)
}

function concatNulls(vectors: readonly Vector[], length: number): Uint8Array | null {
  if (vectors.every(v => v.nulls === null)) return null
  const out = new Uint8Array(length)
  let at = 0
  for (const v of vectors) { if (v.nulls !== null) out.set(v.nulls.subarray(0, v.length), at); at += v.length }
  return out
}
