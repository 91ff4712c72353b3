/** Owns the way from rows to CSV lines: values as Spark prints them, quotes where they are needed. */
import { analysisError } from '../../errors/spark-error.ts'
import { simpleString, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { decimalText } from '../../types/decimal.ts'
import { dayTimeText, yearMonthText } from '../../types/interval.ts'
import { doubleText, floatText } from '../../types/number-text.ts'
import { timeText } from '../../types/time-of-day.ts'
import { dateText } from '../../types/timestamp.ts'
import { createJsonWriter } from '../json-write.ts'
import { patternWriters, timeWriter } from '../json/times.ts'
import type { CsvOptions } from './options.ts'
import { withoutBlanksBehind } from './records.ts'

/** Throws UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE for nested columns. */
export function checkCsvSchema(schema: StructTypeShape): void {
  for (const f of schema.fields) if (['struct', 'array', 'map', 'calendarinterval', 'void', 'variant'].includes(f.dataType.kind)) throw analysisError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'CSV', columnName: f.name, columnType: simpleString(f.dataType).toUpperCase() })
}

function textOf(type: DataType, o: CsvOptions): (v: any) => string {
  switch (type.kind) {
    case 'double': return doubleText
    case 'float': return floatText
    case 'decimal': return v => decimalText(v, type.scale)
    case 'date': return o.dateFormat === null ? dateText : patternWriters(o.dateFormat, null).formatDate as (v: any) => string
    // ISO texts are those of JSON, without its quotes.
    case 'timestamp': { if (o.timestampFormat !== null) return patternWriters(o.timestampFormat, o.timeZone).formatTimestamp as (v: any) => string; const w = createJsonWriter(type, { timeZone: o.timeZone }); return v => w(v).slice(1, -1) }
    case 'timestamp_ntz': { if (o.timestampNtzFormat !== null) return patternWriters(o.timestampNtzFormat, null).formatTimestamp as (v: any) => string; const w = createJsonWriter(type, { timeZone: o.timeZone }); return v => w(v).slice(1, -1) }
    case 'binary': return v => new TextDecoder().decode(v)
    case 'time': return o.timeFormat === null ? timeText : timeWriter(o.timeFormat)
    case 'daytimeinterval': return v => dayTimeText(v, type.start, type.end)
    case 'yearmonthinterval': return v => yearMonthText(v, type.start, type.end)
    default: return String
  }
}

/** Functions for a file: its header, or null, and the line of a row. */
export function csvWriter(schema: StructTypeShape, o: CsvOptions): { readonly header: string | null; readonly line: (values: readonly unknown[]) => string } {
  const texts = schema.fields.map(f => textOf(f.dataType, o)), quote = o.quote === '' ? '"' : o.quote
  const needs = (t: string): boolean => o.quoteAll || t.includes(o.sep) || t.includes('\n') || t.includes('\r') || (o.escapeQuotes && t.includes(quote)) || (o.comment !== '' && t.startsWith(o.comment))
  const escaped = (t: string): string => (o.escape === quote ? t : t.replaceAll(o.escape, o.escape + o.escape)).replaceAll(quote, o.escape + quote)
  const field = (raw: string): string => {
    let t = raw
    if (o.trimStartWrite) t = t.replace(/^[ \t]+/, '')
    if (o.trimEndWrite) t = withoutBlanksBehind(t)
    if (t === '') return o.emptyWrite
    return needs(t) ? `${quote}${escaped(t)}${quote}` : t
  }
  return {
    header: o.header ? schema.fields.map(f => field(f.name)).join(o.sep) : null,
    line: values => values.map((v, i) => (v === null || v === undefined ? (o.quoteAll && o.nullValue === '' ? o.emptyWrite : o.nullValue) : field(texts[i]!(v)))).join(o.sep),
  }
}
