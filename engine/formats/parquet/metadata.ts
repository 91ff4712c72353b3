/** Owns what a Parquet footer and a page header say: read from and written in Thrift. */
import { ThriftReader, ThriftWriter, type ThriftStruct } from './thrift.ts'

/** Physical types by number. */
export const physical = { boolean: 0, int32: 1, int64: 2, int96: 3, float: 4, double: 5, bytes: 6, fixed: 7 } as const
export const encodings = { plain: 0, plainDictionary: 2, rle: 3, bitPacked: 4, deltaBinary: 5, deltaLengths: 6, deltaBytes: 7, rleDictionary: 8, byteStreamSplit: 9 } as const
export const codecNumbers = { uncompressed: 0, snappy: 1, gzip: 2, lz4: 5, zstd: 6, lz4raw: 7 } as const
export const pageTypes = { data: 0, dictionary: 2, data2: 3 } as const
/** Converted types by number, as far as they matter. */
export const converted = { utf8: 0, map: 1, mapKeyValue: 2, list: 3, enum: 4, decimal: 5, date: 6, timeMillis: 7, timeMicros: 8, timestampMillis: 9, timestampMicros: 10, uint8: 11, uint16: 12, uint32: 13, uint64: 14, int8: 15, int16: 16, int32: 17, int64: 18, json: 19, bson: 20, interval: 21 } as const

/** What the newer, logical annotation says. */
export type LogicalType =
  | { readonly kind: 'string' | 'map' | 'list' | 'enum' | 'date' | 'json' | 'bson' | 'uuid' | 'float16' | 'variant' | 'unknown' }
  | { readonly kind: 'decimal'; readonly scale: number; readonly precision: number }
  | { readonly kind: 'time' | 'timestamp'; readonly utc: boolean; readonly unit: 'millis' | 'micros' | 'nanos' }
  | { readonly kind: 'integer'; readonly bits: number; readonly signed: boolean }

export interface SchemaElement {
  readonly name: string
  readonly type: number | null
  readonly typeLength: number
  /** 0 required, 1 optional, 2 repeated. */
  readonly repetition: number
  readonly children: number
  readonly converted: number | null
  readonly scale: number
  readonly precision: number
  readonly logical: LogicalType | null
  readonly fieldId: number | null
}

/** Least and greatest value in plain encoding; null when not known. */
export interface Statistics { readonly min: Uint8Array | null; readonly max: Uint8Array | null; readonly nullCount: number | null }

export interface ColumnChunk {
  readonly type: number
  readonly path: readonly string[]
  readonly codec: number
  readonly encodings: readonly number[]
  readonly valueCount: number
  readonly uncompressedBytes: number
  readonly compressedBytes: number
  readonly dataOffset: number
  readonly dictionaryOffset: number | null
  readonly statistics: Statistics | null
}

export interface RowGroup { readonly columns: readonly ColumnChunk[]; readonly rowCount: number; readonly bytes: number }
export interface FileMetadata { readonly schema: readonly SchemaElement[]; readonly rowCount: number; readonly rowGroups: readonly RowGroup[]; readonly keyValues: ReadonlyMap<string, string>; readonly createdBy: string | null }

export interface PageHeader {
  readonly type: number
  readonly uncompressedBytes: number
  readonly compressedBytes: number
  readonly valueCount: number
  readonly encoding: number
  readonly definitionEncoding: number
  readonly repetitionEncoding: number
  /** Of version 2 only. */
  readonly nullCount: number
  readonly definitionBytes: number
  readonly repetitionBytes: number
  readonly compressed: boolean
}

const text = (v: unknown): string => new TextDecoder().decode(v as Uint8Array)
const num = (v: unknown, otherwise = 0): number => (v === undefined ? otherwise : Number(v))
const struct = (v: unknown): ThriftStruct | undefined => v as ThriftStruct | undefined
const list = (v: unknown): readonly ThriftStruct[] => (v as readonly ThriftStruct[] | undefined) ?? []

const plainLogical: Readonly<Record<number, 'string' | 'map' | 'list' | 'enum' | 'date' | 'unknown' | 'json' | 'bson' | 'uuid' | 'float16' | 'variant'>> = { 1: 'string', 2: 'map', 3: 'list', 4: 'enum', 6: 'date', 11: 'unknown', 12: 'json', 13: 'bson', 14: 'uuid', 15: 'float16', 16: 'variant' }

function logicalOf(s: ThriftStruct | undefined): LogicalType | null {
  if (s === undefined) return null
  const [field] = Object.keys(s).map(Number)
  if (field === undefined) return null
  const inner = s[field] as ThriftStruct, plain = plainLogical[field]
  if (plain !== undefined) return { kind: plain }
  if (field === 5) return { kind: 'decimal', scale: num(inner[1]), precision: num(inner[2]) }
  if (field === 7 || field === 8) {
    const unit = Object.keys(inner[2] as ThriftStruct)[0]
    return { kind: field === 7 ? 'time' : 'timestamp', utc: inner[1] === true, unit: unit === '1' ? 'millis' : unit === '2' ? 'micros' : 'nanos' }
  }
  return field === 10 ? { kind: 'integer', bits: num(inner[1]), signed: inner[2] === true } : { kind: 'unknown' }
}

function statisticsOf(s: ThriftStruct | undefined, type: number): Statistics | null {
  if (s === undefined) return null
  // The old fields compare bytes as signed, which is wrong for texts, and right for numbers.
  const old = type !== physical.bytes && type !== physical.fixed && type !== physical.int96
  const bytes = (v: unknown, before: unknown): Uint8Array | null => (v ?? (old ? before : undefined) ?? null) as Uint8Array | null
  return { max: bytes(s[5], s[1]), min: bytes(s[6], s[2]), nullCount: s[3] === undefined ? null : num(s[3]) }
}

function chunkOf(chunk: ThriftStruct): ColumnChunk {
  const c = struct(chunk[3])
  if (c === undefined) throw new RangeError('parquet: a column has no metadata')
  const type = num(c[1])
  return {
    type, encodings: (c[2] as readonly number[]) ?? [], path: (c[3] as readonly Uint8Array[]).map(text), codec: num(c[4]), valueCount: num(c[5]), uncompressedBytes: num(c[6]), compressedBytes: num(c[7]),
    dataOffset: num(c[9]), dictionaryOffset: c[11] === undefined || num(c[11]) === 0 ? null : num(c[11]), statistics: statisticsOf(struct(c[12]), type),
  }
}

/** The footer from its bytes. */
export function readMetadata(bytes: Uint8Array): FileMetadata {
  const m = new ThriftReader(bytes).struct()
  return {
    rowCount: num(m[3]),
    schema: list(m[2]).map(e => ({
      type: e[1] === undefined ? null : num(e[1]), typeLength: num(e[2]), repetition: num(e[3]), name: text(e[4]), children: num(e[5]), converted: e[6] === undefined ? null : num(e[6]),
      scale: num(e[7]), precision: num(e[8]), fieldId: e[9] === undefined ? null : num(e[9]), logical: logicalOf(struct(e[10])),
    })),
    rowGroups: list(m[4]).map(g => ({ columns: list(g[1]).map(chunkOf), bytes: num(g[2]), rowCount: num(g[3]) })),
    keyValues: new Map(list(m[5]).map(kv => [text(kv[1]), kv[2] === undefined ? '' : text(kv[2])])),
    createdBy: m[6] === undefined ? null : text(m[6]),
  }
}

/** The header of the page at a position, and where its bytes begin. */
export function readPageHeader(bytes: Uint8Array, at: number): { readonly header: PageHeader; readonly next: number } {
  const reader = new ThriftReader(bytes, at), h = reader.struct()
  const type = num(h[1]), d = struct(h[type === pageTypes.data ? 5 : type === pageTypes.dictionary ? 7 : 8]) ?? {}
  const two = type === pageTypes.data2
  return {
    next: reader.position,
    header: {
      type, uncompressedBytes: num(h[2]), compressedBytes: num(h[3]), valueCount: num(d[1]), encoding: num(d[two ? 4 : 2]), definitionEncoding: num(d[3], encodings.rle), repetitionEncoding: num(d[4], encodings.rle),
      nullCount: two ? num(d[2]) : 0, definitionBytes: two ? num(d[5]) : 0, repetitionBytes: two ? num(d[6]) : 0, compressed: !two || d[7] !== false,
    },
  }
}

/** The header of a data page of version 1, or of a dictionary page. */
export function writePageHeader(type: number, uncompressedBytes: number, compressedBytes: number, valueCount: number, encoding: number): Uint8Array {
  const w = new ThriftWriter()
  w.i32(1, type)
  w.i32(2, uncompressedBytes)
  w.i32(3, compressedBytes)
  if (type === pageTypes.dictionary) w.struct(7, () => { w.i32(1, valueCount); w.i32(2, encoding) })
  else w.struct(5, () => { w.i32(1, valueCount); w.i32(2, encoding); w.i32(3, encodings.rle); w.i32(4, encodings.rle) })
  return w.end()
}

function writeLogical(w: ThriftWriter, t: LogicalType): void {
  const plain = Object.entries(plainLogical).find(([, kind]) => kind === t.kind)
  // Of a variant the version of its encoding is told.
  if (plain !== undefined) { w.struct(Number(plain[0]), () => { if (t.kind === 'variant') w.byte(1, 1) }); return }
  if (t.kind === 'decimal') w.struct(5, () => { w.i32(1, t.scale); w.i32(2, t.precision) })
  else if (t.kind === 'timestamp' || t.kind === 'time') w.struct(t.kind === 'time' ? 7 : 8, () => { w.bool(1, t.utc); w.struct(2, () => { w.struct(t.unit === 'millis' ? 1 : t.unit === 'micros' ? 2 : 3, () => {}) }) })
  else if (t.kind === 'integer') w.struct(10, () => { w.byte(1, t.bits); w.bool(2, t.signed) })
}

/** The bytes of a footer. */
export function writeMetadata(m: FileMetadata): Uint8Array {
  const w = new ThriftWriter()
  w.i32(1, 1)
  w.structs(2, m.schema, e => {
    if (e.type !== null) w.i32(1, e.type)
    if (e.typeLength > 0) w.i32(2, e.typeLength)
    if (e !== m.schema[0]) w.i32(3, e.repetition)
    w.binary(4, e.name)
    if (e.type === null) w.i32(5, e.children)
    if (e.converted !== null) w.i32(6, e.converted)
    if (e.converted === converted.decimal) { w.i32(7, e.scale); w.i32(8, e.precision) }
    if (e.fieldId !== null) w.i32(9, e.fieldId)
    if (e.logical !== null) { const t = e.logical; w.struct(10, () => { writeLogical(w, t) }) }
  })
  w.i64(3, m.rowCount)
  w.structs(4, m.rowGroups, g => {
    w.structs(1, g.columns, c => {
      w.i64(2, c.dictionaryOffset ?? c.dataOffset)
      w.struct(3, () => {
        w.i32(1, c.type)
        w.i32s(2, c.encodings)
        w.texts(3, c.path)
        w.i32(4, c.codec)
        w.i64(5, c.valueCount)
        w.i64(6, c.uncompressedBytes)
        w.i64(7, c.compressedBytes)
        w.i64(9, c.dataOffset)
        if (c.dictionaryOffset !== null) w.i64(11, c.dictionaryOffset)
        const s = c.statistics
        if (s !== null) w.struct(12, () => {
          if (s.nullCount !== null) w.i64(3, s.nullCount)
          if (s.max !== null) w.binary(5, s.max)
          if (s.min !== null) w.binary(6, s.min)
        })
      })
    })
    w.i64(2, g.bytes)
    w.i64(3, g.rowCount)
    w.i64(5, g.columns[0] === undefined ? 4 : g.columns[0].dictionaryOffset ?? g.columns[0].dataOffset)
    w.i64(6, g.columns.reduce((n, c) => n + c.compressedBytes, 0))
  })
  w.structs(5, [...m.keyValues], ([k, v]) => { w.binary(1, k); w.binary(2, v) })
  if (m.createdBy !== null) w.binary(6, m.createdBy)
  // Least and greatest values are ordered as their types say.
  w.structs(7, m.schema.filter(e => e.type !== null), () => { w.struct(1, () => {}) })
  return w.end()
}
