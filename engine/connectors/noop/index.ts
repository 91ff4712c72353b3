/** The noop sink: runs the query to the end of every batch and keeps nothing. */
import { analysisError } from '../../errors/spark-error.ts'
import type { Connector } from '../connector.ts'

export const noopConnector: Connector = {
  name: 'noop',
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: [],
    async open(options) {
      options.refuseUnknown()
      return { description: 'NoopTable', countsRows: true, async addBatch(_, batches) { for await (const b of batches) void b }, async close() {} }
    },
  },
  batchSink: {
    async write(batches, _schema, mode, options) {
      options.refuseUnknown()
      if (!['append', 'overwrite'].includes(mode.toLowerCase())) throw analysisError('UNSUPPORTED_DATA_SOURCE_SAVE_MODE', { source: '"noop"', createMode: mode })
      for await (const b of batches) void b
    },
  },
}
