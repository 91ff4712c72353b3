/** Timestamp and date columns: `2026-01-01T00:00:00.123Z` and its kin are read straight from the bytes, other forms through `JsonTimes`. */
import type { DataType } from '../../types/data-type.ts'
import { decodeUtf8 } from '../../columns/bytes-vector.ts'
import { FixedColumn } from './column.ts'
import { LongHalves } from './number-columns.ts'
import { closingQuote, scanText } from './scan.ts'
import type { JsonTimes } from './times.ts'

/** Days whose microseconds, and those of their last moment, are below 2^53. */
const maxSafeDay = 104_000
const monthStarts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The day number of `yyyy-MM-dd` in the ten bytes at `p`, or NaN if they are no date from year 1 on. */
export function dayAt(bytes: Uint8Array, p: number): number {
  if (bytes[p + 4] !== 45 || bytes[p + 7] !== 45) return NaN
  const y = two(bytes, p) * 100 + two(bytes, p + 2), m = two(bytes, p + 5), d = two(bytes, p + 8)
  if (!(y >= 1 && m >= 1 && m <= 12 && d >= 1)) return NaN
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
  if (d > monthLengths[m - 1] + (leap && m === 2 ? 1 : 0)) return NaN
  const before = y - 1
  return before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) + monthStarts[m - 1] + (leap && m > 2 ? 1 : 0) + d - 719163
}

/** The number of two digits, NaN if they are not. */
function two(bytes: Uint8Array, p: number): number {
  const a = bytes[p] - 48, b = bytes[p + 1] - 48
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : NaN
}

/** TIMESTAMP (`zoned`) and TIMESTAMP_NTZ. */
export class TimestampColumn extends LongHalves {
  /** The first eleven bytes of the last date seen (`2026-01-01T`), and its midnight in UTC as milliseconds. */
  day0 = 0
  day1 = 0
  day2 = 0
  dayMillis = NaN
  /** The local hour last seen without a zone, as hours since 1970, and the way from it to UTC in microseconds. */
  private hour = NaN
  private hourShift = 0
  /** Whether the fixed layout may be read from the bytes: no pattern is given. */
  readonly plain: boolean
  /** Whether a time without a zone is one in UTC. */
  readonly unzonedIsUtc: boolean
  private readonly zoned: boolean
  private readonly times: JsonTimes

  constructor(type: DataType, times: JsonTimes, plain: boolean, sessionIsUtc: boolean) {
    super(type)
    this.zoned = type.kind === 'timestamp'
    this.times = times
    this.plain = plain
    this.unzonedIsUtc = !this.zoned || sessionIsUtc
  }

  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    if (p >= end) return -1
    if (bytes[p] !== 34) {
      const e = this.zoned ? this.readInteger(bytes, p, end, row, 9e9, 1e6) : -1
      return e < 0 ? this.readNull(bytes, p, end, row) : e
    }
    if (this.plain) {
      const e = this.readIso(bytes, dv, p + 1, end, row)
      if (e >= 0) return e
    }
    const q = closingQuote(bytes, dv, p + 1, end)
    if (q <= p + 1 || q < 0 || scanText(bytes, dv, p + 1, q) !== q) return -1
    const text = decodeUtf8(bytes, p + 1, q), v = this.zoned ? this.times.timestamp(text) : this.times.timestampNtz(text)
    if (v === null) return -1
    this.data[row] = v
    return q + 1
  }

  /** `yyyy-MM-ddTHH:mm:ss[.f…]Z"` at `p` (behind the opening quote); T may be a space, the zone may be absent where that means UTC. */
  readIso(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    if (p + 20 > end) return -1
    if (dv.getInt32(p, true) !== this.day0 || dv.getInt32(p + 4, true) !== this.day1 || (dv.getInt32(p + 8, true) & 0xffffff) !== this.day2) {
      if (!this.newDay(bytes, dv, p)) return -1
    }
    if (bytes[p + 13] !== 58 || bytes[p + 16] !== 58) return -1
    const seconds = two(bytes, p + 11) * 3600 + two(bytes, p + 14) * 60 + two(bytes, p + 17)
    if (!(seconds >= 0) || bytes[p + 11] * 256 + bytes[p + 12] > 0x3233 || bytes[p + 14] > 53 || bytes[p + 17] > 53) return -1
    let q = p + 19, micros = 0
    if (bytes[q] === 46) {
      let scale = 100000
      for (q++; q < end; q++) {
        const d = bytes[q] - 48
        if (d < 0 || d > 9) break
        micros += d * scale
        scale = scale === 1 ? 0 : scale / 10
      }
      if (q === p + 20 || q > p + 29) return -1
    }
    let shift = 0
    if (q < end && bytes[q] === 90 && this.zoned) q++
    else if (!this.unzonedIsUtc) {
      const hour = this.dayMillis / 3600e3 + Math.floor(seconds / 3600)
      if (hour !== this.hour && !this.newHour(hour)) return -1
      shift = this.hourShift
    }
    if (q >= end || bytes[q] !== 34) return -1
    this.putSafe(row, (this.dayMillis + seconds * 1000) * 1000 + micros + shift)
    return q + 1
  }

  /** Remembers what a local hour is in UTC; false if that changes within it. */
  private newHour(hour: number): boolean {
    const start = BigInt(hour) * 3_600_000_000n, last = start + 3_599_999_999n
    const shift = this.times.toUtc(start) - start
    if (this.times.toUtc(last) - last !== shift) return false
    this.hour = hour
    this.hourShift = Number(shift)
    return true
  }

  /** Remembers the date at `p`; false if there is none. */
  newDay(bytes: Uint8Array, dv: DataView, p: number): boolean {
    const separator = bytes[p + 10]
    if (separator !== 84 && separator !== 32) return false
    const day = dayAt(bytes, p)
    // Beyond the year 2255 microseconds are no safe integers: left to the bigint way.
    if (!(day < maxSafeDay && day > -maxSafeDay)) return false
    this.day0 = dv.getInt32(p, true)
    this.day1 = dv.getInt32(p + 4, true)
    this.day2 = dv.getInt32(p + 8, true) & 0xffffff
    this.dayMillis = day * 86400e3
    return true
  }
}

export class DateColumn extends FixedColumn<Int32Array> {
  private readonly times: JsonTimes
  private readonly plain: boolean

  constructor(type: DataType, times: JsonTimes, plain: boolean) {
    super(type)
    this.times = times
    this.plain = plain
  }

  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    if (p >= end) return -1
    if (bytes[p] !== 34) return this.readNull(bytes, p, end, row)
    if (this.plain && p + 12 <= end && bytes[p + 11] === 34) {
      const day = dayAt(bytes, p + 1)
      if (day === day) { this.data[row] = day; return p + 12 }
    }
    const q = closingQuote(bytes, dv, p + 1, end)
    if (q <= p + 1 || scanText(bytes, dv, p + 1, q) !== q) return -1
    const v = this.times.date(decodeUtf8(bytes, p + 1, q))
    if (v === null) return -1
    this.data[row] = v
    return q + 1
  }
  protected put(row: number, value: unknown): void { this.data[row] = value as number }
}
