/** The rows that one side of a stream join holds: typed columns and a record by slot, a chain of slots a key, and buckets of event time. */
import type { Batch } from '../../columns/batch.ts'
import { slotColumn, type SlotColumn } from '../../columns/slot-column.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { NumberList, SlotRecords, flagsAt, groupAt, nextAt, numberAt, previousAt, slotWords, timeAt, timeSlots } from './slot-records.ts'
import { TimeBuckets, type EventTimes } from './time-buckets.ts'

const matchedFlag = 1, deadFlag = 2, bucketedFlag = 4, settledFlag = 8
// Above the flags stands the generation in which a slot was changed last.
const flagBits = 4, mostGenerations = 1 << 27
// The words of a key's record: the first slot of its chain or -1, how many rows it has, how many it had before the generation it was changed in last, and that generation.
const keyWords = 4, headAt = 0, countAt = 1, beforeAt = 2, changedAt = 3

/**
 * Rows of a key are numbered from 0 without gaps, as Spark's files have them; its chain goes from the last number down. A row that is taken out is replaced
 * by the last one of its key. What changed since the last `settle` is known, for the files.
 */
export class JoinSide {
  readonly columns: readonly SlotColumn[]
  readonly records = new SlotRecords()
  readonly buckets: TimeBuckets | null
  #keys = new Int32Array(0)
  #slots = 0
  readonly #free = new NumberList()
  readonly #buried = new NumberList()
  rowCount = 0
  #holds = 0
  // It changes when what changed is forgotten, so that no mark has to be taken off.
  #generation = 1
  readonly #changedGroups = new NumberList()
  readonly #changed = new NumberList()

  constructor(types: readonly DataType[], timed: boolean) {
    this.columns = types.map(slotColumn)
    this.buckets = timed ? new TimeBuckets(this.records) : null
  }

  /** Makes room for keys; new ones have no rows. */
  reserveGroups(count: number): void {
    const had = this.#keys.length
    if (count * keyWords <= had) return
    const keys = new Int32Array(keyWords * Math.max(1024, count, 2 * (had / keyWords)))
    keys.set(this.#keys)
    for (let at = had; at < keys.length; at += keyWords) keys[at + headAt] = -1
    this.#keys = keys
  }

  /** The keys that changed. */
  changedGroups(): Int32Array { return this.#changedGroups.copy() }
  /** How many rows a key has. */
  countOf(group: number): number { return this.#keys[keyWords * group + countAt]! }
  /** How many rows a key that changed had before. */
  countBefore(group: number): number { return this.#keys[keyWords * group + beforeAt]! }
  /** The row of a key that came last, -1 for none; `nextOf` a row is the one before it. */
  headOf(group: number): number { return this.#keys[keyWords * group + headAt]! }
  /** As `headOf`, of the keys of a batch's rows. */
  headsOf(groups: Int32Array, count: number, into: Int32Array): void { const keys = this.#keys; for (let i = 0; i < count; i++) into[i] = keys[keyWords * groups[i]! + headAt]! }
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
      this.#note(groups[row]!)
      this.#insert(slot, groups[row]!)
      let flags = matched !== null && matched[row] !== 0 ? mark | matchedFlag : mark
      if (times !== null && this.buckets!.add(slot, times, row)) flags |= bucketedFlag
      words[slotWords * slot + flagsAt] = flags
      this.#changed.push(slot)
    }
    const whole = count === batch.length
    this.columns.forEach((c, k) => c.put(whole ? batch.columns[k]! : batch.columns[k]!.take(rows, count), slots, count))
    this.rowCount += count
  }

  /** Adds rows as the stores have them, which is no change: each with the number it has among its key's rows, lower numbers first. */
  load(columns: readonly Vector[], count: number, groups: Int32Array, times: EventTimes | null, isMatched: (row: number) => boolean): void {
    const slots = this.#allocate(count), { words } = this.records
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      this.#insert(slot, groups[i]!)
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
  /** The rows that there are. */
  liveSlots(): Int32Array {
    const slots = new Int32Array(this.rowCount)
    for (let slot = 0, n = 0; slot < this.#slots; slot++) if (this.isLive(slot)) slots[n++] = slot
    return slots
  }

  isLive(slot: number): boolean { return (this.records.words[slotWords * slot + flagsAt]! & deadFlag) === 0 }

  /** The keys of these rows, their numbers among those of their key, and whether each has met a partner (0 or 1). */
  groupsOf(slots: Int32Array, count: number): Int32Array { return this.records.gather(groupAt, slots, count) }
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

  /** The slots that were added or changed and are still there. */
  changedSlots(): Int32Array {
    const slots = this.#changed.copy(), { words } = this.records
    let n = 0
    for (let i = 0; i < slots.length; i++) { const slot = slots[i]!; if ((words[slotWords * slot + flagsAt]! & deadFlag) === 0) slots[n++] = slot }
    return slots.subarray(0, n)
  }

  /** Forgets what changed, once it is in the files. */
  settle(): void {
    this.#changed.clear()
    this.#changedGroups.clear()
    if (++this.#generation === mostGenerations) this.#beginAnew()
    if (this.#buried.length === 0 || this.#holds > 0) return
    const gone = this.#buried.items.subarray(0, this.#buried.length), { words } = this.records, slots = this.#slots
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
    for (let at = changedAt; at < this.#keys.length; at += keyWords) this.#keys[at] = 0
    this.#generation = 1
  }

  /** Gives keys new numbers; `to[old]` is -1 for those without rows. */
  renumberGroups(to: Int32Array, count: number): void {
    const keys = new Int32Array(keyWords * count), { words } = this.records
    for (let g = 0; g < to.length; g++) {
      if (to[g]! < 0) continue
      keys[keyWords * to[g]! + headAt] = this.headOf(g)
      keys[keyWords * to[g]! + countAt] = this.countOf(g)
    }
    for (let slot = 0; slot < this.#slots; slot++) if (this.isLive(slot)) words[slotWords * slot + groupAt] = to[this.groupOf(slot)]!
    this.#keys = keys
  }

  get usedBytes(): number { return this.columns.reduce((n, c) => n + c.usedBytes, 0) + (this.buckets?.usedBytes ?? 0) + this.#keys.byteLength + this.records.words.byteLength }

  #allocate(count: number): Int32Array {
    const slots = new Int32Array(count), free = this.#free, reused = Math.min(count, free.length)
    for (let i = 0; i < reused; i++) slots[i] = free.items[--free.length]!
    for (let i = reused; i < count; i++) slots[i] = this.#slots++
    this.records.reserve(this.#slots)
    return slots
  }

  #insert(slot: number, group: number): void {
    const { words } = this.records, keys = this.#keys, key = keyWords * group, at = slotWords * slot
    const head = keys[key + headAt]!, count = keys[key + countAt]!
    words[at + groupAt] = group
    words[at + numberAt] = count
    words[at + nextAt] = head
    words[at + previousAt] = -1
    if (head >= 0) words[slotWords * head + previousAt] = slot
    keys[key + headAt] = slot
    keys[key + countAt] = count + 1
  }

  // The head, which has the last number, takes the place and the number of the row that goes.
  #unlink(slot: number): void {
    const { words } = this.records, keys = this.#keys, at = slotWords * slot
    const group = words[at + groupAt]!, key = keyWords * group
    this.#note(group)
    const head = keys[key + headAt]!, headRecord = slotWords * head, second = words[headRecord + nextAt]!
    keys[key + headAt] = second
    if (second >= 0) words[slotWords * second + previousAt] = -1
    if (head !== slot) {
      const before = words[at + previousAt]!, after = words[at + nextAt]!
      words[headRecord + previousAt] = before
      words[headRecord + nextAt] = after
      if (before >= 0) words[slotWords * before + nextAt] = head; else keys[key + headAt] = head
      if (after >= 0) words[slotWords * after + previousAt] = head
      words[headRecord + numberAt] = words[at + numberAt]!
      this.#touch(head)
    }
    keys[key + countAt] = keys[key + countAt]! - 1
    words[at + flagsAt] = words[at + flagsAt]! | deadFlag
    this.#buried.push(slot)
    this.rowCount--
  }

  #note(group: number): void {
    const keys = this.#keys, key = keyWords * group
    if (keys[key + changedAt] === this.#generation) return
    keys[key + changedAt] = this.#generation
    keys[key + beforeAt] = keys[key + countAt]!
    this.#changedGroups.push(group)
  }

  #touch(slot: number): void {
    const { words } = this.records, at = slotWords * slot + flagsAt, flags = words[at]!
    if (flags >>> flagBits === this.#generation) return
    words[at] = flags & (1 << flagBits) - 1 | this.#generation << flagBits
    this.#changed.push(slot)
  }
}
