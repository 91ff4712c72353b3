/** Writes VARIANT values: numbers as small as they go, objects with their fields in the order of names, names once for all. */
import { executionError } from '../../errors/spark-error.ts'
import { sortedFields, type FieldEntry } from './fields.ts'
import { basic, primitive, sizeAt } from './layout.ts'
import { NameTable, putUnsigned, widthOf } from './names.ts'

const encoder = new TextEncoder()
const int32 = 1n << 31n
/** Spark's limit of the size of a value. */
const mostBytes = 128 * 1024 * 1024
const digits9 = 10n ** 9n, digits18 = 10n ** 18n

/** One value after another: `begin`, write, `writeTo` or `result`; the memory is used again. What grows beyond 128 MiB raises VARIANT_SIZE_LIMIT. */
export class VariantBuilder {
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #at = 0
  readonly #names = new NameTable()

  /** Forgets what was written. */
  begin(): this {
    this.#at = 0
    this.#names.begin()
    return this
  }

  /** Where the next value will stand. */
  get at(): number { return this.#at }

  /** The number of a name. */
  nameId(name: string): number { return this.#names.id(name) }

  null(): void { this.#header(primitive.null, 0) }
  /** As many nulls; gives where they stand. In an array each takes an offset besides. */
  nulls(count: number): number[] {
    this.#room(5 * count)
    return Array.from({ length: count }, () => { this.null(); return this.#at - 1 })
  }
  boolean(v: boolean): void { this.#header(v ? primitive.true : primitive.false, 0) }

  long(v: bigint): void {
    if (v >= -int32 && v < int32) { this.integer(Number(v)); return }
    this.#header(primitive.int64, 8)
    this.#view.setBigInt64(this.#at - 8, v, true)
  }

  /** A whole number of at most 32 bits. */
  integer(v: number): void {
    if (v >= -128 && v < 128) { this.#header(primitive.int8, 1); this.#view.setInt8(this.#at - 1, v) }
    else if (v >= -32768 && v < 32768) { this.#header(primitive.int16, 2); this.#view.setInt16(this.#at - 2, v, true) }
    else { this.#header(primitive.int32, 4); this.#view.setInt32(this.#at - 4, v, true) }
  }

  double(v: number): void { this.#header(primitive.double, 8); this.#view.setFloat64(this.#at - 8, v, true) }
  float(v: number): void { this.#header(primitive.float, 4); this.#view.setFloat32(this.#at - 4, v, true) }
  date(days: number): void { this.#header(primitive.date, 4); this.#view.setInt32(this.#at - 4, days, true) }
  timestamp(micros: bigint): void { this.#header(primitive.timestamp, 8); this.#view.setBigInt64(this.#at - 8, micros, true) }
  timestampNtz(micros: bigint): void { this.#header(primitive.timestampNtz, 8); this.#view.setBigInt64(this.#at - 8, micros, true) }

  /** A decimal of at most 38 digits. */
  decimal(unscaled: bigint, scale: number): void {
    const size = unscaled < 0n ? -unscaled : unscaled
    const width = size < digits9 && scale <= 9 ? 4 : size < digits18 && scale <= 18 ? 8 : 16
    this.#header(width === 4 ? primitive.decimal4 : width === 8 ? primitive.decimal8 : primitive.decimal16, 1 + width)
    const start = this.#at - width
    this.#bytes[start - 1] = scale
    if (width === 4) this.#view.setInt32(start, Number(unscaled), true)
    else {
      this.#view.setBigInt64(start, BigInt.asIntN(64, unscaled), true)
      if (width === 16) this.#view.setBigInt64(start + 8, unscaled >> 64n, true)
    }
  }

  /** A decimal of at most 9 digits, as many of them behind the point. */
  smallDecimal(unscaled: number, scale: number): void {
    this.#header(primitive.decimal4, 5)
    this.#bytes[this.#at - 5] = scale
    this.#view.setInt32(this.#at - 4, unscaled, true)
  }

  text(v: string): void {
    const n = v.length
    if (n >= 64) { this.utf8(encoder.encode(v)); return }
    // Short texts of ASCII, which most are, byte by byte.
    this.#room(1 + n)
    const bytes = this.#bytes, start = this.#at
    for (let i = 0; i < n; i++) {
      const c = v.charCodeAt(i)
      if (c >= 0x80) { this.utf8(encoder.encode(v)); return }
      bytes[start + 1 + i] = c
    }
    bytes[start] = n << 2 | basic.shortText
    this.#at = start + 1 + n
  }

  /** A text by its bytes. */
  utf8(v: Uint8Array): void {
    if (v.length < 64) { this.#room(1 + v.length); this.#bytes[this.#at++] = v.length << 2 | basic.shortText } else this.#long(primitive.string, v.length)
    this.copy(v, 0, v.length)
  }

  binary(v: Uint8Array): void {
    this.#long(primitive.binary, v.length)
    this.copy(v, 0, v.length)
  }

  /** A value that is written already, without names in it. */
  copy(b: Uint8Array, start: number, end: number): void {
    this.#room(end - start)
    this.#bytes.set(b.subarray(start, end), this.#at)
    this.#at += end - start
  }

  /** Makes an array of the values written since `start`, which begin at these places. */
  array(start: number, places: readonly number[]): void {
    const size = this.#at - start, large = places.length > 0xff, width = widthOf(size), counted = large ? 4 : 1
    const children = this.#insert(start, 1 + counted + width * (places.length + 1))
    this.#bytes[start] = (large ? 1 : 0) << 4 | width - 1 << 2 | basic.array
    this.#put(start + 1, places.length, counted)
    places.forEach((at, i) => { this.#put(start + 1 + counted + width * i, at - start, width) })
    this.#put(children - width, size, width)
  }

  /** Makes an object of the values written since `start`. A name that comes twice keeps its last value if `lastWins`. Throws VARIANT_DUPLICATE_KEY. */
  object(start: number, fields: FieldEntry[], lastWins = false): void {
    const sorted = sortedFields(fields, lastWins)
    if (sorted.length < fields.length) this.#dropLost(start, sorted)
    const size = this.#at - start, n = sorted.length, large = n > 0xff, counted = large ? 4 : 1
    const idWidth = widthOf(sorted.reduce((most, f) => Math.max(most, f.id), 0)), width = widthOf(size)
    const children = this.#insert(start, 1 + counted + idWidth * n + width * (n + 1))
    this.#bytes[start] = (large ? 1 : 0) << 6 | idWidth - 1 << 4 | width - 1 << 2 | basic.object
    this.#put(start + 1, n, counted)
    const ids = start + 1 + counted, offsets = ids + idWidth * n
    sorted.forEach((f, i) => {
      this.#put(ids + idWidth * i, f.id, idWidth)
      this.#put(offsets + width * i, f.at - start, width)
    })
    this.#put(children - width, size, width)
  }

  // Takes out the values of names that came again, and moves the others together in the order they were written.
  #dropLost(start: number, sorted: FieldEntry[]): void {
    let at = start
    for (const f of [...sorted].sort((a, b) => a.at - b.at)) {
      const size = sizeAt(this.#bytes, f.at)
      this.#bytes.copyWithin(at, f.at, f.at + size)
      sorted[sorted.indexOf(f)] = { ...f, at }
      at += size
    }
    this.#at = at
  }

  /** How many bytes the metadata and the value have. */
  get size(): number { return this.#names.size + this.#at }

  /** Writes metadata and value at a place; gives where they end. */
  writeTo(out: Uint8Array, start: number): number {
    const at = this.#names.writeTo(out, start)
    out.set(this.#bytes.subarray(0, this.#at), at)
    return at + this.#at
  }

  /** Metadata and value in bytes of their own. */
  result(): Uint8Array { const out = new Uint8Array(this.size); this.writeTo(out, 0); return out }

  #header(type: number, content: number): void {
    this.#room(1 + content)
    this.#bytes[this.#at] = type << 2
    this.#at += 1 + content
  }

  #long(type: number, length: number): void {
    this.#room(5 + length)
    this.#bytes[this.#at] = type << 2
    this.#view.setUint32(this.#at + 1, length, true)
    this.#at += 5
  }

  // Moves all from `start` on to make room; gives where it stands now.
  #insert(start: number, size: number): number {
    this.#room(size)
    this.#bytes.copyWithin(start + size, start, this.#at)
    this.#at += size
    return start + size
  }

  #room(more: number): void {
    const size = this.#at + more
    if (size <= this.#bytes.length) return
    if (size > mostBytes) throw executionError('VARIANT_SIZE_LIMIT', { sizeLimit: mostBytes })
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, size))
    grown.set(this.#bytes.subarray(0, this.#at))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  #put(at: number, value: number, width: number): void { putUnsigned(this.#bytes, at, value, width) }
}
