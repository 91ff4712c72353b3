/** Leaves out rows that come too late: those whose time is at or before the late watermark. */
import type { Batch } from '../../columns/batch.ts'
import { ceilMillis } from './event-times.ts'

/** The rows that are in time, and how many were not. NULL is never late; a window goes by its end. */
export function withoutLateRows(batch: Batch, timeColumn: number, lateMs: number): { readonly rows: Batch; readonly dropped: number } {
  const times = ceilMillis(batch.columns[timeColumn]!, batch.length)
  const kept = new Int32Array(batch.length)
  let n = 0
  for (let i = 0; i < batch.length; i++) if (!(times[i]! <= lateMs)) kept[n++] = i
  return { rows: n === batch.length ? batch : batch.take(kept, n), dropped: batch.length - n }
}
