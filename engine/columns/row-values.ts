/** What a user sees of values that JavaScript has no type for: exact decimals, timestamps with microseconds, dates, times of day, intervals. */
import { dayNanos, parseTime, timeText } from '../types/time-of-day.ts'

/** An exact decimal number: `unscaled` × 10^−`scale`. Compares and calculates as a number through valueOf (which may round); toString is exact. */
export class Decimal {
  readonly unscaled: bigint
  readonly scale: number

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled
    this.scale = scale
  }

  /** `Decimal.of("12.50")` */
  static of(text: string): Decimal {
    const found = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.trim())
    if (found === null || (found[2] === '' && (found[3] ?? '') === '')) throw new TypeError(`"${text}" is not a decimal number`)
    return new Decimal(BigInt(`${found[1]}${found[2] === '' ? '0' : found[2]}${found[3] ?? ''}`), (found[3] ?? '').length)
  }

  /** How many digits it has. */
  get precision(): number { return (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().length }

  toString(): string {
    const negative = this.unscaled < 0n
    const digits = (negative ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0')
    const whole = digits.slice(0, digits.length - this.scale), fraction = digits.slice(digits.length - this.scale)
    return `${negative ? '-' : ''}${whole}${this.scale > 0 ? `.${fraction}` : ''}`
  }

  valueOf(): number { return Number(this.toString()) }
  toJSON(): string { return this.toString() }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return `Decimal(${this})` }
}

// Rounded down. Division of bigints costs more than all the rest of a Timestamp.
function millisOf(micros: bigint): number {
  const n = Number(micros)
  if (!Number.isSafeInteger(n)) return Number(micros / 1000n - (micros % 1000n < 0n ? 1n : 0n))
  const ms = Math.floor(n / 1000)
  return ms * 1000 > n ? ms - 1 : ms
}

/** A moment: a Date that keeps the microseconds which Date drops. */
export class Timestamp extends Date {
  /** Microseconds since the epoch. */
  readonly epochMicros: bigint

  constructor(epochMicros: bigint) {
    super(millisOf(epochMicros))
    this.epochMicros = epochMicros
  }

  /** ISO text in UTC with microseconds: `2026-01-01T10:00:00.000123Z`. */
  override toISOString(): string {
    const rest = ((this.epochMicros % 1000n) + 1000n) % 1000n
    return Number.isNaN(this.getTime()) ? `${this.epochMicros} microseconds` : super.toISOString().replace('Z', `${rest.toString().padStart(3, '0')}Z`)
  }

  override toJSON(): string { return this.toISOString() }
}

/** A day: a Date at midnight UTC whose text is `2026-01-01`. */
export class CalendarDate extends Date {
  constructor(epochDays: number) { super(epochDays * 86_400_000) }
  /** Days since 1970-01-01. */
  get epochDays(): number { return Math.round(this.getTime() / 86_400_000) }
  override toString(): string { return this.toISOString().replace(/T.*/, '') }
  override toJSON(): string { return this.toString() }
}

/**
 * The time of a day, without a date or a zone, as Java's LocalTime: text is `12:34:56.789`, numbers and comparisons are of its nanoseconds.
 *
 *     const [row] = await spark.sql("SELECT TIME '08:30' AS t").collect()
 *     row.t.hour          // 8
 *     `${row.t}`          // "08:30:00"
 *     row.t < TimeOfDay.of("09:00")
 */
export class TimeOfDay {
  /** Nanoseconds since midnight. */
  readonly nanoOfDay: bigint

  /** Throws a RangeError for a number that lies outside of a day. */
  constructor(nanoOfDay: bigint) {
    if (nanoOfDay < 0n || nanoOfDay >= dayNanos) throw new RangeError(`${nanoOfDay} nanoseconds are no time of a day`)
    this.nanoOfDay = nanoOfDay
  }

  /** `TimeOfDay.of("08:30:15.5")` */
  static of(text: string): TimeOfDay {
    const nanos = parseTime(text)
    if (nanos === null) throw new TypeError(`"${text}" is not a time such as 08:30:15.5`)
    return new TimeOfDay(nanos)
  }

  get hour(): number { return Math.floor(Number(this.nanoOfDay) / 3.6e12) }
  get minute(): number { return Math.floor(Number(this.nanoOfDay) / 6e10) % 60 }
  get second(): number { return Math.floor(Number(this.nanoOfDay) / 1e9) % 60 }
  /** Nanoseconds of the second. */
  get nano(): number { return Number(this.nanoOfDay) % 1e9 }

  toString(): string { return timeText(this.nanoOfDay) }
  valueOf(): number { return Number(this.nanoOfDay) }
  toJSON(): string { return this.toString() }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return `TimeOfDay(${this})` }
}

/** A span of time; ANSI intervals use months only, or microseconds only. */
export class Interval {
  readonly months: number
  readonly days: number
  readonly microseconds: bigint

  constructor(months: number, days: number, microseconds: bigint) {
    this.months = months
    this.days = days
    this.microseconds = microseconds
  }

  toJSON(): { months: number; days: number; microseconds: string } { return { months: this.months, days: this.days, microseconds: String(this.microseconds) } }
}
