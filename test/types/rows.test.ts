/** Rows as objects and back: many rows go through generated functions, few do not, and both must give the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOfRows, GroupRows, rowReader, rowsOf, RowWriter, ValueMismatch, type Row } from '../../engine/columns/rows.ts'
import { CalendarDate, Decimal, Interval, Timestamp } from '../../engine/columns/row-values.ts'
import { SparkSession } from '../../engine/index.ts'
import { parseSchema } from '../../engine/types/ddl.ts'
import { draws } from '../../fixtures/random.ts'

const schema = parseSchema(`b BOOLEAN, i1 TINYINT, i2 SMALLINT, i4 INT, i8 BIGINT, f FLOAT, d DOUBLE, s STRING, x BINARY, day DATE, at TIMESTAMP, local TIMESTAMP_NTZ,
  small DECIMAL(10,2), large DECIMAL(38,4), months INTERVAL YEAR TO MONTH, span INTERVAL DAY TO SECOND, list ARRAY<BIGINT>, pairs MAP<STRING, INT>, inner STRUCT<p: BIGINT, q: STRING>,
  \`__proto__\` INT, \`7\` INT, \`it's "q"\` STRING`)
const few = 20, many = 200
const micros = 1_767_225_600_000_123n

function rowAt(i: number, random: () => number): Row {
  const longs = [0, -0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, -(2 ** 53) + 1, 2n ** 53n, -(2n ** 63n), 2n ** 63n - 1n, 4294967296, -4294967297, 12345678901234]
  const all: [string, unknown][] = [
    ['b', i % 2 === 0], ['i1', random() % 256 - 128], ['i2', random() % 65536 - 32768], ['i4', random() | 0], ['i8', longs[i % longs.length]], ['f', random() / 7], ['d', i % 9 === 0 ? NaN : -random() / 3],
    ['s', `ñ😀${i}`], ['x', Uint8Array.of(i, 2)], ['day', new CalendarDate(i * 100 - 5000)], ['at', i % 3 === 0 ? new Date(1e12 + i) : new Timestamp(micros * (i % 2 === 0 ? 1n : -1n))], ['local', new Timestamp(2n ** 60n)],
    ['small', Decimal.of('12.5')], ['large', Decimal.of('12345678901234567890.1234')], ['months', new Interval(i, 0, 0n)], ['span', new Interval(0, 0, BigInt(i) * 7n)],
    ['list', [1, null, 2n ** 60n]], ['pairs', new Map([['a', i]])], ['inner', { p: i, q: null }], ['__proto__', i], ['7', 7], [`it's "q"`, 'yes'],
  ]
  // A missing value is NULL, and so is what a row only inherits.
  return Object.fromEntries(all.flatMap(([name, v]): [string, unknown][] => { const n = random() % 10; return n === 0 ? [] : [[name, n === 1 ? null : v]] }))
}

test('many rows are read and written as few are', () => {
  const random = draws(3, 1), rows = Array.from({ length: many }, (_, i) => { const row = rowAt(i, random); return i % 11 === 5 ? schema.fields.map(f => (Object.hasOwn(row, f.name) ? row[f.name] : null)) : row })
  const whole = batchOfRows(schema, rows), read = rowsOf(schema, whole)
  assert.equal(read.length, many)
  for (let from = 0; from < many; from += few) {
    const part = batchOfRows(schema, rows.slice(from, from + few))
    schema.fields.forEach((f, k) => { for (let i = 0; i < few; i++) assert.deepEqual(whole.columns[k]!.get(from + i), part.columns[k]!.get(i), `${f.name} of row ${from + i}`) })
    assert.deepEqual(read.slice(from, from + few), rowsOf(schema, part))
  }
  assert.deepEqual(Object.keys(read[0]!), Object.keys(rowsOf(schema, batchOfRows(schema, rows.slice(0, 1)))[0]!))
})

test('a value that does not fit is told alike', () => {
  for (const [name, bad] of [['i1', 128], ['i2', 1.5], ['i4', 2 ** 31], ['i8', 1.5], ['i8', 2n ** 63n], ['i4', 5n ** 30n], ['s', 5], ['b', 'true'], ['d', '1'], ['inner', 3]] as const) {
    const rows: Row[] = Array.from({ length: many }, (_, i) => (i === 7 || i === 9 ? { [name]: bad } : { i1: 1 }))
    const faults = [rows, rows.slice(0, few)].map(some => { try { batchOfRows(schema, some); return '' } catch (e) { return e instanceof ValueMismatch ? e.message : String(e) } })
    assert.match(faults[0]!, new RegExp(`^row 7, column ${name}: `))
    assert.equal(faults[0], faults[1])
  }
})

test('a writer takes rows in any order and lets one be cleared', () => {
  const two = parseSchema('k STRING, n BIGINT'), writer = new RowWriter(two, 4)
  writer.write(2, { k: null, n: 3 })
  writer.write(0, { n: null })
  writer.clear(0)
  writer.write(0, ['a', 2n ** 60n])
  writer.writeNulls(1)
  const columns = writer.columns(3), read = rowReader(two, columns)
  assert.deepEqual([0, 1, 2].map(read), [{ k: 'a', n: 2n ** 60n }, { k: null, n: null }, { k: null, n: 3 }])
})

test('the rows of a group can be iterated in parts, again, and with the methods of iterators', () => {
  const group = new GroupRows<number>(row => row as never, Int32Array.of(9, 4, 5, 6, 9), 1, 4)
  assert.deepEqual([[...group], [...group], group.toArray(), group.map(r => r + 1)], [[4, 5, 6], [4, 5, 6], [4, 5, 6], [5, 6, 7]])
  const it = group[Symbol.iterator]()
  assert.equal(it[Symbol.iterator](), it)
  assert.deepEqual([it.next().value, ...it], [4, 5, 6])
  for (const row of group) if (row === 4) break
  const broken = group[Symbol.iterator]()
  for (const row of broken) if (row === 4) break
  assert.deepEqual([...broken], [])
  if ('map' in Array.prototype.values.call([])) assert.deepEqual([...(group[Symbol.iterator]() as unknown as { map(f: (r: number) => number): Iterable<number> }).map(r => 2 * r)], [8, 10, 12])
})

test('groups come in the order of their keys, NULL first, near ones and far ones', async () => {
  const spark = SparkSession.builder.appName('rows').getOrCreate()
  const random = draws(5, 2), some = (n: number, key: () => number): (number | null)[] => Array.from({ length: n }, (_, i) => (i % 50 === 9 ? null : key()))
  const lists = [[5, null, -3, 0, 900, -3], [2 ** 52, 5, null, -(2 ** 52), 0], [null], [7], some(400, () => random() % 2047), some(400, () => (random() - 2 ** 31) * 2 ** 20), some(400, () => (random() - 2 ** 31) * 2 ** 21)]
  for (const keys of lists) {
    const rows = await spark.createDataFrame(keys.map(k => ({ k })), 'k BIGINT').groupBy('k')
      .flatMapGroupsWithState({ key: 'k BIGINT', input: 'k BIGINT', state: 'n INT', output: 'k BIGINT, n INT', outputMode: 'append' }, (key, group) => [{ k: key.k, n: group.length }]).collect()
    const wanted = [...new Set(keys)].sort((a, b) => (a ?? -Infinity) - (b ?? -Infinity))
    assert.deepEqual(rows.map(r => r.k), wanted)
    assert.equal(rows.reduce((n, r) => n + r.n, 0), keys.length)
  }
  await spark.stop()
})
