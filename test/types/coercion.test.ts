/** Which types meet and which casts happen by themselves, for every pair of 26 types, held against what Spark 4.3.0 answered (its own run; coercion.json, coercion_mixed_types.json, nonansi_literals.json). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimalType, simpleString, type DataType } from '../../engine/types/data-type.ts'
import { comparisonType, implicitCast, tightestCommonType, widerType, widestType } from '../../engine/types/coercion.ts'
import { parseType } from '../../engine/types/ddl.ts'

const names = ['tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal(10,2)', 'decimal(38,30)', 'decimal(38,0)', 'string', 'binary', 'boolean', 'date', 'timestamp', 'timestamp_ntz', 'interval day', 'interval hour to second', 'interval year', 'interval month', 'interval', 'array<int>', 'array<string>', 'map<int,string>', 'struct<a:int>', 'struct<A:string>', 'void']
type Row = readonly string[]

// coalesce(a, b) with ANSI: every pair not listed is refused; beside VOID every type stays itself
const withAnsi: readonly Row[] = [
  ['tinyint', 'smallint', 'smallint'], ['tinyint', 'int', 'int'], ['tinyint', 'bigint', 'bigint'], ['tinyint', 'float', 'double'], ['tinyint', 'double', 'double'],
  ['tinyint', 'decimal(10,2)', 'decimal(10,2)'], ['tinyint', 'decimal(38,30)', 'decimal(38,30)'], ['tinyint', 'decimal(38,0)', 'decimal(38,0)'], ['tinyint', 'string', 'bigint'],
  ['smallint', 'int', 'int'], ['smallint', 'bigint', 'bigint'], ['smallint', 'float', 'double'], ['smallint', 'double', 'double'], ['smallint', 'decimal(10,2)', 'decimal(10,2)'],
  ['smallint', 'decimal(38,30)', 'decimal(38,30)'], ['smallint', 'decimal(38,0)', 'decimal(38,0)'], ['smallint', 'string', 'bigint'], ['int', 'bigint', 'bigint'], ['int', 'float', 'double'],
  ['int', 'double', 'double'], ['int', 'decimal(10,2)', 'decimal(12,2)'], ['int', 'decimal(38,30)', 'decimal(38,28)'], ['int', 'decimal(38,0)', 'decimal(38,0)'], ['int', 'string', 'bigint'],
  ['bigint', 'float', 'double'], ['bigint', 'double', 'double'], ['bigint', 'decimal(10,2)', 'decimal(22,2)'], ['bigint', 'decimal(38,30)', 'decimal(38,18)'],
  ['bigint', 'decimal(38,0)', 'decimal(38,0)'], ['bigint', 'string', 'bigint'], ['float', 'double', 'double'], ['float', 'decimal(10,2)', 'double'], ['float', 'decimal(38,30)', 'double'],
  ['float', 'decimal(38,0)', 'double'], ['float', 'string', 'double'], ['double', 'decimal(10,2)', 'double'], ['double', 'decimal(38,30)', 'double'], ['double', 'decimal(38,0)', 'double'],
  ['double', 'string', 'double'], ['decimal(10,2)', 'decimal(38,30)', 'decimal(38,30)'], ['decimal(10,2)', 'decimal(38,0)', 'decimal(38,0)'], ['decimal(10,2)', 'string', 'double'],
  ['decimal(38,30)', 'decimal(38,0)', 'decimal(38,0)'], ['decimal(38,30)', 'string', 'double'], ['decimal(38,0)', 'string', 'double'], ['string', 'binary', 'binary'],
  ['string', 'boolean', 'boolean'], ['string', 'date', 'date'], ['string', 'timestamp', 'timestamp'], ['string', 'timestamp_ntz', 'timestamp_ntz'], ['date', 'timestamp', 'timestamp'],
  ['date', 'timestamp_ntz', 'timestamp_ntz'], ['timestamp', 'timestamp_ntz', 'timestamp'], ['interval day', 'interval hour to second', 'interval day to second'],
  ['interval year', 'interval month', 'interval year to month'], ['array<int>', 'array<string>', 'array<bigint>'], ['struct<a:int>', 'struct<A:string>', 'struct<a:bigint>'],
]

// the same without ANSI
const withoutAnsi: readonly Row[] = [
  ['tinyint', 'smallint', 'smallint'], ['tinyint', 'int', 'int'], ['tinyint', 'bigint', 'bigint'], ['tinyint', 'float', 'float'], ['tinyint', 'double', 'double'],
  ['tinyint', 'decimal(10,2)', 'decimal(10,2)'], ['tinyint', 'decimal(38,30)', 'decimal(38,30)'], ['tinyint', 'decimal(38,0)', 'decimal(38,0)'], ['tinyint', 'string', 'string'],
  ['smallint', 'int', 'int'], ['smallint', 'bigint', 'bigint'], ['smallint', 'float', 'float'], ['smallint', 'double', 'double'], ['smallint', 'decimal(10,2)', 'decimal(10,2)'],
  ['smallint', 'decimal(38,30)', 'decimal(38,30)'], ['smallint', 'decimal(38,0)', 'decimal(38,0)'], ['smallint', 'string', 'string'], ['int', 'bigint', 'bigint'], ['int', 'float', 'float'],
  ['int', 'double', 'double'], ['int', 'decimal(10,2)', 'decimal(12,2)'], ['int', 'decimal(38,30)', 'decimal(38,28)'], ['int', 'decimal(38,0)', 'decimal(38,0)'], ['int', 'string', 'string'],
  ['bigint', 'float', 'float'], ['bigint', 'double', 'double'], ['bigint', 'decimal(10,2)', 'decimal(22,2)'], ['bigint', 'decimal(38,30)', 'decimal(38,18)'],
  ['bigint', 'decimal(38,0)', 'decimal(38,0)'], ['bigint', 'string', 'string'], ['float', 'double', 'double'], ['float', 'decimal(10,2)', 'double'], ['float', 'decimal(38,30)', 'double'],
  ['float', 'decimal(38,0)', 'double'], ['float', 'string', 'string'], ['double', 'decimal(10,2)', 'double'], ['double', 'decimal(38,30)', 'double'], ['double', 'decimal(38,0)', 'double'],
  ['double', 'string', 'string'], ['decimal(10,2)', 'decimal(38,30)', 'decimal(38,30)'], ['decimal(10,2)', 'decimal(38,0)', 'decimal(38,0)'], ['decimal(10,2)', 'string', 'string'],
  ['decimal(38,30)', 'decimal(38,0)', 'decimal(38,0)'], ['decimal(38,30)', 'string', 'string'], ['decimal(38,0)', 'string', 'string'], ['string', 'date', 'string'],
  ['string', 'timestamp', 'string'], ['string', 'timestamp_ntz', 'string'], ['string', 'interval day', 'string'], ['string', 'interval hour to second', 'string'],
  ['string', 'interval year', 'string'], ['string', 'interval month', 'string'], ['date', 'timestamp', 'timestamp'], ['date', 'timestamp_ntz', 'timestamp_ntz'],
  ['timestamp', 'timestamp_ntz', 'timestamp'], ['interval day', 'interval hour to second', 'interval day to second'], ['interval year', 'interval month', 'interval year to month'],
  ['array<int>', 'array<string>', 'array<string>'], ['struct<a:int>', 'struct<A:string>', 'struct<a:string>'],
]

// wanted type; argument types that are cast to it by themselves (repeat, upper, last_day, hour, sqrt, sha2, NOT, array_join)
const implicitAnsi: readonly Row[] = [
  ['int', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;void'],
  ['string', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;binary;boolean;date;timestamp;timestamp_ntz;interval day;interval hour to second;interval year;interval month;interval;void'],
  ['date', 'string;date;timestamp;timestamp_ntz;void'], ['timestamp', 'string;date;timestamp;timestamp_ntz;void'],
  ['double', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;void'], ['binary', 'string;binary;void'], ['boolean', 'string;boolean;void'],
  ['array<string>', 'array<int>;array<string>;void'],
]
const implicitOld: readonly Row[] = [
  ['int', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;void'],
  ['string', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;binary;boolean;date;timestamp;timestamp_ntz;interval day;interval hour to second;interval year;interval month;void'],
  ['date', 'string;date;timestamp;timestamp_ntz;void'], ['timestamp', 'string;date;timestamp;timestamp_ntz;void'],
  ['double', 'tinyint;smallint;int;bigint;float;double;decimal(10,2);decimal(38,30);decimal(38,0);string;void'], ['binary', 'string;binary;void'], ['boolean', 'boolean;void'],
  ['array<string>', 'array<int>;array<string>;void'],
]

const text = (t: DataType | null): string => (t === null ? 'refused' : simpleString(t))

function pairs(): [string, string][] {
  return names.flatMap((a, i) => names.slice(i + 1).map(b => [a, b] as [string, string]))
}

test('where coalesce, CASE and arrays meet', () => {
  for (const [ansi, table] of [[true, withAnsi], [false, withoutAnsi]] as const) {
    const known = new Map(table.map(([a, b, t]) => [`${a}|${b}`, t!]))
    for (const [a, b] of pairs()) {
      const expected = b === 'void' ? simpleString(parseType(a)) : known.get(`${a}|${b}`) ?? 'refused'
      assert.equal(text(widerType(parseType(a), parseType(b), ansi)), expected, `${a} and ${b}, ansi ${ansi}`)
      // The order counts only for the names of struct fields.
      if (!a.startsWith('struct')) assert.equal(text(widerType(parseType(b), parseType(a), ansi)), expected, `${b} and ${a}, ansi ${ansi}`)
    }
  }
})

test('greatest and least do not turn strings into anything', () => {
  const known = new Map(withAnsi.map(([a, b, t]) => [`${a}|${b}`, t!]))
  for (const [a, b] of pairs()) {
    const strings = /string/.test(a) !== /string/.test(b)
    const expected = b === 'void' ? simpleString(parseType(a)) : strings ? 'refused' : known.get(`${a}|${b}`) ?? 'refused'
    assert.equal(text(tightestCommonType(parseType(a), parseType(b), true)), expected, `${a} and ${b}`)
  }
})

test('comparisons', () => {
  const of = (a: string, b: string, ansi: boolean, equality = true): string => text(comparisonType(parseType(a), parseType(b), ansi, equality))
  assert.equal(of('int', 'string', true), 'bigint')
  assert.equal(of('string', 'binary', true), 'binary')
  assert.equal(of('date', 'string', true), 'date')
  assert.equal(of('int', 'boolean', true), 'refused')
  assert.equal(of('string', 'interval day', true), 'refused')
  assert.equal(of('array<int>', 'array<string>', true), 'refused')
  assert.equal(of('int', 'boolean', false), 'int')
  assert.equal(of('int', 'boolean', false, false), 'refused')
  assert.equal(of('string', 'timestamp', false), 'timestamp')
  assert.equal(of('string', 'decimal(10,2)', false), 'double')
  assert.equal(of('string', 'interval day', false), 'refused')
})

test('several types at once', () => {
  const of = (types: string[], ansi: boolean): string => text(widestType(types.map(parseType), ansi))
  assert.equal(of(['string', 'int', 'double'], true), 'double')
  assert.equal(of(['void', 'int', 'bigint'], true), 'bigint')
  assert.equal(of(['int', 'decimal(2,1)'], true), 'decimal(11,1)')
  assert.equal(of(['string', 'int', 'date'], true), 'refused')
  assert.equal(of(['int', 'date', 'string'], false), 'string')
  assert.equal(of(['int', 'string', 'decimal(2,1)'], true), 'decimal(21,1)')
  assert.equal(of([], true), 'void')
})

test('casts that happen by themselves', () => {
  for (const [ansi, table] of [[true, implicitAnsi], [false, implicitOld]] as const) {
    for (const [wanted, list] of table) {
      const to = wanted === 'timestamp' ? 'timestamp' : parseType(wanted!)
      const got = names.filter(n => implicitCast(parseType(n), to, ansi) !== null)
      assert.deepEqual(got, list!.split(';'), `${wanted}, ansi ${ansi}`)
    }
  }
  assert.equal(text(implicitCast(parseType('string'), 'numeric', true)), 'double')
  assert.equal(text(implicitCast(parseType('string'), 'integral', true)), 'refused')
  assert.equal(text(implicitCast(parseType('date'), ['numeric', 'timestamp'], true)), 'timestamp')
  assert.deepEqual(implicitCast(parseType('int'), 'decimal', false), decimalType(10, 0))
  assert.equal(text(implicitCast(parseType('void'), 'numeric', true)), 'double')
})
