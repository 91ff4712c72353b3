/** The cards whose queries may still end: whoever ends a notebook's process waits for the last of them. */

// One list for all copies of this package in the process.
const unfinished = ((globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.unfinished')] ??= new Set<Promise<void>>()) as Set<Promise<void>>

export function addUnfinished(finished: Promise<void>): void {
  unfinished.add(finished)
  void finished.finally(() => unfinished.delete(finished))
}

/** Resolves when the queries that have ended have sent their last cards. To be called after the queries were stopped. */
export const lastCards = async (): Promise<void> => { await Promise.allSettled([...unfinished]) }
