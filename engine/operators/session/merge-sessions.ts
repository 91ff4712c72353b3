/** Puts sessions of the same key together when one begins before or just when the other ends. */

export interface MergedSessions {
  readonly count: number
  /** The rows by key and start. */
  readonly order: Int32Array
  /** The session of each row, in the same order. */
  readonly sessions: Int32Array
  /** Of each session: its first row, its bounds in microseconds. */
  readonly first: Int32Array
  readonly starts: BigInt64Array
  readonly ends: BigInt64Array
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Merges rows that each stand for [start, end) of a key, in the order of their starts, then of their ends, as Spark sorts them; those that are alike keep their order. The first `held` rows are sessions of the state, which come before others of the same start. Sessions come out by key number and start. */
export function mergeSessions(keys: Int32Array, starts: BigInt64Array, ends: BigInt64Array, held = 0): MergedSessions {
  const n = keys.length
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]! || compare(starts[a]!, starts[b]!) || (a < held || b < held ? 0 : compare(ends[a]!, ends[b]!)) || a - b)
  const sessions = new Int32Array(n), first = new Int32Array(n), from = new BigInt64Array(n), to = new BigInt64Array(n)
  let count = 0, key = -1
  for (let i = 0; i < n; i++) {
    const row = order[i]!
    if (count === 0 || keys[row] !== key || starts[row]! > to[count - 1]!) {
      key = keys[row]!
      first[count] = row
      from[count] = starts[row]!
      to[count++] = ends[row]!
    } else if (ends[row]! > to[count - 1]!) to[count - 1] = ends[row]!
    sessions[i] = count - 1
  }
  return { count, order, sessions, first: first.subarray(0, count), starts: from.subarray(0, count), ends: to.subarray(0, count) }
}
