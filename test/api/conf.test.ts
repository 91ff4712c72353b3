/** spark.conf: what is read, what is refused, what says that it changes nothing; that values have an effect in a running query. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError, type StreamingQuery } from '../../engine/index.ts'
import { Confs, defaultConfs } from '../../engine/local/confs.ts'
import { streamingConfs } from '../../engine/local/streaming-confs.ts'
import { LocalBackend, ManualClock, MemoryFiles, SparkSession } from '../../engine/testing.ts'

const condition = (attempt: () => unknown): string => { try { attempt() } catch (e) { if (e instanceof SparkError) return e.condition; throw e } return 'none' }

test('every conf of Spark takes its default in silence, refuses what is not of its type, and says so when it changes nothing', () => {
  assert.ok(streamingConfs.size >= 85)
  const told: string[] = [], confs = new Confs({}, message => { told.push(message) })
  for (const [key, rule] of streamingConfs) {
    assert.equal(confs.get(key), rule.byDefault, key)
    if (rule.byDefault === null) continue
    confs.set(key, rule.byDefault)
    if (rule.type !== 'text') assert.equal(condition(() => { confs.set(key, 'x y') }), 'INVALID_CONF_VALUE.TYPE_MISMATCH', key)
    if (rule.use === 'idle' && rule.type === 'boolean') {
      confs.set(key, rule.byDefault === 'true' ? 'false' : 'true')
      assert.ok(told.pop()!.includes(key), key)
    }
    if (rule.use === 'fixed' && rule.words === undefined) assert.equal(condition(() => { confs.set(key, rule.type === 'boolean' ? (rule.byDefault === 'true' ? 'false' : 'true') : '77') }), 'MICROLOTE_NOT_SUPPORTED', key)
  }
  assert.deepEqual(told, [])
  confs.set('spark.sql.streaming.noDataMicroBatch.enabled', 'false')
  assert.match(told.pop()!, /no conf named spark\.sql\.streaming\.noDataMicroBatch\.enabled.*noDataMicroBatches\.enabled\?/)
  confs.set('spark.sql.streaming.stateStore.rocksdb.compactOnCommit', 'true')
  assert.match(told.pop()!, /compactOnCommit changes nothing here/)
  // Words and truth values are read in any case.
  confs.set('spark.sql.streaming.multipleWatermarkPolicy', 'MAX')
  confs.set('spark.sql.streaming.noDataMicroBatches.enabled', ' FALSE ')
  assert.deepEqual([confs.get('spark.sql.streaming.multipleWatermarkPolicy'), confs.get('spark.sql.streaming.noDataMicroBatches.enabled')], ['max', 'false'])
  assert.equal(condition(() => { confs.set('spark.sql.caseSensitive', 'true') }), 'MICROLOTE_NOT_SUPPORTED')
  assert.equal(condition(() => { confs.set('spark.sql.streaming.aggregation.stateFormatVersion', '1') }), 'MICROLOTE_NOT_SUPPORTED')
  assert.equal(defaultConfs['spark.sql.streaming.stopTimeout'], '0ms')
  // Confs of SQL that would change results are not passed over either.
  for (const [key, value] of [['timestampType', 'TIMESTAMP_NTZ'], ['storeAssignmentPolicy', 'legacy'], ['decimalOperations.allowPrecisionLoss', 'false'], ['groupByOrdinal', 'false'], ['ansi.doubleQuotedIdentifiers', 'true']] as const) {
    assert.equal(condition(() => { confs.set(`spark.sql.${key}`, value) }), 'MICROLOTE_NOT_SUPPORTED', key)
  }
  assert.equal(condition(() => { confs.set('spark.sql.timestampType', 'ayer') }), 'INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS')
  confs.set('spark.sql.legacy.timeParserPolicy', 'LEGACY')
  assert.match(told.pop()!, /timeParserPolicy changes nothing here/)
})

test('spark.conf: an unknown key, one that is fixed, and a builder that comes late', () => {
  const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles(), confs: { 'spark.executor.memory': '1g', 'spark.sql.warehouse.dir': '/wh' } }))
  assert.equal(condition(() => spark.conf.get('spark.sql.nope')), 'SQL_CONF_NOT_FOUND')
  assert.equal(spark.conf.get('spark.sql.nope', null), null)
  assert.equal(spark.conf.get('spark.executor.memory'), '1g')
  assert.equal(condition(() => { spark.conf.set('spark.executor.memory', '2g') }), 'CANNOT_MODIFY_CONFIG')
  for (const key of ['spark.sql.warehouse.dir', 'spark.sql.streaming.ui.enabled']) {
    assert.equal(condition(() => { spark.conf.set(key, 'true') }), 'CANNOT_MODIFY_STATIC_CONFIG')
    assert.equal(condition(() => { spark.conf.unset(key) }), 'CANNOT_MODIFY_STATIC_CONFIG')
    assert.equal(spark.conf.isModifiable(key), false)
  }
  spark.conf.set('spark.hadoop.fs.s3a.endpoint', 'http://127.0.0.1:1')
})

test('noDataProgressEventInterval takes a text with a unit: a query that finds nothing says that it is idle as often as asked', async () => {
  const files = new MemoryFiles(), clock = new ManualClock(0), events: string[] = []
  await files.mkdirs('/in')
  const spark = new SparkSession(new LocalBackend({ files, clock, confs: { 'spark.sql.streaming.noDataProgressEventInterval': '2s' } }))
  spark.streams.addListener({ onQueryIdle: () => { events.push('idle') }, onQueryProgress: () => { events.push('progress') } })
  const query: StreamingQuery = await spark.readStream.schema('k STRING').json('/in').writeStream.format('noop').start()
  // The clock goes on a tick at a time, each time after the query has had its turn, until the condition holds.
  const until = async (condition: () => boolean): Promise<number> => {
    const from = clock.nowMs()
    for (let turns = 0; !condition(); turns++) {
      assert.ok(turns < 100_000, 'it never came')
      await new Promise(setImmediate)
      if (turns % 20 === 19) clock.advance(10)
    }
    return clock.nowMs() - from
  }
  assert.ok(await until(() => events.length > 0) >= 1900)
  assert.ok(await until(() => events.length > 1) >= 1900)
  // As Spark 4.3 does: what the first trigger found is kept and told to nobody, each report after it is an idle event.
  assert.deepEqual([events, query.recentProgress.map(p => [p.batchId, p.numInputRows]), query.lastProgress?.sink.numOutputRows], [['idle', 'idle'], [[0, 0], [0, 0], [0, 0]], -1])
  // Once a batch has run, an idle report of a sink that counts says 0.
  await files.writeAtomic('/in/a.json', new TextEncoder().encode('{"k":"a"}\n{"k":"b"}\n'), { overwrite: false })
  await until(() => events.includes('progress'))
  const told = events.length
  await until(() => events.length > told)
  assert.deepEqual(query.recentProgress.slice(-2).map(p => [p.batchId, p.numInputRows, p.sink.numOutputRows]), [[0, 2, 2], [1, 0, 0]])
  let stopped = false
  void query.stop().then(() => { stopped = true })
  await until(() => stopped)
  await spark.stop()
})

test('a query that finds nothing when it starts, and when it starts again, keeps one report of that and tells nobody', async () => {
  const files = new MemoryFiles(), events: string[] = []
  await files.mkdirs('/in')
  const spark = new SparkSession(new LocalBackend({ files }))
  spark.streams.addListener({ onQueryIdle: () => { events.push('idle') }, onQueryProgress: e => { events.push(`progress ${e.progress.batchId}`) } })
  const run = async (): Promise<(readonly [number, number])[]> => {
    const query = await spark.readStream.schema('k INT').json('/in').writeStream.format('noop').option('checkpointLocation', '/c').trigger({ availableNow: true }).start()
    await query.awaitTermination()
    return query.recentProgress.map(p => [p.batchId, p.numInputRows] as const)
  }
  assert.deepEqual(await run(), [[0, 0]])
  await spark.createDataFrame([[1]], 'k INT').write.mode('append').json('/in')
  // Spark 4.3: what was run has been reported, so that finding nothing more says nothing for the next ten seconds.
  assert.deepEqual(await run(), [[0, 1]])
  assert.deepEqual(await run(), [[1, 0]])
  await spark.stop()
  assert.deepEqual(events, ['progress 0'])
})

test('stopTimeout: stop() of a query whose batch cannot be broken off gives up by name, and the query ends when the batch lets go', async () => {
  const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles(), confs: { 'spark.sql.streaming.stopTimeout': '5ms' } }))
  let release = (): void => {}, began = (): void => {}
  const held = new Promise<void>(resolve => { release = resolve }), inside = new Promise<void>(resolve => { began = resolve })
  const query = await spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 1).load().writeStream.queryName('terca').foreachBatch(async () => { began(); await held }).start()
  await inside
  await assert.rejects(query.stop(), (e: unknown) => e instanceof SparkError && e.condition === 'MICROLOTE_STOP_TIMEOUT' && e.message.includes('terca'))
  assert.equal(query.isActive, true)
  release()
  await query.terminated
  assert.deepEqual([query.isActive, query.exception()], [false, null])
  await spark.stop()
})

test('numRecentProgressUpdates: as many less one are kept, as in Spark, none from 1 downwards', async () => {
  for (const [keep, kept] of [['4', 3], ['1', 0], ['0', 0], ['-1', 0]] as const) {
    const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.streaming.numRecentProgressUpdates': keep } }))
    for (let i = 0; i < 6; i++) await files.writeAtomic(`/in/${i}.json`, new TextEncoder().encode('{"k":"a"}\n'), { overwrite: true })
    const query = await spark.readStream.schema('k STRING').option('maxFilesPerTrigger', 1).json('/in').writeStream.format('noop').trigger({ availableNow: true }).start()
    await query.awaitTermination()
    assert.equal(query.recentProgress.length, kept, keep)
    await spark.stop()
  }
})
