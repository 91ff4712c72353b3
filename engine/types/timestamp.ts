/** Timestamps and dates as text, by the rules of Spark's casts. */
import { systemClock } from '../observe/clock.ts'
import { dateOf, dayOfMicros, daysOf, isValidDate, joinDay, microsOfDay, splitDay, timeOf } from './civil.ts'
import { findTimeZone, type TimeZone } from './time-zone.ts'

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** `2026-01-01`; years beyond 9999 with a plus sign. */
export function dateText(days: number): string {
  const { year, month, day } = dateOf(days)
  return `${yearText(year)}-${two(month)}-${two(day)}`
}

function yearText(year: number): string {
  if (year > 9999) return `+${year}`
  return year < 0 ? `-${String(-year).padStart(4, '0')}` : String(year).padStart(4, '0')
}

/** `2026-01-01 10:00:00.12` for microseconds that are local already: the fraction without trailing zeros. */
export function localTimestampText(micros: bigint): string {
  const { days, rest } = splitDay(micros)
  const t = timeOf(rest)
  const fraction = t.micros === 0 ? '' : `.${String(t.micros).padStart(6, '0').replace(/0+$/, '')}`
  return `${dateText(days)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}${fraction}`
}

/** A timestamp in a zone. */
export const timestampText = (micros: bigint, zone: TimeZone): string => localTimestampText(zone.toLocal(micros))

const isBlank = (c: number): boolean => c <= 32 || c === 127
/** Without the blanks and control characters that Spark's casts ignore at both ends. */
export function trimmed(text: string): string {
  let from = 0, to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from++
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--
  return from === 0 && to === text.length ? text : text.slice(from, to)
}

// Segments of the text being read, in one place so that a row costs no object: year, month, day, hour, minute, second, microseconds.
const part = new Int32Array(7)
let zoneText: string | null = null
let timeOnly = false

// The digits of the segment that is being read: years have 4 to 6 of them, fractions any number, the others one or two.
const enough = (segment: number, digits: number): boolean => segment === 6 || (segment === 0 ? digits >= 4 && digits <= 6 : digits >= 1 && digits <= 2)

// Reads a trimmed text into `part`, `zoneText` and `timeOnly`; false when its form is none that a cast knows.
function scan(t: string): boolean {
  part.fill(0)
  part[1] = part[2] = 1
  zoneText = null
  timeOnly = false
  let segment = 0, digits = 0, value = 0, j = 0, sign = 1
  const first = t.charCodeAt(0)
  if (first === 43 || first === 45) { sign = first === 45 ? -1 : 1; j = 1 }
  const signed = j === 1
  for (; j < t.length; j++) {
    const c = t.charCodeAt(j)
    if (c >= 48 && c <= 57) {
      if (segment !== 6 || digits < 6) value = value * 10 + c - 48
      if (++digits > 6 && segment !== 6) return false
      continue
    }
    if (j === 0 && c === 84) { timeOnly = true; segment = 3; continue }
    if (segment === 0 && c === 58 && !signed) { timeOnly = true; segment = 3 }
    // What may end this segment: - after year and month, blank or T after the day, : within the time, a point or a zone after the second.
    const ends = segment < 2 ? c === 45 : segment === 2 ? c === 32 || c === 84 : segment < 5 ? c === 58 : true
    if (!ends || !enough(segment, digits)) return false
    if (segment >= 5 && !(segment === 5 && c === 46)) { zoneText = t.slice(j); break }
    part[segment++] = value
    value = digits = 0
  }
  if (!enough(segment, digits)) return false
  if (segment === 6) while (digits++ < 6) value *= 10
  part[segment] = value
  part[0]! *= sign
  return isValidDate(part[0]!, part[1]!, part[2]!) && part[3]! < 24 && part[4]! < 60 && part[5]! < 60
}

const leastMicros = -(2n ** 63n), mostMicros = 2n ** 63n - 1n
const inRange = (micros: bigint): bigint | null => (micros < leastMicros || micros > mostMicros ? null : micros)
const localOfParts = (days: number): bigint => joinDay(days, microsOfDay(part[3]!, part[4]!, part[5]!, part[6]!))

export interface ParsedTimestamp {
  /** The local date and time as microseconds, as if in UTC. */
  readonly local: bigint
  /** The zone that the text names, null when it names none. */
  readonly zone: TimeZone | null
}

/**
 * Reads every form that a cast to TIMESTAMP takes: `2026`, `2026-1-2`, `2026-01-02 3:4:5.678 Europe/Paris`, `2026-01-02T03:04:05Z`, `T10:30`; a zone only after the seconds.
 * `today` gives the day for a text that is a time only; null from it refuses such texts.
 */
export function parseTimestampParts(text: string, today: () => number | null): ParsedTimestamp | null {
  const t = trimmed(text)
  if (t === '' || !scan(t)) return null
  const zone = zoneText === null ? null : findTimeZone(zoneText.trim())
  if (zoneText !== null && zone === null) return null
  if (!timeOnly) return { local: localOfParts(daysOf(part[0]!, part[1]!, part[2]!)), zone }
  const time = localOfParts(0), day = today()
  return day === null ? null : { local: joinDay(day, 0) + time, zone }
}

const thisMoment = (): bigint => BigInt(systemClock.nowMs()) * 1000n

/**
 * Microseconds since the epoch from text; without a zone in the text the session's counts. Null when it cannot be read or lies outside what 64 bits hold.
 * A text that is a time only (`10:30`) is that time today: `nowMicros` says when that is.
 */
export function parseTimestamp(text: string, session: TimeZone, nowMicros: () => bigint = thisMoment): bigint | null {
  const t = trimmed(text)
  if (t === '' || !scan(t)) return null
  let zone = session
  if (zoneText !== null) {
    const named = findTimeZone(zoneText.trim())
    if (named === null) return null
    zone = named
  }
  const days = timeOnly ? dayOfMicros(zone.toLocal(nowMicros())) : daysOf(part[0]!, part[1]!, part[2]!)
  return inRange(zone.toUtc(localOfParts(days)))
}

/** A TIMESTAMP_NTZ from text: a zone in it is checked and dropped (null where none is allowed, as in files of CSV), a time without a date refused. */
export function parseTimestampNtz(text: string, allowsZone = true): bigint | null {
  const parts = parseTimestampParts(text, () => null)
  return parts === null || (!allowsZone && parts.zone !== null) ? null : inRange(parts.local)
}

const dateForm = /^([+-]?\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?$/s

/** A date from text: `2026`, `2026-1`, `2026-01-01`, and the last followed by a blank or T and anything. Null when it is none or needs more than 32 bits. */
export function parseDate(text: string): number | null {
  const found = dateForm.exec(trimmed(text))
  if (found === null) return null
  const year = Number(found[1]), month = Number(found[2] ?? 1), day = Number(found[3] ?? 1)
  if (!isValidDate(year, month, day)) return null
  const days = daysOf(year, month, day)
  return days === (days | 0) ? days : null
}

const specialForm = /^(epoch|now|today|tomorrow|yesterday)(?:\s+(\S.*))?$/is

/** `epoch`, `now`, `today`, `tomorrow`, `yesterday` (a zone may follow) as a constant's microseconds; null for any other text. Only constants may be written so, not data. */
export function specialTimestamp(text: string, session: TimeZone, nowMicros: bigint): bigint | null {
  const found = specialForm.exec(trimmed(text))
  if (found === null) return null
  const zone = found[2] === undefined ? session : findTimeZone(found[2])
  if (zone === null) return null
  const word = found[1]!.toLowerCase()
  if (word === 'epoch') return 0n
  if (word === 'now') return nowMicros
  return zone.toUtc(joinDay(dayOfMicros(zone.toLocal(nowMicros)) + dayShift(word), 0))
}

/** The same words as a day number. */
export function specialDate(text: string, session: TimeZone, nowMicros: bigint): number | null {
  const found = specialForm.exec(trimmed(text))
  if (found === null) return null
  const zone = found[2] === undefined ? session : findTimeZone(found[2])
  if (zone === null) return null
  const word = found[1]!.toLowerCase()
  return word === 'epoch' ? 0 : dayOfMicros(zone.toLocal(nowMicros)) + dayShift(word)
}

const dayShift = (word: string): number => (word === 'tomorrow' ? 1 : word === 'yesterday' ? -1 : 0)
