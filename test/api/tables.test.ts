// Tables: saveAsTable, insertInto, toTable, and how spark.table, SQL and readStream.table find them; sessions side by side.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const dir = mkdtempSync(join(tmpdir(), 'microlote-tables-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').config('spark.sql.warehouse.dir', join(dir, 'warehouse')).create()
const conditionIs = (c: string) => (e: SparkError): boolean => { assert.equal(e.condition, c); return true }
const ids = async (name: string): Promise<number[]> => (await spark.sql(`SELECT id FROM ${name} ORDER BY id`).collect()).map(r => r.id)

for (const format of ['parquet', 'delta', 'json']) {
  test(`a ${format} table is made, appended to by name, overwritten, and found in any way`, async () => {
    const name = `t_${format}`, rows = spark.createDataFrame([[1, 'a'], [2, 'b']], 'id BIGINT, k STRING')
    await rows.write.format(format).saveAsTable(name)
    assert.ok(existsSync(join(dir, 'warehouse', name)))
    await assert.rejects(rows.write.format(format).saveAsTable(`default.${name.toUpperCase()}`), conditionIs('TABLE_OR_VIEW_ALREADY_EXISTS'))
    await rows.write.mode('ignore').saveAsTable(name)
    await rows.select('k', 'id').limit(1).write.mode('append').saveAsTable(name)
    assert.deepEqual(await ids(name), [1, 1, 2])
    await spark.sql("SELECT 7L, 'z'").write.insertInto(name)
    assert.deepEqual(await spark.table(`spark_catalog.default.${name}`).filter('id = 7').collect(), [{ id: 7, k: 'z' }])
    await assert.rejects(spark.range(1).write.insertInto(name), conditionIs('INSERT_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS'))
    await rows.write.mode('overwrite').saveAsTable(name)
    assert.deepEqual(await ids(name), [1, 2])
    assert.deepEqual(spark.catalog.listTables().find(t => t.name === name), { name, catalog: 'spark_catalog', namespace: ['default'], description: null, tableType: 'MANAGED', isTemporary: false })
  })

  test(`a stream goes into a ${format} table, and comes out of it as a stream`, async () => {
    const name = `s_${format}`, source = new MemoryStream(spark, 'id BIGINT, k STRING')
    const into = await source.toDF().writeStream.format(format).option('checkpointLocation', join(dir, `cp-${name}`)).toTable(name)
    source.addData({ id: 1, k: 'a' }, { id: 2, k: 'b' })
    await into.processAllAvailable()
    const out = await spark.readStream.table(name).filter(`${name}.id > 1`).writeStream.format('memory').queryName(`out_${format}`).start()
    await out.processAllAvailable()
    source.addData({ id: 3, k: 'c' })
    await into.processAllAvailable()
    await out.processAllAvailable()
    assert.deepEqual(await ids(name), [1, 2, 3])
    assert.deepEqual(await spark.table(`out_${format}`).select('id').orderBy('id').collect(), [{ id: 2 }, { id: 3 }])
    await into.stop()
    await out.stop()
  })
}

test('partitions, a path of its own, and what is refused', async () => {
  const rows = spark.createDataFrame([['x', 1], ['y', 2]], 'p STRING, v INT')
  await rows.write.partitionBy('p').saveAsTable('partes')
  assert.deepEqual(spark.table('partes').columns, ['v', 'p'])
  assert.ok(existsSync(join(dir, 'warehouse', 'partes', 'p=x')))
  await spark.sql("SELECT 3 AS v, 'x' AS p").write.insertInto('partes')
  assert.deepEqual((await spark.table('partes').filter("p = 'x'").orderBy('v').collect()).map(r => r.v), [1, 3])
  await rows.write.option('path', join(dir, 'fuera')).saveAsTable('fuera')
  assert.equal(spark.catalog.listTables().find(t => t.name === 'fuera')!.tableType, 'EXTERNAL')
  await assert.rejects(rows.write.insertInto('nada'), conditionIs('TABLE_OR_VIEW_NOT_FOUND'))
  await assert.rejects(rows.write.saveAsTable('otra.tabla'), conditionIs('SCHEMA_NOT_FOUND'))
  await rows.write.parquet(join(dir, 'warehouse', 'restos'))
  await assert.rejects(rows.write.saveAsTable('restos'), conditionIs('LOCATION_ALREADY_EXISTS'))
  await assert.rejects(rows.write.format('json').mode('append').saveAsTable('partes'), /has the format parquet, not json/)
})

test('a new session shares tables, and has its own views, confs and functions', async () => {
  const other = spark.newSession()
  spark.conf.set('spark.sql.shuffle.partitions', 9)
  spark.range(1).createOrReplaceTempView('vista')
  spark.udf.register('mia', (n: number) => n, 'INT')
  await spark.range(2).write.saveAsTable('compartida')
  assert.equal(await other.table('compartida').count(), 2)
  assert.deepEqual([other.conf.get('spark.sql.shuffle.partitions'), other.catalog.tableExists('vista'), other.catalog.tableExists('compartida')], ['4', false, true])
  assert.throws(() => other.sql('SELECT mia(1)'), conditionIs('UNRESOLVED_ROUTINE'))
  assert.deepEqual([spark.conf.isModifiable('spark.sql.shuffle.partitions'), spark.conf.isModifiable('spark.app.name'), spark.conf.isModifiable('spark.sql.warehouse.dir'), spark.conf.getAll['spark.sql.shuffle.partitions']], [true, false, false, '9'])
  assert.deepEqual([spark.catalog.currentDatabase(), spark.catalog.currentCatalog(), spark.version], ['default', 'spark_catalog', '4.3.0'])
  assert.equal(SparkSession.getActiveSession(), null)
  assert.throws(() => SparkSession.active(), conditionIs('NO_ACTIVE_OR_DEFAULT_SESSION'))
  const active = SparkSession.builder.getOrCreate()
  assert.equal(SparkSession.active(), active)
  assert.equal(active.range(1).sparkSession, active)
  const seen: number[] = []
  const source = new MemoryStream(spark, 'id BIGINT')
  const query = await source.toDF().writeStream.foreachBatch(async batch => {
    batch.createOrReplaceTempView('lote')
    seen.push(...(await batch.sparkSession.sql('SELECT id FROM lote JOIN compartida USING (id)').collect()).map(r => r.id))
  }).start()
  source.addData({ id: 1 }, { id: 5 })
  await query.processAllAvailable()
  await query.stop()
  assert.deepEqual(seen, [1])
})

test('SQL makes, fills and drops tables: awaiting the statement waits for its files, and its errors come then', async () => {
  await spark.sql(`CREATE TABLE de_sql USING delta LOCATION '${join(dir, 'de-sql')}' AS SELECT 1L AS id, 'a' AS k`)
  assert.equal((await spark.sql("INSERT INTO de_sql VALUES (2, 'b')")).isStreaming, false)
  assert.deepEqual(await ids('de_sql'), [1, 2])
  await assert.rejects(async () => spark.sql("INSERT INTO de_sql SELECT 1, 'x', 2"), conditionIs('INSERT_COLUMN_ARITY_MISMATCH.TOO_MANY_DATA_COLUMNS'))
  await spark.sql('CREATE OR REPLACE TABLE gestionada USING parquet AS SELECT 5L AS id')
  assert.ok(existsSync(join(dir, 'warehouse', 'gestionada')))
  await spark.sql('DROP TABLE gestionada')
  assert.ok(!existsSync(join(dir, 'warehouse', 'gestionada')))
  await spark.sql('DROP TABLE de_sql')
  assert.ok(existsSync(join(dir, 'de-sql')), 'a table at a path of its own leaves its files')
  assert.throws(() => spark.sql('CREATE TABLE t (a INT)'), conditionIs('MICROLOTE_NOT_SUPPORTED'))
})
