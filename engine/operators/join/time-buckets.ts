/** The rows of a join side by the minute of their event time, so that taking out what is old costs as much as there is of it. */
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { NumberList, bucketNextAt, slotWords, timeAt, timeSlots, type SlotRecords } from './slot-records.ts'

const bucketMicros = 60_000_000

/** Beyond this, microseconds are not exact in a double (about the year 2255, or before 1684). */
export const exactMicros = Number.MAX_SAFE_INTEGER

/** The event times of a batch: microseconds as doubles (NaN for NULL), and the exact ones. */
export interface EventTimes { readonly micros: Float64Array; exact(row: number): bigint }

/** The times of a column of timestamps, or the ends of one of windows; they go into `micros`. */
export function eventTimes(column: Vector, length: number, micros: Float64Array = new Float64Array(length)): EventTimes {
  const isWindow = column.type.kind === 'struct'
  const ends = isWindow && column instanceof StructVector ? column.field(1) : column
  const exact = (row: number): bigint => (isWindow ? (column.get(row) as bigint[])[1]! : column.get(row) as bigint)
  if (ends instanceof FixedVector && ends.data instanceof BigInt64Array) {
    const words = new Int32Array(ends.data.buffer, ends.data.byteOffset, length * 2), nulls = ends.nulls
    for (let i = 0; i < length; i++) micros[i] = nulls !== null && nulls[i] !== 0 ? NaN : words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0)
  } else if (column instanceof ConstantVector) micros.fill(column.constant === null ? NaN : Number(exact(0)))
  else for (let i = 0; i < length; i++) micros[i] = column.isNull(i) ? NaN : Number(exact(i))
  return { micros, exact }
}

export class TimeBuckets {
  readonly #records: SlotRecords
  /** Beyond `exactMicros` the time in a record is rounded: here is the exact one. */
  readonly far = new Map<number, bigint>()
  readonly #heads = new Map<number, number>()
  // The numbers of the buckets as a heap, the least first.
  readonly #heap: number[] = []
  readonly #taken = new NumberList()
  // Neighbouring rows mostly share a bucket.
  #lastBucket = NaN
  #lastHead = -1

  /** `records` has the times, and the next slot of each in its bucket. */
  constructor(records: SlotRecords) { this.#records = records }

  /** Whether the slot was put in a bucket: a row without a time is in none. */
  add(slot: number, from: EventTimes, row: number): boolean {
    const { words, times } = this.#records, time = from.micros[row]!
    times[timeSlots * slot + timeAt] = time
    if (time !== time) return false
    if (time > exactMicros || time < -exactMicros) this.far.set(slot, from.exact(row))
    const bucket = Math.floor(time / bucketMicros)
    if (bucket !== this.#lastBucket) this.#select(bucket)
    words[slotWords * slot + bucketNextAt] = this.#lastHead
    this.#lastHead = slot
    return true
  }

  // The head of the bucket in hand is in `#lastHead` alone.
  #select(bucket: number): void {
    this.#putBack()
    const head = this.#heads.get(bucket)
    if (head === undefined) this.#push(bucket)
    this.#lastBucket = bucket
    this.#lastHead = head ?? -1
  }

  #putBack(): void {
    if (this.#lastBucket === this.#lastBucket) this.#heads.set(this.#lastBucket, this.#lastHead)
    this.#lastBucket = NaN
  }

  /** Takes out the slots whose time is at or before this, in milliseconds; the list is valid until the next call. */
  takeUntil(ms: number): Int32Array {
    this.#putBack()
    this.#taken.clear()
    const micros = ms * 1000, out = this.#taken, exact = BigInt(Math.trunc(ms)) * 1000n, { words, times } = this.#records
    const isOld = (slot: number): boolean => { const far = this.far.get(slot); return far === undefined ? times[timeSlots * slot + timeAt]! <= micros : far <= exact }
    while (this.#heap.length > 0) {
      const bucket = this.#heap[0]!
      if (bucket * bucketMicros > micros + 1) break
      const whole = (bucket + 1) * bucketMicros <= micros && this.far.size === 0
      let kept = -1
      for (let slot = this.#heads.get(bucket)!, next; slot >= 0; slot = next) {
        const at = slotWords * slot + bucketNextAt
        next = words[at]!
        if (whole || isOld(slot)) { out.push(slot); if (!whole) this.far.delete(slot) } else { words[at] = kept; kept = slot }
      }
      if (kept >= 0) { this.#heads.set(bucket, kept); break }
      this.#heads.delete(bucket)
      this.#pop()
    }
    return out.all()
  }

  get usedBytes(): number { return this.#heads.size * 48 }

  #push(bucket: number): void {
    const heap = this.#heap
    let i = heap.push(bucket) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (heap[parent]! <= bucket) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = bucket
  }

  #pop(): void {
    const heap = this.#heap, last = heap.pop()!
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++
      if (heap[child]! >= last) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
  }
}
