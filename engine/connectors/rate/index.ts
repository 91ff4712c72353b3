/** rate: rows by the clock. Second s since the start holds the values s·r … (s+1)·r − 1, their times spread evenly over it. */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { rateStartTimeLog } from '../../checkpoint/source-log.ts'
import { intervalToMs } from '../../types/interval.ts'
import { longType, structField, structType, timestampType } from '../../types/data-type.ts'
import type { Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'

export const rateSchema = structType([structField('timestamp', timestampType), structField('value', longType)])
const rowsPerBatch = 8192

/** How many values there are before second `s`: the rate grows evenly over the ramp-up time. */
export function valuesBefore(s: number, rate: number, rampUpSeconds: number): number {
  if (rampUpSeconds <= 0) return s * rate
  const delta = rate / (rampUpSeconds + 1)
  if (s <= rampUpSeconds) return Math.floor((s * (s + 1) * delta) / 2)
  return Math.floor((rampUpSeconds * (rampUpSeconds + 1) * delta) / 2) + (s - rampUpSeconds) * rate
}

export const rateConnector: Connector = {
  name: 'rate',
  aliases: ['ratev2', 'rate-source'],
  streamSource: {
    schema(given, options) {
      refuseSchema('rate', given)
      options.integer('rowsPerSecond', 1)
      options.text('rampUpTime')
      options.integer('numPartitions', 1)
      options.refuseUnknown(['path'])
      return rateSchema
    },
    async open(_schema, options, _path, _handle, context) {
      const rate = options.integer('rowsPerSecond', 1) ?? 1
      const rampUp = Math.floor(intervalToMs(options.text('rampUpTime') ?? '0 seconds') / 1000)
      const log = rateStartTimeLog(context.files, context.checkpointDir)
      let created = (await log.get(0)) ?? null
      if (created === null) { created = context.clock.nowMs(); await log.add(0, created) }
      const start = created
      const now = (): number => Math.max(0, Math.floor((context.clock.nowMs() - start) / 1000))
      let frozen: number | null = null
      return {
        description: `RateStreamV2[rowsPerSecond=${rate}, rampUpTimeSeconds=${rampUp}, numPartitions=1]`,
        async latestOffset() { return String(frozen ?? now()) },
        async prepareForAvailableNow() { frozen = now() },
        async *batches(from, to) {
          const s0 = from === null ? 0 : Number(from), s1 = Number(to)
          const first = valuesBefore(s0, rate, rampUp), last = valuesBefore(s1, rate, rampUp)
          if (last <= first) return
          const step = ((s1 - s0) * 1000) / (last - first)
          for (let at = first; at < last; at += rowsPerBatch) {
            const n = Math.min(rowsPerBatch, last - at)
            const times = new BigInt64Array(n), values = new BigInt64Array(n)
            for (let i = 0; i < n; i++) {
              times[i] = BigInt(start + s0 * 1000 + Math.round((at - first + i) * step)) * 1000n
              values[i] = BigInt(at + i)
            }
            yield new Batch([new FixedVector(timestampType, times, null), new FixedVector(longType, values, null)], n)
          }
        },
        async commit() {},
        async close() {},
      }
    },
  },
}
