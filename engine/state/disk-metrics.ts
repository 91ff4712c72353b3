/**
 * What a store on disk counts beside the common counts, under the names that Spark's RocksDB provider gives them in progress.
 *
 * Shown is what this store does as well. Left out is what only RocksDB has: compactions, block cache and pinned blocks, memtables' bytes, stalls of writers, column families, checkpoints
 * and zip files, files that are used again, forced snapshots; and how long single gets and puts take, because asking the clock costs about as much as a get.
 */

/** What was asked of a table since it was last asked for this. */
export interface TableCounts {
  /** Entries that were looked up, by key or by slot. */
  readonly gets: number
  /** Entries that were inserted or replaced. */
  readonly puts: number
  /** Bytes of keys and values that were read back, and that were put. */
  readonly bytesRead: number
  readonly bytesWritten: number
  /** The bytes of the table's file. */
  readonly fileBytes: number
}

/** How long a store has loaded, and from how many deltas. */
export interface LoadTimes { readonly totalMs: number; readonly snapshotMs: number; readonly deltasMs: number; readonly deltas: number }

/** Of one store in one batch. */
export interface DiskMetrics extends TableCounts {
  /** Deltas and snapshots that have come into the checkpoint, and their bytes. */
  readonly files: number
  readonly bytesOfFiles: number
  /** How long the delta took to become durable, and the table's own commit. */
  readonly deltaMs: number
  readonly commitMs: number
  /** Null when the state was there. */
  readonly load: LoadTimes | null
  readonly repaired: number
}

/** The sum over stores as progress shows it: milliseconds are whole. */
export function diskProgress(stores: readonly DiskMetrics[]): Record<string, number> {
  const sum = (of: (m: DiskMetrics) => number): number => Math.round(stores.reduce((n, m) => n + of(m), 0))
  return {
    rocksdbBytesCopied: sum(m => m.bytesOfFiles),
    rocksdbChangeLogWriterCommitLatencyMs: sum(m => m.deltaMs),
    rocksdbCommitFlushLatency: sum(m => m.commitMs),
    rocksdbFilesCopied: sum(m => m.files),
    rocksdbGetCount: sum(m => m.gets),
    rocksdbLoadFromSnapshotLatencyMs: sum(m => m.load?.snapshotMs ?? 0),
    rocksdbLoadLatencyMs: sum(m => m.load?.totalMs ?? 0),
    rocksdbNumReplayChangelogFiles: sum(m => m.load?.deltas ?? 0),
    rocksdbNumSnapshotsAutoRepaired: sum(m => m.repaired),
    rocksdbPutCount: sum(m => m.puts),
    rocksdbReplayChangeLogLatencyMs: sum(m => m.load?.deltasMs ?? 0),
    rocksdbSstFileSize: sum(m => m.fileBytes),
    rocksdbTotalBytesRead: sum(m => m.bytesRead),
    rocksdbTotalBytesWritten: sum(m => m.bytesWritten),
  }
}
