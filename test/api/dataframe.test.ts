// What recordings of Spark cannot say about DataFrame methods: random splits, JSON on streams, warnings, how values of a pivot are found.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
const ventas = spark.createDataFrame([['n', 'a', 1], ['n', 'b', 2], ['s', null, 4]], 'region STRING, producto STRING, n INT')

test('randomSplit gives every row to one part, about as the weights say, and again the same', async () => {
  const parts = spark.range(2000).randomSplit([3, 1], 7)
  const ids = await Promise.all(parts.map(async p => (await p.collect()).map(r => r.id as number)))
  assert.deepEqual(ids.flat().sort((a, b) => a - b), Array.from({ length: 2000 }, (_, i) => i))
  assert.ok(ids[0]!.length > 1350 && ids[0]!.length < 1650, String(ids[0]!.length))
  assert.deepEqual((await spark.range(2000).randomSplit([3, 1], 7)[1]!.collect()).map(r => r.id), ids[1])
  assert.throws(() => spark.range(1).randomSplit([0, 0]), (e: SparkError) => e.condition === 'MICROLOTE_INVALID_ARGUMENT')
})

test('pivot finds its values, up to spark.sql.pivotMaxValues', async () => {
  assert.deepEqual(await (await ventas.groupBy('region').pivot('producto')).sum('n').orderBy('region').collect(), [{ region: 'n', null: null, a: 1, b: 2 }, { region: 's', null: 4, a: null, b: null }])
  const few = SparkSession.builder.config('spark.sql.pivotMaxValues', '2').create()
  await assert.rejects(few.range(3).groupBy().pivot('id'), /more than 2 values/)
  const stream = spark.readStream.format('rate').load()
  assert.throws(() => stream.groupBy().pivot('value'), /pivot\(\) without values is not possible in a streaming query/)
})

test('toJSON leaves out what is NULL, on a stream too; na keeps the event time', async () => {
  assert.deepEqual(await ventas.toJSON().collect(), [{ value: '{"region":"n","producto":"a","n":1}' }, { value: '{"region":"n","producto":"b","n":2}' }, { value: '{"region":"s","n":4}' }])
  const source = new MemoryStream(spark, 'k STRING, ts TIMESTAMP, v INT')
  const query = await source.toDF().withWatermark('ts', '1 second').na.fill(0).dropna('any', null, 'k').groupBy(F.window('ts', '1 minute'), 'k').agg(F.sum('v').alias('s')).select('k', 's').toJSON().writeStream.format('memory').queryName('json').start()
  source.addData({ k: 'a', ts: new Date(1000), v: null }, { k: null, ts: new Date(1000), v: 1 }, { k: 'b', ts: new Date(600_000), v: 2 })
  await query.processAllAvailable()
  assert.deepEqual(await spark.table('json').collect(), [{ value: '{"k":"a","s":0}' }])
  await query.stop()
})

test('hints change nothing; one that Spark does not know gives a warning', async t => {
  const warnings: string[] = []
  t.mock.method(console, 'warn', (m: string) => { warnings.push(m) })
  assert.deepEqual(await ventas.join(F.broadcast(ventas.hint('Merge').hint('nada').select('n', 'region')), ['region', 'n']).select('n').orderBy('n').collect(), [{ n: 1 }, { n: 2 }, { n: 4 }])
  assert.deepEqual(warnings, ['[hint] there is no hint named nada: it is ignored'])
})

test('tail, toLocalIterator and persist give rows of a batch, also in foreachBatch', async () => {
  assert.deepEqual((await ventas.orderBy('n').tail(2)).map(r => r.n), [2, 4])
  const seen: unknown[] = []
  const source = new MemoryStream(spark, 'n INT')
  const query = await source.toDF().writeStream.foreachBatch(async batch => {
    const kept = await batch.persist()
    for await (const row of kept.toLocalIterator()) seen.push(row.n, await kept.count())
    kept.unpersist()
  }).start()
  source.addData({ n: 1 }, { n: 2 })
  await query.processAllAvailable()
  await query.stop()
  assert.deepEqual(seen, [1, 2, 2, 2])
})

test('older names do what the present ones do', async () => {
  const df = spark.createDataFrame([[5, 'ab'], [-3, 'b'], [null, null], [5, 'x']], 'n INT, t STRING')
  assert.deepEqual(await df.agg(F.sumDistinct('n').alias('s'), F.approxCountDistinct('n').alias('c')).collect(), [{ s: 2, c: 2 }])
  assert.deepEqual(await df.limit(1).select(F.bitwiseNOT('n').alias('a'), F.shiftLeft('n', 1).alias('b'), F.shiftRight('n', 1).alias('c'), F.shiftRightUnsigned('n', 1).alias('d'), F.negate('n').alias('e'), F.round(F.toDegrees(F.toRadians('n'))).alias('f')).collect(), [{ a: -6, b: 10, c: 2, d: 2, e: -5, f: 5 }])
  assert.deepEqual((await df.orderBy(F.asc_nulls_last('n')).collect()).map(r => r.n), [-3, 5, 5, null])
  assert.deepEqual((await df.orderBy(F.desc_nulls_first('n')).collect()).map(r => r.n), [null, 5, 5, -3])
  assert.deepEqual(await df.select(F.col('t').startswith('a').and(F.col('t').endswith('b')).alias('x'), F.col('n').astype('STRING').alias('s')).limit(1).collect(), [{ x: true, s: '5' }])
})

test('an argument left out before one that is given keeps its place', async () => {
  const df = spark.sql("SELECT 'hola' AS t, '0000111122223333' AS k, 2 AS n"), iv = F.lit('123456789012'), aad = F.lit('aad')
  const sealed = F.aes_encrypt('t', 'k', undefined, undefined, iv, aad), cbc = F.aes_encrypt('t', 'k', F.lit('CBC'), undefined, F.lit('1234567890123456'))
  const made = df.select(
    F.make_interval(undefined, 'n').cast('string'), F.try_make_interval(F.lit(1), undefined, 'n').cast('string'), F.make_dt_interval(undefined, 'n').cast('string'), F.make_ym_interval(undefined, 'n').cast('string'),
    F.hex(sealed), F.aes_decrypt(sealed, 'k', undefined, undefined, aad).cast('string'), F.try_aes_decrypt(sealed, 'k', undefined, undefined, F.lit('other')).cast('string'), F.hex(cbc),
  )
  const written = df.selectExpr(
    'CAST(make_interval(0, n) AS STRING)', 'CAST(try_make_interval(1, 0, n) AS STRING)', 'CAST(make_dt_interval(0, n) AS STRING)', 'CAST(make_ym_interval(0, n) AS STRING)',
    "hex(aes_encrypt(t, k, 'GCM', 'DEFAULT', '123456789012', 'aad'))", "'hola'", 'NULL', "hex(aes_encrypt(t, k, 'CBC', 'DEFAULT', '1234567890123456'))",
  )
  const values = async (d: typeof df): Promise<unknown[]> => Object.values((await d.collect())[0]!)
  const want = await values(written)
  assert.equal(want.length, 8)
  assert.deepEqual(await values(made), want)
})
