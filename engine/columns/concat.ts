/** Puts vectors and batches behind each other, for operators that need all rows at once (sort, join build side). */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { Batch } from './batch.ts'
import { vectorOf } from './builder.ts'
import { FixedVector, fixedDataFor } from './fixed-vector.ts'
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
  const values = new Array<unknown>(length)
  let at = 0
  for (const v of vectors) for (let i = 0; i < v.length; i++) values[at++] = v.get(i)
  return vectorOf(type, values)
}

function concatNulls(vectors: readonly Vector[], length: number): Uint8Array | null {
  if (vectors.every(v => v.nulls === null)) return null
  const out = new Uint8Array(length)
  let at = 0
  for (const v of vectors) { if (v.nulls !== null) out.set(v.nulls.subarray(0, v.length), at); at += v.length }
  return out
}
