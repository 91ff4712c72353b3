/** Days and microseconds since the epoch as civil fields of the proleptic Gregorian calendar, and back. */

export const microsPerSecond = 1_000_000n
export const microsPerDay = 86_400_000_000n

export interface CivilDate { readonly year: number; readonly month: number; readonly day: number }
export interface CivilTime { readonly hour: number; readonly minute: number; readonly second: number; readonly micros: number }

/** The days from 1970-01-01 to a date; months may run over (month 13 is January of the next year). */
export function daysOf(year: number, month: number, day: number): number {
  const y0 = year + Math.floor((month - 1) / 12), m = ((month - 1) % 12 + 12) % 12 + 1
  const y = m <= 2 ? y0 - 1 : y0
  const era = Math.floor(y / 400), yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

/** The date of a day number. */
export function dateOf(days: number): CivilDate {
  const z = days + 719468, era = Math.floor(z / 146097), doe = z - era * 146097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100)), mp = Math.floor((5 * doy + 2) / 153)
  const day = doy - Math.floor((153 * mp + 2) / 5) + 1, month = mp < 10 ? mp + 3 : mp - 9
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

export const isLeapYear = (y: number): boolean => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0
const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export const daysInMonth = (year: number, month: number): number => (month === 2 && isLeapYear(year) ? 29 : lengths[month - 1]!)
export const isValidDate = (year: number, month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)

/** A date moved by months; a day that the month lacks becomes its last (31 January + 1 month is 28 or 29 February). */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = dateOf(days)
  const at = year * 12 + month - 1 + months, y = Math.floor(at / 12), m = at - y * 12 + 1
  return daysOf(y, m, Math.min(day, daysInMonth(y, m)))
}

/** Monday is 1, Sunday 7. */
export const isoDayOfWeek = (days: number): number => ((days + 3) % 7 + 7) % 7 + 1
export const dayOfYear = (days: number): number => days - daysOf(dateOf(days).year, 1, 1) + 1

/** The ISO week and the year it belongs to. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - isoDayOfWeek(days) + 4, { year } = dateOf(thursday)
  return { year, week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1 }
}

/** Splits microseconds (local ones) into a day number and the microseconds of that day. */
export function splitDay(micros: bigint): { readonly days: number; readonly rest: number } {
  const n = Number(micros)
  // Exact as a double up to the year 2255.
  if (n > -9e15 && n < 9e15) { const days = Math.floor(n / 86_400_000_000); return { days, rest: n - days * 86_400_000_000 } }
  let d = micros / microsPerDay, r = micros % microsPerDay
  if (r < 0n) { r += microsPerDay; d -= 1n }
  return { days: Number(d), rest: Number(r) }
}

export function timeOf(microsOfDay: number): CivilTime {
  const micros = microsOfDay % 1_000_000, seconds = (microsOfDay - micros) / 1_000_000
  return { hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60, micros }
}

export const microsOfDay = (hour: number, minute: number, second: number, micros: number): number => ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
/** A day number and the microseconds of the day as one number. */
export const joinDay = (days: number, rest: number): bigint =>
  // Up to the year 2255 the product is exact as a double, which is much faster.
  days > -exactDays && days < exactDays ? BigInt(days * 86_400_000_000 + rest) : BigInt(days) * microsPerDay + BigInt(rest)
const exactDays = 104_248

/** The day of (local) microseconds. */
export function dayOfMicros(micros: bigint): number {
  const n = Number(micros)
  if (n > -9e15 && n < 9e15) return Math.floor(n / 86_400_000_000)
  return splitDay(micros).days
}

/** The microseconds of the day of (local) microseconds. */
export function timeOfDay(micros: bigint): number {
  const n = Number(micros)
  if (n > -9e15 && n < 9e15) return n - Math.floor(n / 86_400_000_000) * 86_400_000_000
  return splitDay(micros).rest
}
