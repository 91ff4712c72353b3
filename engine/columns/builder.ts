/** Makes a vector from single values: the slow way in, for literals, rows handed over by users, and tests. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { FixedVector, fixedDataFor } from './fixed-vector.ts'
import { BytesVector } from './bytes-vector.ts'
import { StringVector } from './string-vector.ts'
import { ObjectVector } from './object-vector.ts'
import { StructVector } from './struct-vector.ts'
import type { Vector } from './vector.ts'

/** The vector of these internal values, null for NULL, in the layout its type is usually kept in. */
export function vectorOf(type: DataType, values: readonly unknown[]): Vector {
  const nulls = nullsOf(values)
  const length = values.length
  switch (type.kind) {
    case 'string': return new StringVector(values as (string | null)[], nulls, type)
    case 'binary': case 'variant': return bytesVectorOf(type, values as (Uint8Array | null)[], nulls)
    case 'struct': return structVectorOf(type, values as (unknown[] | null)[], nulls)
    case 'void': return new ObjectVector(type, values, nulls)
  }
  const data = fixedDataFor(type, length)
  if (data === null) return new ObjectVector(type, values, nulls)
  if (type.kind === 'boolean') for (let i = 0; i < length; i++) data[i] = values[i] === true ? 1 : 0
  else for (let i = 0; i < length; i++) { const v = values[i]; if (v !== null) (data as { [i: number]: unknown })[i] = v }
  return new FixedVector(type, data, nulls, length)
}

function nullsOf(values: readonly unknown[]): Uint8Array | null {
  let nulls: Uint8Array | null = null
  for (let i = 0; i < values.length; i++) if (values[i] === null || values[i] === undefined) (nulls ??= new Uint8Array(values.length))[i] = 1
  return nulls
}

/** Binary values copied behind each other. */
export function bytesVectorOf(type: DataType, values: readonly (Uint8Array | null)[], nulls: Uint8Array | null): BytesVector {
  const starts = new Int32Array(values.length), ends = new Int32Array(values.length)
  let total = 0
  for (const v of values) total += v?.length ?? 0
  const bytes = new Uint8Array(total)
  let at = 0
  values.forEach((v, i) => {
    starts[i] = at
    if (v !== null) { bytes.set(v, at); at += v.length }
    ends[i] = at
  })
  return new BytesVector(type, bytes, starts, ends, nulls, values.length)
}

function structVectorOf(type: StructTypeShape, values: readonly (unknown[] | null)[], nulls: Uint8Array | null): StructVector {
  const children = type.fields.map((f, k) => vectorOf(f.dataType, values.map(v => (v === null ? null : v[k] ?? null))))
  return new StructVector(type, children, nulls, values.length)
}
