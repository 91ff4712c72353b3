/** Writes times by a pattern, as date_format does. */
import { dateOf, dayOfMicros, dayOfYear, isoDayOfWeek, timeOfDay } from './civil.ts'
import { field, type Field, type NumberPart, type OffsetPart, type Part } from './datetime-parts.ts'
import { namesOf } from './datetime-names.ts'
import type { TimeZone } from './time-zone.ts'

// The moment being written, in one place so that a row costs no objects.
let year = 0, month = 0, day = 0, days = 0, hour = 0, minute = 0, second = 0, micros = 0, nanos = 0, offset = 0, epochSeconds = 0
let zone: TimeZone | null = null

type Piece = () => string

const values: Readonly<Partial<Record<Field, () => number>>> = {
  [field.year]: () => year,
  [field.yearOfEra]: () => (year > 0 ? year : 1 - year),
  [field.month]: () => month,
  [field.day]: () => day,
  [field.dayOfYear]: () => dayOfYear(days),
  [field.quarter]: () => Math.floor((month + 2) / 3),
  [field.alignedDay]: () => (day - 1) % 7 + 1,
  [field.hour]: () => hour,
  [field.hourOfAmPm]: () => hour % 12,
  [field.clockHour]: () => (hour === 0 ? 24 : hour),
  [field.clockHourOfAmPm]: () => (hour % 12 === 0 ? 12 : hour % 12),
  [field.minute]: () => minute,
  [field.second]: () => second,
  [field.modifiedJulianDay]: () => days + 40_587,
  [field.dayOfWeek]: () => isoDayOfWeek(days),
  [field.amPm]: () => (hour < 12 ? 0 : 1),
  [field.era]: () => (year > 0 ? 1 : 0),
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

function numberPiece(p: NumberPart): Piece {
  const value = values[p.field]!
  if (p.reduced) return () => two(Math.abs(value()) % 100)
  if (p.least === 2) return () => { const v = value(); return v < 10 && v >= 0 ? `0${v}` : String(v) }
  const limit = p.sign === 'exceeds' ? 10 ** p.least : Infinity
  return () => {
    const v = value(), digits = String(Math.abs(v)).padStart(p.least, '0')
    return v < 0 ? `-${digits}` : v >= limit ? `+${digits}` : digits
  }
}

function offsetPiece(p: OffsetPart): Piece {
  const colon = p.form.includes(':') ? ':' : ''
  const minutes = p.form === '+HHmm' ? 'if-any' : 'always', withSeconds = p.form.endsWith('ss')
  return () => {
    const a = Math.abs(offset), h = Math.floor(a / 3600), m = Math.floor(a / 60) % 60, s = withSeconds ? a % 60 : 0
    if (h === 0 && m === 0 && s === 0) return p.none
    return `${offset < 0 ? '-' : '+'}${two(h)}${minutes === 'always' || m > 0 ? `${colon}${two(m)}` : ''}${s > 0 ? `${colon}${two(s)}` : ''}`
  }
}

function gmtPiece(full: boolean): Piece {
  return () => {
    if (offset === 0) return 'GMT'
    const a = Math.abs(offset), h = Math.floor(a / 3600), m = Math.floor(a / 60) % 60, s = a % 60
    const rest = s > 0 ? `:${two(m)}:${two(s)}` : m > 0 || full ? `:${two(m)}` : ''
    return `GMT${offset < 0 ? '-' : '+'}${full ? two(h) : h}${rest}`
  }
}

function piece(p: Part): Piece {
  switch (p.kind) {
    case 'literal': return () => p.text
    case 'number': return numberPiece(p)
    case 'text': { const { names, first } = namesOf(p.field, p.full), value = values[p.field]!; return () => names[value() - first]! }
    case 'fraction': return () => `${String(micros).padStart(6, '0')}${String(nanos).padStart(3, '0')}`.slice(0, p.digits)
    case 'offset': return offsetPiece(p)
    case 'gmt-offset': return gmtPiece(p.full)
    case 'zone': return p.form === 'id' ? () => zone?.id ?? 'Z' : () => zone?.nameAt(epochSeconds, p.form as 'short' | 'long') ?? 'Z'
    case 'optional': { const inner = p.parts.map(piece); return () => inner.map(f => f()).join('') }
  }
}

/** A pattern made ready to write. */
export class DatetimeFormatter {
  readonly #pieces: readonly Piece[]
  constructor(parts: readonly Part[]) { this.#pieces = parts.map(piece) }

  /** A timestamp (microseconds since the epoch) in a zone. */
  format(utcMicros: bigint, inZone: TimeZone): string {
    const local = inZone.toLocal(utcMicros)
    zone = inZone
    offset = Number(local - utcMicros) / 1e6
    epochSeconds = Math.floor(Number(utcMicros) / 1e6)
    return this.#write(dayOfMicros(local), timeOfDay(local))
  }

  /** A timestamp without a zone (local microseconds). */
  formatLocal(local: bigint): string {
    zone = null
    offset = 0
    return this.#write(dayOfMicros(local), timeOfDay(local))
  }

  /** A date (days since the epoch), at midnight. */
  formatDate(atDays: number): string {
    zone = null
    offset = 0
    return this.#write(atDays, 0)
  }

  /** A time of day (nanoseconds). */
  formatTime(nanoOfDay: bigint): string {
    zone = null
    offset = 0
    return this.#write(0, Number(nanoOfDay / 1000n), Number(nanoOfDay % 1000n))
  }

  #write(atDays: number, time: number, below = 0): string {
    nanos = below
    const date = dateOf(atDays)
    year = date.year; month = date.month; day = date.day; days = atDays
    micros = time % 1_000_000
    const seconds = (time - micros) / 1_000_000
    hour = Math.floor(seconds / 3600); minute = Math.floor(seconds / 60) % 60; second = seconds % 60
    let text = ''
    for (const p of this.#pieces) text += p()
    return text
  }
}
