/** Owns the statistics of data files: the JSON that a log keeps, made from a Parquet footer, and what of it lets a file be skipped. */
import { mayMatch, meets, type ColumnPredicate } from '../columns/column-predicate.ts'
import { partitionValue } from '../formats/partition-names.ts'
import type { RowGroup } from '../formats/parquet/metadata.ts'
import { leavesOf, type ParquetNode } from '../formats/parquet/schema.ts'
import { rangeOf } from '../formats/parquet/statistics.ts'
import { sparkTypeOf } from '../formats/parquet/schema.ts'
import { comparison } from '../columns/compare.ts'
import type { DataType, StructTypeShape } from '../types/data-type.ts'
import { decimalText, parseDecimal, toDecimal } from '../types/decimal.ts'
import { timeZone } from '../types/time-zone.ts'
import { dateText, localTimestampText, parseDate, parseTimestamp, parseTimestampNtz } from '../types/timestamp.ts'
import type { AddFile } from './actions.ts'

const longestText = 32

/** The value as JSON text, or null where statistics hold none. */
function valueJson(type: DataType, v: unknown, isMax: boolean): string | null {
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'long': return String(v)
    case 'float': case 'double': return Number.isFinite(v) ? JSON.stringify(v) : null
    case 'decimal': return decimalText(v as bigint, type.scale)
    case 'date': return `"${dateText(v as number)}"`
    case 'timestamp': return `"${localTimestampText(v as bigint).replace(' ', 'T')}Z"`
    case 'timestamp_ntz': return `"${localTimestampText(v as bigint).replace(' ', 'T')}"`
    case 'string': {
      const text = [...v as string]
      // A cut text stands for all that begin so: the greatest needs a sign above them all.
      return JSON.stringify(text.length <= longestText ? v : text.slice(0, longestText).join('') + (isMax ? '\u{10ffff}' : ''))
    }
    default: return null
  }
}

interface Place { readonly fields: Map<string, Place | string> }
const put = (at: Place, path: readonly string[], text: string): void => {
  let p = at
  for (const name of path.slice(0, -1)) { let next = p.fields.get(name); if (next === undefined) p.fields.set(name, next = { fields: new Map() }); p = next as Place }
  p.fields.set(path.at(-1)!, text)
}
const textOf = (p: Place): string => `{${[...p.fields].map(([k, v]) => `${JSON.stringify(k)}:${typeof v === 'string' ? v : textOf(v)}`).join(',')}}`

/** The JSON of a file's statistics, of the first 32 columns. */
export function statsOf(tree: readonly ParquetNode[], groups: readonly RowGroup[], rows: number): string {
  const mins: Place = { fields: new Map() }, maxs: Place = { fields: new Map() }, nulls: Place = { fields: new Map() }
  const paths = (n: ParquetNode, above: readonly string[]): { node: ParquetNode; path: readonly string[] }[] => (n.leaf >= 0 ? [{ node: n, path: [...above, n.name] }] : leavesOf(n).some(l => l.repetition > 0) ? [] : n.children.flatMap(c => paths(c, [...above, n.name])))
  for (const { node, path } of tree.flatMap(n => paths(n, [])).slice(0, 32)) {
    const type = sparkTypeOf(node, true), compare = comparison(type)
    let min: unknown, max: unknown, known = groups.length > 0, nullCount = 0
    for (const g of groups) {
      const r = rangeOf(g.columns[node.leaf]!, node, type, g.rowCount)
      nullCount += r.nullCount ?? 0
      if (r.nullCount === g.rowCount) continue
      if (r.min === undefined || r.max === undefined) { known = false; continue }
      if (min === undefined || compare(r.min, min) < 0) min = r.min
      if (max === undefined || compare(r.max, max) > 0) max = r.max
    }
    put(nulls, path, String(nullCount))
    if (!known || min === undefined || max === undefined) continue
    const least = valueJson(type, min, false), most = valueJson(type, max, true)
    if (least !== null && most !== null) { put(mins, path, least); put(maxs, path, most) }
  }
  return `{"numRecords":${rows},"minValues":${textOf(mins)},"maxValues":${textOf(maxs)},"nullCount":${textOf(nulls)}}`
}

interface Stats { readonly numRecords?: string; readonly minValues?: Readonly<Record<string, unknown>>; readonly maxValues?: Readonly<Record<string, unknown>>; readonly nullCount?: Readonly<Record<string, unknown>> }

/** Numbers stay as their texts, so that none loses digits. */
function parsed(text: string | undefined): Stats {
  if (text === undefined || text === '') return {}
  try { return JSON.parse(text, ((_k: string, v: unknown, context: { source?: string }) => (typeof v === 'number' ? context.source ?? String(v) : v)) as (k: string, v: unknown) => unknown) as Stats } catch { return {} }
}

/** How many rows a file has, or null when its statistics do not say. */
export function rowsOfFile(add: AddFile): number | null { const n = parsed(add.stats).numRecords; return n === undefined ? null : Number(n) }

function valueOf(type: DataType, v: unknown): unknown {
  if (typeof v !== 'string') return undefined
  switch (type.kind) {
    case 'byte': case 'short': case 'int': case 'double': case 'float': return Number(v)
    case 'long': return /^-?\d+$/.test(v) ? BigInt(v) : undefined
    case 'decimal': { const d = parseDecimal(v); return d === null ? undefined : toDecimal(d, type) ?? undefined }
    case 'string': return v
    case 'date': return parseDate(v) ?? undefined
    case 'timestamp': return parseTimestamp(v, timeZone('UTC')) ?? undefined
    case 'timestamp_ntz': return parseTimestampNtz(v) ?? undefined
    default: return undefined
  }
}

const byName = (o: Readonly<Record<string, unknown>> | undefined, name: string): unknown => {
  if (o === undefined) return undefined
  if (Object.hasOwn(o, name)) return o[name]
  const key = Object.keys(o).find(k => k.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : o[key]
}

/** The internal values of a file's partition columns, by place in the schema. */
export function partitionValues(add: AddFile, schema: StructTypeShape, partitionColumns: readonly string[], zone: string): Map<number, unknown> {
  return new Map(partitionColumns.map((c): [number, unknown] => {
    const k = schema.fields.findIndex(f => f.name === c), text = add.partitionValues[c] ?? null
    return [k, partitionValue({ name: c, text: text === '' ? null : text }, schema.fields[k]!.dataType, zone, add.path)]
  }))
}

/** Whether a file may have rows that meet all predicates. */
export function fileMayMatch(add: AddFile, schema: StructTypeShape, partitionColumns: readonly string[], predicates: readonly ColumnPredicate[], zone: string): boolean {
  if (predicates.length === 0) return true
  const values = partitionValues(add, schema, partitionColumns, zone), stats = parsed(add.stats)
  return predicates.every(p => {
    const k = schema.fields.findIndex(f => f.name.toLowerCase() === p.column.toLowerCase())
    if (values.has(k)) return meets(p, values.get(k))
    if (stats.numRecords === undefined) return true
    let max = valueOf(p.type, byName(stats.maxValues, p.column))
    const min = valueOf(p.type, byName(stats.minValues, p.column)), nulls = byName(stats.nullCount, p.column)
    // Spark cuts times to milliseconds.
    if (p.type.kind === 'timestamp' || p.type.kind === 'timestamp_ntz') max = max === undefined ? undefined : (max as bigint) + 1000n
    return mayMatch(p, { rowCount: Number(stats.numRecords), ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(typeof nulls === 'string' ? { nullCount: Number(nulls) } : {}) })
  })
}
