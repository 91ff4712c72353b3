/** Bytes that ask for more than they are: no sketch, and no memory is taken for them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrequentItems } from '../../engine/functions/sketches/frequent-items.ts'
import { itemType } from '../../engine/functions/sketches/item-types.ts'
import { ThetaSketch } from '../../engine/functions/sketches/theta-sketch.ts'
import { difference, intersected, TupleUnion } from '../../engine/functions/sketches/tuple-sets.ts'
import { TupleSketch } from '../../engine/functions/sketches/tuple-sketch.ts'
import { TupleTable } from '../../engine/functions/sketches/tuple-table.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { intType } from '../../engine/types/data-type.ts'

const ints = itemType(intType)!

function items(n: number, lgMost: number, lgSize: number, flags = 0): FrequentItems | null {
  const bytes = new Uint8Array(32 + 13 * 8)
  bytes.set([4, 1, 10, lgMost, lgSize, flags])
  new DataView(bytes.buffer).setInt32(8, n, true)
  return FrequentItems.decode(bytes, ints)
}

test('frequent items: a table that is too large, or does not hold its items', () => {
  for (const [n, lgMost, lgSize] of [[1, 30, 30], [1, 255, 255], [1, 3, 4], [1, 3, 0], [-1, 3, 3], [8, 3, 3], [0x7fffffff, 21, 21]] as const) assert.equal(items(n, lgMost, lgSize), null, `${n} ${lgMost} ${lgSize}`)
  // An empty one has the smallest table, whatever it says.
  assert.deepEqual(items(0, 21, 255, 5)!.encode(), Uint8Array.of(1, 1, 10, 21, 3, 5, 0, 0))
  const some = new FrequentItems(ints, 5)
  for (let i = 0; i < 20; i++) some.add(i, i + 1)
  assert.deepEqual(FrequentItems.decode(some.encode(), ints)!.encode(), some.encode())
})

test('theta: hashes of no bits, of which any number would fit, and of more than 63', () => {
  for (const bits of [0, 64, 255]) {
    const bytes = new Uint8Array(64)
    bytes.set([1, 4, 3, bits, 6, 0x1a, 0xcc, 0x93, bits === 0 ? 0 : 1, 0, 0, 0, bits === 0 ? 1 : 0])
    assert.equal(ThetaSketch.decode(bytes, true), null, `${bits}`)
  }
})

test('theta: a bound of zero, under which no hash can be, is as many values as a BIGINT holds', async () => {
  const spark = new SparkSession(new LocalBackend({ files: new MemoryFiles() }))
  try {
    const bytes = new Uint8Array(32)
    bytes.set([3, 3, 3, 0, 0, 8, 0xcc, 0x93, 1])
    bytes[24] = 5
    const hex = [...bytes].map(b => b.toString(16).padStart(2, '0')).join('')
    assert.deepEqual(await spark.sql(`SELECT CAST(theta_sketch_estimate(X'${hex}') AS STRING) AS n`).collect(), [{ n: '9223372036854775807' }])
  } finally { await spark.stop() }
})

test('tuple: counts that do not fit the bytes, in the form of today and in the older ones', () => {
  for (const n of [1, -1, 0x7fffffff]) {
    const today = new Uint8Array(24), older = new Uint8Array(20)
    today.set([2, 3, 9, 1, 0, 10])
    new DataView(today.buffer).setInt32(8, n, true)
    older.set([1, 2, 9, 1, 4])
    new DataView(older.buffer).setInt32(5, n, true)
    for (const bytes of [today, older]) for (const kind of ['double', 'integer'] as const) assert.equal(TupleSketch.decode(bytes, kind), null, `${n} ${kind}`)
  }
})

test('tuple: bytes turned at random are a sketch or none, and every operation on them ends', () => {
  let seed = 7
  const next = (below: number): number => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % below }
  for (const kind of ['double', 'integer'] as const) {
    const table = new TupleTable(kind, 4, 0)
    for (let i = 0; i < 40; i++) table.add((Math.imul(i + 1, 2654435761) ^ 0x5bd1e995) >>> 0, Math.imul(i + 1, 40503) >>> 1, i)
    const whole = table.sketch(), bytes = whole.encode()
    assert.deepEqual(TupleSketch.decode(bytes, kind)!.encode(), bytes)
    let sketches = 0
    for (let round = 0; round < 3000; round++) {
      const turned = bytes.slice(0, next(4) === 0 ? next(bytes.length + 1) : bytes.length)
      for (let k = next(4); k >= 0 && turned.length > 0; k--) turned[next(next(2) === 0 ? Math.min(24, turned.length) : turned.length)] = next(256)
      const s = TupleSketch.decode(turned, kind)
      if (s === null) continue
      sketches++
      s.estimate()
      new TupleUnion(kind, 4, 1).add(whole).add(s).sketch().encode()
      intersected(intersected(null, s, 2), whole, 2).encode()
      intersected(intersected(null, whole, 3), s, 3).encode()
      difference(whole, s).encode()
      difference(s, whole).encode()
    }
    assert.ok(sketches > 300, `${sketches}`)
  }
})
