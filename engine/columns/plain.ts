/** Constants and dictionaries made plain: each value in its place. */
import { vectorOf } from './builder.ts'
import { ConstantVector } from './constant-vector.ts'
import { DictionaryVector } from './dictionary-vector.ts'
import { FixedVector } from './fixed-vector.ts'
import type { Vector } from './vector.ts'

/** The first `count` values of a column that is a constant or has a dictionary in a layout of their own; other columns as they are. */
export function plain(column: Vector, count: number): Vector {
  if (column instanceof ConstantVector) {
    const one = vectorOf(column.type, [column.constant])
    return one instanceof FixedVector && column.constant !== null ? one.take(new Int32Array(count), count) : vectorOf(column.type, new Array(count).fill(column.constant))
  }
  if (!(column instanceof DictionaryVector)) return column
  const taken = plain(column.dictionary.take(column.indices, count), count)
  if (column.nulls === null) return taken
  const nulls = column.nulls.slice(0, count)
  if (taken.nulls !== null) for (let i = 0; i < count; i++) nulls[i]! |= taken.nulls[i]!
  return taken.withNulls(nulls)
}
