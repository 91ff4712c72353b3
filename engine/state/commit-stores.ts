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
  const written = begin(stores), start = clock.monotonicMs()
  await written
  const share = (clock.monotonicMs() - start) / stores.length
  for (const s of stores) { s.metrics.commitTimeMs += share; s.endCommit() }
}

/**
 * As `commitStores`, but where all of them may be ended ahead, the stores go on to their next version at once, so that the next batch can begin. `durable` is kept when the changes are;
 * when it is broken the stores are of no use any more.
 */
export async function commitStoresAhead(stores: readonly StateStore[], clock: Clock): Promise<{ readonly durable: Promise<void> }> {
  const durable = begin(stores)
  // Who waits for it hears of it.
  durable.catch(() => {})
  if (stores.every(s => s.mayEndAhead)) for (const s of stores) s.endCommit()
  else await commitStores(stores, clock)
  return { durable }
}

// Waits for all, also when one fails.
async function begin(stores: readonly StateStore[]): Promise<void> {
  for (const written of await Promise.allSettled(stores.map(s => s.beginCommit()))) if (written.status === 'rejected') throw written.reason
}
