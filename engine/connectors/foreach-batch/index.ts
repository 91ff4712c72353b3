/** foreachBatch: hands over each batch as rows that can be queried again and again. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError, executionError } from '../../errors/spark-error.ts'
import { Lifetime } from '../../plan/lifetime.ts'
import type { Connector } from '../connector.ts'

export const foreachBatchConnector: Connector = {
  name: 'foreachBatch',
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: [],
    async open(options, _path, context) {
      options.refuseUnknown()
      const run = context.handles.foreachBatch
      if (run === null) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: 'the format foreachBatch has no function', advice: 'Call writeStream.foreachBatch((df, batchId) => …) in place of format("foreachBatch").' })
      const lifetime = new Lifetime()
      return {
        description: 'ForeachBatchSink', countsRows: false,
        // The batch is computed once, however many actions the function runs on it.
        async addBatch(batchId, batches) {
          const rows: Batch[] = []
          for await (const b of batches) rows.push(b)
          try {
            await run({ kind: 'local-data', schema: context.schema, batches: rows, lifetime }, batchId)
          } catch (cause) {
            throw executionError('FOREACH_BATCH_USER_FUNCTION_ERROR', { batchId, reason: cause instanceof Error ? cause.message : String(cause) }, cause)
          }
        },
        close: () => lifetime.close(),
      }
    },
  },
}
