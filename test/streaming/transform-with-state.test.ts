/** transformWithState: values, lists, maps, timers on both clocks, TTL, initial state, restarts that change the variables, errors. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { StatefulProcessor } from '../../engine/api/group-state.ts'
import { MemoryStream } from '../../engine/api/memory-stream.ts'
import type { GroupRows } from '../../engine/columns/rows.ts'
import type { ListState, StatefulHandlers, StatefulProcessorHandle, TimerValues, ValueState } from '../../engine/columns/user-state.ts'
import * as F from '../../engine/functions.ts'
import { Bench, ending, rejection, type Run } from './driver.ts'

const input = 'k STRING, ts TIMESTAMP, v BIGINT'
const at = (minute: number, second = 0): Date => new Date(Date.UTC(2026, 0, 1, 0, minute, second))
const epochAt = (minute: number): number => at(minute).getTime()
type Factory = (handle: StatefulProcessorHandle) => StatefulHandlers<any, any, any>

interface Options { readonly outputMode?: 'append' | 'update'; readonly timeMode?: 'none' | 'processingTime' | 'eventTime'; readonly output?: string; readonly eventTimeColumnName?: string }
const text = (df: DataFrame, processor: Factory, options: Options = {}): DataFrame => df.groupBy('k').transformWithState({ output: 'out STRING', ...options }, processor)
const say = (...out: unknown[]): { out: string }[] => out.map(o => ({ out: typeof o === 'string' ? o : JSON.stringify(o) }))
const said = async (run: Run): Promise<string[]> => (await run.rows()).map(r => r['out'] as string)

class Totals extends StatefulProcessor<{ k: string }, { v: number }, { k: string; total: number; seen: string }> {
  #total!: ValueState<{ total: number }>
  #seen!: ListState<{ v: number }>
  override init(handle: StatefulProcessorHandle): void {
    this.#total = handle.getValueState('total', 'total BIGINT')
    this.#seen = handle.getListState('seen', 'v BIGINT')
  }
  override handleInputRows(key: { k: string }, rows: GroupRows<{ v: number }>): { k: string; total: number; seen: string }[] {
    let total = this.#total.get()?.total ?? 0
    for (const r of rows) { total += r.v; this.#seen.appendValue({ v: r.v }) }
    this.#total.update({ total })
    return [{ k: key.k, total, seen: this.#seen.get().map(s => s.v).join() }]
  }
}

test('a class keeps values and lists, through a restart', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const df = (): DataFrame => events.toDF().groupBy('k').transformWithState({ key: 'k STRING', output: 'k STRING, total BIGINT, seen STRING' }, new Totals())
  let run = await b.start(df())
  events.addData(['a', at(0), 1], ['a', at(0), 2], ['b', at(0), 5])
  assert.deepEqual((await run.rows()).sort((x, y) => (x['k'] < y['k'] ? -1 : 1)), [{ k: 'a', total: 3, seen: '1,2' }, { k: 'b', total: 5, seen: '5' }])
  await run.stop()
  run = await b.start(df())
  events.addData(['a', at(0), 4])
  assert.deepEqual(await run.rows(), [{ k: 'a', total: 7, seen: '1,2,4' }])
  const s = run.state()
  assert.deepEqual([s.operatorName, s.numRowsTotal, s.numRowsUpdated, s.customMetrics!['numListStateVars']], ['transformWithStateExec', 4, 2, 1])
  await run.stop()
})

test('lists and maps: every operation, and what they refuse', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  let step: (list: ListState, map: any) => unknown = () => null
  const run = await b.start(text(events.toDF(), handle => {
    const list = handle.getListState('list', 'n BIGINT'), map = handle.getMapState('map', 'a STRING, b DOUBLE', 'n BIGINT')
    return { handleInputRows: () => say(step(list, map)) }
  }))
  const doing = async (f: typeof step): Promise<unknown> => { step = f; events.addData(['a', at(0), 1]); return JSON.parse((await said(run))[0]!) }
  assert.deepEqual(await doing(l => { const before = l.exists(); l.put([{ n: 1 }, { n: 2 }]); l.appendList([{ n: 3 }]); return [before, l.exists(), l.get()] }), [false, true, [{ n: 1 }, { n: 2 }, { n: 3 }]])
  assert.deepEqual(await doing(l => { l.appendValue({ n: 4 }); return l.get().length }), 4)
  assert.deepEqual(await doing(l => { l.clear(); return [l.exists(), l.get()] }), [false, []])
  assert.deepEqual(await doing((_, m) => {
    m.updateValue({ a: 'x', b: 0 }, { n: 1 })
    m.updateValue({ a: 'x', b: -0 }, { n: 2 })
    m.updateValue({ a: 'y', b: NaN }, { n: 3 })
    return [[...m.keys()].length, m.getValue({ a: 'x', b: 0 }), m.containsKey({ a: 'y', b: NaN }), m.containsKey({ a: 'z', b: 0 }), m.getValue({ a: 'z', b: 0 })]
  }), [2, { n: 2 }, true, false, null])
  assert.deepEqual(await doing((_, m) => { m.removeKey({ a: 'x', b: 0 }); return [[...m.values()], [...m.iterator()].length, m.exists()] }), [[{ n: 3 }], 1, true])
  assert.deepEqual(await doing((_, m) => { m.removeKey({ a: 'y', b: NaN }); return m.exists() }), false)
  assert.equal(run.state().numRowsTotal, 0)
  const conditions = await doing((l, m) => [() => l.put([]), () => l.appendValue(null as never), () => m.updateValue(null, { n: 1 }), () => m.updateValue({ a: 'a', b: 1 }, { n: 'x' }), () => l.put('no' as never)].map(f => { try { f(); return null } catch (e) { return (e as { condition: string }).condition } }))
  assert.deepEqual(conditions, ['ILLEGAL_STATE_STORE_VALUE.EMPTY_LIST_VALUE', 'ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', 'ILLEGAL_STATE_STORE_VALUE.NULL_VALUE', 'MICROLOTE_STATE_VALUE_MISMATCH', 'MICROLOTE_STATE_VALUE_MISMATCH'])
  await run.stop()
})

test('timers by the clock fire at their time or after it, in order, several a key, also after a restart', async () => {
  const b = new Bench(1_000_000), events = new MemoryStream(b.spark, input)
  const processor = (): Factory => handle => ({
    handleInputRows(key, rows, times: TimerValues) {
      for (const r of rows) handle.registerTimer(times.getCurrentProcessingTimeInMs() + r.v)
      return say([key.k, ...handle.listTimers()])
    },
    handleExpiredTimer: (key, times, info) => say(`${key.k} ${info.getExpiryTimeInMs()} at ${times.getCurrentProcessingTimeInMs()}, left ${[...handle.listTimers()].filter(t => t !== info.getExpiryTimeInMs()).join()}`),
  })
  const df = (): DataFrame => text(events.toDF(), processor(), { timeMode: 'processingTime' })
  let run = await b.start(df())
  events.addData(['a', at(0), 3000], ['a', at(0), 1000], ['a', at(0), 1000], ['b', at(0), 2000])
  assert.deepEqual((await said(run)).sort(), ['["a",1001000,1003000]', '["b",1002000]'])
  b.clock.ms += 1000
  assert.deepEqual(await said(run), ['a 1001000 at 1001000, left 1003000'], 'a timer equal to the time is due')
  await run.stop()
  b.clock.ms += 5000
  run = await b.start(df())
  events.addData(['c', at(0), 9000])
  assert.deepEqual((await said(run)).sort(), ['["c",1015000]', 'a 1003000 at 1006000, left ', 'b 1002000 at 1006000, left '])
  assert.equal(run.state().customMetrics!['numExpiredTimers'], 2)
  b.clock.ms += 8999
  assert.deepEqual(await said(run), [])
  await run.stop()
})

test('a timer that is deleted does not fire; one registered in handleExpiredTimer fires later', async () => {
  const b = new Bench(1000), events = new MemoryStream(b.spark, input)
  const run = await b.start(text(events.toDF(), handle => ({
    handleInputRows(_, rows) { for (const r of rows) if (r.v > 0) handle.registerTimer(r.v); else handle.deleteTimer(-r.v); return say(...[...handle.listTimers()].map(String)) },
    handleExpiredTimer(_, times, info) { if (info.getExpiryTimeInMs() < 4000) handle.registerTimer(times.getCurrentProcessingTimeInMs() + 1000); return say(`fired ${info.getExpiryTimeInMs()}`) },
  }), { timeMode: 'processingTime' }))
  events.addData(['a', at(0), 2000], ['a', at(0), 9000])
  assert.deepEqual(await said(run), ['2000', '9000'])
  events.addData(['a', at(0), -9000])
  assert.deepEqual(await said(run), ['2000'])
  b.clock.ms = 2500
  assert.deepEqual(await said(run), ['fired 2000'])
  b.clock.ms = 3499
  assert.deepEqual(await said(run), [])
  b.clock.ms = 20_000
  assert.deepEqual(await said(run), ['fired 3500'], 'what it registers waits for its time')
  b.clock.ms = 21_000
  assert.deepEqual(await said(run), ['fired 21000'])
  await run.stop()
})

test('by event time: late rows are dropped, timers follow the watermark, and the event time goes on to operators above', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const processor: Factory = handle => {
    const count = handle.getValueState('count', 'n BIGINT')
    return {
      handleInputRows(key, rows) {
        count.update({ n: (count.get()?.n ?? 0) + rows.length })
        for (const r of rows) handle.registerTimer(r.ts.getTime())
        return key.k === 'bad' ? [{ k: 'bad', ts: at(0), n: 0 }] : []
      },
      handleExpiredTimer(key, times) {
        const n = count.get()!.n
        return [{ k: key.k, ts: new Date(times.getCurrentWatermarkInMs() + 1), n }]
      },
    }
  }
  const sessions = (source: MemoryStream): DataFrame => source.toDF().withWatermark('ts', '0 seconds').groupBy('k').transformWithState({ output: 'k STRING, ts TIMESTAMP, n BIGINT', timeMode: 'eventTime', eventTimeColumnName: 'ts' }, processor)
  const run = await b.start(sessions(events))
  events.addData(['a', at(1), 1], ['b', at(5), 1])
  const rows = await run.rows()
  assert.deepEqual(rows.map(r => [r['k'], r['ts'].getTime(), r['n']]), [['a', epochAt(5) + 1, 1], ['b', epochAt(5) + 1, 1]], 'both timers are due at the watermark of the batch without data')
  events.addData(['a', at(5), 1], ['a', at(6), 1])
  await run.rows()
  const batch = run.query.recentProgress.filter(p => p.numInputRows > 0).at(-1)!
  assert.equal(batch.stateOperators[0]!.numRowsDroppedByWatermark, 1)
  const other = new Bench(), source = new MemoryStream(other.spark, input)
  const above = await other.start(sessions(source).groupBy(F.window('ts', '1 minute')).agg(F.sum('n').alias('n')))
  source.addData(['a', at(1), 1], ['b', at(5), 1])
  await above.rows()
  source.addData(['c', at(20), 1])
  assert.deepEqual((await above.rows()).map(r => [r['window'].start.getTime(), r['n']]), [[epochAt(5), 2]], 'the window above closes by the same watermark')
  await above.stop()
  events.addData(['bad', at(30), 1])
  assert.equal(ending(await rejection(run.rows())).condition, 'EMITTING_ROWS_OLDER_THAN_WATERMARK_NOT_ALLOWED')
})

test('a value with a TTL is gone when its time is over, an element of a list or map by itself', async () => {
  const b = new Bench(1_000_000), events = new MemoryStream(b.spark, input)
  const run = await b.start(text(events.toDF(), handle => {
    const value = handle.getValueState('value', 'n BIGINT', 1000), list = handle.getListState('list', 'n BIGINT', 1000), map = handle.getMapState('map', 'k BIGINT', 'n BIGINT', 1000)
    return {
      handleInputRows(_, rows) {
        const out = [value.get(), list.get(), [...map.keys()]]
        for (const r of rows) if (r.v > 0) { value.update({ n: r.v }); list.appendValue({ n: r.v }); map.updateValue({ k: r.v }, { n: r.v }) }
        return say(out)
      },
    }
  }, { timeMode: 'processingTime' }))
  const step = async (ms: number, v: number): Promise<unknown> => { b.clock.ms += ms; events.addData(['a', at(0), v]); return (await said(run)).map(s => JSON.parse(s) as unknown)[0] }
  assert.deepEqual(await step(0, 1), [null, [], []])
  assert.deepEqual(await step(600, 2), [{ n: 1 }, [{ n: 1 }], [{ k: 1 }]])
  assert.deepEqual(await step(400, 0), [{ n: 2 }, [{ n: 2 }], [{ k: 2 }]], 'at 1000 ms the first is over')
  assert.equal(run.state().numRowsTotal, 3)
  b.clock.ms += 600
  await run.rows()
  assert.deepEqual([run.state().numRowsTotal, run.state().customMetrics!['numValuesRemovedDueToTTLExpiry']], [0, 3], 'a batch without rows clears what is over')
  assert.deepEqual(await step(0, 0), [null, [], []])
  await run.stop()
})

test('TTLs go on after a restart', async () => {
  const b = new Bench(1_000_000), events = new MemoryStream(b.spark, input)
  const df = (): DataFrame => text(events.toDF(), handle => {
    const value = handle.getValueState('value', 'n BIGINT', 1000)
    return { handleInputRows(_, rows) { const before = value.get(); for (const r of rows) if (r.v > 0) value.update({ n: r.v }); return say([before]) } }
  }, { timeMode: 'processingTime' })
  let run = await b.start(df())
  events.addData(['a', at(0), 1], ['b', at(0), 2])
  await run.rows()
  await run.stop()
  b.clock.ms += 1000
  run = await b.start(df())
  events.addData(['a', at(0), 0])
  assert.deepEqual(await said(run), ['[null]'])
  assert.equal(run.state().numRowsTotal, 0)
  await run.stop()
})

test('variables may be added and dropped between runs; one of another type is refused', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const runWith = async (processor: Factory): Promise<string[]> => {
    const run = await b.start(text(events.toDF(), processor))
    events.addData(['a', at(0), 1])
    const out = await said(run)
    await run.stop()
    return out
  }
  const counting = (name: string): Factory => handle => { const c = handle.getValueState(name, 'n BIGINT'); return { handleInputRows() { const n = (c.get()?.n ?? 0) + 1; c.update({ n }); return say(n) } } }
  assert.deepEqual(await runWith(counting('first')), ['1'])
  assert.deepEqual(await runWith(handle => { const one = counting('first')(handle), two = counting('second')(handle); return { handleInputRows: (...args) => [...one.handleInputRows(...args), ...two.handleInputRows(...args)] } }), ['2', '1'])
  assert.deepEqual(await runWith(handle => { const one = counting('first')(handle), two = counting('second')(handle); return { handleInputRows: (...args) => [...one.handleInputRows(...args), ...two.handleInputRows(...args)] } }), ['3', '2'])
  assert.deepEqual(await runWith(handle => { handle.deleteIfExists('second'); return counting('first')(handle) }), ['4'])
  assert.deepEqual(await runWith(handle => { const one = counting('first')(handle), two = counting('second')(handle); return { handleInputRows: (...args) => [...one.handleInputRows(...args), ...two.handleInputRows(...args)] } }), ['5', '1'], 'it was dropped, so it begins anew')
  const run = await b.start(text(events.toDF(), handle => { const c = handle.getValueState('first', 'n STRING'); return { handleInputRows: () => say(c.exists()) } }))
  events.addData(['a', at(0), 1])
  assert.equal(ending(await rejection(run.rows())).condition, 'STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE')
})

test('timers of one clock are not taken for those of another', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const started = (timeMode: 'processingTime' | 'eventTime'): Promise<Run> => b.start(text(events.toDF().withWatermark('ts', '0 seconds'), handle => ({ handleInputRows() { handle.registerTimer(1e15); return [] } }), { timeMode }))
  const first = await started('processingTime')
  events.addData(['a', at(0), 1])
  await first.rows()
  await first.stop()
  const second = await started('eventTime')
  events.addData(['a', at(0), 1])
  assert.equal(ending(await rejection(second.rows())).condition, 'STATE_STORE_INVALID_CONFIG_AFTER_RESTART')
})

test('the initial state is handed over in the first batch, every row of a key', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const initial = b.spark.createDataFrame([['a', 1], ['a', 2], ['z', 3]], 'id STRING, v BIGINT')
  const run = await b.start(events.toDF().groupBy('k').transformWithState({ output: 'out STRING', initialState: initial.groupBy('id') }, handle => {
    const list = handle.getListState('list', 'v BIGINT')
    return { handleInputRows: key => say([key['k'], list.get().map(r => r.v)]), handleInitialState: (_, row) => list.appendValue({ v: row['v'] }) }
  }))
  events.addData(['a', at(0), 1], ['b', at(0), 1])
  assert.deepEqual((await said(run)).sort(), ['["a",[1,2]]', '["b",[]]'])
  events.addData(['z', at(0), 1])
  assert.deepEqual(await said(run), ['["z",[3]]'])
  await run.stop()
})

test('in a batch query every key is handled once, with nothing kept', async () => {
  const b = new Bench()
  const rows = b.spark.createDataFrame([['a', at(0), 1], ['b', at(0), 2], ['a', at(0), 3]], input)
  let closed = 0
  const out = await text(rows, handle => {
    const sum = handle.getValueState('sum', 'n BIGINT')
    return {
      handleInputRows(key, group) { for (const r of group) sum.update({ n: (sum.get()?.n ?? 0) + r.v }); handle.registerTimer(1); return say([key.k, sum.get()!.n]) },
      handleExpiredTimer: () => say('never'), close() { closed++ },
    }
  }, { timeMode: 'processingTime' }).collect()
  assert.deepEqual(out.map(r => r['out']), ['["a",4]', '["b",2]'])
  assert.equal(closed, 1)
})

test('what a processor may not do is refused by Spark\'s names', async () => {
  const b = new Bench(), events = new MemoryStream(b.spark, input)
  const atStart = async (processor: Factory, options: Options = {}): Promise<string> => (await rejection(b.start(text(events.toDF().withWatermark('ts', '0 seconds'), processor, options)))).condition
  const handlers = { handleInputRows: () => [] }
  assert.equal(await atStart(h => { h.getValueState('a', 'n BIGINT'); h.getListState('a', 'n BIGINT'); return handlers }), 'STATEFUL_PROCESSOR_DUPLICATE_STATE_VARIABLE_DEFINED')
  assert.equal(await atStart(h => { h.getValueState('a', 'n BIGINT', 5); return handlers }), 'STATEFUL_PROCESSOR_INCORRECT_TIME_MODE_TO_ASSIGN_TTL')
  assert.equal(await atStart(h => { h.getValueState('a', 'n BIGINT', -5); return handlers }, { timeMode: 'processingTime' }), 'STATEFUL_PROCESSOR_TTL_DURATION_MUST_BE_POSITIVE')
  assert.equal(await atStart(h => { h.getValueState('$a', 'n BIGINT'); return handlers }), 'STATE_STORE_CANNOT_CREATE_COLUMN_FAMILY_WITH_RESERVED_CHARS')
  assert.equal(await atStart(h => { h.getValueState(' ', 'n BIGINT'); return handlers }), 'STATE_STORE_CANNOT_USE_COLUMN_FAMILY_WITH_INVALID_NAME')
  assert.equal(await atStart(h => { h.registerTimer(5); return handlers }, { timeMode: 'processingTime' }), 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE')
  assert.equal(await atStart(h => { h.getValueState('a', 'n BIGINT').get(); return handlers }), 'STATE_STORE_HANDLE_NOT_INITIALIZED')
  assert.equal(await atStart(() => { throw new Error('no') }), 'TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR')
  assert.equal(await atStart(() => handlers, { timeMode: 'never' as never }).catch((e: { condition: string }) => e.condition), 'STATEFUL_PROCESSOR_UNKNOWN_TIME_MODE')
  const later = async (f: (h: StatefulProcessorHandle) => void, options: Options = {}): Promise<string | null> => {
    const bench = new Bench(), source = new MemoryStream(bench.spark, input)
    const run = await bench.start(text(source.toDF(), h => ({ handleInputRows() { f(h); return [] } }), options))
    source.addData(['a', at(0), 1])
    return ending(await rejection(run.rows())).condition
  }
  assert.equal(await later(h => { h.registerTimer(1) }), 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_TIME_MODE')
  assert.equal(await later(h => { h.getValueState('late', 'n BIGINT') }), 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE')
  assert.equal(await later(h => { h.deleteIfExists('late') }), 'STATEFUL_PROCESSOR_CANNOT_PERFORM_OPERATION_WITH_INVALID_HANDLE_STATE')
  assert.equal(await later(() => { throw new Error('in a row') }), 'TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR')
  assert.equal((await rejection(b.start(text(events.toDF(), () => handlers, { timeMode: 'eventTime', eventTimeColumnName: 'ts', output: 'out STRING, ts TIMESTAMP' })))).condition, 'MICROLOTE_STREAMING_REFUSED', 'the event time of its rows needs a watermark')
  assert.equal((await rejection(b.start(text(events.toDF(), () => handlers), 'complete'))).condition, 'STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION', 'nothing to complete')
})

test('an error keeps nothing of the batch: it is repeated whole after a restart', async () => {
  const b = new Bench(1000), events = new MemoryStream(b.spark, input)
  let broken = true
  const df = (): DataFrame => text(events.toDF(), handle => {
    const c = handle.getValueState('n', 'n BIGINT')
    return {
      handleInputRows(key) { const n = (c.get()?.n ?? 0) + 1; c.update({ n }); handle.registerTimer(500); return say([key.k, n]) },
      handleExpiredTimer(key) { if (broken) throw new Error('in the timer'); return say(`timer ${key.k}`) },
    }
  }, { timeMode: 'processingTime' })
  let run = await b.start(df())
  events.addData(['a', at(0), 1])
  const { condition, cause } = ending(await rejection(run.rows()))
  assert.equal(condition, 'TRANSFORM_WITH_STATE_USER_FUNCTION_ERROR')
  assert.match(cause.message, /handleExpiredTimer .*in the timer/)
  broken = false
  run = await b.start(df())
  assert.deepEqual(await said(run), ['["a",1]', 'timer a'])
  await run.stop()
})
