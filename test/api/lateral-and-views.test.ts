// What recordings of Spark cannot say about lateral joins, subqueries of DataFrames, kept rows, files and views of all sessions.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import * as F from '../../engine/api/functions.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
const clientes = spark.createDataFrame([[1, 'ana'], [2, 'bea']], 'id INT, nombre STRING')
const otros = spark.createDataFrame([[2, 'beto'], [3, 'ciro']], 'id INT, nombre STRING')
const compras = spark.createDataFrame([[1, 10], [1, 30], [2, 5]], 'cliente INT, monto INT')
const suyas = compras.where(F.col('cliente').equalTo(F.col('id').outer()))
const condition = (name: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === name

test('a DataFrame that names columns by outer() may stand in several others, each time with their columns', async () => {
  const total = suyas.select(F.sum('monto')).scalar().alias('total')
  assert.deepEqual(await clientes.select('id', total).orderBy('id').collect(), [{ id: 1, total: 40 }, { id: 2, total: 5 }])
  assert.deepEqual(await otros.select('id', total).orderBy('id').collect(), [{ id: 2, total: 5 }, { id: 3, total: null }])
  const best = suyas.orderBy(F.col('monto').desc()).limit(1)
  for (const [df, expected] of [[clientes, [30, 5]], [otros, [5, null]]] as const) assert.deepEqual((await df.lateralJoin(best, null, 'left').orderBy('id').collect()).map(r => r['monto']), expected)
  assert.deepEqual((await otros.where(suyas.exists()).collect()).map(r => r['nombre']), ['beto'])
  // Alone it has no one to ask.
  assert.throws(() => suyas.columns, condition('UNRESOLVED_COLUMN.WITH_SUGGESTION'))
})

test('a name of outer() that the DataFrame around lacks is refused where it is put', () => {
  const wrong = compras.where(F.col('cliente').equalTo(F.col('monto').outer()))
  assert.throws(() => clientes.where(wrong.exists()), (e: SparkError) => { assert.match(e.message, /`monto`/); return e.condition === 'UNRESOLVED_COLUMN.WITH_SUGGESTION' })
})

test('transform calls a function with a column, foreachPartition one with all rows', async () => {
  assert.deepEqual(await compras.select(F.col('monto').transform(c => c.plus(1)).alias('m')).collect(), [{ m: 11 }, { m: 31 }, { m: 6 }])
  const seen: unknown[][] = []
  await compras.foreachPartition(async rows => { seen.push([...rows].map(r => r['monto'])) })
  assert.deepEqual(seen, [[10, 30, 5]])
})

test('rows of a checkpoint are not computed again; numbers, rows of a sample and random values are the same each time', async () => {
  let calls = 0
  const counted = compras.select(F.udf((m: number) => { calls++; return m }, 'INT')(F.col('monto')).alias('m'))
  for (const kept of [await counted.checkpoint(), await counted.localCheckpoint(false)]) {
    const before = calls
    assert.deepEqual((await kept.collect()).map(r => r['m']), [10, 30, 5])
    assert.equal(calls, before)
  }
  const numbered = compras.where('monto > 5').zipWithIndex('n'), some = spark.range(100).sample(0.2, 3)
  for (let i = 0; i < 2; i++) assert.deepEqual((await numbered.collect()).map(r => r['n']), [0, 1])
  assert.deepEqual(await some.collect(), await some.collect())
  const drawn = spark.range(3).select(F.rand(7).alias('r'), F.expr('uuid()').alias('u'), F.monotonically_increasing_id().alias('n'), F.expr('uniform(1, 100, 3)').alias('v'))
  const first = await drawn.collect()
  assert.deepEqual(await drawn.collect(), first)
  assert.deepEqual(await drawn.union(drawn).collect(), [...first, ...first])
  assert.deepEqual(first.map(r => r['n']), [0, 1, 2])
  assert.equal(new Set(first.map(r => r['u'])).size, 3)
})

test('inputFiles tells the files that are read, each once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'microlote-files-'))
  try {
    await compras.write.json(join(dir, 'a b'))
    const df = spark.read.schema('cliente INT, monto INT').json(join(dir, 'a b')), files = await df.union(df).inputFiles()
    assert.equal(files.length, 1)
    assert.ok(files[0]!.startsWith(pathToFileURL(join(dir, 'a b')).href) && files[0]!.endsWith('.json'), files[0])
    assert.deepEqual(await compras.inputFiles(), [])
  } finally { rmSync(dir, { recursive: true, force: true }) }
})

test('a view of global_temp is seen by all sessions, and dropped for all', async () => {
  clientes.createGlobalTempView('clientes_de_todos')
  const other = spark.newSession()
  assert.deepEqual(await other.sql('SELECT clientes_de_todos.nombre FROM global_temp.clientes_de_todos WHERE id = 2').collect(), [{ nombre: 'bea' }])
  assert.equal(await other.table('global_temp.clientes_de_todos').count(), 2)
  assert.ok(other.catalog.tableExists('global_temp.clientes_de_todos') && !other.catalog.tableExists('clientes_de_todos'))
  assert.throws(() => otros.createGlobalTempView('Clientes_De_Todos'), condition('TEMP_TABLE_OR_VIEW_ALREADY_EXISTS'))
  assert.ok(other.catalog.dropGlobalTempView('clientes_de_todos') && !spark.catalog.dropGlobalTempView('clientes_de_todos'))
  assert.throws(() => spark.table('global_temp.clientes_de_todos'), condition('TABLE_OR_VIEW_NOT_FOUND'))
})

test('transpose has an end, and a stream has none of it', async () => {
  assert.deepEqual((await spark.emptyDataFrame.transpose()).columns, [])
  const few = SparkSession.builder.config('spark.sql.transposeMaxValues', '2').create()
  await assert.rejects(few.range(3).select('id', F.lit(1).alias('v')).transpose(), condition('TRANSPOSE_EXCEED_ROW_LIMIT'))
  await assert.rejects(spark.readStream.format('rate').load().select('value', F.lit(1).alias('v')).transpose(), condition('CALL_ON_STREAMING_DATASET_UNSUPPORTED'))
})

test('a recursive query ends with the LIMIT above it, else at its limits', async () => {
  const numbers = 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)'
  assert.deepEqual((await spark.sql(`${numbers} SELECT n FROM r`).take(3)).map(r => r['n']), [1, 2, 3])
  await assert.rejects(spark.sql(`${numbers} SELECT n FROM r WHERE n > 1 LIMIT 2`).collect(), condition('RECURSION_LEVEL_LIMIT_EXCEEDED'))
  const bounded = SparkSession.builder.config('spark.sql.cteRecursionLevelLimit', '-1').config('spark.sql.cteRecursionRowLimit', '1000').create()
  await assert.rejects(bounded.sql(`${numbers} SELECT n FROM r`).collect(), condition('RECURSION_ROW_LIMIT_EXCEEDED'))
  assert.equal(await bounded.sql('WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 900) SELECT n FROM r').count(), 900)
})
