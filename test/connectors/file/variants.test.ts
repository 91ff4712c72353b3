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
