/** Parquet: what pyarrow wrote in every encoding is read exactly, what we write comes back the same, row groups are skipped, damage is told. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { ColumnPredicate } from '../../../engine/columns/column-predicate.ts'
import { batchOfRows, rowsOf, type Row } from '../../../engine/columns/rows.ts'
import { Decimal, Timestamp, CalendarDate } from '../../../engine/columns/row-values.ts'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { codecNames } from '../../../engine/formats/parquet/codecs.ts'
import { openFooter, readParquet, type ByteSource } from '../../../engine/formats/parquet/reader.ts'
import { ParquetWriter, type ParquetWriteOptions } from '../../../engine/formats/parquet/writer.ts'
import { parseSchema, toDDL } from '../../../engine/types/ddl.ts'
import { longType, stringType, type StructTypeShape } from '../../../engine/types/data-type.ts'

const folder = new URL('../../../fixtures/parquet/pyarrow/', import.meta.url)
const sourceOf = (bytes: Uint8Array, reads: [number, number][] = []): ByteSource => ({ path: 'a.parquet', sizeBytes: bytes.length, read: async (s, e) => { reads.push([s, e]); return bytes.subarray(s, e) } })
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)))
async function rowsIn(source: ByteSource, schema: StructTypeShape, predicates: readonly ColumnPredicate[] = [], columns = schema.fields.map((_, i) => i)): Promise<Row[]> {
  const rows: Row[] = []
  for await (const b of readParquet(source, schema, columns, predicates, 50)) rows.push(...rowsOf(schema, b))
  return rows
}
function write(schema: StructTypeShape, rows: readonly Row[], options: ParquetWriteOptions, batchRows = 37): Uint8Array {
  const writer = new ParquetWriter(schema, options), pieces: Uint8Array[] = []
  for (let i = 0; i < rows.length; i += batchRows) pieces.push(...writer.add(batchOfRows(schema, rows.slice(i, i + batchRows))))
  return new Uint8Array(Buffer.concat([...pieces, ...writer.finish()]))
}
/** A value as the Python script puts it into expected.json. */
function plain(v: any): unknown {
  if (v === null) return null
  if (v instanceof Timestamp) return String(v.epochMicros)
  if (v instanceof CalendarDate) return v.epochDays
  if (v instanceof Decimal) return String(v)
  if (v instanceof Uint8Array) return Buffer.from(v).toString('hex')
  if (v instanceof Map) return [...v].map(([k, x]) => [plain(k), plain(x)])
  if (Array.isArray(v)) return v.map(plain)
  if (typeof v === 'bigint') return String(v)
  if (typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]))
  return v
}

const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Row[]
for (const name of ['v1-snappy', 'v2-zstd', 'plain-gzip', 'lz4', 'deltas-snappy', 'int96-none']) {
  test(`what pyarrow wrote: ${name}`, async () => {
    const source = sourceOf(fixture(`${name}.parquet`)), { schema } = await openFooter(source)
    const rows = (await rowsIn(source, schema)).map(plain) as Row[]
    assert.equal(rows.length, expected.length)
    // pyarrow keeps an unsigned 64-bit number as such; Spark has DECIMAL(20,0) for it.
    for (const [i, row] of rows.entries()) assert.deepEqual(row, { ...expected[i], u64: expected[i]!['u64'] === null ? null : String(expected[i]!['u64']) }, `row ${i}`)
  })
}

test('Spark\'s types for the types of a file', async () => {
  assert.equal(toDDL((await openFooter(sourceOf(fixture('v1-snappy.parquet')))).schema),
    'id BIGINT,i8 TINYINT,u32 BIGINT,u64 DECIMAL(20,0),t STRING,u STRING,d DOUBLE,f FLOAT,b BOOLEAN,ms TIMESTAMP,us TIMESTAMP,ntz TIMESTAMP_NTZ,day DATE,bin BINARY,d9 DECIMAL(9,2),d38 DECIMAL(38,9),st STRUCT<a: INT, b: STRUCT<c: STRING>>,ar ARRAY<INT>,m MAP<STRING, BIGINT>,aa ARRAY<ARRAY<STRING>>,as ARRAY<STRUCT<x: INT, y: STRING>>')
})

test('nanoseconds are cut to microseconds', async () => {
  const source = sourceOf(fixture('nanos.parquet')), { schema } = await openFooter(source)
  assert.equal((await rowsIn(source, schema))[0]!['ns'].epochMicros, 1234567890123456n)
})

const schema = parseSchema('id BIGINT, t STRING, d DOUBLE, f FLOAT, b BOOLEAN, i INT, y TINYINT, s SMALLINT, at TIMESTAMP, n TIMESTAMP_NTZ, day DATE, bin BINARY, d9 DECIMAL(9,2), d18 DECIMAL(18,4), d38 DECIMAL(38,9), st STRUCT<a: INT, b: STRUCT<c: STRING>>, ar ARRAY<INT>, m MAP<STRING, BIGINT>, aa ARRAY<ARRAY<STRING>>, ms ARRAY<STRUCT<x: INT, y: STRING>>')
const many: Row[] = Array.from({ length: 500 }, (_, i) => i % 7 === 3 ? {} : {
  id: i * 1_000_003, t: `ñ${i % 5}`, d: i === 9 ? NaN : i / 3, f: i / 2, b: i % 2 === 0, i: -i, y: i % 100, s: i, at: new Timestamp(1_700_000_000_123_456n + BigInt(i)), n: new Timestamp(-1n - BigInt(i)), day: new Date(86_400_000 * i), bin: Uint8Array.of(i & 255, 1),
  d9: (i / 100).toFixed(2), d18: '-12345678901234.5678', d38: '12345678901234567890123456789.123456789', st: i % 5 === 0 ? null : { a: i, b: i % 3 === 0 ? null : { c: `c${i}` } }, ar: i % 4 === 0 ? [] : [i, null, 3],
  m: i % 6 === 0 ? null : new Map<string, number | null>([['k', i], ['z', null]]), aa: [[], null, ['a', null], [`b${i}`]], ms: i % 3 === 0 ? [] : [{ x: 1, y: null }, null, { x: i, y: 'q' }],
})

test('what is written comes back, under every compression, over row groups, with the schema as Spark keeps it', async () => {
  const want = rowsOf(schema, batchOfRows(schema, many)).map(plain)
  for (const codec of codecNames) {
    const source = sourceOf(write(schema, many, { codec, rowsPerGroup: 150 })), footer = await openFooter(source)
    assert.equal(footer.metadata.rowGroups.length, 3, 'a group ends with a batch')
    assert.equal(toDDL(footer.schema), toDDL(schema))
    assert.deepEqual((await rowsIn(source, footer.schema)).map(plain), want, codec)
  }
})

test('an empty file has its schema', async () => {
  const source = sourceOf(write(schema, [], { codec: 'snappy' }))
  assert.equal(toDDL((await openFooter(source)).schema), toDDL(schema))
  assert.deepEqual(await rowsIn(source, schema), [])
})

test('fields that never are NULL, and a NULL that comes all the same', () => {
  const strict = parseSchema('id BIGINT NOT NULL')
  assert.doesNotThrow(() => write(strict, [{ id: 1 }], { codec: 'none' }))
  assert.throws(() => write(strict, [{ id: null }], { codec: 'none' }), (e: unknown) => e instanceof SparkError && e.condition === 'NOT_NULL_ASSERT_VIOLATION')
  assert.throws(() => write(parseSchema('i INTERVAL'), [], { codec: 'none' }), (e: unknown) => e instanceof SparkError && e.condition === 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE')
})

test('a text of few values becomes a dictionary, one of many does not, and a mix is read', async () => {
  const s = parseSchema('few STRING, most STRING'), rows = Array.from({ length: 40_000 }, (_, i) => ({ few: `value ${i % 10}`, most: `value ${i}` }))
  const source = sourceOf(write(s, rows, { codec: 'none' }, 4096)), { metadata } = await openFooter(source)
  assert.deepEqual(metadata.rowGroups[0]!.columns.map(c => c.dictionaryOffset !== null), [true, false])
  assert.deepEqual(await rowsIn(source, s), rows)
})

test('row groups that cannot match are not read, columns that are not wanted neither', async () => {
  const s = parseSchema('id BIGINT, t STRING, x DOUBLE'), rows = Array.from({ length: 1000 }, (_, i) => ({ id: i, t: `k${String(i).padStart(4, '0')}`, x: i < 500 ? null : i }))
  const bytes = write(s, rows, { codec: 'snappy', rowsPerGroup: 100 }, 100)
  const ids = async (predicates: ColumnPredicate[]): Promise<number[]> => (await rowsIn(sourceOf(bytes), s, predicates)).map(r => r['id'] as number)
  const span = (list: number[]): [number, number, number] => [list.length, list[0]!, list.at(-1)!]
  assert.deepEqual(span(await ids([{ column: 'ID', type: longType, op: '>=', values: [750n] }])), [300, 700, 999])
  assert.deepEqual(span(await ids([{ column: 'id', type: longType, op: '<', values: [200n] }])), [200, 0, 199])
  assert.deepEqual(span(await ids([{ column: 't', type: stringType, op: '=', values: ['k0305'] }])), [100, 300, 399])
  assert.deepEqual(await ids([{ column: 'id', type: longType, op: '=', values: [-1n] }]), [])
  assert.deepEqual(span(await ids([{ column: 'x', type: longType, op: 'is not null', values: [] }])), [500, 500, 999])
  assert.deepEqual(span(await ids([{ column: 'x', type: longType, op: 'is null', values: [] }])), [500, 0, 499])
  assert.deepEqual(span(await ids([{ column: 'id', type: longType, op: 'in', values: [5n, 950n] }])), [200, 0, 999])
  const reads: [number, number][] = [], source = sourceOf(bytes, reads)
  await rowsIn(source, s, [{ column: 'id', type: longType, op: '<', values: [100n] }], [0])
  assert.equal(reads.length, 2, 'the footer and one column chunk')
})

test('a wanted schema of its own: wider types, other order, missing columns; a type that does not fit is told', async () => {
  const s = parseSchema('i INT, f FLOAT, d DECIMAL(5,2), st STRUCT<a: INT, b: STRING>, ar ARRAY<INT>')
  const source = sourceOf(write(s, [{ i: 7, f: 1.5, d: '1.25', st: { a: 1, b: 'x' }, ar: [1, null] }, {}], { codec: 'snappy' }))
  const wider = parseSchema('new STRING, D DECIMAL(12,4), I BIGINT, f DOUBLE, st STRUCT<b: STRING, c: INT>, ar ARRAY<BIGINT>')
  assert.deepEqual((await rowsIn(source, wider)).map(plain), [{ new: null, D: '1.2500', I: 7, f: 1.5, st: { b: 'x', c: null }, ar: [1, null] }, { new: null, D: null, I: null, f: null, st: null, ar: null }])
  await assert.rejects(rowsIn(source, parseSchema('i STRING')), (e: unknown) => e instanceof SparkError && e.condition === 'FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH')
})

test('a file that is cut, is none, or is damaged within', async () => {
  const bytes = write(schema, many.slice(0, 40), { codec: 'snappy' })
  const fails = async (b: Uint8Array): Promise<string> => { try { await rowsIn(sourceOf(b), schema); return 'none' } catch (e) { return e instanceof SparkError ? e.condition : String(e) } }
  assert.equal(await fails(new Uint8Array(0)), 'FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER')
  assert.equal(await fails(new TextEncoder().encode('{"id":1}\n{"id":2}\n')), 'FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER')
  assert.equal(await fails(bytes.subarray(0, bytes.length - 100)), 'FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER')
  // Whatever byte is wrong, the answer is rows or a Spark error, never anything else.
  for (let i = 4; i < bytes.length - 8; i += 97) {
    const bad = bytes.slice()
    bad[i]! ^= 0x55
    assert.match(await fails(bad), /^(none|FAILED_READ_FILE\.|MICROLOTE_NOT_SUPPORTED|INVALID_JSON|PARSE)/, `byte ${i}`)
  }
})
