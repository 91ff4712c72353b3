/** Owns the integers and strings of Kafka's wire protocol: a growing writer and a bounds-checked reader. Only versions without tagged fields are spoken. */
import { KafkaTransportError } from './transport.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const TWO_32 = 4_294_967_296

/** Writes big-endian values one after another. */
export class WireWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  #room(n: number): number {
    const at = this.length
    this.length = at + n
    if (this.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }

  // The room is made first: growing replaces the bytes and their view.
  int8(n: number): this { const at = this.#room(1); this.#view.setInt8(at, n); return this }
  int16(n: number): this { const at = this.#room(2); this.#view.setInt16(at, n); return this }
  int32(n: number): this { const at = this.#room(4); this.#view.setInt32(at, n); return this }

  /** A whole number below 2^53. */
  int64(n: number): this {
    const at = this.#room(8)
    this.#view.setInt32(at, Math.floor(n / TWO_32))
    this.#view.setUint32(at + 4, ((n % TWO_32) + TWO_32) % TWO_32)
    return this
  }

  bigInt64(n: bigint): this { const at = this.#room(8); this.#view.setBigInt64(at, n); return this }

  string(s: string | null): this {
    if (s === null) return this.int16(-1)
    const b = encoder.encode(s)
    return this.int16(b.length).raw(b)
  }

  /** A number as the flexible versions write lengths: seven bits a byte, the low ones first. */
  uvarint(n: number): this {
    let rest = n
    for (; rest > 127; rest = Math.floor(rest / 128)) this.int8((rest % 128) | 128)
    return this.int8(rest)
  }

  /** A text of the flexible versions. */
  compact(s: string): this {
    const b = encoder.encode(s)
    return this.uvarint(b.length + 1).raw(b)
  }

  raw(bytes: Uint8Array): this {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** Everything written so far; a view, valid until the next write. */
  get bytes(): Uint8Array<ArrayBuffer> { return this.#bytes.subarray(0, this.length) }
}

/** Reads big-endian values; reading past the end is an error, never a guess. */
export class WireReader {
  readonly bytes: Uint8Array
  #view: DataView
  position = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #take(n: number): number {
    const at = this.position
    if (n < 0 || at + n > this.bytes.length) {
      throw new KafkaTransportError('CORRUPT_RESPONSE', `A broker's answer ends in the middle of a field (byte ${at} of ${this.bytes.length}); the connection is not speaking Kafka's protocol or was cut.`)
    }
    this.position = at + n
    return at
  }

  int8(): number { return this.#view.getInt8(this.#take(1)) }
  int16(): number { return this.#view.getInt16(this.#take(2)) }
  int32(): number { return this.#view.getInt32(this.#take(4)) }

  /** A 64-bit integer that the protocol keeps below 2^53 (offsets, milliseconds). */
  int64(): number {
    const at = this.#take(8)
    return this.#view.getInt32(at) * TWO_32 + this.#view.getUint32(at + 4)
  }

  bigInt64(): bigint { return this.#view.getBigInt64(this.#take(8)) }

  string(): string | null {
    const n = this.int16()
    if (n < 0) return null
    const at = this.#take(n)
    return decoder.decode(this.bytes.subarray(at, at + n))
  }

  uvarint(): number {
    let n = 0
    for (let unit = 1; ; unit *= 128) {
      const byte = this.int8() & 255
      n += (byte & 127) * unit
      if (byte < 128) return n
    }
  }

  compact(): string | null {
    const n = this.uvarint() - 1
    if (n < 0) return null
    const at = this.#take(n)
    return decoder.decode(this.bytes.subarray(at, at + n))
  }

  /** Passes over the tagged fields at the end of each structure of the flexible versions. */
  tags(): void {
    for (let n = this.uvarint(); n > 0; n--) { this.uvarint(); this.skip(this.uvarint()) }
  }

  skip(n: number): void { this.#take(n) }

  /** An array with a 32-bit count; the count is checked against the bytes that are left before anything is made. */
  array<T>(item: () => T): T[] { return this.#items(this.int32(), item) }
  compactArray<T>(item: () => T): T[] { return this.#items(this.uvarint() - 1, item) }

  #items<T>(n: number, item: () => T): T[] {
    if (n > this.bytes.length - this.position) this.#take(this.bytes.length + 1)
    const out: T[] = []
    for (let i = 0; i < n; i++) out.push(item())
    return out
  }
}
