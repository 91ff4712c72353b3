/** Reads times by a pattern, as to_timestamp does: Java's strict parsing, names in any case, then Spark's defaults for what the pattern leaves out. */
import { dateOf, dayOfYear, daysOf, isValidDate, isoDayOfWeek, joinDay, microsOfDay, timeOfDay } from './civil.ts'
import { field, fieldCount, type NumberPart, type OffsetPart, type Part, type TextPart } from './datetime-parts.ts'
import { namesOf } from './datetime-names.ts'
import { findTimeZone, type TimeZone } from './time-zone.ts'
import { regionNames } from './zone-names.ts'

const none = -Infinity
// What has been read of the text at hand, by field.
const got: number[] = new Array<number>(fieldCount).fill(none)
let zone: TimeZone | null = null

/** Reads from a position; the position after it, or -1. */
type Reader = (text: string, at: number) => number

// A field read twice must have one value.
function set(f: number, value: number, next: number): number {
  if (got[f] !== none && got[f] !== value) return -1
  got[f] = value
  return next
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57

function numberReader(p: NumberPart): Reader {
  return (text, start) => {
    let at = start, negative = false, positive = false
    const c = text.charCodeAt(at)
    if (c === 43) { if (p.sign !== 'exceeds') return -1; positive = true; at++ }
    else if (c === 45) { if (p.sign === 'never') return -1; negative = true; at++ }
    const digitsFrom = at
    if (at + p.least > text.length) return -1
    let width = p.most + Math.max(p.subsequent, 0), end = at
    for (let pass = 0; pass < 2; pass++) {
      const last = Math.min(digitsFrom + width, text.length)
      end = digitsFrom
      while (end < last && isDigit(text.charCodeAt(end))) end++
      if (end - digitsFrom < p.least) return -1
      if (p.subsequent <= 0) break
      width = Math.max(p.least, end - digitsFrom - p.subsequent)
    }
    let value = 0
    if (end - digitsFrom < 16) for (let i = digitsFrom; i < end; i++) value = value * 10 + text.charCodeAt(i) - 48
    else value = Number(text.slice(digitsFrom, end))
    if (negative) { if (value === 0) return -1; value = -value }
    else if (p.sign === 'exceeds') {
      // A plus must be there exactly when there are more digits than letters.
      if (positive ? end - digitsFrom <= p.least : end - digitsFrom > p.least) return -1
    }
    return set(p.field, p.reduced ? 2000 + value : value, end)
  }
}

function textReader(p: TextPart): Reader {
  const { names, first } = namesOf(p.field, p.full)
  const sorted = names.map((n, i) => ({ name: n.toLowerCase(), value: i + first })).sort((a, b) => b.name.length - a.name.length)
  return (text, at) => {
    for (const { name, value } of sorted) if (text.slice(at, at + name.length).toLowerCase() === name) return set(p.field, value, at + name.length)
    return -1
  }
}

const offsetForms: Readonly<Record<OffsetPart['form'], RegExp>> = {
  '+HHmm': /([+-])(\d\d)(\d\d)?/y, '+HHMM': /([+-])(\d\d)(\d\d)/y, '+HH:MM': /([+-])(\d\d):(\d\d)/y, '+HHMMss': /([+-])(\d\d)(\d\d)(\d\d)?/y, '+HH:MM:ss': /([+-])(\d\d):(\d\d)(?::(\d\d))?/y,
}

function readOffset(form: RegExp, text: string, at: number): number {
  form.lastIndex = at
  const m = form.exec(text)
  if (m === null) return -1
  const h = Number(m[2]), min = Number(m[3] ?? 0), s = Number(m[4] ?? 0), total = h * 3600 + min * 60 + s
  if (min > 59 || s > 59 || total > 64_800) return -1
  return set(field.offset, m[1] === '-' ? -total : total, at + m[0].length)
}

function offsetReader(p: OffsetPart): Reader {
  const form = offsetForms[p.form], zero = p.none.toLowerCase()
  return (text, at) => (text.slice(at, at + zero.length).toLowerCase() === zero ? set(field.offset, 0, at + zero.length) : readOffset(form, text, at))
}

function gmtReader(full: boolean): Reader {
  const form = full ? /([+-])(\d\d):(\d\d)(?::(\d\d))?/y : /([+-])(\d\d?)(?::(\d\d)(?::(\d\d))?)?/y
  return (text, at) => {
    if (text.slice(at, at + 3).toLowerCase() !== 'gmt') return -1
    const next = text[at + 3]
    return next === '+' || next === '-' ? readOffset(form, text, at + 3) : set(field.offset, 0, at + 3)
  }
}

const idForm = /[A-Za-z][A-Za-z0-9~/._+:-]*/y

function zoneReader(names: boolean): Reader {
  return (text, at) => {
    const c = text[at]
    if (c === '+' || c === '-') return readOffset(/([+-])(\d\d)(?::?(\d\d))?(?::?(\d\d))?/y, text, at)
    if (names) {
      const rest = text.slice(at).toLowerCase()
      for (const [name, id] of regionNames()) if (rest.startsWith(name)) { zone = findTimeZone(id); return at + name.length }
    }
    idForm.lastIndex = at
    const found = idForm.exec(text)?.[0] ?? ''
    for (let n = found.length; n > 0; n--) {
      zone = findTimeZone(found.slice(0, n))
      if (zone !== null) return at + n
    }
    return -1
  }
}

function reader(p: Part): Reader {
  switch (p.kind) {
    case 'literal': {
      const exact = p.text, wanted = exact.toLowerCase()
      return (text, at) => (text.startsWith(exact, at) || text.slice(at, at + wanted.length).toLowerCase() === wanted ? at + wanted.length : -1)
    }
    case 'number': return numberReader(p)
    case 'text': return textReader(p)
    case 'fraction': return (text, at) => {
      let end = at
      while (end < text.length && end - at < p.digits && isDigit(text.charCodeAt(end))) end++
      return end === at ? -1 : set(field.micros, Number(text.slice(at, Math.min(end, at + 6)).padEnd(6, '0')), end)
    }
    case 'offset': return offsetReader(p)
    case 'gmt-offset': return gmtReader(p.full)
    case 'zone': return zoneReader(p.form !== 'id')
    case 'optional': {
      const inner = p.parts.map(reader)
      return (text, start) => {
        const before = [...got], zoneBefore = zone
        let at = start
        for (const r of inner) { at = r(text, at); if (at < 0) { for (let i = 0; i < fieldCount; i++) got[i] = before[i]!; zone = zoneBefore; return start } }
        return at
      }
    }
  }
}

const within = (f: number, least: number, most: number): boolean => got[f] === none || (got[f]! >= least && got[f]! <= most)

// The day that was read; parts that are missing are 1970, January, the 1st. Null when there is no such day or the parts contradict each other.
function resolveDate(): number | null {
  if (!within(field.month, 1, 12) || !within(field.day, 1, 31) || !within(field.dayOfYear, 1, 366) || !within(field.year, -999_999_999, 999_999_999)) return null
  let year = got[field.year]!
  if (got[field.yearOfEra] !== none && got[field.era] !== none) {
    if (!within(field.yearOfEra, 1, 999_999_999)) return null
    year = got[field.era] === 1 ? got[field.yearOfEra]! : 1 - got[field.yearOfEra]!
  }
  if (got[field.modifiedJulianDay] !== none) return got[field.modifiedJulianDay]! - 40_587
  const month = got[field.month]!, day = got[field.day]!, ofYear = got[field.dayOfYear]!
  const byDayOfYear = year !== none && ofYear !== none && (month === none || day === none)
  if (byDayOfYear) {
    const days = daysOf(year, 1, 1) + ofYear - 1, date = dateOf(days)
    return date.year !== year || (month !== none && month !== date.month) || (day !== none && day !== date.day) ? null : days
  }
  const y = year === none ? 1970 : year, m = month === none ? 1 : month, d = day === none ? 1 : day
  if (!isValidDate(y, m, d)) return null
  const days = daysOf(y, m, d)
  return ofYear !== none && year !== none && dayOfYear(days) !== ofYear ? null : got[field.dayOfWeek] !== none && got[field.dayOfWeek] !== isoDayOfWeek(days) ? null : days
}

// The microseconds of the day that were read. An hour of twelve without AM or PM is in the morning; PM alone is noon.
function resolveTime(): number | null {
  if (!within(field.clockHour, 1, 24) || !within(field.clockHourOfAmPm, 1, 12) || !within(field.hourOfAmPm, 0, 11) || !within(field.hour, 0, 23) || !within(field.minute, 0, 59) || !within(field.second, 0, 59)) return null
  if (got[field.clockHour] !== none && set(field.hour, got[field.clockHour]! % 24, 0) < 0) return null
  if (got[field.clockHourOfAmPm] !== none && set(field.hourOfAmPm, got[field.clockHourOfAmPm]! % 12, 0) < 0) return null
  const amPm = got[field.amPm]!, ofAmPm = got[field.hourOfAmPm]!
  if (amPm !== none && ofAmPm !== none && set(field.hour, amPm * 12 + ofAmPm, 0) < 0) return null
  let hour = got[field.hour]!
  if (hour !== none) {
    if ((amPm !== none && amPm !== Math.floor(hour / 12)) || (ofAmPm !== none && ofAmPm !== hour % 12)) return null
  } else hour = ofAmPm !== none ? ofAmPm : amPm === 1 ? 12 : 0
  const or0 = (f: number): number => (got[f] === none ? 0 : got[f]!)
  return microsOfDay(hour, or0(field.minute), or0(field.second), or0(field.micros))
}

/** A pattern made ready to read. Every method gives null for a text that does not match it or names no moment. */
export class DatetimeParser {
  readonly #readers: readonly Reader[]
  constructor(parts: readonly Part[]) { this.#readers = parts.map(reader) }

  #local(text: string): bigint | null {
    got.fill(none)
    zone = null
    let at = 0
    for (const r of this.#readers) { at = r(text, at); if (at < 0) return null }
    if (at !== text.length) return null
    const days = resolveDate(), time = resolveTime()
    return days === null || time === null ? null : joinDay(days, time)
  }

  /** Microseconds since the epoch; the session's zone counts when the text names none. */
  parse(text: string, session: TimeZone): bigint | null {
    const local = this.#local(text)
    if (local === null) return null
    const utc = got[field.offset] !== none ? local - BigInt(got[field.offset]!) * 1_000_000n : (zone ?? session).toUtc(local)
    return BigInt.asIntN(64, utc) === utc ? utc : null
  }

  /** A timestamp without a zone: local microseconds, a zone in the text read and dropped. */
  parseLocal(text: string): bigint | null {
    const local = this.#local(text)
    return local === null || BigInt.asIntN(64, local) !== local ? null : local
  }

  /** The time of day alone, in nanoseconds. */
  parseTime(text: string): bigint | null {
    const local = this.#local(text)
    return local === null ? null : BigInt(timeOfDay(local)) * 1000n
  }

  /** The day alone. */
  parseDate(text: string): number | null {
    if (this.#local(text) === null) return null
    const days = resolveDate()!
    return days === (days | 0) ? days : null
  }
}
