/** rate: rows by the clock. Second s since the start holds the values s·r … (s+1)·r − 1, their times spread evenly over it. */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { rateStartTimeLog } from '../../checkpoint/source-log.ts'
import { longType, structField, structType, timestampType } from '../../types/data-type.ts'
import type { Connector } from '../connector.ts'
import { parseDurationMs } from '../duration.ts'
import { refuseSchema } from '../fixed-schema.ts'
import type { OptionsReader } from '../options.ts'

export const rateSchema = structType([structField('timestamp', timestampType), structField('value', longType)])
const rowsPerBatch = 8192

/** How many values there are before second `s`. While the speed ramps up it grows by the same whole number each second, at least by one. */
export function valuesBefore(s: number, rate: number, rampUpSeconds: number): number {
  const growth = Math.max(1, Math.floor(rate / (rampUpSeconds + 1)))
  const within = Math.min(s, rampUpSeconds)
  return (growth * within * (within + 1)) / 2 + Math.max(0, s - rampUpSeconds) * rate
}

/** `5s`, `1m`; a number alone is seconds. */
function rampUpSeconds(options: OptionsReader): number {
  const text = options.text('rampUpTime') ?? '0s'
  const ms = /^\s*\d+\s*$/.test(text) ? Number(text) * 1000 : parseDurationMs(text)
  if (ms === null) throw options.invalid('rampUpTime', 'write a number with a unit, such as 5s or 1m')
  return Math.floor(ms / 1000)
}

export const rateConnector: Connector = {
  name: 'rate',
  streamSource: {
    schema(given, options) {
      refuseSchema('rate', given)
      options.integer('rowsPerSecond', 1)
      rampUpSeconds(options)
      options.integer('numPartitions', 1)
      options.refuseUnknown(['path'])
      return rateSchema
    },
    async open(_schema, options, _path, _handle, context) {
      const rate = options.integer('rowsPerSecond', 1) ?? 1
      const rampUp = rampUpSeconds(options)
      const log = rateStartTimeLog(context.files, context.checkpointDir)
      let created = (await log.get(0)) ?? null
      if (created === null) { created = context.clock.nowMs(); await log.add(0, created) }
      const start = created
      // A clock that is set back does not take rows back.
      let newestMs = start
      const now = (): number => Math.floor(((newestMs = Math.max(newestMs, context.clock.nowMs())) - start) / 1000)
      let frozen: number | null = null, latest: string | null = null
      return {
        // Spark's own text lacks the bracket at the end.
        description: `RateStreamV2[rowsPerSecond=${rate}, rampUpTimeSeconds=${rampUp}, numPartitions=${options.integer('numPartitions', 1) ?? 'default'}`,
        async latestOffset() { return latest = String(frozen ?? now()) },
        reportLatestOffset: () => latest,
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
