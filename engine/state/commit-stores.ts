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
  await allOf(writing)
  const share = (clock.monotonicMs() - start) / stores.length
  for (const s of stores) { s.metrics.commitTimeMs += share; s.endCommit() }
}

/**
 * As `commitStores`, but takes the stores on to their next version at once, so that the next batch can begin; the promise is kept when the changes are durable. When it is broken the
 * stores are of no use any more.
 */
export function commitStoresAhead(stores: readonly StateStore[]): Promise<void> {
  const written = allOf(stores.map(s => s.beginCommit()))
  for (const s of stores) s.endCommit()
  return written
}

// Waits for all, also when one fails.
async function allOf(writing: readonly Promise<void>[]): Promise<void> {
  for (const written of await Promise.allSettled(writing)) if (written.status === 'rejected') throw written.reason
}
