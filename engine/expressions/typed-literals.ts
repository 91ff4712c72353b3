/** Literals that name their type: DATE '…', TIMESTAMP '…', TIMESTAMP_NTZ '…', X'…', INTERVAL '…'. */
import { parseError } from '../errors/spark-error.ts'
import { binaryType, dateType, timeType, timestampNtzType, timestampType, type DataType } from '../types/data-type.ts'
import { parseDate, parseTimestampNtz, parseTimestampParts, specialDate, specialTimestamp } from '../types/timestamp.ts'
import { fractionDigits, parseTime } from '../types/time-of-day.ts'
import { timeZone, type TimeZone } from '../types/time-zone.ts'
import type { Literal } from './expression.ts'
import { intervalOfText } from './interval-literal.ts'

/** What a text's meaning depends on besides itself. */
export interface ParseOptions {
  /** The session's time zone, for TIMESTAMP literals without a zone; the one of `setLiteralTimeZone` if not given. */
  readonly timeZone?: string
  /** The present in microseconds since 1970, for DATE 'today' and TIMESTAMP 'now'; without it these are refused. */
  readonly nowMicros?: bigint
}

let sessionZone = 'UTC'
/** The zone of TIMESTAMP literals in texts that are parsed without one being given: set by the session, which is one a process. */
export const setLiteralTimeZone = (zone: string): void => { sessionZone = zone }
/** The zone in which TIMESTAMP literals are read and shown. */
export const literalTimeZone = (options: ParseOptions = {}): TimeZone => timeZone(options.timeZone ?? sessionZone)

const literal = (value: unknown, type: DataType): Literal => ({ kind: 'literal', value, type, nullable: false })

/** The literal of `word 'text'`. Throws INVALID_TYPED_LITERAL, UNSUPPORTED_TYPED_LITERAL. */
export function typedLiteral(word: string, text: string, options: ParseOptions): Literal {
  const type = word.toLowerCase()
  const found = <T>(value: T | null, of: DataType): Literal => {
    if (value === null) throw parseError('INVALID_TYPED_LITERAL', { valueType: `"${word.toUpperCase()}"`, value: `'${text}'` })
    return literal(value, of)
  }
  switch (type) {
    case 'date': return found(parseDate(text) ?? special(text, options, specialDate), dateType)
    case 'timestamp': case 'timestamp_ltz': {
      const parts = parseTimestampParts(text, () => 0)
      return found(parts === null ? special(text, options, specialTimestamp) : (parts.zone ?? literalTimeZone(options)).toUtc(parts.local), timestampType)
    }
    case 'timestamp_ntz': return found(parseTimestampNtz(text) ?? special(text, options, (t, zone, now) => { const at = specialTimestamp(t, zone, now); return at === null || at === 0n ? at : zone.toLocal(at) }), timestampNtzType)
    case 'x': return found(bytesOf(text), binaryType)
    case 'time': {
      const time = found(parseTime(text), timeType()), digits = fractionDigits(text)
      if (digits > 9) throw parseError('INVALID_TIME_LITERAL_PRECISION', { value: `'${text}'`, precision: digits })
      return digits > 6 ? literal(time.value, timeType(digits)) : time
    }
    case 'interval': return intervalOfText(text)
    default: throw parseError('UNSUPPORTED_TYPED_LITERAL', { unsupportedType: `"${word.toUpperCase()}"`, supportedTypes: 'DATE, TIMESTAMP, TIMESTAMP_LTZ, TIMESTAMP_NTZ, TIME, INTERVAL, X' })
  }
}

// epoch needs no clock; now, today, tomorrow and yesterday do.
function special<T>(text: string, options: ParseOptions, read: (text: string, zone: TimeZone, nowMicros: bigint) => T | null): T | null {
  if (options.nowMicros === undefined && !/^\s*epoch\b/i.test(text)) return null
  return read(text, literalTimeZone(options), options.nowMicros ?? 0n)
}

function bytesOf(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null
  const padded = text.length % 2 === 1 ? `0${text}` : text
  return Uint8Array.from({ length: padded.length / 2 }, (_, i) => parseInt(padded.slice(2 * i, 2 * i + 2), 16))
}
