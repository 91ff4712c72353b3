/** The rows of a batch that are made before its turn: the sink must not hear of the batch before the log has its offsets, but the operators can be at work. */
import type { Batch } from '../columns/batch.ts'
import type { BatchLogs } from './batch-logs.ts'

// More rows are not held.
const heldRows = 1 << 18

/** Has rows made until everything in the logs so far is written, and gives all of them then. What goes wrong while they are made is thrown to who reads them. */
export async function madeAhead(batches: AsyncIterable<Batch>, logs: BatchLogs): Promise<AsyncIterable<Batch>> {
  if (logs.isSettled) return batches
  const source = batches[Symbol.asyncIterator](), held: (() => Batch)[] = []
  let rows = 0, ended = false
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
  try { await logs.settled() } catch (e) { await source.return?.(); throw e }
  return (async function* () {
    try {
      for (const take of held) yield take()
      for (; !ended;) {
        const next = await source.next()
        if (next.done === true) ended = true
        else yield next.value
      }
    } finally { if (!ended) await source.return?.() }
  })()
}
