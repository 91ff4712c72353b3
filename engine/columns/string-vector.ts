/** Strings as JavaScript strings, the form that string functions produce and dictionaries keep. */
import type { DataType } from '../types/data-type.ts'
import { stringType } from '../types/data-type.ts'
import { Vector, takeNulls } from './vector.ts'

export class StringVector extends Vector {
  readonly layout = 'strings'
  readonly values: (string | null)[]

  constructor(values: (string | null)[], nulls: Uint8Array | null, type: DataType = stringType) {
    super(type, nulls)
    this.values = values
  }

  get length(): number { return this.values.length }
  value(row: number): string { return this.values[row]! }

  take(rows: Int32Array, count: number): StringVector {
    const out = new Array<string | null>(count)
    for (let i = 0; i < count; i++) out[i] = this.values[rows[i]!]!
    return new StringVector(out, takeNulls(this.nulls, rows, count), this.type)
  }

  slice(start: number, end: number): StringVector {
    return new StringVector(this.values.slice(start, end), this.nulls?.subarray(start, end) ?? null, this.type)
  }

  withNulls(nulls: Uint8Array | null): StringVector { return new StringVector(this.values, nulls, this.type) }
}
