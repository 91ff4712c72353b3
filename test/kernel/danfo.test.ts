/** toDanfo(): values and types by the schema, the row limit, and what is said where danfojs is not installed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { functions as F, SparkSession } from 'microlote'
import { toDanfo } from '../../kernel/index.ts'
import { cellOf, dtypeOf } from '../../kernel/danfo/to-danfo.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').getOrCreate()
const df = spark.createDataFrame([[1, 2 ** 40, 'a', true, new Date(0), [1n, 2n]], [2, null, null, false, null, null]], 'i INT, l BIGINT, s STRING, b BOOLEAN, t TIMESTAMP, a ARRAY<BIGINT>').withColumn('d', F.expr('cast(i as decimal(10,2)) / 4'))

test('each type has its dtype, each value a form that danfojs can hold', async () => {
  assert.deepEqual(df.schema.fields.map(f => dtypeOf(f.dataType)), ['int32', 'float32', 'string', 'boolean', 'string', 'string', 'float32'])
  const rows = await df.collect()
  assert.deepEqual(rows.map(r => df.schema.fields.map(f => cellOf(f.dataType, r[f.name]))), [[1, 2 ** 40, 'a', true, '1970-01-01T00:00:00.000000Z', '[1,2]', 0.25], [2, NaN, null, false, null, null, 0.5]])
})

test('without danfojs-node the error has the command', async () => {
  await assert.rejects(toDanfo(df, {}, []), /npm install danfojs-node@1\.2\.0 .*danfo-light/)
})

test('a danfojs DataFrame with the declared types, and a limit', async () => {
  const d = await toDanfo(df)
  assert.deepEqual([d.shape, d.columns, d.dtypes], [[2, 7], ['i', 'l', 's', 'b', 't', 'a', 'd'], ['int32', 'float32', 'string', 'boolean', 'string', 'string', 'float32']])
  assert.deepEqual(d['i'].values, [1, 2])
  assert.deepEqual((await toDanfo(spark.range(1000), { limit: 10 })).shape, [10, 1])
  await assert.rejects(toDanfo(spark.range(100_001)), /más de 100000 filas/)
  const sums = (await toDanfo(spark.range(10).withColumn('k', F.expr('id % 2')))).groupby(['k']).sum()
  assert.deepEqual(sums['id_sum'].values.sort(), [20, 25])
  assert.equal((await toDanfo(spark.range(0))).shape[0], 0)
})

test('frames and series of danfojs, also those it makes itself, are shown as tables', async () => {
  const d = await toDanfo(spark.range(30).withColumn('s', F.expr("concat('<', id, '>')"))), shown = (v: any): Record<string, string> => v[Symbol.for('microlote.display')]()
  assert.match(shown(d)['text/html']!, /float32[^]*string[^]*&lt;19&gt;[^]*y 10 filas más/)
  assert.match(shown(d)['text/plain']!, /^ +id  s\n +0 +0 {2}<0>\n/)
  assert.match(shown(d['id'])['text/plain']!, /\n19 +19\n… y 10 filas más$/)
  assert.match(shown(d.head(2))['text/plain']!, /<1>$/)
  assert.match(shown(await toDanfo(spark.range(0)))['text/html']!, /sin filas/)
})
