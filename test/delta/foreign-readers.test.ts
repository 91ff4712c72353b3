/** Other implementations read what we write, change it, and we read theirs: deltalake on this machine's files and in an S3 store, Spark with Delta. Skipped where they cannot be had, unless MICROLOTE_REQUIRE_JAVA is set. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { after, test } from 'node:test'
import { DeltaTable, SparkError, type DataFrame, type Row } from '../../engine/index.ts'
import { LocalBackend, SparkSession } from '../../engine/testing.ts'
import { foreignPrograms } from '../../fixtures/delta/foreign-programs.ts'
import { startS3 } from '../../fixtures/index.ts'

const programs = await foreignPrograms(process.env, console.error).catch((error: Error) => {
  if ((process.env['MICROLOTE_REQUIRE_JAVA'] ?? '') !== '') throw error
  return error.message
})
const skip = typeof programs === 'string' && programs
const { python, jars } = typeof programs === 'string' ? { python: '', jars: '' } : programs
const script = fileURLToPath(new URL('../../fixtures/delta/foreign_reader.py', import.meta.url))
const s3 = skip === false ? await startS3() : null
after(async () => { await s3?.stop() })
const spark = new SparkSession(new LocalBackend({ confs: { 'spark.sql.session.timeZone': 'UTC', ...s3?.confs } }))
const ddl = 'id BIGINT, k STRING, price DECIMAL(10,2), big DECIMAL(38,9), at TIMESTAMP, day DATE, v DOUBLE, f FLOAT, b BOOLEAN, y TINYINT, s SMALLINT, i INT, bin BINARY, st STRUCT<a: BIGINT, b: STRUCT<c: STRING>>, tags ARRAY<STRING>, m MAP<STRING, INT>'
const row = (i: number): unknown[] => [
  i, i % 11 === 5 ? null : ['a', 'b c', 'x/y:z=%'][i % 3], i % 7 === 3 ? null : (i / 4).toFixed(2), `12345678901234567890.${String(i).padStart(9, '0')}`, new Date(1_767_261_600_000 + i), new Date(1_767_225_600_000 + (i % 3) * 86_400_000), i / 3, i / 2, i % 2 === 0, i % 100, i, -i,
  Uint8Array.of(i & 255, 255), { a: i, b: i % 2 === 0 ? { c: String(i) } : null }, i % 5 === 0 ? [] : [String(i), null], new Map<string, number | null>([['q', i], ['z', null]]),
]
const rows = (lo: number, hi: number): DataFrame => spark.createDataFrame(Array.from({ length: hi - lo }, (_, j) => row(lo + j)), ddl)
const plain = (v: any): unknown => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v instanceof Map ? Object.fromEntries([...v].map(([k, x]) => [k, plain(x)])) : v instanceof Date || v === null || typeof v !== 'object' ? (v instanceof Date ? JSON.parse(JSON.stringify(v)) : v)
  : Array.isArray(v) ? v.map(plain) : 'unscaled' in v ? String(v) : Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)])))

// Beyond the tenth version there is a checkpoint.
async function written(folder: string, atOnce = 5): Promise<{ table: DeltaTable; expected: Row[] }> {
  for (let lo = 0; lo < 60; lo += atOnce) await rows(lo, lo + atOnce).write.format('delta').mode('append').partitionBy('k', 'day').option('txnAppId', 'app').option('txnVersion', lo).save(`${folder}/delta`)
  const table = DeltaTable.forPath(spark, `${folder}/delta`)
  await table.delete('id < 5')
  await table.as('t').merge(rows(55, 65).alias('s'), 's.id = t.id').whenMatchedUpdate({ set: { v: '-1' } }).whenNotMatchedInsertAll().execute()
  return { table, expected: (await table.toDF().orderBy('id').collect()).map(plain) as Row[] }
}

async function filesToo(folder: string): Promise<void> {
  await rows(0, 60).write.partitionBy('k', 'day').parquet(`${folder}/parquet`)
  await rows(0, 60).select('id', 'k', 'price', 'at', 'day', 'v', 'b').write.option('header', true).csv(`${folder}/csv`)
}

async function asked(reader: string, ...args: string[]): Promise<Record<string, any>> {
  const { stdout } = await promisify(execFile)(python, [script, reader, ...args], { maxBuffer: 1 << 26, timeout: 3_000_000 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, any>
}

async function changed(table: DeltaTable, expected: Row[]): Promise<void> {
  const now = (await table.toDF().orderBy('id').collect()).map(plain) as Row[], of = (id: number): Row | undefined => now.find(r => r['id'] === id)
  assert.equal(now.length, expected.length)
  assert.equal(of(40)!['v'], 1000)
  assert.equal(of(41), undefined)
  assert.deepEqual({ ...of(900), id: 42 }, expected.find(r => r['id'] === 42))
  assert.deepEqual(now.filter(r => ![40, 900].includes(r['id'] as number)), expected.filter(r => ![40, 41].includes(r['id'] as number)))
}

test('deltalake reads our table and files, merges into it, and we read that', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'microlote-foreign-')), { table, expected } = await written(folder)
  try {
    await filesToo(folder)
    const seen = await asked('deltalake', folder)
    assert.deepEqual([seen['version'], seen['transaction'], seen['parquet']], [13, 55, 60])
    assert.deepEqual(seen['delta'], expected)
    await changed(table, expected)
  } finally { await rm(folder, { recursive: true }) }
})

test('deltalake does the same with a table in an S3 store; vacuum leaves what the table needs', { skip }, async () => {
  const bucket = await s3!.createBucket(`foreign-${process.pid}`), folder = `${bucket}/tables`
  const { table, expected } = await written(folder, 30)
  const options = { AWS_ENDPOINT_URL: s3!.endpoint, AWS_ALLOW_HTTP: 'true', AWS_REGION: s3!.region, AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey, conditional_put: 'etag' }
  const seen = await asked('deltalake', folder.replace('s3a:', 's3:'), JSON.stringify(options))
  assert.deepEqual([seen['version'], seen['transaction']], [3, 30])
  assert.deepEqual(seen['delta'], expected)
  await changed(table, expected)
  // The files that MERGE and DELETE have replaced go, those of the last version stay.
  spark.conf.set('spark.databricks.delta.retentionDurationCheck.enabled', 'false')
  assert.ok(await (await table.vacuum(0)).count() > 0)
  await changed(table, expected)
  await assert.rejects(spark.read.format('delta').option('versionAsOf', 1).load(`${folder}/delta`).collect(), (e: unknown) => e instanceof SparkError && e.condition === 'FAILED_READ_FILE.FILE_NOT_EXIST')
})

test('Spark with Delta reads our table and files, merges into it, and we read that', { skip, timeout: 900_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'microlote-foreign-')), { table, expected } = await written(folder)
  try {
    await filesToo(folder)
    const seen = await asked('spark', folder, jars)
    assert.deepEqual([seen['version'], seen['parquet'], seen['partitions'], seen['filtered']], [13, 60, 20, expected.filter(r => r['id'] > 40 && r['k'] === 'a').length])
    assert.deepEqual(seen['delta'], expected)
    assert.equal(seen['types'], spark.read.parquet(`${folder}/parquet`).schema.simpleString())
    // What Spark suggests for a CSV file is what we suggest.
    const csv = spark.read.option('header', true).option('inferSchema', true).csv(`${folder}/csv`)
    assert.equal(seen['csv'], csv.schema.simpleString())
    assert.deepEqual(seen['csv_rows'], (await csv.orderBy('id').collect()).map(plain))
    await changed(table, expected)
  } finally { await rm(folder, { recursive: true }) }
})
