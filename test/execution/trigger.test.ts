/** When triggers run: on multiples of the interval, at once after a batch that overran them, with a warning only when it outlasted the interval. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTrigger } from '../../engine/execution/trigger.ts'
import type { Clock } from '../../engine/observe/clock.ts'

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
