/** Many byte rows one after another in one growing buffer: what encoders write and state tables read. */

/** Row `i` is `bytes[offsets[i] .. offsets[i + 1])`. Both arrays may be replaced by larger ones when rows are added. */
export class RowArena {
  bytes: Uint8Array
  view: DataView
  offsets: Int32Array
  count = 0
  // What was decoded of it that has another form here, and how much of that is in use.
  #decoded = new Uint8Array(0)
  #decodedLength = 0

  constructor(byteCapacity = 1 << 12, rowCapacity = 256) {
    this.bytes = new Uint8Array(byteCapacity)
    this.view = new DataView(this.bytes.buffer)
    this.offsets = new Int32Array(rowCapacity + 1)
  }

  /** The bytes in use. */
  get length(): number { return this.offsets[this.count]! }

  /** Forgets all rows; views into the old ones become wrong. */
  reset(): void { this.count = 0 }

  /** The rows are decoded anew: what was decoded before is the same again, or wrong if there are other rows. */
  beginDecoding(): void { this.#decodedLength = 0 }

  /** Room for so many bytes that are decoded from the rows and live as long as they do. */
  decodedRoom(length: number): Uint8Array {
    if (this.#decodedLength + length > this.#decoded.length) { this.#decoded = new Uint8Array(length + (length >> 1)); this.#decodedLength = 0 }
    return this.#decoded.subarray(this.#decodedLength, this.#decodedLength += length)
  }

  /** Makes room for more bytes and rows. */
  reserve(moreBytes: number, moreRows: number): void {
    const length = this.length
    if (length + moreBytes > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, length + moreBytes))
      grown.set(this.bytes.subarray(0, length))
      this.bytes = grown
      this.view = new DataView(grown.buffer)
    }
    if (this.count + moreRows + 1 > this.offsets.length) {
      const grown = new Int32Array(Math.max(this.offsets.length * 2, this.count + moreRows + 1))
      grown.set(this.offsets.subarray(0, this.count + 1))
      this.offsets = grown
    }
  }

  /** Adds a copy of `bytes[start .. end)` as a row. */
  append(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    const n = end - start
    this.reserve(n, 1)
    const at = this.length
    if (n > 48) this.bytes.set(bytes.subarray(start, end), at)
    else for (let i = 0; i < n; i++) this.bytes[at + i] = bytes[start + i]!
    this.offsets[++this.count] = at + n
  }

  /** A view of row `i`. */
  row(i: number): Uint8Array { return this.bytes.subarray(this.offsets[i]!, this.offsets[i + 1]!) }

  /** An arena that holds these rows. */
  static of(rows: readonly Uint8Array[]): RowArena {
    const arena = new RowArena()
    for (const r of rows) arena.append(r)
    return arena
  }
}
