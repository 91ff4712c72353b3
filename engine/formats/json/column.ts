/** What every column of the JSON parser does: take the value at a byte position into a row, take a ready value, become a vector. */
import type { DataType } from '../../types/data-type.ts'
import type { Vector } from '../../columns/vector.ts'
import { FixedVector, fixedDataFor, type FixedData } from '../../columns/fixed-vector.ts'

/** Sets the row to what the exact tier makes of the value at `p`; the position behind it, or −1 if the whole record must be looked at. */
export type Judge = (column: JsonColumn, bytes: Uint8Array, dv: DataView, p: number, end: number, row: number) => number

/** One column being filled. Rows may be written again: the last write counts. */
export abstract class JsonColumn {
  readonly type: DataType
  /** Made at the first NULL. */
  nulls: Uint8Array | null = null
  capacity = 0
  /** Judges a value that `read` would not take, where that can be done without the rest of its record. */
  judge: Judge | null = null

  constructor(type: DataType) { this.type = type }

  /** Begins a batch of up to `capacity` rows with fresh memory: the last batch's vectors live on. */
  begin(capacity: number): void {
    this.capacity = capacity
    this.nulls = null
    this.allocate(capacity)
  }
  /** Makes room for more rows in mid-batch. */
  grow(capacity: number): void {
    if (this.nulls !== null) this.nulls = enlarged(this.nulls, capacity)
    this.capacity = capacity
    this.enlarge(capacity)
  }
  /** The null map, made if there was none. */
  nullMap(): Uint8Array { return (this.nulls ??= new Uint8Array(this.capacity)) }
  /** Takes the value at `p`; the position behind it, or −1 for anything but a plain value of the type (the exact tier then decides). */
  abstract read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number
  /** As `read`, but asks the judge about what it would not take. */
  readOrJudge(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const e = this.read(bytes, dv, p, end, row)
    return e >= 0 || this.judge === null ? e : this.judge(this, bytes, dv, p, end, row)
  }
  /** Takes a value made by the exact tier, null for NULL. */
  set(row: number, value: unknown): void {
    if (value === null || value === undefined) { this.setNull(row); return }
    if (this.nulls !== null) this.nulls[row] = 0
    this.put(row, value)
  }
  setNull(row: number): void { this.nullMap()[row] = 1 }
  /** The first `length` rows; `bytes` is what text views refer to. */
  abstract finish(length: number, bytes: Uint8Array): Vector
  protected abstract allocate(capacity: number): void
  protected abstract enlarge(capacity: number): void
  protected abstract put(row: number, value: unknown): void

  /** Takes the literal `null`, or gives −1. */
  protected readNull(bytes: Uint8Array, p: number, end: number, row: number): number {
    if (p + 4 > end || bytes[p] !== 110 || bytes[p + 1] !== 117 || bytes[p + 2] !== 108 || bytes[p + 3] !== 108) return -1
    this.setNull(row)
    return p + 4
  }
  protected finishedNulls(length: number): Uint8Array | null { return this.nulls?.subarray(0, length) ?? null }
}

export function enlarged<T extends FixedData>(data: T, capacity: number): T {
  const more = new (data.constructor as new (n: number) => T)(capacity)
  ;(more as Uint8Array).set(data as Uint8Array)
  return more
}

/** A column in a typed array. */
export abstract class FixedColumn<T extends FixedData> extends JsonColumn {
  data!: T

  protected allocate(capacity: number): void { this.data = fixedDataFor(this.type, capacity) as T }
  protected enlarge(capacity: number): void { this.data = enlarged(this.data, capacity) }
  finish(length: number): Vector {
    return new FixedVector(this.type, this.data.subarray(0, length) as T, this.finishedNulls(length), length)
  }
}
