/** The rows that one side of a stream join holds: typed columns and a record by slot, chains of slots by key, and buckets of event time. */
import type { Batch } from '../../columns/batch.ts'
import { slotColumn, type SlotColumn } from '../../columns/slot-column.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { KeyChains } from './key-chains.ts'
import { NumberList, SlotRecords, flagsAt, groupAt, nextAt, numberAt, slotWords, timeAt, timeSlots } from './slot-records.ts'
import { TimeBuckets, type EventTimes } from './time-buckets.ts'

const matchedFlag = 1, deadFlag = 2, bucketedFlag = 4, settledFlag = 8
// Above the flags stands the generation in which a slot was changed last.
const flagBits = 4, mostGenerations = 1 << 27

/** Rows of a partition: their slots, the keys they have, their numbers among those of their key, and whether each has met a partner (0 or 1). */
export interface HeldRows { readonly slots: Int32Array; readonly groups: Int32Array; readonly numbers: Int32Array; readonly matched: Uint8Array }

/**
 * A row that is taken out is replaced by the last one of its key. What changed since the last `settle` is known, for the files.
 */
export class JoinSide {
  readonly columns: readonly SlotColumn[]
  readonly records = new SlotRecords()
  readonly buckets: TimeBuckets | null
  readonly keys = new KeyChains(this.records)
  #slots = 0
  readonly #free = new NumberList()
  // Scratch space, kept from batch to batch.
  #fresh = new Int32Array(0)
  readonly #buried = new NumberList()
  rowCount = 0
  #holds = 0
  // It changes when what changed is forgotten, so that no mark has to be taken off.
  #generation = 1
  readonly #changed = new NumberList()

  constructor(types: readonly DataType[], timed: boolean) {
    this.columns = types.map(slotColumn)
    this.buckets = timed ? new TimeBuckets(this.records) : null
  }

  /** `nextOf` a row is the one of its key that came before it. */
  nextOf(slot: number): number { return this.records.words[slotWords * slot + nextAt]! }
  groupOf(slot: number): number { return this.records.words[slotWords * slot + groupAt]! }
  /** Microseconds, NaN for none. */
  timeOf(slot: number): number { return this.records.times[timeSlots * slot + timeAt]! }
  numberOf(slot: number): number { return this.records.words[slotWords * slot + numberAt]! }

  isMatched(slot: number): boolean { return (this.records.words[slotWords * slot + flagsAt]! & matchedFlag) !== 0 }

  /** Notes that a row has met a partner. */
  setMatched(slot: number): void {
    const { words } = this.records, at = slotWords * slot + flagsAt
    if ((words[at]! & matchedFlag) !== 0) return
    words[at] = words[at]! | matchedFlag
    this.#touch(slot)
  }

  /** Adds rows of a batch: those at `rows`, with the key of each row of the batch, its time if the side has buckets, and whether it has met a partner. */
  add(batch: Batch, rows: Int32Array, count: number, groups: Int32Array, times: EventTimes | null, matched: Uint8Array | null): void {
    const slots = this.#allocate(count), { words } = this.records, mark = this.#generation << flagBits
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!, row = rows[i]!
      this.keys.note(groups[row]!, this.#generation)
      this.keys.insert(slot, groups[row]!)
      let flags = matched !== null && matched[row] !== 0 ? mark | matchedFlag : mark
      if (times !== null && this.buckets!.add(slot, times, row)) flags |= bucketedFlag
      words[slotWords * slot + flagsAt] = flags
    }
    this.#changed.append(slots)
    const whole = count === batch.length
    this.columns.forEach((c, k) => c.put(whole ? batch.columns[k]! : batch.columns[k]!.take(rows, count), slots, count))
    this.rowCount += count
  }

  /** Adds rows as the stores have them, which is no change: each with the number it has among its key's rows, lower numbers first. */
  load(columns: readonly Vector[], count: number, groups: Int32Array, times: EventTimes | null, isMatched: (row: number) => boolean): void {
    const slots = this.#allocate(count), { words } = this.records
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      this.keys.insert(slot, groups[i]!)
      words[slotWords * slot + flagsAt] = (isMatched(i) ? matchedFlag : 0) | (times !== null && this.buckets!.add(slot, times, i) ? bucketedFlag : 0)
    }
    this.columns.forEach((c, k) => c.put(columns[k]!, slots, count))
    this.rowCount += count
  }

  /** From now until `release` the values of rows that are taken out stay readable. */
  hold(): void { this.#holds++ }
  release(): void { this.#holds-- }

  /** One more than the greatest slot that ever was in use. */
  get slotCount(): number { return this.#slots }
  /** The rows that there are, by the partition of their keys. */
  rows(partitionOf: Int32Array, partitions: number): HeldRows[] {
    const { words } = this.records, counts = new Int32Array(partitions), ends = new Int32Array(partitions)
    for (let slot = 0; slot < this.#slots; slot++) if (this.isLive(slot)) counts[partitionOf[this.groupOf(slot)]!]!++
    const parts = Array.from(counts, n => ({ slots: new Int32Array(n), groups: new Int32Array(n), numbers: new Int32Array(n), matched: new Uint8Array(n) }))
    for (let slot = 0; slot < this.#slots; slot++) {
      const at = slotWords * slot, flags = words[at + flagsAt]!
      if ((flags & deadFlag) !== 0) continue
      const group = words[at + groupAt]!, p = partitionOf[group]!, part = parts[p]!, i = ends[p]!++
      part.slots[i] = slot
      part.groups[i] = group
      part.numbers[i] = words[at + numberAt]!
      part.matched[i] = flags & matchedFlag
    }
    return parts
  }

  isLive(slot: number): boolean { return (this.records.words[slotWords * slot + flagsAt]! & deadFlag) === 0 }

  /** The keys of these rows, their numbers among those of their key, and whether each has met a partner (0 or 1). */
  groupsOf(slots: Int32Array, count: number, into?: Int32Array): Int32Array { return this.records.gather(groupAt, slots, count, into) }
  numbersOf(slots: Int32Array, count: number): Int32Array { return this.records.gather(numberAt, slots, count) }
  matchedOf(slots: Int32Array, count: number): Uint8Array {
    const out = new Uint8Array(count), { words } = this.records
    for (let i = 0; i < count; i++) out[i] = words[slotWords * slots[i]! + flagsAt]! & matchedFlag
    return out
  }

  /** The values of these rows. */
  take(slots: Int32Array, count: number): Vector[] { return this.columns.map(c => c.take(slots, count)) }

  /** Takes out the rows whose time is at or before this; their values stay readable until `settle`. */
  evict(ms: number): Int32Array {
    const old = this.buckets!.takeUntil(ms), { words } = this.records
    let count = 0
    for (let i = 0; i < old.length; i++) {
      const slot = old[i]!, at = slotWords * slot + flagsAt, flags = words[at]!
      words[at] = flags & ~bucketedFlag
      if ((flags & deadFlag) !== 0) { if ((flags & settledFlag) !== 0) this.#free.push(slot); continue }
      this.#unlink(slot)
      old[count++] = slot
    }
    return old.subarray(0, count)
  }

  /** Takes out one row; its values stay readable until `settle`. */
  remove(slot: number): void { this.#unlink(slot) }

  /** No fewer than the rows that changed. */
  get changedCount(): number { return this.#changed.length }

  /** The slots that were added or changed and are still there; valid until more are. */
  changedSlots(): Int32Array {
    const slots = this.#changed.all(), { words } = this.records
    let n = 0
    for (let i = 0; i < slots.length; i++) { const slot = slots[i]!; if ((words[slotWords * slot + flagsAt]! & deadFlag) === 0) slots[n++] = slot }
    this.#changed.length = n
    return slots.subarray(0, n)
  }

  /** Forgets what changed, which has been written down. */
  noted(): void {
    this.#changed.clear()
    this.keys.forget()
    if (++this.#generation === mostGenerations) this.#beginAnew()
  }

  /** As `noted`, at the end of a batch: what was taken out is no longer readable. */
  settle(): void {
    this.noted()
    if (this.#buried.length === 0 || this.#holds > 0) return
    const gone = this.#buried.all(), { words } = this.records, slots = this.#slots
    for (const c of this.columns) c.free(gone, gone.length, slot => slot < slots && (words[slotWords * slot + flagsAt]! & deadFlag) === 0)
    // A dead slot still in a bucket is used again only when the bucket has let go of it.
    for (let i = 0; i < gone.length; i++) {
      const slot = gone[i]!, at = slotWords * slot + flagsAt
      if ((words[at]! & bucketedFlag) === 0) this.#free.push(slot); else words[at] = words[at]! | settledFlag
    }
    this.#buried.clear()
  }

  #beginAnew(): void {
    const { words } = this.records
    for (let at = flagsAt; at < words.length; at += slotWords) words[at] = words[at]! & (1 << flagBits) - 1
    this.keys.beginAnew()
    this.#generation = 1
  }

  /** Gives keys new numbers; `to[old]` is -1 for those without rows. */
  renumberGroups(to: Int32Array, count: number): void {
    const { words } = this.records
    for (let slot = 0; slot < this.#slots; slot++) if (this.isLive(slot)) words[slotWords * slot + groupAt] = to[this.groupOf(slot)]!
    this.keys.renumber(to, count)
  }

  get usedBytes(): number { return this.columns.reduce((n, c) => n + c.usedBytes, 0) + (this.buckets?.usedBytes ?? 0) + this.keys.words.byteLength + this.records.words.byteLength }

  // Valid until the next call.
  #allocate(count: number): Int32Array {
    if (this.#fresh.length < count) this.#fresh = new Int32Array(count)
    const slots = this.#fresh.subarray(0, count), free = this.#free, reused = Math.min(count, free.length)
    for (let i = 0; i < reused; i++) slots[i] = free.items[--free.length]!
    for (let i = reused; i < count; i++) slots[i] = this.#slots++
    this.records.reserve(this.#slots)
    return slots
  }

  #unlink(slot: number): void {
    const { words } = this.records, at = slotWords * slot, group = words[at + groupAt]!
    this.keys.note(group, this.#generation)
    const moved = this.keys.remove(slot, group)
    if (moved >= 0) this.#touch(moved)
    words[at + flagsAt] = words[at + flagsAt]! | deadFlag
    this.#buried.push(slot)
    this.rowCount--
  }

  #touch(slot: number): void {
    const { words } = this.records, at = slotWords * slot + flagsAt, flags = words[at]!
    if (flags >>> flagBits === this.#generation) return
    words[at] = flags & (1 << flagBits) - 1 | this.#generation << flagBits
    this.#changed.push(slot)
  }
}
