/** TIME values: nanoseconds since midnight, 0 up to below a day. Their text, what texts mean, and the digits that a precision keeps. */
import { trimmed } from './timestamp.ts'

export const dayNanos = 86_400_000_000_000n
export const secondNanos = 1_000_000_000n
/** Nanoseconds of an hour, a minute, a second, a millisecond, a microsecond. */
export const timeUnits: Readonly<Record<string, bigint>> = { HOUR: 3600n * secondNanos, MINUTE: 60n * secondNanos, SECOND: secondNanos, MILLISECOND: 1_000_000n, MICROSECOND: 1000n }

// AM and PM may stand behind it, then with hours of 1 to 12.
const form = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?(?: *([ap])m)?$/i

/** The time that a text means (a T may come first of all), with all digits up to nanoseconds; null for what is none. */
export function parseTime(text: string): bigint | null {
  const found = form.exec(trimmed(text.startsWith('T') ? text.slice(1) : text))
  if (found === null) return null
  const half = found[5]?.toLowerCase(), given = Number(found[1]), minute = Number(found[2]), second = Number(found[3] ?? 0)
  if (half !== undefined && (given < 1 || given > 12)) return null
  const hour = half === undefined ? given : (given % 12) + (half === 'p' ? 12 : 0)
  return hour > 23 || minute > 59 || second > 59 ? null : BigInt(hour * 3600 + minute * 60 + second) * secondNanos + BigInt((found[4] ?? '').slice(0, 9).padEnd(9, '0'))
}

/** How many digits the text of a time has behind its point. */
export const fractionDigits = (text: string): number => (/\.(\d*)/.exec(text)?.[1] ?? '').length

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** `12:34:56.789`: without zeros at the end. */
export function timeText(nanos: bigint): string {
  const n = Number(nanos), seconds = Math.floor(n / 1e9), rest = n - seconds * 1e9
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return rest === 0 ? text : `${text}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`
}

/** The time with so many digits behind the point, the others cut off. */
export function cutTime(nanos: bigint, precision: number): bigint {
  return precision >= 9 ? nanos : nanos - (nanos % 10n ** BigInt(9 - precision))
}
