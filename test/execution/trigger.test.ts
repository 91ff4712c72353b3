/** Triggers leave room: a query that always has data must not keep timers of the same process from running. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTriggerMs, runTrigger } from '../../engine/execution/trigger.ts'
import { systemClock, type Clock } from '../../engine/observe/clock.ts'
import { SparkSession } from '../../engine/index.ts'

test('a query that always has a next batch lets timers run and can be stopped', async () => {
  const spark = SparkSession.builder.config({ 'spark.sql.streaming.numRecentProgressUpdates': 1000 }).getOrCreate()
  const rows = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', 5).load()
  const query = await rows.writeStream.format('noop').trigger({ processingTime: '0 seconds' }).start()
  // Were timers starved, this would never resolve and the test runner's time-out would tell.
  while (query.recentProgress.length < 5) await new Promise(resolve => { setTimeout(resolve, 1) })
  await query.stop()
  assert.equal(query.isActive, false)
  assert.equal(query.exception(), null)
  await spark.stop()
})

test('every kind of trigger gives timers their turn between batches', async () => {
  for (const trigger of [{ kind: 'available-now' } as const, { kind: 'processing-time', intervalMs: 0 } as const]) {
    const abort = new AbortController()
    let timers = 0, batches = 0
    const timer = setInterval(() => { timers++ }, 1)
    await runTrigger(trigger, systemClock, abort.signal, 10, async () => {
      if (timers >= 3) abort.abort()
      return ++batches < 1_000_000
    }, () => {})
    clearInterval(timer)
    assert.ok(timers >= 3, `${trigger.kind}: ${timers} timers in ${batches} batches`)
  }
})

test('processing times are whole multiples of the interval since the epoch', () => {
  assert.deepEqual([nextTriggerMs(0, 5000), nextTriggerMs(4999, 5000), nextTriggerMs(5000, 5000), nextTriggerMs(12_345, 1000)], [5000, 5000, 10_000, 13_000])
})

/** Runs batches that take these milliseconds each from a start time; gives when each began, what was slept and what was warned of. */
async function schedule(startMs: number, intervalMs: number, lengths: readonly number[]): Promise<{ begins: number[]; sleeps: number[]; warned: number[] }> {
  let now = startMs
  const stop = new AbortController(), begins: number[] = [], sleeps: number[] = [], warned: number[] = []
  const clock = { nowMs: () => now, monotonicMs: () => now, sleep: async (ms: number) => { sleeps.push(ms); now += ms }, yield: async () => {} } as unknown as Clock
  await runTrigger({ kind: 'processing-time', intervalMs }, clock, stop.signal, 10, async () => {
    begins.push(now)
    now += lengths[begins.length - 1]!
    if (begins.length === lengths.length) stop.abort()
    return true
  }, (_, spent) => warned.push(spent))
  return { begins, sleeps, warned }
}

test('batches begin on multiples of the interval', async () => {
  assert.deepEqual(await schedule(10_300, 1000, [100, 100, 100]), { begins: [10_300, 11_000, 12_000], sleeps: [600, 900], warned: [] })
})

test('a short batch across a multiple is followed at once, with neither a warning nor a sleep below zero', async () => {
  assert.deepEqual(await schedule(10_900, 1000, [300, 100, 100]), { begins: [10_900, 11_200, 12_000], sleeps: [700], warned: [] })
})

test('a batch longer than the interval warns and is followed at once', async () => {
  assert.deepEqual(await schedule(10_000, 1000, [2500, 100, 100]), { begins: [10_000, 12_500, 13_000], sleeps: [400], warned: [2500] })
})
