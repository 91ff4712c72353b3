/** What the stores of a stream join see of its state: the rows of a side in one partition, and how many rows its keys have. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import { booleanType } from '../../types/data-type.ts'
import { flatFlags, flatLongs, flatSlots, longs } from './join-keys.ts'
import type { JoinState } from './join-state.ts'
import type { JoinPart } from './join-table.ts'
import type { SideName } from './join-stores.ts'

export function rowsPart(state: JoinState, name: SideName, p: number): JoinPart {
  const side = state[name], totals = state.totals[name].rows
  return {
    get rowCount() { return totals[p]! },
    get bytes() { return Math.ceil(side.usedBytes / totals.length) },
    hold: () => side.hold(),
    release: () => side.release(),
    entries: limit => {
      const reader = state.keys.reader(), { slots, groups, numbers, matched } = state.rows(name)[p]!
      return {
        slots: slots.subarray(0, limit),
        keys: (from, to) => [...reader.columns(groups.subarray(from, to), to - from), longs(numbers.subarray(from, to), to - from)],
        values: (from, to) => [...side.take(slots.subarray(from, to), to - from), new FixedVector(booleanType, matched.subarray(from, to), null)],
        flat: (from, to) => ({
          keys: [...reader.flat(groups.subarray(from, to), to - from), flatLongs(numbers.subarray(from, to), null)],
          values: [...side.columns.map((c, k) => flatSlots(state.shape[name].types[k]!, c, slots.subarray(from, to), to - from)), flatFlags(matched.subarray(from, to))],
        }),
      }
    },
  }
}

export function countsPart(state: JoinState, name: SideName, p: number): JoinPart {
  const side = state[name], totals = state.totals[name].keys
  return {
    get rowCount() { return totals[p]! },
    // It is among the bytes of the rows.
    bytes: 0,
    hold: () => {},
    release: () => {},
    entries: limit => {
      const of = state.keys.partitions(), reader = state.keys.reader(), groups = new Int32Array(Math.min(limit, totals[p]!))
      for (let g = 0, n = 0; g < of.length && n < groups.length; g++) if (side.keys.countOf(g) > 0 && of[g] === p) groups[n++] = g
      const counts = groups.map(g => side.keys.countOf(g))
      return {
        slots: groups,
        keys: (from, to) => reader.columns(groups.subarray(from, to), to - from),
        values: (from, to) => [longs(counts.subarray(from, to), to - from)],
        flat: (from, to) => ({ keys: reader.flat(groups.subarray(from, to), to - from), values: [flatLongs(counts.subarray(from, to), null)] }),
      }
    },
  }
}
