/** spark.catalog about functions, and the short ways to tables of databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

async function withSession(body: (spark: SparkSession) => void | Promise<void>): Promise<void> {
  const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles() }))
  try { await body(spark) } finally { await spark.stop() }
}

test('functions are listed by their names, those of the user among them', () => withSession(spark => {
  assert.deepEqual(spark.catalog.listFunctions(null, 'upp*').map(f => f.name), ['upper'])
  spark.udf.register('Mi_Funcion', (x: number | null) => x, 'INT')
  assert.deepEqual(spark.catalog.listFunctions('default', 'mi_*|lower').map(f => f.name), ['lower', 'mi_funcion'])
  assert.equal(spark.catalog.listFunctions(null, 'tuple_*').length, 24)
  assert.ok(spark.catalog.listFunctions().every(f => f.isTemporary && !f.name.includes(' ')))
  assert.throws(() => spark.catalog.listFunctions('nope'), { condition: 'SCHEMA_NOT_FOUND' })
}))

test('a function is found by its name in any case, and keeps the name it was asked by', () => withSession(spark => {
  assert.equal(spark.catalog.getFunction('UPPER').name, 'UPPER')
  spark.udf.register('mia', (x: number | null) => x, 'INT')
  assert.equal(spark.catalog.getFunction('mia').name, 'mia')
  assert.throws(() => spark.catalog.getFunction('nope'), { condition: 'UNRESOLVED_ROUTINE' })
}))

test('read.jdbc and write.jdbc say what format("jdbc") and its options say', () => withSession(async spark => {
  // What is wrong in the options is told before any database is asked.
  assert.throws(() => spark.read.jdbc('jdbc:mysql://localhost/base', 'ventas', { user: 'ana' }).schema, e => same(e, () => spark.read.format('jdbc').options({ url: 'jdbc:mysql://localhost/base', dbtable: 'ventas', user: 'ana' }).load().schema))
  assert.throws(() => spark.read.jdbc('jdbc:postgresql://localhost/base', 'ventas', 'id', 10, 1, 4).schema, e => same(e, () => spark.read.format('jdbc').options({ url: 'jdbc:postgresql://localhost/base', dbtable: 'ventas', partitionColumn: 'id', lowerBound: 10, upperBound: 1, numPartitions: 4 }).load().schema))
  await assert.rejects(spark.range(1).write.jdbc('jdbc:mysql://localhost/base', 'ventas', 'append', { user: 'ana' }), { condition: 'MICROLOTE_OPTION_INVALID' })
  assert.throws(() => spark.range(1).write.jdbc('jdbc:postgresql://localhost/base', 'ventas', 'nope'), { condition: 'INVALID_SAVE_MODE' })
}))

function same(error: unknown, other: () => unknown): boolean {
  try { other() } catch (expected) { assert.equal((error as Error).message, (expected as Error).message); return true }
  return false
}

test('a pattern of many stars is one of one star', () => withSession(spark => {
  const started = process.cpuUsage()
  assert.deepEqual(spark.catalog.listFunctions(null, `${'*'.repeat(3000)}#`), [])
  assert.deepEqual(spark.catalog.listFunctions(null, 'tuple_**double').map(f => f.name), spark.catalog.listFunctions(null, 'tuple_*double').map(f => f.name))
  assert.ok(process.cpuUsage(started).user < 2e6)
}))
