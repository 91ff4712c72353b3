/** The table of df.show() and the console sink, as Spark prints it: columns at least three wide, cells cut to fit, numbers and texts alike. */
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { decimalText } from '../types/decimal.ts'
import { calendarIntervalText, dayTimeText, yearMonthText } from '../types/interval.ts'
import { doubleText, floatText } from '../types/number-text.ts'
import { dateText, localTimestampText, timestampText } from '../types/timestamp.ts'
import { timeText } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { variantText } from '../types/variant/text.ts'
import type { Batch } from './batch.ts'
import type { MapValue } from './object-vector.ts'

/** A value's text in a table: NULL in capitals, binary as hexadecimal digits. */
export function cellText(type: DataType, v: any, zoneName: string): string {
  if (v === null || v === undefined) return 'NULL'
  switch (type.kind) {
    case 'binary': return `[${Array.from(v as Uint8Array, b => b.toString(16).toUpperCase().padStart(2, '0')).join(' ')}]`
    case 'variant': return variantText(v, zoneName)
    case 'float': return floatText(v)
    case 'double': return doubleText(v)
    case 'decimal': return decimalText(v, type.scale)
    case 'date': return dateText(v)
    case 'timestamp': return timestampText(v, timeZone(zoneName))
    case 'timestamp_ntz': return localTimestampText(v)
    case 'time': return timeText(v)
    case 'daytimeinterval': return dayTimeText(v, type.start, type.end)
    case 'yearmonthinterval': return yearMonthText(v, type.start, type.end)
    case 'calendarinterval': return calendarIntervalText(v)
    case 'array': return `[${(v as unknown[]).map(x => cellText(type.elementType, x, zoneName)).join(', ')}]`
    case 'map': { const m = v as MapValue; return `{${m.keys.map((k, i) => `${cellText(type.keyType, k, zoneName)} -> ${cellText(type.valueType, m.values[i], zoneName)}`).join(', ')}}` }
    case 'struct': return `{${type.fields.map((f, i) => cellText(f.dataType, (v as unknown[])[i], zoneName)).join(', ')}}`
    default: return String(v)
  }
}

// Characters that are two columns wide in East Asian scripts.
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g
const widthOf = (s: string): number => s.length + (s.match(wide)?.length ?? 0)
const escaped = (s: string): string => s.replace(/[\n\r\t\f\b\u000b\u0007]/g, c => ({ '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f', '\b': '\\b', '\u000b': '\\v', '\u0007': '\\a' })[c]!)

/**
 * The text of the first `numRows` rows. `truncate` cuts cells to so many characters, 0 leaves them whole (then they stand to the left).
 * `vertical` prints a line a column.
 */
export function showString(schema: StructTypeShape, batches: readonly Batch[], numRows: number, truncate: number, vertical: boolean, zoneName = 'UTC'): string {
  const rows: string[][] = []
  let more = false
  for (const b of batches) {
    for (let i = 0; i < b.length; i++) {
      if (rows.length >= numRows) { more = true; break }
      rows.push(schema.fields.map((f, k) => cut(escaped(cellText(f.dataType, b.columns[k]!.get(i), zoneName)), truncate)))
    }
    if (more) break
  }
  // Names are never cut.
  const names = schema.fields.map(f => escaped(f.name))
  const body = vertical ? verticalText(names, rows) : table(names, rows, truncate)
  return vertical && rows.length === 0 ? '(0 rows)\n' : more ? `${body}only showing top ${numRows} ${numRows === 1 ? 'row' : 'rows'}` : body
}

/** The first rows as texts, uncut and not escaped; null for NULL. `more`: whether rows were left out. */
export interface ShownTable { readonly schema: StructTypeShape; readonly rows: readonly (readonly (string | null)[])[]; readonly more: boolean; readonly text: string }

/** What show() prints, as cells for whoever draws tables, and as its text. */
export function shownTable(schema: StructTypeShape, batches: readonly Batch[], numRows: number, truncate: number, zoneName: string): ShownTable {
  const rows: (string | null)[][] = []
  let length = 0
  for (const b of batches) {
    length += b.length
    for (let i = 0; i < b.length && rows.length < numRows; i++) rows.push(schema.fields.map((f, k) => { const v = b.columns[k]!.get(i); return v === null ? null : cellText(f.dataType, v, zoneName) }))
  }
  return { schema, rows, more: length > numRows, text: showString(schema, batches, numRows, truncate, false, zoneName) }
}

function cut(s: string, truncate: number): string {
  if (truncate <= 0 || s.length <= truncate) return s
  return truncate < 4 ? s.slice(0, truncate) : `${s.slice(0, truncate - 3)}...`
}

function table(names: readonly string[], rows: readonly (readonly string[])[], truncate: number): string {
  const widths = names.map((n, k) => rows.reduce((w, r) => Math.max(w, widthOf(r[k]!)), Math.max(3, widthOf(n))))
  const pad = (s: string, w: number): string => (truncate > 0 ? ' '.repeat(w - widthOf(s)) + s : s + ' '.repeat(w - widthOf(s)))
  const rule = `+${widths.map(w => '-'.repeat(w)).join('+')}+\n`
  const line = (r: readonly string[]): string => `|${r.map((s, k) => pad(s, widths[k]!)).join('|')}|\n`
  return `${rule}${line(names)}${rule}${rows.map(line).join('')}${rule}`
}

function verticalText(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const widest = (texts: readonly string[]): number => texts.reduce((w, t) => Math.max(w, widthOf(t)), 3)
  const left = widest(names), right = widest(rows.flat())
  const pad = (s: string, w: number): string => s + ' '.repeat(w - widthOf(s))
  return rows.map((r, i) => `${`-RECORD ${i}`.padEnd(left + right + 5, '-')}\n${r.map((s, k) => ` ${pad(names[k]!, left)} | ${pad(s, right)} \n`).join('')}`).join('')
}
