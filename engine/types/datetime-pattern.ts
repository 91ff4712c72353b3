/** Datetime patterns (date_format, to_timestamp, timestampFormat), compiled once each. */
import { DatetimeFormatter } from './datetime-format.ts'
import { DatetimeParser } from './datetime-parse.ts'
import { readPattern } from './datetime-parts.ts'

export type { DatetimeFormatter, DatetimeParser }

function cached<T>(make: (pattern: string) => T): (pattern: string) => T {
  const known = new Map<string, T>()
  return pattern => {
    let made = known.get(pattern)
    // Patterns may come from a column: the cache must not grow with the data.
    if (made === undefined) { made = make(pattern); if (known.size < 1000) known.set(pattern, made) }
    return made
  }
}

/**
 * Makes a pattern ready for writing: `compileFormatter('yyyy-MM-dd HH:mm').format(0n, timeZone('UTC'))` is `1970-01-01 00:00`.
 * Throws INVALID_DATETIME_PATTERN.* or INCONSISTENT_BEHAVIOR_CROSS_VERSION.* for a pattern that Spark refuses.
 */
export const compileFormatter: (pattern: string) => DatetimeFormatter = cached(pattern => new DatetimeFormatter(readPattern(pattern, false)))

/** Makes a pattern ready for reading: `compileParser('dd/MM/yyyy').parse('01/02/1970', timeZone('UTC'))` is the microseconds of 1 February 1970. Throws as `compileFormatter`. */
export const compileParser: (pattern: string) => DatetimeParser = cached(pattern => new DatetimeParser(readPattern(pattern, true)))
