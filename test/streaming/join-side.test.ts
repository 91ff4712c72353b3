/** The rows a join side holds: numbered without gaps by key, let go by time, slots used again; and the bounds that conditions give. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch } from '../../engine/columns/batch.ts'
import { vectorOf } from '../../engine/columns/builder.ts'
import { attribute } from '../../engine/expressions/attribute.ts'
import type { Attribute, Resolved } from '../../engine/expressions/expression.ts'
import { joinBounds, joinOutputWatermark, stateWatermark } from '../../engine/expressions/join-bounds.ts'
import { bindByName } from '../../engine/functions/bind.ts'
import { literal } from '../../engine/functions/define.ts'
import { JoinSide } from '../../engine/operators/join/join-side.ts'
import { SlotRecords } from '../../engine/operators/join/slot-records.ts'
import { eventTimes, TimeBuckets } from '../../engine/operators/join/time-buckets.ts'
import { timeRange } from '../../engine/operators/join/time-range.ts'
import { dayTimeIntervalType, longType, stringType, timestampType, yearMonthIntervalType } from '../../engine/types/data-type.ts'

const minute = 60_000_000n

test('rows come and go at random: numbers stay without gaps, chains lead from the last number down, values stay with their rows', () => {
  const side = new JoinSide([stringType, timestampType], true)
  const held = new Map<number, { group: number; text: string; time: bigint }>()
  let x = 7
  const next = (n: number): number => { x = Math.imul(x, 1103515245) + 12345 | 0; return (x >>> 8) % n }
  side.keys.reserve(5)
  for (let round = 0; round < 200; round++) {
    const n = next(12), groups = Int32Array.from({ length: n }, () => next(5)), times = Array.from({ length: n }, () => BigInt(round * 3 + next(40)) * minute / 3n)
    const texts = Array.from({ length: n }, (_, i) => 'row'.repeat(1 + next(3)) + round + '.' + i)
    const batch = new Batch([vectorOf(stringType, texts), vectorOf(timestampType, times)], n)
    side.add(batch, Int32Array.from({ length: n }, (_, i) => i), n, groups, eventTimes(batch.columns[1]!, n), null)
    const fresh = side.changedSlots()
    for (const slot of fresh) if (!held.has(slot)) { const [text, time] = side.take(Int32Array.of(slot), 1).map(c => c.get(0)) as [string, bigint]; held.set(slot, { group: side.groupOf(slot), text, time }) }
    if (round % 3 === 0 && held.size > 0) { const slot = [...held.keys()][next(held.size)]!; side.remove(slot); held.delete(slot) }
    const untilMs = round * 60_000 / 3 * 3 / 3
    for (const slot of side.evict(untilMs)) { assert.ok(held.get(slot)!.time <= BigInt(Math.trunc(untilMs)) * 1000n); held.delete(slot) }
    for (const row of held.values()) assert.ok(row.time > BigInt(Math.trunc(untilMs)) * 1000n)
    side.settle()
    assert.equal(side.rowCount, held.size)
    for (let g = 0; g < 5; g++) {
      const chain: number[] = []
      for (let slot = side.keys.headOf(g); slot >= 0; slot = side.nextOf(slot)) chain.push(slot)
      assert.deepEqual(chain.map(s => side.numberOf(s)), Array.from({ length: side.keys.countOf(g) }, (_, i) => side.keys.countOf(g) - 1 - i))
      for (const s of chain) assert.deepEqual(side.take(Int32Array.of(s), 1).map(c => c.get(0)), [held.get(s)!.text, held.get(s)!.time])
    }
  }
  assert.ok(side.slotCount < 1200, 'slots are used again')
})

test('buckets give up times exactly, far ones too', () => {
  const records = new SlotRecords(), buckets = new TimeBuckets(records), far = 253_000_000_000_000_001n
  const times = eventTimes(vectorOf(timestampType, [1000n, 1001n, null, far, far + 1000n, -5n]), 6)
  records.reserve(6)
  for (let i = 0; i < 6; i++) assert.equal(buckets.add(i, times, i), i !== 2)
  assert.deepEqual([...buckets.takeUntil(-1)], [])
  assert.deepEqual([...buckets.takeUntil(0)], [5])
  assert.deepEqual([...buckets.takeUntil(1)], [0])
  assert.deepEqual([...buckets.takeUntil(253_000_000_000_000)].sort(), [1])
  assert.deepEqual([...buckets.takeUntil(253_000_000_000_001)], [3])
  assert.deepEqual([...buckets.takeUntil(253_000_000_000_002)], [4])
})

const lt = attribute('lt', timestampType, true, [], { 'spark.watermarkDelayMs': 0 }), rt = attribute('rt', timestampType, true, [], { 'spark.watermarkDelayMs': 0 })
const lk = attribute('lk', stringType, true), rk = attribute('rk', stringType, true)
const minutes = (n: number): Resolved => literal(BigInt(n) * minute, dayTimeIntervalType)
const op = (name: string, a: Resolved, b: Resolved): Resolved => bindByName(name, [a, b])
const bounds = (condition: Resolved[], left: Attribute[] = [lk, lt], right: Attribute[] = [rk, rt]): ReturnType<typeof joinBounds> => joinBounds({ left, right, leftKeys: [lk], rightKeys: [rk], condition })
const states = (condition: Resolved[], ms = 3_600_000): (number | null)[] => { const b = bounds(condition); return [b.left, b.right].map(x => (x === null ? null : stateWatermark(x, ms))) }

test('ranges of times bound the state: a millisecond less where equality is allowed, the least of several', () => {
  assert.deepEqual(states([op('>=', rt, lt), op('<=', rt, op('+', lt, minutes(10)))]), [3_000_000 - 1, 3_600_000 - 1])
  assert.deepEqual(states([op('>', rt, lt), op('<', rt, op('+', lt, minutes(10)))]), [3_000_000, 3_600_000])
  assert.deepEqual(states([op('<', op('-', rt, minutes(10)), lt)]), [3_000_000, null])
  assert.deepEqual(states([op('<', rt, op('+', lt, minutes(10))), op('<', rt, op('+', lt, minutes(30)))]), [1_800_000, null])
  assert.deepEqual(states([op('<=', rt, op('+', op('+', lt, minutes(10)), minutes(10)))]), [2_400_000 - 1, null])
})

test('what gives no bound: months, differences, a side without a watermark', () => {
  assert.deepEqual(states([op('<=', rt, op('+', lt, literal(1, yearMonthIntervalType)))]), [null, null])
  assert.deepEqual(states([op('<=', op('-', rt, lt), minutes(10))]), [null, null])
  const plain = attribute('lt', timestampType, true)
  assert.deepEqual(bounds([op('<=', rt, op('+', plain, minutes(10)))], [lk, plain]).left, null)
  assert.deepEqual(states([op('<=', rt, literal(0n, timestampType))]), [null, null])
})

test('an event time among the keys bounds both sides by the watermark itself', () => {
  const b = joinBounds({ left: [lk, lt], right: [rk, rt], leftKeys: [lk, lt], rightKeys: [rk, rt], condition: [] })
  assert.deepEqual([b.left, b.right], [{ on: 'key', key: 1 }, { on: 'key', key: 1 }])
  assert.equal(joinOutputWatermark(b, 5000), 5000)
})

test('the rows of a join may be as old as the oldest row that is held', () => {
  assert.equal(joinOutputWatermark(bounds([op('>=', rt, lt), op('<=', rt, op('+', lt, minutes(10)))]), 3_600_000), 3_000_000 - 1)
})

test('ranges of times become numbers; what is not plain arithmetic stays a condition', () => {
  const days = op('<', rt, op('+', lt, literal(86_400_000_000n, dayTimeIntervalType))), other = op('>', op('+', literal(1n, longType), literal(1n, longType)), literal(0n, longType))
  assert.deepEqual(timeRange([op('>', rt, lt), op('<=', rt, op('+', lt, minutes(10))), days, other], lt, rt), { low: 1, high: 600_000_000, rest: [days, other] })
  assert.deepEqual(timeRange([op('<', op('-', rt, minutes(5)), lt), op('<=', lt, op('+', rt, minutes(2)))], lt, rt), { low: -120_000_000, high: 299_999_999, rest: [] })
})
