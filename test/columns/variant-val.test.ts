// What rows show of a VARIANT, and where one may be given back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkSession, VariantType, VariantVal, functions as F, StructField, StructType, Decimal } from '../../engine/index.ts'

const spark = SparkSession.builder.appName('variants').create()
const one = async (sql: string): Promise<any> => (await spark.sql(sql).collect())[0]!['v']

test('a VARIANT in a row is a VariantVal: its text, its JSON and its parts', async () => {
  const v = await one(`SELECT parse_json('{"b": [1, 2.50, null], "a": "x", "n": 9007199254740993}') AS v`)
  assert.ok(v instanceof VariantVal)
  assert.equal(String(v), '{"a":"x","b":[1,2.5,null],"n":9007199254740993}')
  assert.equal(JSON.stringify({ v }), '{"v":{"a":"x","b":[1,2.5,null],"n":9007199254740992}}')
  assert.deepEqual(v.toJS(), { a: 'x', b: [1, new Decimal(25n, 1), null], n: 9007199254740993n })
  assert.deepEqual(new VariantVal(v.metadata, v.value).bytes, v.bytes)
})

test('moments are written in the zone asked for', async () => {
  const v = await one(`SELECT CAST(TIMESTAMP'2026-01-02 03:04:05.5' AS VARIANT) AS v`)
  assert.equal(v.toJson(), '"2026-01-02 03:04:05.5+00:00"')
  assert.equal(v.toJson('America/New_York'), '"2026-01-01 22:04:05.5-05:00"')
})

test('variants go into DataFrames and through user functions; other values do not', async () => {
  const v = await one(`SELECT parse_json('{"k": 7}') AS v`)
  const df = spark.createDataFrame([{ v }, { v: null }], new StructType([new StructField('v', new VariantType())]))
  assert.deepEqual((await df.select(F.variant_get('v', '$.k', 'int').alias('k')).collect()).map(r => r['k']), [7, null])
  const same = F.udf((x: VariantVal | null) => x, 'VARIANT')
  assert.deepEqual((await df.select(same('v').alias('v')).collect()).map(r => r['v'] === null ? null : String(r['v'])), ['{"k":7}', null])
  assert.throws(() => spark.createDataFrame([{ v: { k: 1 } }], 'v VARIANT'), /variant/)
})

test('bytes of another version are no VARIANT', () => {
  assert.throws(() => new VariantVal(Uint8Array.of(2, 0, 0), Uint8Array.of(0)), /version/)
})

test('a variant that a branch leaves out raises nothing', async () => {
  assert.equal(await one(`SELECT CASE WHEN id < 0 THEN variant_get(parse_json('"x"'), '$', 'int') ELSE -1 END AS v FROM range(1)`), -1)
  assert.equal(await one(`SELECT coalesce(id, parse_json(concat('no json', id))::bigint) AS v FROM range(1)`), 0)
})

test('objects of more than 255 fields, and names in the order of UTF-16', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `k${i}`), text = JSON.stringify(Object.fromEntries(names.map((n, i) => [n, i])))
  assert.equal(await one(`SELECT parse_json('${text}'):k299::int AS v`), 299)
  assert.equal(String(await one(`SELECT parse_json('{"\u{10000}": 1, "\uffee": 2}') AS v`)), '{"\u{10000}":1,"\uffee":2}')
})
