/** Files through the public API: Parquet, CSV, JSON and text, partitions, modes, discovery, streams. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { LocalBackend, ManualClock, MemoryFiles, SparkSession } from '../../../engine/testing.ts'
import type { Row } from '../../../engine/index.ts'

function session(confs: Record<string, string> = {}): { spark: SparkSession; files: MemoryFiles; names(dir: string): Promise<string[]> } {
  const clock = new ManualClock(1_700_000_000_000), files = new MemoryFiles(() => clock.nowMs())
  const names = async (dir: string): Promise<string[]> => (await files.list(dir)).map(e => e.name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID')).sort()
  return { spark: new SparkSession(new LocalBackend({ files, clock, confs: { 'spark.sql.session.timeZone': 'UTC', ...confs } })), files, names }
}
const failed = async (p: () => unknown, condition: string): Promise<void> => {
  const e = await (async () => p())().then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
}
const plain = (rows: Row[]): unknown[] => rows.map(r => Object.values(r).map(v => (v === null ? null : typeof v === 'object' ? String(v) : v)))
const ddl = 'id BIGINT, name STRING, price DECIMAL(10,2), day DATE, at TIMESTAMP'
const data = [[1, 'uno', '1.50', '2026-01-01', '2026-01-01T10:00:00.123456Z'], [2, null, null, '2026-01-02', null], [3, 'tres', '-3.00', null, '2026-01-03T00:00:00Z']] as const

test('parquet is the format that nobody names: written, and read without a schema', async () => {
  const { spark, names } = session(), df = spark.createDataFrame(data.map(r => [...r]), ddl)
  await df.write.save('/t')
  assert.deepEqual(await names('/t'), ['_SUCCESS', 'part-00000-ID-c000.snappy.parquet'])
  const back = spark.read.load('/t')
  assert.deepEqual(back.dtypes, [['id', 'bigint'], ['name', 'string'], ['price', 'decimal(10,2)'], ['day', 'date'], ['at', 'timestamp']])
  assert.deepEqual(plain(await back.orderBy('id').collect()), plain(await df.collect()))
  assert.deepEqual(plain(await spark.read.parquet('/t').where('id > 1').select('name').orderBy('name').collect()), [[null], ['tres']])
  await failed(() => df.write.parquet('/t'), 'PATH_ALREADY_EXISTS')
  await df.write.mode('ignore').parquet('/t')
  await df.write.mode('append').option('compression', 'zstd').parquet('/t')
  assert.equal(await spark.read.parquet('/t').count(), 6)
  await df.limit(1).write.mode('overwrite').parquet('/t')
  assert.equal(await spark.read.parquet('/t').count(), 1)
  assert.deepEqual(await names('/t'), ['_SUCCESS', 'part-00000-ID-c000.snappy.parquet'])
  await failed(() => spark.read.parquet('/nothing'), 'PATH_NOT_FOUND')
  await failed(() => df.write.mode('replace').parquet('/t'), 'INVALID_SAVE_MODE')
})

test('partitionBy: Spark\'s directories, their types found again, pruned by a filter', async () => {
  const { spark, files, names } = session()
  const df = spark.createDataFrame([[1, 'a b', '2026-01-01'], [2, 'x/y:z=%', '2026-01-02'], [3, null, '2026-01-02'], [4, '', '2026-01-01']], 'id INT, k STRING, day DATE')
  await df.write.partitionBy('day', 'k').parquet('/p')
  assert.deepEqual(await names('/p'), ['_SUCCESS', 'day=2026-01-01', 'day=2026-01-02'])
  assert.deepEqual(await names('/p/day=2026-01-02'), ['k=__HIVE_DEFAULT_PARTITION__', 'k=x%2Fy%3Az%3D%25'])
  assert.deepEqual(await names('/p/day=2026-01-01/k=a b'), ['part-00000-ID.c000.snappy.parquet'])
  const back = spark.read.parquet('/p')
  assert.deepEqual(back.dtypes, [['id', 'int'], ['day', 'date'], ['k', 'string']])
  assert.deepEqual(plain(await back.orderBy('id').collect()), [[1, '2026-01-01', 'a b'], [2, '2026-01-02', 'x/y:z=%'], [3, '2026-01-02', null], [4, '2026-01-01', null]])
  assert.deepEqual(plain(await back.where("k = 'a b'").select('id').collect()), [[1]])
  assert.deepEqual(spark.read.parquet('/p/day=2026-01-01').dtypes, [['id', 'int'], ['k', 'string']])
  assert.deepEqual(spark.read.option('basePath', '/p').parquet('/p/day=2026-01-01').dtypes.map(d => d[0]), ['id', 'day', 'k'])
  assert.deepEqual(spark.read.schema('k STRING, id INT, day STRING').parquet('/p').dtypes, [['id', 'int'], ['day', 'string'], ['k', 'string']])
  // Only the partitions that are written are replaced when asked for.
  const more = spark.createDataFrame([[9, 'a b', '2026-01-01']], 'id INT, k STRING, day DATE')
  await more.write.mode('overwrite').option('partitionOverwriteMode', 'dynamic').partitionBy('day', 'k').parquet('/p')
  assert.deepEqual((await spark.read.parquet('/p').orderBy('id').collect()).map(r => r['id']), [2, 3, 4, 9])
  await more.write.mode('overwrite').partitionBy('day', 'k').parquet('/p')
  assert.deepEqual((await spark.read.parquet('/p').collect()).map(r => r['id']), [9])
  await failed(() => df.write.partitionBy('nope').parquet('/q'), 'MICROLOTE_PARTITION_COLUMN_MISSING')
  await failed(() => df.write.partitionBy('id', 'k', 'day').parquet('/q'), 'ALL_PARTITION_COLUMNS_NOT_ALLOWED')
  await files.writeAtomic('/c/a=1/x.json', new TextEncoder().encode('{"v":1}\n'), { overwrite: true })
  await files.writeAtomic('/c/b=2/x.json', new TextEncoder().encode('{"v":1}\n'), { overwrite: true })
  await failed(() => spark.read.json('/c'), 'CONFLICTING_PARTITION_COLUMN_NAMES')
})

test('types that the texts of directories suggest', async () => {
  const { spark, files } = session()
  const of = async (values: string[]): Promise<string> => {
    await files.delete('/v', true)
    for (const v of values) await files.writeAtomic(`/v/k=${v}/x.json`, new TextEncoder().encode('{"v":1}\n'), { overwrite: true })
    return spark.read.json('/v').dtypes[1]![1]
  }
  assert.deepEqual([await of(['1', '02']), await of(['1', '3000000000']), await of(['1', '2.5']), await of(['2026-01-01']), await of(['2026-01-01 10%3A00%3A00']), await of(['1', 'x']), await of(['__HIVE_DEFAULT_PARTITION__']), await of(['true'])],
    ['int', 'bigint', 'double', 'date', 'timestamp', 'string', 'string', 'string'])
})

test('schemas of Parquet files are merged when asked for', async () => {
  const { spark } = session()
  await spark.createDataFrame([[1]], 'a INT').write.parquet('/m/k=1')
  await spark.createDataFrame([['x']], 'b STRING').write.parquet('/m/k=2')
  assert.deepEqual(spark.read.option('mergeSchema', true).parquet('/m').columns, ['a', 'b', 'k'])
  assert.deepEqual(plain(await spark.read.option('mergeSchema', true).parquet('/m').orderBy('k').collect()), [[1, null, 1], [null, 'x', 2]])
  await spark.createDataFrame([['x']], 'a STRING').write.parquet('/m/k=3')
  await failed(() => spark.read.option('mergeSchema', true).parquet('/m'), 'CANNOT_MERGE_SCHEMAS')
})

test('CSV: header, types, separators, quotes, modes', async () => {
  const { spark, files } = session()
  const put = (text: string, path = '/c/a.csv'): Promise<boolean> => files.writeAtomic(path, new TextEncoder().encode(text), { overwrite: true })
  await put('id,name,v,at\n1,"Pérez, \\"Ana\\"",2.5,2026-01-01 10:00:00\n2,,,\n\n3,"with \\"escape\\"",-1,2026-01-02 00:00:00\n')
  assert.deepEqual(spark.read.csv('/c').columns, ['_c0', '_c1', '_c2', '_c3'])
  const typed = spark.read.option('header', true).option('inferSchema', true).csv('/c')
  assert.deepEqual(typed.dtypes, [['id', 'int'], ['name', 'string'], ['v', 'double'], ['at', 'timestamp']])
  assert.deepEqual((await typed.collect()).map(r => [r['id'], r['v'], r['name']]), [[1, 2.5, 'Pérez, "Ana"'], [2, null, null], [3, -1, 'with "escape"']])
  await put('1;x;2026/03/01\nbad;y;z\n3;w\n4;v;2026/03/04;more\n')
  const semi = (): ReturnType<typeof spark.read.schema> => spark.read.schema('id INT, t STRING, d DATE, _corrupt_record STRING').option('sep', ';').option('dateFormat', 'yyyy/MM/dd')
  assert.deepEqual(plain(await semi().csv('/c').collect()), [[1, 'x', '2026-03-01', null], [null, 'y', null, 'bad;y;z'], [3, 'w', null, '3;w'], [4, 'v', '2026-03-04', '4;v;2026/03/04;more']])
  assert.deepEqual(plain(await semi().option('mode', 'DROPMALFORMED').csv('/c').select('id').collect()), [[1]])
  await failed(() => semi().option('mode', 'FAILFAST').csv('/c').collect(), 'FAILED_READ_FILE.NO_HINT')
  await failed(() => spark.read.option('sepp', ';').csv('/c'), 'MICROLOTE_OPTION_UNKNOWN')
  await spark.createDataFrame([[1, 'a,b', null, 1.5, true], [2, 'say "hi"', '', NaN, null]], 'i INT, s STRING, n STRING, d DOUBLE, b BOOLEAN').write.option('header', true).csv('/w')
  const part = (await files.list('/w')).find(f => f.name.startsWith('part'))!
  assert.equal(await files.readText(`/w/${part.name}`), 'i,s,n,d,b\n1,"a,b",,1.5,true\n2,"say \\"hi\\"","",NaN,\n')
  await put('multi,"two\nlines"\n', '/ml/a.csv')
  assert.deepEqual(plain(await spark.read.option('multiLine', true).csv('/ml').collect()), [['multi', 'two\nlines']])
  await failed(() => spark.range(1).selectExpr('array(id) AS a').write.csv('/w2'), 'UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE')
})

test('text and JSON, partitioned and packed', async () => {
  const { spark, names } = session()
  const df = spark.createDataFrame([['a', 1], ['b', 2]], 'value STRING, p INT')
  await df.write.partitionBy('p').option('compression', 'gzip').text('/x')
  assert.deepEqual(await names('/x/p=1'), ['part-00000-ID.c000.txt.gz'])
  assert.deepEqual(plain(await spark.read.text('/x').orderBy('p').collect()), [['a', 1], ['b', 2]])
  await df.write.partitionBy('p').json('/j')
  assert.deepEqual(plain(await spark.read.json('/j').orderBy('p').collect()), [['a', 1], ['b', 2]])
})

test('a stream writes partitions of Parquet once, another reads them', async () => {
  const { spark, files, names } = session()
  await spark.createDataFrame([[1, 'a'], [2, 'b']], 'id INT, k STRING').write.parquet('/in')
  const run = async (): Promise<void> => {
    const q = await spark.readStream.schema('id INT, k STRING').parquet('/in').writeStream.format('parquet').partitionBy('k').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start('/out')
    await q.awaitTermination()
  }
  await run()
  assert.deepEqual(await names('/out'), ['_spark_metadata', 'k=a', 'k=b'])
  // The batch again, after a crash before it was committed: nothing is doubled.
  await files.delete('/ckpt/commits/0')
  await run()
  assert.deepEqual(plain(await spark.read.parquet('/out').orderBy('id').collect()), [[1, 'a'], [2, 'b']])
  await files.writeAtomic('/out/k=a/half-written.parquet', new TextEncoder().encode('PAR1 and no more'), { overwrite: true })
  assert.equal(await spark.read.parquet('/out').count(), 2, 'what the log does not name is not there')
  const q = await spark.readStream.schema('id INT, k STRING').parquet('/out').writeStream.format('memory').queryName('seen').trigger({ availableNow: true }).start()
  await q.awaitTermination()
  assert.deepEqual(plain(await spark.table('seen').orderBy('id').collect()), [[1, 'a'], [2, 'b']])
  await failed(() => spark.readStream.schema('id INT').parquet('/in').writeStream.format('memory').queryName('x').partitionBy('id').start(), 'MICROLOTE_INVALID_ARGUMENT')
})

test('half-written and vanished files: told by name, or left out when asked', async () => {
  const { spark, files } = session()
  await spark.range(3).write.parquet('/h')
  await files.writeAtomic('/h/cut.parquet', (await files.read(`/h/${(await files.list('/h')).find(f => f.name.startsWith('part'))!.name}`)).slice(0, 40), { overwrite: true })
  await failed(() => spark.read.schema('id BIGINT').parquet('/h').collect(), 'FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER')
  assert.equal(await spark.read.schema('id BIGINT').option('ignoreCorruptFiles', true).parquet('/h').count(), 3)
  await failed(() => spark.read.schema('id STRING').option('ignoreCorruptFiles', true).parquet('/h').collect(), 'FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH')
})
