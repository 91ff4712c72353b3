/** What a user can get wrong with a streaming job, as the user meets it: the condition, a sentence that names the culprit and says what to write, and nothing lost. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SparkError, functions as F, type DataFrame, type StreamingQuery } from '../../engine/index.ts'
import { FaultyFiles } from '../../engine/storage/faulty-files.ts'
import type { Files } from '../../engine/storage/files.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'

const session = (files: Files = new MemoryFiles()): SparkSession => new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC' } }))
const put = (files: Files, path: string, text: string): Promise<boolean> => files.writeAtomic(path, new TextEncoder().encode(text), { overwrite: true })

/** The error must have the condition, and its message every word given. */
async function refused(attempt: () => unknown, condition: string, ...words: string[]): Promise<void> {
  await assert.rejects(async () => { await attempt() }, (e: unknown) => {
    assert.ok(e instanceof SparkError, `not a SparkError: ${String(e)}`)
    assert.equal(e.condition, condition)
    for (const w of words) assert.ok(e.message.includes(w), `"${w}" is not in: ${e.message}`)
    return true
  })
}

/** The condition and message a query died of. */
async function death(query: StreamingQuery): Promise<{ condition: string | null; message: string }> {
  await query.awaitTermination(60_000).catch(() => {})
  const cause = query.exception()?.cause
  assert.ok(cause instanceof Error, 'the query did not die')
  return { condition: cause instanceof SparkError ? cause.condition : null, message: cause.message }
}

const rate = (spark: SparkSession): DataFrame => spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 2).load()

test('readers: unknown format, unknown option with the one meant, missing schema, bad DDL', async () => {
  const spark = session()
  await refused(() => spark.readStream.format('kafak').load().schema, 'DATA_SOURCE_NOT_FOUND', 'kafak')
  await refused(() => spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 2).option('rowsPerBach', 5).load().writeStream.format('noop').start(), 'MICROLOTE_OPTION_UNKNOWN', 'rowsPerBach', 'rowsPerBatch')
  await refused(() => spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 'two').load().writeStream.format('noop').start(), 'MICROLOTE_OPTION_INVALID', 'two')
  await refused(() => spark.readStream.format('json').load('/in').schema, 'MICROLOTE_SCHEMA_REQUIRED', 'json', 'schema')
  await refused(() => spark.readStream.schema('id BIGINT, monto DOUBEL').json('/in').schema, 'UNSUPPORTED_DATATYPE', 'DOUBEL')
  await refused(() => spark.readStream.schema('id BIGINT monto').json('/in').schema, 'PARSE_SYNTAX_ERROR', 'monto')
  await spark.stop()
})

test('intervals: trigger, watermark and window say which text is wrong', async () => {
  const spark = session()
  await refused(() => rate(spark).writeStream.trigger({ processingTime: '5 segundos' }), 'INVALID_INTERVAL_FORMAT.INVALID_UNIT', '5 segundos')
  await refused(() => rate(spark).withWatermark('timestamp', 'diez minutos').schema, 'CANNOT_PARSE_INTERVAL', 'diez minutos')
  await refused(() => rate(spark).groupBy(F.window('timestamp', '10 minutos')).count().schema, 'CANNOT_PARSE_INTERVAL', '10 minutos')
  await refused(() => rate(spark).writeStream.trigger({ continuous: '1 second' } as never), 'MICROLOTE_CONTINUOUS_TRIGGER', '1 second', 'processingTime')
  await refused(() => rate(spark).writeStream.trigger({ procesingTime: '1 second' } as never), 'MICROLOTE_TRIGGER_INVALID', 'procesingTime', 'processingTime')
  await refused(() => rate(spark).writeStream.trigger({ processingTime: 5 } as never), 'MICROLOTE_TRIGGER_INVALID', '5', '10 seconds')
  await spark.stop()
})

test('columns: an unknown one comes with those that are alike', async () => {
  const spark = session()
  await refused(() => rate(spark).select('valeu').schema, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', 'valeu', 'value')
  await refused(() => rate(spark).where('valor > 1').schema, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', 'valor', 'value')
  await refused(() => rate(spark).groupBy('region').count().schema, 'UNRESOLVED_COLUMN.WITH_SUGGESTION', 'region')
  await spark.stop()
})

test('malformed JSON: NULLs by default, kept apart when asked, the query dies by name in FAILFAST, and goes on after the cure', async () => {
  const files = new MemoryFiles()
  await put(files, '/in/a.json', '{"id":1,"monto":2.5}\n{"id":"uno"}\nno es json\n{"id":2,"monto":4}\n')
  const spark = session(files)
  const read = (mode: string, schema = 'id INT, monto DOUBLE'): DataFrame => spark.readStream.schema(schema).option('mode', mode).json('/in')
  const run = async (df: DataFrame, name: string): Promise<unknown[][]> => {
    const query = await df.writeStream.format('memory').queryName(name).trigger({ availableNow: true }).start()
    await query.awaitTermination()
    return (await spark.table(name).collect()).map(r => df.columns.map(c => r[c]))
  }
  assert.deepEqual(await run(read('PERMISSIVE'), 'permissive'), [[1, 2.5], [null, null], [null, null], [2, 4]])
  assert.deepEqual(await run(read('PERMISSIVE', 'id INT, _corrupt_record STRING').where('_corrupt_record IS NOT NULL'), 'corrupt'), [[null, '{"id":"uno"}'], [null, 'no es json']])
  assert.deepEqual(await run(read('DROPMALFORMED'), 'dropped'), [[1, 2.5], [2, 4]])
  const strict = (): Promise<StreamingQuery> => read('FAILFAST').writeStream.format('json').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start('/out')
  const { condition, message } = await death(await strict())
  assert.match(condition ?? '', /MALFORMED_RECORD/)
  assert.match(message, /FAILFAST/)
  await put(files, '/in/a.json', '{"id":1,"monto":2.5}\n{"id":2,"monto":4}\n')
  await (await strict()).awaitTermination()
  assert.deepEqual((await spark.read.json('/out').orderBy('id').collect()).map(r => Number(r['id'])), [1, 2])
  await spark.stop()
})

test('a checkpoint of another query is refused, and the first query goes on from it', async () => {
  const files = new MemoryFiles(), spark = session(files)
  await put(files, '/in/1.json', '{"k":"a"}\n{"k":"b"}\n')
  const input = (dir = '/in'): DataFrame => spark.readStream.schema('k STRING').json(dir)
  const counts: Record<string, number> = {}
  const start = (df: DataFrame): Promise<StreamingQuery> => df.writeStream.outputMode('update').option('checkpointLocation', '/ckpt').trigger({ availableNow: true })
    .foreachBatch(async batch => { for (const r of await batch.collect()) counts[r['k'] as string] = Number(r['count']) }).start()
  await (await start(input().groupBy('k').count())).awaitTermination()
  await put(files, '/other/1.json', '{"k":"z"}\n')
  assert.equal((await death(await start(input().union(input('/other')).groupBy('k').count()))).condition, 'MICROLOTE_CHECKPOINT_SOURCES_CHANGED')
  await put(files, '/in/2.json', '{"k":"a"}\n')
  assert.equal((await death(await start(input().groupBy(F.length('k').alias('k')).count()))).condition, 'STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE')
  assert.equal((await death(await start(input().select('k', F.lit(1).alias('count'))))).condition, 'STREAMING_STATEFUL_OPERATOR_NOT_MATCH_IN_STATE_METADATA')
  await (await start(input().groupBy('k').count())).awaitTermination()
  assert.deepEqual(counts, { a: 2, b: 1 })
  await spark.stop()
})

test('stateSchemaCheck = false: state of another schema is a warning, and the query goes on', async () => {
  const files = new MemoryFiles(), warnings: string[] = []
  const start = async (confs: Record<string, string>, count: (df: DataFrame) => DataFrame): Promise<{ query: StreamingQuery; spark: SparkSession }> => {
    const spark = session(files)
    for (const [k, v] of Object.entries(confs)) spark.conf.set(k, v)
    return { spark, query: await count(spark.readStream.schema('k STRING, v INT').json('/in')).writeStream.outputMode('update').format('noop').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start() }
  }
  const byText = (df: DataFrame): DataFrame => df.groupBy('k').count(), byNumber = (df: DataFrame): DataFrame => df.groupBy('v').count()
  await put(files, '/in/1.json', '{"k":"a","v":1}\n')
  const first = await start({}, byText)
  await first.query.awaitTermination()
  await first.spark.stop()
  await put(files, '/in/2.json', '{"k":"b","v":2}\n')
  const refusing = await start({}, byNumber)
  assert.equal((await death(refusing.query)).condition, 'STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE')
  await refusing.spark.stop()
  const warn = console.warn
  console.warn = (text: string) => { warnings.push(text) }
  try {
    const { query, spark } = await start({ 'spark.sql.streaming.stateStore.stateSchemaCheck': 'false' }, byNumber)
    await query.awaitTermination()
    assert.equal(query.lastProgress?.numInputRows, 1)
    await spark.stop()
  } finally { console.warn = warn }
  assert.ok(warnings.some(w => w.includes('stateSchemaCheck') && w.includes('STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE')), warnings.join())
})

test('damaged log files: the error names the file; with the copy back the query goes on', async () => {
  const files = new MemoryFiles(), spark = session(files)
  await put(files, '/in/1.json', '{"k":"a"}\n')
  const start = (): Promise<StreamingQuery> => spark.readStream.schema('k STRING').json('/in').groupBy('k').count().writeStream.outputMode('complete').format('memory').queryName('c').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start()
  await (await start()).awaitTermination()
  await put(files, '/in/2.json', '{"k":"a"}\n')
  for (const [path, text, condition] of [
    ['/ckpt/offsets/0', 'v1\n{"batchWatermarkMs":', 'MICROLOTE_LOG_CORRUPTED'], ['/ckpt/offsets/0', 'v9\n{}\n-', 'MICROLOTE_LOG_VERSION'],
    ['/ckpt/commits/0', '', 'MICROLOTE_LOG_CORRUPTED'], ['/ckpt/metadata', '{"id":', 'MICROLOTE_LOG_CORRUPTED'],
  ] as const) {
    const whole = await files.readText(path)
    await put(files, path, text)
    const error = await start().then(death, (e: SparkError) => ({ condition: e.condition as string | null, message: e.message }))
    assert.equal(error.condition, condition, path)
    assert.ok(error.message.includes(path), error.message)
    await put(files, path, whole)
  }
  await (await start()).awaitTermination()
  assert.deepEqual((await spark.table('c').collect()).map(r => [r['k'], Number(r['count'])]), [['a', 2]])
  await spark.stop()
})

test('a checkpoint in use by another process is refused by name, and free when that process has gone', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'microlote-locked-'))
  const holder = fork(new URL('./hold-checkpoint.ts', import.meta.url), [join(dir, 'ckpt')])
  try {
    await new Promise((resolve, reject) => { holder.once('message', resolve); holder.once('exit', code => { reject(new Error(`the holder ended with ${code}`)) }) })
    const spark = new SparkSession(new LocalBackend({}))
    const start = (): Promise<StreamingQuery> => rate(spark).writeStream.format('noop').option('checkpointLocation', join(dir, 'ckpt')).trigger({ once: true }).start()
    await refused(start, 'MICROLOTE_CHECKPOINT_LOCKED', join(dir, 'ckpt'), String(holder.pid))
    const gone = new Promise(resolve => { holder.once('exit', resolve) })
    holder.kill('SIGKILL')
    await gone
    await (await start()).awaitTermination()
    await spark.stop()
  } finally {
    holder.kill('SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  }
})

test('the disk is full at any write of a batch: the query dies by name, a restart with room completes, no row is lost or doubled', async () => {
  const full = (step: string, path: string): Error => Object.assign(new Error(`ENOSPC: no space left on device, ${step} '${path}'`), { code: 'ENOSPC' })
  for (let at = 0, deaths = 0; ; at++) {
    const files = new MemoryFiles()
    await put(files, '/in/1.json', '{"k":"a"}\n{"k":"b"}\n')
    let writes = 0
    const faulty = new FaultyFiles(files, (_, step) => (['write', 'create', 'append', 'commit'].includes(step) && writes++ === at ? 'fail-before' : 'none'), full)
    const start = (on: Files): Promise<StreamingQuery> => session(on).readStream.schema('k STRING').json('/in').groupBy('k').count().writeStream.outputMode('complete').format('memory').queryName('full').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start()
    const ended = await start(faulty).then(async q => { await q.awaitTermination(60_000).catch(() => {}); return q.exception()?.cause ?? null }, e => e as Error)
    if (ended === null) { assert.ok(deaths >= 4, `only ${deaths} writes failed`); return }
    deaths++
    assert.match((ended as Error).message, /ENOSPC|no space/i)
    const spark = session(files)
    const query = await spark.readStream.schema('k STRING').json('/in').groupBy('k').count().writeStream.outputMode('complete').format('memory').queryName('full').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start()
    await query.awaitTermination()
    await put(files, '/in/2.json', '{"k":"a"}\n')
    const again = await spark.readStream.schema('k STRING').json('/in').groupBy('k').count().writeStream.outputMode('complete').format('memory').queryName('full').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start()
    await again.awaitTermination()
    assert.deepEqual((await spark.table('full').orderBy('k').collect()).map(r => [r['k'], Number(r['count'])]), [['a', 2], ['b', 1]], `after write ${at} failed`)
    await spark.stop()
  }
})
