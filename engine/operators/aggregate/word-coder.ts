/** Codes of key values of up to 64 bits: whole numbers from 0 on, as ids mostly are, in a table by their value, all others in an open-addressing table of hashes. */
import { vectorOf } from '../../columns/builder.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector, fixedDataFor, type FixedData } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { encodeDictionary, grown, type KeyCoder } from './key-codes.ts'

const hashWords = (low: number, high: number): number => { let h = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0xcc9e2d51); h ^= h >>> 15; h = Math.imul(h, 0x1b873593); return h ^ (h >>> 13) }

const farTable = 1 << 15, rowsAtOnce = 1024
// The table by value has at most twice this many places for each key.
const mostPlaces = 4

export class WordCoder implements KeyCoder {
  readonly #type: DataType
  // By code the low word and the high one.
  #words = new Int32Array(128)
  // By value the code, 0 for none. Every key below its length is here.
  #direct = new Int32Array(256)
  // The others by their hash, and how many places are taken.
  #table = new Int32Array(128)
  #hashed = 0
  #wrong: Int32Array | null = null
  count = 1

  constructor(type: DataType) { this.#type = type }

  encode(column: Vector, length: number, codes: Int32Array, known = false): void {
    if (column instanceof ConstantVector) { codes.fill(this.#constant(column, known), 0, length); return }
    if (column instanceof DictionaryVector) { encodeDictionary(this, column, length, codes, known); return }
    const data = (column as FixedVector).data, nulls = column.nulls
    const words = data.BYTES_PER_ELEMENT === 8 ? new Int32Array(data.buffer, data.byteOffset, length * 2) : null
    const bits = data instanceof Float32Array ? new Int32Array(data.buffer, data.byteOffset, length) : null
    if (words !== null && nulls === null && length >= rowsAtOnce && Math.max(this.#table.length, this.#direct.length) >= farTable) { this.#encodeMany(words, length, codes, known); return }
    // Neighbouring rows often share a key (a window of time): the last answer is tried first.
    let lastLow = 0, lastHigh = 0, lastCode = -1
    for (let i = 0; i < length; i++) {
      if (nulls !== null && nulls[i] !== 0) { codes[i] = 0; continue }
      const low = words !== null ? words[2 * i]! : bits !== null ? bits[i]! : (data[i] as number)
      const high = words !== null ? words[2 * i + 1]! : 0
      if (low === lastLow && high === lastHigh && lastCode >= 0) { codes[i] = lastCode; continue }
      lastLow = low; lastHigh = high
      codes[i] = lastCode = this.#code(low, high, known)
    }
  }

  // Where the tables are larger than the processor's caches, the first guesses of many rows are read without a decision in between, so that their reads overlap; what was wrong is looked up.
  #encodeMany(keys: Int32Array, length: number, codes: Int32Array, known: boolean): void {
    const wrong = this.#wrong ??= new Int32Array(rowsAtOnce)
    for (let from = 0; from < length; from += rowsAtOnce) {
      const to = Math.min(length, from + rowsAtOnce), direct = this.#direct, places = direct.length
      let count = 0
      for (let i = from; i < to; i++) {
        const low = keys[2 * i]!, code = keys[2 * i + 1] === 0 && low >>> 0 < places ? direct[low]! : 0
        codes[i] = code
        wrong[count] = i
        // No key has code 0.
        count += (code - 1) >>> 31
      }
      if (count > 0 && this.#hashed > 0) count = this.#guess(keys, wrong, count, codes)
      for (let k = 0; k < count; k++) { const i = wrong[k]!; codes[i] = this.#code(keys[2 * i]!, keys[2 * i + 1]!, known) }
    }
  }

  // The first guess by hash for the listed rows; returns how many of them were wrong, which are listed then.
  #guess(keys: Int32Array, rows: Int32Array, length: number, codes: Int32Array): number {
    const table = this.#table, mask = table.length - 1, words = this.#words
    for (let k = 0; k < length; k++) { const i = rows[k]!; codes[i] = table[hashWords(keys[2 * i]!, keys[2 * i + 1]!) & mask]! }
    let count = 0
    for (let k = 0; k < length; k++) {
      const i = rows[k]!, code = codes[i]!, apart = (words[2 * code]! ^ keys[2 * i]!) | (words[2 * code + 1]! ^ keys[2 * i + 1]!) | code - 1 >> 31
      rows[count] = i
      count += (apart | -apart) >>> 31
    }
    return count
  }

  #code(low: number, high: number, known: boolean): number {
    if (high === 0 && low >>> 0 < this.#direct.length) {
      const code = this.#direct[low]!
      return code !== 0 ? code : known ? -1 : this.#direct[low] = this.#add(low, high)
    }
    const mask = this.#table.length - 1
    let at = hashWords(low, high) & mask
    for (;;) {
      const code = this.#table[at]!
      if (code === 0) break
      if (this.#words[2 * code] === low && this.#words[2 * code + 1] === high) return code
      at = (at + 1) & mask
    }
    if (known) return -1
    if (high === 0 && low >= 0 && low < mostPlaces * this.count) { this.#widen(low); return this.#direct[low] = this.#add(low, high) }
    const code = this.#table[at] = this.#add(low, high)
    if (++this.#hashed * 2 > this.#table.length) this.#rehash()
    return code
  }

  #add(low: number, high: number): number {
    const code = this.count++
    if (2 * code >= this.#words.length) this.#words = grown(this.#words)
    this.#words[2 * code] = low; this.#words[2 * code + 1] = high
    return code
  }

  // Makes places by value up to this one. Keys that have a place by hash keep it until that table grows.
  #widen(most: number): void {
    let places = 2 * this.#direct.length
    while (places <= most) places *= 2
    const direct = new Int32Array(places), words = this.#words
    for (let code = 1; code < this.count; code++) { const low = words[2 * code]!; if (words[2 * code + 1] === 0 && low >>> 0 < places) direct[low] = code }
    this.#direct = direct
  }

  #rehash(): void {
    const words = this.#words, places = this.#direct.length, isHashed = (code: number): boolean => words[2 * code + 1] !== 0 || words[2 * code]! >>> 0 >= places
    let count = 0
    for (let code = 1; code < this.count; code++) if (isHashed(code)) count++
    const length = this.#table.length, table = new Int32Array(8 * count > length ? 4 * length : length), mask = table.length - 1
    for (let code = 1; code < this.count; code++) {
      if (!isHashed(code)) continue
      let at = hashWords(words[2 * code]!, words[2 * code + 1]!) & mask
      while (table[at] !== 0) at = (at + 1) & mask
      table[at] = code
    }
    this.#table = table
    this.#hashed = count
  }

  #constant(v: ConstantVector, known: boolean): number {
    if (v.constant === null) return 0
    const one = new Int32Array(1)
    this.encode(vectorOf(this.#type, [v.constant]), 1, one, known)
    return one[0]!
  }

  decode(codes: Int32Array, count: number): Vector {
    const data = fixedDataFor(this.#type, count) as FixedData
    let nulls: Uint8Array | null = null
    const own = this.#words
    if (data.BYTES_PER_ELEMENT === 8) {
      const words = new Int32Array(data.buffer)
      // NULL is code 0, whose words are zeros.
      for (let i = 0; i < count; i++) { const code = codes[i]!; if (code === 0) (nulls ??= new Uint8Array(count))[i] = 1; words[2 * i] = own[2 * code]!; words[2 * i + 1] = own[2 * code + 1]! }
    } else {
      const bits = data instanceof Float32Array ? new Int32Array(data.buffer) : data as Int32Array
      for (let i = 0; i < count; i++) { const code = codes[i]!; if (code === 0) (nulls ??= new Uint8Array(count))[i] = 1; bits[i] = own[2 * code]! }
    }
    return new FixedVector(this.#type, data, nulls, count)
  }
}
