/** Memory: a source fed by hand (MemoryStream), and a sink whose rows are a table of the query's name. */
import { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { MemoryStreamHandle } from '../../plan/memory-stream-handle.ts'
import type { Connector } from '../connector.ts'

export const memoryConnector: Connector = {
  name: 'memory',
  streamSource: {
    schema(given, options, _path, handle) {
      if (!(handle instanceof MemoryStreamHandle) || given === null) throw analysisError('MICROLOTE_SOURCE_NOT_STREAMING', { provider: 'memory', reader: 'readStream.format', advice: 'Make a MemoryStream and call toDF().' })
      options.refuseUnknown()
      return given
    },
    async open(_schema, _options, _path, handle) {
      const stream = handle as MemoryStreamHandle
      return {
        description: 'MemoryStream',
        async latestOffset() { return stream.latest < 0 ? null : String(stream.latest) },
        reportLatestOffset: () => (stream.latest < 0 ? null : String(stream.latest)),
        // What each addData() gave is a partition.
        async *batches(start, end) { for (const [p, b] of stream.between(start === null ? -1 : Number(start), Number(end)).entries()) yield new Batch(b.columns, b.length, p) },
        async commit(end) { stream.forget(Number(end)) },
        async close() {},
      }
    },
  },
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: [],
    async open(options, _path, context) {
      options.refuseUnknown()
      const name = context.queryName!
      context.handles.tables.createMemory(name, context.schema)
      let last = -1
      return {
        description: 'MemorySink', countsRows: true,
        async addBatch(batchId, batches) {
          const rows: Batch[] = []
          for await (const b of batches) rows.push(b)
          if (batchId <= last) return
          last = batchId
          context.handles.tables.putMemory(name, rows, context.outputMode === 'complete')
        },
        async close() {},
      }
    },
  },
}
