/** Leaves out rows that come too late: those whose time is at or before the late watermark. */
import type { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { ceilMillis } from './event-times.ts'

const none = new Int32Array(0)

/** The rows that are in time, how many were not, and which these were. NULL is never late; a window goes by its end. */
export function withoutLateRows(batch: Batch, timeColumn: number, lateMs: number): { readonly rows: Batch; readonly dropped: number; readonly late: Int32Array } {
  const column = batch.columns[timeColumn]!, times = ceilMillis(column, column instanceof ConstantVector ? Math.min(1, batch.length) : batch.length)
  if (!times.some(t => t <= lateMs)) return { rows: batch, dropped: 0, late: none }
  if (times.length < batch.length) return { rows: batch.slice(0, 0), dropped: batch.length, late: Int32Array.from({ length: batch.length }, (_, i) => i) }
  const kept = new Int32Array(batch.length), late: number[] = []
  let n = 0
  for (let i = 0; i < batch.length; i++) if (times[i]! <= lateMs) late.push(i); else kept[n++] = i
  return { rows: batch.take(kept, n), dropped: late.length, late: Int32Array.from(late) }
}
