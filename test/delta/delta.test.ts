/** Delta tables: what others wrote is read, what we write keeps the protocol; schemas, versions, conflicts, merges, streams, damage. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { DeltaTable, type DataFrame, type Row } from '../../engine/index.ts'
import { FaultyFiles, faultAt, type FaultPlan } from '../../engine/storage/faulty-files.ts'
import { executionError } from '../../engine/errors/spark-error.ts'
import type { Files } from '../../engine/storage/files.ts'
import { LocalBackend, ManualClock, MemoryFiles, SparkSession } from '../../engine/testing.ts'

interface Place { readonly spark: SparkSession; readonly files: MemoryFiles; readonly clock: ManualClock; with(files: Files): SparkSession }
function place(): Place {
  const clock = new ManualClock(1_700_000_000_000), files = new MemoryFiles(() => clock.nowMs())
  const over = (f: Files): SparkSession => new SparkSession(new LocalBackend({ files: f, clock, confs: { 'spark.sql.session.timeZone': 'UTC' } }))
  return { spark: over(files), files, clock, with: over }
}
const failed = async (p: () => unknown, condition: string): Promise<SparkError> => {
  const e = await (async () => p())().then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
  return e
}
const plain = (rows: Row[]): unknown[][] => rows.map(r => Object.values(r).map(v => (v === null ? null : typeof v === 'object' ? String(v) : v)))
const read = async (spark: SparkSession, path = '/t', options: Record<string, string | number> = {}): Promise<unknown[][]> => plain(await spark.read.format('delta').options(options).load(path).orderBy('id').collect())
const rows = (spark: SparkSession, data: unknown[][], ddl = 'id BIGINT, v STRING'): DataFrame => spark.createDataFrame(data as never, ddl)
const log = async (files: Files, version: number, path = '/t'): Promise<Record<string, any>[]> => (await files.readText(`${path}/_delta_log/${String(version).padStart(20, '0')}.json`)).trim().split('\n').map(l => JSON.parse(l) as Record<string, any>)

for (const writer of ['spark', 'deltalake']) {
  test(`a table of ${writer}: read as its writer reads it, then changed by us`, async () => {
    const from = fileURLToPath(new URL(`../../fixtures/delta/${writer}/`, import.meta.url)), p = place()
    const expected = JSON.parse(readFileSync(`${from}partitioned.json`, 'utf8')) as Row[]
    const local = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC' } }))
    const found = local.read.format('delta').load(`${from}partitioned`)
    const sorted = (r: unknown): unknown => JSON.parse(JSON.stringify(r))
    assert.deepEqual(sorted(await found.orderBy('id').collect()), sorted(expected))
    assert.equal(await found.where("k = 'x/y:z' AND day = '2026-01-01'").count(), expected.filter(r => r['k'] === 'x/y:z' && r['day'] === '2026-01-01').length)
    assert.equal(await found.where('id >= 50').count(), expected.filter(r => r['id'] >= 50).length)
    // The same table in memory, so that it can be changed.
    await copy(local.backend as LocalBackend, `${from}partitioned`, p.files, '/t')
    const t = DeltaTable.forPath(p.spark, '/t')
    const updates = p.spark.read.format('delta').load('/t').where('id >= 60').selectExpr('id', 'k', 'price', 'at', 'day', 'v + 100 AS v', 'st', 'tags')
    await t.as('t').merge(updates.alias('s'), 's.id = t.id').whenMatchedUpdateAll().execute()
    assert.equal(await t.delete('id = 10'), 1)
    assert.deepEqual((await t.toDF().orderBy('id').collect()).map(r => [r['id'], r['v']]), expected.filter(r => r['id'] !== 10).map(r => [r['id'], r['id'] >= 60 ? r['v'] + 100 : r['v']]))
  })
}

async function copy(backend: LocalBackend, from: string, files: MemoryFiles, to: string): Promise<void> {
  for (const e of await backend.files.list(from)) {
    if (e.isDirectory) await copy(backend, `${from}/${e.name}`, files, `${to}/${e.name}`)
    else await files.writeAtomic(`${to}/${e.name}`, await backend.files.read(`${from}/${e.name}`), { overwrite: true })
  }
}

test('a protocol feature that is not known is refused by its name', async () => {
  const dv = fileURLToPath(new URL('../../fixtures/delta/spark/deletion-vectors', import.meta.url))
  const local = new SparkSession(new LocalBackend({}))
  assert.match((await failed(() => local.read.format('delta').load(dv), 'DELTA_UNSUPPORTED_FEATURES_FOR_READ')).message, /deletionVectors/)
  const { spark, files } = place()
  await rows(spark, [[1, 'a']]).write.format('delta').save('/t')
  const put = (version: number, action: unknown): Promise<boolean> => files.writeAtomic(`/t/_delta_log/${String(version).padStart(20, '0')}.json`, new TextEncoder().encode(`${JSON.stringify(action)}\n`), { overwrite: true })
  await put(1, { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['clustering'] } })
  assert.equal(await spark.read.format('delta').load('/t').count(), 1)
  assert.match((await failed(() => rows(spark, [[2, 'b']]).write.format('delta').mode('append').save('/t'), 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE')).message, /clustering/)
  await put(1, { metaData: { ...(await log(files, 0))[2]!['metaData'], configuration: { 'delta.constraints.c': 'id > 0' } } })
  assert.match((await failed(() => rows(spark, [[2, 'b']]).write.format('delta').mode('append').save('/t'), 'DELTA_UNSUPPORTED_FEATURES_FOR_WRITE')).message, /checkConstraints/)
})

test('what a commit says: protocol, metadata, statistics; modes; time travel; history', async () => {
  const { spark, files, clock } = place()
  const df = spark.createDataFrame([[1, 'a', '1.50', '2026-01-01', '2026-01-01T10:00:00.123Z', 0.5], [2, null, '-3.25', '2026-01-02', null, NaN]], 'id BIGINT, k STRING, d DECIMAL(10,2), day DATE, at TIMESTAMP, x DOUBLE')
  await df.write.format('delta').save('/t')
  const [info, protocol, meta, add] = await log(files, 0)
  assert.equal(info!['commitInfo'].operation, 'CREATE TABLE AS SELECT')
  assert.deepEqual(protocol, { protocol: { minReaderVersion: 1, minWriterVersion: 2 } })
  assert.equal(JSON.parse(meta!['metaData'].schemaString).fields[2].type, 'decimal(10,2)')
  assert.equal(meta!['metaData'].createdTime, 1_700_000_000_000)
  assert.equal(add!['add'].stats, '{"numRecords":2,"minValues":{"id":1,"k":"a","d":-3.25,"day":"2026-01-01","at":"2026-01-01T10:00:00.123Z"},"maxValues":{"id":2,"k":"a","d":1.50,"day":"2026-01-02","at":"2026-01-01T10:00:00.123Z"},"nullCount":{"id":0,"k":1,"d":0,"day":0,"at":1,"x":0}}')
  await failed(() => df.write.format('delta').save('/t'), 'DELTA_PATH_EXISTS')
  clock.advance(60_000)
  await df.write.format('delta').mode('append').option('userMetadata', 'second').save('/t')
  clock.advance(60_000)
  await df.limit(1).write.format('delta').mode('overwrite').save('/t')
  const count = async (options: Record<string, string | number>): Promise<number> => (await read(spark, '/t', options)).length
  assert.deepEqual([await count({}), await count({ versionAsOf: 1 }), await count({ versionAsOf: 0 }), await count({ timestampAsOf: '2023-11-14 22:14:20' }), await count({ timestampAsOf: '2023-11-14 22:14:19' })], [1, 4, 2, 4, 2])
  await failed(() => count({ versionAsOf: 9 }), 'DELTA_VERSION_NOT_FOUND')
  await failed(() => count({ timestampAsOf: '2030-01-01' }), 'DELTA_TIMESTAMP_GREATER_THAN_COMMIT')
  await failed(() => count({ timestampAsOf: '2000-01-01' }), 'DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION')
  await failed(() => count({ versionAsOf: 0, timestampAsOf: '2030-01-01' }), 'DELTA_UNSUPPORTED_TIME_TRAVEL_MULTIPLE_FORMATS')
  const history = await (await DeltaTable.forPath(spark, '/t').history()).collect()
  assert.deepEqual(history.map(r => [r['version'], r['operation'], r['userMetadata']]), [[2, 'WRITE', null], [1, 'WRITE', 'second'], [0, 'CREATE TABLE AS SELECT', null]])
  await failed(() => spark.read.format('delta').load('/none'), 'DELTA_MISSING_DELTA_TABLE')
  await failed(() => DeltaTable.forPath(spark, '/none'), 'DELTA_MISSING_DELTA_TABLE')
  assert.deepEqual([await DeltaTable.isDeltaTable(spark, '/t'), await DeltaTable.isDeltaTable(spark, '/none')], [true, false])
})

test('schemas: enforced, grown, replaced; values that do not fit', async () => {
  const { spark } = place()
  const save = (data: unknown[][], ddl: string, options: Record<string, string> = {}, mode = 'append'): Promise<void> => rows(spark, data, ddl).write.format('delta').mode(mode).options(options).save('/t')
  await save([[1, 'a']], 'id BIGINT, v STRING')
  assert.match((await failed(() => save([[2, 'b', 1]], 'id BIGINT, v STRING, n INT'), 'DELTA_METADATA_MISMATCH')).message, /mergeSchema/)
  await failed(() => save([['x', 'b']], 'id STRING, v STRING'), 'DELTA_FAILED_TO_MERGE_FIELDS')
  await save([['b', 2]], 'V STRING, id INT')
  await save([[3]], 'id BIGINT')
  await save([[4, 'd', 7]], 'id BIGINT, v STRING, n INT', { mergeSchema: 'true' })
  assert.deepEqual(await read(spark), [[1, 'a', null], [2, 'b', null], [3, null, null], [4, 'd', 7]])
  await failed(() => save([[1]], 'id STRING', {}, 'overwrite'), 'MICROLOTE_INVALID_ARGUMENT')
  await failed(() => save([['1']], 'id STRING', {}, 'overwrite'), 'DELTA_FAILED_TO_MERGE_FIELDS')
  await save([['1']], 'id STRING', { overwriteSchema: 'true' }, 'overwrite')
  assert.deepEqual(await read(spark), [['1']])
  await failed(() => save([['1', '2']], 'id STRING, ID STRING', { overwriteSchema: 'true' }, 'overwrite'), 'DELTA_DUPLICATE_COLUMNS_FOUND')
  assert.deepEqual(await read(spark), [['1']], 'a write that is refused changes nothing')
})

test('partitions: kept, pruned, replaced by condition or dynamically', async () => {
  const { spark, files } = place()
  const ddl = 'id BIGINT, k STRING', save = (data: unknown[][], mode: string, options: Record<string, string> = {}): Promise<void> => rows(spark, data, ddl).write.format('delta').mode(mode).options(options).partitionBy('k').save('/t')
  await save([[1, 'a b'], [2, 'x/y:z'], [3, null], [4, '']], 'error')
  assert.deepEqual((await log(files, 0)).flatMap(a => (a['add'] === undefined ? [] : [[String(a['add'].path).replace(/part-.*/, ''), a['add'].partitionValues]])).sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    [['k=__HIVE_DEFAULT_PARTITION__/', { k: null }], ['k=a%20b/', { k: 'a b' }], ['k=x%252Fy%253Az/', { k: 'x/y:z' }]])
  assert.deepEqual(await read(spark), [[1, 'a b'], [2, 'x/y:z'], [3, null], [4, null]])
  assert.deepEqual(plain(await spark.read.format('delta').load('/t').where("k = 'a b'").collect()), [[1, 'a b']])
  await failed(() => rows(spark, [[5, 'q']], ddl).write.format('delta').mode('append').partitionBy('id').save('/t'), 'DELTA_METADATA_MISMATCH')
  await save([[10, 'a b'], [11, 'a b']], 'overwrite', { replaceWhere: "k = 'a b'" })
  assert.deepEqual(await read(spark), [[2, 'x/y:z'], [3, null], [4, null], [10, 'a b'], [11, 'a b']])
  await failed(() => save([[12, 'other']], 'overwrite', { replaceWhere: "k = 'a b'" }), 'DELTA_REPLACE_WHERE_MISMATCH')
  // By a column that is no partition: the rows that stay are written anew.
  await save([[99, 'new']], 'overwrite', { replaceWhere: 'id >= 11' })
  assert.deepEqual(await read(spark), [[2, 'x/y:z'], [3, null], [4, null], [10, 'a b'], [99, 'new']])
  await save([[100, 'new']], 'overwrite', { partitionOverwriteMode: 'dynamic' })
  assert.deepEqual((await read(spark)).map(r => r[0]), [2, 3, 4, 10, 100])
  await failed(() => rows(spark, [[1, 'a']], ddl).write.format('delta').partitionBy('nope').save('/u'), 'DELTA_PARTITION_COLUMN_NOT_FOUND')
})

test('files that cannot match are not read', async () => {
  const p = place(), reads: string[] = []
  for (const from of [0, 100, 200]) await p.spark.range(from, from + 100).write.format('delta').mode('append').save('/t')
  const spark = p.with(new FaultyFiles(p.files, (_n, step, path) => { if (step === 'read' && path.includes('part-')) reads.push(path); return 'none' }))
  assert.equal(await spark.read.format('delta').load('/t').where('id BETWEEN 150 AND 160').count(), 11)
  assert.equal(new Set(reads).size, 1)
})

test('a checkpoint every tenth version stands for all before it', async () => {
  const { spark, files } = place()
  for (let i = 0; i < 12; i++) await rows(spark, [[i, `v${i}`]]).write.format('delta').mode('append').option('txnAppId', 'app').option('txnVersion', i).save('/t')
  await DeltaTable.forPath(spark, '/t').delete('id = 0')
  for (let i = 20; i < 28; i++) await rows(spark, [[i, 'w']]).write.format('delta').mode('append').save('/t')
  assert.deepEqual((await files.list('/t/_delta_log')).map(e => e.name).filter(n => n.includes('checkpoint')).sort(), ['00000000000000000010.checkpoint.parquet', '00000000000000000020.checkpoint.parquet', '_last_checkpoint'])
  for (let i = 0; i < 20; i++) await files.delete(`/t/_delta_log/${String(i).padStart(20, '0')}.json`)
  assert.deepEqual((await read(spark)).map(r => r[0]), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20, 21, 22, 23, 24, 25, 26, 27])
  // The transaction is remembered too.
  await rows(spark, [[5, 'again']]).write.format('delta').mode('append').option('txnAppId', 'app').option('txnVersion', 11).save('/t')
  assert.equal((await read(spark)).length, 19)
  await failed(() => read(spark, '/t', { versionAsOf: 5 }), 'DELTA_VERSION_NOT_FOUND')
  await files.delete('/t/_delta_log/00000000000000000020.checkpoint.parquet')
  await files.writeAtomic('/t/_delta_log/00000000000000000022.json', new TextEncoder().encode('{"commitInfo":{}}\n'), { overwrite: true })
  await failed(() => read(spark), 'DELTA_VERSIONS_NOT_CONTIGUOUS')
})

test('foreachBatch with txnAppId and txnVersion writes a batch once', async () => {
  const { spark } = place()
  const save = (version: number, id: number): Promise<void> => rows(spark, [[id, 'x']]).write.format('delta').mode('append').option('txnAppId', 'q').option('txnVersion', version).save('/t')
  await save(0, 1)
  await save(0, 1)
  await save(1, 2)
  await save(0, 1)
  assert.deepEqual((await read(spark)).map(r => r[0]), [1, 2])
  await failed(() => rows(spark, [[1, 'x']]).write.format('delta').mode('append').option('txnAppId', 'q').save('/t'), 'MICROLOTE_OPTION_MISSING')
})

test('two writers: appends go both through, changes of the same rows do not', async () => {
  const p = place()
  await rows(p.spark, [[1, 'a'], [2, 'b']]).write.format('delta').save('/t')
  // The other writer commits just before our entry is written.
  const meanwhile = (other: () => Promise<unknown>): SparkSession => {
    let done = false
    const files = new FaultyFiles(p.files, () => 'none'), write = files.writeAtomic.bind(files)
    files.writeAtomic = async (path, bytes, options) => {
      if (!done && /_delta_log\/\d+\.json$/.test(path)) { done = true; await other() }
      return write(path, bytes, options)
    }
    return p.with(files)
  }
  await rows(meanwhile(() => rows(p.spark, [[3, 'c']]).write.format('delta').mode('append').save('/t')), [[4, 'd']]).write.format('delta').mode('append').save('/t')
  assert.deepEqual((await read(p.spark)).map(r => r[0]), [1, 2, 3, 4])
  const versions = async (): Promise<number> => (await DeltaTable.forPath(p.spark, '/t').history()).count()
  assert.equal(await versions(), 3)
  await failed(() => DeltaTable.forPath(meanwhile(() => DeltaTable.forPath(p.spark, '/t').delete('id = 1')), '/t').update({ condition: 'id = 1', set: { v: "'z'" } }), 'DELTA_CONCURRENT_DELETE_DELETE')
  await failed(() => DeltaTable.forPath(meanwhile(() => DeltaTable.forPath(p.spark, '/t').update({ condition: 'id = 2', set: { v: "'y'" } })), '/t').delete('id = 3'), 'DELTA_CONCURRENT_DELETE_READ')
  await failed(() => rows(meanwhile(() => rows(p.spark, [[5, 'e', 1]], 'id BIGINT, v STRING, n INT').write.format('delta').mode('append').option('mergeSchema', true).save('/t')), [[6, 'f']]).write.format('delta').mode('append').save('/t'), 'DELTA_METADATA_CHANGED')
  assert.deepEqual(await read(p.spark), [[2, 'y', null], [3, 'c', null], [4, 'd', null], [5, 'e', 1]])
  // What was refused leaves no data file behind.
  const named = new Set<string>()
  for (let v = 0; v < await versions(); v++) for (const a of await log(p.files, v)) if (a['add'] !== undefined) named.add(a['add'].path as string)
  assert.deepEqual((await p.files.list('/t')).filter(e => !e.isDirectory && !named.has(e.name)).map(e => e.name), [])
})

test('update and delete: with and without conditions, with NULLs', async () => {
  const { spark } = place()
  await rows(spark, [[1, 'a'], [2, null], [3, 'c']]).write.format('delta').save('/t')
  const t = DeltaTable.forPath(spark, '/t')
  assert.equal(await t.update({ condition: "v = 'a'", set: { v: "upper(v)", id: 'id + 10' } }), 1)
  assert.deepEqual(await read(spark), [[2, null], [3, 'c'], [11, 'A']])
  assert.equal(await t.delete('v IS NULL'), 1)
  assert.equal(await t.delete("v = 'nothing'"), 0)
  assert.equal(await t.update({ set: { v: "'all'" } }), 2)
  assert.deepEqual(await read(spark), [[3, 'all'], [11, 'all']])
  await failed(() => t.update({ set: { nope: '1' } }), 'DELTA_MERGE_UNRESOLVED_EXPRESSION')
  await failed(() => t.delete('nope = 1'), 'UNRESOLVED_COLUMN.WITH_SUGGESTION')
  assert.equal(await t.delete(), 2)
  assert.deepEqual(await read(spark), [])
})

test('merge: every clause, in order', async () => {
  const { spark } = place()
  await rows(spark, [[1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']]).write.format('delta').save('/t')
  const source = rows(spark, [[1, 'A'], [2, 'DEL'], [9, 'new'], [8, 'skip'], [3, null]]), t = DeltaTable.forPath(spark, '/t')
  const result = await t.as('t').merge(source.alias('s'), 't.id = s.id')
    .whenMatchedDelete("s.v = 'DEL'").whenMatchedUpdate({ condition: 's.v IS NOT NULL', set: { v: "concat(t.v, s.v)" } })
    .whenNotMatchedInsert({ condition: "s.v <> 'skip'", values: { id: 's.id', 't.v': "lower(s.v) || '!'" } })
    .whenNotMatchedBySourceUpdate({ condition: 't.id = 4', set: { v: "'gone'" } }).execute()
  assert.deepEqual(plain(await result.collect()), [[4, 2, 1, 1]])
  assert.deepEqual(await read(spark), [[1, 'aA'], [3, 'c'], [4, 'gone'], [9, 'new!']])
  await t.as('t').merge(rows(spark, [[1, 'x'], [50, 'y']]).alias('s'), 't.id = s.id').whenMatchedUpdateAll().whenNotMatchedInsertAll().whenNotMatchedBySourceDelete().execute()
  assert.deepEqual(await read(spark), [[1, 'x'], [50, 'y']])
  const twice = rows(spark, [[1, 'p'], [1, 'q']]).alias('s')
  await failed(() => t.as('t').merge(twice, 't.id = s.id').whenMatchedUpdateAll().execute(), 'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE')
  await t.as('t').merge(twice, 't.id = s.id').whenMatchedDelete().execute()
  assert.deepEqual(await read(spark), [[50, 'y']])
  await failed(() => t.as('t').merge(twice, 't.id = s.id').execute(), 'DELTA_MERGE_MISSING_WHEN')
  assert.throws(() => t.as('t').merge(twice, 't.id = s.id').whenMatchedUpdateAll().whenMatchedDelete(), (e: unknown) => e instanceof SparkError && e.condition === 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION')
  await t.as('t').merge(rows(spark, [[50, 'z', 5], [51, 'n', 6]], 'id BIGINT, v STRING, extra INT').alias('s'), 't.id = s.id').whenMatchedUpdateAll().whenNotMatchedInsertAll().withSchemaEvolution().execute()
  assert.deepEqual(await read(spark), [[50, 'z', 5], [51, 'n', 6]])
})

test('only the files with changed rows are written anew', async () => {
  const { spark, files } = place()
  for (const from of [0, 10, 20]) await spark.range(from, from + 10).selectExpr('id', "'v' AS v").write.format('delta').mode('append').save('/t')
  await DeltaTable.forPath(spark, '/t').as('t').merge(rows(spark, [[15, 'x']]).alias('s'), 't.id = s.id').whenMatchedUpdateAll().execute()
  const actions = await log(files, 3)
  assert.deepEqual([actions.filter(a => a['remove'] !== undefined).length, actions.filter(a => a['add'] !== undefined).length], [1, 1])
  assert.equal((await read(spark)).filter(r => r[1] === 'x').length, 1)
  assert.equal((await read(spark)).length, 30)
})

test('append-only tables; vacuum', async () => {
  const { spark, files, clock } = place()
  await rows(spark, [[1, 'a']]).write.format('delta').save('/t')
  await rows(spark, [[2, 'b']]).write.format('delta').mode('overwrite').save('/t')
  const t = DeltaTable.forPath(spark, '/t'), parts = async (): Promise<number> => (await files.list('/t')).filter(e => e.name.startsWith('part')).length
  assert.equal((await (await t.vacuum()).count()), 0)
  await failed(() => t.vacuum(1), 'DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT')
  clock.advance(8 * 86_400_000)
  assert.equal(await (await t.vacuum()).count(), 1)
  assert.equal(await parts(), 1)
  assert.deepEqual(await read(spark), [[2, 'b']])
  await failed(() => read(spark, '/t', { versionAsOf: 0 }), 'FAILED_READ_FILE.FILE_NOT_EXIST')
  const meta = (await log(files, 0)).find(a => a['metaData'] !== undefined)!['metaData']
  await files.writeAtomic('/t/_delta_log/00000000000000000002.json', new TextEncoder().encode(`${JSON.stringify({ metaData: { ...meta, configuration: { 'delta.appendOnly': 'true' } } })}\n`), { overwrite: true })
  await failed(() => t.delete('id = 2'), 'DELTA_CANNOT_MODIFY_APPEND_ONLY')
  await failed(() => rows(spark, [[3, 'c']]).write.format('delta').mode('overwrite').save('/t'), 'DELTA_CANNOT_MODIFY_APPEND_ONLY')
  await rows(spark, [[3, 'c']]).write.format('delta').mode('append').save('/t')
})

test('a half-written entry is told, and what came before can still be read', async () => {
  const { spark, files } = place()
  await rows(spark, [[1, 'a']]).write.format('delta').save('/t')
  await files.writeAtomic('/t/_delta_log/00000000000000000001.json', new TextEncoder().encode('{"commitInfo":{"operation":"WRITE"}}\n{"add":{"path":"part-0'), { overwrite: true })
  await failed(() => read(spark), 'MICROLOTE_DELTA_LOG_DAMAGED')
  assert.deepEqual(await read(spark, '/t', { versionAsOf: 0 }), [[1, 'a']])
})

test('merge: one kind of clause alone', async () => {
  const { spark } = place()
  await rows(spark, [[1, 'a'], [2, 'b']]).write.format('delta').save('/t')
  const t = DeltaTable.forPath(spark, '/t'), merge = () => t.as('t').merge(rows(spark, [[2, 'new'], [3, 'c']]).alias('s'), 't.id = s.id'), left = async () => (await t.toDF().orderBy('id').collect()).map(r => [r['id'], r['v']])
  await merge().whenNotMatchedInsertAll().execute()
  assert.deepEqual(await left(), [[1, 'a'], [2, 'b'], [3, 'c']])
  await merge().whenMatchedUpdateAll().execute()
  assert.deepEqual(await left(), [[1, 'a'], [2, 'new'], [3, 'c']])
  await merge().whenNotMatchedBySourceDelete().execute()
  assert.deepEqual(await left(), [[2, 'new'], [3, 'c']])
})

test('a full disk or a crash at any step: nothing lost, nothing half there, the write can be done again', async () => {
  const full = (_step: string, path: string): Error => executionError('MICROLOTE_STORAGE_FAILED', { path, action: 'written', reason: 'the disk is full (ENOSPC)' })
  for (const fault of ['fail-before', 'crash-after'] as const) for (let n = 0, ended = false; !ended; n++) {
    const p = place()
    await rows(p.spark, [[1, 'a'], [2, 'b']]).write.format('delta').save('/t')
    let armed = false
    const plan: FaultPlan = (i, step, path) => (armed ? faultAt(n, fault)(i - base, step, path) : 'none')
    let base = 0
    const faulty = new FaultyFiles(p.files, plan, full), spark = p.with(faulty)
    const write = (s: SparkSession): Promise<void> => rows(s, [[3, 'c']]).write.format('delta').mode('append').option('txnAppId', 'q').option('txnVersion', 7).save('/t')
    base = faulty.steps
    armed = true
    const failedWrite = await write(spark).then(() => false, () => true)
    ended = !failedWrite && faulty.steps - base <= n
    const seen = (await read(p.spark)).map(r => r[0])
    assert.ok(seen.join() === '1,2' || seen.join() === '1,2,3', `${fault} at ${n}: ${seen.join()}`)
    await write(p.spark)
    assert.deepEqual((await read(p.spark)).map(r => r[0]), [1, 2, 3], `${fault} at ${n}`)
  }
})

test('a stream into a table, once; complete mode replaces', async () => {
  const { spark, files } = place()
  await rows(spark, [[1, 'a'], [2, 'b']]).write.json('/in')
  const run = async (): Promise<void> => { await (await spark.readStream.schema('id BIGINT, v STRING').json('/in').writeStream.format('delta').partitionBy('v').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start('/t')).awaitTermination() }
  await run()
  await files.delete('/ckpt/commits/0')
  await run()
  assert.deepEqual(await read(spark), [[1, 'a'], [2, 'b']])
  const queryId = (JSON.parse(await files.readText('/ckpt/metadata')) as { id: string }).id
  assert.deepEqual((await log(files, 0)).find(a => a['txn'] !== undefined)!['txn'].appId, queryId)
  await rows(spark, [[3, 'c']]).write.mode('append').json('/in')
  await run()
  assert.deepEqual(await read(spark), [[1, 'a'], [2, 'b'], [3, 'c']])
  const counts = async (): Promise<void> => { await (await spark.readStream.schema('id BIGINT, v STRING').json('/in').groupBy().count().selectExpr('count AS id').writeStream.format('delta').outputMode('complete').option('checkpointLocation', '/ckpt2').trigger({ availableNow: true }).start('/c')).awaitTermination() }
  await counts()
  await rows(spark, [[4, 'd']]).write.mode('append').json('/in')
  await counts()
  assert.deepEqual(await read(spark, '/c'), [[4]])
  await failed(() => spark.readStream.schema('id BIGINT').json('/in').writeStream.format('delta').outputMode('update').option('checkpointLocation', '/x').start('/u'), 'STREAMING_OUTPUT_MODE.UNSUPPORTED_DATASOURCE')
})

test('a stream from a table: its rows, then each commit; limits, starting versions, changes', async () => {
  const { spark } = place()
  for (let i = 0; i < 4; i++) await rows(spark, [[i, 'x']]).write.format('delta').mode('append').save('/t')
  const seen = async (name: string, options: Record<string, string | number> = {}): Promise<unknown[]> => {
    const batches: unknown[][] = []
    const q = await spark.readStream.format('delta').options(options).load('/t').writeStream.foreachBatch(async (df: DataFrame) => { batches.push((await df.collect()).map(r => r['id']).sort()) }).option('checkpointLocation', `/ck-${name}`).trigger({ availableNow: true }).start()
    await q.awaitTermination()
    return batches.filter(b => b.length > 0)
  }
  assert.deepEqual(await seen('a'), [[0, 1, 2, 3]])
  await rows(spark, [[4, 'x'], [5, 'x']]).write.format('delta').mode('append').save('/t')
  assert.deepEqual(await seen('a'), [[4, 5]])
  assert.deepEqual(await seen('a'), [])
  const limited = await seen('b', { maxFilesPerTrigger: 2 }) as unknown[][]
  assert.deepEqual([limited.length, limited.flat().sort()], [3, [0, 1, 2, 3, 4, 5]], 'five files, two at a time')
  assert.deepEqual(await seen('c', { startingVersion: 3 }), [[3, 4, 5]])
  assert.deepEqual(await seen('l', { startingVersion: 'latest' }), [])
  await rows(spark, [[6, 'x']]).write.format('delta').mode('append').save('/t')
  assert.deepEqual(await seen('l', { startingVersion: 'latest' }), [[6]])
  await DeltaTable.forPath(spark, '/t').update({ condition: 'id = 4', set: { v: "'y'" } })
  const died = async (name: string, options: Record<string, string | number> = {}): Promise<string> => seen(name, options).then(() => 'none', e => (e as { cause?: SparkError }).cause?.condition ?? String(e))
  assert.equal(await died('a'), 'DELTA_SOURCE_TABLE_IGNORE_CHANGES')
  assert.deepEqual(await seen('a', { ignoreChanges: 'true' }), [[4, 5, 6]])
  await DeltaTable.forPath(spark, '/t').delete('id = 6')
  assert.equal(await died('a'), 'DELTA_SOURCE_IGNORE_DELETE')
  assert.deepEqual(await seen('a', { ignoreDeletes: 'true' }), [])
})
