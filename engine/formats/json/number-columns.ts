/** Number and boolean columns filled straight from digits; −1 (the exact tier) for what is not plainly a value of the type. */
import { numberEnd, literalEnd } from './scan.ts'
import { FixedColumn } from './column.ts'
import { parseDouble } from './double.ts'
import { decodeUtf8 } from '../../columns/bytes-vector.ts'

export class DoubleColumn extends FixedColumn<Float64Array | Float32Array> {
  read(bytes: Uint8Array, _dv: DataView, p: number, end: number, row: number): number {
    const e = numberEnd(bytes, p, end)
    if (e < 0) return this.readNull(bytes, p, end, row)
    this.data[row] = parseDouble(bytes, p, e)
    return e
  }
  protected put(row: number, value: unknown): void { this.data[row] = value as number }
}

/** BYTE, SHORT and INT. */
export class IntColumn extends FixedColumn<Int32Array | Int16Array | Int8Array> {
  read(bytes: Uint8Array, _dv: DataView, p: number, end: number, row: number): number {
    const start = p, negative = p < end && bytes[p] === 45
    if (negative) p++
    const s = p
    let v = 0
    for (; p < end; p++) {
      const d = bytes[p] - 48
      if (d < 0 || d > 9) break
      v = v * 10 + d
    }
    const n = p - s
    if (n === 0) return this.readNull(bytes, start, end, row)
    if (n > 10 || (n > 1 && bytes[s] === 48) || (p < end && (bytes[p] === 46 || (bytes[p] | 32) === 101))) return -1
    if (negative) v = -v
    // Out of range, or a byte that wraps: the exact tier knows.
    this.data[row] = v
    return this.data[row] === v ? p : -1
  }
  protected put(row: number, value: unknown): void { this.data[row] = value as number }
}

/** A column of 64-bit integers with its view of 32-bit halves, low half first: `BigInt(x)` per row would cost more than the parsing. */
export abstract class LongHalves extends FixedColumn<BigInt64Array> {
  halves!: Int32Array

  protected override allocate(capacity: number): void {
    this.data = new BigInt64Array(capacity)
    this.halves = new Int32Array(this.data.buffer)
  }
  protected override enlarge(capacity: number): void {
    super.enlarge(capacity)
    this.halves = new Int32Array(this.data.buffer)
  }
  /** Stores an integer of up to 53 bits. */
  putSafe(row: number, v: number): void {
    this.halves[2 * row] = v | 0
    this.halves[2 * row + 1] = Math.floor(v / 4294967296)
  }
  protected put(row: number, value: unknown): void { this.data[row] = value as bigint }

  /** Takes an integer, times `factor` (1, or 10⁶ where numbers are seconds); up to `most` the product is a safe integer. */
  protected readInteger(bytes: Uint8Array, p: number, end: number, row: number, most: number, factor: number): number {
    const start = p, negative = p < end && bytes[p] === 45
    if (negative) p++
    const s = p
    let v = 0
    for (; p < end; p++) {
      const d = bytes[p] - 48
      if (d < 0 || d > 9) break
      v = v * 10 + d
    }
    const n = p - s
    if (n === 0) return -1
    if (n > 18 || (n > 1 && bytes[s] === 48) || (p < end && (bytes[p] === 46 || (bytes[p] | 32) === 101))) return -1
    if (v <= most) this.putSafe(row, (negative ? -v : v) * factor)
    else if (factor === 1) this.data[row] = BigInt(decodeUtf8(bytes, start, p))
    else return -1
    return p
  }
}

export class LongColumn extends LongHalves {
  read(bytes: Uint8Array, _dv: DataView, p: number, end: number, row: number): number {
    const e = this.readInteger(bytes, p, end, row, Number.MAX_SAFE_INTEGER, 1)
    return e < 0 ? this.readNull(bytes, p, end, row) : e
  }
}

export class BooleanColumn extends FixedColumn<Uint8Array> {
  read(bytes: Uint8Array, _dv: DataView, p: number, end: number, row: number): number {
    if (p >= end) return -1
    const e = literalEnd(bytes, p, end)
    if (e < 0) return -1
    const c = bytes[p]
    if (c === 110) this.setNull(row)
    else this.data[row] = c === 116 ? 1 : 0
    return e
  }
  protected put(row: number, value: unknown): void { this.data[row] = value === true ? 1 : 0 }
}

