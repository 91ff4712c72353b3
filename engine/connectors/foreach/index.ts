/** foreach: hands over rows one by one; open and close are called around each batch. */
import { rowsOf } from '../../columns/rows.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { Connector } from '../connector.ts'

export const foreachConnector: Connector = {
  name: 'foreach',
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: [],
    async open(options, _path, context) {
      options.refuseUnknown()
      const writer = context.handles.foreach!
      return {
        description: 'ForeachWriterTable', countsRows: true,
        async addBatch(batchId, batches) {
          let failure: unknown = null
          const wanted = writer.open === undefined || (await writer.open(0, batchId))
          try {
            for await (const b of batches) {
              if (!wanted) continue
              for (const row of rowsOf(context.schema, b)) {
                try { await writer.process(row) } catch (cause) { throw executionError('FOREACH_USER_FUNCTION_ERROR', { reason: cause instanceof Error ? cause.message : String(cause) }, cause) }
              }
            }
          } catch (e) {
            failure = e
            throw e
          } finally {
            await writer.close?.(failure)
          }
        },
        async close() {},
      }
    },
  },
}
