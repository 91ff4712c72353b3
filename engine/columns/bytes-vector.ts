/** Strings (UTF-8), binary values and variants as views into one byte buffer, which they may share with the message they came in. */
import type { DataType } from '../types/data-type.ts'
import { Vector, takeNulls } from './vector.ts'

// A byte order mark is a character like any other here.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

export class BytesVector extends Vector {
  readonly layout = 'bytes'
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly length: number

  constructor(type: DataType, bytes: Uint8Array, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, length: number = starts.length) {
    super(type, nulls)
    this.bytes = bytes
    this.starts = starts
    this.ends = ends
    this.length = length
  }

  /** A string for a string type, a view of the bytes for others. */
  value(row: number): string | Uint8Array {
    return this.type.kind === 'string' ? this.stringAt(row) : this.bytesAt(row)
  }

  bytesAt(row: number): Uint8Array { return this.bytes.subarray(this.starts[row]!, this.ends[row]!) }
  stringAt(row: number): string { return decodeUtf8(this.bytes, this.starts[row]!, this.ends[row]!) }

  take(rows: Int32Array, count: number): BytesVector {
    const starts = new Int32Array(count), ends = new Int32Array(count)
    for (let i = 0; i < count; i++) { starts[i] = this.starts[rows[i]!]!; ends[i] = this.ends[rows[i]!]! }
    return new BytesVector(this.type, this.bytes, starts, ends, takeNulls(this.nulls, rows, count), count)
  }

  slice(start: number, end: number): BytesVector {
    return new BytesVector(this.type, this.bytes, this.starts.subarray(start, end), this.ends.subarray(start, end), this.nulls?.subarray(start, end) ?? null, end - start)
  }

  withNulls(nulls: Uint8Array | null): BytesVector { return new BytesVector(this.type, this.bytes, this.starts, this.ends, nulls, this.length) }

  /** The same values in a block of just their bytes, for rows that are kept: what they point into may be much larger. */
  compact(): BytesVector {
    const { bytes, starts, ends, length } = this
    const from = new Int32Array(length), to = new Int32Array(length)
    let size = 0
    for (let i = 0; i < length; i++) { from[i] = size; to[i] = size += this.isNull(i) ? 0 : ends[i]! - starts[i]! }
    const own = new Uint8Array(size)
    for (let i = 0; i < length; i++) {
      const start = starts[i]!, at = from[i]!, n = to[i]! - at
      if (n > 48) own.set(bytes.subarray(start, start + n), at)
      else for (let k = 0; k < n; k++) own[at + k] = bytes[start + k]!
    }
    return new BytesVector(this.type, own, from, to, this.nulls, length)
  }

  /** The same bytes under another type: a cast between string and binary costs nothing. */
  retyped(type: DataType): BytesVector { return new BytesVector(type, this.bytes, this.starts, this.ends, this.nulls, this.length) }
}

/** The text of bytes `start` to `end`. Short ASCII texts are put together by hand, which beats TextDecoder up to about 24 bytes. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= 24) {
    let text = ''
    for (let i = start; i < end; i++) {
      const c = bytes[i]!
      if (c >= 0x80) return decoder.decode(bytes.subarray(start, end))
      text += String.fromCharCode(c)
    }
    return text
  }
  return decoder.decode(bytes.subarray(start, end))
}
