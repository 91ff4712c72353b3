/** Divides rows among state partitions as Spark does, so that a key's state lies where Spark would look for it. */
import type { Batch } from '../columns/batch.ts'
import { hashRows } from '../columns/murmur3.ts'
import { ScratchInts } from '../columns/scratch.ts'

/**
 * The rows of each partition, in their order: Spark's HashPartitioning, Murmur3 of the key columns modulo the number of partitions.
 *
 * ```ts
 * partitioned(batch, [0, 1], stores.length).forEach((rows, p) => merge(stores[p], rows))
 * ```
 */
export function partitioned(batch: Batch, keyColumns: readonly number[], partitions: number): Batch[] {
  if (partitions === 1) return [batch]
  return partitionRows(batch, keyColumns, partitions).map(rows => batch.take(rows, rows.length))
}

const hashes = new ScratchInts()

/** The row numbers of each partition. */
export function partitionRows(batch: Batch, keyColumns: readonly number[], partitions: number): Int32Array[] {
  const n = batch.length
  const of = hashRows(keyColumns.map(k => batch.columns[k]!), n, 42, hashes.take(n))
  const ends = new Int32Array(partitions)
  for (let i = 0; i < n; i++) { const h = of[i]! % partitions; const p = h < 0 ? h + partitions : h; of[i] = p; ends[p]!++ }
  for (let p = 1; p < partitions; p++) ends[p]! += ends[p - 1]!
  const rows = new Int32Array(n), at = new Int32Array(partitions)
  for (let p = 1; p < partitions; p++) at[p] = ends[p - 1]!
  for (let i = 0; i < n; i++) rows[at[of[i]!]!++] = i
  return Array.from(ends, (end, p) => rows.subarray(p === 0 ? 0 : ends[p - 1]!, end))
}
