/** rate-micro-batch: exactly n rows a batch, all of one time that moves on with each batch: a stream whose every run is the same. */
import { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { longType, timestampType } from '../../types/data-type.ts'
import type { Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import { rateSchema } from './index.ts'

const rowsAtOnce = 8192

interface Offset { readonly offset: number; readonly timestamp: number }

export const rateMicroBatchConnector: Connector = {
  name: 'rate-micro-batch',
  streamSource: {
    schema(given, options) {
      refuseSchema('rate-micro-batch', given)
      options.required('rowsPerBatch', 'Say how many rows each batch has.')
      options.integer('rowsPerBatch', 1)
      options.integer('numPartitions', 1)
      options.integer('startTimestamp', 0)
      options.integer('advanceMillisPerBatch', 0)
      options.refuseUnknown()
      return rateSchema
    },
    async open(_schema, options) {
      const rows = options.integer('rowsPerBatch', 1)!, startMs = options.integer('startTimestamp', 0) ?? 0, advance = options.integer('advanceMillisPerBatch', 0) ?? 1000
      const parse = (o: string | null): Offset => (o === null ? { offset: 0, timestamp: startMs } : JSON.parse(o) as Offset)
      let frozen: string | null = null, available = false
      return {
        description: `RatePerMicroBatchStream[rowsPerBatch=${rows}, numPartitions=${options.integer('numPartitions', 1) ?? 1}, startTimestamp=${startMs}, advanceMsPerBatch=${advance}]`,
        async latestOffset(start, limit) {
          if (frozen !== null) return frozen
          const from = parse(start), next = JSON.stringify({ offset: from.offset + rows, timestamp: from.timestamp + advance })
          if (available || limit === 'all') frozen = next
          return next
        },
        async prepareForAvailableNow() { available = true },
        async *batches(start, end) {
          const from = parse(start), to = parse(end)
          for (let at = from.offset; at < to.offset; at += rowsAtOnce) {
            const n = Math.min(rowsAtOnce, to.offset - at)
            const values = new BigInt64Array(n)
            const words = new Int32Array(values.buffer)
            for (let i = 0; i < n; i++) { const value = at + i; words[2 * i] = value; words[2 * i + 1] = Math.floor(value / 4294967296) }
            yield new Batch([new ConstantVector(timestampType, BigInt(from.timestamp) * 1000n, n), new FixedVector(longType, values, null)], n)
          }
        },
        async commit() {},
        async close() {},
      }
    },
  },
}
