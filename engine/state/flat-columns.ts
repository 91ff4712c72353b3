/** Vectors of any layout brought into the three that the row encoders write: fixed width, bytes, structs of these. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { vectorOf } from '../columns/builder.ts'
import type { Vector } from '../columns/vector.ts'
import { takeNulls } from '../columns/vector.ts'
import { BytesVector } from '../columns/bytes-vector.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import { DictionaryVector } from '../columns/dictionary-vector.ts'
import { ConstantVector } from '../columns/constant-vector.ts'
import { internalError } from '../errors/spark-error.ts'
import { encodeTail, reservesTail } from './unsafe-value.ts'

/** Values of 1, 2, 4 or 8 bytes as their bits; those of 8 bytes are pairs of Int32, the low one first. Row `i` is at `places[i]`, at `i` without them. */
export interface FixedColumn {
  readonly kind: 'fixed'
  readonly width: 1 | 2 | 4 | 8
  readonly bits: Uint8Array | Int16Array | Int32Array
  readonly nulls: Uint8Array | null
  readonly places: Int32Array | null
}
/** Values in a tail. `places` as in fixed columns, `reserves` as in `reservesTail`. */
export interface TailColumn {
  readonly kind: 'tail'
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly nulls: Uint8Array | null
  readonly places: Int32Array | null
  readonly reserves: 'decimal' | 'interval' | null
  /** Whether they are strings. */
  readonly text: boolean
}
/** A struct's fields are NULL wherever it is. */
export interface StructColumn { readonly kind: 'struct'; readonly fields: readonly FlatColumn[]; readonly nulls: Uint8Array | null }
export interface VoidColumn { readonly kind: 'void' }
export type FlatColumn = FixedColumn | TailColumn | StructColumn | VoidColumn

const encoder = new TextEncoder()

/** The `count` rows at `rows` (all from the first when null) of a column of this type. Values of fixed width and texts stay where they are. */
export function flatColumn(type: DataType, vector: Vector, rows: Int32Array | null, count: number): FlatColumn {
  if (type.kind === 'void') return { kind: 'void' }
  if (vector instanceof DictionaryVector) {
    const picked = rows === null ? vector : vector.take(rows, count)
    if (picked.nulls === null) return flatColumn(type, picked.dictionary, picked.indices, count)
  }
  if (vector instanceof FixedVector) return fixedColumn(vector, rows)
  // A VARIANT has another order in a row.
  if (vector instanceof BytesVector && type.kind !== 'variant') return textColumn(type, vector, rows)
  const v = plainLayout(vector, rows, count)
  const nulls = v.nulls
  if (v instanceof FixedVector) return fixedColumn(v, null)
  if (v instanceof BytesVector && type.kind !== 'variant') return textColumn(type, v, null)
  if (v instanceof StructVector) {
    return { kind: 'struct', nulls, fields: (type as StructTypeShape).fields.map((f, i) => flatColumn(f.dataType, v.field(i), null, count)) }
  }
  return tailColumn(type, v, count)
}

const textColumn = (type: DataType, { bytes, starts, ends, nulls }: BytesVector, places: Int32Array | null): TailColumn =>
  ({ kind: 'tail', bytes, starts, ends, nulls, places, reserves: null, text: type.kind === 'string' })

// Selects the rows and resolves constants and dictionaries.
function plainLayout(vector: Vector, rows: Int32Array | null, count: number): Vector {
  if (vector instanceof DictionaryVector) {
    const picked = rows === null ? vector : vector.take(rows, count), taken = picked.dictionary.take(picked.indices, count), nulls = picked.nulls!.slice(0, count)
    if (taken.nulls !== null) for (let i = 0; i < count; i++) nulls[i]! |= taken.nulls[i]!
    return plainLayout(taken.withNulls(nulls), null, count)
  }
  if (vector instanceof ConstantVector) return vectorOf(vector.type, new Array(count).fill(vector.constant))
  if (rows === null) return vector
  if (vector instanceof StructVector) return new StructVector(vector.type as StructTypeShape, vector.children.map(c => c.take(rows, count)), takeNulls(vector.nulls, rows, count), count)
  return vector.take(rows, count)
}

function fixedColumn(v: FixedVector, places: Int32Array | null): FixedColumn {
  const { data, nulls } = v
  switch (data.BYTES_PER_ELEMENT) {
    case 1: return { kind: 'fixed', width: 1, bits: new Uint8Array(data.buffer, data.byteOffset, v.length), nulls, places }
    case 2: return { kind: 'fixed', width: 2, bits: new Int16Array(data.buffer, data.byteOffset, v.length), nulls, places }
    case 4: return { kind: 'fixed', width: 4, bits: new Int32Array(data.buffer, data.byteOffset, v.length), nulls, places }
    default: return { kind: 'fixed', width: 8, bits: new Int32Array(data.buffer, data.byteOffset, 2 * v.length), nulls, places }
  }
}

function tailColumn(type: DataType, v: Vector, count: number): TailColumn {
  const starts = new Int32Array(count), ends = new Int32Array(count)
  const nulls = v.nulls
  let bytes = new Uint8Array(16 * count + 64), at = 0
  const room = (more: number): void => {
    if (at + more <= bytes.length) return
    const grown = new Uint8Array(Math.max(2 * bytes.length, at + more))
    grown.set(bytes.subarray(0, at))
    bytes = grown
  }
  for (let i = 0; i < count; i++) {
    starts[i] = at
    if (!v.isNull(i)) {
      const value = v.value(i)
      if (type.kind === 'string') {
        room((value as string).length * 3)
        at += encoder.encodeInto(value as string, bytes.subarray(at)).written
      } else {
        if (value === null || value === undefined) throw internalError(`a ${type.kind} value without a null mark`)
        const tail = encodeTail(type, value)
        room(tail.length)
        bytes.set(tail, at)
        at += tail.length
      }
    }
    ends[i] = at
  }
  return { kind: 'tail', bytes, starts, ends, nulls, places: null, reserves: !reservesTail(type) ? null : type.kind === 'decimal' ? 'decimal' : 'interval', text: type.kind === 'string' }
}

/** The vector of values that lie in tails `starts[i] .. ends[i]`; strings and binary are views of `bytes`. */
export function tailVector(type: DataType, bytes: Uint8Array, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, count: number, decode: (row: number) => unknown): Vector {
  if (type.kind === 'string' || type.kind === 'binary') return new BytesVector(type, bytes, starts, ends, nulls, count)
  const values = new Array<unknown>(count)
  for (let i = 0; i < count; i++) values[i] = nulls !== null && nulls[i] !== 0 ? null : decode(i)
  return vectorOf(type, values)
}
