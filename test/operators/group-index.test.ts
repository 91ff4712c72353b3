/** Groups of rows by their keys against a Map: numbers that lie close together, far apart, in any order, beside others that do not, with and without NULL. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { vectorOf } from '../../engine/columns/builder.ts'
import type { Vector } from '../../engine/columns/vector.ts'
import { GroupIndex } from '../../engine/operators/aggregate/group-index.ts'
import { dateType, doubleType, intType, longType, type DataType } from '../../engine/types/data-type.ts'
import { draws } from '../../fixtures/random.ts'

type Draw = (below: number) => number
const wide = (draw: Draw): bigint => (BigInt(draw(2 ** 30)) << 33n) - (1n << 62n) + BigInt(draw(2 ** 20))
const kinds: readonly [string, DataType, (draw: Draw, i: number) => unknown][] = [
  ['ids in any order', longType, draw => BigInt(draw(60_000))],
  ['ids one after the other', longType, (_, i) => BigInt(i)],
  ['ids from the end', longType, (_, i) => BigInt(200_000 - i)],
  ['numbers far apart', longType, wide],
  ['ids beside others', longType, draw => (draw(3) === 0 ? wide(draw) : BigInt(draw(90_000)) - 20_000n)],
  ['times of a minute', longType, draw => 1_767_225_600_000_000n + 60_000_000n * BigInt(draw(4000))],
  ['multiples', longType, draw => 4096n * BigInt(draw(50_000))],
  ['integers', intType, draw => draw(80_000) - 30_000],
  ['dates', dateType, draw => draw(20_000)],
  ['doubles', doubleType, draw => draw(50_000) / 8],
]

for (const [name, type, value] of kinds) for (const nulls of [0, 50]) test(`${name}${nulls > 0 ? ', some NULL' : ''}`, () => {
  const random = draws(7, 0), draw: Draw = below => random() % below
  const index = new GroupIndex([type]), groups = new Map<unknown, number>(), keys: unknown[] = []
  let seen = 0
  for (const length of [5, 700, 3000, 20_000, 50_000, 1500, 40_000]) {
    const values = Array.from({ length }, () => (nulls > 0 && draw(nulls) === 0 ? null : value(draw, seen++)))
    const column: Vector = vectorOf(type, values), known = index.find([column], length)
    assert.deepEqual(known, Int32Array.from(values, v => groups.get(v) ?? -1))
    const expected = Int32Array.from(values, v => {
      let group = groups.get(v)
      if (group === undefined) { groups.set(v, group = groups.size); keys.push(v) }
      return group
    })
    assert.deepEqual(index.add([column], length), expected)
    assert.equal(index.count, groups.size)
  }
  const own = index.keys()[0]!
  assert.deepEqual(Array.from({ length: index.count }, (_, g) => own.get(g)), keys)
})
