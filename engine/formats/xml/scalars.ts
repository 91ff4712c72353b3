/** Owns how a text of XML becomes a value of a type that is no struct, array or map. */
import type { DataType } from '../../types/data-type.ts'
import { compileParser } from '../../types/datetime-pattern.ts'
import { parseDecimal, toDecimal } from '../../types/decimal.ts'
import { integralBounds, parseFloatText } from '../../types/number-text.ts'
import { parseTime } from '../../types/time-of-day.ts'
import { timeZone } from '../../types/time-zone.ts'
import { parseDate, parseTimestamp, parseTimestampParts } from '../../types/timestamp.ts'
import { trimmed } from './characters.ts'
import type { XmlOptions } from './options.ts'

/** A text as a value; undefined where it is none of the type. */
export type ReadText = (text: string) => unknown

/** How texts become values of a type; `null` for the text that means NULL. */
export function xmlScalar(type: DataType, o: XmlOptions): ReadText {
  const read = scalar(type, o)
  return text => {
    const t = o.trims ? trimmed(text) : text
    return t === o.nullValue ? null : read(t)
  }
}

const orNone = <T>(v: T | null): T | undefined => v ?? undefined

function scalar(type: DataType, o: XmlOptions): ReadText {
  switch (type.kind) {
    case 'string': return t => t
    case 'boolean': return t => { const b = t.toLowerCase(); return b === 'true' || b === '1' ? true : b === 'false' || b === '0' ? false : undefined }
    case 'byte': case 'short': case 'int': { const [least, most] = integralBounds[type.kind]; return t => { const v = whole(t); return v === null || v < least || v > most ? undefined : Number(v) } }
    case 'long': { const [least, most] = integralBounds.long; return t => { const v = whole(t); return v === null || v < least || v > most ? undefined : v } }
    case 'double': return floating(Number)
    case 'float': return floating(t => parseFloatText(t) ?? Math.fround(Number(t)))
    case 'decimal': return t => { const d = parseDecimal(t.replaceAll(',', '')); return d === null ? undefined : orNone(toDecimal(d, type)) }
    case 'date': return xmlDate(o)
    case 'timestamp': return xmlTimestamp(o)
    case 'timestamp_ntz': {
      if (o.timestampNtzFormat === null) return t => { const p = parseTimestampParts(t, () => 0); return p === null || p.zone !== null || /^(?:T|\d{1,2}:)/.test(t) ? undefined : p.local }
      const p = compileParser(o.timestampNtzFormat)
      return t => orNone(p.parseLocal(t))
    }
    case 'time': { if (o.timeFormat === null) return t => orNone(parseTime(t)); const p = compileParser(o.timeFormat); return t => orNone(p.parseTime(t)) }
    default: return () => undefined
  }
}

/** Dates by the option's pattern, or as year-month-day. */
export function xmlDate(o: XmlOptions): (text: string) => number | undefined {
  if (o.dateFormat === null) return t => (/^(?:\d{4}|[+-]\d{5,7})-\d\d-\d\d$/.test(t) ? orNone(parseDate(t)) : undefined)
  const p = compileParser(o.dateFormat)
  return t => orNone(p.parseDate(t))
}

/** Timestamps by the option's pattern, or in the forms of a cast. */
export function xmlTimestamp(o: XmlOptions): (text: string) => bigint | undefined {
  const zone = timeZone(o.timeZone)
  if (o.timestampFormat === null) return t => orNone(parseTimestamp(t, zone))
  const p = compileParser(o.timestampFormat)
  return t => orNone(p.parse(t, zone))
}

/** A whole number; digits of other scripts count as in Java. */
export function whole(text: string): bigint | null {
  if (/^[+-]?\d{1,19}$/.test(text)) return BigInt(text.replace('+', ''))
  if (text.length > 60 || !/^[+-]?\p{Nd}+$/u.test(text)) return null
  const digits = [...text].map(ch => {
    let zero = ch.codePointAt(0)!
    const c = zero
    if (c < 128) return ch
    while (c - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--
    return String(c - zero)
  }).join('')
  return BigInt(digits.replace('+', ''))
}

const javaNumber = /^[+-]?(?:NaN|Infinity|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/
// What Java's NumberFormat takes of a text: the longest beginning that is a number, with commas between digits.
const beginning = /^[+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:E-?\d+)?/

function floating(make: (text: string) => number): ReadText {
  return t => {
    if (javaNumber.test(t)) return make(t.replace(/^\+/, '').replace(/[fFdD]$/, ''))
    const found = beginning.exec(t)
    return found === null ? undefined : make(found[0].replaceAll(',', ''))
  }
}
