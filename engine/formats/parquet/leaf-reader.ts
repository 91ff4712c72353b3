/** Owns the decoding of one column chunk: pages to one typed array of the values that are there, and the levels that say where they belong. */
import { BytesVector, decodeUtf8 } from '../../columns/bytes-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { ObjectVector } from '../../columns/object-vector.ts'
import { StringVector } from '../../columns/string-vector.ts'
import { Vector } from '../../columns/vector.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { binaryType, type DataType } from '../../types/data-type.ts'
import { decompressPage } from './codecs.ts'
import { bitWidth, isRun, readDeltas, readRuns } from './encodings.ts'
import { codecNumbers, encodings, pageTypes, physical, readPageHeader, type ColumnChunk, type PageHeader } from './metadata.ts'
import { sparkTypeOf, type ParquetNode } from './schema.ts'

/** A leaf's values without the NULLs, and the levels of all entries; null levels: every value is there, none is repeated. */
export interface Leaf { readonly values: Vector; readonly definitions: Uint8Array | null; readonly repetitions: Uint8Array | null; readonly entries: number }

type Numbers = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array

/** Decodes a chunk from its bytes. `RangeError` for damaged ones. */
export function readLeaf(bytes: Uint8Array, chunk: ColumnChunk, node: ParquetNode): Leaf { return new LeafReader(bytes, chunk, node).read() }

class LeafReader {
  readonly #chunk: ColumnChunk
  readonly #node: ParquetNode
  readonly #bytes: Uint8Array
  readonly #definitions: Uint8Array | null
  readonly #repetitions: Uint8Array | null
  readonly #numbers: Numbers | null
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  // Decompressed pages, one behind the other: texts are views into this.
  #plain: Uint8Array
  #plainEnd = 0
  #entries = 0
  #count = 0
  // Whether every entry so far has a value.
  #whole = true
  #indices: Int32Array | null = null
  #dictionaryCount = -1
  #dictionaryNumbers: Numbers | null = null
  #dictionaryStarts = new Int32Array(0)
  #dictionaryEnds = new Int32Array(0)

  constructor(bytes: Uint8Array, chunk: ColumnChunk, node: ParquetNode) {
    this.#bytes = bytes
    this.#chunk = chunk
    this.#node = node
    const n = chunk.valueCount
    this.#definitions = node.definition > 0 ? new Uint8Array(n) : null
    this.#repetitions = node.repetition > 0 ? new Uint8Array(n) : null
    this.#numbers = numbersFor(chunk.type, n)
    this.#starts = new Int32Array(this.#numbers === null ? n : 0)
    this.#ends = new Int32Array(this.#numbers === null ? n : 0)
    this.#plain = chunk.codec === codecNumbers.uncompressed ? bytes : new Uint8Array(Math.min(chunk.uncompressedBytes, 2 ** 31 - 8))
  }

  read(): Leaf {
    const { valueCount } = this.#chunk
    for (let at = 0; this.#entries < valueCount;) {
      if (at >= this.#bytes.length) throw new RangeError(`parquet: the column ${this.#node.name} ends after ${this.#entries} of ${valueCount} values`)
      const { header, next } = readPageHeader(this.#bytes, at)
      at = next + header.compressedBytes
      if (header.compressedBytes < 0 || header.uncompressedBytes < 0 || at > this.#bytes.length) throw new RangeError(`parquet: a page of the column ${this.#node.name} is cut`)
      if (header.type === pageTypes.dictionary) this.#dictionary(header, next)
      else if (header.type === pageTypes.data) this.#page1(header, next)
      else if (header.type === pageTypes.data2) this.#page2(header, next)
    }
    return { values: this.#values(), definitions: this.#whole && this.#node.repetition === 0 ? null : this.#definitions, repetitions: this.#repetitions, entries: this.#entries }
  }

  // Puts a page's plain bytes where texts can point to; returns where they begin.
  #open(from: number, packed: number, length: number, compressed: boolean): number {
    if (this.#plain === this.#bytes) return from
    const at = this.#plainEnd
    this.#room(length)
    decompressPage(compressed ? this.#chunk.codec : codecNumbers.uncompressed, this.#bytes.subarray(from, from + packed), this.#plain, at, length)
    this.#plainEnd += length
    return at
  }

  #room(more: number): void {
    if (this.#plainEnd + more <= this.#plain.length && this.#plain !== this.#bytes) return
    const end = this.#plain === this.#bytes ? this.#bytes.length : this.#plainEnd
    const larger = new Uint8Array(Math.max(end + more, Math.min(end * 2, 2 ** 31 - 8)))
    larger.set(this.#plain.subarray(0, end))
    this.#plain = larger
    this.#plainEnd = end
  }

  #dictionary(h: PageHeader, from: number): void {
    const at = this.#open(from, h.compressedBytes, h.uncompressedBytes, true), n = h.valueCount
    this.#dictionaryCount = n
    this.#dictionaryNumbers = numbersFor(this.#chunk.type, n)
    if (this.#dictionaryNumbers === null) {
      this.#dictionaryStarts = new Int32Array(n)
      this.#dictionaryEnds = new Int32Array(n)
      this.#plainBytes(at, at + h.uncompressedBytes, n, this.#dictionaryStarts, this.#dictionaryEnds, 0)
    } else this.#plainNumbers(at, at + h.uncompressedBytes, n, this.#dictionaryNumbers, 0)
  }

  #page1(h: PageHeader, from: number): void {
    let at = this.#open(from, h.compressedBytes, h.uncompressedBytes, true)
    const end = at + h.uncompressedBytes
    const levels = (encoding: number, most: number, out: Uint8Array): void => {
      if (encoding !== encodings.rle) throw notSupported('levels in packed bits')
      const size = this.#plain[at]! | this.#plain[at + 1]! << 8 | this.#plain[at + 2]! << 16 | this.#plain[at + 3]! << 24
      readRuns(this.#plain, at + 4, at + 4 + size, bitWidth(most), out, this.#entries, h.valueCount)
      at += 4 + size
    }
    this.#checkEntries(h)
    if (this.#repetitions !== null) levels(h.repetitionEncoding, this.#node.repetition, this.#repetitions)
    const first = at + 4, whole = this.#definitions === null || isRun(this.#plain, first, end, this.#node.definition, h.valueCount)
    if (this.#definitions !== null) levels(h.definitionEncoding, this.#node.definition, this.#definitions)
    this.#data(h, at, end, whole)
  }

  #page2(h: PageHeader, from: number): void {
    this.#checkEntries(h)
    const data = from + h.repetitionBytes + h.definitionBytes, levelBytes = h.repetitionBytes + h.definitionBytes
    if (this.#repetitions !== null) readRuns(this.#bytes, from, from + h.repetitionBytes, bitWidth(this.#node.repetition), this.#repetitions, this.#entries, h.valueCount)
    if (this.#definitions !== null) readRuns(this.#bytes, from + h.repetitionBytes, data, bitWidth(this.#node.definition), this.#definitions, this.#entries, h.valueCount)
    const length = h.uncompressedBytes - levelBytes
    const at = this.#open(data, h.compressedBytes - levelBytes, length, h.compressed)
    this.#data(h, at, at + length, this.#definitions === null || isRun(this.#bytes, from + h.repetitionBytes, data, this.#node.definition, h.valueCount))
  }

  #checkEntries(h: PageHeader): void {
    if (this.#entries + h.valueCount > this.#chunk.valueCount) throw new RangeError(`parquet: the column ${this.#node.name} has more values than it says`)
  }

  // `whole`: every entry has a value.
  #data(h: PageHeader, at: number, end: number, whole: boolean): void {
    const from = this.#entries
    this.#entries += h.valueCount
    let n = h.valueCount
    if (!whole && this.#definitions !== null) {
      this.#whole = false
      const d = this.#definitions, most = this.#node.definition
      n = 0
      for (let i = from; i < this.#entries; i++) if (d[i] === most) n++
    }
    if (n > 0) this.#decode(h.encoding, at, end, n)
    this.#count += n
  }

  #decode(encoding: number, at: number, end: number, n: number): void {
    if (encoding === encodings.plainDictionary || encoding === encodings.rleDictionary) { this.#coded(at, end, n); return }
    if (this.#indices !== null) this.#giveUpDictionary()
    const numbers = this.#numbers
    switch (encoding) {
      case encodings.plain:
        if (numbers === null) this.#plainBytes(at, end, n, this.#starts, this.#ends, this.#count)
        else this.#plainNumbers(at, end, n, numbers, this.#count)
        return
      case encodings.rle:
        readRuns(this.#plain, at + 4, end, 1, numbers as Uint8Array, this.#count, n)
        return
      case encodings.deltaBinary: {
        const { values } = readDeltas(this.#plain, at, n)
        if (numbers instanceof BigInt64Array) numbers.set(values.subarray(0, n), this.#count)
        else for (let i = 0; i < n; i++) numbers![this.#count + i] = Number(BigInt.asIntN(32, values[i]!))
        return
      }
      case encodings.deltaLengths: {
        const { values, next } = readDeltas(this.#plain, at, n)
        for (let i = 0, p = next; i < n; i++) { this.#starts[this.#count + i] = p; p += Number(values[i]!); this.#ends[this.#count + i] = p }
        return
      }
      case encodings.deltaBytes: this.#deltaBytes(at, n); return
      case encodings.byteStreamSplit: this.#splitStreams(at, end, n); return
      default: throw notSupported(`encoding ${encoding}`)
    }
  }

  #coded(at: number, end: number, n: number): void {
    if (this.#dictionaryCount < 0) throw new RangeError(`parquet: the column ${this.#node.name} has no dictionary`)
    const width = this.#plain[at]!
    const numbers = this.#numbers, from = this.#count
    const out = numbers === null && (this.#indices !== null || from === 0) ? (this.#indices ??= new Int32Array(this.#chunk.valueCount)) : new Int32Array(n)
    const place = out === this.#indices ? from : 0
    if (width > 0) readRuns(this.#plain, at + 1, end, width, out, place, n)
    const most = this.#dictionaryCount
    for (let i = place; i < place + n; i++) if (out[i]! >= most) throw new RangeError(`parquet: the column ${this.#node.name} points outside its dictionary`)
    if (out === this.#indices) return
    if (numbers === null) { this.#pointTo(out, 0, n, from); return }
    const d = this.#dictionaryNumbers!
    if (numbers instanceof BigInt64Array) for (let i = 0; i < n; i++) numbers[from + i] = (d as BigInt64Array)[out[i]!]!
    else for (let i = 0; i < n; i++) numbers[from + i] = (d as Float64Array)[out[i]!]!
  }

  #pointTo(indices: Int32Array, first: number, n: number, place: number): void {
    for (let i = 0; i < n; i++) { this.#starts[place + i] = this.#dictionaryStarts[indices[first + i]!]!; this.#ends[place + i] = this.#dictionaryEnds[indices[first + i]!]! }
  }

  #giveUpDictionary(): void {
    this.#pointTo(this.#indices!, 0, this.#count, 0)
    this.#indices = null
  }

  #plainBytes(start: number, end: number, n: number, starts: Int32Array, ends: Int32Array, place: number): void {
    const b = this.#plain
    if (this.#chunk.type === physical.fixed) {
      const size = this.#node.element.typeLength
      if (start + n * size > end) throw new RangeError('parquet: a page is cut')
      for (let i = 0, p = start; i < n; i++, p += size) { starts[place + i] = p; ends[place + i] = p + size }
      return
    }
    let p = start
    for (let i = 0; i < n; i++) {
      const size = b[p]! | b[p + 1]! << 8 | b[p + 2]! << 16 | b[p + 3]! << 24
      p += 4
      starts[place + i] = p
      p += size
      if (size < 0 || p > end) throw new RangeError('parquet: a text leaves its page')
      ends[place + i] = p
    }
  }

  #plainNumbers(at: number, end: number, n: number, out: Numbers, place: number): void {
    const b = this.#plain
    if (this.#chunk.type === physical.boolean) {
      if (at + Math.ceil(n / 8) > end) throw new RangeError('parquet: a page is cut')
      for (let i = 0; i < n; i++) out[place + i] = b[at + (i >>> 3)]! >>> (i & 7) & 1
      return
    }
    if (this.#chunk.type === physical.int96) {
      if (at + n * 12 > end) throw new RangeError('parquet: a page is cut')
      const view = new DataView(b.buffer, b.byteOffset, b.byteLength), micros = out as BigInt64Array
      for (let i = 0, p = at; i < n; i++, p += 12) micros[place + i] = BigInt(view.getInt32(p + 8, true) - 2440588) * 86_400_000_000n + view.getBigInt64(p, true) / 1000n
      return
    }
    const size = out.BYTES_PER_ELEMENT
    if (at + n * size > end) throw new RangeError('parquet: a page is cut')
    new Uint8Array(out.buffer, out.byteOffset + place * size, n * size).set(b.subarray(at, at + n * size))
  }

  #deltaBytes(at: number, n: number): void {
    const prefixes = readDeltas(this.#plain, at, n), suffixes = readDeltas(this.#plain, prefixes.next, n)
    let total = 0
    for (let i = 0; i < n; i++) total += Number(prefixes.values[i]!) + Number(suffixes.values[i]!)
    this.#room(total)
    const b = this.#plain
    let from = suffixes.next, to = this.#plainEnd, before = to
    for (let i = 0; i < n; i++) {
      const prefix = Number(prefixes.values[i]!), suffix = Number(suffixes.values[i]!)
      b.copyWithin(to, before, before + prefix)
      b.copyWithin(to + prefix, from, from + suffix)
      from += suffix
      before = to
      this.#starts[this.#count + i] = to
      to += prefix + suffix
      this.#ends[this.#count + i] = to
    }
    this.#plainEnd = to
  }

  #splitStreams(at: number, end: number, n: number): void {
    const numbers = this.#numbers, size = numbers === null ? this.#node.element.typeLength : numbers.BYTES_PER_ELEMENT
    if (at + n * size > end) throw new RangeError('parquet: a page is cut')
    if (numbers === null) this.#room(n * size)
    const b = this.#plain, out = numbers === null ? b : new Uint8Array(numbers.buffer, numbers.byteOffset + this.#count * size, n * size), to = numbers === null ? this.#plainEnd : 0
    for (let k = 0; k < size; k++) for (let i = 0; i < n; i++) out[to + i * size + k] = b[at + k * n + i]!
    if (numbers !== null) return
    for (let i = 0; i < n; i++) { this.#starts[this.#count + i] = to + i * size; this.#ends[this.#count + i] = to + (i + 1) * size }
    this.#plainEnd = to + n * size
  }

  #values(): Vector {
    const type = sparkTypeOf(this.#node, true), n = this.#count
    if (this.#numbers !== null) return numbersVector(this.#node, type, this.#numbers, n)
    const raw = type.kind === 'string' ? type : binaryType
    if (this.#indices === null) return bytesAs(type, new BytesVector(raw, this.#plain, this.#starts, this.#ends, null, n))
    const entries = new BytesVector(raw, this.#plain, this.#dictionaryStarts, this.#dictionaryEnds, null, this.#dictionaryCount)
    return new DictionaryVector(type.kind === 'string' && entries.length * 4 <= n ? decoded(entries) : bytesAs(type, entries), this.#indices, null, n)
  }
}

const notSupported = (what: string): Error => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `Parquet with ${what}`, advice: 'Write the file anew with the usual settings.' })

function numbersFor(type: number, n: number): Numbers | null {
  switch (type) {
    case physical.boolean: return new Uint8Array(n)
    case physical.int32: return new Int32Array(n)
    case physical.int64: case physical.int96: return new BigInt64Array(n)
    case physical.float: return new Float32Array(n)
    case physical.double: return new Float64Array(n)
    default: return null
  }
}

// Texts that many rows share are decoded once.
function decoded(v: BytesVector): StringVector {
  const out = new Array<string>(v.length)
  for (let i = 0; i < v.length; i++) out[i] = decodeUtf8(v.bytes, v.starts[i]!, v.ends[i]!)
  return new StringVector(out, null, v.type)
}

function numbersVector(node: ParquetNode, type: DataType, data: Numbers, n: number): Vector {
  switch (type.kind) {
    case 'byte': return new FixedVector(type, Int8Array.from((data as Int32Array).subarray(0, n)), null, n)
    case 'short': return new FixedVector(type, Int16Array.from((data as Int32Array).subarray(0, n)), null, n)
    case 'long':
      if (data instanceof BigInt64Array) break
      return new FixedVector(type, BigInt64Array.from((data as Int32Array).subarray(0, n), v => BigInt(v >>> 0)), null, n)
    case 'decimal':
      if (type.precision > 18) return new ObjectVector(type, Array.from((data as BigInt64Array).subarray(0, n), v => BigInt.asUintN(64, v)), null)
      if (data instanceof Int32Array) return new FixedVector(type, BigInt64Array.from(data.subarray(0, n), v => BigInt(v)), null, n)
      break
    case 'time': {
      const l = node.element.logical, nanos = data as BigInt64Array
      if (!(l?.kind === 'time' && l.unit === 'nanos')) for (let i = 0; i < n; i++) nanos[i] = nanos[i]! * 1000n
      break
    }
    case 'timestamp': case 'timestamp_ntz': {
      const e = node.element, unit = e.type === physical.int96 ? 'micros' : e.logical?.kind === 'timestamp' ? e.logical.unit : e.converted === 9 ? 'millis' : 'micros'
      const micros = data as BigInt64Array
      if (unit === 'millis') for (let i = 0; i < n; i++) micros[i] = micros[i]! * 1000n
      if (unit === 'nanos') for (let i = 0; i < n; i++) { const v = micros[i]!; micros[i] = v / 1000n - (v % 1000n < 0n ? 1n : 0n) }
    }
  }
  return new FixedVector(type, data, null, n)
}

/** The signed number of big-endian bytes. */
export function bigEndian(b: Uint8Array, start: number, end: number): bigint {
  if (end === start) return 0n
  let v = 0n
  for (let i = start; i < end; i++) v = v << 8n | BigInt(b[i]!)
  return BigInt.asIntN(8 * (end - start), v)
}

function bytesAs(type: DataType, v: BytesVector): Vector {
  if (type.kind !== 'decimal') return v
  if (type.precision > 18) return new ObjectVector(type, Array.from({ length: v.length }, (_, i) => bigEndian(v.bytes, v.starts[i]!, v.ends[i]!)), null)
  const data = new BigInt64Array(v.length)
  for (let i = 0; i < v.length; i++) data[i] = bigEndian(v.bytes, v.starts[i]!, v.ends[i]!)
  return new FixedVector(type, data, null, v.length)
}
