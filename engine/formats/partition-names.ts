/** Owns columns that stand in the names of directories, `day=2026-01-01`: Spark's escaping both ways, and the types their texts suggest. */
import { Batch } from '../columns/batch.ts'
import { analysisError } from '../errors/spark-error.ts'
import { dateType, doubleType, intType, longType, stringType, structField, timeType, timestampType, type DataType, type StructFieldType, type StructTypeShape } from '../types/data-type.ts'
import { parseDecimal, toDecimal } from '../types/decimal.ts'
import { integralBounds, parseDouble, parseFloatText, parseIntegral } from '../types/number-text.ts'
import { parseTime, timeText } from '../types/time-of-day.ts'
import { timeZone } from '../types/time-zone.ts'
import { dateText, parseDate, parseTimestamp, parseTimestampNtz, timestampText } from '../types/timestamp.ts'
import { decimalText } from '../types/decimal.ts'
import { doubleText, floatText } from '../types/number-text.ts'

/** A column and its text; null is NULL. */
export interface PartitionText { readonly name: string; readonly text: string | null }

/** The directory of a NULL or an empty text. */
export const defaultPartition = '__HIVE_DEFAULT_PARTITION__'

const special = /[\u0001-\u001f"#%'*/:=?\\\u007f{[\]^]/g

/** A name or text as a directory has it: signs that mean something to a path as `%3A`. */
export const escapePathName = (text: string): string => text.replace(special, c => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
/** The text behind such a name. */
export const unescapePathName = (name: string): string => name.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

/** `day=2026-01-01` */
export const partitionDirectory = (name: string, text: string | null): string => `${escapePathName(name)}=${text === null || text === '' ? defaultPartition : escapePathName(text)}`

/** The column in the name of a directory, or null when it names none. */
export function partitionOf(name: string): PartitionText | null {
  const cut = name.indexOf('=')
  if (cut <= 0) return null
  const text = name.slice(cut + 1)
  return { name: unescapePathName(name.slice(0, cut)), text: text === defaultPartition ? null : unescapePathName(text) }
}

/** The text of a value in a directory's name, as a cast to STRING gives it; null for NULL. */
export function partitionText(type: DataType, zone: string): (value: any) => string | null {
  const of = textOf(type, zone)
  return v => (v === null ? null : of(v))
}

function textOf(type: DataType, zone: string): (v: any) => string {
  switch (type.kind) {
    case 'double': return doubleText
    case 'float': return floatText
    case 'decimal': return v => decimalText(v, type.scale)
    case 'date': return dateText
    case 'timestamp': { const z = timeZone(zone); return v => timestampText(v, z) }
    case 'timestamp_ntz': { const z = timeZone('UTC'); return v => timestampText(v, z) }
    case 'time': return timeText
    case 'binary': return v => new TextDecoder().decode(v)
    default: return String
  }
}

/** Refuses columns that no directory can be named after. */
export function checkPartitionColumns(schema: StructTypeShape, columns: readonly string[]): number[] {
  const places = columns.map(c => {
    const k = schema.fields.findIndex(f => f.name === c), i = k >= 0 ? k : schema.fields.findIndex(f => f.name.toLowerCase() === c.toLowerCase())
    if (i < 0) throw analysisError('MICROLOTE_PARTITION_COLUMN_MISSING', { column: c, columns: schema.fields.map(f => f.name).join(', ') })
    const { kind } = schema.fields[i]!.dataType
    if (kind === 'struct' || kind === 'array' || kind === 'map' || kind === 'void' || kind === 'calendarinterval' || kind === 'binary' || kind === 'variant') throw analysisError('INVALID_PARTITION_COLUMN_DATA_TYPE', { type: kind.toUpperCase() })
    return i
  })
  if (new Set(places).size !== places.length) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'partitionBy() names a column twice', advice: 'Name each once.' })
  if (places.length === schema.fields.length && places.length > 0) throw analysisError('ALL_PARTITION_COLUMNS_NOT_ALLOWED')
  return places
}

function suggested(text: string, times: boolean): DataType {
  if (parseIntegral(text, ...integralBounds.int) !== null && /^[+-]?\d+$/.test(text)) return intType
  if (/^[+-]?\d+$/.test(text) && parseIntegral(text, ...integralBounds.long) !== null) return longType
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return doubleType
  if (/^\d{4}-\d\d-\d\d$/.test(text) && parseDate(text) !== null) return dateType
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/.test(text) && parseTimestampNtz(text) !== null) return timestampType
  if (times && /^\d\d:\d\d:\d\d(\.\d{1,9})?$/.test(text) && parseTime(text) !== null) return timeType()
  return stringType
}

const rank: readonly string[] = ['int', 'long', 'double']
const wider = (a: DataType, b: DataType): DataType => {
  if (a.kind === b.kind) return a
  const x = rank.indexOf(a.kind), y = rank.indexOf(b.kind)
  if (x >= 0 && y >= 0) return x > y ? a : b
  if ((a.kind === 'date' && b.kind === 'timestamp') || (b.kind === 'date' && a.kind === 'timestamp')) return timestampType
  return stringType
}

/** The partition columns of files, with the types that all texts of a column fit (`inferTimes`: TIME among them). Throws for directories that disagree about the columns. */
export function discoverPartitions(files: readonly { readonly path: string; readonly partitions?: readonly PartitionText[] }[], inferTypes: boolean, inferTimes: boolean): StructFieldType[] {
  const first = files.find(f => f.partitions !== undefined) ?? files[0]
  const names = first?.partitions?.map(p => p.name) ?? []
  const types: (DataType | null)[] = names.map(() => null)
  for (const f of files) {
    const own = f.partitions ?? []
    if (own.length !== names.length || own.some((p, i) => p.name !== names[i])) {
      throw analysisError('CONFLICTING_PARTITION_COLUMN_NAMES', { distinctPartColLists: `${names.join(', ') || 'none'} (${first!.path}); ${own.map(p => p.name).join(', ') || 'none'} (${f.path})` })
    }
    own.forEach((p, i) => { if (p.text !== null) { const t = inferTypes ? suggested(p.text, inferTimes) : stringType; types[i] = types[i] === null ? t : wider(types[i]!, t) } })
  }
  return names.map((n, i) => structField(n, types[i] ?? stringType, true))
}

/** The value of a directory's text in the column's type. Throws where it does not fit. */
export function partitionValue(p: PartitionText, type: DataType, zone: string, path: string): unknown {
  if (p.text === null) return null
  const found = valueOf(p.text, type, zone)
  if (found === null) throw analysisError('INVALID_PARTITION_VALUE', { value: p.text, columnName: p.name, dataType: type.kind.toUpperCase(), path })
  return found
}

function valueOf(text: string, type: DataType, zone: string): unknown {
  switch (type.kind) {
    case 'string': return text
    case 'boolean': return text.toLowerCase() === 'true' ? true : text.toLowerCase() === 'false' ? false : null
    case 'byte': case 'short': case 'int': { const [least, most] = integralBounds[type.kind], v = parseIntegral(text, least, most); return v === null ? null : Number(v) }
    case 'long': return parseIntegral(text, ...integralBounds.long)
    case 'double': return parseDouble(text)
    case 'float': return parseFloatText(text)
    case 'decimal': { const d = parseDecimal(text); return d === null ? null : toDecimal(d, type) }
    case 'date': return parseDate(text)
    case 'timestamp': return parseTimestamp(text, timeZone(zone))
    case 'timestamp_ntz': return parseTimestampNtz(text)
    case 'time': return parseTime(text)
    default: return null
  }
}

/** Cuts a batch into those of each directory, without the partition columns; `texts` are the directory's values. */
export function partitionSplitter(w: { readonly schema: StructTypeShape; readonly partitions: readonly number[]; readonly timeZone: string }): (b: Batch) => Map<string, { readonly rows: Batch; readonly texts: readonly (string | null)[] }> {
  const kept = w.schema.fields.map((_, i) => i).filter(i => !w.partitions.includes(i)), fields = w.partitions.map(i => w.schema.fields[i]!)
  const texts = fields.map(f => partitionText(f.dataType, w.timeZone))
  return b => {
    const data = new Batch(kept.map(i => b.columns[i]!), b.length)
    if (fields.length === 0) return new Map(b.length === 0 ? [] : [['', { rows: data, texts: [] }]])
    const places = new Map<string, { readonly rows: number[]; readonly texts: readonly (string | null)[] }>(), byText = new Map<string, number[]>()
    for (let i = 0; i < b.length; i++) {
      const values = w.partitions.map((p, k) => texts[k]!(b.columns[p]!.get(i))), key = values.map(v => (v === null ? '0' : `1${v.length}:${v}`)).join('')
      let list = byText.get(key)
      if (list === undefined) {
        // NULL and the empty text share a directory.
        const dir = values.map((v, k) => partitionDirectory(fields[k]!.name, v)).join('/'), there = places.get(dir)
        byText.set(key, list = there?.rows ?? [])
        if (there === undefined) places.set(dir, { rows: list, texts: values })
      }
      list.push(i)
    }
    return new Map([...places].map(([dir, p]) => [dir, { texts: p.texts, rows: p.rows.length === b.length ? data : data.take(Int32Array.from(p.rows), p.rows.length) }]))
  }
}
