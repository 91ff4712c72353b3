/** Owns a column's values on their way out: one typed array, or one buffer of texts, or a dictionary with numbers; without the NULLs. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { DataType } from '../../types/data-type.ts'
import { decimalBytes } from './schema.ts'

/** Texts or bytes behind each other; value `i` lies from `offsets[i]` to `offsets[i + 1]`. */
export interface PackedBytes { readonly bytes: Uint8Array; readonly offsets: Int32Array; readonly count: number }
export type PlainValues =
  | { readonly kind: 'bits'; readonly data: Uint8Array; readonly count: number }
  | { readonly kind: 'numbers'; readonly data: Int32Array | BigInt64Array | Float32Array | Float64Array; readonly count: number }
  | { readonly kind: 'fixed'; readonly data: Uint8Array; readonly size: number; readonly count: number }
  | { readonly kind: 'bytes'; readonly data: PackedBytes; readonly count: number }
  | { readonly kind: 'coded'; readonly dictionary: PackedBytes; readonly indices: Int32Array; readonly count: number }

/** The values of vectors that are not NULL, in the physical form of their type. */
export function plainValues(type: DataType, vectors: readonly Vector[], most: number, dictionaries: boolean): PlainValues {
  switch (type.kind) {
    case 'boolean': return { kind: 'bits', ...gather(vectors, new Uint8Array(most), v => (v === true ? 1 : 0)) } as PlainValues
    case 'byte': case 'short': case 'int': case 'date': case 'yearmonthinterval': return { kind: 'numbers', ...gather(vectors, new Int32Array(most), v => v as number) } as PlainValues
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'daytimeinterval': return { kind: 'numbers', ...gather(vectors, new BigInt64Array(most), v => v as never) } as PlainValues
    case 'time': {
      const found = gather(vectors, new BigInt64Array(most), v => v as never)
      // Microseconds, where these are all the digits that there are.
      if (type.precision <= 6) for (let i = 0; i < found.count; i++) found.data[i] = found.data[i]! / 1000n
      return { kind: 'numbers', ...found } as PlainValues
    }
    case 'float': return { kind: 'numbers', ...gather(vectors, new Float32Array(most), v => v as number) } as PlainValues
    case 'double': return { kind: 'numbers', ...gather(vectors, new Float64Array(most), v => v as number) } as PlainValues
    case 'decimal': {
      if (type.precision <= 9) return { kind: 'numbers', ...gather(vectors, new Int32Array(most), v => Number(v)) } as PlainValues
      if (type.precision <= 18) return { kind: 'numbers', ...gather(vectors, new BigInt64Array(most), v => v as never) } as PlainValues
      return fixedDecimals(vectors, most, decimalBytes(type.precision))
    }
    default: return (dictionaries ? codedBytes(vectors, most) : null) ?? rawBytes(vectors, most)
  }
}

type Gathered = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array
function gather<A extends Gathered>(vectors: readonly Vector[], data: A, of: (v: unknown) => number): { data: A; count: number } {
  let at = 0
  for (const v of vectors) {
    if (v instanceof FixedVector && v.data.constructor === data.constructor) {
      const from = v.data as unknown as Int32Array, to = data as unknown as Int32Array
      if (v.nulls === null) { to.set(v.length === from.length ? from : from.subarray(0, v.length), at); at += v.length }
      else at = copyThere(from, v.nulls, v.length, to, at)
    } else for (let i = 0; i < v.length; i++) if (!v.isNull(i)) (data as unknown as number[])[at++] = of(v.value(i))
  }
  return { data, count: at }
}

function copyThere(from: Int32Array, nulls: Uint8Array, length: number, to: Int32Array, at: number): number {
  for (let i = 0; i < length; i++) if (nulls[i] === 0) to[at++] = from[i]!
  return at
}

function fixedDecimals(vectors: readonly Vector[], most: number, size: number): PlainValues {
  const data = new Uint8Array(most * size)
  let count = 0
  for (const v of vectors) for (let i = 0; i < v.length; i++) if (!v.isNull(i)) {
    let x = v.value(i) as bigint
    for (let k = count * size + size - 1; k >= count * size; k--) { data[k] = Number(x & 255n); x >>= 8n }
    count++
  }
  return { kind: 'fixed', data, size, count }
}

const encoder = new TextEncoder()

class Packer {
  bytes: Uint8Array
  offsets: Int32Array
  count = 0
  #end = 0
  constructor(values: number, bytes: number) { this.offsets = new Int32Array(values + 1); this.bytes = new Uint8Array(bytes) }

  #room(more: number): void {
    if (this.#end + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.#end + more))
    larger.set(this.bytes.subarray(0, this.#end))
    this.bytes = larger
  }
  #named(): void {
    if (++this.count === this.offsets.length) { const more = new Int32Array(this.offsets.length * 2); more.set(this.offsets); this.offsets = more }
    this.offsets[this.count] = this.#end
  }
  text(s: string): void {
    const n = s.length
    this.#room(n * 3)
    if (n <= 32) {
      let k = 0
      const at = this.#end
      for (; k < n; k++) { const c = s.charCodeAt(k); if (c >= 0x80) break; this.bytes[at + k] = c }
      if (k === n) { this.#end = at + n; this.#named(); return }
    }
    this.#end += encoder.encodeInto(s, this.bytes.subarray(this.#end)).written
    this.#named()
  }
  piece(b: Uint8Array, start: number, end: number): void {
    const n = end - start
    this.#room(n)
    if (n <= 24) for (let k = 0; k < n; k++) this.bytes[this.#end + k] = b[start + k]!
    else this.bytes.set(b.subarray(start, end), this.#end)
    this.#end += n
    this.#named()
  }
  add(v: Vector, i: number): void {
    if (v instanceof BytesVector) { this.piece(v.bytes, v.starts[i]!, v.ends[i]!); return }
    const x = v.value(i) as string | Uint8Array
    if (typeof x === 'string') this.text(x)
    else this.piece(x, 0, x.length)
  }
}

function rawBytes(vectors: readonly Vector[], most: number): PlainValues {
  const p = new Packer(most, most * 16)
  for (const v of vectors) for (let i = 0; i < v.length; i++) if (!v.isNull(i)) p.add(v, i)
  return { kind: 'bytes', data: p, count: p.count }
}

const mostDictionaryBytes = 1 << 20, trial = 1 << 14

/** The values as numbers of a dictionary, or null when too few of them come again. */
function codedBytes(vectors: readonly Vector[], most: number): PlainValues | null {
  const p = new Packer(1024, 1 << 16), indices = new Int32Array(most), byText = new Map<string, number>()
  let table = new Int32Array(1 << 12).fill(-1), hashes = new Int32Array(1 << 11), count = 0
  const byBytes = (b: Uint8Array, start: number, end: number): number => {
    let h = end - start
    for (let i = start; i < end; i++) h = Math.imul(h ^ b[i]!, 0x01000193)
    h ^= h >>> 15
    for (let slot = h & (table.length - 1); ; slot = (slot + 1) & (table.length - 1)) {
      const found = table[slot]!
      if (found >= 0) {
        if (hashes[found] !== h) continue
        const from = p.offsets[found]!
        if (p.offsets[found + 1]! - from !== end - start) continue
        let k = 0
        while (k < end - start && p.bytes[from + k] === b[start + k]) k++
        if (k === end - start) return found
        continue
      }
      const id = p.count
      p.piece(b, start, end)
      if (id === hashes.length) { const more = new Int32Array(id * 2); more.set(hashes); hashes = more }
      hashes[id] = h
      table[slot] = id
      if (p.count * 2 > table.length) {
        table = new Int32Array(table.length * 2).fill(-1)
        for (let i = 0; i < p.count; i++) { let s = hashes[i]! & (table.length - 1); while (table[s]! >= 0) s = (s + 1) & (table.length - 1); table[s] = i }
      }
      return id
    }
  }
  const texts = (s: string): number => {
    let id = byText.get(s)
    if (id === undefined) { const b = encoder.encode(s); byText.set(s, id = byBytes(b, 0, b.length)) }
    return id
  }
  const hopeless = (): boolean => p.offsets[p.count]! > mostDictionaryBytes || (count >= trial && p.count > count / 2)
  // The batches of one file have one dictionary.
  let dictionary: Vector | null = null, shared: Int32Array | null = null
  for (const v of vectors) {
    if (!(v instanceof DictionaryVector)) shared = dictionary = null
    else if (v.dictionary !== dictionary || shared!.length < v.dictionary.length) shared = new Int32Array((dictionary = v.dictionary).length).fill(-1)
    for (let i = 0; i < v.length; i++) {
      if (v.isNull(i)) continue
      let id: number
      if (shared !== null) {
        const d = v as DictionaryVector, k = d.indices[i]!
        id = shared[k]!
        if (id < 0) { const x = d.dictionary.value(k) as string | Uint8Array; shared[k] = id = typeof x === 'string' ? texts(x) : byBytes(x, 0, x.length) }
      } else if (v instanceof BytesVector) id = byBytes(v.bytes, v.starts[i]!, v.ends[i]!)
      else { const x = v.value(i) as string | Uint8Array; id = typeof x === 'string' ? texts(x) : byBytes(x, 0, x.length) }
      indices[count++] = id
      if ((count & 4095) === 0 && hopeless()) return null
    }
  }
  return hopeless() || p.count * 2 > count ? null : { kind: 'coded', dictionary: p, indices, count }
}
