/** Event times as milliseconds, lateness, partitions and the watermark node, with literal batches. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../engine/columns/batch.ts'
import { vectorOf } from '../../engine/columns/builder.ts'
import { ConstantVector } from '../../engine/columns/constant-vector.ts'
import { hashRows } from '../../engine/columns/murmur3.ts'
import { attribute } from '../../engine/expressions/attribute.ts'
import type { EventTimeStats, Exec, Task } from '../../engine/operators/operator.ts'
import { partitioned } from '../../engine/operators/partitioned.ts'
import { ceilMillis, floorMillis, microsOf } from '../../engine/operators/watermark/event-times.ts'
import { EventTimeWatermarkExec } from '../../engine/operators/watermark/event-time-watermark.ts'
import { withoutLateRows } from '../../engine/operators/watermark/late-rows.ts'
import { longType, stringType, structField, structType, timestampType } from '../../engine/types/data-type.ts'

const farPast = -62135596800000000n, farFuture = 253402300799999999n, least = -(2n ** 63n), most = 2n ** 63n - 1n
const times = (...us: (bigint | null)[]) => vectorOf(timestampType, us)

test('times in milliseconds are exact for every year', () => {
  const us = [0n, 1n, -1n, 999n, 1000n, 1001n, -1000n, -1001n, 1772668800000000n, 1772668800000001n, farPast, farPast + 1n, farFuture, null]
  const floor = (x: bigint): bigint => (x >= 0n || x % 1000n === 0n ? x / 1000n : x / 1000n - 1n)
  assert.deepEqual([...floorMillis(times(...us), us.length)], us.map(u => (u === null ? NaN : Number(floor(u)))))
  assert.deepEqual([...ceilMillis(times(...us), us.length)].map(x => x + 0), us.map(u => (u === null ? NaN : Number(floor(u + 999n)))).map(x => x + 0))
  assert.ok(ceilMillis(times(most, least), 2).every(Number.isFinite))
  // A column that is one value.
  for (const u of us) for (const millis of [floorMillis, ceilMillis]) assert.deepEqual([...millis(new ConstantVector(timestampType, u, 2), 2)].map(x => x + 0), [u, u].map(x => millis(times(x), 1)[0]! + 0))
})

test('a row is late at the watermark and before it, to the microsecond; NULL never', () => {
  const b = new Batch([times(10_000n, 10_001n, 9_999n, null, farFuture, farPast)], 6)
  const { rows, dropped } = withoutLateRows(b, 0, 10)
  assert.equal(dropped, 3)
  assert.deepEqual(Array.from({ length: rows.length }, (_, i) => rows.columns[0]!.get(i)), [10_001n, null, farFuture])
})

test('a window is late by its end', () => {
  const type = structType([structField('start', timestampType), structField('end', timestampType)])
  const b = new Batch([vectorOf(type, [[0n, 10_000n], [0n, 10_001n], null])], 3)
  assert.equal(withoutLateRows(b, 0, 10).dropped, 1)
  assert.deepEqual([...microsOf(b.columns[0]!, 3, 2)], [12_000n, 12_001n, 2_000n])
})

test('rows go to the partition of their Murmur3 hash, and keep their order', () => {
  const n = 500
  const b = new Batch([vectorOf(stringType, Array.from({ length: n }, (_, i) => (i % 7 === 0 ? null : `k${i % 31}`))), vectorOf(longType, Array.from({ length: n }, (_, i) => BigInt(i)))], n)
  const hashes = hashRows([b.columns[0]!], n)
  const wanted = Array.from({ length: 5 }, (_, p) => Array.from({ length: n }, (_, i) => i).filter(i => ((hashes[i]! % 5) + 5) % 5 === p))
  assert.deepEqual(partitioned(b, [0], 5).map(x => Array.from({ length: x.length }, (_, i) => Number(x.columns[1]!.get(i)))), wanted)
  assert.equal(partitioned(b, [0], 1)[0], b)
  assert.deepEqual(partitioned(b.slice(0, 0), [0], 3).map(x => x.length), [0, 0, 0])
})

test('the watermark node notes times batch by batch, also when the rows above are not read to the end', async () => {
  const ts = attribute('ts', timestampType, true)
  const batches = [new Batch([times(5_000_000n, 7_000_999n)], 2), new Batch([times(null, 6_000_000n)], 2), new Batch([times(99_000_000n)], 1)]
  const child: Exec = { name: 'Rows', output: [ts], children: [], describe: () => '', async *run() { yield* batches } }
  const node = new EventTimeWatermarkExec(3, ts, 0, [ts], child)
  const seen: [number, EventTimeStats][] = []
  const task = { streaming: { eventTime: (n: number, s: EventTimeStats) => { seen.push([n, s]) } } } as unknown as Task
  let rows = 0
  for await (const b of node.run(task)) { rows += b.length; if (rows === 4) break }
  // A NULL time counts as 0.
  assert.deepEqual(seen, [[3, { count: 4, maxMs: 7000, minMs: 0, avgMs: 4500 }]])
})
