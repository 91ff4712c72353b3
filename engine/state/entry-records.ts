/** The entries of a table in memory as byte records, one for each slot. */
import { keptCopy } from '../columns/kept-memory.ts'
import { RecordHeap, sameRoom } from './record-heap.ts'
import type { CopiedRecords } from './copied-records.ts'
import { lengthOfLength, readLength, recordLength, splitRecord, writeBytes, writeLength } from './record-bytes.ts'
import type { RowArena } from './row-arena.ts'

export class EntryRecords {
  readonly heap = new RecordHeap()
  #addresses: Uint32Array = new Uint32Array(16)
  #slots = 0
  #freeSlots: number[] = []
  /** Nobody reads it: it is there so that the reads of `fetch` are made. */
  touched = 0

  /** The slots there have ever been: each number is below it. */
  get slots(): number { return this.#slots }
  get usedBytes(): number { return this.heap.allocatedBytes + this.#addresses.byteLength }
  addressOf(slot: number): number { return this.#addresses[slot]! }

  /** Writes an entry and returns its slot, which may be one that was freed. */
  add(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const slot = this.#newSlot()
    this.#addresses[slot] = this.#write(key, keyStart, keyEnd, value, valueStart, valueEnd)
    return slot
  }

  #newSlot(): number {
    if (this.#freeSlots.length > 0) return this.#freeSlots.pop()!
    if (this.#slots === this.#addresses.length) {
      this.#addresses = keptCopy(this.#addresses, this.#slots + Math.max(16, this.#slots >> 2))
    }
    return this.#slots++
  }

  #write(key: Uint8Array, keyStart: number, keyEnd: number, value: Uint8Array, valueStart: number, valueEnd: number): number {
    const keyLength = keyEnd - keyStart, valueLength = valueEnd - valueStart
    const address = this.heap.allocate(lengthOfLength(keyLength) + keyLength + lengthOfLength(valueLength) + valueLength)
    const bytes = this.heap.bytesOf(address)
    let at = writeLength(keyLength, bytes, this.heap.offsetOf(address))
    at = writeBytes(key, keyStart, keyEnd, bytes, at)
    writeBytes(value, valueStart, valueEnd, bytes, writeLength(valueLength, bytes, at))
    return address
  }

  /** Writes another value. In place when it fits: a second record would be another page of memory to fetch, which is most of what an update costs. */
  rewrite(slot: number, value: Uint8Array, start: number, end: number): void {
    const address = this.#addresses[slot]!
    const bytes = this.heap.bytesOf(address), at = this.heap.offsetOf(address)
    const keyLength = readLength(bytes, at), keyStart = at + lengthOfLength(keyLength), keyEnd = keyStart + keyLength
    const oldValue = readLength(bytes, keyEnd)
    const oldLength = keyEnd - at + lengthOfLength(oldValue) + oldValue
    const newLength = keyEnd - at + lengthOfLength(end - start) + end - start
    if (oldLength === newLength || sameRoom(oldLength, newLength)) {
      writeBytes(value, start, end, bytes, writeLength(end - start, bytes, keyEnd))
    } else {
      this.#addresses[slot] = this.#write(bytes, keyStart, keyEnd, value, start, end)
      this.heap.release(address, oldLength)
    }
  }

  /** Gives the slot and its memory back. */
  free(slot: number): void {
    const address = this.#addresses[slot]!
    this.heap.release(address, recordLength(this.heap.bytesOf(address), this.heap.offsetOf(address)))
    this.#freeSlots.push(slot)
  }

  keyEquals(slot: number, key: Uint8Array, start: number, end: number): boolean {
    const address = this.#addresses[slot]!, bytes = this.heap.bytesOf(address)
    let p = this.heap.offsetOf(address), n = bytes[p++]!
    if (n >= 0x80) { const at = p - 1; n = readLength(bytes, at); p = at + lengthOfLength(n) }
    if (n !== end - start) return false
    for (let i = start; i < end; i++) if (bytes[p++] !== key[i]) return false
    return true
  }

  /** Adds a copy of the key to the arena. */
  readKey(slot: number, into: RowArena): void {
    const address = this.#addresses[slot]!, bytes = this.heap.bytesOf(address), at = this.heap.offsetOf(address)
    const n = readLength(bytes, at), start = at + lengthOfLength(n)
    into.append(bytes, start, start + n)
  }

  /** Adds copies of the key (unless `keys` is null) and the value to arenas. */
  read(slot: number, keys: RowArena | null, values: RowArena): void {
    const address = this.#addresses[slot]!
    splitRecord(this.heap.bytesOf(address), this.heap.offsetOf(address), keys, values)
  }

  /** Adds a copy of the record as it is. */
  copy(slot: number, into: CopiedRecords): void {
    const address = this.#addresses[slot]!, bytes = this.heap.bytesOf(address), at = this.heap.offsetOf(address)
    into.add(bytes, at, at + recordLength(bytes, at))
  }

  /**
   * Brings the records of some slots near (those below 0 are none): reads a byte of each. These reads do not wait for each other, as those of a walk from record to record do,
   * and the walk that follows finds all in the cache.
   */
  fetch(slots: Int32Array, from: number, to: number): void {
    let sum = 0
    for (let i = from; i < to; i++) { const slot = slots[i]!; if (slot >= 0) { const address = this.#addresses[slot]!; sum += this.heap.bytesOf(address)[this.heap.offsetOf(address)]! } }
    this.touched = sum
  }
}
