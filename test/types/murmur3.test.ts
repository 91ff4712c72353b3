/** Columns are hashed by their words; each value must come to what it comes to alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vectorOf } from '../../engine/columns/builder.ts'
import { hashRows, hashValue } from '../../engine/columns/murmur3.ts'
import * as T from '../../engine/types/data-type.ts'

test('the hashes of columns are those of their values', () => {
  const longs = [0n, 1n, -1n, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), null, 1_767_225_600_000_000n]
  const columns = [[T.longType, longs], [T.timestampType, longs], [T.decimalType(18, 2), longs.map(v => (v === null ? v : v % 10n ** 18n))], [T.intType, [1, -1, 0, null, 5, 6, 7, 8, 9]]] as const
  for (const [type, values] of columns) {
    assert.deepEqual([...hashRows([vectorOf(type, values)], values.length)], values.map(v => hashValue(type, v, 42)), type.kind)
    assert.deepEqual([...hashRows([vectorOf(type, values).slice(2, 7)], 5)], values.slice(2, 7).map(v => hashValue(type, v, 42)), `${type.kind}, a part`)
  }
  const all = columns.map(([type, values]) => vectorOf(type, values))
  assert.deepEqual([...hashRows(all, longs.length)], longs.map((_, i) => columns.reduce((h, [type, values]) => hashValue(type, values[i]!, h), 42)))
})
