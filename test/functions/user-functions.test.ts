// Functions of the user's own: on columns, in SQL text and on streams; NULL, every type of value, errors, how often they are called.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as F from '../../engine/api/functions.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import { conditionOf, SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
const df = spark.createDataFrame([['a', 1], ['b', null], [null, 3], ['a', 1]], 'k STRING, n BIGINT')
const failure = async (run: () => Promise<unknown>): Promise<SparkError> => { try { await run() } catch (e) { assert.ok(e instanceof SparkError, String(e)); return e } throw new Error('no error') }

test('a function of columns takes null for NULL and gives NULL for null or nothing; its name is the column\'s', async () => {
  const doble = F.udf((n: number | null) => (n === null ? null : n * 2), 'BIGINT')
  const both = F.udf((k: string | null, n: number | null) => (k === 'b' ? undefined : `${k}${n}`))
  assert.deepEqual(await df.select(doble('n'), both(F.upper('k'), F.col('n')).alias('t')).collect(), [
    { 'UDF(n)': 2, t: 'A1' }, { 'UDF(n)': null, t: 'Bnull' }, { 'UDF(n)': 6, t: 'null3' }, { 'UDF(n)': 2, t: 'A1' },
  ])
  function triple(n: number): number { return n * 3 }
  const named = F.udf(triple, 'INT')
  assert.deepEqual(df.select(named('n')).columns, ['triple(n)'])
  assert.deepEqual([named.deterministic, named.asNondeterministic().deterministic, named.returnType.kind], [true, false, 'int'])
})

test('values of every type come and go as collect() gives them', async () => {
  const row = spark.sql(`SELECT 9007199254740993L AS l, 1.50BD AS d, timestamp'2026-01-02 03:04:05.000006' AS t, date'2026-01-02' AS f, array(1, null) AS a, map('k', 2L) AS m,
    named_struct('x', 1, 'y', array('z')) AS s, X'0102' AS b, INTERVAL 2 HOURS AS i, true AS o, 1.5F AS r`)
  const seen: unknown[] = []
  const same = (type: string): F.UserDefinedFunction => F.udf((v: any) => { seen.push(v); return v }, type)
  const types = row.dtypes
  const out = row.select(...types.map(([name, type]) => same(type)(name).alias(name)))
  const given = (await row.collect())[0]!
  assert.deepEqual(await out.collect(), [given])
  assert.deepEqual(out.dtypes, types)
  assert.deepEqual(seen, types.map(([name]) => given[name]))
  assert.deepEqual(await df.limit(1).select(F.udf(() => ({ a: 1, b: 'x' }), 'a INT, b STRING')().alias('s')).select('s.*').collect(), [{ a: 1, b: 'x' }])
})

test('a registered function is called by SQL text, by expr and by call_udf, in any case, and hides a function of SQL', async () => {
  const own = SparkSession.builder.create()
  own.createDataFrame([['a', 2], ['b', 3]], 'k STRING, n INT').createOrReplaceTempView('t')
  const f = own.udf.register('Sube', (n: number) => n + 1, 'INT')
  assert.deepEqual(await own.sql('SELECT k, sube(n) FROM t WHERE SUBE(n) > 3').collect(), [{ k: 'b', 'sube(n)': 4 }])
  assert.deepEqual(await own.table('t').select(F.expr('sum(sube(n))').alias('s'), F.max(F.call_udf('sube', 'n')).alias('m'), F.min(f('n')).alias('l')).collect(), [{ s: 7, m: 4, l: 3 }])
  assert.deepEqual(own.table('t').select(f('n')).columns, ['Sube(n)'])
  own.udf.register('upper', F.udf((s: string) => `<${s}>`))
  assert.deepEqual(await own.sql("SELECT upper('x') AS u").collect(), [{ u: '<x>' }])
  own.udf.register('and', (a: boolean) => a, 'BOOLEAN')
  assert.deepEqual(await own.table('t').filter(F.call_udf('and', F.col('n').gt(2))).collect(), [{ k: 'b', n: 3 }])
  assert.throws(() => spark.sql('SELECT sube(1)'), (e: SparkError) => e.condition === 'UNRESOLVED_ROUTINE')
})

test('what a function throws, or a value of another type, fails the query and names function, types and reason', async () => {
  const mal = F.udf((k: string, _n: number) => { throw new RangeError(`no ${k}`) }, 'DOUBLE').withName('mal')
  const e = await failure(() => df.select(mal('k', 'n')).collect())
  assert.equal(e.condition, 'FAILED_EXECUTE_UDF')
  assert.match(e.message, /mal: \(string, bigint\) => double failed: RangeError: no a/)
  assert.ok(e.cause instanceof RangeError)
  assert.match((await failure(() => df.select(F.udf((n: any) => n, 'STRING')('n')).collect())).message, /the value 1 does not fit the type string; give String\(value\)/)
  assert.match((await failure(() => df.select(F.udf((async () => 1) as any, 'INT')()).collect())).message, /cannot be async/)
  // Where it is not reached, nothing fails; and a row that a filter takes out is not asked.
  assert.deepEqual(await df.filter(F.col('k').isNull()).select(F.when(F.col('n').gt(5), mal('k', 'n')).alias('x')).collect(), [{ x: null }])
})

test('two functions of one name are two; one that is not deterministic is called for each row', async () => {
  const one = F.udf((n: number) => n + 1, 'INT'), two = F.udf((n: number) => n + 2, 'INT')
  assert.deepEqual(await df.groupBy(one('n').alias('a'), two('n').alias('b')).agg(F.sum(one('n')).alias('c'), F.sum(two('n')).alias('d')).filter('a = 2').collect(), [{ a: 2, b: 3, c: 4, d: 6 }])
  let n = 0
  const next = F.udf(() => ++n, 'INT').asNondeterministic()
  assert.deepEqual((await df.withColumn('i', next()).filter('i > 1').select('i', 'i').collect()).map(r => r.i), [2, 3, 4])
  assert.equal(n, 4)
})

test('on a stream: in a key, in an aggregate, by SQL text; an error ends the query', async () => {
  const source = new MemoryStream(spark, 'k STRING, n BIGINT')
  const inicial = spark.udf.register('inicial', (k: string | null) => (k === null ? '?' : k[0]!.toUpperCase()), 'STRING')
  source.toDF().createOrReplaceTempView('eventos')
  const counts = spark.sql('SELECT inicial(k) AS i, sum(n) AS total FROM eventos GROUP BY inicial(k)')
  const query = await counts.writeStream.format('memory').queryName('por_inicial').outputMode('complete').start()
  source.addData({ k: 'ana', n: 1 }, { k: 'Alba', n: 2 }, { k: null, n: 4 })
  await query.processAllAvailable()
  assert.deepEqual(await spark.sql('SELECT * FROM por_inicial ORDER BY i').collect(), [{ i: '?', total: 4 }, { i: 'A', total: 3 }])
  await query.stop()
  const failing = await source.toDF().select(inicial('k'), F.udf((n: number) => { if (n > 1) throw new Error('too much'); return n }, 'BIGINT')('n')).writeStream.format('noop').start()
  const e = await failure(() => failing.awaitTermination())
  assert.equal(conditionOf(e), 'FAILED_EXECUTE_UDF')
  assert.match(e.message, /too much/)
})
