/** The console sink: prints every batch as Spark does, the empty ones too. */
import type { Batch } from '../../columns/batch.ts'
import { showString } from '../../columns/show.ts'
import type { Connector } from '../connector.ts'

const rule = '-'.repeat(43)

export const consoleConnector: Connector = {
  name: 'console',
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: true, options: ['numRows', 'truncate'],
    async open(options, _path, context) {
      const numRows = options.integer('numRows', 0) ?? 20
      const truncate = options.boolean('truncate', true)
      options.refuseUnknown()
      const print = context.handles.print ?? (text => console.log(text))
      return {
        description: 'org.apache.spark.sql.execution.streaming.ConsoleTable$', countsRows: true,
        async addBatch(batchId, batches) {
          const kept: Batch[] = []
          let rows = 0
          // One row more than is shown says whether there are more; the rest is only counted.
          for await (const b of batches) { if (rows <= numRows) kept.push(b); rows += b.length }
          print(`${rule}\nBatch: ${batchId}\n${rule}\n${showString(context.schema, kept, numRows, truncate ? 20 : 0, false, context.timeZone)}`)
        },
        async close() {},
      }
    },
  },
  // Of a batch it prints the first rows, as show() does, whatever the mode.
  batchSink: {
    async write(batches, schema, _mode, options, _path, context) {
      const numRows = options.integer('numRows', 0) ?? 20, truncate = options.boolean('truncate', true), kept: Batch[] = []
      options.refuseUnknown()
      let rows = 0
      for await (const b of batches) { if (rows <= numRows) kept.push(b); rows += b.length }
      console.log(showString(schema, kept, numRows, truncate ? 20 : 0, false, context.timeZone))
    },
  },
}
