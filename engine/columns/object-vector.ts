/** Values that no typed array holds: arrays, maps, calendar intervals, decimals of more than 18 digits. */
import type { DataType } from '../types/data-type.ts'
import { Vector, takeNulls } from './vector.ts'

/** A map's entries in insertion order. */
export interface MapValue { readonly keys: readonly unknown[]; readonly values: readonly unknown[] }
export type { CalendarInterval } from '../types/calendar-interval.ts'

export class ObjectVector extends Vector {
  readonly layout = 'objects'
  readonly values: readonly unknown[]

  constructor(type: DataType, values: readonly unknown[], nulls: Uint8Array | null) {
    super(type, nulls)
    this.values = values
  }

  get length(): number { return this.values.length }
  value(row: number): unknown { return this.values[row] }

  take(rows: Int32Array, count: number): ObjectVector {
    const out = new Array<unknown>(count)
    for (let i = 0; i < count; i++) out[i] = this.values[rows[i]!]
    return new ObjectVector(this.type, out, takeNulls(this.nulls, rows, count))
  }

  slice(start: number, end: number): ObjectVector {
    return new ObjectVector(this.type, this.values.slice(start, end), this.nulls?.subarray(start, end) ?? null)
  }

  withNulls(nulls: Uint8Array | null): ObjectVector { return new ObjectVector(this.type, this.values, nulls) }
}
