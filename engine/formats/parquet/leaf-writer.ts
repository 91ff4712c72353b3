/** Owns the encoding of one column chunk: levels, values, pages, compression, and the statistics of the whole. */
import type { DataType } from '../../types/data-type.ts'
import { compressPage } from './codecs.ts'
import { bitWidth, writeRuns } from './encodings.ts'
import { encodings, pageTypes, writePageHeader, type ColumnChunk, type Statistics } from './metadata.ts'
import type { PackedBytes, PlainValues } from './plain-values.ts'

/** What a chunk is made of. Null definitions: every entry is there. */
export interface LeafInput {
  readonly type: DataType; readonly physicalType: number; readonly path: readonly string[]; readonly maxDefinition: number; readonly maxRepetition: number
  readonly definitions: Uint8Array | null; readonly repetitions: Uint8Array | null; readonly entries: number; readonly values: PlainValues
}

const entriesPerPage = 1 << 16

/** The bytes of a chunk in pieces, and what the footer says of it; `offset` is where in the file it begins. */
export function writeLeaf(leaf: LeafInput, codec: number, offset: number): { readonly pieces: Uint8Array[]; readonly chunk: ColumnChunk } {
  const pieces: Uint8Array[] = [], { values } = leaf
  let compressedBytes = 0, uncompressedBytes = 0
  const page = (type: number, plain: Uint8Array, count: number, encoding: number): void => {
    const packed = compressPage(codec, plain), header = writePageHeader(type, plain.length, packed.length, count, encoding)
    pieces.push(header, packed)
    compressedBytes += header.length + packed.length
    uncompressedBytes += header.length + plain.length
  }
  let dictionaryOffset: number | null = null
  if (values.kind === 'coded') {
    const { dictionary: d } = values
    page(pageTypes.dictionary, plainBytes(d, 0, d.count), d.count, encodings.plain)
    dictionaryOffset = offset
  }
  const dataOffset = offset + compressedBytes
  let value = 0
  for (let from = 0; from < leaf.entries || from === 0;) {
    let to = Math.min(leaf.entries, from + entriesPerPage)
    // A page begins with a row.
    if (leaf.repetitions !== null) while (to < leaf.entries && leaf.repetitions[to] !== 0) to++
    let next = value
    if (leaf.definitions === null) next += to - from
    else for (let i = from; i < to; i++) if (leaf.definitions[i] === leaf.maxDefinition) next++
    const parts: Uint8Array[] = []
    if (leaf.maxRepetition > 0) parts.push(...levels(leaf.repetitions!, from, to, leaf.maxRepetition))
    if (leaf.maxDefinition > 0) parts.push(...(leaf.definitions === null ? allThere(to - from, leaf.maxDefinition) : levels(leaf.definitions, from, to, leaf.maxDefinition)))
    parts.push(...encoded(values, value, next))
    page(pageTypes.data, parts.length === 1 ? parts[0]! : joined(parts), to - from, values.kind === 'coded' ? encodings.rleDictionary : encodings.plain)
    value = next
    from = to
    if (leaf.entries === 0) break
  }
  return {
    pieces,
    chunk: {
      type: leaf.physicalType, path: leaf.path, codec, encodings: values.kind === 'coded' ? [encodings.plain, encodings.rle, encodings.rleDictionary] : [encodings.plain, encodings.rle], valueCount: leaf.entries,
      uncompressedBytes, compressedBytes, dataOffset, dictionaryOffset, statistics: statisticsOf(leaf),
    },
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of parts) { out.set(p, at); at += p.length }
  return out
}

const int32le = (n: number): Uint8Array => Uint8Array.of(n & 255, n >>> 8 & 255, n >>> 16 & 255, n >>> 24)

function levels(all: Uint8Array, from: number, to: number, most: number): Uint8Array[] {
  const bytes = writeRuns(all.subarray(from, to), to - from, bitWidth(most))
  return [int32le(bytes.length), bytes]
}

function allThere(n: number, most: number): Uint8Array[] {
  const bytes: number[] = []
  let head = n * 2
  while (head >= 128) { bytes.push((head & 127) | 128); head >>>= 7 }
  bytes.push(head, most)
  return [int32le(bytes.length), Uint8Array.from(bytes)]
}

function plainBytes(d: PackedBytes, from: number, to: number): Uint8Array {
  const out = new Uint8Array(d.offsets[to]! - d.offsets[from]! + 4 * (to - from)), { bytes, offsets } = d
  let at = 0
  for (let i = from; i < to; i++) {
    const start = offsets[i]!, n = offsets[i + 1]! - start
    out[at] = n & 255
    out[at + 1] = n >>> 8 & 255
    out[at + 2] = n >>> 16 & 255
    out[at + 3] = n >>> 24
    at += 4
    if (n <= 24) for (let k = 0; k < n; k++) out[at + k] = bytes[start + k]!
    else out.set(bytes.subarray(start, start + n), at)
    at += n
  }
  return out
}

function encoded(v: PlainValues, from: number, to: number): Uint8Array[] {
  switch (v.kind) {
    case 'bits': {
      const out = new Uint8Array(Math.ceil((to - from) / 8))
      for (let i = from; i < to; i++) if (v.data[i] !== 0) out[(i - from) >>> 3]! |= 1 << ((i - from) & 7)
      return [out]
    }
    case 'numbers': return [new Uint8Array(v.data.buffer, v.data.byteOffset + from * v.data.BYTES_PER_ELEMENT, (to - from) * v.data.BYTES_PER_ELEMENT)]
    case 'fixed': return [v.data.subarray(from * v.size, to * v.size)]
    case 'bytes': return [plainBytes(v.data, from, to)]
    case 'coded': { const width = Math.max(1, bitWidth(v.dictionary.count - 1)); return [Uint8Array.of(width), writeRuns(v.indices.subarray(from, to), to - from, width)] }
  }
}

// Longer texts would swell the footer; readers are then told nothing.
const longestStatistic = 4096

function statisticsOf(leaf: LeafInput): Statistics {
  const v = leaf.values, nullCount = leaf.entries - v.count
  const none: Statistics = { min: null, max: null, nullCount }
  if (v.count === 0) return none
  switch (v.kind) {
    case 'bits': {
      let least = 1, most = 0
      for (let i = 0; i < v.count; i++) if (v.data[i] !== 0) most = 1; else least = 0
      return { min: Uint8Array.of(least), max: Uint8Array.of(most), nullCount }
    }
    case 'numbers': { const found = v.data instanceof BigInt64Array ? ends64(v.data, v.count) : endsOf(v.data, v.count); return found === null ? none : { ...found, nullCount } }
    case 'fixed': {
      let min = v.data.subarray(0, v.size), max = min
      for (let i = 1; i < v.count; i++) { const x = v.data.subarray(i * v.size, (i + 1) * v.size); if (signedBefore(x, min)) min = x; if (signedBefore(max, x)) max = x }
      return { min: min.slice(), max: max.slice(), nullCount }
    }
    default: {
      const d = v.kind === 'coded' ? v.dictionary : v.data
      let min = 0, max = 0
      for (let i = 1; i < d.count; i++) { if (before(d, i, min)) min = i; if (before(d, max, i)) max = i }
      const bytes = (i: number): Uint8Array => d.bytes.slice(d.offsets[i]!, d.offsets[i + 1]!), least = bytes(min), most = bytes(max)
      return least.length > longestStatistic || most.length > longestStatistic ? none : { min: least, max: most, nullCount }
    }
  }
}

function before(d: PackedBytes, a: number, b: number): boolean {
  const { bytes, offsets } = d, x = offsets[a]!, y = offsets[b]!, n = Math.min(offsets[a + 1]! - x, offsets[b + 1]! - y)
  for (let k = 0; k < n; k++) { const p = bytes[x + k]!, q = bytes[y + k]!; if (p !== q) return p < q }
  return offsets[a + 1]! - x < offsets[b + 1]! - y
}

function signedBefore(a: Uint8Array, b: Uint8Array): boolean {
  const p = a[0]! << 24 >> 24, q = b[0]! << 24 >> 24
  if (p !== q) return p < q
  for (let k = 1; k < a.length; k++) if (a[k] !== b[k]) return a[k]! < b[k]!
  return false
}

const bytesOf = (a: Int32Array | Float32Array | Float64Array | BigInt64Array): Uint8Array => new Uint8Array(a.buffer)

function endsOf(data: Int32Array | Float32Array | Float64Array, count: number): { min: Uint8Array; max: Uint8Array } | null {
  let min = data[0]!, max = min
  for (let i = 0; i < count; i++) { const x = data[i]!; if (x < min) min = x; else if (x > max) max = x; if (x !== x) return null }
  // Zero has two signs, and readers must expect both.
  if (!(data instanceof Int32Array)) { if (min === 0) min = -0; if (max === 0) max = 0 }
  const one = (x: number): Uint8Array => bytesOf(data instanceof Int32Array ? Int32Array.of(x) : data instanceof Float32Array ? Float32Array.of(x) : Float64Array.of(x))
  return { min: one(min), max: one(max) }
}

// As halves: whole 64-bit numbers would each become an object.
function ends64(data: BigInt64Array, count: number): { min: Uint8Array; max: Uint8Array } {
  const high = new Int32Array(data.buffer, data.byteOffset, count * 2), low = new Uint32Array(data.buffer, data.byteOffset, count * 2)
  let min = 0, max = 0
  for (let i = 1; i < count; i++) {
    const h = high[2 * i + 1]!, l = low[2 * i]!, h0 = high[2 * min + 1]!, h1 = high[2 * max + 1]!
    if (h < h0 || (h === h0 && l < low[2 * min]!)) min = i
    else if (h > h1 || (h === h1 && l > low[2 * max]!)) max = i
  }
  return { min: bytesOf(BigInt64Array.of(data[min]!)), max: bytesOf(BigInt64Array.of(data[max]!)) }
}

