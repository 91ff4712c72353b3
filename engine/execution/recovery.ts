/**
 * Where a query goes on, from its two logs:
 *
 *   no offsets                 batch 0, nothing read yet
 *   offsets N, commits N       batch N+1, from the end of N
 *   offsets N, commits N−1     batch N again: the same offsets, watermark and time
 *   offsets N, commits < N−1   batch N again, with a warning
 */
import type { CommitLog } from '../checkpoint/commit-log.ts'
import type { OffsetLog } from '../checkpoint/offset-log.ts'
import { executionError } from '../errors/spark-error.ts'

export interface LoggedBatch { readonly offsets: readonly (string | null)[]; readonly batchWatermarkMs: number; readonly batchTimestampMs: number }

export interface ResumePoint {
  readonly batchId: number
  /** The end of the batch before, a text a source; null where a source has none. */
  readonly start: readonly (string | null)[]
  /** The batch to run again, or null. */
  readonly pending: LoggedBatch | null
  readonly watermarkMs: number
  /** The watermark of the batch before: rows are late against it. */
  readonly lateWatermarkMs: number
  /** The confs the checkpoint was written with; they win over those of the session. */
  readonly confs: Readonly<Record<string, string>>
}

/** Reads the logs. Throws when the checkpoint is of a query with other sources, or has a gap. */
export async function findResumePoint(offsetLog: OffsetLog, commitLog: CommitLog, sourceCount: number, location: string, warn: (message: string) => void): Promise<ResumePoint> {
  const offsets = await offsetLog.latest()
  const none = new Array<null>(sourceCount).fill(null)
  if (offsets === null) return { batchId: 0, start: none, pending: null, watermarkMs: 0, lateWatermarkMs: 0, confs: {} }
  const { id, entry } = offsets
  if (entry.offsets.length !== sourceCount) throw executionError('MICROLOTE_CHECKPOINT_SOURCES_CHANGED', { location, logged: entry.offsets.length, found: sourceCount })
  const commit = await commitLog.latest()
  if (commit !== null && commit.id === id) {
    return { batchId: id + 1, start: entry.offsets, pending: null, watermarkMs: Math.max(entry.batchWatermarkMs, commit.entry.nextBatchWatermarkMs), lateWatermarkMs: entry.batchWatermarkMs, confs: entry.conf }
  }
  if (commit !== null && commit.id < id - 1) warn(`the commit log ends at batch ${commit.id}, the offset log at ${id}: batch ${id} is run again`)
  const before = id === 0 ? null : await offsetLog.get(id - 1)
  if (id > 0 && before === null) throw executionError('MICROLOTE_LOG_GAP', { path: `${location}/offsets`, batchId: id - 1 })
  return { batchId: id, start: before?.offsets ?? none, pending: entry, watermarkMs: entry.batchWatermarkMs, lateWatermarkMs: before?.batchWatermarkMs ?? 0, confs: entry.conf }
}
