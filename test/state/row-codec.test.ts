/** Rows of every type in both forms, from every vector layout; literal bytes where the form is fixed. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as T from '../../engine/types/data-type.ts'
import type { DataType } from '../../engine/types/data-type.ts'
import { vectorOf } from '../../engine/columns/builder.ts'
import { ConstantVector } from '../../engine/columns/constant-vector.ts'
import { DictionaryVector } from '../../engine/columns/dictionary-vector.ts'
import type { Vector } from '../../engine/columns/vector.ts'
import { CopiedRecords } from '../../engine/state/copied-records.ts'
import { CopiedRows } from '../../engine/state/copied-rows.ts'
import { lengthOfLength, writeBytes, writeLength } from '../../engine/state/record-bytes.ts'
import { rowCodec } from '../../engine/state/row-codec.ts'
import { RowArena } from '../../engine/state/row-arena.ts'
import { StateFileWriter } from '../../engine/state/state-file-writer.ts'
import { typeFromJson, typeToJson } from '../../engine/types/schema-json.ts'
import { bigEndianBytes, encodeUnsafeRow, fromBigEndianBytes } from '../../engine/state/unsafe-value.ts'

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
const struct = (...types: DataType[]): T.StructTypeShape => T.structType(types.map((t, i) => T.structField(`f${i}`, t)))

const columns: [DataType, unknown[]][] = [
  [T.voidType, [null, null, null, null]],
  [T.booleanType, [true, false, null, true]],
  [T.byteType, [-128, 127, null, 0]],
  [T.shortType, [-32768, 32767, null, 1]],
  [T.intType, [-(2 ** 31), 2 ** 31 - 1, null, 5]],
  [T.longType, [-(2n ** 63n), 2n ** 63n - 1n, null, 0n]],
  [T.floatType, [1.5, -Infinity, null, NaN]],
  [T.doubleType, [5e-324, -0, null, NaN]],
  [T.decimalType(18, 3), [10n ** 18n - 1n, -1n, null, 0n]],
  [T.decimalType(38, 0), [10n ** 38n - 1n, -(10n ** 38n) + 1n, null, 0n]],
  [T.stringType, ['', 'ñandú 😀', null, 'x'.repeat(300)]],
  [T.stringType, ['0f8fad5b-d9cb-469f-a165-70867728950e', '0F8FAD5B-d9cb-469f-a165-70867728950e', null, '0f8fad5b-d9cb-469f-a165_70867728950e']],
  [T.stringType, ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null, 'sixteen letters!']],
  [T.binaryType, [new Uint8Array([0, 255]), new Uint8Array(0), null, new Uint8Array(130).fill(7)]],
  [T.dateType, [-719162, 2932896, null, 0]],
  [T.timestampType, [-62135596800000000n, 253402300799999999n, null, 0n]],
  [T.timestampNtzType, [1n, -1n, null, 0n]],
  [T.dayTimeIntervalType, [86400000000n, -1n, null, 0n]],
  [T.yearMonthIntervalType, [13, -1, null, 0]],
  [T.calendarIntervalType, [{ months: 1, days: -2, microseconds: 3n }, { months: -1, days: 0, microseconds: -1n }, null, { months: 0, days: 0, microseconds: 0n }]],
  [T.arrayType(T.longType), [[1n, null, -3n], [], null, Array.from({ length: 70 }, (_, i) => i % 3 === 0 ? null : BigInt(i))]],
  [T.arrayType(T.booleanType), [[true, null, false], [], null, [false]]],
  [T.arrayType(T.decimalType(38, 2)), [[1n, null, -(10n ** 37n)], [], null, [0n]]],
  [T.arrayType(struct(T.stringType, T.intType)), [[['a', 1], null, [null, null]], [], null, [['', 0]]]],
  [T.mapType(T.stringType, T.arrayType(T.doubleType)), [{ keys: ['a', 'b'], values: [[1, null], null] }, { keys: [], values: [] }, null, { keys: [''], values: [[]] }]],
  [struct(T.timestampType, T.timestampType), [[1n, 2n], [null, 3n], null, [null, null]]],
  [struct(T.stringType, struct(T.decimalType(20, 1), T.arrayType(T.stringType)), T.voidType), [['a', [1n, ['x', null]], null], [null, null, null], null, ['b', [null, null], null]]],
]
const types = columns.map(c => c[0])

function check(vectors: readonly Vector[], rows: Int32Array | null, expected: readonly unknown[][]): void {
  const codec = rowCodec(types), short = new RowArena(0, 0), long = new RowArena(0, 0), n = expected.length
  // Stale bytes in an arena must not show.
  short.append(new Uint8Array(20_000).fill(0xee))
  long.append(new Uint8Array(20_000).fill(0xee))
  short.reset()
  long.reset()
  codec.encode(vectors, rows, n, short)
  codec.encodeUnsafe(vectors, rows, n, long)
  for (const decoded of [codec.decode(short), codec.decodeUnsafe(long)]) {
    for (let i = 0; i < n; i++) assert.deepEqual(decoded.map(v => v.get(i)), expected[i])
  }
  for (let i = 0; i < n; i++) assert.equal(hex(long.row(i)), hex(encodeUnsafeRow(types, expected[i]!)))
}

const row = (i: number): unknown[] => columns.map(c => c[1][i])

test('every type, NULL and not, in both forms', () => {
  check(columns.map(([t, v]) => vectorOf(t, v)), null, [0, 1, 2, 3].map(row))
})

test('chosen rows, also twice and in another order', () => {
  check(columns.map(([t, v]) => vectorOf(t, v)), Int32Array.of(3, 0, 0, 2), [3, 0, 0, 2].map(row))
})

test('constants and dictionaries', () => {
  for (const i of [0, 2]) check(columns.map(([t, v]) => new ConstantVector(t, v[i], 3)), null, [i, i, i].map(row))
  const indices = Int32Array.of(1, 3, 2, 0, 1), nulls = Uint8Array.of(0, 0, 0, 1, 0)
  const dictionaries = columns.map(([t, v]) => new DictionaryVector(vectorOf(t, v), indices, nulls))
  check(dictionaries, null, [1, 3, 2, 2, 1].map(row))
  check(dictionaries, Int32Array.of(4, 3), [1, 2].map(row))
})

test('slices, and dictionaries of dictionaries with NULL among their entries', () => {
  const sliced = columns.map(([t, v]) => vectorOf(t, [v[3], v[2], ...v, v[1]]).slice(2, 6))
  check(sliced, null, [0, 1, 2, 3].map(row))
  check(sliced, Int32Array.of(2, 1, 1, 3, 0, 0), [2, 1, 1, 3].map(row))
  // The second has no NULL of its own: those of the first are found by its entries.
  const twice = columns.map(([t, v]) => new DictionaryVector(new DictionaryVector(vectorOf(t, v), Int32Array.of(3, 2, 1, 0, 0), Uint8Array.of(0, 0, 0, 0, 1)), Int32Array.of(4, 0, 3, 1, 2, 2), null, 5))
  check(twice, null, [2, 3, 0, 2, 1].map(row))
  check(twice, Int32Array.of(4, 4, 0, 2), [1, 1, 2, 0].map(row))
})

test('records copied from a table become the same file by types that went through JSON', () => {
  const all = [...types, T.timeType(9), T.variantType], codec = rowCodec(all), n = 4, rows = new RowArena(), copied = new CopiedRecords(16)
  const vectors = [...columns.map(([t, v]) => vectorOf(t, v)), vectorOf(T.timeType(9), [0n, 86_399_999_999_999n, null, 1n]), vectorOf(T.variantType, [null, null, null, null])]
  codec.encode(vectors, null, n, rows)
  const writer = new StateFileWriter()
  writer.add(codec.flat(vectors, null, n), codec.flat(vectors, null, n), n)
  for (let i = 0; i < n; i++) {
    const r = rows.row(i), record = new Uint8Array(2 * (r.length + lengthOfLength(r.length)))
    let at = 0
    for (let part = 0; part < 2; part++) at = writeBytes(r, 0, r.length, record, writeLength(r.length, record, at))
    copied.add(record, 0, at)
  }
  const there = all.map(t => typeFromJson(structuredClone(typeToJson(t))))
  assert.deepEqual(there, all)
  assert.deepEqual([...new CopiedRows(there, there).pieces(copied.bytes)].map(hex), writer.take().pieces.map(p => hex(p.bytes.subarray(0, p.length))))
})

test('more than 64 fields need a second word of null bits', () => {
  const wide = Array.from({ length: 130 }, () => T.intType as DataType), codec = rowCodec(wide)
  const values = wide.map((_, i) => i % 7 === 0 ? null : i)
  const long = new RowArena(), short = new RowArena()
  codec.encodeUnsafe(values.map(v => vectorOf(T.intType, [v])), null, 1, long)
  codec.encode(values.map(v => vectorOf(T.intType, [v])), null, 1, short)
  assert.equal(long.length, 24 + 130 * 8)
  assert.deepEqual(codec.decodeUnsafe(long).map(v => v.get(0)), values)
  assert.deepEqual(codec.decode(short).map(v => v.get(0)), values)
})

test('literal bytes of an UnsafeRow', () => {
  const codec = rowCodec([T.stringType, T.longType, T.shortType]), arena = new RowArena()
  codec.encodeUnsafe([vectorOf(T.stringType, ['abc']), vectorOf(T.longType, [null]), vectorOf(T.shortType, [-2])], null, 1, arena)
  assert.equal(hex(arena.row(0)), '0200000000000000' + '0300000020000000' + '0000000000000000' + 'feff000000000000' + '6162630000000000')
})

test('a UUID and a count take 19 and 9 bytes in memory', () => {
  const arena = new RowArena()
  rowCodec([T.stringType]).encode([vectorOf(T.stringType, ['123e4567-e89b-12d3-a456-426614174000'])], null, 1, arena)
  assert.equal(arena.length, 19)
  rowCodec([T.longType]).encode([vectorOf(T.longType, [7n])], null, 1, arena)
  assert.equal(arena.length, 19 + 9)
})

test('rows of other types are noticed where they can be', () => {
  const arena = new RowArena()
  arena.append(new Uint8Array(16))
  assert.throws(() => rowCodec([T.longType, T.longType]).decodeUnsafe(arena), RangeError)
  const text = new RowArena()
  text.append(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 16, 0, 0, 0]))
  assert.throws(() => rowCodec([T.stringType]).decodeUnsafe(text), RangeError)
})

test('big-endian numbers as Java writes them', () => {
  for (const [n, bytes] of [[0n, '00'], [127n, '7f'], [128n, '0080'], [-128n, '80'], [-129n, 'ff7f'], [255n, '00ff'], [-1n, 'ff']] as const) {
    assert.equal(hex(bigEndianBytes(n)), bytes)
    assert.equal(fromBigEndianBytes(bigEndianBytes(n), 0, bytes.length / 2), n)
  }
})

test('a UUID takes 19 bytes in the short form, and what only looks like one stays as it is', () => {
  const size = (text: string): number => { const arena = new RowArena(); rowCodec([T.stringType]).encode([vectorOf(T.stringType, [text])], null, 1, arena); return arena.length }
  assert.equal(size('0f8fad5b-d9cb-469f-a165-70867728950e'), 19)
  assert.equal(size('0f8fad5b-d9cb-469f-a165-70867728950E'), 38)
  assert.equal(size('0f8fad5b-d9cb-469f-a165-70867728950g'), 38)
  assert.equal(size('0f8fad5bd9cb469fa16570867728950e'), 34)
})
