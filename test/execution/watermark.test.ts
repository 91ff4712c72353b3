/** How the watermark of a query comes from its nodes, and what progress shows of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTimeProgress, WatermarkTracker } from '../../engine/execution/watermark.ts'
import type { EventTimeStats } from '../../engine/operators/operator.ts'

const seen = (...maxima: (number | null)[]): ReadonlyMap<number, EventTimeStats> =>
  new Map(maxima.map((maxMs, node): [number, EventTimeStats] => [node, maxMs === null ? { count: 0, maxMs: -Infinity, minMs: Infinity, avgMs: 0 } : { count: 2, maxMs, minMs: maxMs - 10, avgMs: maxMs - 4.5 }]))

test('the least of the nodes counts, and a node without rows so far counts as 0', () => {
  const w = new WatermarkTracker('min', 0), delays = [100, 0]
  w.update(delays, seen(1000, null))
  assert.equal(w.currentMs, 0)
  w.update(delays, seen(null, 700))
  assert.equal(w.currentMs, 700)
  w.update(delays, seen(2000, null))
  assert.equal(w.currentMs, 700)
  w.update(delays, seen(null, 5000))
  assert.equal(w.currentMs, 1900)
})

test('the greatest of the nodes counts under the other policy', () => {
  const w = new WatermarkTracker('max', 0)
  w.update([100, 0], seen(1000, null))
  assert.equal(w.currentMs, 900)
  w.update([100, 0], seen(null, 500))
  assert.equal(w.currentMs, 900)
})

test('it never goes back, neither for old rows nor after a restart, when the nodes begin anew', () => {
  const w = new WatermarkTracker('min', 5000)
  w.update([0, 0], seen(9000, null))
  assert.equal(w.currentMs, 5000)
  w.update([0, 0], seen(null, 4000))
  assert.equal(w.currentMs, 5000)
  w.update([0, 0], seen(null, 6000))
  assert.equal(w.currentMs, 6000)
  w.update([0, 0], seen(100, 100))
  assert.equal(w.currentMs, 6000)
})

test('a query without watermark nodes keeps what it has', () => {
  const w = new WatermarkTracker('min', 7)
  w.update([], new Map())
  assert.equal(w.currentMs, 7)
})

test('progress shows the first node that had rows, the mean cut to milliseconds', () => {
  assert.equal(eventTimeProgress(0, 0, new Map()), null)
  assert.deepEqual(eventTimeProgress(1000, 1, new Map()), { watermark: '1970-01-01T00:00:01.000Z' })
  assert.deepEqual(eventTimeProgress(0, 2, seen(null, 2000)), { avg: '1970-01-01T00:00:01.995Z', max: '1970-01-01T00:00:02.000Z', min: '1970-01-01T00:00:01.990Z', watermark: '1970-01-01T00:00:00.000Z' })
})
