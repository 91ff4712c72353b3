/** VARIANT values as JSON text, as Spark writes them: fields in the order of their names, decimals without trailing zeros, moments with their offset. */
import { decimalText } from '../decimal.ts'
import { base64Text, quoted } from '../json-text.ts'
import { doubleText, floatText } from '../number-text.ts'
import { timeZone, type TimeZone } from '../time-zone.ts'
import { dateText, localTimestampText } from '../timestamp.ts'
import {
  booleanAt, childAt, contentStart, countAt, doubleAt, floatAt, kindAt, longAt, nameAt, nameIdAt, scaleAt, signed, sizeAt, textAt, unscaledAt, unsigned, uuidAt, valueStart,
} from './layout.ts'

/** Digits and scale of a decimal without the zeros at its end; the scale of a whole number is not below 0. */
export function strippedDecimal(b: Uint8Array, v: number): { readonly unscaled: bigint; readonly scale: number } {
  let unscaled = unscaledAt(b, v), scale = scaleAt(b, v)
  while (scale > 0 && unscaled % 10n === 0n) { unscaled /= 10n; scale-- }
  return { unscaled, scale }
}

/** The JSON text of a VARIANT. Throws MALFORMED_VARIANT. */
export function variantText(variant: Uint8Array, zoneName: string): string { return textOf(variant, 0, valueStart(variant, 0), zoneName) }

/** The JSON text of the value at a place. */
export function textOf(b: Uint8Array, m: number, v: number, zoneName: string): string { return written(b, m, v, timeZone(zoneName)) }

function written(b: Uint8Array, m: number, v: number, zone: TimeZone): string {
  switch (kindAt(b, v)) {
    case 'null': return 'null'
    case 'boolean': return booleanAt(b, v) ? 'true' : 'false'
    case 'long': return String(longAt(b, v))
    case 'double': return number(doubleAt(b, v + 1), doubleText)
    case 'float': return number(floatAt(b, v + 1), floatText)
    case 'decimal': { const { unscaled, scale } = strippedDecimal(b, v); return decimalText(unscaled, scale) }
    case 'date': return `"${dateText(unsigned(b, v + 1, 4) | 0)}"`
    case 'timestamp': { const micros = signed(b, v + 1, 8); return `"${localTimestampText(zone.toLocal(micros))}${offsetText(zone, micros)}"` }
    case 'timestamp_ntz': return `"${localTimestampText(signed(b, v + 1, 8))}"`
    case 'binary': return `"${base64Text(b.subarray(contentStart(b, v), v + sizeAt(b, v)))}"`
    case 'string': return quoted(textAt(b, v))
    case 'uuid': return `"${uuidAt(b, v)}"`
    case 'array': return `[${children(b, v, at => written(b, m, at, zone)).join(',')}]`
    case 'object': return `{${children(b, v, (at, i) => `${quoted(nameAt(b, m, nameIdAt(b, v, i)))}:${written(b, m, at, zone)}`).join(',')}}`
  }
}

const number = (v: number, text: (v: number) => string): string => (Number.isFinite(v) ? text(v) : `"${text(v)}"`)

/** What `make` gives for each value of an object or array. */
export function children<T>(b: Uint8Array, v: number, make: (at: number, i: number) => T): T[] {
  const made: T[] = [], n = countAt(b, v)
  for (let i = 0; i < n; i++) made.push(make(childAt(b, v, i), i))
  return made
}

function offsetText(zone: TimeZone, micros: bigint): string {
  const offset = zone.offsetAt(Number(micros / 1_000_000n) - (micros % 1_000_000n < 0n ? 1 : 0)), minutes = Math.floor(Math.abs(offset) / 60)
  return `${offset < 0 ? '-' : '+'}${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
