/** Puts rows into groups: key columns in, a dense group number a row out. */
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { keyCoder } from './key-coder.ts'
import type { KeyCoder } from './key-codes.ts'
import { PairTable } from './pair-table.ts'

/** Keys must be in their normal form (one NaN, no −0.0). NULL is a key like any other. */
export class GroupIndex {
  readonly #coders: readonly KeyCoder[]
  readonly #pairs: readonly PairTable[]
  #numberOf = new Int32Array(64).fill(-1)
  // Whether code c has the number c - 1, as it is with one column of keys while none is NULL: then nothing has to be looked up.
  #inTurn = true
  #keyCodes: Int32Array[]
  #scratch: Int32Array[]
  /** How many groups there are. */
  count = 0

  constructor(types: readonly DataType[]) {
    this.#coders = types.map(keyCoder)
    this.#pairs = types.slice(1).map(() => new PairTable())
    this.#keyCodes = types.map(() => new Int32Array(64))
    this.#scratch = types.map(() => new Int32Array(0))
    if (types.length === 0) this.count = 1
  }

  /** The group of each row. Without key columns every row is in group 0, which exists even with no rows. */
  add(columns: readonly Vector[], length: number): Int32Array {
    const groups = this.#codes(columns, length, false)
    if (columns.length === 0) return groups
    let i = 0
    if (this.#inTurn) for (; i < length; i++) {
      const code = groups[i]!
      if (code > this.count || code === 0) { if (code !== this.count + 1) { this.#inTurn = false; break } this.#number(code, i) }
      groups[i] = code - 1
    }
    for (; i < length; i++) {
      const code = groups[i]!, group = code < this.#numberOf.length ? this.#numberOf[code]! : -1
      groups[i] = group < 0 ? this.#number(code, i) : group
    }
    return groups
  }

  // A new group: that of the row's code.
  #number(code: number, row: number): number {
    if (code >= this.#numberOf.length) { const g = new Int32Array(Math.max(this.#numberOf.length * 2, code + 1)).fill(-1); g.set(this.#numberOf); this.#numberOf = g }
    const group = this.count++
    this.#numberOf[code] = group
    this.#remember(group, row)
    return group
  }

  /** The group of each row, −1 for keys that no row added; none is added. */
  find(columns: readonly Vector[], length: number): Int32Array {
    const groups = this.#codes(columns, length, true), numbers = this.#numberOf
    if (columns.length === 0) return groups
    for (let i = 0; i < length; i++) { const code = groups[i]!; groups[i] = code < 0 || code >= numbers.length ? -1 : numbers[code]! }
    return groups
  }

  /** A number for each row's keys. */
  #codes(columns: readonly Vector[], length: number, known: boolean): Int32Array {
    const codes = new Int32Array(length)
    if (columns.length === 0) return codes
    columns.forEach((c, k) => {
      if (this.#scratch[k]!.length < length) this.#scratch[k] = new Int32Array(length)
      this.#coders[k]!.encode(c, length, this.#scratch[k]!, known)
    })
    codes.set(this.#scratch[0]!.subarray(0, length))
    for (let k = 1; k < columns.length; k++) this.#pairs[k - 1]!.combine(codes, this.#scratch[k]!, length, codes, known)
    return codes
  }

  #remember(group: number, row: number): void {
    if (group >= this.#keyCodes[0]!.length) this.#keyCodes = this.#keyCodes.map(c => { const g = new Int32Array(c.length * 2); g.set(c); return g })
    for (let k = 0; k < this.#keyCodes.length; k++) this.#keyCodes[k]![group] = this.#scratch[k]![row]!
  }

  /** The key columns, a row a group. */
  keys(): Vector[] {
    return this.#coders.map((c, k) => c.decode(this.#keyCodes[k]!.subarray(0, this.count), this.count))
  }

  /** The key columns of these groups. */
  keysOf(groups: Int32Array, count: number): Vector[] {
    const codes = new Int32Array(count)
    return this.#coders.map((c, k) => {
      const own = this.#keyCodes[k]!
      for (let i = 0; i < count; i++) codes[i] = own[groups[i]!]!
      return c.decode(codes, count)
    })
  }
}
