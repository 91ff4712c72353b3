/** Owns the way from CSV text to batches: each field read as its column's type, records that do not fit by the mode. */
import { Batch } from '../../columns/batch.ts'
import { vectorOf } from '../../columns/builder.ts'
import { executionError } from '../../errors/spark-error.ts'
import { simpleString, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { parseDecimal, toDecimal } from '../../types/decimal.ts'
import { integralBounds, parseDouble, parseFloatText, parseInteger, parseIntegral } from '../../types/number-text.ts'
import { parseTime } from '../../types/time-of-day.ts'
import { timeZone } from '../../types/time-zone.ts'
import { parseDate, parseTimestamp, parseTimestampNtz } from '../../types/timestamp.ts'
import { compileParser } from '../../types/datetime-pattern.ts'
import type { CsvOptions } from './options.ts'
import { csvRecords } from './records.ts'

/** A text as a value, undefined when it is none. */
type Read = (text: string) => unknown

/** How texts of a column become values. */
export function csvValue(type: DataType, o: CsvOptions): Read {
  const orNone = <T>(v: T | null): T | undefined => v ?? undefined
  const special = (text: string): number | undefined => (text === o.nanValue ? NaN : text === o.positiveInf ? Infinity : text === o.negativeInf ? -Infinity : undefined)
  switch (type.kind) {
    case 'string': return t => t
    case 'boolean': return t => (t.toLowerCase() === 'true' ? true : t.toLowerCase() === 'false' ? false : undefined)
    case 'byte': case 'short': case 'int': { const [least, most] = integralBounds[type.kind]; return t => (/^\s|\s$/.test(t) ? undefined : orNone(parseInteger(t, Number(least), Number(most)))) }
    case 'long': return t => (/^\s|\s$/.test(t) ? undefined : orNone(parseIntegral(t, ...integralBounds.long)))
    case 'double': return t => special(t) ?? orNone(parseDouble(t))
    case 'float': return t => special(t) ?? orNone(parseFloatText(t))
    case 'decimal': return t => { const d = parseDecimal(t.replaceAll(',', '')); return d === null ? undefined : orNone(toDecimal(d, type)) }
    case 'date': { if (o.dateFormat === null) return t => orNone(parseDate(t)); const p = compileParser(o.dateFormat); return t => orNone(p.parseDate(t)) }
    case 'timestamp': {
      const zone = timeZone(o.timeZone)
      if (o.timestampFormat === null) return t => orNone(parseTimestamp(t, zone))
      const p = compileParser(o.timestampFormat)
      return t => orNone(p.parse(t, zone))
    }
    case 'timestamp_ntz': { if (o.timestampNtzFormat === null) return t => orNone(parseTimestampNtz(t, false)); const p = compileParser(o.timestampNtzFormat); return t => orNone(p.parseLocal(t)) }
    case 'time': { if (o.timeFormat === null) return t => orNone(parseTime(t)); const p = compileParser(o.timeFormat); return t => orNone(p.parseTime(t)) }
    case 'binary': { const encoder = new TextEncoder(); return t => encoder.encode(t) }
    default: throw executionError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'CSV', columnName: 'value', columnType: simpleString(type).toUpperCase() })
  }
}

/** Batches of a file's text. `columns` are the wanted ones; the corrupt-record column is filled when the schema has it. */
export function csvReader(schema: StructTypeShape, o: CsvOptions, columns: readonly number[], rowsPerBatch: number): (text: string, path: string) => Iterable<Batch> {
  const corrupt = schema.fields.findIndex(f => f.name === o.corruptColumn), data = schema.fields.map((_, i) => i).filter(i => i !== corrupt)
  const wanted = new Set(columns), reads = data.map(i => (wanted.has(i) ? csvValue(schema.fields[i]!.dataType, o) : null))
  return function* (text, path) {
    let values: unknown[][] = schema.fields.map(() => []), rows = 0, first = o.header
    const flush = (): Batch => {
      const batch = new Batch(schema.fields.map((f, i) => vectorOf(f.dataType, values[i]!.length === rows ? values[i]! : new Array<unknown>(rows).fill(null))), rows)
      values = schema.fields.map(() => [])
      rows = 0
      return batch
    }
    for (const record of csvRecords(text, o)) {
      if (first) {
        first = false
        if (!o.enforceSchema) checkHeader(record.fields, data.map(i => schema.fields[i]!.name), path)
        continue
      }
      let bad = record.fields.length !== data.length
      for (let k = 0; k < data.length; k++) {
        const read = reads[k]
        if (read === null || read === undefined) continue
        const field = record.fields[k] ?? null
        let v: unknown = null
        if (field !== null && field !== o.nullValue) { v = read(field); if (v === undefined) { bad = true; v = null } }
        values[data[k]!]!.push(v)
      }
      if (bad && o.mode === 'FAILFAST') throw executionError('FAILED_READ_FILE.NO_HINT', { path }, executionError('MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION', { badRecord: text.slice(record.start, record.end), failFastMode: 'FAILFAST' }))
      if (bad && o.mode === 'DROPMALFORMED') { for (const v of values) if (v.length > rows) v.length = rows; continue }
      if (corrupt >= 0) values[corrupt]!.push(bad ? text.slice(record.start, record.end) : null)
      if (++rows === rowsPerBatch) yield flush()
    }
    if (rows > 0) yield flush()
  }
}

function checkHeader(header: readonly (string | null)[], names: readonly string[], path: string): void {
  if (header.length === names.length && header.every((h, i) => (h ?? '').toLowerCase() === names[i]!.toLowerCase())) return
  throw executionError('CSV_HEADER_MISMATCH', { path, header: header.map(h => h ?? '').join(', '), schema: names.join(', ') })
}
