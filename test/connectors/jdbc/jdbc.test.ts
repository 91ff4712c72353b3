/** The format jdbc on a real PostgreSQL: Spark's types both ways, ranges, modes, and what goes wrong. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { SparkError, type DataFrame, type DataFrameReader } from '../../../engine/index.ts'
import { LocalBackend, SparkSession } from '../../../engine/testing.ts'
import { startPostgres, type Server } from '../../../fixtures/index.ts'

const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'America/Bogota' } }))
let server: Server, client: pg.Client
before(async () => {
  server = await startPostgres()
  client = new pg.Client({ connectionString: server.url })
  await client.connect()
})
after(async () => {
  await client?.end()
  await server?.stop()
})

const reader = (): DataFrameReader => spark.read.format('jdbc').option('url', `jdbc:${server.url}`)
const table = (name: string): DataFrame => reader().option('dbtable', name).load()
const write = (df: DataFrame, name: string, mode: string, options: Record<string, string> = {}): Promise<void> => df.write.format('jdbc').mode(mode as 'append').options({ url: `jdbc:${server.url}`, dbtable: name, ...options }).save()
const rows = async (sql: string): Promise<unknown[]> => (await client.query({ text: sql, rowMode: 'array' })).rows
const fails = async (run: () => unknown, condition: string, words: RegExp): Promise<void> => {
  const error = await (async () => run())().then(() => assert.fail(`expected ${condition}`), (e: unknown) => e)
  assert.ok(error instanceof SparkError, error instanceof Error ? error.stack : String(error))
  assert.equal(error.condition, condition, error.message)
  assert.match(error.message, words)
}

test('Spark\'s types of PostgreSQL\'s columns, and exact values', async () => {
  await client.query(`CREATE TYPE color AS ENUM ('rojo'); CREATE TABLE kinds (b boolean, s smallint, i int, l bigint, f real, d float8, n numeric(38,9), p numeric, t text, v varchar(9), c char(3), y bytea, day date, at timestamptz, local timestamp, j jsonb, u uuid, e color, a int[], w text[]);
    INSERT INTO kinds VALUES (true, -32768, 2147483647, 9223372036854775807, 1.5, 'NaN', 12345678901234567890123456789.123456789, 1.25, E'ñ\\t\\\\', 'v', 'c', '\\x00ff', '2024-02-29', '2024-01-01 00:00:00.123456+00', '2024-01-01 00:00:00.5', '{"a": 1}', '00000000-0000-0000-0000-000000000001', 'rojo', '{1,NULL,3}', '{"a,b",NULL,"NULL","q\\"\\\\",""}');
    INSERT INTO kinds DEFAULT VALUES`)
  const df = table('kinds')
  assert.equal(df.schema.simpleString(), 'struct<b:boolean,s:smallint,i:int,l:bigint,f:float,d:double,n:decimal(38,9),p:decimal(38,18),t:string,v:string,c:string,y:binary,day:date,at:timestamp,local:timestamp,j:string,u:string,e:string,a:array<int>,w:array<string>>')
  const [full, empty] = await df.orderBy(df.col('l').desc()).collect()
  assert.deepEqual(Object.values(empty!), Array(20).fill(null))
  assert.deepEqual([full!['b'], full!['s'], full!['i'], full!['l'], full!['f'], full!['t'], full!['c'], full!['j'], full!['e']], [true, -32768, 2147483647, 9223372036854775807n, 1.5, 'ñ\t\\', 'c  ', '{"a": 1}', 'rojo'])
  assert.ok(Number.isNaN(full!['d']))
  assert.deepEqual([String(full!['n']), String(full!['p'])], ['12345678901234567890123456789.123456789', '1.250000000000000000'])
  assert.deepEqual([[...full!['y'] as Uint8Array], full!['a'], full!['w']], [[0, 255], [1, null, 3], ['a,b', null, 'NULL', 'q"\\', '']])
  // A timestamp without a zone is a moment of the session's.
  assert.deepEqual([full!['at'].epochMicros, full!['local'].epochMicros], [1_704_067_200_123_456n, 1_704_085_200_500_000n])
  assert.equal(reader().options({ dbtable: 'kinds', preferTimestampNTZ: 'true', customSchema: 'i STRING' }).load().select('local', 'at', 'i').schema.simpleString(), 'struct<local:timestamp_ntz,at:timestamp,i:string>')
})

test('a query, columns and conditions pushed down, and ranges of which each row is in one', async () => {
  await client.query('CREATE TABLE numbers AS SELECT i AS id, i % 7 AS k, \'t\' || i AS t, date \'2024-01-01\' + i AS day FROM generate_series(1, 25000) i; INSERT INTO numbers VALUES (NULL, 0, NULL, NULL), (-5, 1, \'x\', NULL)')
  assert.deepEqual(await reader().option('query', 'SELECT k, count(*) AS n FROM numbers WHERE id > 0 GROUP BY k ORDER BY k LIMIT 2;').load().collect(), [{ k: 0, n: 3571 }, { k: 1, n: 3572 }])
  assert.equal(await table('numbers').filter('id >= 24990 AND t IN (\'t24991\', \'t24999\')').count(), 2)
  for (const [column, lower, upper] of [['id', '1', '20000'], ['day', '2024-01-01', '2050-01-01']] as const) {
    const df = reader().options({ dbtable: 'numbers', partitionColumn: column, lowerBound: lower, upperBound: upper, numPartitions: '7', fetchsize: '1000' }).load()
    assert.equal(await df.count(), 25_002)
    assert.equal(await df.select('id').distinct().count(), 25_002)
  }
  const ranged = (o: Record<string, string>) => reader().options({ dbtable: 'numbers', ...o }).load()
  await fails(() => ranged({ partitionColumn: 'id' }), 'MICROLOTE_OPTION_MISSING', /lowerBound/)
  await fails(() => ranged({ partitionColumn: 'nada', lowerBound: '1', upperBound: '9', numPartitions: '3' }).count(), 'MICROLOTE_OPTION_INVALID', /id, k, t, day/)
  await fails(() => ranged({ partitionColumn: 'id', lowerBound: 'uno', upperBound: '9', numPartitions: '3' }).count(), 'MICROLOTE_OPTION_INVALID', /whole number/)
})

test('what is written comes back; the four modes', async () => {
  const df = spark.createDataFrame([
    [1, 'ñ\t"\\N\n\r', '12.50', new Date(1_700_000_000_123), new Date(1_709_164_800_000), Uint8Array.of(0, 92, 255), ['a"', null, '{,}'], 0.1, true],
    [2, null, null, null, null, null, null, null, null],
  ], 'id BIGINT, "Nombre" STRING, precio DECIMAL(10,2), at TIMESTAMP, dia DATE, b BINARY, tags ARRAY<STRING>, d DOUBLE, ok BOOLEAN'.replaceAll('"', '`'))
  await write(df, 'salida', 'error')
  assert.deepEqual(await table('salida').orderBy('id').collect(), await df.collect())
  assert.deepEqual(await rows('SELECT column_name, data_type FROM information_schema.columns WHERE table_name = \'salida\' ORDER BY ordinal_position'), [['id', 'bigint'], ['Nombre', 'text'], ['precio', 'numeric'], ['at', 'timestamp with time zone'], ['dia', 'date'], ['b', 'bytea'], ['tags', 'ARRAY'], ['d', 'double precision'], ['ok', 'boolean']])
  await fails(() => write(df, 'salida', 'error'), 'TABLE_OR_VIEW_ALREADY_EXISTS', /salida/)
  await write(df, 'salida', 'ignore')
  await write(df, 'salida', 'append')
  assert.deepEqual(await rows('SELECT count(*)::int FROM salida'), [[4]])
  await client.query('CREATE INDEX salida_id ON salida (id)')
  await write(df, 'salida', 'overwrite', { truncate: 'true' })
  assert.deepEqual(await rows('SELECT count(*)::int, (SELECT count(*)::int FROM pg_indexes WHERE tablename = \'salida\') FROM salida'), [[2, 1]])
  await write(df.select('id'), 'salida', 'overwrite', { createTableColumnTypes: 'id NUMERIC(12, 1)', createTableOptions: 'WITH (fillfactor = 70)' })
  assert.deepEqual(await rows('SELECT * FROM salida ORDER BY 1'), [['1.0'], ['2.0']])
  await fails(() => write(df, 'otra', 'append', { createTableColumnTypes: 'nada TEXT' }), 'MICROLOTE_OPTION_INVALID', /there is no column nada/)
})

test('the binary form of COPY brings what its text form brings, and is not used for columns of other types', async () => {
  const decimals = ['0', '-0.000000001', '1', '9999', '10000', '-10000.5', '12345678901234567890123456789.123456789', '0.0001', '120000000', '0.00012', null, '-7']
  const df = spark.createDataFrame(decimals.map((n, i) => [i, n, i]), 'id INT, n STRING, k INT').selectExpr(
    'id', 'CAST(n AS DECIMAL(38,9)) AS n', 'try_cast(n AS DECIMAL(12,2)) AS small', "CAST(CASE k WHEN 0 THEN '0001-01-01' WHEN 1 THEN '9999-12-31' WHEN 2 THEN '1969-12-31' ELSE '2024-02-29' END AS DATE) AS day",
    "CAST(CASE k WHEN 0 THEN '0001-01-02 00:00:00' WHEN 1 THEN '9999-12-31 23:59:59.999999' WHEN 2 THEN '1969-12-31 23:59:59.000001' ELSE '2024-02-29 01:02:03.456789' END AS TIMESTAMP) AS at",
    "CAST(CASE k WHEN 0 THEN '0001-01-01 00:00:00' ELSE '2024-02-29 01:02:03.456789' END AS TIMESTAMP_NTZ) AS local", "CASE k WHEN 3 THEN NULL ELSE concat('ñ😀\t', n) END AS t", 'k > 3 AS ok',
    'CAST(k - 5 AS BIGINT) * 1000000000000000000 AS l', 'CAST(-k AS SMALLINT) AS s', 'CAST(k / 7 AS FLOAT) AS f', "CASE k WHEN 1 THEN CAST('NaN' AS DOUBLE) WHEN 2 THEN CAST('-Infinity' AS DOUBLE) ELSE k / 7 END AS d", 'encode(n, \'utf-8\') AS b')
  await write(df, 'en_binario', 'error')
  await write(df.selectExpr('*', 'array(1) AS list'), 'en_texto', 'error')
  assert.equal(await table('en_binario').count(), decimals.length)
  assert.deepEqual(await rows('(SELECT * FROM en_binario EXCEPT SELECT id, n, small, day, at, local, t, ok, l, s, f, d, b FROM en_texto)'), [])
  for (const [i, far] of ['timestamp_micros(-9223372036854775807L - 1L)', 'date_from_unix_date(2147483647)', 'date_from_unix_date(-2147483647 - 1)'].entries()) {
    await fails(() => write(df.limit(1).selectExpr(`${far} AS v`), `fuera_${i}`, 'append'), 'MICROLOTE_POSTGRES_VALUE', /out of range/)
  }
  await client.query('CREATE TABLE ajena (u uuid, j jsonb, i int, n numeric, v varchar(3))')
  await write(spark.sql("SELECT '00000000-0000-0000-0000-000000000001' AS u, '{\"a\":1}' AS j, 7L AS i, 0.1D / 3 AS n, 'abc' AS v"), 'ajena', 'append')
  assert.deepEqual(await rows('SELECT u::text, j::text, i, n::float8 = 0.1::float8 / 3, v FROM ajena'), [['00000000-0000-0000-0000-000000000001', '{"a": 1}', 7, true, 'abc']])
  await fails(() => write(spark.sql("SELECT 'abcd' AS v"), 'ajena', 'append'), 'MICROLOTE_POSTGRES_VALUE', /too long/)
})

test('a failure says what is wrong and leaves the table as it was', async () => {
  await client.query('CREATE TABLE small (id smallint PRIMARY KEY, t varchar(3) NOT NULL); INSERT INTO small VALUES (1, \'a\')')
  const of = (...r: [number, string | null][]): DataFrame => spark.createDataFrame(r, 'id BIGINT, t STRING')
  await fails(() => write(of([2, 'b'], [70_000, 'c']), 'small', 'append'), 'MICROLOTE_POSTGRES_VALUE', /70000.*out of range.*column id/s)
  await fails(() => write(of([2, 'demasiado']), 'small', 'append'), 'MICROLOTE_POSTGRES_VALUE', /character varying\(3\)/)
  await fails(() => write(of([2, null]), 'small', 'overwrite', { truncate: 'true' }), 'MICROLOTE_POSTGRES_VALUE', /not-null/)
  await fails(() => write(of([1, 'b']), 'small', 'append'), 'MICROLOTE_POSTGRES_VALUE', /duplicate key/)
  await fails(() => write(of([2, 'b']).withColumnRenamed('t', 'otra'), 'small', 'append'), 'MICROLOTE_POSTGRES_FAILED', /otra/)
  assert.deepEqual(await rows('SELECT * FROM small'), [[1, 'a']])
  await client.query('CREATE TABLE wide AS SELECT 1e30::numeric AS n')
  await fails(() => table('wide').collect(), 'MICROLOTE_JDBC_VALUE', /customSchema/)
  await fails(() => table('nada'), 'MICROLOTE_POSTGRES_TABLE_MISSING', /"nada" does not exist/)
  await fails(() => reader().options({ dbtable: 'small', user: 'nadie', password: 'x' }).load().schema, 'MICROLOTE_POSTGRES_AUTHENTICATION', /nadie/)
  await fails(() => spark.read.format('jdbc').options({ url: 'jdbc:postgresql://127.0.0.1:1/b', dbtable: 't' }).load().schema, 'MICROLOTE_POSTGRES_UNREACHABLE', /127\.0\.0\.1:1\/b/)
  await fails(() => spark.read.format('jdbc').options({ url: 'jdbc:mysql://h/b?password=oculta', dbtable: 't' }).load().schema, 'MICROLOTE_OPTION_INVALID', /not mysql/)
  await fails(() => reader().options({ dbtable: 'a', query: 'b' }).load().schema, 'MICROLOTE_OPTIONS_EXCLUSIVE', /dbtable, query/)
  await fails(() => reader().options({ dbtable: 'small', fetchSise: '3' }).load().schema, 'MICROLOTE_OPTION_UNKNOWN', /fetchsize/)
  await fails(() => reader().schema('id INT').option('dbtable', 'small').load().schema, 'MICROLOTE_SCHEMA_FIXED', /jdbc/)
})
