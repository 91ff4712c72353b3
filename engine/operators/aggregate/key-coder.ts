/** Coders of key columns by their type, code 0 standing for NULL: the step before rows are put into groups. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { fixedDataFor } from '../../columns/fixed-vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType, StructTypeShape } from '../../types/data-type.ts'
import { encodeDictionary, grown, type KeyCoder } from './key-codes.ts'
import { PairTable } from './pair-table.ts'
import { WordCoder } from './word-coder.ts'

export function keyCoder(type: DataType): KeyCoder {
  if (type.kind === 'string' || type.kind === 'binary') return new BytesCoder(type)
  if (type.kind === 'struct') return new StructCoder(type)
  if (fixedDataFor(type, 0) !== null) return new WordCoder(type)
  return new AnyCoder(type)
}

const rowsAtOnce = 1024
// From here on a table of bytes' keys is only doubled: memory counts for more than the copying.
const largeTable = 1 << 21

const utf8 = new TextEncoder()

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash ^ hash >>> 15
}

/** Strings and binary values by their bytes, kept behind each other in one arena. */
class BytesCoder implements KeyCoder {
  readonly #type: DataType
  #arena = new Uint8Array(1024)
  // By code where its bytes begin; they end where those of the next one begin.
  #starts = new Int32Array(64)
  // By place a code and the hash of its bytes.
  #table = new Int32Array(256)
  #scratch = new Uint8Array(256)
  #hashes: Int32Array | null = null
  count = 1

  constructor(type: DataType) { this.#type = type }

  encode(column: Vector, length: number, codes: Int32Array, known = false): void {
    if (column instanceof DictionaryVector) { encodeDictionary(this, column, length, codes, known); return }
    if (column instanceof ConstantVector) { codes.fill(column.constant === null ? 0 : this.#value(column.constant, known), 0, length); return }
    if (column instanceof BytesVector) {
      this.#encodeBytes(column, length, codes, known)
      return
    }
    for (let i = 0; i < length; i++) codes[i] = column.isNull(i) ? 0 : this.#value(column.value(i), known)
  }

  #value(value: unknown, known: boolean): number {
    if (typeof value !== 'string') return this.#code(value as Uint8Array, 0, (value as Uint8Array).length, known)
    if (this.#scratch.length < value.length * 3) this.#scratch = new Uint8Array(value.length * 3)
    return this.#code(this.#scratch, 0, utf8.encodeInto(value, this.#scratch).written, known)
  }

  // Many rows are hashed, and their places read, before the first is looked up: the reads of a table larger than the processor's caches then overlap.
  #encodeBytes({ bytes, starts, ends, nulls }: BytesVector, length: number, codes: Int32Array, known: boolean): void {
    const hashes = this.#hashes ??= new Int32Array(rowsAtOnce)
    for (let from = 0; from < length; from += rowsAtOnce) {
      const to = Math.min(length, from + rowsAtOnce), table = this.#table, mask = table.length - 1
      for (let i = from; i < to; i++) hashes[i - from] = nulls !== null && nulls[i] !== 0 ? 0 : hashBytes(bytes, starts[i]!, ends[i]!)
      for (let i = from; i < to; i++) codes[i] = table[hashes[i - from]! << 1 & mask]!
      for (let i = from; i < to; i++) codes[i] = nulls !== null && nulls[i] !== 0 ? 0 : this.#lookUp(hashes[i - from]!, bytes, starts[i]!, ends[i]!, known)
    }
  }

  #code(bytes: Uint8Array, start: number, end: number, known: boolean): number { return this.#lookUp(hashBytes(bytes, start, end), bytes, start, end, known) }

  #lookUp(hash: number, bytes: Uint8Array, start: number, end: number, known: boolean): number {
    const table = this.#table, starts = this.#starts, arena = this.#arena, mask = table.length - 1
    let at = hash << 1 & mask
    for (let code = table[at]!; code !== 0; at = at + 2 & mask, code = table[at]!) {
      if (table[at + 1] !== hash) continue
      let i = start, j = starts[code]!
      if (starts[code + 1]! - j !== end - start) continue
      while (i < end && bytes[i] === arena[j]) { i++; j++ }
      if (i === end) return code
    }
    if (known) return -1
    const code = this.count++
    table[at] = code
    table[at + 1] = hash
    this.#keep(code, bytes, start, end)
    if (this.count * 3 > table.length) this.#rehash()
    return code
  }

  #keep(code: number, bytes: Uint8Array, start: number, end: number): void {
    if (code + 1 >= this.#starts.length) this.#starts = grown(this.#starts)
    const at = this.#starts[code]!, next = at + end - start
    if (next > this.#arena.length) { const a = new Uint8Array(Math.max(this.#arena.length * 2, next)); a.set(this.#arena.subarray(0, at)); this.#arena = a }
    const arena = this.#arena
    if (end - start > 48) arena.set(bytes.subarray(start, end), at)
    else for (let i = start, j = at; i < end; i++, j++) arena[j] = bytes[i]!
    this.#starts[code + 1] = next
  }

  // From place to place, so that what is written lies in order, too.
  #rehash(): void {
    const old = this.#table, table = new Int32Array(old.length * (old.length < largeTable ? 4 : 2)), mask = table.length - 1
    for (let from = 0; from < old.length; from += 2) {
      const code = old[from]!
      if (code === 0) continue
      let at = old[from + 1]! << 1 & mask
      while (table[at] !== 0) at = at + 2 & mask
      table[at] = code
      table[at + 1] = old[from + 1]!
    }
    this.#table = table
  }

  decode(codes: Int32Array, count: number): Vector {
    const starts = new Int32Array(count), ends = new Int32Array(count)
    let nulls: Uint8Array | null = null
    for (let i = 0; i < count; i++) {
      const code = codes[i]!
      // NULL is code 0, which has no bytes.
      if (code === 0) (nulls ??= new Uint8Array(count))[i] = 1
      starts[i] = this.#starts[code]!; ends[i] = this.#starts[code + 1]!
    }
    // What is in use of the arena is never written again.
    return new BytesVector(this.#type, this.#arena, starts, ends, nulls, count)
  }
}

/** Structs as the combination of their fields' codes. */
class StructCoder implements KeyCoder {
  readonly #type: StructTypeShape
  readonly #fields: readonly KeyCoder[]
  readonly #pairs: readonly PairTable[]
  #codes: Int32Array[] = []
  #byCode: Int32Array[]

  constructor(type: StructTypeShape) {
    this.#type = type
    this.#fields = type.fields.map(f => keyCoder(f.dataType))
    this.#pairs = type.fields.slice(1).map(() => new PairTable())
    this.#byCode = type.fields.map(() => new Int32Array(64))
  }

  // A struct's code is one more than that of its fields together, for 0 is the NULL struct.
  get count(): number { return 1 + (this.#pairs.at(-1)?.count ?? this.#fields[0]?.count ?? 1) }

  encode(column: Vector, length: number, codes: Int32Array, known = false): void {
    const struct = column instanceof StructVector ? column : vectorOf(this.#type, Array.from({ length }, (_, i) => column.get(i))) as StructVector
    if (this.#fields.length === 0) { for (let i = 0; i < length; i++) codes[i] = struct.isNull(i) ? 0 : 1; return }
    while (this.#codes.length < this.#fields.length) this.#codes.push(new Int32Array(0))
    this.#fields.forEach((f, k) => {
      if (this.#codes[k]!.length < length) this.#codes[k] = new Int32Array(length)
      f.encode(struct.children[k]!, length, this.#codes[k]!, known)
    })
    codes.set(this.#codes[0]!.subarray(0, length))
    for (let k = 1; k < this.#fields.length; k++) this.#pairs[k - 1]!.combine(codes, this.#codes[k]!, length, codes, known)
    for (let i = 0; i < length; i++) {
      if (struct.nulls !== null && struct.nulls[i] !== 0) { codes[i] = 0; continue }
      if (codes[i]! < 0) continue
      const code = codes[i]! + 1
      codes[i] = code
      if (code >= this.#byCode[0]!.length) this.#byCode = this.#byCode.map(b => { const g = new Int32Array(Math.max(b.length * 2, code + 1)); g.set(b); return g })
      for (let k = 0; k < this.#byCode.length; k++) this.#byCode[k]![code] = this.#codes[k]![i]!
    }
  }

  decode(codes: Int32Array, count: number): Vector {
    let nulls: Uint8Array | null = null
    const own = new Int32Array(count)
    for (let i = 0; i < count; i++) if (codes[i] === 0) (nulls ??= new Uint8Array(count))[i] = 1
    const children = this.#fields.map((f, k) => {
      for (let i = 0; i < count; i++) own[i] = codes[i] === 0 ? 0 : this.#byCode[k]![codes[i]!]!
      return f.decode(own, count)
    })
    return new StructVector(this.#type, children, nulls, count)
  }
}

/** Arrays, wide decimals and the rest by a text of their value: the slow way, for rare key types. */
class AnyCoder implements KeyCoder {
  readonly #type: DataType
  readonly #codes = new Map<string, number>()
  readonly #values: unknown[] = [null]

  constructor(type: DataType) { this.#type = type }

  get count(): number { return this.#values.length }

  encode(column: Vector, length: number, codes: Int32Array, known = false): void {
    for (let i = 0; i < length; i++) {
      if (column.isNull(i)) { codes[i] = 0; continue }
      const value = column.value(i)
      const text = keyText(value)
      let code = this.#codes.get(text)
      if (code === undefined && known) code = -1
      if (code === undefined) { code = this.#values.push(value) - 1; this.#codes.set(text, code) }
      codes[i] = code
    }
  }

  decode(codes: Int32Array, count: number): Vector {
    return vectorOf(this.#type, Array.from({ length: count }, (_, i) => this.#values[codes[i]!]))
  }
}

/** A text that is the same for equal values only. */
function keyText(value: unknown): string {
  if (value === null) return 'n'
  switch (typeof value) {
    case 'bigint': return `b${value}`
    case 'number': return `d${value === 0 ? 0 : value}`
    case 'string': return `s${value.length}:${value}`
    case 'boolean': return value ? 't' : 'f'
    default:
      if (value instanceof Uint8Array) return `x${value.length}:${Array.from(value).join(',')}`
      if (Array.isArray(value)) return `[${value.map(keyText).join(',')}]`
      return `{${Object.values(value as object).map(keyText).join(',')}}`
  }
}
