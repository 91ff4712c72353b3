/** Which timers are due: found by the earliest timer of each key, without looking at keys that have none. */
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import type { StateCells } from './state-cells.ts'

/** Writes the timers that were registered or deleted into their store, and into the index by their keys' earliest. */
export function noteTimers(store: StateStore, timers: StateCells): TimeIndex {
  const index = timerIndex(store)
  timers.flush((slot, live) => index.set(slot, Number(((live as { readonly value: unknown[] }).value[0] as bigint[])[0])))
  return index
}

function timerIndex(store: StateStore): TimeIndex {
  return timeIndex(store, (_, rows, n) => {
    const [times] = store.valueCodec.decode(rows)
    return Float64Array.from({ length: n }, (_, i) => Number((times!.get(i) as bigint[])[0]))
  })
}

/** All timers at or before a time, the earliest first; `key` is a row of `keys`, the keys in the form of the store. */
export function dueTimers(store: StateStore, index: TimeIndex, limitMs: number): { readonly keys: RowArena; readonly timers: readonly { readonly key: number; readonly expiryMs: number }[] } {
  const slots = index.takeDue(limitMs)
  const keys = new RowArena(), rows = new RowArena()
  store.readKeys(slots, slots.length, keys)
  store.readValues(slots, slots.length, rows)
  const [times] = store.valueCodec.decode(rows)
  const timers: { key: number; expiryMs: number }[] = []
  for (let key = 0; key < slots.length; key++) {
    for (const ms of times!.get(key) as bigint[]) if (Number(ms) <= limitMs) timers.push({ key, expiryMs: Number(ms) })
  }
  return { keys, timers: timers.sort((a, b) => a.expiryMs - b.expiryMs) }
}
