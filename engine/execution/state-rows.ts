/** Looks into state stores between batches: their rows, and the windows that are still open in them. */
import { Batch } from '../columns/batch.ts'
import { FixedVector } from '../columns/fixed-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { isEventTime } from '../expressions/attribute.ts'
import { ceilMillis } from '../operators/watermark/event-times.ts'
import type { StoreShape } from '../planner/strategy.ts'
import { RowArena } from '../state/row-arena.ts'
import type { StateStore } from '../state/state-store.ts'
import { intType, structField, structType, type StructTypeShape } from '../types/data-type.ts'

/** The key and value columns of a store's rows, at most `limit`. */
export function stateColumns(store: StateStore, limit = Infinity): { readonly keys: readonly Vector[]; readonly values: readonly Vector[]; readonly length: number } {
  const slots = store.liveSlots(limit), keys = new RowArena(), values = new RowArena()
  store.readKeys(slots, slots.length, keys)
  store.readValues(slots, slots.length, values)
  return { keys: store.keyCodec.decode(keys), values: store.valueCodec.decode(values), length: slots.length }
}

/** The schema of a state's rows: `key STRUCT<…>, value STRUCT<…>, partition_id INT`. */
export const stateSchema = (shape: StoreShape): StructTypeShape => structType([structField('key', shape.keySchema), structField('value', shape.valueSchema), structField('partition_id', intType, false)])

/** The rows of all partitions of a store as batches of `key`, `value`, `partition_id`, as Spark's state reader gives them. */
export function stateBatches(stores: readonly StateStore[], shape: StoreShape): Batch[] {
  return stores.flatMap((s, p) => {
    const { keys, values, length } = stateColumns(s)
    return length === 0 ? [] : [new Batch([new StructVector(shape.keySchema, keys, null, length), new StructVector(shape.valueSchema, values, null, length), new FixedVector(intType, new Int32Array(length).fill(p), null)], length)]
  })
}

export interface OpenTime { readonly startMs: number | null; readonly endMs: number; keys: number }

/** The times at which state can be closed, least first, with the number of keys each has. Null when the state has no time. */
export function openTimes(stores: readonly StateStore[], shape: StoreShape, scanLimit: number): { readonly times: OpenTime[]; readonly partial: boolean } | null {
  const inKey = shape.keySchema.fields.findIndex(isEventTime), inValue = inKey >= 0 ? -1 : shape.valueSchema.fields.findIndex(f => isEventTime(f) || f.name === 'expiresAtMicros')
  if (inKey < 0 && inValue < 0) return null
  const found = new Map<string, OpenTime>()
  let left = scanLimit, partial = false
  for (const s of stores) {
    if (s.rowCount > left) partial = true
    const { keys, values, length } = stateColumns(s, left)
    left -= length
    if (length === 0) continue
    const column = inKey >= 0 ? keys[inKey]! : values[inValue]!
    const ends = column.type.kind === 'long' ? Float64Array.from({ length }, (_, i) => (column.isNull(i) ? NaN : Math.ceil(Number(column.value(i)) / 1000))) : ceilMillis(column, length)
    const starts = column.type.kind === 'struct' ? ceilMillis(startsOf(column, length), length) : null
    for (let i = 0; i < length; i++) {
      if (Number.isNaN(ends[i]!)) continue
      const startMs = starts?.[i] ?? null, key = `${startMs}/${ends[i]}`, known = found.get(key)
      if (known === undefined) found.set(key, { startMs, endMs: ends[i]!, keys: 1 }); else known.keys++
    }
  }
  return { times: [...found.values()].sort((a, b) => a.endMs - b.endMs || (a.startMs ?? 0) - (b.startMs ?? 0)), partial }
}

/** The beginnings of windows. */
export function startsOf(column: Vector, length: number): Vector {
  if (column instanceof StructVector) return column.field(0)
  return startsOf(column.take(Int32Array.from({ length }, (_, i) => i), length), length)
}
