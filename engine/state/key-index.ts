/**
 * Finds the slot of a key: open addressing over one number a place, without a JavaScript object for a key. A place holds the slot and, in the bits above, some of the key's hash:
 * so a search seldom looks at a record that is another key's. The hashes by slot are for growing and removing only.
 */
import { keptCopy, keptMemory } from '../columns/kept-memory.ts'
import type { EntryRecords } from './entry-records.ts'
import type { RowArena } from './row-arena.ts'

const minPlaces = 1 << 6
// So many keys' places and records stay in the second-level cache between fetching them and looking at them.
const fetchedAtOnce = 1024

export class KeyIndex {
  readonly #records: EntryRecords
  // A slot and 1, which is never 0, and above it the same bits of the hash.
  #places: Int32Array = new Int32Array(minPlaces)
  #mask = minPlaces - 1
  #tagMask = tagMaskFor(minPlaces)
  #hashes: Int32Array = new Int32Array(16)
  #count = 0
  #near = new Int32Array(fetchedAtOnce)

  constructor(records: EntryRecords) { this.#records = records }

  get count(): number { return this.#count }
  get usedBytes(): number { return this.#places.byteLength + this.#hashes.byteLength }

  /** Where the index has a key, or would have it. */
  placeOf(key: Uint8Array, start: number, end: number, hash: number): number {
    const places = this.#places, mask = this.#mask, tagMask = this.#tagMask
    for (let i = hash & mask; ; i = i + 1 & mask) {
      const p = places[i]!
      if (p === 0 || ((p ^ hash) & tagMask) === 0 && this.#records.keyEquals((p & ~tagMask) - 1, key, start, end)) return i
    }
  }

  /** The slot at a place, -1 when it is empty. */
  slotAt(place: number): number { return (this.#places[place]! & ~this.#tagMask) - 1 }

  /** The slot of a key, or -1. */
  find(key: Uint8Array, start: number, end: number, hash: number): number { return this.slotAt(this.placeOf(key, start, end, hash)) }

  /** Calls `each` with the rows of the keys, some at a time, when what a search for them will read has been brought near. */
  inTurns(hashes: Int32Array, count: number, each: (from: number, to: number) => void): void {
    const near = this.#near
    for (let from = 0; from < count; from += fetchedAtOnce) {
      const to = Math.min(count, from + fetchedAtOnce), places = this.#places, mask = this.#mask, tagMask = this.#tagMask
      // The reads of a stage do not wait for each other, as they do key by key: that hides most of the time that a large table takes to come from memory.
      for (let i = from; i < to; i++) near[i - from] = places[hashes[i]! & mask]!
      for (let i = from; i < to; i++) { const p = near[i - from]!; near[i - from] = ((p ^ hashes[i]!) & tagMask) === 0 ? (p & ~tagMask) - 1 : -1 }
      this.#records.fetch(near, 0, to - from)
      each(from, to)
    }
  }

  /** Makes room for one more key; what `placeOf` said before may be wrong after it. */
  makeRoom(): void {
    // At most five eighths full: a search for a key that is not there then looks at four places at most on average, at four fifths at thirteen.
    if (8 * (this.#count + 1) > 5 * this.#places.length || this.#records.slots >= ~this.#tagMask) this.#grow()
  }

  /** Puts a key's slot where `placeOf` said. */
  set(place: number, slot: number, hash: number): void {
    if (slot >= this.#hashes.length) {
      this.#hashes = keptCopy(this.#hashes, slot + Math.max(16, slot >> 2))
    }
    this.#hashes[slot] = hash
    this.#places[place] = hash & this.#tagMask | slot + 1
    this.#count++
  }

  /** Puts a key back that was removed. */
  restore(slot: number): void {
    this.makeRoom()
    const hash = this.#hashes[slot]!
    let i = hash & this.#mask
    while (this.#places[i] !== 0) i = i + 1 & this.#mask
    this.set(i, slot, hash)
  }

  /** Linear probing without tombstones: what follows the hole moves up when it may. */
  remove(slot: number): void {
    const places = this.#places, mask = this.#mask, slotMask = ~this.#tagMask
    let hole = this.#hashes[slot]! & mask
    while ((places[hole]! & slotMask) !== slot + 1) hole = hole + 1 & mask
    for (let i = hole + 1 & mask; places[i] !== 0; i = i + 1 & mask) {
      const home = this.#hashes[(places[i]! & slotMask) - 1]! & mask
      if ((i - home & mask) >= (i - hole & mask)) { places[hole] = places[i]!; hole = i }
    }
    places[hole] = 0
    this.#count--
  }

  #grow(): void {
    const old = this.#places, slotMask = ~this.#tagMask, hashes = this.#hashes
    const places = new Int32Array(keptMemory(8 * old.length)), mask = places.length - 1, tagMask = tagMaskFor(places.length)
    for (let k = 0; k < old.length; k++) {
      const p = old[k]! & slotMask
      if (p === 0) continue
      const hash = hashes[p - 1]!
      let i = hash & mask
      while (places[i] !== 0) i = i + 1 & mask
      places[i] = hash & tagMask | p
    }
    this.#places = places
    this.#mask = mask
    this.#tagMask = tagMask
  }
}

// Slots may be twice as many as places: those removed in a batch keep their numbers until its commit.
const tagMaskFor = (places: number): number => -1 << Math.min(31, 33 - Math.clz32(places - 1))

/** The hash of a key. */
export function hashKey(key: DataView, start: number, end: number): number {
  let h = 0x9e3779b9 ^ end - start, i = start
  for (const stop = end - 3; i < stop; i += 4) {
    const k = Math.imul(key.getInt32(i, true), 0xcc9e2d51)
    h = Math.imul(h ^ Math.imul(k << 15 | k >>> 17, 0x1b873593), 5) + 0xe6546b64 | 0
    h = h << 13 | h >>> 19
  }
  for (; i < end; i++) h = Math.imul(h ^ key.getUint8(i), 0x01000193)
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b)
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35)
  return h ^ h >>> 16
}

/** The hashes of all rows. */
export function hashKeys({ view, offsets, count }: RowArena, into: Int32Array): void {
  for (let i = 0; i < count; i++) into[i] = hashKey(view, offsets[i]!, offsets[i + 1]!)
}
