/** What a state store counts in a batch, and the sum over partitions as Spark's progress shows it. */
import { diskProgress, type DiskMetrics } from './disk-metrics.ts'
import type { Bare, StateOperatorProgress } from '../observe/progress.ts'

/** The counts of one store in one batch. The operator adds its own times and the rows it dropped as late. */
export interface StoreMetrics {
  readonly partition: number
  readonly storeName: string
  numRowsTotal: number
  numRowsUpdated: number
  numRowsRemoved: number
  numRowsDroppedByWatermark: number
  allUpdatesTimeMs: number
  allRemovalsTimeMs: number
  commitTimeMs: number
  memoryUsedBytes: number
  /** Since the store was opened, as Spark counts: a batch that finds the state in memory finds it twice, to read and to write. */
  loadedMapCacheHitCount: number
  loadedMapCacheMissCount: number
  stateOnCurrentVersionSizeBytes: number
  /** The version of the newest snapshot this store has written, -1 for none. */
  snapshotVersion: number
  /** How many damaged snapshots were got round when the store was opened. */
  numSnapshotsAutoRepaired: number
  /** Of a store whose table is on disk. */
  disk: DiskMetrics | null
}

/** Counts that are all zero. */
export function emptyMetrics(partition = 0, storeName = 'default'): StoreMetrics {
  return {
    partition, storeName, numRowsTotal: 0, numRowsUpdated: 0, numRowsRemoved: 0, numRowsDroppedByWatermark: 0, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0,
    commitTimeMs: 0, memoryUsedBytes: 0, loadedMapCacheHitCount: 0, loadedMapCacheMissCount: 0, stateOnCurrentVersionSizeBytes: 0,
    snapshotVersion: -1, numSnapshotsAutoRepaired: 0, disk: null,
  }
}

// Spark names only the stores whose snapshots are the oldest.
const storesShown = 5

/** The sum over the stores of an operator; times are whole milliseconds. `partitions` is the operator's number of state partitions. */
export function combineMetrics(operatorName: string, partitions: number, stores: readonly Readonly<StoreMetrics>[]): Bare<StateOperatorProgress> {
  const sum = (name: Exclude<keyof StoreMetrics, 'storeName' | 'disk'>): number => stores.reduce((n, m) => n + m[name], 0)
  const oldest = [...stores].sort((a, b) => a.snapshotVersion - b.snapshotVersion || a.partition - b.partition).slice(0, storesShown)
  const onDisk = stores.flatMap(m => m.disk ?? [])
  const custom: Record<string, number> = {
    ...Object.fromEntries(oldest.map(m => [`SnapshotLastUploaded.partition_${m.partition}_${m.storeName}`, m.snapshotVersion])),
    ...(onDisk.length > 0 ? diskProgress(onDisk) : {
      forceSnapshotCount: 0,
      loadedMapCacheHitCount: sum('loadedMapCacheHitCount'),
      loadedMapCacheMissCount: sum('loadedMapCacheMissCount'),
      numSnapshotsAutoRepaired: sum('numSnapshotsAutoRepaired'),
      stateOnCurrentVersionSizeBytes: sum('stateOnCurrentVersionSizeBytes'),
    }),
  }
  return {
    operatorName,
    numRowsTotal: sum('numRowsTotal'),
    numRowsUpdated: sum('numRowsUpdated'),
    allUpdatesTimeMs: Math.round(sum('allUpdatesTimeMs')),
    numRowsRemoved: sum('numRowsRemoved'),
    allRemovalsTimeMs: Math.round(sum('allRemovalsTimeMs')),
    commitTimeMs: Math.round(sum('commitTimeMs')),
    memoryUsedBytes: sum('memoryUsedBytes'),
    numRowsDroppedByWatermark: sum('numRowsDroppedByWatermark'),
    numShufflePartitions: partitions,
    numStateStoreInstances: stores.length,
    customMetrics: Object.fromEntries(Object.entries(custom).sort(([a], [b]) => a < b ? -1 : 1)),
  }
}
