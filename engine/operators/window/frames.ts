/** The frames of sorted rows: which rows each one's function sees. */
import { comparison } from '../../columns/compare.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Frames, PlainBound, SortedRows } from '../../expressions/window-function.ts'

/** A bound whose value is known for each row: the least or greatest key of the frame. */
export type Bound = PlainBound | number | Vector
export interface FrameSpec { readonly unit: 'rows' | 'range'; readonly lower: Bound; readonly upper: Bound }

/** `key` is the sorted key that RANGE bounds are compared with. */
export function framesOf(spec: FrameSpec, rows: SortedRows, key: Vector | null, ascending: boolean): Frames {
  const from = edges(spec.lower, spec.unit, rows, key, ascending, 'from'), to = edges(spec.upper, spec.unit, rows, key, ascending, 'to')
  for (let i = 0; i < rows.length; i++) if (to[i]! < from[i]!) to[i] = from[i]!
  return { length: rows.length, from, to }
}

function edges(bound: Bound, unit: 'rows' | 'range', rows: SortedRows, key: Vector | null, ascending: boolean, side: 'from' | 'to'): Int32Array {
  const { partitions } = rows, out = new Int32Array(rows.length), end = side === 'to' ? 1 : 0
  if (bound === 'unbounded') { for (let p = 0; p + 1 < partitions.length; p++) out.fill(partitions[p + end]!, partitions[p]!, partitions[p + 1]!); return out }
  if (bound === 'current' && unit === 'range') { const { peers } = rows; for (let p = 0; p + 1 < peers.length; p++) out.fill(peers[p + end]!, peers[p]!, peers[p + 1]!); return out }
  if (typeof bound === 'object') return valueEdges(bound, rows, key!, ascending, side)
  const steps = (bound === 'current' ? 0 : bound) + end
  for (let p = 0; p + 1 < partitions.length; p++) {
    const first = partitions[p]!, last = partitions[p + 1]!
    for (let i = first; i < last; i++) out[i] = Math.min(Math.max(i + steps, first), last)
  }
  return out
}

// The bound moves on with the rows, so one pass over a partition finds all of them. A row whose key is NULL sees those that are NULL, too.
function valueEdges(bound: Vector, rows: SortedRows, key: Vector, ascending: boolean, side: 'from' | 'to'): Int32Array {
  const { partitions, peers } = rows, out = new Int32Array(rows.length), compare = comparison(key.type), sign = ascending ? 1 : -1
  let run = 0
  for (let p = 0; p + 1 < partitions.length; p++) {
    const last = partitions[p + 1]!
    let first = partitions[p]!, end = last
    // NULLs stand together at one end of the partition.
    while (first < end && key.isNull(first)) first++
    while (end > first && key.isNull(end - 1)) end--
    let at = first
    for (let i = partitions[p]!; i < last; i++) {
      while (peers[run + 1]! <= i) run++
      if (key.isNull(i)) { out[i] = side === 'from' ? peers[run]! : peers[run + 1]!; continue }
      const limit = bound.value(i)
      if (side === 'from') while (at < end && sign * compare(key.value(at), limit) < 0) at++
      else while (at < end && sign * compare(key.value(at), limit) <= 0) at++
      out[i] = at
    }
  }
  return out
}
