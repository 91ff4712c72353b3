/** Columns whose rows come and go: values are put at slots, taken from slots, and a slot may be used again. What operators keep rows in between batches. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { vectorOf } from './builder.ts'
import { BytesVector } from './bytes-vector.ts'
import { ConstantVector } from './constant-vector.ts'
import { FixedVector, fixedDataFor, type FixedData } from './fixed-vector.ts'
import { keptCopy } from './kept-memory.ts'
import { plain } from './plain.ts'
import { StructVector } from './struct-vector.ts'
import type { Vector } from './vector.ts'

export interface SlotColumn {
  /** Puts the first `count` values of a column at these slots. */
  put(column: Vector, slots: Int32Array, count: number): void
  /** The values at these slots as a column of its own. */
  take(slots: Int32Array, count: number): Vector
  /** All slots as a column, each at the row of its number, when that takes no copying; valid until values are put. */
  whole(): Vector | null
  /** Says that the values at these slots are no longer wanted; `live` tells which slots still are, should the column tidy up. */
  free(slots: Int32Array, count: number, live: (slot: number) => boolean): void
  /** Bytes of memory. */
  readonly usedBytes: number
}

/** An empty column of a type. */
export function slotColumn(type: DataType): SlotColumn {
  if (type.kind === 'string' || type.kind === 'binary' || type.kind === 'variant') return new BytesSlots(type)
  if (type.kind === 'struct') return new StructSlots(type)
  return fixedDataFor(type, 0) !== null ? new FixedSlots(type) : new ValueSlots(type)
}

/** A larger copy of a typed array that holds index `most`. Bytes may be given out, to who takes no shared memory. */
export function grownTo<A extends FixedData>(data: A, most: number): A {
  const length = Math.max(1024, data.length + (data.length >> 1), most + 1)
  if (!(data instanceof Uint8Array)) return keptCopy(data, length)
  const next = new Uint8Array(length)
  next.set(data)
  return next as A
}

class Nulls {
  map: Uint8Array | null = null

  put(column: Vector, slots: Int32Array, count: number): void {
    const from = column.nulls
    if (from === null && this.map === null) return
    for (let i = 0; i < count; i++) {
      const isNull = from === null ? 0 : from[i]!
      if (this.map === null) { if (isNull === 0) continue; this.map = new Uint8Array(0) }
      const slot = slots[i]!
      if (slot >= this.map.length) this.map = grownTo(this.map, slot)
      this.map[slot] = isNull
    }
  }

  /** For rows below `length`. */
  whole(length: number): Uint8Array | null {
    if (this.map !== null && this.map.length < length) this.map = grownTo(this.map, length - 1)
    return this.map
  }

  take(slots: Int32Array, count: number): Uint8Array | null {
    const map = this.map
    if (map === null) return null
    const out = new Uint8Array(count)
    let any = 0
    // A slot behind the end was never put a NULL.
    for (let i = 0; i < count; i++) { const n = map[slots[i]!] ?? 0; out[i] = n; any |= n }
    return any === 0 ? null : out
  }
}

class FixedSlots implements SlotColumn {
  readonly #type: DataType
  readonly #nulls = new Nulls()
  #data: FixedData

  constructor(type: DataType) { this.#type = type; this.#data = fixedDataFor(type, 0)! }

  put(column: Vector, slots: Int32Array, count: number): void {
    let most = -1
    for (let i = 0; i < count; i++) if (slots[i]! > most) most = slots[i]!
    if (most >= this.#data.length) this.#data = grownTo(this.#data, most)
    if (column instanceof ConstantVector && column.constant !== null) {
      fill((plain(column, 1) as FixedVector).data, this.#data, slots, count)
      this.#nulls.put(column, slots, count)
      return
    }
    const v = plain(column, count) as FixedVector
    scatter(v.data, this.#data, slots, count)
    this.#nulls.put(v, slots, count)
  }

  take(slots: Int32Array, count: number): Vector {
    return new FixedVector(this.#type, this.#data, null).take(slots, count).withNulls(this.#nulls.take(slots, count))
  }

  whole(): Vector { return new FixedVector(this.#type, this.#data, this.#nulls.whole(this.#data.length)) }
  free(): void {}
  get usedBytes(): number { return this.#data.byteLength + (this.#nulls.map?.length ?? 0) }
}

// One loop for each element type, so that each stays monomorphic.
function scatter(from: FixedData, to: FixedData, slots: Int32Array, count: number): void {
  if (from instanceof BigInt64Array) { const o = to as BigInt64Array; for (let i = 0; i < count; i++) o[slots[i]!] = from[i]! } else if (from instanceof Float64Array) { const o = to as Float64Array; for (let i = 0; i < count; i++) o[slots[i]!] = from[i]! } else { const o = to as Int32Array; for (let i = 0; i < count; i++) o[slots[i]!] = from[i] as number }
}

// One value everywhere.
function fill(one: FixedData, to: FixedData, slots: Int32Array, count: number): void {
  if (to.BYTES_PER_ELEMENT < 8) { const value = one[0] as number; for (let i = 0; i < count; i++) to[slots[i]!] = value; return }
  const words = new Int32Array(to.buffer, to.byteOffset, 2 * to.length), [low, high] = new Int32Array(one.buffer, one.byteOffset, 2) as unknown as [number, number]
  for (let i = 0; i < count; i++) { const at = 2 * slots[i]!; words[at] = low; words[at + 1] = high }
}

const encoder = new TextEncoder()
const tidyAbove = 1 << 20

class BytesSlots implements SlotColumn {
  readonly #type: DataType
  readonly #nulls = new Nulls()
  #bytes = new Uint8Array(1024)
  #used = 0
  #garbage = 0
  #starts = new Int32Array(0)
  #ends = new Int32Array(0)

  constructor(type: DataType) { this.#type = type }

  put(column: Vector, slots: Int32Array, count: number): void {
    const v = plain(column, count)
    let most = -1
    for (let i = 0; i < count; i++) if (slots[i]! > most) most = slots[i]!
    if (most >= this.#starts.length) { this.#starts = grownTo(this.#starts, most); this.#ends = grownTo(this.#ends, most) }
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      this.#starts[slot] = this.#used
      if (!v.isNull(i)) this.#append(v, i)
      this.#ends[slot] = this.#used
    }
    this.#nulls.put(v, slots, count)
  }

  // What is in use is never written again: vectors given out are views of it.
  #append(v: Vector, i: number): void {
    if (v instanceof BytesVector) {
      const start = v.starts[i]!, end = v.ends[i]!
      this.#room(end - start)
      if (end - start > 32) this.#bytes.set(v.bytes.subarray(start, end), this.#used)
      else for (let from = start, to = this.#used; from < end;) this.#bytes[to++] = v.bytes[from++]!
      this.#used += end - start
      return
    }
    const value = v.value(i) as string | Uint8Array
    if (typeof value === 'string') {
      this.#room(value.length * 3)
      this.#used += encoder.encodeInto(value, this.#bytes.subarray(this.#used)).written
    } else { this.#room(value.length); this.#bytes.set(value, this.#used); this.#used += value.length }
  }

  #room(more: number): void {
    if (this.#used + more > this.#bytes.length) this.#bytes = grownTo(this.#bytes, this.#used + more)
  }

  take(slots: Int32Array, count: number): Vector {
    const starts = new Int32Array(count), ends = new Int32Array(count)
    for (let i = 0; i < count; i++) { starts[i] = this.#starts[slots[i]!]!; ends[i] = this.#ends[slots[i]!]! }
    return new BytesVector(this.#type, this.#bytes, starts, ends, this.#nulls.take(slots, count), count)
  }

  whole(): null { return null }

  free(slots: Int32Array, count: number, live: (slot: number) => boolean): void {
    for (let i = 0; i < count; i++) this.#garbage += this.#ends[slots[i]!]! - this.#starts[slots[i]!]!
    if (this.#garbage < tidyAbove || this.#garbage * 2 < this.#used) return
    const old = this.#bytes
    this.#bytes = new Uint8Array(this.#used - this.#garbage + tidyAbove)
    let at = 0
    for (let slot = 0; slot < this.#starts.length; slot++) {
      const start = this.#starts[slot]!, end = this.#ends[slot]!
      this.#starts[slot] = at
      if (live(slot)) { this.#bytes.set(old.subarray(start, end), at); at += end - start }
      this.#ends[slot] = at
    }
    this.#used = at
    this.#garbage = 0
  }

  get usedBytes(): number { return this.#bytes.length + this.#starts.byteLength * 2 + (this.#nulls.map?.length ?? 0) }
}

class StructSlots implements SlotColumn {
  readonly #type: StructTypeShape
  readonly #nulls = new Nulls()
  readonly #fields: readonly SlotColumn[]

  constructor(type: StructTypeShape) { this.#type = type; this.#fields = type.fields.map(f => slotColumn(f.dataType)) }

  put(column: Vector, slots: Int32Array, count: number): void {
    const plainColumn = plain(column, count)
    const v = plainColumn instanceof StructVector ? plainColumn : vectorOf(this.#type, Array.from({ length: count }, (_, i) => plainColumn.get(i))) as StructVector
    this.#fields.forEach((f, k) => f.put(v.field(k), slots, count))
    this.#nulls.put(v, slots, count)
  }

  take(slots: Int32Array, count: number): Vector {
    return new StructVector(this.#type, this.#fields.map(f => f.take(slots, count)), this.#nulls.take(slots, count), count)
  }

  whole(): null { return null }
  free(slots: Int32Array, count: number, live: (slot: number) => boolean): void { for (const f of this.#fields) f.free(slots, count, live) }
  get usedBytes(): number { return this.#fields.reduce((n, f) => n + f.usedBytes, this.#nulls.map?.length ?? 0) }
}

/** Arrays, maps, wide decimals: values as they are. */
class ValueSlots implements SlotColumn {
  readonly #type: DataType
  readonly #values: unknown[] = []

  constructor(type: DataType) { this.#type = type }

  put(column: Vector, slots: Int32Array, count: number): void { for (let i = 0; i < count; i++) this.#values[slots[i]!] = column.get(i) }
  take(slots: Int32Array, count: number): Vector { return vectorOf(this.#type, Array.from({ length: count }, (_, i) => this.#values[slots[i]!] ?? null)) }
  whole(): null { return null }
  free(slots: Int32Array, count: number): void { for (let i = 0; i < count; i++) this.#values[slots[i]!] = null }
  get usedBytes(): number { return this.#values.length * 64 }
}
