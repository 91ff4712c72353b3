/** Triggers leave room: a query that always has data must not keep timers of the same process from running. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextTriggerMs, runTrigger } from '../../engine/execution/trigger.ts'
import { systemClock } from '../../engine/observe/clock.ts'
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
