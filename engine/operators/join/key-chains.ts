/** The keys of one side of a stream join: the chain of each one's rows, how many there are, and how many there were before they changed. */
import { keptCopy } from '../../columns/kept-memory.ts'
import { NumberList, groupAt, nextAt, numberAt, previousAt, slotWords, type SlotRecords } from './slot-records.ts'

// The words of a key's record: the first slot of its chain or -1, how many rows it has, how many it had before the generation it was changed in last, and that generation.
export const keyWords = 4, countAt = 1, beforeAt = 2
const headAt = 0, changedAt = 3

/** Rows of a key are numbered from 0 without gaps, as Spark's files have them; its chain goes from the last number down. */
export class KeyChains {
  words: Int32Array = new Int32Array(0)
  readonly #records: SlotRecords
  readonly #changed = new NumberList()

  /** `records` has the links of the chains. */
  constructor(records: SlotRecords) { this.#records = records }

  /** Makes room for keys; new ones have no rows. */
  reserve(count: number): void {
    const had = this.words.length
    if (count * keyWords <= had) return
    const words = keptCopy(this.words, keyWords * Math.max(1024, count, 2 * (had / keyWords)))
    for (let at = had; at < words.length; at += keyWords) words[at + headAt] = -1
    this.words = words
  }

  /** How many rows a key has. */
  countOf(group: number): number { return this.words[keyWords * group + countAt]! }
  /** The row of a key that came last, -1 for none. */
  headOf(group: number): number { return this.words[keyWords * group + headAt]! }
  /** As `headOf`, of the keys of a batch's rows. */
  headsOf(groups: Int32Array, count: number, into: Int32Array): void { const { words } = this; for (let i = 0; i < count; i++) into[i] = words[keyWords * groups[i]! + headAt]! }

  /** Puts a row behind those of its key. */
  insert(slot: number, group: number): void {
    const { words } = this.#records, keys = this.words, key = keyWords * group, at = slotWords * slot
    const head = keys[key + headAt]!, count = keys[key + countAt]!
    words[at + groupAt] = group
    words[at + numberAt] = count
    words[at + nextAt] = head
    words[at + previousAt] = -1
    if (head >= 0) words[slotWords * head + previousAt] = slot
    keys[key + headAt] = slot
    keys[key + countAt] = count + 1
  }

  /** Takes out a row. The head, which has the last number, takes its place and its number, and is given back; -1 where it was the head. */
  remove(slot: number, group: number): number {
    const { words } = this.#records, keys = this.words, at = slotWords * slot, key = keyWords * group
    const head = keys[key + headAt]!, headRecord = slotWords * head, second = words[headRecord + nextAt]!
    keys[key + countAt] = keys[key + countAt]! - 1
    keys[key + headAt] = second
    if (second >= 0) words[slotWords * second + previousAt] = -1
    if (head === slot) return -1
    const before = words[at + previousAt]!, after = words[at + nextAt]!
    words[headRecord + previousAt] = before
    words[headRecord + nextAt] = after
    if (before >= 0) words[slotWords * before + nextAt] = head; else keys[key + headAt] = head
    if (after >= 0) words[slotWords * after + previousAt] = head
    words[headRecord + numberAt] = words[at + numberAt]!
    return head
  }

  /** A key is about to change. */
  note(group: number, generation: number): void {
    const { words } = this, key = keyWords * group
    if (words[key + changedAt] === generation) return
    words[key + changedAt] = generation
    words[key + beforeAt] = words[key + countAt]!
    this.#changed.push(group)
  }

  /** The keys that were noted; valid until more are, or these are forgotten. */
  changed(): Int32Array { return this.#changed.all() }
  forget(): void { this.#changed.clear() }

  /** Generations are counted from 1 again. */
  beginAnew(): void { for (let at = changedAt; at < this.words.length; at += keyWords) this.words[at] = 0 }

  /** Gives keys new numbers; `to[old]` is -1 for those without rows. */
  renumber(to: Int32Array, count: number): void {
    const words = new Int32Array(keyWords * count)
    for (let g = 0; g < to.length; g++) {
      if (to[g]! < 0) continue
      words[keyWords * to[g]! + headAt] = this.headOf(g)
      words[keyWords * to[g]! + countAt] = this.countOf(g)
    }
    this.words = words
  }
}
