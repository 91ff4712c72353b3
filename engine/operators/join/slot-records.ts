/** What a join side knows of its rows apart from their values, and lists of numbers that grow. */
import { keptCopy } from '../../columns/kept-memory.ts'
import { grownTo } from '../../columns/slot-column.ts'

/** The words of a slot's record: its place in the chain of its key, its key, its number there, its time (two words), its flags, its place in a bucket of times. */
export const slotWords = 8
export const nextAt = 0, previousAt = 1, groupAt = 2, numberAt = 3, flagsAt = 6, bucketNextAt = 7
/** The time of a slot is `times[4 * slot + 2]`. */
export const timeSlots = 4, timeAt = 2

/** All of a slot lies together: to visit a row costs the processor a line of its cache, not one for each thing that is known of it. */
export class SlotRecords {
  words: Int32Array = new Int32Array(0)
  /** The same memory. Microseconds, NaN for none. */
  times: Float64Array = new Float64Array(0)

  /** Makes room for slots below `count`. */
  reserve(count: number): void {
    if (count * slotWords <= this.words.length) return
    this.words = keptCopy(this.words, slotWords * Math.max(1024, 2 * (this.words.length / slotWords), count))
    this.times = new Float64Array(this.words.buffer)
  }

  /** One thing of each of these slots; it goes into `out`. */
  gather(field: number, slots: Int32Array, count: number, out: Int32Array = new Int32Array(count)): Int32Array {
    const { words } = this
    for (let i = 0; i < count; i++) out[i] = words[slotWords * slots[i]! + field]!
    return out
  }
}

export class NumberList {
  items = new Int32Array(1024)
  length = 0

  push(n: number): void {
    if (this.length === this.items.length) this.items = grownTo(this.items, 2 * this.length)
    this.items[this.length++] = n
  }

  append(all: Int32Array): void {
    const length = this.length + all.length
    if (length > this.items.length) this.items = grownTo(this.items, Math.max(length, 2 * this.length))
    this.items.set(all, this.length)
    this.length = length
  }

  clear(): void { this.length = 0 }
  /** The numbers themselves, not a copy. */
  all(): Int32Array { return this.items.subarray(0, this.length) }
}
