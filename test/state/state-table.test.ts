/** The table against a Map: random puts, removals, commits, aborts and snapshots that are read while the table changes. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { DiskTable } from '../../engine/state/disk-table.ts'
import { MemoryTable } from '../../engine/state/memory-table.ts'
import type { SnapshotReader, StateTable } from '../../engine/state/state-table.ts'
import { RowArena } from '../../engine/state/row-arena.ts'

function random(seed: number): () => number {
  return () => { seed = seed + 0x6d2b79f5 | 0; let t = Math.imul(seed ^ seed >>> 15, 1 | seed); t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t; return ((t ^ t >>> 14) >>> 0) / 2 ** 32 }
}

const encoder = new TextEncoder(), decoder = new TextDecoder()
const text = (b: Uint8Array): string => decoder.decode(b)

function contents(table: StateTable): Map<string, string> {
  const slots = table.liveSlots(), keys = new RowArena(), values = new RowArena()
  table.readKeys(slots, slots.length, keys)
  table.readValues(slots, slots.length, values)
  return new Map(Array.from(slots, (_, i) => [text(keys.row(i)), text(values.row(i))]))
}

function put(table: StateTable, key: string, value: string): number {
  const k = encoder.encode(key), v = encoder.encode(value)
  return table.put(k, 0, k.length, v, 0, v.length)
}

function find(table: StateTable, key: string): number {
  const k = encoder.encode(key)
  return table.find(k, 0, k.length)
}

const sorted = (m: Map<string, string>): [string, string][] => [...m].sort((a, b) => a[0] < b[0] ? -1 : 1)

const tables: readonly (readonly [string, () => StateTable])[] = [['in memory', () => new MemoryTable()], ['on disk', () => new DiskTable(1 << 16)]]

for (const [name, newTable] of tables) for (const [seed, keySpace, longest] of [[1, 30, 10], [2, 500, 40], [3, 5000, 300], [4, 200, 5000]] as const) {
  test(`${name}, behaves as a map: ${keySpace} keys, values up to ${longest}`, () => {
    const next = random(seed), table = newTable()
    let committed = new Map<string, string>(), current = new Map<string, string>()
    const seen = new Map<number, string>()
    let observed = 0
    if (table instanceof MemoryTable) table.observer = {
      inserted: slot => { assert.ok(!seen.has(slot)); seen.set(slot, ''); observed++ },
      updated: slot => { assert.ok(seen.has(slot)); observed++ },
      removed: slot => { assert.ok(seen.delete(slot)); observed++ },
    }
    let snapshot: SnapshotReader | null = null, expected = new Map<string, string>()
    let keys = new RowArena(), values = new RowArena()
    for (let batch = 0; batch < 120; batch++) {
      for (let n = next() * 60; n > 0; n--) {
        const key = `key-${Math.floor(next() * keySpace)}`
        if (next() < 0.3) {
          const slot = find(table, key)
          assert.equal(slot >= 0, current.has(key))
          if (slot >= 0) { table.remove(slot); current.delete(key) }
        } else {
          const value = 'v'.repeat(Math.floor(next() * longest)) + batch
          const slot = put(table, key, value)
          assert.equal(find(table, key), slot)
          current.set(key, value)
        }
        if (snapshot !== null && next() < 0.1) snapshot.next(5, keys, values)
      }
      assert.equal(table.rowCount, current.size)
      const name = (slot: number): string => { const a = new RowArena(); table.readKeys(Int32Array.of(slot), 1, a); return text(a.row(0)) }
      const removed = Array.from(table.removedSlots(), name), written = Array.from(table.writtenSlots(), name)
      // Replaying the change over the committed state must give the current one.
      const replay = new Map(committed)
      for (const k of removed) { assert.ok(committed.has(k)); replay.delete(k) }
      for (const k of written) replay.set(k, current.get(k)!)
      assert.deepEqual(sorted(replay), sorted(current))
      if (next() < 0.25) { table.abort(); current = new Map(committed) } else { table.commit(); committed = new Map(current) }
      assert.deepEqual(sorted(contents(table)), sorted(current))
      assert.equal(table.changedCount, 0)
      if (table instanceof MemoryTable) assert.equal(seen.size, current.size)
      if (snapshot !== null && next() < 0.3) {
        while (snapshot.next(50, keys, values));
        assert.deepEqual(sorted(new Map(Array.from({ length: keys.count }, (_, i) => [text(keys.row(i)), text(values.row(i))]))), sorted(expected))
        assert.equal(keys.count, expected.size)
        table.endSnapshot()
        snapshot = null
      }
      if (snapshot === null && next() < 0.3) {
        snapshot = table.beginSnapshot()
        expected = new Map(committed)
        keys = new RowArena()
        values = new RowArena()
      }
    }
    if (table instanceof MemoryTable) assert.ok(observed > 100)
    for (const slot of table.liveSlots()) table.remove(slot)
    table.commit()
    assert.equal(table.rowCount, 0)
    if (table instanceof MemoryTable) assert.equal(table.liveBytes, 0)
    table.close()
  })
}

for (const [name, newTable] of tables) test(`${name}, findAll agrees with find`, () => {
  const table = newTable(), keys = new RowArena()
  for (let i = 0; i < 3000; i++) put(table, `k${i * 2}`, '')
  for (let i = 0; i < 6000; i++) keys.append(encoder.encode(`k${i}`))
  const slots = new Int32Array(6000)
  table.findAll(keys, slots)
  for (let i = 0; i < 6000; i++) assert.equal(slots[i], find(table, `k${i}`))
  assert.equal(slots.filter(s => s >= 0).length, 3000)
  table.close()
})

test('records larger than a chunk, and empty ones', () => {
  const table = new MemoryTable()
  const large = 'x'.repeat(3_000_000)
  put(table, '', '')
  put(table, 'large', large)
  table.commit()
  put(table, 'large', large + 'y')
  put(table, '', large)
  table.abort()
  assert.deepEqual(sorted(contents(table)), [['', ''], ['large', large]])
  const before = table.heap.allocatedBytes
  for (let i = 0; i < 5; i++) { put(table, 'large', large + i); table.commit() }
  assert.ok(table.heap.allocatedBytes <= before + 4 * large.length, 'freed chunks are used again')
})

test('a million keys of 36 bytes: at most 64 bytes each beside an empty value', () => {
  const table = new MemoryTable(), key = new Uint8Array(36), value = new Uint8Array(1), n = 1_000_000
  const words = new Uint32Array(key.buffer)
  for (let i = 0; i < n; i++) {
    words[0] = i; words[3] = Math.imul(i, 0x9e3779b1)
    table.put(key, 0, 36, value, 0, 1)
  }
  table.commit()
  assert.equal(table.rowCount, n)
  assert.ok(table.usedBytes / n <= 64, String(table.usedBytes / n))
})

test('a table of three rows takes a few kilobytes, and grows record by record through its first chunk', () => {
  const table = new MemoryTable()
  for (const key of ['a', 'b', 'c']) put(table, key, 'v')
  assert.ok(table.usedBytes < 8192, `${table.usedBytes} bytes`)
  const long = 'x'.repeat(900)
  for (let i = 0; i < 3000; i++) put(table, `k${i}`, `${i}${long}`)
  const all = contents(table)
  assert.equal(all.size, 3003)
  assert.ok([...Array(3000).keys()].every(i => all.get(`k${i}`) === `${i}${long}`))
  assert.equal(all.get('c'), 'v')
})

test('more entries removed and put in one batch than the index has places: numbers outgrow it, and no key is lost', () => {
  const table = new MemoryTable(), keys = new Map<string, number>()
  for (let i = 0; i < 30; i++) keys.set(`k${i}`, put(table, `k${i}`, 'v'))
  for (let round = 1; round < 40; round++) for (let i = 0; i < 30; i++) {
    table.remove(keys.get(`k${i + 30 * (round - 1)}`)!)
    keys.set(`k${i + 30 * round}`, put(table, `k${i + 30 * round}`, `v${round}`))
  }
  assert.equal(table.rowCount, 30)
  for (let i = 0; i < 1200; i++) assert.equal(find(table, `k${i}`), i < 1170 ? -1 : keys.get(`k${i}`))
  table.abort()
  assert.equal(table.rowCount, 0)
  for (let i = 0; i < 1200; i++) assert.equal(find(table, `k${i}`), -1)
})

test('putAbsent takes the first of each key, whatever the index does meanwhile', () => {
  const next = random(7), table = new MemoryTable(), seen = new Map<string, number>()
  for (let batch = 0; batch < 20; batch++) {
    const keys = new RowArena(), values = new RowArena(), texts: string[] = []
    for (let i = 0; i < 1500; i++) { texts.push(`k${Math.floor(next() * 5000)}`); keys.append(encoder.encode(texts[i])); values.append(encoder.encode(`v${batch}-${i}`)) }
    const slots = new Int32Array(1500), isNew = new Uint8Array(1500), added = table.putAbsent(keys, values, slots, isNew)
    let news = 0
    texts.forEach((t, i) => {
      assert.equal(isNew[i] === 1, !seen.has(t))
      if (!seen.has(t)) { seen.set(t, slots[i]!); news++ }
      assert.equal(slots[i], seen.get(t))
    })
    assert.equal(added, news)
    if (next() < 0.3) { const undone = new Set(table.writtenSlots()); for (const [t, s] of seen) if (undone.has(s)) seen.delete(t); table.abort() } else table.commit()
    assert.equal(table.rowCount, seen.size)
  }
})
