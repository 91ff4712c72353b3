/** The rows that one side of a stream join holds: typed columns by slot, a chain of slots a key, and buckets of event time. */
import type { Batch } from '../../columns/batch.ts'
import { grownTo, slotColumn, type SlotColumn } from '../../columns/slot-column.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { TimeBuckets, type EventTimes } from './time-buckets.ts'

const matchedFlag = 1, deadFlag = 2, dirtyFlag = 4, bucketedFlag = 8, settledFlag = 16

/**
 * Rows of a key are numbered from 0 without gaps, as Spark's files have them; its chain goes from the last number down. A row that is taken out is replaced
 * by the last one of its key. What changed since the last `settle` is known, for the files.
 */
export class JoinSide {
  readonly columns: readonly SlotColumn[]
  readonly buckets: TimeBuckets | null
  /** By key: the first slot of its chain or -1, and how many rows it has. */
  heads = new Int32Array(0)
  counts = new Int32Array(0)
  /** By slot. */
  next = new Int32Array(0)
  groups = new Int32Array(0)
  numbers = new Int32Array(0)
  #previous = new Int32Array(0)
  #flags = new Uint8Array(0)
  #slots = 0
  #free: number[] = []
  #buried: number[] = []
  rowCount = 0
  #holds = 0
  // By key: how many rows it had before the first change since the last `settle`, -1 for unchanged; and the keys that changed.
  #before = new Int32Array(0)
  #changedGroups: number[] = []
  #changed: number[] = []

  constructor(types: readonly DataType[], timed: boolean) {
    this.columns = types.map(slotColumn)
    this.buckets = timed ? new TimeBuckets() : null
  }

  /** Makes room for keys; new ones have no rows. */
  reserveGroups(count: number): void {
    const had = this.heads.length
    if (count <= had) return
    this.heads = grownTo(this.heads, count).fill(-1, had)
    this.counts = grownTo(this.counts, count)
    this.#before = grownTo(this.#before, count).fill(-1, had)
  }

  /** The keys that changed. */
  changedGroups(): Int32Array { return Int32Array.from(this.#changedGroups) }
  /** How many rows a key that changed had before. */
  countBefore(group: number): number { return this.#before[group]! }

  isMatched(slot: number): boolean { return (this.#flags[slot]! & matchedFlag) !== 0 }

  /** Notes that a row has met a partner. */
  setMatched(slot: number): void {
    const flags = this.#flags[slot]!
    if ((flags & matchedFlag) !== 0) return
    this.#flags[slot] = flags | matchedFlag
    this.#touch(slot)
  }

  /** Adds rows of a batch: those at `rows`, with the key of each row of the batch, its time if the side has buckets, and whether it has met a partner. */
  add(batch: Batch, rows: Int32Array, count: number, groups: Int32Array, times: EventTimes | null, matched: Uint8Array | null): void {
    const slots = this.#allocate(count)
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!, row = rows[i]!
      this.#note(groups[row]!)
      this.#insert(slot, groups[row]!)
      let flags = matched !== null && matched[row] !== 0 ? matchedFlag : 0
      if (times !== null && this.buckets!.add(slot, times, row)) flags |= bucketedFlag
      this.#flags[slot] = flags
      this.#touch(slot)
    }
    const whole = count === batch.length
    this.columns.forEach((c, k) => c.put(whole ? batch.columns[k]! : batch.columns[k]!.take(rows, count), slots, count))
    this.rowCount += count
  }

  /** Adds rows as the stores have them, which is no change: each with the number it has among its key's rows, lower numbers first. */
  load(columns: readonly Vector[], count: number, groups: Int32Array, times: EventTimes | null, isMatched: (row: number) => boolean): void {
    const slots = this.#allocate(count)
    for (let i = 0; i < count; i++) {
      this.#insert(slots[i]!, groups[i]!)
      this.#flags[slots[i]!] = (isMatched(i) ? matchedFlag : 0) | (times !== null && this.buckets!.add(slots[i]!, times, i) ? bucketedFlag : 0)
    }
    this.columns.forEach((c, k) => c.put(columns[k]!, slots, count))
    this.rowCount += count
  }

  /** From now until `release` the values of rows that are taken out stay readable. */
  hold(): void { this.#holds++ }
  release(): void { this.#holds-- }

  /** One more than the greatest slot that ever was in use. */
  get slotCount(): number { return this.#slots }
  isLive(slot: number): boolean { return (this.#flags[slot]! & deadFlag) === 0 }

  /** Whether each of these rows has met a partner, as 0 or 1. */
  matchedOf(slots: Int32Array, count: number): Uint8Array {
    const out = new Uint8Array(count)
    for (let i = 0; i < count; i++) out[i] = this.#flags[slots[i]!]! & matchedFlag
    return out
  }

  /** The values of these rows. */
  take(slots: Int32Array, count: number): Vector[] { return this.columns.map(c => c.take(slots, count)) }

  /** Takes out the rows whose time is at or before this; their values stay readable until `settle`. */
  evict(ms: number): Int32Array {
    const old = this.buckets!.takeUntil(ms)
    let count = 0
    for (const slot of old) {
      const flags = this.#flags[slot]!
      this.#flags[slot] = flags & ~bucketedFlag
      if ((flags & deadFlag) !== 0) { if ((flags & settledFlag) !== 0) this.#free.push(slot); continue }
      this.#unlink(slot)
      old[count++] = slot
    }
    return old.subarray(0, count)
  }

  /** Takes out one row; its values stay readable until `settle`. */
  remove(slot: number): void { this.#unlink(slot) }

  /** The slots that were added or changed and are still there. */
  changedSlots(): Int32Array {
    const slots = new Int32Array(this.#changed.length)
    let n = 0
    for (const s of this.#changed) if ((this.#flags[s]! & deadFlag) === 0) slots[n++] = s
    return slots.subarray(0, n)
  }

  /** Forgets what changed, once it is in the files. */
  settle(): void {
    for (const slot of this.#changed) this.#flags[slot] = this.#flags[slot]! & ~dirtyFlag
    this.#changed = []
    for (const group of this.#changedGroups) this.#before[group] = -1
    this.#changedGroups = []
    if (this.#buried.length === 0 || this.#holds > 0) return
    const gone = Int32Array.from(this.#buried), flags = this.#flags, slots = this.#slots
    for (const c of this.columns) c.free(gone, gone.length, slot => slot < slots && (flags[slot]! & deadFlag) === 0)
    // A dead slot still in a bucket is used again only when the bucket has let go of it.
    for (const slot of this.#buried) if ((flags[slot]! & bucketedFlag) === 0) this.#free.push(slot); else flags[slot] = flags[slot]! | settledFlag
    this.#buried = []
  }

  /** Gives keys new numbers; `to[old]` is -1 for those without rows. */
  renumberGroups(to: Int32Array, count: number): void {
    const heads = new Int32Array(count).fill(-1), counts = new Int32Array(count)
    for (let g = 0; g < this.heads.length; g++) if ((to[g] ?? -1) >= 0) { heads[to[g]!] = this.heads[g]!; counts[to[g]!] = this.counts[g]! }
    for (let slot = 0; slot < this.#slots; slot++) if ((this.#flags[slot]! & deadFlag) === 0) this.groups[slot] = to[this.groups[slot]!]!
    this.heads = heads
    this.counts = counts
    this.#before = new Int32Array(count).fill(-1)
  }

  get usedBytes(): number {
    return this.columns.reduce((n, c) => n + c.usedBytes, 0) + (this.buckets?.usedBytes ?? 0) + (this.heads.length * 2 + this.next.length * 4) * 4 + this.#flags.length
  }

  #allocate(count: number): Int32Array {
    const slots = new Int32Array(count)
    for (let i = 0; i < count; i++) slots[i] = this.#free.length > 0 ? this.#free.pop()! : this.#slots++
    if (this.#slots > this.next.length) {
      const most = this.#slots - 1
      this.next = grownTo(this.next, most)
      this.groups = grownTo(this.groups, most)
      this.numbers = grownTo(this.numbers, most)
      this.#previous = grownTo(this.#previous, most)
      this.#flags = grownTo(this.#flags, most)
    }
    return slots
  }

  #insert(slot: number, group: number): void {
    const head = this.heads[group]!, count = this.counts[group]!
    this.groups[slot] = group
    this.numbers[slot] = count
    this.next[slot] = head
    this.#previous[slot] = -1
    if (head >= 0) this.#previous[head] = slot
    this.heads[group] = slot
    this.counts[group] = count + 1
  }

  // The head, which has the last number, takes the place and the number of the row that goes.
  #unlink(slot: number): void {
    const group = this.groups[slot]!, head = this.heads[group]!, count = this.counts[group]!
    this.#note(group)
    const second = this.next[head]!
    this.heads[group] = second
    if (second >= 0) this.#previous[second] = -1
    if (head !== slot) {
      const before = this.#previous[slot]!, after = this.next[slot]!
      this.#previous[head] = before
      this.next[head] = after
      if (before >= 0) this.next[before] = head; else this.heads[group] = head
      if (after >= 0) this.#previous[after] = head
      this.numbers[head] = this.numbers[slot]!
      this.#touch(head)
    }
    this.counts[group] = count - 1
    this.#flags[slot] = this.#flags[slot]! | deadFlag
    this.#buried.push(slot)
    this.rowCount--
  }

  #note(group: number): void { if (this.#before[group]! < 0) { this.#before[group] = this.counts[group]!; this.#changedGroups.push(group) } }

  #touch(slot: number): void {
    if ((this.#flags[slot]! & dirtyFlag) !== 0) return
    this.#flags[slot] = this.#flags[slot]! | dirtyFlag
    this.#changed.push(slot)
  }
}
