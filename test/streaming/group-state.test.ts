/** mapGroupsWithState and flatMapGroupsWithState: event by event, timeouts on both clocks, restarts, initial state, errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import type { Row } from '../../engine/columns/rows.ts'
import { Bench, ending, rejection } from './driver.ts'

const input = 'k STRING, ts TIMESTAMP, v BIGINT'
const at = (minute: number, second = 0): Date => new Date(Date.UTC(2026, 0, 1, 0, minute, second))

const counted = (df: DataFrame): DataFrame => df.groupBy('k').flatMapGroupsWithState(
  { key: 'k STRING', state: 'n BIGINT, last STRING', output: 'k STRING, n BIGINT' }, (key, rows, state) => {
    const n = (state.getOption?.n ?? 0) + rows.length
    state.update({ n, last: key.k })
    return [{ k: key.k, n }]
  })

test('a key is called once a batch with all its rows in order, keys by their order, null first', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const calls: unknown[] = []
  const df = events.toDF().groupBy('k').flatMapGroupsWithState({ input, state: 'n BIGINT', output: 'k STRING, v BIGINT' }, (key, rows, state) => {
    calls.push([key, rows.length, state.exists, state.hasTimedOut])
    assert.deepEqual([...rows].map(r => r.v), rows.map(r => r.v), 'rows can be read twice')
    return rows.map(r => ({ k: key['k'], v: r.v * 10 }))
  })
  const run = await b.start(df)
  events.addData(['b', at(0), 1], ['a', at(0), 2], ['b', at(0), 3], [null, at(0), 4])
  const rows = await run.rows()
  assert.deepEqual(rows.filter(r => r['k'] === 'b'), [{ k: 'b', v: 10 }, { k: 'b', v: 30 }])
  assert.deepEqual(rows.map(r => r['v']).sort((x, y) => x - y), [10, 20, 30, 40])
  assert.deepEqual(calls.sort((x, y) => String(x).localeCompare(String(y))).map(c => JSON.stringify(c)).sort(), ['[{"k":"a"},1,false,false]', '[{"k":"b"},2,false,false]', '[{"k":null},1,false,false]'])
  assert.equal(run.state().numRowsTotal, 0, 'nothing was put')
  await run.stop()
})

test('state lives through restarts, and its schema is held against the checkpoint', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  let run = await b.start(counted(events.toDF()))
  events.addData(['a', at(0), 1], ['a', at(0), 1], ['b', at(0), 1])
  assert.deepEqual((await run.rows()).sort(byKey), [{ k: 'a', n: 2 }, { k: 'b', n: 1 }])
  await run.stop()
  run = await b.start(counted(events.toDF()))
  events.addData(['a', at(0), 1])
  assert.deepEqual(await run.rows(), [{ k: 'a', n: 3 }])
  assert.deepEqual([run.state().operatorName, run.state().numRowsTotal, run.state().numRowsUpdated], ['flatMapGroupsWithState', 2, 1])
  await run.stop()
  const other = events.toDF().groupBy('k').flatMapGroupsWithState({ state: 'n STRING', output: 'k STRING' }, () => [])
  run = await b.start(other)
  events.addData(['a', at(0), 1])
  assert.equal(ending(await rejection(run.rows())).condition, 'STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE')
  const byNumber = events.toDF().groupBy('v').flatMapGroupsWithState({ state: 'n BIGINT, last STRING', output: 'k STRING' }, () => [])
  run = await b.start(byNumber)
  events.addData(['a', at(0), 1])
  assert.equal(ending(await rejection(run.rows())).condition, 'STATE_STORE_KEY_SCHEMA_NOT_COMPATIBLE')
})

test('mapGroupsWithState gives a row a key, in the mode update only', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const df = events.toDF().groupBy('k').mapGroupsWithState({ key: 'k STRING', input, state: 'sum BIGINT', output: 'k STRING, sum BIGINT' }, (key, rows, state) => {
    let sum = state.getOption?.sum ?? 0
    for (const r of rows) sum += r.v
    state.update({ sum })
    return { k: key.k, sum }
  })
  assert.equal((await rejection(b.start(df, 'append'))).condition, 'MICROLOTE_STREAMING_REFUSED')
  const run = await b.start(df, 'update')
  events.addData(['a', at(0), 1], ['a', at(0), 2])
  assert.deepEqual(await run.rows(), [{ k: 'a', sum: 3 }])
  events.addData(['a', at(0), 4])
  assert.deepEqual(await run.rows(), [{ k: 'a', sum: 7 }])
  await run.stop()
})

test('a state that is removed is gone; without a change nothing is written', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const seen: unknown[] = []
  const df = events.toDF().groupBy('k').flatMapGroupsWithState({ input, state: 'v BIGINT', output: 'v BIGINT' }, (_, rows, state) => {
    seen.push([state.exists, state.getOption])
    const [first] = rows.toArray()
    if (first!.v > 0) state.update({ v: first!.v })
    if (first!.v < 0) {
      state.remove()
      assert.equal(state.exists, false)
      assert.throws(() => state.get, (e: Error) => e.message.startsWith('[MICROLOTE_GROUP_STATE_UNDEFINED]'))
    }
    return []
  })
  const run = await b.start(df)
  const step = async (v: number): Promise<readonly number[]> => { events.addData(['a', at(0), v]); await run.rows(); const s = run.state(); return [s.numRowsTotal, s.numRowsUpdated, s.numRowsRemoved] }
  assert.deepEqual(await step(7), [1, 1, 0])
  assert.deepEqual(await step(0), [1, 0, 0])
  assert.deepEqual(await step(-1), [0, 0, 1])
  assert.deepEqual(await step(-1), [0, 0, 1], 'Spark counts a removal of nothing, too')
  assert.deepEqual(seen, [[false, null], [true, { v: 7 }], [true, { v: 7 }], [false, null]])
  await run.stop()
})

test('a processing-time timeout fires in the first batch later than it, once, and rows clear it', async () => {
  const b = new Bench(1_000_000), events = new MemoryStream(b.spark, input)
  const df = events.toDF().groupBy('k').flatMapGroupsWithState({ key: 'k STRING', state: 'n BIGINT', output: 'k STRING, n BIGINT, at BIGINT', timeout: 'ProcessingTimeTimeout' }, (key, rows, state) => {
    if (state.hasTimedOut) {
      assert.equal(rows.length, 0)
      return [{ k: key.k, n: state.get.n, at: state.getCurrentProcessingTimeMs() }]
    }
    state.update({ n: (state.getOption?.n ?? 0) + rows.length })
    state.setTimeoutDuration(key.k === 'long' ? '1 hour' : 1000)
    assert.throws(() => state.getCurrentWatermarkMs(), /MICROLOTE_GROUP_STATE_NO_WATERMARK/)
    return []
  })
  const run = await b.start(df)
  const move = async (ms: number): Promise<Row[]> => { b.clock.ms += ms; return run.rows() }
  events.addData(['a', at(0), 1], ['b', at(0), 1], ['long', at(0), 1])
  assert.deepEqual(await run.rows(), [])
  assert.deepEqual(await move(1000), [], 'a timeout equal to the time is not over')
  events.addData(['b', at(0), 1])
  assert.deepEqual(await move(1), [{ k: 'a', n: 1, at: 1_001_001 }], 'b had rows, so its timeout began anew')
  assert.deepEqual(await move(5000), [{ k: 'b', n: 2, at: 1_006_001 }])
  assert.deepEqual(await move(5000), [], 'no new timeout was set')
  assert.equal(run.state().numRowsTotal, 3, 'after a timeout without remove the state stays')
  assert.deepEqual(await move(3_600_000), [{ k: 'long', n: 1, at: 4_611_001 }])
  await run.stop()
})

test('timeouts outlive a restart', async () => {
  const b = new Bench(0 + 5000), events = new MemoryStream(b.spark, input)
  const df = (): DataFrame => events.toDF().groupBy('k').flatMapGroupsWithState({ key: 'k STRING', state: 'n BIGINT', output: 'k STRING', timeout: 'ProcessingTimeTimeout' }, (key, _, state) => {
    if (state.hasTimedOut) { state.remove(); return [{ k: key.k }] }
    state.update({ n: 1 })
    state.setTimeoutDuration(1000)
    return []
  })
  let run = await b.start(df())
  events.addData(['a', at(0), 1], ['b', at(0), 1])
  await run.rows()
  await run.stop()
  b.clock.ms += 2000
  run = await b.start(df())
  events.addData(['b', at(0), 1])
  assert.deepEqual(await run.rows(), [{ k: 'a' }])
  assert.equal(run.state().numRowsTotal, 1)
  await run.stop()
})

test('what cannot be asked of a state is refused by name', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const failing = async (timeout: 'NoTimeout' | 'ProcessingTimeTimeout' | 'EventTimeTimeout', f: (state: any) => void): Promise<string | null> => {
    const bench = new Bench(), source = new MemoryStream(bench.spark, input)
    const df = source.toDF().withWatermark('ts', '0 seconds').groupBy('k').flatMapGroupsWithState({ state: 'n BIGINT', output: 'k STRING', timeout }, (_k, _r, state) => { f(state); return [] })
    const run = await bench.start(df)
    source.addData(['a', at(10), 1])
    await run.rows().catch(() => {})
    source.addData(['a', at(20), 1])
    const e = await rejection(run.rows())
    return ending(e).condition
  }
  void events
  void b
  assert.equal(await failing('NoTimeout', s => s.setTimeoutDuration(1)), 'MICROLOTE_GROUP_STATE_TIMEOUT_NOT_ENABLED')
  assert.equal(await failing('ProcessingTimeTimeout', s => s.setTimeoutTimestamp(1)), 'MICROLOTE_GROUP_STATE_TIMEOUT_NOT_ENABLED')
  assert.equal(await failing('ProcessingTimeTimeout', s => s.setTimeoutDuration(0)), 'MICROLOTE_GROUP_STATE_INVALID_TIMEOUT')
  assert.equal(await failing('EventTimeTimeout', s => s.setTimeoutTimestamp(0)), 'MICROLOTE_GROUP_STATE_INVALID_TIMEOUT')
  assert.equal(await failing('EventTimeTimeout', s => s.setTimeoutTimestamp(at(9))), 'MICROLOTE_GROUP_STATE_INVALID_TIMEOUT', 'the watermark is at 10 in the second batch')
  assert.equal(await failing('NoTimeout', s => s.update(null)), 'MICROLOTE_GROUP_STATE_NULL')
  assert.equal(await failing('NoTimeout', s => s.update({ n: 'x' })), 'MICROLOTE_STATE_VALUE_MISMATCH')
  assert.equal(await failing('NoTimeout', s => s.get), 'MICROLOTE_GROUP_STATE_UNDEFINED')
})

test('an error of the function ends the query with its cause; the batch is repeated whole after a restart', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  let broken = true
  const reason = new TypeError('no luck')
  const df = (): DataFrame => events.toDF().groupBy('k').flatMapGroupsWithState({ key: 'k STRING', state: 'n BIGINT', output: 'k STRING, n BIGINT' }, function* (key, rows, state) {
    const n = (state.getOption?.n ?? 0) + rows.length
    state.update({ n })
    yield { k: key.k, n }
    if (broken && key.k === 'b') throw reason
  })
  let run = await b.start(df())
  events.addData(['a', at(0), 1], ['b', at(0), 1])
  const { condition, cause } = ending(await rejection(run.rows()))
  assert.equal(condition, 'FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR')
  assert.equal(cause.cause, reason)
  assert.match(cause.message, /flatMapGroupsWithState threw for the key \{"k":"b"\}: no luck/)
  broken = false
  run = await b.start(df())
  assert.deepEqual((await run.rows()).sort(byKey), [{ k: 'a', n: 1 }, { k: 'b', n: 1 }], 'nothing of the failed batch was kept')
  await run.stop()
})

test('rows that do not fit the output, and what is no list of rows, are refused', async () => {
  for (const [result, condition] of [[[{ k: 1 }], 'MICROLOTE_USER_ROW_MISMATCH'], [null, 'MICROLOTE_USER_ROWS_NOT_ITERABLE'], [Promise.resolve([]), 'MICROLOTE_USER_ROWS_NOT_ITERABLE'], [[null], 'MICROLOTE_USER_ROW_MISMATCH']] as const) {
    const b = new Bench(), events = new MemoryStream(b.spark, input)
    const run = await b.start(events.toDF().groupBy('k').flatMapGroupsWithState({ state: 'n BIGINT', output: 'k STRING' }, () => result as never))
    events.addData(['a', at(0), 1])
    assert.equal(ending(await rejection(run.rows())).condition, condition)
  }
})

test('the initial state is there in the first batch, for keys without rows too; a second row of a key is refused', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const initial = b.spark.createDataFrame([{ key: 'a', n: 10 }, { key: 'z', n: 5 }], 'key STRING, n BIGINT')
  const df = (state: DataFrame): DataFrame => events.toDF().groupBy('k').flatMapGroupsWithState({ key: 'k STRING', state: 'n BIGINT', output: 'k STRING, n BIGINT', initialState: state.groupBy('key') }, (key, rows, s) => {
    const n = (s.getOption?.n ?? 0) + rows.length
    if (rows.length > 0) s.update({ n })
    return [{ k: key.k, n }]
  })
  let run = await b.start(df(initial))
  events.addData(['a', at(0), 1], ['b', at(0), 1])
  assert.deepEqual((await run.rows()).sort(byKey), [{ k: 'a', n: 11 }, { k: 'b', n: 1 }, { k: 'z', n: 5 }])
  assert.equal(run.state().numRowsTotal, 3)
  events.addData(['z', at(0), 1], ['a', at(0), 1])
  assert.deepEqual((await run.rows()).sort(byKey), [{ k: 'a', n: 12 }, { k: 'z', n: 6 }], 'only once')
  await run.stop()
  assert.equal((await rejection(() => df(events.toDF().select('k', 'v')))).condition, 'MICROLOTE_STREAMING_REFUSED')
  assert.equal((await rejection(() => df(b.spark.createDataFrame([{ key: 'a', n: 'x' }], 'key STRING, n STRING')))).condition, 'MICROLOTE_GROUP_STATE_SCHEMA')
  const twice = new Bench(), source = new MemoryStream(twice.spark, input)
  run = await twice.start(source.toDF().groupBy('k').flatMapGroupsWithState({ state: 'n BIGINT', output: 'k STRING', initialState: twice.spark.createDataFrame([{ k: 'a', n: 1 }, { k: 'a', n: 2 }], 'k STRING, n BIGINT').groupBy('k') }, () => []))
  source.addData(['a', at(0), 1])
  assert.equal(ending(await rejection(run.rows())).condition, 'MICROLOTE_GROUP_STATE_DUPLICATE_INITIAL')
})

test('in a batch query each key is called once, with empty state, and timeouts do nothing', async () => {
  const b = new Bench(42_000)
  const rows = b.spark.createDataFrame([['a', at(0), 1], ['b', at(0), 1], ['a', at(0), 2]], input)
  const df = rows.withWatermark('ts', '1 minute').groupBy('k').flatMapGroupsWithState({ key: 'k STRING', state: 'n BIGINT', output: 'k STRING, n BIGINT, wm BIGINT, now BIGINT', timeout: 'ProcessingTimeTimeout' }, (key, group, state) => {
    assert.equal(state.exists, false)
    state.update({ n: 1 })
    state.setTimeoutDuration(1)
    return [{ k: key.k, n: group.length, wm: state.getCurrentWatermarkMs(), now: state.getCurrentProcessingTimeMs() }]
  })
  assert.deepEqual(await df.collect(), [{ k: 'a', n: 2, wm: -1, now: 42_000 }, { k: 'b', n: 1, wm: -1, now: 42_000 }])
})

test('keys can be expressions, and what a function makes of each row', async () => {
  const b = new Bench()
  const rows = b.spark.createDataFrame([['a ', at(1), 1], ['a', at(7), 2], ['b', at(8), 3]], input)
  const f = (key: Row, group: { readonly length: number }): Row[] => [{ key: JSON.stringify(key), n: group.length }]
  const out = { state: 'n BIGINT', output: 'key STRING, n BIGINT' }
  assert.deepEqual(await rows.groupByKey(r => ({ name: (r['k'] as string).trim() }), 'name STRING').flatMapGroupsWithState(out, f).collect(), [{ key: '{"name":"a"}', n: 2 }, { key: '{"name":"b"}', n: 1 }])
  assert.deepEqual(await rows.groupBy(rows.col('v').gt(1).alias('big')).flatMapGroupsWithState(out, f).collect(), [{ key: '{"big":false}', n: 1 }, { key: '{"big":true}', n: 2 }])
  assert.deepEqual((await rows.groupByKey('k', 'v').flatMapGroupsWithState(out, f).collect()).length, 3)
  assert.equal((await rejection(() => rows.groupBy('k').flatMapGroupsWithState({ ...out, input: 'k STRING' }, () => []))).condition, 'MICROLOTE_GROUP_STATE_SCHEMA')
  assert.equal((await rejection(() => rows.groupBy('k').flatMapGroupsWithState({ ...out, key: 'k BIGINT' }, () => []))).condition, 'MICROLOTE_GROUP_STATE_SCHEMA')
  assert.equal((await rejection(() => rows.groupBy().flatMapGroupsWithState(out, () => []))).condition, 'MICROLOTE_INVALID_ARGUMENT')
})

test('only keys whose time is over are looked at: others are not called', async () => {
  const b = new Bench(1_000_000), events = new MemoryStream(b.spark, input)
  let calls = 0
  const df = events.toDF().groupBy('k').flatMapGroupsWithState({ key: 'k STRING', input, state: 'n BIGINT', output: 'k STRING', timeout: 'ProcessingTimeTimeout' }, (key, rows, state) => {
    calls++
    if (state.hasTimedOut) { state.remove(); return [{ k: key.k }] }
    state.update({ n: 1 })
    state.setTimeoutDuration([...rows][0]!.v)
    return []
  })
  const run = await b.start(df)
  events.addData(...Array.from({ length: 1000 }, (_, i) => [`k${i}`, at(0), 1000 * (i + 1)]))
  await run.rows()
  calls = 0
  b.clock.ms += 10_001
  assert.equal((await run.rows()).length, 10)
  assert.equal(calls, 10)
  assert.equal(run.state().numRowsTotal, 990)
  await run.stop()
})

const byKey = (x: Row, y: Row): number => (String(x['k']) < String(y['k']) ? -1 : 1)
