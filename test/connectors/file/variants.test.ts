// Variants written to files and read back, alone and inside other values.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SparkError, SparkSession } from '../../../engine/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'microlote-variants-')), spark = SparkSession.builder.appName('variants').create()
after(() => { rmSync(folder, { recursive: true, force: true }) })

const rows = `SELECT * FROM VALUES (1, parse_json('{"b":1.50,"a":[1,"x",null]}'), array(parse_json('1'), NULL), named_struct('v', parse_json('{"k":"z"}'))), (2, NULL, NULL, NULL),
  (3, parse_json('null'), array(), named_struct('v', NULL)), (4, parse_json('7'), array(parse_json('{"q":[2]}')), named_struct('v', parse_json('null'))) AS t(id, v, l, s)`
const shown = async (df: ReturnType<typeof spark.sql>): Promise<string[]> => (await df.orderBy('id').collect()).map(r => JSON.stringify(r))

test('Parquet gives back what was written, its schema too', async () => {
  const path = join(folder, 'parquet'), df = spark.sql(rows)
  await df.write.parquet(path)
  const back = spark.read.parquet(path)
  assert.equal(back.schema.simpleString(), 'struct<id:int,v:variant,l:array<variant>,s:struct<v:variant>>')
  assert.deepEqual(await shown(back), await shown(df))
  assert.deepEqual((await back.selectExpr('id', 'v:a[1]::string AS x').where('x IS NOT NULL').collect()).map(r => r['x']), ['x'])
})

test('JSON lines hold the variants as they are', async () => {
  const path = join(folder, 'json')
  await spark.sql(rows).select('id', 'v').write.json(path)
  const text = readdirSync(path).filter(n => n.endsWith('.json')).map(n => readFileSync(join(path, n), 'utf8')).join('')
  assert.deepEqual(text.trim().split('\n'), ['{"id":1,"v":{"a":[1,"x",null],"b":1.5}}', '{"id":2}', '{"id":3,"v":null}', '{"id":4,"v":7}'])
})

test('no directory is named by a variant, and Delta tables hold none', async () => {
  await assert.rejects(async () => spark.sql(rows).write.partitionBy('v').parquet(join(folder, 'by')), (e: unknown) => e instanceof SparkError && e.condition === 'INVALID_PARTITION_COLUMN_DATA_TYPE')
  await assert.rejects(async () => spark.sql(rows).write.format('delta').save(join(folder, 'delta')), (e: unknown) => e instanceof SparkError && e.condition === 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE')
})

test('CSV and text hold no variants', async () => {
  const refused = (e: unknown): boolean => e instanceof SparkError && e.condition === 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE'
  await assert.rejects(async () => spark.sql(rows).select('id', 'v').write.csv(join(folder, 'csv')), refused)
  await assert.rejects(async () => spark.sql(rows).select('v').write.text(join(folder, 'text')), refused)
})

const refusedAs = (condition: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === condition

test('malformed variants of a file raise a condition where they are looked into; the rows beside them are read', async () => {
  const path = join(folder, 'malformed')
  await spark.sql(`SELECT * FROM VALUES (1, named_struct('value', X'0C05', 'metadata', X'010000')), (2, named_struct('value', X'1405', 'metadata', X'010000')), (3, named_struct('value', X'78', 'metadata', X'010000')),
    (4, named_struct('value', X'02020000000204' || X'0C050C06', 'metadata', X'0101000161')), (5, named_struct('value', X'0C07', 'metadata', X'010000')) AS t(id, v)`).coalesce(1).write.parquet(path)
  const back = spark.read.schema('id INT, v VARIANT').parquet(path)
  assert.deepEqual((await back.selectExpr('id', 'is_valid_variant(v) AS ok', 'try_cast(v AS INT) AS n').orderBy('id').collect()).map(r => [r['id'], r['ok'], r['n']]), [[1, true, 5], [2, false, null], [3, false, null], [4, true, null], [5, true, 7]])
  const fails = (id: number, expr: string, condition: string): Promise<void> => assert.rejects(async () => back.where(`id = ${id}`).selectExpr(expr).collect(), refusedAs(condition))
  await fails(2, 'to_json(v)', 'MALFORMED_VARIANT')
  await fails(2, 'CAST(v AS INT)', 'MALFORMED_VARIANT')
  await fails(2, "variant_get(v, '$.a', 'int')", 'MALFORMED_VARIANT')
  await fails(3, 'schema_of_variant(v)', 'UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT')
  await fails(4, "variant_get(v, '$')", 'VARIANT_DUPLICATE_KEY')
})

test('a typed_value of a form that no variant has is refused', async () => {
  const path = join(folder, 'form')
  await spark.sql(`SELECT named_struct('metadata', X'010000', 'value', X'0C05', 'typed_value', named_struct('a', 1)) AS v`).write.parquet(path)
  await assert.rejects(async () => spark.read.schema('v VARIANT').parquet(path).selectExpr('to_json(v)').collect(), refusedAs('INVALID_VARIANT_SHREDDING_SCHEMA'))
})
