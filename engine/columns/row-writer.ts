/** Rows as objects -> columns: each value goes straight into its column's array, by a generated function for each schema. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { vectorOf } from './builder.ts'
import { fixedDataFor, FixedVector, type FixedData } from './fixed-vector.ts'
import { StringVector } from './string-vector.ts'
import { toInternal, type Row } from './user-values.ts'
import type { Vector } from './vector.ts'

type Values = FixedData | unknown[]
type Put = (at: number, row: Row) => void
type Make = (arrays: readonly Values[], words: readonly (Int32Array | null)[], other: (field: number, at: number, value: unknown) => void, hasOwn: typeof Object.hasOwn, isSafe: typeof Number.isSafeInteger, floor: typeof Math.floor) => Put

/**
 * Columns of a known length that take rows in any order.
 *
 * ```ts
 * const writer = new RowWriter(parseSchema('k STRING, n BIGINT'), 2)
 * writer.write(0, { k: 'a', n: 1 })
 * writer.write(1, { k: 'b', n: null })
 * writer.columns(2)[1].get(0) // 1n
 * ```
 */
export class RowWriter {
  readonly #schema: StructTypeShape
  readonly #arrays: readonly Values[]
  readonly #nulls: (Uint8Array | null)[]
  readonly #length: number
  readonly #put: Put

  constructor(schema: StructTypeShape, length: number) {
    const types = schema.fields.map(f => f.dataType)
    this.#schema = schema
    this.#length = length
    this.#arrays = types.map(t => fixedDataFor(t, length) ?? new Array<unknown>(length).fill(null))
    this.#nulls = types.map(() => null)
    const words = this.#arrays.map(a => (a instanceof BigInt64Array ? new Int32Array(a.buffer) : null))
    this.#put = made(schema)(this.#arrays, words, (field, at, value) => this.#store(field, at, toInternal(types[field]!, value)), Object.hasOwn, Number.isSafeInteger, Math.floor)
  }

  /** Puts a row (an object by column name, or an array in column order) at a place that was not written before, or was cleared. Throws ValueMismatch. */
  write(at: number, row: Row | readonly unknown[]): void {
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) this.#put(at, row)
    else this.writeInternal(at, toInternal(this.#schema, row) as readonly unknown[])
  }

  /** Puts a row of internal values in the order of the columns. */
  writeInternal(at: number, values: readonly unknown[]): void { for (let k = 0; k < this.#arrays.length; k++) this.#store(k, at, values[k] ?? null) }

  /** Puts a row of NULLs. */
  writeNulls(at: number): void { for (let k = 0; k < this.#arrays.length; k++) this.#store(k, at, null) }

  /** Takes the row at a place away. */
  clear(at: number): void { for (const n of this.#nulls) if (n !== null) n[at] = 0 }

  /** The first `count` rows. */
  columns(count: number): Vector[] {
    return this.#schema.fields.map(({ dataType }, k) => {
      const array = this.#arrays[k]!, nulls = this.#nulls[k]?.subarray(0, count) ?? null
      if (!Array.isArray(array)) return new FixedVector(dataType, count === this.#length ? array : array.subarray(0, count), nulls, count)
      const values = count === this.#length ? array : array.slice(0, count)
      return dataType.kind === 'string' ? new StringVector(values as (string | null)[], nulls, dataType) : vectorOf(dataType, values)
    })
  }

  #store(field: number, at: number, value: unknown): void {
    const array = this.#arrays[field]!
    if (value === null) (this.#nulls[field] ??= new Uint8Array(this.#length))[at] = 1
    if (Array.isArray(array)) array[at] = value
    else if (array instanceof BigInt64Array) array[at] = value === null ? 0n : value as bigint
    else array[at] = Number(value)
  }
}

const makers = new Map<string, Make>()

// The usual form of a value is stored at once, all others by `other`.
function made({ fields }: StructTypeShape): Make {
  const body = fields.map((f, k) => {
    const name = JSON.stringify(f.name), put = storeText(f.dataType, k)
    return `v = hasOwn(row, ${name}) ? row[${name}] : null\n${put === null ? '' : `if (${put[0]}) ${put[1]}\nelse `}other(${k}, at, v)`
  }).join('\n')
  let make = makers.get(body)
  if (make === undefined) {
    if (makers.size >= 500) makers.clear()
    const locals = fields.map((_, k) => `const d${k} = arrays[${k}], w${k} = words[${k}]`).join('\n')
    makers.set(body, make = new Function('arrays', 'words', 'other', 'hasOwn', 'isSafe', 'floor', `${locals}\nreturn (at, row) => {\nlet v\n${body}\n}`) as Make)
  }
  return make
}

// What a value must be, and how it is then stored.
function storeText(type: DataType, k: number): readonly [string, string] | null {
  const whole = (bits: number): readonly [string, string] => [`typeof v === 'number' && (v | 0) === v${bits < 32 ? ` && v >= ${-(2 ** (bits - 1))} && v < ${2 ** (bits - 1)}` : ''}`, `d${k}[at] = v`]
  switch (type.kind) {
    case 'boolean': return [`typeof v === 'boolean'`, `d${k}[at] = v ? 1 : 0`]
    case 'byte': return whole(8)
    case 'short': return whole(16)
    case 'int': return whole(32)
    case 'long': return [`typeof v === 'number' && isSafe(v)`, `{ w${k}[2 * at] = v; w${k}[2 * at + 1] = floor(v / 4294967296) }`]
    case 'float': case 'double': return [`typeof v === 'number'`, `d${k}[at] = v`]
    case 'string': return [`typeof v === 'string'`, `d${k}[at] = v`]
    default: return null
  }
}
