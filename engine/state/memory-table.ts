/**
 * A key -> value table over bytes with uncommitted changes, all in typed arrays: records by slot, an index of keys, a list of what changed.
 * An entry has a slot, a number that stays the same as long as the entry lives. What changed since the last commit is known, and can be undone.
 */
import { keptCopy } from '../columns/kept-memory.ts'
import { EntryRecords } from './entry-records.ts'
import { hashKey, hashKeys, KeyIndex } from './key-index.ts'
import type { RecordHeap } from './record-heap.ts'
import type { RowArena } from './row-arena.ts'
import type { StateTable } from './state-table.ts'
import { TableChanges, wasIntact, wasNew } from './table-changes.ts'
import { TableSnapshot } from './table-snapshot.ts'

// So many records stay in the second-level cache.
const fetchedAtOnce = 4096

/** Is told of every change of a live entry, also of those that an abort undoes: an index by event time hangs here. */
export interface TableObserver {
  inserted(slot: number): void
  updated(slot: number): void
  removed(slot: number): void
}

const live = 1, dirty = 2

export class MemoryTable implements StateTable {
  observer: TableObserver | null = null
  readonly #records = new EntryRecords()
  readonly #index = new KeyIndex(this.#records)
  readonly #changes = new TableChanges()
  #flags: Uint8Array = new Uint8Array(16)
  #keyHashes = new Int32Array(16)
  #snapshot: TableSnapshot | null = null

  get heap(): RecordHeap { return this.#records.heap }
  /** How many keys there are. */
  get rowCount(): number { return this.#index.count }
  /** The bytes the table takes, with what is free in it. */
  get usedBytes(): number { return this.#records.usedBytes + this.#index.usedBytes + this.#changes.usedBytes + this.#flags.byteLength }
  get liveBytes(): number { return this.heap.liveBytes }
  /** How many entries changed since the last commit. */
  get changedCount(): number { return this.#changes.count }
  isLive(slot: number): boolean { return (this.#flags[slot]! & live) !== 0 }

  /** The slot of a key, or -1. */
  find(key: Uint8Array, start: number, end: number): number {
    return this.#index.find(key, start, end, hashKey(viewOf(key), start, end))
  }

  /** The slot of each key, or -1; all together, which is faster than one by one. */
  findAll(keys: RowArena, slots: Int32Array): void {
    const { bytes, offsets, count } = keys, hashes = this.#hash(keys), index = this.#index
    index.inTurns(hashes, count, (from, to) => {
      for (let i = from; i < to; i++) slots[i] = index.find(bytes, offsets[i]!, offsets[i + 1]!, hashes[i]!)
    })
  }

  #hash(keys: RowArena): Int32Array {
    if (this.#keyHashes.length < keys.count) this.#keyHashes = new Int32Array(keys.count)
    hashKeys(keys, this.#keyHashes)
    return this.#keyHashes
  }

  /** Inserts or replaces; returns the slot. */
  put(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    this.#index.makeRoom()
    const hash = hashKey(viewOf(key), keyStart, keyEnd), place = this.#index.placeOf(key, keyStart, keyEnd, hash), found = this.#index.slotAt(place)
    if (found < 0) return this.#insert(hash, place, key, keyStart, keyEnd, value, valueStart, valueEnd)
    this.replace(found, value, valueStart, valueEnd)
    return found
  }

  /** Inserts or replaces all; `slots[i]` becomes the slot of row `i`. The keys are looked up together, as in `findAll`. */
  putAll(keys: RowArena, values: RowArena, slots: Int32Array): void { this.#putEach(keys, values, slots, null) }

  /** Inserts the keys that are not there, the first row of each, and marks those rows; returns how many. `slots[i]` becomes the key's slot either way. */
  putAbsent(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array): number { return this.#putEach(keys, values, slots, isNew) }

  // Without `isNew` what is found is replaced.
  #putEach(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array | null): number {
    const { bytes, offsets, count } = keys, hashes = this.#hash(keys), index = this.#index
    let added = 0
    index.inTurns(hashes, count, (from, to) => {
      for (let i = from; i < to; i++) {
        index.makeRoom()
        const hash = hashes[i]!, start = offsets[i]!, end = offsets[i + 1]!, place = index.placeOf(bytes, start, end, hash), found = index.slotAt(place)
        if (found >= 0) {
          slots[i] = found
          if (isNew === null) this.replace(found, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
          continue
        }
        slots[i] = this.#insert(hash, place, bytes, start, end, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
        added++
        if (isNew !== null) isNew[i] = 1
      }
    })
    return added
  }

  #insert(hash: number, place: number, key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const slot = this.#records.add(key, keyStart, keyEnd, value, valueStart, valueEnd)
    if (slot >= this.#flags.length) {
      this.#flags = keptCopy(this.#flags, slot + Math.max(16, slot >> 2))
    }
    this.#flags[slot] = live | dirty
    this.#changes.add(slot, wasNew)
    this.#index.set(place, slot, hash)
    this.observer?.inserted(slot)
    return slot
  }

  /** Replaces the value of a live slot. */
  replace(slot: number, value: Uint8Array, start: number, end: number): void {
    if ((this.#flags[slot]! & dirty) === 0) {
      const { undo } = this.#changes
      this.#snapshot?.beforeChange(slot)
      this.#records.read(slot, null, undo)
      this.#flags[slot]! |= dirty
      this.#changes.add(slot, undo.count - 1)
    }
    this.#records.rewrite(slot, value, start, end)
    this.observer?.updated(slot)
  }

  /** Removes a live slot. Its number is not used again before the next commit. */
  remove(slot: number): void {
    if ((this.#flags[slot]! & live) === 0) return
    this.observer?.removed(slot)
    if ((this.#flags[slot]! & dirty) === 0) {
      this.#snapshot?.beforeChange(slot)
      this.#changes.add(slot, wasIntact)
    }
    this.#flags[slot] = dirty
    this.#changes.removed()
    this.#index.remove(slot)
  }

  /** Adds copies of the keys of these slots to the arena. */
  readKeys(slots: Int32Array, count: number, into: RowArena): void {
    for (let i = 0; i < count; i++) this.#records.readKey(slots[i]!, into)
  }

  readKey(slot: number, into: RowArena): void { this.#records.readKey(slot, into) }

  /** Adds copies of the values of these slots to the arena. */
  readValues(slots: Int32Array, count: number, into: RowArena): void {
    for (let from = 0; from < count; from += fetchedAtOnce) {
      const to = Math.min(count, from + fetchedAtOnce)
      this.#records.fetch(slots, from, to)
      for (let i = from; i < to; i++) this.#records.read(slots[i]!, null, into)
    }
  }

  /** Adds copies of the keys and values of the slots `from` to `to` of the list to arenas. */
  readEntries(slots: Int32Array, from: number, to: number, keys: RowArena, values: RowArena): void {
    this.#records.fetch(slots, from, to)
    for (let i = from; i < to; i++) this.#records.read(slots[i]!, keys, values)
  }

  /** The live slots, at most `limit`, in no order that means anything. */
  liveSlots(limit = Infinity): Int32Array {
    const out = new Int32Array(Math.min(limit, this.rowCount))
    let n = 0
    for (let slot = 0; n < out.length; slot++) if ((this.#flags[slot]! & live) !== 0) out[n++] = slot
    return out
  }

  /** The slots whose keys were committed and are gone. With `writtenSlots` this is a delta, to be replayed in this order. */
  removedSlots(): Int32Array { return this.#changes.removedSlots(slot => this.isLive(slot)) }

  /** The slots that are new or have another value since the last commit; valid until the next change. */
  writtenSlots(): Int32Array { return this.#changes.writtenSlots(slot => this.isLive(slot)) }

  /** Makes the changes final. */
  commit(): void {
    const changes = this.#changes, flags = this.#flags
    for (let i = 0; i < changes.count; i++) {
      const slot = changes.slotAt(i)
      if ((flags[slot]! & live) !== 0) flags[slot] = live
      else this.#free(slot)
    }
    changes.forget()
  }

  /** Undoes the changes since the last commit. */
  abort(): void {
    const changes = this.#changes, { undo } = changes
    for (let i = changes.count - 1; i >= 0; i--) {
      const slot = changes.slotAt(i), was = changes.wasAt(i), isLive = this.isLive(slot)
      if (was === wasNew) {
        if (isLive) { this.observer?.removed(slot); this.#index.remove(slot) }
        this.#free(slot)
        continue
      }
      if (was >= 0) this.#records.rewrite(slot, undo.bytes, undo.offsets[was]!, undo.offsets[was + 1]!)
      this.#flags[slot] = live
      if (isLive) { this.observer?.updated(slot); continue }
      this.#index.restore(slot)
      this.observer?.inserted(slot)
    }
    changes.forget()
  }

  #free(slot: number): void {
    this.#records.free(slot)
    this.#flags[slot] = 0
  }

  /** Begins to read the table as it is now, while it goes on changing; ends what was begun before. Only right after a commit or an abort. */
  beginSnapshot(): TableSnapshot { return this.#snapshot = new TableSnapshot(this.#records, this.#flags.slice(0, this.#records.slots)) }

  /** Ends the reading. */
  endSnapshot(): void { this.#snapshot = null }

  close(): void {}
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
