/** The indexes beside a state store: what is due by time, and what begins with a prefix, held against plain maps over many random batches, aborts and reopenings. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { vectorOf } from '../../engine/columns/builder.ts'
import { ManualClock } from '../../engine/observe/clock.ts'
import { prefixIndex } from '../../engine/state/prefix-index.ts'
import { diskProvider, memoryProvider, stateTables } from '../../engine/state/providers.ts'
import { RowArena } from '../../engine/state/row-arena.ts'
import { openStateStore } from '../../engine/state/open-store.ts'
import type { StateStore } from '../../engine/state/state-store.ts'
import type { StateTable } from '../../engine/state/state-table.ts'
import { timeIndex } from '../../engine/state/time-index.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { longType, stringType, structField, structType } from '../../engine/types/data-type.ts'

const keySchema = structType([structField('k', stringType), structField('n', longType)]), valueSchema = structType([structField('t', longType)])

/** Random numbers that are the same in every run. */
function random(seed: number): (n: number) => number {
  return n => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed % n }
}

const open = (files: MemoryFiles, version: number, newTable: () => StateTable): Promise<StateStore> => openStateStore({ newTable, files, clock: new ManualClock(), root: 's', operatorId: 0, partition: 0, version, keySchema, valueSchema })
const byTime = (store: StateStore) => timeIndex(store, (_, values, n) => { const t = store.valueCodec.decode(values)[0]!; return Float64Array.from({ length: n }, (_, i) => (t.isNull(i) ? NaN : Number(t.get(i)))) })

function put(store: StateStore, k: string, n: number, t: number | null): number {
  const keys = new RowArena(), values = new RowArena(), slots = Int32Array.of(-1)
  store.keyCodec.encode([vectorOf(stringType, [k]), vectorOf(longType, [BigInt(n)])], null, 1, keys)
  store.valueCodec.encode([vectorOf(longType, [t === null ? null : BigInt(t)])], null, 1, values)
  store.put(keys, values, slots)
  return slots[0]!
}

function namesOf(store: StateStore, slots: Int32Array): string[] {
  const keys = new RowArena()
  store.readKeys(slots, slots.length, keys)
  const [k, n] = store.keyCodec.decode(keys)
  return Array.from(slots, (_, i) => `${k!.get(i)}/${n!.get(i)}`).sort()
}

/** The times of entries, each with its slot. */
function timesOf(store: StateStore, slots: Int32Array): [number, number][] {
  const keys = new RowArena(), values = new RowArena()
  store.table.readEntries(slots, 0, slots.length, keys, values)
  const [t] = store.valueCodec.decode(values)
  return Array.from(slots, (slot, i) => [Number(t!.get(i)), slot])
}

for (const provider of [memoryProvider, diskProvider]) test(`due entries and prefixes agree with plain maps: ${provider.split('.').at(-1)}`, async () => {
  const newTable = stateTables(provider, 1)
  for (let seed = 1; seed <= 4; seed++) {
    const r = random(seed), files = new MemoryFiles()
    let model = new Map<string, number | null>(), store = await open(files, 0, newTable), watermark = 0
    for (let batch = 0; batch < 60; batch++) {
      const before = new Map(model), due = byTime(store), prefixes = prefixIndex(store, 1)
      for (let i = 0; i < 20; i++) {
        const k = `k${r(6)}`, n = r(8), t = r(10) === 0 ? null : watermark - 5 + r(60)
        const slot = put(store, k, n, t)
        due.set(slot, t ?? NaN)
        prefixes.add(prefixes.chains(prefixes.encode([vectorOf(stringType, [k])], 1))[0]!, slot)
        model.set(`${k}/${n}`, t)
      }
      watermark += r(15)
      const gone = due.takeDue(watermark)
      const wanted = [...model].filter(([, t]) => t !== null && t <= watermark).map(([name]) => name).sort()
      assert.deepEqual(namesOf(store, gone), wanted, `seed ${seed} batch ${batch}`)
      const inOrder = timesOf(store, gone)
      assert.deepEqual(inOrder, inOrder.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]), `seed ${seed} batch ${batch}: the order`)
      for (const slot of gone) prefixes.remove(slot)
      store.remove(gone, gone.length)
      for (const name of wanted) model.delete(name)
      for (let k = 0; k < 6; k++) {
        const found: number[] = []
        prefixes.collect(prefixes.chains(prefixes.encode([vectorOf(stringType, [`k${k}`])], 1))[0]!, found)
        assert.deepEqual(namesOf(store, Int32Array.from(found)), [...model.keys()].filter(name => name.startsWith(`k${k}/`)).sort(), `seed ${seed} batch ${batch} k${k}`)
      }
      if (r(7) === 0) { store.abort(); model = before; continue }
      await store.commit()
      if (r(9) === 0) { const { version } = store; await store.close(); store = await open(files, version, newTable) }
    }
    await store.close()
  }
})
