/** The rows of a batch that are made before its turn: the sink must not hear of the batch before the log has its offsets, but the operators can be at work. */
import type { Batch } from '../columns/batch.ts'
import type { BatchLogs } from './batch-logs.ts'

// More rows are not held.
const heldRows = 1 << 18

/**
 * Has rows made until nothing is on its way to the logs any more, and gives all of them to `use` then. What goes wrong while they are made is thrown to who reads them; where the logs
 * have failed nobody does, and that is thrown here. However it ends, and whether `use` has read them or not, what makes the rows is closed.
 */
export async function madeAhead(batches: AsyncIterable<Batch>, logs: BatchLogs, use: (batches: AsyncIterable<Batch>) => Promise<void>): Promise<void> {
  if (logs.isSettled) {
    await logs.settled()
    return use(batches)
  }
  const source = batches[Symbol.asyncIterator](), held: (() => Batch)[] = []
  let rows = 0, ended = false
  async function* all(): AsyncGenerator<Batch> {
    for (let take; (take = held.shift()) !== undefined;) yield take()
    for (; !ended;) {
      const next = await source.next()
      if (next.done === true) ended = true
      else yield next.value
    }
  }
  try {
    while (!ended && !logs.isSettled && rows < heldRows) {
      try {
        const next = await source.next()
        if (next.done === true) ended = true
        else { held.push(() => next.value); rows += next.value.length }
      } catch (e) {
        ended = true
        held.push(() => { throw e })
      }
    }
    await logs.settled()
    await use(all())
  } finally { if (!ended) await source.return?.() }
}
