// What spark.sql does besides recorded queries: views, streams, refusals with their place and advice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'

const spark = SparkSession.builder.appName('sql').config('spark.sql.session.timeZone', 'UTC').getOrCreate()
const errorOf = (sql: string): SparkError => { try { spark.sql(sql) } catch (e) { assert.ok(e instanceof SparkError, String(e)); return e } throw new Error(`no error for ${sql}`) }

test('a view is what it was made of: a DataFrame keeps its plan when the view changes', async () => {
  spark.sql('CREATE OR REPLACE TEMP VIEW v(a) AS SELECT 1')
  const df = spark.table('v')
  spark.sql('CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 2 AS a')
  assert.deepEqual([await df.collect(), await spark.sql('SELECT v.a FROM V').collect()], [[{ a: 1 }], [{ a: 2 }]])
  assert.equal(errorOf('CREATE TEMP VIEW v AS SELECT 3').condition, 'TEMP_TABLE_OR_VIEW_ALREADY_EXISTS')
  assert.deepEqual(spark.catalog.listColumns('v'), [{ name: 'a', description: null, dataType: 'int', nullable: false, isPartition: false, isBucket: false, isCluster: false }])
  spark.sql('DROP VIEW v')
  assert.equal(spark.catalog.tableExists('v'), false)
  assert.equal(errorOf('DROP VIEW v').condition, 'TABLE_OR_VIEW_NOT_FOUND')
  assert.deepEqual(await spark.sql('DROP VIEW IF EXISTS v;').collect(), [])
})

test('a view of a stream is read as a stream, and grouped by SQL', async () => {
  const source = new MemoryStream(spark, 'k STRING, n INT, ts TIMESTAMP')
  source.toDF().withWatermark('ts', '0 seconds').createOrReplaceTempView('clicks')
  const counts = spark.sql("SELECT k, window.start AS w, sum(n) AS total FROM clicks WHERE n > 0 GROUP BY k, window(ts, '1 minute') HAVING sum(n) > 1")
  assert.equal(counts.isStreaming, true)
  const query = await counts.writeStream.format('memory').queryName('counted').outputMode('complete').start()
  source.addData({ k: 'a', n: 1, ts: new Date(1000) }, { k: 'a', n: 2, ts: new Date(2000) }, { k: 'b', n: 1, ts: new Date(3000) }, { k: 'b', n: -5, ts: new Date(3000) })
  await query.processAllAvailable()
  assert.deepEqual(await spark.sql('SELECT k, total FROM counted').collect(), [{ k: 'a', total: 3 }])
  source.addData({ k: 'b', n: 7, ts: new Date(4000) })
  await query.processAllAvailable()
  assert.deepEqual(await spark.sql('SELECT k, total FROM counted ORDER BY k').collect(), [{ k: 'a', total: 3 }, { k: 'b', total: 8 }])
  assert.match(query.explain === undefined ? '' : query.lastProgress!.id, /^[0-9a-f-]{36}$/)
  await query.stop()
})

test('what is no query is refused by its name, with what to do instead', () => {
  for (const [sql, name] of [['INSERT INTO delta.`/tmp/t` VALUES (1)', 'SQL'], ['TRUNCATE TABLE t', 'TRUNCATE'], ['CREATE TABLE t (a INT)', 'CREATE TABLE'], ['SHOW PARTITIONS t', 'SHOW'], ['SET TIME ZONE UTC', 'SET'], ['EXPLAIN SELECT 1', 'EXPLAIN'], ['DROP DATABASE t', 'DROP DATABASE'], ['CREATE VIEW v AS SELECT 1', 'CREATE VIEW']] as const) {
    const e = errorOf(sql)
    assert.equal(e.condition, 'MICROLOTE_NOT_SUPPORTED', sql)
    assert.ok(e.message.includes(name), e.message)
  }
})

test('a syntax error says where it is and what would fit', () => {
  const e = errorOf('SELECT a FROM v WHERE (b = 1')
  assert.equal(e.condition, 'PARSE_SYNTAX_ERROR')
  assert.match(e.message, /position 28/)
  for (const [sql, says] of [['SELECT * FROM t a NATURAL b', /JOIN is expected behind NATURAL/], ['SELECT * FROM t TABLESAMPLE (5 ROWS) REPEATABLE (x)', /REPEATABLE takes a whole number/], ['SELECT * FROM t PIVOT (sum(v) IN (1))', /FOR is expected here/]] as const) assert.match(errorOf(sql).message, says)
  assert.match(errorOf('SELECT FROM t').message, /at least one column/)
  assert.equal(errorOf(' ').condition, 'PARSE_EMPTY_STATEMENT')
})

test('ten thousand parentheses or a text cut anywhere are errors, not the end of the process', () => {
  assert.ok(errorOf(`SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`) instanceof SparkError)
  assert.ok(errorOf(`${'SELECT * FROM ('.repeat(2000)}SELECT 1${')'.repeat(2000)}`) instanceof SparkError)
  const sql = "WITH a AS (SELECT k, count(*) AS n FROM VALUES ('x', 1), ('y', 2) AS t(k, v) GROUP BY ROLLUP(k) HAVING n > 0 ORDER BY 1 LIMIT 5) SELECT * FROM a LEFT JOIN a AS b USING (k) WHERE a.n IN (1, 2) UNION ALL SELECT 'z', 1, NULL"
  for (let i = 1; i < sql.length; i++) {
    try { spark.sql(sql.slice(0, i)) } catch (e) { assert.ok(e instanceof SparkError && e.condition !== 'INTERNAL_ERROR', `${sql.slice(0, i)}: ${String(e)}`) }
  }
})

test('explain prints every stage of a plan, for batches and for streams', () => {
  const plans = (df: { explain(extended?: boolean): void }, extended: boolean): string => {
    const log = console.log, lines: string[] = []
    console.log = (s: string) => { lines.push(s) }
    try { df.explain(extended) } finally { console.log = log }
    return lines.join('\n')
  }
  const df = spark.sql('SELECT k, count(*) AS n FROM VALUES (1), (2) AS t(k) WHERE k > 1 GROUP BY k')
  assert.match(plans(df, false), /^== Physical Plan ==\n/)
  const all = plans(df, true)
  for (const stage of ['Parsed Logical Plan', 'Analyzed Logical Plan', 'Optimized Logical Plan', 'Physical Plan']) assert.ok(all.includes(`== ${stage} ==`), stage)
  assert.match(all, /select-aggregate k, count\(1\) AS n by k/)
  assert.match(all, /filter \(?k > 1\)?/)
  const stream = new MemoryStream(spark, 'k STRING').toDF().groupBy('k').count()
  assert.match(plans(stream, true), /stream-read memory/)
})

test('a clause without what belongs to it is an error, where Spark reads its word as a name', () => {
  // Spark takes SELECT 1 FROM for a column named FROM. Here the slip is told.
  for (const sql of ['SELECT 1 FROM', 'SELECT FROM t', 'SELECT 1 AS a WHERE']) assert.equal(errorOf(sql).condition, 'PARSE_SYNTAX_ERROR', sql)
})
