/** Columns of values that are objects (arrays, maps, long decimals), of short decimals and binary, and the stand-in for a field nobody wants. */
import type { DataType } from '../../types/data-type.ts'
import { bytesVectorOf } from '../../columns/builder.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { ObjectVector } from '../../columns/object-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { FixedColumn, JsonColumn } from './column.ts'
import type { FixedData } from '../../columns/fixed-vector.ts'
import { skipValue } from './scan.ts'
import type { Cursor, ReadValue } from './values.ts'

const cursor: Cursor = { bytes: new Uint8Array(0), dv: new DataView(new ArrayBuffer(0)), p: 0, end: 0 }

/** Moves the one cursor, which is never in use twice: values do not read columns. */
function readAt(read: ReadValue, bytes: Uint8Array, dv: DataView, p: number, end: number): unknown {
  cursor.bytes = bytes
  cursor.dv = dv
  cursor.p = p
  cursor.end = end
  return read(cursor)
}

/** Arrays, maps, binary and whatever else has no typed array. */
export class ObjectColumn extends JsonColumn {
  private values!: unknown[]
  private readonly reader: ReadValue

  constructor(type: DataType, reader: ReadValue) {
    super(type)
    this.reader = reader
  }
  protected allocate(capacity: number): void { this.values = new Array(capacity).fill(null) }
  protected enlarge(capacity: number): void { while (this.values.length < capacity) this.values.push(null) }
  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const v = readAt(this.reader, bytes, dv, p, end)
    if (cursor.p < 0) return -1
    if (v === null) this.setNull(row)
    else this.values[row] = v
    return cursor.p
  }
  override setNull(row: number): void { super.setNull(row); this.values[row] = null }
  protected put(row: number, value: unknown): void { this.values[row] = value }
  finish(length: number): Vector {
    const nulls = this.finishedNulls(length), values = this.values.length === length ? this.values : this.values.slice(0, length)
    return this.type.kind === 'binary' ? bytesVectorOf(this.type, values as (Uint8Array | null)[], nulls) : new ObjectVector(this.type, values, nulls)
  }
}

/** Decimals of up to 18 digits and intervals: values made one by one, kept in a typed array. */
export class ValueColumn extends FixedColumn<FixedData> {
  private readonly reader: ReadValue

  constructor(type: DataType, reader: ReadValue) {
    super(type)
    this.reader = reader
  }
  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const v = readAt(this.reader, bytes, dv, p, end)
    if (cursor.p < 0) return -1
    if (v === null) this.setNull(row)
    else this.put(row, v)
    return cursor.p
  }
  protected put(row: number, value: unknown): void { (this.data as { [i: number]: unknown })[row] = value }
}

/** A field that is not wanted: its values are checked to be JSON and dropped. */
export class SkippedColumn extends JsonColumn {
  read(bytes: Uint8Array, dv: DataView, p: number, end: number): number { return skipValue(bytes, dv, p, end) }
  override set(): void {}
  override setNull(): void {}
  finish(length: number): Vector { return new ConstantVector(this.type, null, length) }
  protected allocate(): void {}
  protected enlarge(): void {}
  protected put(): void {}
}
