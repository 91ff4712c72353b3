/** When a query runs its next micro-batch, and whether it runs another at all. */
import type { Clock } from '../observe/clock.ts'
import type { Trigger } from '../plan/write-stream.ts'

/** Times are on the clock of the epoch: with an interval of 5 s batches start at :00, :05, …; one that overran is followed at once, missed times are not made up. */
export const nextTriggerMs = (startMs: number, intervalMs: number): number => (Math.floor(startMs / intervalMs) + 1) * intervalMs

/**
 * Calls `runBatch` as the trigger wants until the signal is aborted or the trigger is through.
 * `runBatch` says whether there was a batch to run.
 */
export async function runTrigger(trigger: Trigger, clock: Clock, signal: AbortSignal, pollingDelayMs: number, runBatch: () => Promise<boolean>, fallingBehind: (intervalMs: number, spentMs: number) => void): Promise<void> {
  switch (trigger.kind) {
    case 'once':
      await runBatch()
      return
    case 'available-now':
      while (!signal.aborted && await runBatch()) await clock.yield()
      return
    case 'processing-time':
      while (!signal.aborted) {
        const start = clock.nowMs()
        const ran = await runBatch()
        if (signal.aborted) return
        if (trigger.intervalMs <= 0) { await (ran ? clock.yield() : clock.sleep(pollingDelayMs, signal)); continue }
        const next = nextTriggerMs(start, trigger.intervalMs), now = clock.nowMs()
        if (now - start > trigger.intervalMs) fallingBehind(trigger.intervalMs, now - start)
        await (next > now ? clock.sleep(next - now, signal) : clock.yield())
      }
  }
}
