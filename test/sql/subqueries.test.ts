// Subqueries over a stream, and the places where they are refused by name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import * as F from '../../engine/api/functions.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').create()
spark.createDataFrame([['a', 5], ['b', 7]], 'k STRING, n INT').createOrReplaceTempView('conocidos')
const source = new MemoryStream(spark, 'k STRING, v INT')
source.toDF().createOrReplaceTempView('eventos')

test('a stream is filtered by what a batch says', async () => {
  const df = spark.sql('SELECT k, v, (SELECT max(n) FROM conocidos) AS m FROM eventos WHERE k IN (SELECT k FROM conocidos) AND v > (SELECT min(n) FROM conocidos) AND NOT EXISTS (SELECT 1 FROM conocidos c WHERE c.n = eventos.v)')
  const query = await df.writeStream.format('memory').queryName('filtrados').start()
  source.addData({ k: 'a', v: 6 }, { k: 'a', v: 7 }, { k: 'z', v: 9 }, { k: null, v: 9 }, { k: 'b', v: 1 })
  await query.processAllAvailable()
  assert.deepEqual(await spark.table('filtrados').collect(), [{ k: 'a', v: 6, m: 7 }])
  await query.stop()
})

test('each row of a stream gets what a batch says about its key', async t => {
  const df = spark.sql(`SELECT k, v, (SELECT max(n) FROM conocidos c WHERE c.k = eventos.k) AS m, (SELECT count(*) FROM conocidos c WHERE c.k = eventos.k AND n > 5) AS c,
    EXISTS (SELECT 1 FROM conocidos c WHERE c.k = eventos.k AND c.n > eventos.v) AS mayor FROM eventos WHERE v > 6 OR k IN (SELECT k FROM conocidos)`)
  const query = await df.writeStream.format('memory').queryName('por_clave').start()
  t.after(() => query.stop())
  source.addData({ k: 'a', v: 1 }, { k: 'b', v: 7 }, { k: 'z', v: 9 }, { k: 'z', v: 2 }, { k: null, v: 8 })
  await query.processAllAvailable()
  const rows = (await spark.table('por_clave').collect()).filter(r => [1, 7, 8, 9, 2].includes(r['v'] as number) && !(r['k'] === 'a' && r['v'] === 7))
  for (const wanted of [{ k: 'a', v: 1, m: 5, c: 0, mayor: true }, { k: 'b', v: 7, m: 7, c: 1, mayor: false }, { k: 'z', v: 9, m: null, c: 0, mayor: false }, { k: null, v: 8, m: null, c: 0, mayor: false }]) assert.ok(rows.some(r => isDeepStrictEqual(r, wanted)), JSON.stringify(wanted))
  assert.ok(!rows.some(r => r['k'] === 'z' && r['v'] === 2))
})

test('a column that a join by names leaves out stays out of *, where the condition of a further join names it beside a subquery', async () => {
  const df = spark.sql('SELECT * FROM VALUES (1, 2), (2, 3) a(id, u) LEFT JOIN VALUES (1, 4) b(id, v) USING (id) JOIN VALUES (1, 9) c(k, w) ON b.id = c.k AND c.w IN (SELECT 9)')
  assert.deepEqual(df.columns, ['id', 'u', 'v', 'k', 'w'])
  assert.deepEqual(await df.collect(), [{ id: 1, u: 2, v: 4, k: 1, w: 9 }])
})

test('what cannot be answered is refused by name, with what to do instead', () => {
  for (const [sql, condition, says] of [
    ['SELECT v, (SELECT count(*) FROM conocidos c WHERE c.n < eventos.v) FROM eventos', 'MICROLOTE_NOT_SUPPORTED', /subquery/i],
    ['SELECT * FROM eventos, LATERAL (SELECT n FROM conocidos c WHERE c.n < eventos.v)', 'UNSUPPORTED_STREAMING_OPERATOR_WITHOUT_WATERMARK', /LATERAL/],
  ] as const) assert.throws(() => spark.sql(sql), (e: SparkError) => { assert.equal(e.condition, condition, `${sql}: ${e.message}`); assert.match(e.message, says); return true })
  for (const sql of ['SELECT * FROM conocidos WHERE k IN (SELECT k FROM eventos)', 'SELECT n, (SELECT max(v) FROM eventos) AS m FROM conocidos', 'SELECT k FROM conocidos GROUP BY k HAVING EXISTS (SELECT 1 FROM eventos)']) assert.throws(() => spark.sql(sql), (e: SparkError) => { assert.equal(e.condition, 'INVALID_SUBQUERY_EXPRESSION.STREAMING_QUERY', sql); assert.match(e.message, /JOIN/); return true })
  // The name of a side of a join by names is no column.
  assert.throws(() => spark.sql('SELECT (SELECT max(n) FROM conocidos WHERE n = b) AS m, b.k FROM conocidos a JOIN conocidos b USING (k)'), (e: SparkError) => e.condition === 'UNRESOLVED_COLUMN.WITH_SUGGESTION')
})

test('a query in the text of an expression means the views of the DataFrame that takes it, as they are then', async () => {
  const isKnown = F.expr('k IN (SELECT k FROM aprobados)'), refused = (condition: string) => (e: SparkError) => { assert.equal(e.condition, condition, e.message); return true }
  const here = spark.createDataFrame([{ k: 'a' }, { k: 'b' }]), other = SparkSession.builder.create()
  assert.throws(() => here.where(isKnown), refused('TABLE_OR_VIEW_NOT_FOUND'))
  spark.sql("SELECT 'a' AS k").createOrReplaceTempView('aprobados')
  const kept = here.where(isKnown)
  spark.sql("SELECT 'b' AS k").createOrReplaceTempView('aprobados')
  assert.deepEqual(await kept.collect(), [{ k: 'a' }])
  assert.deepEqual(await here.where(isKnown).collect(), [{ k: 'b' }])
  assert.throws(() => other.createDataFrame([{ k: 'a' }]).where(isKnown), refused('TABLE_OR_VIEW_NOT_FOUND'))
  // A mistake in it is told where it stands in the whole text; a parenthesis that is left open at once.
  assert.throws(() => here.where('k = (SELECT max(k) FRO aprobados)'), (e: SparkError) => e.condition === 'PARSE_SYNTAX_ERROR' && /'aprobados' was not expected at position 23/.test(e.message))
  assert.throws(() => F.expr('k IN (SELECT k FROM aprobados'), refused('PARSE_SYNTAX_ERROR'))
  assert.throws(() => here.groupByKey(F.expr('k IN (SELECT k FROM aprobados)')).mapGroupsWithState({ state: 'n INT', output: 'k BOOLEAN' }, () => ({ k: true })), refused('MICROLOTE_NOT_SUPPORTED'))
})

test('subqueries in brackets in brackets are read once per place: forty levels would else take 2^40 readings', () => {
  assert.deepEqual(spark.sql(`SELECT ${'(SELECT (('.repeat(40)}1${')))'.repeat(40)} AS v`).columns, ['v'])
})
