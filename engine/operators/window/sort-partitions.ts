/** Sorts rows by partition and order, and finds where partitions and runs of equal rows begin: hashing brings partitions together, so that only the rows of one are compared. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { SortedRows } from '../../expressions/window-function.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import { rowComparison } from '../stateless/sort.ts'
import { sortRange, type Compare } from './sort-range.ts'

export interface OrderColumn { readonly column: Vector; readonly ascending: boolean; readonly nullsFirst: boolean }

/** `rows` are the numbers of the given rows in sorted order; rows that compare equal keep theirs. Partitions come in the order of their keys, NULL first. */
export function sortPartitions(length: number, partitionBy: readonly Vector[], orders: readonly OrderColumn[]): SortedRows & { readonly rows: Int32Array } {
  const { rows, partitions } = byPartition(length, partitionBy)
  if (orders.length === 0) return { length, rows, partitions, peers: partitions }
  const { ranks, rest } = sortKeys(rows, orders)
  const temp = { ranks: new Float64Array(0), rows: new Int32Array(0) }
  for (let p = 0; p + 1 < partitions.length; p++) sortRange(ranks, rows, partitions[p]!, partitions[p + 1]!, rest, temp)
  let peers: Int32Array | undefined
  return { length, rows, partitions, get peers() { return (peers ??= peersOf(ranks, rows, partitions, rest)) } }
}

function byPartition(length: number, keys: readonly Vector[]): { rows: Int32Array; partitions: Int32Array } {
  const rows = new Int32Array(length)
  if (keys.length === 0 || length === 0) {
    for (let i = 0; i < length; i++) rows[i] = i
    return { rows, partitions: length === 0 ? new Int32Array(1) : Int32Array.of(0, length) }
  }
  const index = new GroupIndex(keys.map(k => k.type)), groups = index.add(keys, length), { count } = index
  const order = new Int32Array(count), starts = new Int32Array(count + 1), place = new Int32Array(count)
  for (let g = 0; g < count; g++) order[g] = g
  const { ranks, rest } = sortKeys(order, index.keys().map(column => ({ column, ascending: true, nullsFirst: true })))
  sortRange(ranks, order, 0, count, rest, { ranks: new Float64Array(0), rows: new Int32Array(0) })
  for (let i = 0; i < count; i++) place[order[i]!] = i
  for (let i = 0; i < length; i++) { const g = place[groups[i]!]!; groups[i] = g; starts[g + 1] = starts[g + 1]! + 1 }
  for (let g = 0; g < count; g++) starts[g + 1] = starts[g + 1]! + starts[g]!
  const next = starts.slice(0, count)
  for (let i = 0; i < length; i++) { const g = groups[i]!, at = next[g]!; rows[at] = i; next[g] = at + 1 }
  return { rows, partitions: starts }
}

/** A number a row that sorts as its first key does, and the comparison that decides where two are the same; all numbers are 0 where the key has no such numbers. */
function sortKeys(rows: Int32Array, orders: readonly OrderColumn[]): { readonly ranks: Float64Array; readonly rest: Compare | null } {
  const given = ranksOf(orders[0]!, rows), others = (given === null ? orders : orders.slice(1)).map(o => rowComparison(o.column, o.ascending, o.nullsFirst))
  const rest: Compare | null = others.length === 0 ? null : others.length === 1 ? others[0]! : (a, b) => { for (const c of others) { const r = c(a, b); if (r !== 0) return r } return 0 }
  return { ranks: given ?? new Float64Array(rows.length), rest }
}

// Whole numbers that a double holds, and finite doubles; NULL is below or above all of them.
function ranksOf({ column, ascending, nullsFirst }: OrderColumn, rows: Int32Array): Float64Array | null {
  if (!(column instanceof FixedVector)) return null
  const out = new Float64Array(rows.length), sign = ascending ? 1 : -1, whenNull = nullsFirst ? -Infinity : Infinity, { data, nulls } = column
  if (data instanceof BigInt64Array) for (let i = 0; i < rows.length; i++) { const n = Number(data[rows[i]!]!); if (n > Number.MAX_SAFE_INTEGER || n < Number.MIN_SAFE_INTEGER) return null; out[i] = n * sign }
  else if (data instanceof Float64Array || data instanceof Float32Array) for (let i = 0; i < rows.length; i++) { const n = data[rows[i]!]!; if (!Number.isFinite(n)) return null; out[i] = n * sign }
  else for (let i = 0; i < rows.length; i++) out[i] = data[rows[i]!]! * sign
  if (nulls !== null) for (let i = 0; i < rows.length; i++) if (nulls[rows[i]!] !== 0) out[i] = whenNull
  return out
}

function peersOf(ranks: Float64Array, rows: Int32Array, partitions: Int32Array, rest: Compare | null): Int32Array {
  const peers = new Int32Array(rows.length + 1)
  let n = 0
  for (let p = 0; p + 1 < partitions.length; p++) {
    const from = partitions[p]!, to = partitions[p + 1]!
    for (let i = from; i < to; i++) if (i === from || ranks[i - 1] !== ranks[i] || (rest !== null && rest(rows[i - 1]!, rows[i]!) !== 0)) peers[n++] = i
  }
  peers[n++] = rows.length
  return peers.slice(0, n)
}
