/** Leaves out rows that come too late: those whose time is at or before the late watermark. */
import type { Batch } from '../../columns/batch.ts'
import { ceilMillis } from './event-times.ts'

/** The rows that are in time, how many were not, and which these were. NULL is never late; a window goes by its end. */
export function withoutLateRows(batch: Batch, timeColumn: number, lateMs: number): { readonly rows: Batch; readonly dropped: number; readonly late: Int32Array } {
  const times = ceilMillis(batch.columns[timeColumn]!, batch.length)
  const kept = new Int32Array(batch.length), late: number[] = []
  let n = 0
  for (let i = 0; i < batch.length; i++) if (times[i]! <= lateMs) late.push(i); else kept[n++] = i
  return { rows: n === batch.length ? batch : batch.take(kept, n), dropped: late.length, late: Int32Array.from(late) }
}
