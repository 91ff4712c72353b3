/** foreach: hands over rows one by one; open and close are called around each batch, close whenever open came back. */
import { rowsOf } from '../../columns/rows.ts'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import type { Connector } from '../connector.ts'

/** Runs the user's code; what it throws is said to be the user's. */
async function users<T>(work: () => T | Promise<T>): Promise<T> {
  try { return await work() } catch (cause) { throw executionError('FOREACH_USER_FUNCTION_ERROR', { reason: cause instanceof Error ? cause.message : String(cause) }, cause) }
}

export const foreachConnector: Connector = {
  name: 'foreach',
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: [],
    async open(options, _path, context) {
      options.refuseUnknown()
      const writer = context.handles.foreach
      if (writer === null) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the format foreach has no writer', advice: 'Call writeStream.foreach({ process(row) { … } }) in place of format("foreach").' })
      if (typeof writer.process !== 'function') throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the writer given to foreach has no method process', advice: 'Give a function of a row, or an object with process(row) and, if wanted, open and close.' })
      return {
        description: 'ForeachWriterTable', countsRows: true,
        async addBatch(batchId, batches) {
          const wanted = await users(() => writer.open?.(0, batchId) ?? true)
          let failure: unknown = null
          try {
            for await (const b of batches) {
              if (!wanted) continue
              for (const row of rowsOf(context.schema, b)) {
                // Waiting for each row would cost a turn of the event loop even where nothing is to be waited for.
                const done = begun(() => writer.process(row))
                if (done !== undefined) await users(() => done)
              }
            }
          } catch (e) {
            failure = e
            throw e
          } finally {
            const seen = failure instanceof Error && failure.cause !== undefined ? failure.cause : failure
            if (failure === null) await users(() => writer.close?.(null))
            // The first error is the one to show.
            else try { await writer.close?.(seen) } catch { /* it comes after the one that ends the batch */ }
          }
        },
        async close() {},
      }
    },
  },
}

function begun(work: () => void | Promise<void>): Promise<void> | undefined {
  try {
    const result = work()
    return result instanceof Promise ? result : undefined
  } catch (cause) { throw executionError('FOREACH_USER_FUNCTION_ERROR', { reason: cause instanceof Error ? cause.message : String(cause) }, cause) }
}
