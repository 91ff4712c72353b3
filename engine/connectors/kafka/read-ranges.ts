/** Owns the reading of several offset ranges at once, in the order of the ranges, and what happens where records are gone. */
import { executionError } from '../../errors/spark-error.ts'
import { KafkaTransportError, type KafkaTransport, type RecordChunk, type TopicPartition } from './transport.ts'

export interface OffsetRange extends TopicPartition { readonly from: number; readonly until: number }

export interface RangeReading {
  readonly headers: boolean
  readonly pollTimeoutMs: number
  readonly failOnDataLoss: boolean
  warn(message: string): void
  readonly signal: AbortSignal
}

/** So many partitions are asked at once: while one is worked on, the next have their first answers ready. Memory stays at a few fetches each. */
const partitionsAhead = 4

/** The records of the ranges, range by range: the same ranges give the same order each time. */
export async function* readRanges(transport: KafkaTransport, ranges: readonly OffsetRange[], how: RangeReading): AsyncGenerator<RecordChunk, void, undefined> {
  const left = new AbortController()
  const stop = (): void => left.abort()
  how.signal.addEventListener('abort', stop, { once: true })
  const open: { readonly chunks: AsyncGenerator<RecordChunk, void, undefined>; readonly first: Promise<IteratorResult<RecordChunk, void>> }[] = []
  const begin = (range: OffsetRange | undefined): void => {
    if (range === undefined) return
    const chunks = readRange(transport, range, { ...how, signal: left.signal })
    const first = chunks.next()
    // Whoever comes to this range sees its failure; if nobody does, it is nobody's concern.
    first.catch(() => {})
    open.push({ chunks, first })
  }
  try {
    for (let i = 0; i < ranges.length; i++) {
      while (open.length < partitionsAhead && i + open.length < ranges.length) begin(ranges[i + open.length])
      const { chunks, first } = open[0]!
      for (let r = await first; r.done !== true; r = await chunks.next()) yield r.value
      open.shift()
    }
  } finally {
    left.abort()
    how.signal.removeEventListener('abort', stop)
    for (const o of open) o.chunks.return().catch(() => {})
  }
}

async function* readRange(transport: KafkaTransport, range: OffsetRange, how: RangeReading): AsyncGenerator<RecordChunk, void, undefined> {
  let position = range.from
  while (position < range.until) {
    try {
      for await (const chunk of transport.fetchRange(range, position, range.until, { headers: how.headers, pollTimeoutMs: how.pollTimeoutMs, signal: how.signal })) {
        position = Number(chunk.offsets[chunk.length - 1]!) + 1
        yield chunk
      }
      return
    } catch (e) {
      if (!(e instanceof KafkaTransportError)) throw e
      const gone = e.code === 'UNKNOWN_TOPIC' || e.code === 'UNKNOWN_PARTITION'
      if (e.code !== 'OFFSET_OUT_OF_RANGE' && !gone) throw e
      const topicPartition = `${range.topic}-${range.partition}`
      const holds = gone ? 'nothing: it was deleted' : `${e.earliest ?? '?'} to ${e.latest ?? '?'}`
      if (how.failOnDataLoss) throw executionError('KAFKA_DATA_LOSS.COULD_NOT_READ_OFFSET_RANGE', { startOffset: position, endOffset: range.until, topicPartition, holds }, e)
      how.warn(`the offsets ${position} to ${range.until} of ${topicPartition} cannot be read any more (it holds ${holds}); going on without what is lost, as failOnDataLoss is false`)
      if (gone || e.earliest === undefined || e.earliest <= position) return
      position = e.earliest
    }
  }
}
