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

test('values nested as deep as JSON texts go through every function', async () => {
  const deep = "parse_json(concat(repeat('[', 1000), repeat(']', 1000)))"
  for (const e of [deep, `variant_get(${deep}, '$')`, `variant_strip_nulls(${deep})`, `variant_set(${deep}, concat('$', repeat('[0]', 1000)), 1)`, `CAST(array(${deep}) AS VARIANT)`]) assert.ok(await one(`SELECT length(to_json(${e})) AS v`) >= 2000, e)
  assert.ok(await one(`SELECT CAST(array(${deep}) AS VARIANT) AS v`) instanceof VariantVal)
})

test('a path that would make a variant without end is refused', async () => {
  await assert.rejects(one("SELECT variant_set(parse_json('[]'), '$[2000000000]', 1) AS v"), { condition: 'VARIANT_SIZE_LIMIT' })
  await assert.rejects(one("SELECT variant_insert(parse_json('{}'), '$.a[200000000]', 1) AS v"), { condition: 'VARIANT_SIZE_LIMIT' })
  await assert.rejects(one("SELECT variant_set(parse_json('{}'), concat('$', repeat('.a', 20000)), 1) AS v"), { condition: 'INVALID_VARIANT_PATH' })
  assert.equal(String(await one("SELECT variant_set(parse_json('[1]'), '$[3].a[1]', 2) AS v")), '[1,null,null,{"a":[null,2]}]')
})
