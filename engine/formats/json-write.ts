/** Values as JSON text by the rules of Spark's JacksonGenerator: `to_json` and the JSON file sink. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import type { CalendarInterval, MapValue } from '../columns/object-vector.ts'
import { splitDay, timeOf } from '../types/civil.ts'
import { calendarIntervalText, dayTimeText, yearMonthText } from '../types/interval.ts'
import { base64Text, quoted } from '../types/json-text.ts'
import { doubleText, floatText } from '../types/number-text.ts'
import { timeText } from '../types/time-of-day.ts'
import { timeZone, type TimeZone } from '../types/time-zone.ts'
import { dateText } from '../types/timestamp.ts'
import { variantText } from '../types/variant/text.ts'
import { patternWriters, timeWriter } from './json/times.ts'

export interface JsonWriteOptions {
  readonly timeZone: string
  /** Leave out NULL fields of structs (the default); elements of arrays and maps always stay. */
  readonly ignoreNullFields?: boolean
  readonly timestampFormat?: string
  readonly timestampNTZFormat?: string
  readonly timeFormat?: string
  readonly dateFormat?: string
}

/** Writes one value that is not NULL. */
type Write = (v: any) => string

/**
 * A writer for values of a type: internal value to JSON text. NULL itself is `null`.
 * @example createJsonWriter(structType([structField('a', intType)]), { timeZone: 'UTC' })([1]) // {"a":1}
 */
export function createJsonWriter(type: DataType, options: JsonWriteOptions): (value: unknown) => string {
  return orNull(writerFor(type, { zone: timeZone(options.timeZone), options, ignoreNulls: options.ignoreNullFields ?? true }))
}

interface Settings { readonly zone: TimeZone; readonly options: JsonWriteOptions; readonly ignoreNulls: boolean }

const orNull = (write: Write): Write => v => (v === null || v === undefined ? 'null' : write(v))

function writerFor(type: DataType, s: Settings): Write {
  switch (type.kind) {
    case 'boolean': return v => (v ? 'true' : 'false')
    case 'byte': case 'short': case 'int': case 'long': return String
    case 'float': return v => number(v, floatText(v))
    case 'double': return v => number(v, doubleText(v))
    case 'decimal': return v => javaDecimal(v, type.scale)
    case 'string': return quoted
    case 'binary': return v => `"${base64Text(v)}"`
    case 'variant': return v => variantText(v, s.options.timeZone)
    case 'date': return s.options.dateFormat === undefined ? v => `"${dateText(v)}"` : formatted(patternWriters(s.options.dateFormat, null).formatDate)
    case 'timestamp': return s.options.timestampFormat === undefined ? v => `"${isoTimestamp(v, s.zone)}"` : formatted(patternWriters(s.options.timestampFormat, s.options.timeZone).formatTimestamp)
    case 'timestamp_ntz': return s.options.timestampNTZFormat === undefined ? v => `"${isoLocal(v)}"` : formatted(patternWriters(s.options.timestampNTZFormat, null).formatTimestamp)
    case 'time': return s.options.timeFormat === undefined ? v => `"${timeText(v)}"` : formatted(timeWriter(s.options.timeFormat))
    case 'daytimeinterval': return v => quoted(dayTimeText(v, type.start, type.end))
    case 'yearmonthinterval': return v => quoted(yearMonthText(v, type.start, type.end))
    case 'calendarinterval': return v => quoted(calendarIntervalText(v as CalendarInterval))
    case 'void': return () => 'null'
    case 'array': { const element = orNull(writerFor(type.elementType, s)); return v => `[${(v as unknown[]).map(element).join(',')}]` }
    case 'map': {
      const key = keyText(type.keyType), value = orNull(writerFor(type.valueType, s))
      return v => `{${(v as MapValue).keys.map((k, i) => `${quoted(key(k))}:${value((v as MapValue).values[i])}`).join(',')}}`
    }
    case 'struct': return structWriter(type, s)
  }
}

const formatted = (format: (v: any) => string): Write => v => quoted(format(v))
const number = (v: number, text: string): string => (Number.isFinite(v) ? text : `"${text}"`)

function structWriter(type: StructTypeShape, s: Settings): Write {
  const names = type.fields.map(f => `${quoted(f.name)}:`), writers = type.fields.map(f => orNull(writerFor(f.dataType, s)))
  return v => {
    let text = ''
    for (let i = 0; i < names.length; i++) {
      if (s.ignoreNulls && (v[i] === null || v[i] === undefined)) continue
      text += `${text === '' ? '' : ','}${names[i]}${writers[i](v[i])}`
    }
    return `{${text}}`
  }
}

/** Java's BigDecimal.toString: plain digits unless the number is below 0.000001. */
function javaDecimal(unscaled: bigint, scale: number): string {
  const negative = unscaled < 0n, digits = String(negative ? -unscaled : unscaled), sign = negative ? '-' : ''
  if (scale === 0) return sign + digits
  const exponent = digits.length - 1 - scale
  if (exponent < -6) return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${exponent}`
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, padded.length - scale)}.${padded.slice(-scale)}`
}

/** The text of a map's key: Spark prints its internal value, so a date is its day number and a timestamp its microseconds. */
function keyText(type: DataType): (v: any) => string {
  switch (type.kind) {
    case 'float': return floatText
    case 'double': return doubleText
    case 'decimal': return v => javaDecimal(v, type.scale)
    case 'struct': { const fields = type.fields.map(f => keyText(f.dataType)); return v => `[${fields.map((f, i) => (v[i] === null ? 'null' : f(v[i]))).join(',')}]` }
    case 'array': { const element = keyText(type.elementType); return v => `[${(v as unknown[]).map(x => (x === null ? 'null' : element(x))).join(',')}]` }
    case 'calendarinterval': return calendarIntervalText
    default: return String
  }
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** `2026-01-02T03:04:05.678` for microseconds that are local already; what is below a millisecond is cut. */
function isoLocal(micros: bigint): string {
  const { days, rest } = splitDay(micros), t = timeOf(rest)
  return `${dateText(days)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(Math.floor(t.micros / 1000)).padStart(3, '0')}`
}

/** The same in a zone, with its offset: `Z`, `-05:00`. */
function isoTimestamp(micros: bigint, zone: TimeZone): string {
  const { days, rest } = splitDay(micros)
  const offset = zone.offsetAt(days * 86400 + Math.floor(rest / 1e6))
  if (offset === 0) return `${isoLocal(micros)}Z`
  const minutes = Math.floor(Math.abs(offset) / 60)
  return `${isoLocal(micros + BigInt(offset) * 1_000_000n)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
