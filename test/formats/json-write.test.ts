/** Values as JSON text; the expected texts are what Spark 4.3.0 wrote for the same values. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseType } from '../../engine/types/ddl.ts'
import { createJsonWriter, type JsonWriteOptions } from '../../engine/formats/json-write.ts'

const map = (...entries: [unknown, unknown][]): { keys: unknown[]; values: unknown[] } => ({ keys: entries.map(e => e[0]), values: entries.map(e => e[1]) })
const micros = (iso: string, us = 0): bigint => BigInt(Date.parse(iso)) * 1000n + BigInt(us)
const day = (iso: string): number => Date.parse(iso) / 86_400_000

const written: [type: string, value: unknown, text: string, options?: Partial<JsonWriteOptions>][] = [
  ['STRUCT<a: INT, b: STRING>', [1, 'x'], '{"a":1,"b":"x"}'],
  ['STRUCT<a: VOID, b: INT>', [null, 2], '{"b":2}'],
  ['STRUCT<a: VOID>', [null], '{}'],
  ['STRUCT<a: INT, b: INT>', [null, 1], '{"a":null,"b":1}', { ignoreNullFields: false }],
  ['ARRAY<INT>', [1, null, 3], '[1,null,3]'],
  ['ARRAY<ARRAY<INT>>', [[1, null], null], '[[1,null],null]'],
  ['MAP<STRING, INT>', map(['a', 1], ['b', null]), '{"a":1,"b":null}'],
  ['ARRAY<MAP<STRING, INT>>', [map(['a', null])], '[{"a":null}]'],
  ['MAP<INT, STRING>', map([1, 'x']), '{"1":"x"}'],
  ['MAP<STRING, DOUBLE>', map(['k', 1.5]), '{"k":1.5}'],
  ['ARRAY<STRUCT<a: INT>>', [[1], [2]], '[{"a":1},{"a":2}]'],
  ['STRUCT<a: STRUCT<b: INT>>', [[null]], '{"a":{}}'],
  ['STRUCT<a: ARRAY<STRUCT<b: INT, c: INT>>>', [[[null, 1]]], '{"a":[{"c":1}]}'],
  ['STRUCT<d: DATE, t: TIMESTAMP>', [day('2026-01-02'), micros('2026-01-02T03:04:05.123Z', 456)], '{"d":"2026-01-02","t":"2026-01-02T03:04:05.123Z"}'],
  ['STRUCT<a: TIMESTAMP_NTZ, b: TIMESTAMP>', [micros('2026-01-02T03:04:05.678Z', 901), -1n], '{"a":"2026-01-02T03:04:05.678","b":"1969-12-31T23:59:59.999Z"}'],
  ['STRUCT<t: TIMESTAMP>', [micros('0001-01-01T00:00:00Z')], '{"t":"0001-01-01T00:00:00.000Z"}'],
  ['STRUCT<t: TIMESTAMP, d: DATE>', [micros('+012345-01-01T00:00:00Z'), day('+012345-01-01')], '{"t":"+12345-01-01T00:00:00.000Z","d":"+12345-01-01"}'],
  ['STRUCT<t: TIMESTAMP>', [micros('2026-01-01T00:00:00Z')], '{"t":"2025-12-31T19:00:00.000-05:00"}', { timeZone: 'America/New_York' }],
  ['STRUCT<x: DECIMAL(3,2), y: DOUBLE, z: DOUBLE, g: FLOAT>', [150n, 1, 1e20, 1.5], '{"x":1.50,"y":1.0,"z":1.0E20,"g":1.5}'],
  ['STRUCT<a: FLOAT, b: FLOAT, c: FLOAT, d: FLOAT, e: FLOAT, f: DOUBLE>', [1, Math.fround(1.1), Math.fround(1e-5), Math.fround(3.4e38), NaN, -0], '{"a":1.0,"b":1.1,"c":1.0E-5,"d":3.4E38,"e":"NaN","f":-0.0}'],
  ['STRUCT<n: DOUBLE, i: DOUBLE, j: DOUBLE>', [NaN, Infinity, -Infinity], '{"n":"NaN","i":"Infinity","j":"-Infinity"}'],
  ['STRUCT<a: DECIMAL(10,7), b: DECIMAL(10,7), c: DECIMAL(10,7), d: DECIMAL(38,18)>', [1n, 10n, 0n, -12500000000000000000n], '{"a":1E-7,"b":0.0000010,"c":0E-7,"d":-12.500000000000000000}'],
  ['STRUCT<b: BINARY, l: BIGINT, t: BOOLEAN>', [new Uint8Array([1, 2]), 9223372036854775807n, true], '{"b":"AQI=","l":9223372036854775807,"t":true}'],
  ['STRUCT<a: BINARY, b: BINARY, c: BINARY>', [new Uint8Array(0), new Uint8Array([0, 255, 16]), new Uint8Array([0x68, 0x69])], '{"a":"","b":"AP8Q","c":"aGk="}'],
  ['STRUCT<s: STRING>', ['q"\\/\n\té😀'], '{"s":"q\\"\\\\/\\n\\té😀"}'],
  ['STRUCT<a: STRING>', ['\u0001\u0002\u001f\u007f"'], '{"a":"\\u0001\\u0002\\u001F\u007f\\""}'],
  ['STRUCT<a: STRING>', ['</script> \u2028 é 日'], '{"a":"</script> \u2028 é 日"}'],
  ['STRUCT<`a"b`: INT>', [1], '{"a\\"b":1}'],
  ['MAP<STRING, INT>', map(['a"b', 1]), '{"a\\"b":1}'],
  ['MAP<DATE, INT>', map([day('2026-01-02'), 1]), '{"20455":1}'],
  ['MAP<TIMESTAMP, INT>', map([micros('2026-01-02T03:04:05Z'), 1]), '{"1767323045000000":1}'],
  ['MAP<DOUBLE, INT>', map([1.5, 1]), '{"1.5":1}'],
  ['MAP<DECIMAL(3,2), INT>', map([150n, 1]), '{"1.50":1}'],
  ['MAP<BOOLEAN, INT>', map([true, 1]), '{"true":1}'],
  ['MAP<STRUCT<a: INT, b: STRING>, INT>', map([[1, 'x'], 1]), '{"[1,x]":1}'],
  ['MAP<ARRAY<INT>, INT>', map([[1, 2], 1]), '{"[1,2]":1}'],
  ['MAP<INTERVAL DAY, INT>', map([86400000000n, 1]), '{"86400000000":1}'],
  ['STRUCT<a: INTERVAL DAY TO SECOND, b: INTERVAL YEAR TO MONTH, c: INTERVAL>', [93784000000n, 14, { months: 14, days: 25, microseconds: 18367500000n }],
    '{"a":"INTERVAL \'1 02:03:04\' DAY TO SECOND","b":"INTERVAL \'1-2\' YEAR TO MONTH","c":"1 years 2 months 25 days 5 hours 6 minutes 7.5 seconds"}'],
  ['STRUCT<t: TIMESTAMP>', [micros('2026-01-02T03:04:05Z')], '{"t":"02/01/2026 03:04"}', { timestampFormat: 'dd/MM/yyyy HH:mm' }],
]

for (const [type, value, text, options] of written) {
  test(`${type} ${text}`, () => assert.equal(createJsonWriter(parseType(type), { timeZone: 'UTC', ...options })(value), text))
}

test('NULL itself', () => assert.equal(createJsonWriter(parseType('INT'), { timeZone: 'UTC' })(null), 'null'))
