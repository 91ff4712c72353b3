/** The state stores that `spark.sql.streaming.stateStore.providerClass` can name: Spark's classes, and what stands for them here. */
import { executionError } from '../errors/spark-error.ts'
import { DiskTable } from './disk-table.ts'
import { MemoryTable } from './memory-table.ts'
import type { StateTable } from './state-table.ts'

const inPackage = (name: string): string => `org.apache.spark.sql.execution.streaming.state.${name}`
export const memoryProvider = inPackage('HDFSBackedStateStoreProvider')
export const diskProvider = inPackage('RocksDBStateStoreProvider')

/**
 * How tables of a provider are made: in memory for HDFSBackedStateStoreProvider, on disk with `cacheMb` MiB of each in memory for RocksDBStateStoreProvider. Both keep the same delta
 * and snapshot files, so a checkpoint can be read with either. Any other name is `STATE_STORE_INVALID_PROVIDER`.
 *
 * ```ts
 * const newTable = stateTables('org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider', 8)
 * ```
 */
export function stateTables(providerClass: string, cacheMb: number): () => StateTable {
  if (providerClass === memoryProvider) return () => new MemoryTable()
  if (providerClass === diskProvider) return () => new DiskTable(cacheMb * 1024 * 1024)
  throw executionError('STATE_STORE_INVALID_PROVIDER', { inputClass: providerClass })
}
