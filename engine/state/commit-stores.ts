/** Commits the stores of a query together: while the disk takes one store's change, the next store's is encoded, and the disk is waited for once. */
import type { Clock } from '../observe/clock.ts'
import type { StateStore } from './state-store.ts'

/**
 * Makes the changes of all stores durable, each as its next version. When a store cannot be written none goes on to its next version: call again, or abort them.
 * What is waited for is shared out among the stores' `commitTimeMs`, so that their sum is the time the batch has spent here.
 *
 * ```ts
 * await commitStores([left, right], clock)
 * ```
 */
export async function commitStores(stores: readonly StateStore[], clock: Clock): Promise<void> {
  const writing = stores.map(s => s.beginCommit())
  const start = clock.monotonicMs()
  for (const written of await Promise.allSettled(writing)) if (written.status === 'rejected') throw written.reason
  const share = (clock.monotonicMs() - start) / stores.length
  for (const s of stores) { s.metrics.commitTimeMs += share; s.endCommit() }
}
