/** spark.read.format("statestore") and ("state-metadata"): checkpoints that Spark wrote, and our own, at every batch that is there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { DataFrame } from '../../../engine/api/dataframe.ts'
import { MemoryStream } from '../../../engine/api/memory-stream.ts'
import type { Row } from '../../../engine/columns/rows.ts'
import * as F from '../../../engine/functions.ts'
import { LocalBackend } from '../../../engine/local/backend.ts'
import { SparkSession } from '../../../engine/session/spark-session.ts'
import { Bench, rejection } from '../../streaming/driver.ts'

const folder = fileURLToPath(new URL('../../../fixtures/checkpoints/spark-4.3.0/', import.meta.url))
const local = (): SparkSession => new SparkSession(new LocalBackend())
const read = (spark: SparkSession, path: string, options: Record<string, string | number> = {}, format = 'statestore'): DataFrame => spark.read.format(format).options(options).load(path)
const text = (rows: readonly Row[]): string[] => rows.map(r => JSON.stringify(r)).sort()

// What Spark 4.3.0 itself shows of this checkpoint.
test('a checkpoint of Spark: rows, types and partitions as Spark\'s own reader gives them', async () => {
  const checkpoint = `${folder}count-by-key/checkpoint`
  const df = read(local(), checkpoint)
  assert.equal(df.schema.simpleString(), 'struct<key:struct<k:string>,value:struct<count:bigint>,partition_id:int>')
  assert.equal(await df.count(), 14)
  assert.deepEqual(text(await read(local(), checkpoint, { batchId: 0 }).collect()), text([
    { key: { k: 'a' }, value: { count: 1 }, partition_id: 0 }, { key: { k: 'b' }, value: { count: 1 }, partition_id: 1 }, { key: { k: null }, value: { count: 1 }, partition_id: 0 },
  ]))
  assert.deepEqual((await read(local(), checkpoint, { batchId: 3 }).select('key.k', 'value.count').filter("k = 'a'").collect()), [{ k: 'a', count: 3 }])
  assert.deepEqual(await df.filter("key.k = 'a'").select('value.count', 'partition_id').collect(), [{ count: 11, partition_id: 0 }])
})

test('a checkpoint of Spark with keys and values of every type', async () => {
  const df = read(local(), `${folder}all-types/checkpoint`)
  assert.equal(df.schema.simpleString(), 'struct<key:struct<b:boolean,i8:tinyint,i16:smallint,i32:int,i64:bigint,f:float,d:double,dec:decimal(10,2),big:decimal(38,2),s:string,bin:binary,day:date,window:struct<start:timestamp,end:timestamp>,arr:array<int>,st:struct<x:int,y:string,z:array<string>>>,value:struct<count:bigint,sum:decimal(38,2),isEmpty:boolean,max:string,sum:double,count:bigint>,partition_id:int>')
  const [row] = await df.select('key.s', 'key.st', 'key.arr', 'key.big').collect()
  assert.deepEqual([row!['s'], row!['st'], row!['arr'], String(row!['big'])], ['long enough string', { x: 7, y: 'why', z: ['p', null] }, [1, null, 3], '-123456789012345678901234567.89'])
})

// What Spark 4.3.0 itself gives for the same options, in its order.
test('the changes of batches of a checkpoint of Spark', async () => {
  const changes = (options = {}): DataFrame => read(local(), `${folder}count-by-key/checkpoint`, { readChangeFeed: 'true', ...options })
  assert.equal(changes({ changeStartBatchId: 0 }).schema.simpleString(), 'struct<batch_id:bigint,change_type:string,key:struct<k:string>,value:struct<count:bigint>,partition_id:int>')
  assert.deepEqual(await changes({ changeStartBatchId: 3, changeEndBatchId: 4 }).collect(), [
    { batch_id: 3, change_type: 'update', key: { k: 'k0' }, value: { count: 1 }, partition_id: 0 }, { batch_id: 3, change_type: 'update', key: { k: 'a' }, value: { count: 3 }, partition_id: 0 },
    { batch_id: 4, change_type: 'update', key: { k: 'a' }, value: { count: 4 }, partition_id: 0 }, { batch_id: 4, change_type: 'update', key: { k: 'k1' }, value: { count: 1 }, partition_id: 1 },
  ])
  assert.equal(await changes({ changeStartBatchId: 0 }).count(), 24)
})

test('the changes of our own batches: what goes is a delete without a value; a delta that is gone is told', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, 'at TIMESTAMP, k STRING')
  const run = await b.start(events.toDF().withWatermark('at', '0 seconds').groupBy(F.window('at', '10 seconds'), 'k').count(), 'append')
  const at = (s: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, s))
  for (const rows of [[[at(1), 'a'], [at(2), 'a'], [at(3), null]], [[at(25), 'b']]]) { events.addData(...rows as [Date, string][]); await run.rows() }
  await run.stop()
  const changes = (first: number): Promise<Row[]> => read(b.spark, '/ckpt', { readChangeFeed: 'true', changeStartBatchId: first }).select('batch_id', 'change_type', 'key.k', 'value').collect()
  const all = (await changes(0)).map(r => JSON.stringify(Object.values(r))).sort()
  assert.deepEqual(all.filter(r => !r.includes('"b"')), ['[0,"update","a",{"count":2}]', '[0,"update",null,{"count":1}]', ...all.filter(r => r.includes('delete'))])
  assert.deepEqual(all.filter(r => r.includes('delete')).map(r => JSON.parse(r).slice(1)), [['delete', 'a', null], ['delete', null, null]])
  await b.files.delete('/ckpt/state/0/0/1.delta')
  assert.equal((await rejection(() => changes(0))).condition, 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_NOT_EXISTS')
  assert.ok((await changes(1)).length > 0)
})

test('the operators of a checkpoint of Spark', async () => {
  const df = read(local(), `${folder}count-by-key/checkpoint`, {}, 'state-metadata')
  assert.equal(df.schema.simpleString(), 'struct<operatorId:bigint,operatorName:string,stateStoreName:string,numPartitions:int,minBatchId:bigint,maxBatchId:bigint,operatorProperties:string>')
  assert.deepEqual(await df.collect(), [{ operatorId: 0, operatorName: 'stateStoreSave', stateStoreName: 'default', numPartitions: 2, minBatchId: 0, maxBatchId: 11, operatorProperties: null }])
})

test('our own checkpoint: an aggregation, while its query runs, at each of its batches', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, 'k STRING, v BIGINT')
  const run = await b.start(events.toDF().groupBy('k').agg(F.sum('v').alias('s')), 'update')
  for (const rows of [[['a', 1], ['b', 2]], [['a', 10]]]) { events.addData(...rows as [string, number][]); await run.rows() }
  const sums = async (options = {}): Promise<unknown[]> => (await read(b.spark, '/ckpt', options).select('key.k', 'value.*').orderBy('k').collect()).map(r => [r['k'], r['sum']])
  assert.deepEqual(await sums(), [['a', 11], ['b', 2]])
  assert.deepEqual(await sums({ batchId: 0 }), [['a', 1], ['b', 2]])
  await run.stop()
})

test('group state and the variables of transformWithState, by their names', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, 'k STRING, v BIGINT')
  const df = events.toDF().groupBy('k').transformWithState({ output: 'k STRING' }, handle => {
    const last = handle.getValueState('last', 'v BIGINT'), all = handle.getListState('all', 'v BIGINT')
    return { handleInputRows(_, rows) { for (const r of rows) { last.update({ v: r['v'] }); all.appendValue({ v: r['v'] }) } return [] } }
  })
  const run = await b.start(df)
  events.addData(['a', 1], ['a', 2])
  await run.rows()
  await run.stop()
  assert.deepEqual(await read(b.spark, '/ckpt', { stateVarName: 'last' }).select('key', 'value').collect(), [{ key: { k: 'a' }, value: { v: 2 } }])
  assert.deepEqual(await read(b.spark, '/ckpt', { storeName: 'all' }).select('value').collect(), [{ value: { list: [{ v: 1 }, { v: 2 }] } }])
  assert.deepEqual((await read(b.spark, '/ckpt', {}, 'state-metadata').collect()).map(r => [r['operatorName'], r['stateStoreName'], r['numPartitions']]), [['transformWithStateExec', 'last', 2], ['transformWithStateExec', 'all', 2]])
  const other = new Bench(), source = new MemoryStream(other.spark, 'k STRING, v BIGINT')
  const second = await other.start(source.toDF().groupBy('k').flatMapGroupsWithState({ state: 'n BIGINT', output: 'k STRING', timeout: 'ProcessingTimeTimeout' }, (_, rows, s) => { s.update({ n: rows.length }); s.setTimeoutDuration(500); return [] }))
  source.addData(['a', 1])
  await second.rows()
  await second.stop()
  assert.deepEqual(await read(other.spark, '/ckpt').select('key', 'value').collect(), [{ key: { k: 'a' }, value: { groupState: { n: 1 }, timeoutTimestamp: 1_000_500 } }], 'the columns that Spark has, too')
})

test('the timers of a transformWithState, a row each, at each of its batches', async () => {
  const b = new Bench(1_000_000, { 'spark.sql.streaming.noDataMicroBatches.enabled': 'false' }), events = new MemoryStream(b.spark, 'k STRING, v BIGINT')
  const run = await b.start(events.toDF().groupBy('k').transformWithState({ output: 'k STRING', timeMode: 'processingTime' }, handle => ({
    handleInputRows(_, rows, times) { for (const r of rows) handle.registerTimer(times.getCurrentProcessingTimeInMs() + 1_000 * (r['v'] as number)); return [] },
  })))
  const timers = (options = {}): Promise<Row[]> => read(b.spark, '/ckpt', { readRegisteredTimers: 'true', ...options }).drop('partition_id').orderBy('expiration_timestamp_ms').collect()
  events.addData(['a', 20], ['a', 10], ['b', 15])
  await run.rows()
  const [at] = (await timers()).map(r => r['expiration_timestamp_ms'] as number - 10_000)
  assert.deepEqual((await timers()).map(r => [(r['key'] as Row)['k'], r['expiration_timestamp_ms'] as number - at!]), [['a', 10_000], ['b', 15_000], ['a', 20_000]])
  b.clock.ms += 12_000
  events.addData(['c', 100])
  await run.rows()
  assert.deepEqual((await timers()).map(r => (r['key'] as Row)['k']), ['b', 'a', 'c'])
  assert.deepEqual((await timers({ batchId: 0 })).map(r => (r['key'] as Row)['k']), ['a', 'b', 'a'])
  await run.stop()
  assert.equal(read(b.spark, '/ckpt', { readRegisteredTimers: 'true' }).schema.simpleString(), 'struct<key:struct<k:string>,expiration_timestamp_ms:bigint,partition_id:int>')
  assert.equal((await rejection(() => timers({ stateVarName: 'x' }))).condition, 'STDS_CONFLICT_OPTIONS')
})

test('a snapshot of our own, and the deltas after it', async () => {
  const b = new Bench(1_000_000, { 'spark.sql.streaming.stateStore.minDeltasForSnapshot': '2' }), events = new MemoryStream(b.spark, 'k STRING')
  const run = await b.start(events.toDF().groupBy('k').count(), 'update')
  for (let i = 0; i < 4; i++) { events.addData(['a']); await run.rows() }
  await run.stop()
  const partition = (await read(b.spark, '/ckpt').collect())[0]!['partition_id'] as number, at = (batch: number): string => `/ckpt/state/0/${partition}/${batch + 1}`
  assert.notEqual(await b.files.tryRead(`${at(1)}.snapshot`), null)
  await b.files.delete(`${at(0)}.delta`)
  const from = (options: Record<string, number>): Promise<unknown[]> => read(b.spark, '/ckpt', { snapshotPartitionId: partition, ...options }).select('value.count').collect()
  assert.deepEqual(await from({ snapshotStartBatchId: 1 }), [{ count: 4 }])
  assert.deepEqual(await from({ snapshotStartBatchId: 1, batchId: 2 }), [{ count: 3 }])
  const gone = await rejection(() => from({ snapshotStartBatchId: 0 }))
  assert.equal(gone.condition, 'CANNOT_LOAD_STATE_STORE.UNCATEGORIZED')
  assert.match(gone.message, /there is no snapshot file .*\/1\.snapshot/)
})

test('what is not there is refused by Spark\'s names', async () => {
  const checkpoint = `${folder}count-by-key/checkpoint`, spark = local()
  const refused = async (options: Record<string, string | number>, path = checkpoint): Promise<string> => (await rejection(() => read(spark, path, options).collect())).condition
  assert.equal(await refused({ batchId: 12 }), 'STDS_COMMITTED_BATCH_UNAVAILABLE')
  assert.equal(await refused({ batchId: -1 }), 'STDS_INVALID_OPTION_VALUE.IS_NEGATIVE')
  assert.equal(await refused({ operatorId: 1 }), 'STDS_FAILED_TO_READ_STATE_SCHEMA')
  assert.equal(await refused({ joinSide: 'left' }), 'STDS_FAILED_TO_READ_STATE_SCHEMA')
  assert.equal(await refused({ storeName: 'x' }), 'STDS_INVALID_OPTION_VALUE.WITH_MESSAGE', 'as recorded')
  assert.equal(await refused({ joinSide: 'left', storeName: 'x' }), 'STDS_CONFLICT_OPTIONS')
  assert.equal(await refused({}, '/nowhere'), 'STDS_COMMITTED_BATCH_UNAVAILABLE')
  assert.equal(await refused({ bachId: 1 }), 'MICROLOTE_OPTION_UNKNOWN')
  const feed = { readChangeFeed: 'true', changeStartBatchId: 5 }
  assert.equal(await refused({ readChangeFeed: 'true' }), 'STDS_REQUIRED_OPTION_UNSPECIFIED')
  assert.equal(await refused({ ...feed, changeEndBatchId: 4 }), 'STDS_INVALID_OPTION_VALUE.WITH_MESSAGE')
  assert.equal(await refused({ ...feed, changeEndBatchId: 40 }), 'STDS_COMMITTED_BATCH_UNAVAILABLE')
  assert.equal(await refused({ ...feed, changeStartBatchId: -1 }), 'STDS_INVALID_OPTION_VALUE.IS_NEGATIVE')
  assert.equal(await refused({ changeStartBatchId: 1 }), 'STDS_INVALID_OPTION_VALUE.WITH_MESSAGE')
  assert.equal(await refused({ ...feed, batchId: 3 }), 'STDS_CONFLICT_OPTIONS')
  assert.equal(await refused({ ...feed, joinSide: 'left' }), 'STDS_CONFLICT_OPTIONS')
  assert.equal((await rejection(() => spark.read.format('statestore').load())).condition, 'STDS_REQUIRED_OPTION_UNSPECIFIED')
})
