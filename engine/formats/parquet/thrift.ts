/** Owns Thrift's compact protocol, as far as Parquet's metadata needs it: structs as plain values by field number, both ways. */

/** A struct: values by field number. Binary fields are bytes, i64 are bigints, i32 and below are numbers. */
export type ThriftStruct = { readonly [field: number]: ThriftValue }
export type ThriftValue = boolean | number | bigint | Uint8Array | readonly ThriftValue[] | ThriftStruct

const wire = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const

/** Reads structs from bytes; `position` is behind what was read. `RangeError` when the bytes are cut. */
export class ThriftReader {
  readonly #bytes: Uint8Array
  position: number

  constructor(bytes: Uint8Array, position = 0) { this.#bytes = bytes; this.position = position }

  #byte(): number {
    const b = this.#bytes[this.position++]
    if (b === undefined) throw new RangeError('thrift: the bytes are cut')
    return b
  }

  #varint(): number {
    let n = 0, by = 1
    for (;;) {
      const b = this.#byte()
      n += (b & 127) * by
      if (b < 128) return n
      by *= 128
    }
  }

  #zigzag(): number { const n = this.#varint(); return n % 2 === 0 ? n / 2 : -(n + 1) / 2 }

  #zigzag64(): bigint {
    let n = 0n, shift = 0n
    for (;;) {
      const b = this.#byte()
      n |= BigInt(b & 127) << shift
      if (b < 128) break
      shift += 7n
    }
    return BigInt.asIntN(64, (n >> 1n) ^ -(n & 1n))
  }

  struct(): ThriftStruct {
    const out: { [field: number]: ThriftValue } = {}
    for (let id = 0; ;) {
      const head = this.#byte()
      if (head === 0) return out
      id = head >>> 4 === 0 ? this.#zigzag() : id + (head >>> 4)
      const type = head & 15
      out[id] = type === wire.true ? true : type === wire.false ? false : this.#value(type)
    }
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case wire.true: case wire.false: return this.#byte() === 1
      case wire.byte: return (this.#byte() << 24) >> 24
      case wire.i16: case wire.i32: return this.#zigzag()
      case wire.i64: return this.#zigzag64()
      case wire.double: { const v = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.position, 8).getFloat64(0, true); this.position += 8; return v }
      case wire.binary: {
        const n = this.#varint(), from = this.position
        if (from + n > this.#bytes.length) throw new RangeError('thrift: the bytes are cut')
        this.position += n
        return this.#bytes.subarray(from, from + n)
      }
      case wire.list: case wire.set: {
        const head = this.#byte(), n = head >>> 4 === 15 ? this.#varint() : head >>> 4, items: ThriftValue[] = []
        for (let i = 0; i < n; i++) items.push(this.#value(head & 15))
        return items
      }
      case wire.map: {
        const n = this.#varint(), entries: ThriftValue[] = []
        if (n === 0) return entries
        const types = this.#byte()
        for (let i = 0; i < n; i++) entries.push([this.#value(types >>> 4), this.#value(types & 15)])
        return entries
      }
      case wire.struct: return this.struct()
      default: throw new RangeError(`thrift: there is no type ${type}`)
    }
  }
}

/** Writes structs; each method writes one field, in rising order of field numbers within a struct. */
export class ThriftWriter {
  #bytes = new Uint8Array(1024)
  #at = 0
  #last = 0
  readonly #outer: number[] = []

  get bytes(): Uint8Array { return this.#bytes.subarray(0, this.#at) }

  #put(b: number): void {
    if (this.#at === this.#bytes.length) { const more = new Uint8Array(this.#at * 2); more.set(this.#bytes); this.#bytes = more }
    this.#bytes[this.#at++] = b
  }

  #varint(n: number): void { while (n >= 128) { this.#put((n % 128) | 128); n = Math.floor(n / 128) } this.#put(n) }
  #zigzag(n: number): void { this.#varint(n >= 0 ? n * 2 : -n * 2 - 1) }
  #zigzag64(v: bigint): void {
    let n = BigInt.asUintN(64, (v << 1n) ^ (v >> 63n))
    while (n >= 128n) { this.#put(Number(n & 127n) | 128); n >>= 7n }
    this.#put(Number(n))
  }

  #field(id: number, type: number): void {
    const step = id - this.#last
    if (step > 0 && step < 16) this.#put(step << 4 | type)
    else { this.#put(type); this.#zigzag(id) }
    this.#last = id
  }

  bool(id: number, v: boolean): void { this.#field(id, v ? wire.true : wire.false) }
  byte(id: number, v: number): void { this.#field(id, wire.byte); this.#put(v & 255) }
  i32(id: number, v: number): void { this.#field(id, wire.i32); this.#zigzag(v) }
  i64(id: number, v: number | bigint): void { this.#field(id, wire.i64); typeof v === 'bigint' ? this.#zigzag64(v) : this.#zigzag(v) }
  binary(id: number, v: Uint8Array | string): void {
    const bytes = typeof v === 'string' ? new TextEncoder().encode(v) : v
    this.#field(id, wire.binary)
    this.#raw(bytes)
  }
  #raw(bytes: Uint8Array): void { this.#varint(bytes.length); for (const b of bytes) this.#put(b) }

  struct(id: number, body: () => void): void { this.#field(id, wire.struct); this.#inside(body) }
  structs<T>(id: number, items: readonly T[], body: (item: T) => void): void {
    this.#listHead(id, items.length, wire.struct)
    for (const item of items) this.#inside(() => body(item))
  }
  i32s(id: number, items: readonly number[]): void { this.#listHead(id, items.length, wire.i32); for (const v of items) this.#zigzag(v) }
  texts(id: number, items: readonly string[]): void { this.#listHead(id, items.length, wire.binary); for (const v of items) this.#raw(new TextEncoder().encode(v)) }

  #listHead(id: number, n: number, type: number): void {
    this.#field(id, wire.list)
    if (n < 15) this.#put(n << 4 | type)
    else { this.#put(0xf0 | type); this.#varint(n) }
  }

  #inside(body: () => void): void {
    this.#outer.push(this.#last)
    this.#last = 0
    body()
    this.#put(0)
    this.#last = this.#outer.pop()!
  }

  /** The end of the outermost struct. */
  end(): Uint8Array { this.#put(0); return this.bytes }
}
