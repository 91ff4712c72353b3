/** Records whose rows have one length are written as all others are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FixedColumn, FlatColumn } from '../../engine/state/flat-columns.ts'
import { framed, framesOf, StateFileWriter } from '../../engine/state/state-file-writer.ts'
import { draws } from '../../fixtures/random.ts'

test('columns of every width, where they lie or by their places, as values or as removed keys: the same bytes as with a map of NULLs that has none', () => {
  const draw = draws(5, 0), next = (n: number): number => (draw() >>> 0) % n
  const column = (width: 1 | 2 | 4 | 8, count: number, placed: boolean): FixedColumn => {
    const length = 2 * count, numbers = Array.from({ length: width === 8 ? 2 * length : length }, () => next(1 << 30) - (1 << 29))
    const bits = width === 1 ? Uint8Array.from(numbers) : width === 2 ? Int16Array.from(numbers) : Int32Array.from(numbers)
    return { kind: 'fixed', width, bits, nulls: null, places: placed ? Int32Array.from({ length: count }, () => next(length)) : null }
  }
  const others = (columns: readonly FlatColumn[]): FlatColumn[] => columns.map(c => ({ ...(c as FixedColumn), nulls: new Uint8Array(4096) }))
  for (let round = 0; round < 60; round++) {
    const count = 1 + next(400), some = (n: number): FixedColumn[] => Array.from({ length: n }, () => column(([1, 2, 4, 8] as const)[next(4)]!, count, next(2) === 0))
    const keys = some(next(4)), values = next(4) === 0 ? null : some(next(6))
    const even = new StateFileWriter(), uneven = new StateFileWriter()
    even.add(keys, values, count)
    uneven.add(others(keys), values === null ? null : others(values), count)
    assert.deepEqual(framed(framesOf('delta'), even.end()), framed(framesOf('delta'), uneven.end()))
  }
})
