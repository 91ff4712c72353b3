/** Sorts rows by partition and order, and finds where partitions and runs of equal rows begin: hashing brings partitions together, so that only the rows of one are compared. */
import { comparison } from '../../columns/compare.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { SortedRows } from '../../expressions/window-function.ts'
import { GroupIndex } from '../aggregate/group-index.ts'

export interface OrderColumn { readonly column: Vector; readonly ascending: boolean; readonly nullsFirst: boolean }
type Compare = (a: number, b: number) => number

/** `rows` are the numbers of the given rows in sorted order; rows that compare equal keep theirs. Partitions come in the order of their keys, NULL first. */
export function sortPartitions(length: number, partitionBy: readonly Vector[], orders: readonly OrderColumn[]): SortedRows & { readonly rows: Int32Array } {
  const { rows, partitions } = byPartition(length, partitionBy)
  const compares = orders.map(comparisonOf)
  const [only] = compares
  const compare: Compare = compares.length === 1 ? only! : (a, b) => { for (const c of compares) { const r = c(a, b); if (r !== 0) return r } return 0 }
  if (orders.length > 0) for (let p = 0; p + 1 < partitions.length; p++) sortRange(rows, partitions[p]!, partitions[p + 1]!, compare)
  return { length, rows, partitions, peers: orders.length === 0 ? partitions : peersOf(rows, partitions, compare) }
}

function byPartition(length: number, keys: readonly Vector[]): { rows: Int32Array; partitions: Int32Array } {
  const rows = new Int32Array(length)
  if (keys.length === 0 || length === 0) {
    for (let i = 0; i < length; i++) rows[i] = i
    return { rows, partitions: length === 0 ? new Int32Array(1) : Int32Array.of(0, length) }
  }
  const index = new GroupIndex(keys.map(k => k.type)), groups = index.add(keys, length), { count } = index
  const columns = index.keys().map(column => comparisonOf({ column, ascending: true, nullsFirst: true }))
  const order = new Int32Array(count), starts = new Int32Array(count + 1), place = new Int32Array(count)
  for (let g = 0; g < count; g++) order[g] = g
  order.sort((a, b) => { for (const c of columns) { const r = c(a, b); if (r !== 0) return r } return 0 })
  order.forEach((g, i) => { place[g] = i })
  for (let i = 0; i < length; i++) starts[place[groups[i]!]! + 1]!++
  for (let g = 0; g < count; g++) starts[g + 1] = starts[g + 1]! + starts[g]!
  const next = starts.slice(0, count)
  for (let i = 0; i < length; i++) rows[next[place[groups[i]!]!]!++] = i
  return { rows, partitions: starts }
}

const small = 24

// Insertion for a few rows, which most partitions have; else the stable sort of the platform, unless they are in order already.
function sortRange(rows: Int32Array, from: number, to: number, compare: Compare): void {
  if (to - from <= small) {
    for (let i = from + 1; i < to; i++) {
      const row = rows[i]!
      let j = i - 1
      while (j >= from && compare(rows[j]!, row) > 0) { rows[j + 1] = rows[j]!; j-- }
      rows[j + 1] = row
    }
    return
  }
  for (let i = from + 1; i < to; i++) if (compare(rows[i - 1]!, rows[i]!) > 0) { rows.subarray(from, to).sort(compare); return }
}

function peersOf(rows: Int32Array, partitions: Int32Array, compare: Compare): Int32Array {
  const peers = new Int32Array(rows.length + 1)
  let n = 0
  for (let p = 0; p + 1 < partitions.length; p++) {
    for (let i = partitions[p]!; i < partitions[p + 1]!; i++) if (i === partitions[p]! || compare(rows[i - 1]!, rows[i]!) !== 0) peers[n++] = i
  }
  peers[n++] = rows.length
  return peers.slice(0, n)
}

/** How two rows of a column compare, in the direction and with the place of NULL that are wanted. */
export function comparisonOf({ column, ascending, nullsFirst }: OrderColumn): Compare {
  const sign = ascending ? 1 : -1, whenNull = nullsFirst ? -1 : 1
  const numbers = numbersOf(column)
  if (numbers !== null) {
    const { data, nulls } = numbers
    if (nulls === null) return ascending ? (a, b) => data[a]! - data[b]! : (a, b) => data[b]! - data[a]!
    return (a, b) => (nulls[a]! | nulls[b]!) !== 0 ? (nulls[a] === nulls[b] ? 0 : nulls[a] !== 0 ? whenNull : -whenNull) : sign * (data[a]! - data[b]!)
  }
  const compare = comparison(column.type)
  return (a, b) => {
    const an = column.isNull(a), bn = column.isNull(b)
    if (an || bn) return an === bn ? 0 : an ? whenNull : -whenNull
    return sign * compare(column.value(a), column.value(b))
  }
}

// Values whose difference says how they compare: whole numbers as doubles hold them, and finite doubles.
function numbersOf(v: Vector): { readonly data: Float64Array | Int32Array | Int16Array | Int8Array | Uint8Array; readonly nulls: Uint8Array | null } | null {
  if (!(v instanceof FixedVector)) return null
  const { data, nulls } = v
  if (data instanceof BigInt64Array) {
    const out = new Float64Array(v.length)
    for (let i = 0; i < v.length; i++) { const n = Number(data[i]!); if (!Number.isSafeInteger(n)) return null; out[i] = n }
    return { data: out, nulls }
  }
  if (data instanceof Float64Array || data instanceof Float32Array) {
    for (let i = 0; i < v.length; i++) if (!Number.isFinite(data[i]!)) return null
    return { data: data as Float64Array, nulls }
  }
  return { data, nulls }
}
