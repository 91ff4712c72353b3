/** The rows of a join side by the minute of their event time, so that taking out what is old costs as much as there is of it. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import { grownTo } from '../../columns/slot-column.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'

const bucketMicros = 60_000_000

/** Beyond this, microseconds are not exact in a double (about the year 2255, or before 1684). */
export const exactMicros = Number.MAX_SAFE_INTEGER

/** The event times of a batch: microseconds as doubles (NaN for NULL), and the exact ones. */
export interface EventTimes { readonly micros: Float64Array; exact(row: number): bigint }

/** The times of a column of timestamps, or the ends of one of windows. */
export function eventTimes(column: Vector, length: number): EventTimes {
  const isWindow = column.type.kind === 'struct'
  const ends = isWindow && column instanceof StructVector ? column.field(1) : column
  const exact = (row: number): bigint => (isWindow ? (column.get(row) as bigint[])[1]! : column.get(row) as bigint)
  const micros = new Float64Array(length)
  if (ends instanceof FixedVector && ends.data instanceof BigInt64Array) {
    const words = new Int32Array(ends.data.buffer, ends.data.byteOffset, length * 2), nulls = ends.nulls
    for (let i = 0; i < length; i++) micros[i] = nulls !== null && nulls[i] !== 0 ? NaN : words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0)
  } else for (let i = 0; i < length; i++) micros[i] = column.isNull(i) ? NaN : Number(exact(i))
  return { micros, exact }
}

export class TimeBuckets {
  /** The time of a slot in microseconds, NaN for none. Rounded beyond `exactMicros`, where `far` has the exact one. */
  times = new Float64Array(0)
  readonly far = new Map<number, bigint>()
  #next = new Int32Array(0)
  readonly #heads = new Map<number, number>()
  // The numbers of the buckets as a heap, the least first.
  readonly #heap: number[] = []

  /** Whether the slot was put in a bucket: a row without a time is in none. */
  add(slot: number, from: EventTimes, row: number): boolean {
    if (slot >= this.times.length) { this.times = grownTo(this.times, slot); this.#next = grownTo(this.#next, slot) }
    const time = from.micros[row]!
    this.times[slot] = time
    if (time !== time) return false
    if (Math.abs(time) > exactMicros) this.far.set(slot, from.exact(row))
    const bucket = Math.floor(time / bucketMicros)
    const head = this.#heads.get(bucket)
    if (head === undefined) this.#push(bucket)
    this.#next[slot] = head ?? -1
    this.#heads.set(bucket, slot)
    return true
  }

  /** Takes out the slots whose time is at or before this, in milliseconds. */
  takeUntil(ms: number): Int32Array {
    const micros = ms * 1000, out: number[] = [], exact = BigInt(Math.trunc(ms)) * 1000n
    const isOld = (slot: number): boolean => { const far = this.far.get(slot); return far === undefined ? this.times[slot]! <= micros : far <= exact }
    while (this.#heap.length > 0) {
      const bucket = this.#heap[0]!
      if (bucket * bucketMicros > micros + 1) break
      const whole = (bucket + 1) * bucketMicros <= micros && this.far.size === 0
      let kept = -1
      for (let slot = this.#heads.get(bucket)!, next; slot >= 0; slot = next) {
        next = this.#next[slot]!
        if (whole || isOld(slot)) { out.push(slot); this.far.delete(slot) } else { this.#next[slot] = kept; kept = slot }
      }
      if (kept >= 0) { this.#heads.set(bucket, kept); break }
      this.#heads.delete(bucket)
      this.#pop()
    }
    return Int32Array.from(out)
  }

  get usedBytes(): number { return this.times.byteLength + this.#next.byteLength + this.#heads.size * 48 }

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
