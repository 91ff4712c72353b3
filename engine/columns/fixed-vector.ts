/** Values of fixed width in a typed array: booleans, numbers, dates, timestamps, ANSI intervals, decimals of up to 18 digits. */
import type { DataType } from '../types/data-type.ts'
import { Vector, takeNulls } from './vector.ts'

export type FixedData = Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array

/** The typed array a type is kept in, or null when its values have no fixed width. */
export function fixedDataFor(type: DataType, length: number): FixedData | null {
  switch (type.kind) {
    case 'boolean': return new Uint8Array(length)
    case 'byte': return new Int8Array(length)
    case 'short': return new Int16Array(length)
    case 'int': case 'date': case 'yearmonthinterval': return new Int32Array(length)
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': return new BigInt64Array(length)
    case 'float': return new Float32Array(length)
    case 'double': return new Float64Array(length)
    case 'decimal': return type.precision <= 18 ? new BigInt64Array(length) : null
    default: return null
  }
}

export class FixedVector extends Vector {
  readonly layout = 'fixed'
  readonly data: FixedData
  readonly length: number

  constructor(type: DataType, data: FixedData, nulls: Uint8Array | null, length: number = data.length) {
    super(type, nulls)
    this.data = data
    this.length = length
  }

  value(row: number): unknown {
    const v = this.data[row]
    return this.type.kind === 'boolean' ? v !== 0 : v
  }

  take(rows: Int32Array, count: number): FixedVector {
    return new FixedVector(this.type, takeFixed(this.data, rows, count), takeNulls(this.nulls, rows, count), count)
  }

  slice(start: number, end: number): FixedVector {
    return new FixedVector(this.type, this.data.subarray(start, end), this.nulls?.subarray(start, end) ?? null, end - start)
  }

  withNulls(nulls: Uint8Array | null): FixedVector { return new FixedVector(this.type, this.data, nulls, this.length) }
}

function takeFixed(data: FixedData, rows: Int32Array, count: number): FixedData {
  const out = new (data.constructor as new (n: number) => FixedData)(count)
  gatherFixed(data, rows, count, out)
  return out
}

/** Puts the values at these rows one behind the other into an array of the same kind. */
export function gatherFixed(data: FixedData, rows: Int32Array, count: number, into: FixedData): void {
  // One loop for each element type, so that each stays monomorphic.
  if (data instanceof Float64Array) { const o = into as Float64Array; for (let i = 0; i < count; i++) o[i] = data[rows[i]!]! }
  else if (data instanceof BigInt64Array) { const o = into as BigInt64Array; for (let i = 0; i < count; i++) o[i] = data[rows[i]!]! }
  else if (data instanceof Int32Array) { const o = into as Int32Array; for (let i = 0; i < count; i++) o[i] = data[rows[i]!]! }
  else if (data instanceof Uint8Array) { const o = into as Uint8Array; for (let i = 0; i < count; i++) o[i] = data[rows[i]!]! }
  else { const o = into as Float32Array; for (let i = 0; i < count; i++) o[i] = data[rows[i]!]! }
}
