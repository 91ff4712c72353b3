/** Intervals: the texts of watermarks, triggers and windows, ANSI interval literals, and how intervals are written. */
import { analysisError, parseError } from '../errors/spark-error.ts'
import type { CalendarInterval } from './calendar-interval.ts'

const unitMicros: Readonly<Record<string, bigint>> = { week: 604_800_000_000n, day: 86_400_000_000n, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n, millisecond: 1000n, microsecond: 1n }
const unitNames = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond']

const unitOf = (word: string): string | null => { const w = word.toLowerCase().replace(/s$/, ''); return unitNames.includes(w) ? w : null }

const whole32 = (n: bigint): boolean => n === BigInt.asIntN(32, n)
const whole64 = (n: bigint): boolean => n === BigInt.asIntN(64, n)

/**
 * `10 minutes`, `1 hour 30 seconds`, `interval -1 day`, `1 month`: months, days and microseconds apart. Only seconds may have a fraction, of up to nine digits.
 * Throws INVALID_INTERVAL_FORMAT.*.
 */
export function parseCalendarInterval(text: string): CalendarInterval {
  const words = text.trim().toLowerCase().split(/\s+/).filter(w => w !== '')
  if (words[0] === 'interval') words.shift()
  if (words.length === 0) throw parseError('INVALID_INTERVAL_FORMAT.INPUT_IS_EMPTY', { input: text })
  let months = 0n, days = 0n, microseconds = 0n
  for (let i = 0; i < words.length; i += 2) {
    let number = words[i]!
    if (number === '-' || number === '+') number += words[++i] ?? ''
    const found = /^([+-]?)(\d*)(\.\d*)?$/.exec(number)
    if (found === null || (found[2] === '' && (found[3] ?? '.') === '.')) {
      if (unitOf(number) !== null) throw parseError('INVALID_INTERVAL_FORMAT.MISSING_NUMBER', { input: text, word: number })
      throw parseError(/^[+-]?[\d.]/.test(number) ? 'INVALID_INTERVAL_FORMAT.INVALID_VALUE' : 'INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER', { input: text, value: number, number })
    }
    const word = words[i + 1]
    if (word === undefined) throw parseError('INVALID_INTERVAL_FORMAT.MISSING_UNIT', { input: text })
    const unit = unitOf(word), fraction = found[3]?.slice(1)
    if (unit === null) throw parseError('INVALID_INTERVAL_FORMAT.INVALID_UNIT', { input: text, unit: word })
    if (fraction !== undefined && unit !== 'second') throw parseError('INVALID_INTERVAL_FORMAT.INVALID_FRACTION', { input: text, unit: word })
    if (fraction !== undefined && fraction.length > 9) throw parseError('INVALID_INTERVAL_FORMAT.INVALID_PRECISION', { input: text, value: number })
    const sign = found[1] === '-' ? -1n : 1n, n = sign * BigInt(found[2] === '' ? '0' : found[2]!)
    switch (unit) {
      case 'year': months += n * 12n; break
      case 'month': months += n; break
      case 'week': days += n * 7n; break
      case 'day': days += n; break
      default: microseconds += n * unitMicros[unit]! + (fraction === undefined ? 0n : sign * microsOfFraction(fraction))
    }
  }
  if (!whole32(months) || !whole32(days) || !whole64(microseconds)) throw parseError('INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION', { input: text })
  return { months: Number(months), days: Number(days), microseconds }
}

// Digits behind the point; what is finer than a microsecond is cut off.
const microsOfFraction = (digits: string): bigint => BigInt(digits.slice(0, 6).padEnd(6, '0'))

/** The same, with CANNOT_PARSE_INTERVAL for everything that cannot be read, as withWatermark and window() say it; ANSI literals go, too. */
export function parseOrRefuse(text: string): CalendarInterval {
  try {
    return /^\s*interval\s*'/i.test(text) ? parseAnsiText(text) : parseCalendarInterval(text)
  } catch (cause) {
    throw analysisError('CANNOT_PARSE_INTERVAL', { intervalString: `'${text}'` }, cause)
  }
}

// INTERVAL '1' DAY, INTERVAL '10:30' MINUTE TO SECOND
function parseAnsiText(text: string): CalendarInterval {
  const found = /^\s*interval\s*([+-]?)'([^']*)'\s*(\w+)(?:\s+to\s+(\w+))?\s*$/i.exec(text)
  if (found === null) throw new TypeError('not an interval literal')
  const from = unitOf(found[3]!)!, to = unitOf(found[4] ?? found[3]!)!
  const sign = found[1] === '-' ? -1 : 1
  if (from === 'year' || from === 'month') return { months: sign * yearMonthLiteral(found[2]!, from, to as 'year' | 'month'), days: 0, microseconds: 0n }
  return { months: 0, days: 0, microseconds: BigInt(sign) * dayTimeLiteral(found[2]!, from as DayTimeUnit, to as DayTimeUnit) }
}

/** The delay of a watermark in milliseconds; a month counts as 31 days. Throws CANNOT_PARSE_INTERVAL, or a refusal of a negative delay. */
export function intervalDelayMs(text: string): number {
  const i = parseOrRefuse(text)
  const ms = (i.months * 31 + i.days) * 86_400_000 + Number(i.microseconds / 1000n)
  if (ms < 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the watermark delay ${text} is negative`, advice: 'A delay says how late a row may be; write 0 seconds or more.' })
  return ms
}

/** The interval of a trigger in milliseconds. Months have no fixed length and are refused. */
export function intervalToMs(text: string): number {
  const i = parseCalendarInterval(text)
  if (i.months !== 0) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `the interval ${text} has no fixed length`, advice: 'Write it in weeks, days, hours, minutes or seconds.' })
  return i.days * 86_400_000 + Number(i.microseconds / 1000n)
}

export type DayTimeUnit = 'day' | 'hour' | 'minute' | 'second'
export const dayTimeUnits: readonly DayTimeUnit[] = ['day', 'hour', 'minute', 'second']
export const yearMonthUnits: readonly ('year' | 'month')[] = ['year', 'month']

const typeName = (units: readonly string[], start: number, end: number): string => (start === end ? `INTERVAL ${units[start]!.toUpperCase()}` : `INTERVAL ${units[start]!.toUpperCase()} TO ${units[end]!.toUpperCase()}`)

// How fields of a day-time interval stand in a text: the first may be of any size, the others have two digits.
const dayTimeForms = new Map<string, RegExp>()
function dayTimeForm(first: number, last: number): RegExp {
  const key = `${first}${last}`
  let form = dayTimeForms.get(key)
  if (form === undefined) {
    let text = ''
    for (let f = first; f <= last; f++) text += `${f === first ? '' : f === 1 ? ' ' : ':'}(\\d{1,${f > first ? 2 : [9, 10, 12, 13][f]}})${f === 3 ? '(?:\\.(\\d{1,9}))?' : ''}`
    form = new RegExp(`^([+-]?)${text}$`)
    dayTimeForms.set(key, form)
  }
  return form
}

function dayTimeMicros(text: string, first: number, last: number): bigint {
  const found = dayTimeForm(first, last).exec(text.trim())
  if (found === null) {
    throw parseError('INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE', { input: text, supportedFormat: dayTimeUnits.slice(first, last + 1).join(' '), typeName: typeName(dayTimeUnits, first, last) })
  }
  let micros = 0n
  for (let f = first; f <= last; f++) {
    const n = BigInt(found[f - first + 2]!)
    if (f > first && n > (f === 1 ? 23n : 59n)) throw parseError('INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input: text, interval: typeName(dayTimeUnits, first, last) })
    micros += n * unitMicros[dayTimeUnits[f]!]!
  }
  const fraction = last === 3 ? found[last - first + 3] : undefined
  if (fraction !== undefined) micros += microsOfFraction(fraction)
  if (found[1] === '-') micros = -micros
  if (!whole64(micros)) throw parseError('INVALID_INTERVAL_FORMAT.ARITHMETIC_EXCEPTION', { input: text })
  return micros
}

function yearMonthMonths(text: string, first: number, last: number): number {
  const found = (first === last ? /^([+-]?)(\d{1,10})()$/ : /^([+-]?)(\d{1,9})-(\d{1,2})$/).exec(text.trim())
  if (found === null) throw parseError('INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING', { input: text, supportedFormat: first === last ? yearMonthUnits[first]! : 'year-month', typeName: typeName(yearMonthUnits, first, last) })
  const a = Number(found[2]), months = (first === 0 ? a * 12 : a) + Number(found[3]), signed = found[1] === '-' ? -months : months
  if (Number(found[3]) > 11 || signed !== (signed | 0)) throw parseError('INVALID_INTERVAL_FORMAT.INTERVAL_PARSING', { input: text, interval: typeName(yearMonthUnits, first, last) })
  return signed === 0 ? 0 : signed
}

/** The microseconds of a day-time literal such as `1 02:03:04.5` from `day` to `second`. Throws INVALID_INTERVAL_FORMAT.*. */
export const dayTimeLiteral = (text: string, from: DayTimeUnit, to: DayTimeUnit): bigint => dayTimeMicros(text, dayTimeUnits.indexOf(from), dayTimeUnits.indexOf(to))

/** The months of a year-month literal such as `1-2`. Throws INVALID_INTERVAL_FORMAT.*. */
export const yearMonthLiteral = (text: string, from: 'year' | 'month', to: 'year' | 'month'): number => yearMonthMonths(text, yearMonthUnits.indexOf(from), yearMonthUnits.indexOf(to))

const literalForm = /^\s*interval\s+([+-]?)\s*'([^']*)'\s+(\w+)(?:\s+to\s+(\w+))?\s*$/i

// What stands in a cast's text: the bare value, or a whole literal whose fields must be those asked for. The text of the value, and whether it is negated.
function insideLiteral(text: string, units: readonly string[], start: number, end: number): { readonly value: string; readonly negative: boolean } {
  const found = literalForm.exec(text)
  if (found === null || found[3]!.toLowerCase() !== units[start] || (found[4] ?? found[3])!.toLowerCase() !== units[end]) return { value: text, negative: false }
  return { value: found[2]!, negative: found[1] === '-' }
}

/** A day-time interval from text, as a cast reads it: `1 02:03:04.5` or `INTERVAL '1 02:03:04.5' DAY TO SECOND`. Fields: 0 day … 3 second. Throws INVALID_INTERVAL_FORMAT.*. */
export function castToDayTime(text: string, start: number, end: number): bigint {
  const { value, negative } = insideLiteral(text, dayTimeUnits, start, end)
  const micros = dayTimeMicros(value, start, end)
  return negative ? -micros : micros
}

/** A year-month interval from text, as a cast reads it. Fields: 0 year, 1 month. Throws INVALID_INTERVAL_FORMAT.*. */
export function castToYearMonth(text: string, start: number, end: number): number {
  const { value, negative } = insideLiteral(text, yearMonthUnits, start, end)
  const months = yearMonthMonths(value, start, end)
  return negative ? -months : months
}

const two = (n: bigint): string => n.toString().padStart(2, '0')

/** `INTERVAL '1 00:00:00' DAY TO SECOND`, `INTERVAL '05' MINUTE`: as a cast to string writes it. Fields: 0 day … 3 second. */
export function dayTimeText(micros: bigint, start: number, end: number): string {
  const negative = micros < 0n, m = negative ? -micros : micros
  const fraction = m % 1_000_000n, s = m / 1_000_000n
  const parts = [s / 86_400n, (s / 3600n) % 24n, (s / 60n) % 60n, s % 60n]
  const totals = [s / 86_400n, s / 3600n, s / 60n, s]
  let text = ''
  for (let f = start; f <= end; f++) {
    const n = f === start ? totals[f]! : parts[f]!
    const own = f === 3 ? `${two(n)}${fraction === 0n ? '' : `.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`}` : f === 0 ? n.toString() : two(n)
    text += f === start ? own : `${f === 1 ? ' ' : ':'}${own}`
  }
  const unit = (f: number): string => dayTimeUnits[f]!.toUpperCase()
  return `INTERVAL '${negative ? '-' : ''}${text}' ${start === end ? unit(start) : `${unit(start)} TO ${unit(end)}`}`
}

/** `INTERVAL '1-2' YEAR TO MONTH`. Fields: 0 year, 1 month. */
export function yearMonthText(months: number, start: number, end: number): string {
  const negative = months < 0, m = Math.abs(months)
  const sign = negative ? '-' : ''
  if (start === end) return start === 0 ? `INTERVAL '${sign}${Math.floor(m / 12)}' YEAR` : `INTERVAL '${sign}${m}' MONTH`
  return `INTERVAL '${sign}${Math.floor(m / 12)}-${m % 12}' YEAR TO MONTH`
}

/** `1 years 2 months 3 days 4 hours 5.5 seconds`: a calendar interval, `0 seconds` when it is empty. */
export function calendarIntervalText(i: CalendarInterval): string {
  const parts: string[] = []
  const add = (n: number | bigint, unit: string): void => { if (n != 0) parts.push(`${n} ${unit}`) }
  add(Math.trunc(i.months / 12), 'years')
  add(i.months % 12, 'months')
  add(i.days, 'days')
  if (i.microseconds !== 0n) {
    add(i.microseconds / 3_600_000_000n, 'hours')
    add((i.microseconds % 3_600_000_000n) / 60_000_000n, 'minutes')
    const rest = i.microseconds % 60_000_000n
    if (rest !== 0n) {
      const a = rest < 0n ? -rest : rest, fraction = (a % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '')
      parts.push(`${rest < 0n ? '-' : ''}${a / 1_000_000n}${fraction === '' ? '' : `.${fraction}`} seconds`)
    }
  }
  return parts.length === 0 ? '0 seconds' : parts.join(' ')
}
