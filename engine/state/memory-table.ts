/**
 * A key -> value table over bytes with uncommitted changes: open addressing over typed arrays, no JavaScript object for a key.
 * An entry has a slot, a number that stays the same as long as the entry lives. What changed since the last commit is known, and can be undone.
 */
import { RecordHeap, sameRoom } from './record-heap.ts'
import { RowArena } from './row-arena.ts'
import type { StateTable } from './state-table.ts'
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
// What a changed slot was before the batch: nothing, an entry whose record still holds the old value, or (>= 0) one whose old value is this row of the undo log.
const wasNew = -2, wasIntact = -1
const minIndex = 1 << 6

export class MemoryTable implements StateTable {
  readonly heap = new RecordHeap()
  observer: TableObserver | null = null
  #index = new Int32Array(minIndex)
  #mask = minIndex - 1
  #hashes = new Int32Array(16)
  #records = new Uint32Array(16)
  #flags = new Uint8Array(16)
  #slots = 0
  #freeSlots: number[] = []
  #live = 0
  #dirtySlots = new Int32Array(16)
  #dirtyWas = new Int32Array(16)
  #undo = new RowArena(0, 0)
  #dirtyCount = 0
  #keyHashes = new Int32Array(16)
  #fetched = 0
  #snapshot: TableSnapshot | null = null

  /** How many keys there are. */
  get rowCount(): number { return this.#live }
  /** The bytes the table takes, with what is free in it. */
  get usedBytes(): number {
    return this.heap.allocatedBytes + this.#index.byteLength + this.#hashes.byteLength + this.#records.byteLength + this.#flags.byteLength + this.#dirtySlots.byteLength + this.#dirtyWas.byteLength + this.#undo.bytes.byteLength
  }
  get liveBytes(): number { return this.heap.liveBytes }
  /** How many entries changed since the last commit. */
  get changedCount(): number { return this.#dirtyCount }
  isLive(slot: number): boolean { return (this.#flags[slot]! & live) !== 0 }

  /** The slot of a key, or -1. */
  find(key: Uint8Array, start: number, end: number): number {
    return this.#find(key, start, end, hashBytes(key, start, end))
  }

  /**
   * The slot of each key, or -1. Stage by stage and not key by key: the reads of a stage do not wait for each other, which hides most of the
   * time that a large table takes to come from memory.
   */
  findAll(keys: RowArena, slots: Int32Array): void {
    const { bytes, offsets, count } = keys
    if (this.#keyHashes.length < count) this.#keyHashes = new Int32Array(count)
    const hashes = this.#keyHashes, index = this.#index, mask = this.#mask, slotHashes = this.#hashes, records = this.#records
    for (let i = 0; i < count; i++) hashes[i] = hashBytes(bytes, offsets[i]!, offsets[i + 1]!)
    for (let i = 0; i < count; i++) slots[i] = index[hashes[i]! & mask]! - 1
    // A first entry of another hash is a collision (-2), an empty place a new key (-1).
    for (let i = 0; i < count; i++) { const slot = slots[i]!; if (slot >= 0 && slotHashes[slot] !== hashes[i]) slots[i] = -2 }
    let sum = 0
    for (let i = 0; i < count; i++) { const slot = slots[i]!; if (slot >= 0) sum += this.heap.bytesOf(records[slot]!)[this.heap.offsetOf(records[slot]!)]! }
    this.#fetched = sum
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      if (slot === -1) continue
      const start = offsets[i]!, end = offsets[i + 1]!
      if (slot === -2 || !this.#keyEquals(records[slot]!, bytes, start, end)) slots[i] = this.#find(bytes, start, end, hashes[i]!)
    }
  }

  #find(key: Uint8Array, start: number, end: number, hash: number): number { return this.#index[this.#placeOf(key, start, end, hash)]! - 1 }

  #keyEquals(record: number, key: Uint8Array, start: number, end: number): boolean {
    const bytes = this.heap.bytesOf(record)
    let p = this.heap.offsetOf(record), n = bytes[p++]!
    if (n >= 0x80) { const at = p - 1; n = readLength(bytes, at); p = at + lengthOfLength(n) }
    if (n !== end - start) return false
    for (let i = start; i < end; i++) if (bytes[p++] !== key[i]) return false
    return true
  }

  /** Inserts or replaces; returns the slot. */
  put(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    this.#makeRoom()
    const hash = hashBytes(key, keyStart, keyEnd), place = this.#placeOf(key, keyStart, keyEnd, hash), found = this.#index[place]! - 1
    if (found >= 0) { this.replace(found, value, valueStart, valueEnd); return found }
    return this.#insert(hash, place, key, keyStart, keyEnd, value, valueStart, valueEnd)
  }

  /** Inserts or replaces all; `slots[i]` becomes the slot of row `i`. The keys are looked up together, as in `findAll`. */
  putAll(keys: RowArena, values: RowArena, slots: Int32Array): void {
    this.findAll(keys, slots)
    const { bytes, offsets, count } = keys, hashes = this.#keyHashes
    for (let i = 0; i < count; i++) {
      let slot = slots[i]!, place = -1
      // A row before may have brought the key.
      if (slot < 0) { this.#makeRoom(); place = this.#placeOf(bytes, offsets[i]!, offsets[i + 1]!, hashes[i]!); slot = this.#index[place]! - 1 }
      if (slot >= 0) this.replace(slots[i] = slot, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
      else slots[i] = this.#insert(hashes[i]!, place, bytes, offsets[i]!, offsets[i + 1]!, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
    }
  }

  /** Inserts the keys that are not there, the first row of each, and marks those rows; returns how many. `slots[i]` becomes the key's slot either way. */
  putAbsent(keys: RowArena, values: RowArena, slots: Int32Array, isNew: Uint8Array): number {
    this.findAll(keys, slots)
    const { bytes, offsets, count } = keys, hashes = this.#keyHashes
    let added = 0
    for (let i = 0; i < count; i++) {
      if (slots[i]! >= 0) continue
      // A row before may have brought the key. If not, the search ends at the new entry's place.
      this.#makeRoom()
      const hash = hashes[i]!, start = offsets[i]!, end = offsets[i + 1]!, place = this.#placeOf(bytes, start, end, hash), found = this.#index[place]! - 1
      if (found >= 0) { slots[i] = found; continue }
      slots[i] = this.#insert(hash, place, bytes, start, end, values.bytes, values.offsets[i]!, values.offsets[i + 1]!)
      isNew[i] = 1
      added++
    }
    return added
  }

  // Where the index has a key, or would have it.
  #placeOf(key: Uint8Array, start: number, end: number, hash: number): number {
    const index = this.#index, mask = this.#mask, hashes = this.#hashes
    for (let i = hash & mask; ; i = i + 1 & mask) {
      const slot = index[i]! - 1
      if (slot < 0 || hashes[slot] === hash && this.#keyEquals(this.#records[slot]!, key, start, end)) return i
    }
  }

  // `place` is where the index has room for it, see `#makeRoom`.
  #insert(hash: number, place: number, key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const slot = this.#newSlot()
    this.#hashes[slot] = hash
    this.#records[slot] = this.#write(key, keyStart, keyEnd, value, valueStart, valueEnd)
    this.#flags[slot] = live | dirty
    this.#addDirty(slot, wasNew)
    this.#live++
    this.#index[place] = slot + 1
    this.observer?.inserted(slot)
    return slot
  }

  /** Replaces the value of a live slot. */
  replace(slot: number, value: Uint8Array, start: number, end: number): void {
    if ((this.#flags[slot]! & dirty) === 0) {
      const record = this.#records[slot]!
      this.#snapshot?.beforeChange(slot, record)
      this.readRecord(record, null, this.#undo)
      this.#flags[slot]! |= dirty
      this.#addDirty(slot, this.#undo.count - 1)
    }
    this.#rewrite(slot, value, start, end)
    this.observer?.updated(slot)
  }

  // In place when the value fits: a second record would be another page of memory to fetch, which is most of what an update costs.
  #rewrite(slot: number, value: Uint8Array, start: number, end: number): void {
    const record = this.#records[slot]!
    const bytes = this.heap.bytesOf(record), at = this.heap.offsetOf(record)
    const keyLength = readLength(bytes, at), keyStart = at + lengthOfLength(keyLength), keyEnd = keyStart + keyLength
    const oldValue = readLength(bytes, keyEnd)
    const oldLength = keyEnd - at + lengthOfLength(oldValue) + oldValue
    const newLength = keyEnd - at + lengthOfLength(end - start) + end - start
    if (oldLength === newLength || sameRoom(oldLength, newLength)) {
      writeBytes(value, start, end, bytes, writeLength(end - start, bytes, keyEnd))
    } else {
      this.#records[slot] = this.#write(bytes, keyStart, keyEnd, value, start, end)
      this.heap.release(record, oldLength)
    }
  }

  /** Removes a live slot. Its number is not used again before the next commit. */
  remove(slot: number): void {
    if ((this.#flags[slot]! & live) === 0) return
    this.observer?.removed(slot)
    if ((this.#flags[slot]! & dirty) === 0) {
      this.#snapshot?.beforeChange(slot, this.#records[slot]!)
      this.#addDirty(slot, wasIntact)
    }
    this.#flags[slot] = dirty
    this.#removeFromIndex(slot)
    this.#live--
  }

  /** Adds copies of the keys of these slots to the arena. */
  readKeys(slots: Int32Array, count: number, into: RowArena): void {
    for (let i = 0; i < count; i++) this.readKey(slots[i]!, into)
  }

  readKey(slot: number, into: RowArena): void {
    const record = this.#records[slot]!, bytes = this.heap.bytesOf(record), at = this.heap.offsetOf(record)
    const n = readLength(bytes, at), start = at + lengthOfLength(n)
    into.append(bytes, start, start + n)
  }

  /** Adds copies of the values of these slots to the arena. */
  readValues(slots: Int32Array, count: number, into: RowArena): void {
    for (let from = 0; from < count; from += fetchedAtOnce) {
      const to = Math.min(count, from + fetchedAtOnce)
      this.#fetch(slots, from, to)
      for (let i = from; i < to; i++) this.readRecord(this.#records[slots[i]!]!, null, into)
    }
  }

  /** Adds the key (unless null) and the value of a record to arenas. */
  readRecord(record: number, keys: RowArena | null, values: RowArena): void {
    const bytes = this.heap.bytesOf(record), at = this.heap.offsetOf(record)
    const keyLength = readLength(bytes, at), keyStart = at + lengthOfLength(keyLength), keyEnd = keyStart + keyLength
    if (keys !== null) keys.append(bytes, keyStart, keyEnd)
    const n = readLength(bytes, keyEnd), start = keyEnd + lengthOfLength(n)
    values.append(bytes, start, start + n)
  }

  recordOf(slot: number): number { return this.#records[slot]! }

  /** The live slots, at most `limit`, in no order that means anything. */
  liveSlots(limit = Infinity): Int32Array {
    const out = new Int32Array(Math.min(limit, this.#live))
    let n = 0
    for (let slot = 0; n < out.length; slot++) if ((this.#flags[slot]! & live) !== 0) out[n++] = slot
    return out
  }

  /** The slots whose keys were committed and are gone. With `writtenSlots` this is a delta, to be replayed in this order. */
  removedSlots(): Int32Array { return this.#changed(slot => (this.#flags[slot]! & live) === 0, true) }

  /** The slots that are new or have another value since the last commit. */
  writtenSlots(): Int32Array { return this.#changed(slot => (this.#flags[slot]! & live) !== 0, false) }

  #changed(wanted: (slot: number) => boolean, committedOnly: boolean): Int32Array {
    const out = new Int32Array(this.#dirtyCount)
    let n = 0
    for (let i = 0; i < this.#dirtyCount; i++) {
      const slot = this.#dirtySlots[i]!
      if (wanted(slot) && !(committedOnly && this.#dirtyWas[i] === wasNew)) out[n++] = slot
    }
    return out.subarray(0, n)
  }

  /**
   * Brings the records of some slots near: reads a byte of each. These reads do not wait for each other, as those of a walk from record to record do,
   * and the walk that follows finds all in the cache.
   */
  #fetch(slots: Int32Array, from: number, to: number): void {
    let sum = 0
    for (let i = from; i < to; i++) { const record = this.#records[slots[i]!]!; sum += this.heap.bytesOf(record)[this.heap.offsetOf(record)]! }
    this.#fetched = sum
  }

  /** Adds copies of the keys and values of the slots `from` to `to` of the list to arenas. */
  readEntries(slots: Int32Array, from: number, to: number, keys: RowArena, values: RowArena): void {
    this.#fetch(slots, from, to)
    for (let i = from; i < to; i++) this.readRecord(this.#records[slots[i]!]!, keys, values)
  }

  /** Makes the changes final. */
  commit(): void {
    for (let i = 0; i < this.#dirtyCount; i++) {
      const slot = this.#dirtySlots[i]!
      if ((this.#flags[slot]! & live) !== 0) this.#flags[slot] = live
      else this.#freeSlot(slot)
    }
    this.#forgetChanges()
  }

  /** Undoes the changes since the last commit. */
  abort(): void {
    for (let i = this.#dirtyCount - 1; i >= 0; i--) {
      const slot = this.#dirtySlots[i]!, was = this.#dirtyWas[i]!
      const isLive = (this.#flags[slot]! & live) !== 0
      if (was === wasNew) {
        if (isLive) { this.observer?.removed(slot); this.#removeFromIndex(slot); this.#live-- }
        this.#freeSlot(slot)
        continue
      }
      if (was >= 0) this.#rewrite(slot, this.#undo.bytes, this.#undo.offsets[was]!, this.#undo.offsets[was + 1]!)
      this.#flags[slot] = live
      if (isLive) { this.observer?.updated(slot); continue }
      this.#addToIndex(slot, this.#hashes[slot]!)
      this.#live++
      this.observer?.inserted(slot)
    }
    this.#forgetChanges()
  }

  #freeSlot(slot: number): void {
    const record = this.#records[slot]!
    this.heap.release(record, recordLength(this.heap.bytesOf(record), this.heap.offsetOf(record)))
    this.#flags[slot] = 0
    this.#freeSlots.push(slot)
  }

  /** Begins to read the table as it is now, while it goes on changing; ends what was begun before. Only right after a commit or an abort. */
  beginSnapshot(): TableSnapshot {
    const pending = this.#flags.slice(0, this.#slots)
    return this.#snapshot = new TableSnapshot(this, pending)
  }

  /** Ends the reading. */
  endSnapshot(): void { this.#snapshot = null }

  close(): void {}

  #write(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const keyLength = keyEnd - keyStart, valueLength = valueEnd - valueStart
    const record = this.heap.allocate(lengthOfLength(keyLength) + keyLength + lengthOfLength(valueLength) + valueLength)
    const bytes = this.heap.bytesOf(record)
    let at = writeLength(keyLength, bytes, this.heap.offsetOf(record))
    at = writeBytes(key, keyStart, keyEnd, bytes, at)
    writeBytes(value, valueStart, valueEnd, bytes, writeLength(valueLength, bytes, at))
    return record
  }

  #newSlot(): number {
    if (this.#freeSlots.length > 0) return this.#freeSlots.pop()!
    if (this.#slots === this.#records.length) {
      const capacity = this.#slots + Math.max(16, this.#slots >> 2)
      this.#hashes = grown(this.#hashes, new Int32Array(capacity))
      this.#records = grown(this.#records, new Uint32Array(capacity))
      this.#flags = grown(this.#flags, new Uint8Array(capacity))
    }
    return this.#slots++
  }

  #addDirty(slot: number, was: number): void {
    if (this.#dirtyCount === this.#dirtySlots.length) {
      this.#dirtySlots = grown(this.#dirtySlots, new Int32Array(this.#dirtyCount * 2))
      this.#dirtyWas = grown(this.#dirtyWas, new Int32Array(this.#dirtyCount * 2))
    }
    this.#dirtySlots[this.#dirtyCount] = slot
    this.#dirtyWas[this.#dirtyCount++] = was
  }

  #forgetChanges(): void {
    this.#dirtyCount = 0
    this.#undo.reset()
    if (this.#dirtySlots.length > 1 << 16) { this.#dirtySlots = new Int32Array(16); this.#dirtyWas = new Int32Array(16) }
    if (this.#undo.bytes.length > 1 << 22) this.#undo = new RowArena(0, 0)
  }

  #addToIndex(slot: number, hash: number): void {
    this.#makeRoom()
    let i = hash & this.#mask
    while (this.#index[i] !== 0) i = i + 1 & this.#mask
    this.#index[i] = slot + 1
  }

  // One more entry leaves the index at most five eighths full: a search for a key that is not there then looks at four places at most on average, at four fifths at thirteen.
  #makeRoom(): void { if (8 * (this.#live + 1) > 5 * this.#index.length) this.#rebuildIndex(this.#index.length * 2) }

  #rebuildIndex(size: number): void {
    const old = this.#index, index = new Int32Array(size), mask = size - 1
    for (const entry of old) {
      if (entry === 0) continue
      let i = this.#hashes[entry - 1]! & mask
      while (index[i] !== 0) i = i + 1 & mask
      index[i] = entry
    }
    this.#index = index
    this.#mask = mask
  }

  // Linear probing without tombstones: what follows the hole moves up when it may.
  #removeFromIndex(slot: number): void {
    const index = this.#index, mask = this.#mask
    let hole = this.#hashes[slot]! & mask
    while (index[hole] !== slot + 1) hole = hole + 1 & mask
    for (let i = hole + 1 & mask; index[i] !== 0; i = i + 1 & mask) {
      const home = this.#hashes[index[i]! - 1]! & mask
      if ((i - home & mask) >= (i - hole & mask)) { index[hole] = index[i]!; hole = i }
    }
    index[hole] = 0
  }
}

function grown<T extends Int32Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0x9e3779b9 ^ end - start, i = start
  for (const stop = end - 3; i < stop; i += 4) {
    const k = Math.imul(bytes[i]! | bytes[i + 1]! << 8 | bytes[i + 2]! << 16 | bytes[i + 3]! << 24, 0xcc9e2d51)
    h = Math.imul(h ^ Math.imul(k << 15 | k >>> 17, 0x1b873593), 5) + 0xe6546b64 | 0
    h = h << 13 | h >>> 19
  }
  for (; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b)
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35)
  return h ^ h >>> 16
}

// A length is seven bits a byte, the lowest first.
const lengthOfLength = (n: number): number => n < 0x80 ? 1 : n < 0x4000 ? 2 : n < 0x200000 ? 3 : n < 0x10000000 ? 4 : 5

function readLength(bytes: Uint8Array, at: number): number {
  let b = bytes[at]!
  if (b < 0x80) return b
  let n = b & 0x7f, shift = 7
  do { b = bytes[++at]!; n |= (b & 0x7f) << shift; shift += 7 } while (b >= 0x80)
  return n
}

function writeLength(n: number, bytes: Uint8Array, at: number): number {
  for (; n >= 0x80; n >>>= 7) bytes[at++] = n | 0x80
  bytes[at++] = n
  return at
}

function writeBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  if (end - start > 64) to.set(from.subarray(start, end), at)
  else for (let i = start, p = at; i < end; i++) to[p++] = from[i]!
  return at + end - start
}

function recordLength(bytes: Uint8Array, at: number): number {
  const keyLength = readLength(bytes, at), keyEnd = at + lengthOfLength(keyLength) + keyLength
  const valueLength = readLength(bytes, keyEnd)
  return keyEnd - at + lengthOfLength(valueLength) + valueLength
}
