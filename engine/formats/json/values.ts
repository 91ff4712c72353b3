/** Reads nested values (inside arrays and maps) and types without a column of their own from bytes into internal values. */
import type { DataType } from '../../types/data-type.ts'
import { decodeUtf8 } from '../../columns/bytes-vector.ts'
import { canonicalEnd } from './canonical.ts'
import { unscaledOf } from './decimal-text.ts'
import { parseDouble } from './double.ts'
import { closingQuote, literalEnd, numberEnd, scanText, skipSpaces, skipValue, unescapeInto } from './scan.ts'
import type { JsonTimes } from './times.ts'
import { plainTokens, writePlain } from './variant-column.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'

/** A place in the bytes; `p` is −1 once something was met that the exact tier has to judge. */
export interface Cursor { bytes: Uint8Array; dv: DataView; p: number; end: number }

/** Reads the value at the cursor, which stands on its first byte, and moves behind it. */
export type ReadValue = (c: Cursor) => unknown

const fail = (c: Cursor): null => { c.p = -1; return null }

/** How a value of a type is read. */
export function valueReader(type: DataType, times: JsonTimes, exactText: boolean): ReadValue {
  if (type.kind === 'variant') return plainVariant()
  const plain = plainReader(type, times, exactText)
  return c => {
    if (c.p >= c.end) return fail(c)
    if (c.bytes[c.p] !== 110) return plain(c)
    c.p = literalEnd(c.bytes, c.p, c.end)
    return null
  }
}

function plainReader(type: DataType, times: JsonTimes, exactText: boolean): ReadValue {
  switch (type.kind) {
    case 'boolean': return c => { const v = c.bytes[c.p] === 116; c.p = v || c.bytes[c.p] === 102 ? literalEnd(c.bytes, c.p, c.end) : -1; return v }
    case 'byte': return integerReader(-128, 127)
    case 'short': return integerReader(-32768, 32767)
    case 'int': return integerReader(-2147483648, 2147483647)
    case 'long': return c => { const s = c.p, e = integerEnd(c); return e < 0 || e - s > 18 ? fail(c) : BigInt(decodeUtf8(c.bytes, s, e)) }
    case 'float': return c => { const s = c.p, e = (c.p = numberEnd(c.bytes, s, c.end)); return e < 0 ? null : Math.fround(parseDouble(c.bytes, s, e)) }
    case 'double': return c => { const s = c.p, e = (c.p = numberEnd(c.bytes, s, c.end)); return e < 0 ? null : parseDouble(c.bytes, s, e) }
    case 'decimal': {
      const { precision, scale } = type
      return c => {
        const s = c.p, e = (c.p = numberEnd(c.bytes, s, c.end))
        if (e < 0) return null
        const v = unscaledOf(decodeUtf8(c.bytes, s, e), precision, scale)
        return v === null ? fail(c) : v
      }
    }
    case 'string': return c => (c.bytes[c.p] === 34 ? readText(c) : readOther(c, exactText))
    case 'timestamp': return textual(text => times.timestamp(text))
    case 'timestamp_ntz': return textual(text => times.timestampNtz(text))
    case 'time': return textual(text => times.time(text))
    case 'date': return textual(text => times.date(text))
    case 'array': { const element = valueReader(type.elementType, times, exactText); return c => readArray(c, element) }
    case 'map': { const value = valueReader(type.valueType, times, exactText); return c => readMap(c, value) }
    case 'struct': return structReader(type.fields.map(f => f.name), type.fields.map(f => valueReader(f.dataType, times, exactText)))
    default: return fail
  }
}

// null is a value here; names that come twice are for the exact tier.
function plainVariant(): ReadValue {
  const tokens = plainTokens(), builder = new VariantBuilder()
  return c => {
    const end = skipValue(c.bytes, c.dv, c.p, c.end)
    if (end < 0 || !writePlain(tokens, builder, c.bytes, c.p, end)) return fail(c)
    c.p = end
    return builder.result()
  }
}

function integerEnd(c: Cursor): number {
  const s = c.p, e = (c.p = numberEnd(c.bytes, s, c.end))
  for (let i = s + 1; i < e; i++) if (c.bytes[i] < 48 || c.bytes[i] > 57) return (c.p = -1)
  return e
}

const integerReader = (least: number, most: number): ReadValue => c => {
  const s = c.p, e = integerEnd(c)
  if (e < 0 || e - s > 15) return fail(c)
  const v = parseDouble(c.bytes, s, e)
  return v < least || v > most ? fail(c) : v + 0
}

const textual = (parse: (text: string) => unknown): ReadValue => c => {
  if (c.bytes[c.p] !== 34) return fail(c)
  const text = readText(c)
  if (c.p < 0 || text === '') return fail(c)
  const v = parse(text!)
  return v === null ? fail(c) : v
}

const scratch = { bytes: new Uint8Array(256) }

/** The text whose opening quote the cursor stands on. */
export function readText(c: Cursor): string | null {
  const s = c.p + 1
  let q = scanText(c.bytes, c.dv, s, c.end)
  if (q >= c.end) return fail(c)
  if (c.bytes[q] === 34) { c.p = q + 1; return decodeUtf8(c.bytes, s, q) }
  q = c.bytes[q] === 92 ? closingQuote(c.bytes, c.dv, q, c.end) : -1
  if (q < 0) return fail(c)
  if (scratch.bytes.length < q - s) scratch.bytes = new Uint8Array(2 * (q - s))
  const n = unescapeInto(c.bytes, s, q, scratch.bytes, 0)
  if (n < 0) return fail(c)
  c.p = q + 1
  return decodeUtf8(scratch.bytes, 0, n)
}

function readOther(c: Cursor, exactText: boolean): string | null {
  const s = c.p
  c.p = exactText ? skipValue(c.bytes, c.dv, s, c.end) : canonicalEnd(c.bytes, c.dv, s, c.end)
  return c.p < 0 ? null : decodeUtf8(c.bytes, s, c.p)
}

/** Moves over spaces to the byte `wanted` and behind it. */
function expect(c: Cursor, wanted: number): boolean {
  const p = skipSpaces(c.bytes, c.p, c.end)
  if (p >= c.end || c.bytes[p] !== wanted) { c.p = -1; return false }
  c.p = skipSpaces(c.bytes, p + 1, c.end)
  return true
}

/** Whether the container that ends with `close` goes on; moves behind the comma or the end. */
function more(c: Cursor, close: number): boolean {
  if (c.p < 0) return false
  const p = skipSpaces(c.bytes, c.p, c.end)
  if (p >= c.end) { c.p = -1; return false }
  if (c.bytes[p] === close) { c.p = p + 1; return false }
  if (c.bytes[p] !== 44) { c.p = -1; return false }
  c.p = skipSpaces(c.bytes, p + 1, c.end)
  return true
}

/** Whether the container opened at the cursor is empty; moves behind it then, else to its first byte. */
function empty(c: Cursor, close: number): boolean {
  c.p = skipSpaces(c.bytes, c.p + 1, c.end)
  if (c.p >= c.end || c.bytes[c.p] !== close) return false
  c.p++
  return true
}

function readArray(c: Cursor, element: ReadValue): unknown {
  if (c.bytes[c.p] !== 91) return fail(c)
  const out: unknown[] = []
  if (empty(c, 93)) return out
  do out.push(element(c)); while (more(c, 93))
  return out
}

function readMap(c: Cursor, value: ReadValue): unknown {
  if (c.bytes[c.p] !== 123) return fail(c)
  const keys: unknown[] = [], values: unknown[] = []
  if (empty(c, 125)) return { keys, values }
  do {
    if (c.p >= c.end || c.bytes[c.p] !== 34) return fail(c)
    keys.push(readText(c))
    if (c.p < 0 || !expect(c, 58)) return null
    values.push(value(c))
  } while (more(c, 125))
  return { keys, values }
}

function structReader(names: readonly string[], readers: readonly ReadValue[]): ReadValue {
  const fields = new Map(names.map((n, i) => [n, i]))
  return c => {
    if (c.bytes[c.p] !== 123) return fail(c)
    const row: unknown[] = new Array(readers.length).fill(null)
    if (empty(c, 125)) return row
    do {
      if (c.p >= c.end || c.bytes[c.p] !== 34) return fail(c)
      const index = fields.get(readText(c) ?? '')
      if (c.p < 0 || !expect(c, 58)) return null
      if (index === undefined) c.p = skipValue(c.bytes, c.dv, c.p, c.end)
      else row[index] = readers[index](c)
    } while (more(c, 125))
    return row
  }
}
