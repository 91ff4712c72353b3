/** What a user can hand over wrongly to the writer, the handle of a query and its checkpoint: refused at the call, as PySpark and Spark do, under their conditions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparkError, type DataFrame, type StreamingQuery } from '../../engine/index.ts'
import { LocalBackend, MemoryFiles, SparkSession } from '../../engine/testing.ts'

const session = (files = new MemoryFiles()): SparkSession => new SparkSession(new LocalBackend({ files, confs: { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC' } }))
const put = (files: MemoryFiles, path: string, text: string): Promise<boolean> => files.writeAtomic(path, new TextEncoder().encode(text), { overwrite: true })
const rate = (spark: SparkSession): DataFrame => spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 2).load()

async function refused(attempt: () => unknown, condition: string, ...words: string[]): Promise<void> {
  await assert.rejects(async () => { await attempt() }, (e: unknown) => {
    assert.ok(e instanceof SparkError, String(e))
    assert.equal(e.condition, condition)
    for (const w of words) assert.ok(e.message.includes(w), `"${w}" is not in: ${e.message}`)
    return true
  })
}

test('the writer: what is no function, no name, no place', async () => {
  const spark = session(), writer = rate(spark).writeStream
  await refused(() => writer.foreach(5 as never), 'ATTRIBUTE_NOT_CALLABLE', 'process')
  await refused(() => writer.foreach({} as never), 'ATTRIBUTE_NOT_CALLABLE', 'process')
  await refused(() => writer.foreach({ process() {}, open: true } as never), 'ATTRIBUTE_NOT_CALLABLE', 'open')
  await refused(() => writer.foreachBatch({} as never), 'MICROLOTE_INVALID_ARGUMENT', 'foreachBatch')
  await refused(() => writer.queryName(' '), 'VALUE_NOT_NON_EMPTY_STR', 'queryName')
  await refused(() => writer.outputMode(''), 'VALUE_NOT_NON_EMPTY_STR', 'outputMode')
  // Where nothing says where to write, that is what is missing first, not the checkpoint.
  await refused(() => rate(spark).writeStream.format('json').start(), 'MICROLOTE_OPTION_MISSING', 'path')
  await refused(() => rate(spark).writeStream.format('json').start('/out'), 'MICROLOTE_CHECKPOINT_LOCATION_MISSING')
  await spark.stop()
})

test('the handle: time limits above 0, ids that are ids, the status of a dead query says what killed it', async () => {
  const spark = session()
  const query = await rate(spark).selectExpr('value / 0 AS x').writeStream.format('noop').queryName('mala').start()
  for (const limit of [0, -1, NaN, '5' as never]) {
    await refused(() => query.awaitTermination(limit), 'VALUE_NOT_POSITIVE', String(limit))
    await refused(() => spark.streams.awaitAnyTermination(limit), 'VALUE_NOT_POSITIVE')
  }
  await refused(() => spark.streams.get('mala'), 'MICROLOTE_INVALID_ARGUMENT', 'mala', 'active')
  assert.equal(spark.streams.get('00000000-0000-0000-0000-000000000000'), null)
  await refused(() => query.awaitTermination(), 'STREAM_FAILED', 'DIVIDE_BY_ZERO')
  assert.match(query.status.message, /^Terminated with exception: \[DIVIDE_BY_ZERO\]/)
  await spark.stop()
})

test('actions on a stream are refused by the name that was called', async () => {
  const spark = session(), df = rate(spark)
  const calls: Record<string, () => unknown> = {
    collect: () => df.collect(), count: () => df.count(), take: () => df.take(1), head: () => df.head(), first: () => df.first(), tail: () => df.tail(1), isEmpty: () => df.isEmpty(), show: () => df.show(),
    foreach: () => df.foreach(() => {}), foreachPartition: () => df.foreachPartition(() => {}), toLocalIterator: () => df.toLocalIterator().next(), cache: () => df.cache(), persist: () => df.persist(),
  }
  for (const [name, call] of Object.entries(calls)) await refused(call, 'CALL_ON_STREAMING_DATASET_UNSUPPORTED', `\`${name}\``, 'writeStream')
  spark.range(3).createOrReplaceTempView('quieta')
  await refused(() => spark.readStream.table('quieta'), 'MICROLOTE_SOURCE_NOT_STREAMING', 'quieta', 'spark.table')
  df.createOrReplaceTempView('viva')
  assert.equal(spark.readStream.table('viva').isStreaming, true)
  await spark.stop()
})

test('a checkpoint that has lost its id, and one of a query that kept no state, are refused by Spark\'s names; neither is changed by it', async () => {
  const files = new MemoryFiles(), spark = session(files)
  await put(files, '/in/1.json', '{"k":"a"}\n')
  const input = spark.readStream.schema('k STRING').json('/in')
  const start = (df: DataFrame): Promise<StreamingQuery> => df.writeStream.outputMode('update').format('noop').option('checkpointLocation', '/ckpt').trigger({ availableNow: true }).start()
  await (await start(input)).awaitTermination()
  const id = await files.readText('/ckpt/metadata')
  await files.delete('/ckpt/metadata')
  await refused(() => start(input), 'STREAMING_CHECKPOINT_MISSING_METADATA_FILE', '/ckpt')
  await put(files, '/ckpt/metadata', id)
  await put(files, '/in/2.json', '{"k":"b"}\n')
  const counting = await start(input.groupBy('k').count())
  await refused(() => counting.awaitTermination(), 'STREAM_FAILED', 'STREAMING_STATEFUL_OPERATOR_MISSING_STATE_DIRECTORY', '/ckpt')
  const again = await start(input)
  await again.awaitTermination()
  assert.equal(again.lastProgress?.numInputRows, 1)
  await spark.stop()
})

test('asynchronous progress tracking: refused where Spark refuses it, else said to change nothing', async () => {
  const files = new MemoryFiles(), spark = session(files), warnings: string[] = [], warn = console.warn
  const start = (df: DataFrame, format: string, options: Record<string, string> = {}, trigger: Parameters<ReturnType<() => DataFrame['writeStream']>['trigger']>[0] = { processingTime: '0 seconds' }): Promise<StreamingQuery> =>
    df.writeStream.format(format).outputMode('update').options({ asyncProgressTrackingEnabled: 'true', ...options }).trigger(trigger).start()
  await refused(() => start(rate(spark), 'noop', {}, { once: true }), 'MICROLOTE_INVALID_ARGUMENT', 'once')
  await refused(() => start(rate(spark), 'noop', {}, { availableNow: true }), 'MICROLOTE_INVALID_ARGUMENT', 'availableNow')
  await refused(() => start(rate(spark).groupBy('value').count(), 'noop'), 'MICROLOTE_INVALID_ARGUMENT', 'state')
  await refused(() => rate(spark).writeStream.format('json').option('asyncProgressTrackingEnabled', true).option('checkpointLocation', '/c').start('/out'), 'MICROLOTE_INVALID_ARGUMENT', 'json')
  await refused(() => start(rate(spark), 'noop', { asyncProgressTrackingEnabled: 'si' }), 'MICROLOTE_OPTION_INVALID', 'si')
  await refused(() => start(rate(spark), 'noop', { asyncProgressTrackingCheckpointIntervalMs: 'x' }), 'MICROLOTE_OPTION_INVALID', 'asyncProgressTrackingCheckpointIntervalMs')
  console.warn = (text: string) => { warnings.push(text) }
  try { await (await start(rate(spark), 'noop', { asyncProgressTrackingCheckpointIntervalMs: '10' })).stop() } finally { console.warn = warn }
  assert.match(warnings.join(), /asyncProgressTrackingEnabled changes nothing here/)
  await spark.stop()
})

test('readers and tables: formats that are not here, names of sources, views that no stream writes to', async () => {
  const spark = session()
  for (const attempt of [() => spark.readStream.schema('a INT').orc('/x'), () => spark.readStream.format('avro').load('/x'), () => spark.read.orc('/x'), () => spark.range(1).write.orc('/x')]) await refused(attempt, 'MICROLOTE_FILE_FORMAT_NOT_SUPPORTED')
  await refused(() => spark.readStream.name('clicks'), 'STREAMING_QUERY_EVOLUTION_ERROR.SOURCE_NAMING_NOT_SUPPORTED', 'clicks')
  spark.range(1).createOrReplaceTempView('vista')
  await refused(() => rate(spark).writeStream.option('checkpointLocation', '/c').toTable('vista'), 'MICROLOTE_INVALID_ARGUMENT', 'vista', 'view')
  await refused(() => spark.readStream.schema('a STRING').option('lineSep', '').json('/x'), 'MICROLOTE_OPTION_INVALID', 'lineSep')
  const printed: string[] = [], log = console.log
  console.log = (text: string) => { printed.push(text) }
  try { await spark.range(2).write.format('console').option('numRows', 1).save() } finally { console.log = log }
  assert.match(printed.join('\n'), /\|\s*0\|[\s\S]*only showing top 1 row/)
  await spark.stop()
})
