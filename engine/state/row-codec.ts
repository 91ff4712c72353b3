/** Rows <-> bytes for a list of types: a short form for memory (`compact-rows.ts`) and Spark's for files (`unsafe-rows.ts`), a column at a time. */
import type { DataType } from '../types/data-type.ts'
import type { Vector } from '../columns/vector.ts'
import { decodeCompact, encodeCompact, nullBits } from './compact-rows.ts'
import { decodeUnsafe, encodeUnsafe } from './unsafe-rows.ts'
import { flatColumn } from './flat-columns.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { RowArena } from './row-arena.ts'

/**
 * Encodes and decodes rows of `types`. In keys the caller must have made -0.0 into 0.0 and every NaN into one, for equal keys must be equal bytes.
 * Decoded strings and binary values are views of the arena's bytes: keep the arena while they live.
 */
export interface RowCodec {
  readonly types: readonly DataType[]
  /** Adds the `count` rows at `rows` (the first ones when null) of the columns to the arena, in the short form. */
  encode(columns: readonly Vector[], rows: Int32Array | null, count: number, into: RowArena): void
  /** All rows of an arena in the short form, as columns. */
  decode(rows: RowArena): Vector[]
  /** The `count` rows at `rows` (the first ones when null) in the layouts that are encoded: what a state file's writer takes. Values of fixed width and texts stay where they are. */
  flat(columns: readonly Vector[], rows: Int32Array | null, count: number): FlatColumn[]
  /** As `encode`, in Spark's form. */
  encodeUnsafe(columns: readonly Vector[], rows: Int32Array | null, count: number, into: RowArena): void
  /** As `decode`, of Spark's form; a RangeError when a row cannot be of these types. */
  decodeUnsafe(rows: RowArena): Vector[]
}

/**
 * The codec of rows of these types.
 *
 * ```ts
 * const codec = rowCodec([stringType, longType])
 * const arena = new RowArena()
 * codec.encode([vectorOf(stringType, ['a']), vectorOf(longType, [1n])], null, 1, arena) // 11 bytes
 * codec.decode(arena)[1].get(0) // 1n
 * ```
 */
export function rowCodec(types: readonly DataType[]): RowCodec {
  const bits = nullBits(types)
  const flat = (columns: readonly Vector[], rows: Int32Array | null, count: number): FlatColumn[] => types.map((t, i) => flatColumn(t, columns[i]!, rows, count))
  return {
    types,
    flat,
    encode: (columns, rows, count, into) => encodeCompact(flat(columns, rows, count), bits, count, into),
    decode: rows => decodeCompact(types, bits, rows),
    encodeUnsafe: (columns, rows, count, into) => encodeUnsafe(flat(columns, rows, count), count, into),
    decodeUnsafe: rows => decodeUnsafe(types, rows),
  }
}

/** All rows of an arena in the short form, in the layouts that are encoded. */
export const flatRows = (codec: RowCodec, rows: RowArena): FlatColumn[] => codec.flat(codec.decode(rows), null, rows.count)
