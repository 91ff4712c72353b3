/** A growing table of distinct byte strings, found by their bytes: what a text column's values, or a schema's field names, are looked up in. */
import { StringVector } from '../../columns/string-vector.ts'
import { decodeUtf8 } from '../../columns/bytes-vector.ts'

/** Long values, too, are better left where they are. */
const maxBytes = 1 << 20

/**
 * Open addressing over the first four bytes, the last four and the length: for up to eight bytes these are the whole text, so
 * generated code compares nothing else. Longer texts also hash and compare the bytes between.
 */
export class ByteDictionary {
  table = new Int32Array(256).fill(-1)
  mask = 255
  w0 = new Int32Array(128)
  w1 = new Int32Array(128)
  lengths = new Int32Array(128)
  size = 0
  readonly capacity: number
  /** The entries as text; grows at its end only. */
  readonly strings = new StringVector([], null)
  private offsets = new Int32Array(128)
  private arena = new Uint8Array(1024)
  private used = 0
  private hashes = new Int32Array(128)

  constructor(capacity: number) { this.capacity = capacity }

  /** The entry with these bytes, −1 if there is none. */
  find(bytes: Uint8Array, s: number, e: number): number {
    const n = e - s, a = firstWord(bytes, s, n), b = n >= 4 ? word(bytes, e - 4) : 0
    let h = hashOf(a, b, n)
    if (n > 8) h = hashMiddle(bytes, s, e, h)
    let j = h & this.mask, id: number
    while ((id = this.table[j]) >= 0) {
      if (this.w0[id] === a && this.w1[id] === b && this.lengths[id] === n && (n <= 8 || this.sameMiddle(id, bytes, s, n))) return id
      j = (j + 1) & this.mask
    }
    return -1
  }

  /** The entry with these bytes, made if it is new; −1 when the dictionary is full. */
  add(bytes: Uint8Array, s: number, e: number): number {
    const found = this.find(bytes, s, e)
    if (found >= 0) return found
    const id = this.size, n = e - s
    if (id >= this.capacity || this.used + n > maxBytes) return -1
    if (id === this.w0.length) this.growEntries()
    if (this.used + n > this.arena.length) {
      const arena = new Uint8Array(Math.max(this.arena.length * 2, this.used + n))
      arena.set(this.arena.subarray(0, this.used))
      this.arena = arena
    }
    for (let i = 0; i < n; i++) this.arena[this.used + i] = bytes[s + i]
    this.offsets[id] = this.used
    this.used += n
    this.w0[id] = firstWord(bytes, s, n)
    this.w1[id] = n >= 4 ? word(bytes, e - 4) : 0
    this.lengths[id] = n
    let h = hashOf(this.w0[id], this.w1[id], n)
    if (n > 8) h = hashMiddle(bytes, s, e, h)
    this.hashes[id] = h
    this.size++
    if (this.size * 2 > this.table.length) this.growTable()
    else this.place(id)
    this.strings.values.push(decodeUtf8(bytes, s, e))
    return id
  }

  private sameMiddle(id: number, bytes: Uint8Array, s: number, n: number): boolean {
    const at = this.offsets[id] - s
    for (let i = s + 4, e = s + n - 4; i < e; i++) if (this.arena[at + i] !== bytes[i]) return false
    return true
  }

  private place(id: number): void {
    let j = this.hashes[id] & this.mask
    while (this.table[j] >= 0) j = (j + 1) & this.mask
    this.table[j] = id
  }

  private growTable(): void {
    this.table = new Int32Array(this.table.length * 4).fill(-1)
    this.mask = this.table.length - 1
    for (let id = 0; id < this.size; id++) this.place(id)
  }

  private growEntries(): void {
    const grown = (a: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => { const b = new Int32Array(a.length * 4); b.set(a); return b }
    this.w0 = grown(this.w0); this.w1 = grown(this.w1); this.lengths = grown(this.lengths)
    this.offsets = grown(this.offsets); this.hashes = grown(this.hashes)
  }
}

/** The hash that generated code computes too: keep both the same. */
export function hashOf(w0: number, w1: number, length: number): number {
  const h = Math.imul(w0, -1640531535) ^ Math.imul(w1, -2048144789) ^ Math.imul(length, 668265263)
  return h ^ (h >>> 15)
}

const word = (bytes: Uint8Array, p: number): number => bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24)

function firstWord(bytes: Uint8Array, s: number, n: number): number {
  if (n >= 4) return word(bytes, s)
  let w = 0
  for (let i = 0; i < n; i++) w |= bytes[s + i] << (8 * i)
  return w
}

function hashMiddle(bytes: Uint8Array, s: number, e: number, h: number): number {
  let i = s + 4
  for (; i + 8 <= e; i += 4) h = Math.imul(h ^ word(bytes, i), -1640531535)
  for (const last = e - 4; i < last; i++) h = Math.imul(h ^ bytes[i], 16777619)
  return h ^ (h >>> 15)
}
