/** Aggregates over the frames of windows: what an aggregate's own file needs to go over sorted rows without an object a row. */
import { comparison } from '../../columns/compare.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { orNulls, type Vector } from '../../columns/vector.ts'
import type { Frames } from '../../expressions/window-function.ts'

/** The values at these rows; −1 is NULL. */
export function takeOrNull(v: Vector, rows: Int32Array): Vector {
  const count = rows.length, missing = new Uint8Array(count), at = new Int32Array(count)
  let any = false
  for (let i = 0; i < count; i++) { if (rows[i]! < 0) { missing[i] = 1; any = true } else at[i] = rows[i]! }
  if (!any || count === 0) return v.take(rows, count)
  const taken = v.take(at, count)
  return taken.withNulls(orNulls(taken.nulls, missing, count))
}

/** How many of the first i rows have no NULL in any of the columns, for i from 0 to all. */
export function presentBefore(args: readonly Vector[], length: number): Int32Array {
  const out = new Int32Array(length + 1)
  for (let i = 0; i < length; i++) { let here = 1; for (const a of args) if (a.isNull(i)) { here = 0; break } out[i + 1] = out[i]! + here }
  return out
}

/** The row of each frame's n-th value, counted from its begin (1) or its end (−1); −1 where the frame has not so many. */
export function nthRows(v: Vector, f: Frames, n: number, ignoreNulls: boolean): Int32Array {
  const out = new Int32Array(f.length)
  if (!ignoreNulls) {
    for (let i = 0; i < f.length; i++) { const at = n > 0 ? f.from[i]! + n - 1 : f.to[i]! + n; out[i] = at >= f.from[i]! && at < f.to[i]! ? at : -1 }
    return out
  }
  const before = presentBefore([v], v.length), rows = new Int32Array(before[v.length]!)
  for (let i = 0; i < v.length; i++) if (before[i + 1]! > before[i]!) rows[before[i]!] = i
  for (let i = 0; i < f.length; i++) {
    const first = before[f.from[i]!]!, end = before[f.to[i]!]!, at = n > 0 ? first + n - 1 : end + n
    out[i] = at >= first && at < end ? rows[at]! : -1
  }
  return out
}

/** The row of each frame's least (sign −1) or greatest value (sign 1), −1 where all are NULL: a queue of rows that may still become it, so each is looked at twice at most. */
export function extremeRows(v: Vector, f: Frames, sign: 1 | -1): Int32Array {
  const out = new Int32Array(f.length), queue = new Int32Array(v.length), better = isBetter(v, sign)
  let head = 0, tail = 0, next = 0
  for (let i = 0; i < f.length; i++) {
    const from = f.from[i]!, to = f.to[i]!
    if (next < from) { next = from; head = tail = 0 }
    for (; next < to; next++) {
      if (v.isNull(next)) continue
      while (tail > head && better(next, queue[tail - 1]!)) tail--
      queue[tail++] = next
    }
    while (head < tail && queue[head]! < from) head++
    out[i] = head < tail && from < to ? queue[head]! : -1
  }
  return out
}

function isBetter(v: Vector, sign: 1 | -1): (a: number, b: number) => boolean {
  const compare = comparison(v.type)
  if (v instanceof FixedVector) { const data = v.data as Float64Array; return (a, b) => sign * compare(data[a], data[b]) > 0 }
  return (a, b) => sign * compare(v.value(a), v.value(b)) > 0
}
