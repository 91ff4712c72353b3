/** Owns the reading of an exact offset range: the Fetch request, one answer read ahead while the one before is decoded, and what to do when the partition has moved, lost or not yet got the records. */
import type { Cluster } from './cluster.ts'
import type { VersionOf, WireRequest } from './cluster-link.ts'
import { NO_ERROR, OFFSET_OUT_OF_RANGE, protocolError } from './protocol-errors.ts'
import { decodeBatches, surveyBatches, type AbortedTransaction, type ReadState } from './record-batch.ts'
import { KafkaTransportError, type FetchOptions, type IsolationLevel, type RecordChunk, type TopicPartition } from './transport.ts'
import { WireReader, WireWriter } from './wire.ts'

interface FetchQuestion {
  readonly partition: TopicPartition
  readonly offset: number
  readonly partitionBytes: number
  readonly totalBytes: number
  readonly waitMs: number
  readonly isolation: IsolationLevel
}

/** The part of an answer that concerns the one partition asked for; the batches are `bytes[start, end)`. */
interface FetchAnswer {
  readonly error: number
  readonly highWatermark: number
  readonly aborted: readonly AbortedTransaction[]
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** A Fetch of one partition, versions 4 to 11. */
export function fetchRequest(q: FetchQuestion): (versionOf: VersionOf) => WireRequest<FetchAnswer> {
  return versionOf => {
    const version = versionOf(1, 4, 11)
    const w = new WireWriter().int32(-1).int32(q.waitMs).int32(1).int32(q.totalBytes).int8(q.isolation === 'read_committed' ? 1 : 0)
    if (version >= 7) w.int32(0).int32(-1)
    w.int32(1).string(q.partition.topic).int32(1).int32(q.partition.partition)
    if (version >= 9) w.int32(-1)
    w.int64(q.offset)
    if (version >= 5) w.int64(-1)
    w.int32(q.partitionBytes)
    if (version >= 7) w.int32(0)
    if (version >= 11) w.string('')
    return {
      name: 'Fetch', key: 1, version, body: w.bytes, answered: true, extraMs: q.waitMs,
      decode: payload => {
        const r = new WireReader(payload)
        r.int32()
        const general = version >= 7 ? r.int16() : 0
        if (version >= 7) r.int32()
        let answer: FetchAnswer | null = null
        r.array(() => {
          r.string()
          r.array(() => {
            r.int32()
            const error = r.int16()
            const highWatermark = r.int64()
            r.int64()
            if (version >= 5) r.int64()
            const aborted = r.array(() => ({ producerId: r.bigInt64(), firstOffset: r.int64() }))
            if (version >= 11) r.int32()
            const size = Math.max(0, r.int32())
            const start = r.position
            r.skip(size)
            answer = { error, highWatermark, aborted, bytes: payload, start, end: start + size }
          })
        })
        return answer ?? { error: general, highWatermark: -1, aborted: [], bytes: payload, start: 0, end: 0 }
      },
    }
  }
}

/** Bytes a record took lately per topic, so that a short range does not fetch megabytes it will not use. */
const usualRecordBytes = new WeakMap<Cluster, Map<string, number>>()

function learned(cluster: Cluster): Map<string, number> {
  let sizes = usualRecordBytes.get(cluster)
  if (sizes === undefined) usualRecordBytes.set(cluster, sizes = new Map())
  return sizes
}

async function ask(cluster: Cluster, tp: TopicPartition, offset: number, bytes: number, signal: AbortSignal | undefined): Promise<FetchAnswer> {
  const { isolation, fetchBytes, fetchWaitMs } = cluster.options
  const doing = `reading ${tp.topic}-${tp.partition} from offset ${offset}`
  const question = { partition: tp, offset, partitionBytes: bytes, totalBytes: Math.max(fetchBytes, bytes), waitMs: fetchWaitMs, isolation }
  return cluster.toLeader(tp, doing, async node => {
    const answer = await cluster.link.send(node, fetchRequest(question))
    if (answer.error === NO_ERROR) return answer
    if (answer.error !== OFFSET_OUT_OF_RANGE) throw protocolError(answer.error, doing, { ...tp, offset })
    const { earliest, latest } = await cluster.bounds(tp)
    throw new KafkaTransportError('OFFSET_OUT_OF_RANGE', `${tp.topic}-${tp.partition} no longer holds offset ${offset}: it has ${earliest} to ${latest} now. Records were deleted (retention, deleteRecords) or the topic was made anew.`, { ...tp, offset, earliest, latest })
  }, signal)
}

/**
 * Yields exactly the records of `tp` with `from <= offset < until`, in order. Ends when the position reaches `until`, however many records that gave.
 * Errors: `OFFSET_OUT_OF_RANGE` with what is there now, `FETCH_TIMEOUT`, `UNKNOWN_TOPIC`, `BROKER_UNAVAILABLE`, and those of `decodeBatches`.
 */
export async function* fetchRange(cluster: Cluster, tp: TopicPartition, from: number, until: number, options: FetchOptions = {}): AsyncGenerator<RecordChunk, void, undefined> {
  const { clock } = cluster
  const { partitionFetchBytes, isolation } = cluster.options
  const pollTimeoutMs = options.pollTimeoutMs ?? 120_000
  const state: ReadState = {
    topic: tp.topic, partition: tp.partition, until, isolation, position: from,
    headers: options.headers ?? false, chunkRecords: options.chunkRecords ?? 8192,
  }
  const sizes = learned(cluster)
  let atLeast = 0
  const request = (offset: number): Promise<FetchAnswer> => {
    const guess = 4096 + (until - offset) * 1.25 * (sizes.get(tp.topic) ?? 1024)
    const bytes = Math.max(atLeast, Math.min(partitionFetchBytes, Math.max(65_536, Math.ceil(guess))))
    const answer = ask(cluster, tp, offset, bytes, options.signal)
    // Whoever leaves the iteration early leaves this unread; its failure is then nobody's concern.
    answer.catch(() => {})
    return answer
  }
  let progress = clock.monotonicMs()
  let ahead = from < until ? request(from) : null
  while (ahead !== null) {
    const { bytes, start, end, aborted, highWatermark } = await ahead
    const survey = surveyBatches(state, bytes, start, end)
    if (survey.records > 0) sizes.set(tp.topic, (end - start) / survey.records)
    if (survey.next > state.position) {
      progress = clock.monotonicMs()
      atLeast = 0
    } else if (survey.cutBatchBytes > 0) {
      // Brokers since 0.10.1 send a first batch whole whatever the limit; one that does not is asked for that much.
      if (survey.cutBatchBytes <= atLeast) throw new KafkaTransportError('CORRUPT_BATCH', `The broker keeps cutting the batch of ${survey.cutBatchBytes} bytes at offset ${state.position} of ${tp.topic}-${tp.partition}.`, { ...tp, offset: state.position })
      atLeast = survey.cutBatchBytes
    } else if (clock.monotonicMs() - progress > pollTimeoutMs) {
      throw new KafkaTransportError('FETCH_TIMEOUT', `${tp.topic}-${tp.partition} gave no record from offset ${state.position} within ${pollTimeoutMs} ms, though records up to ${until} were expected (the partition ends at ${highWatermark}). Records were lost, or kafkaConsumer.pollTimeoutMs is too short.`, { ...tp, offset: state.position, latest: highWatermark })
    }
    ahead = survey.next < until ? request(survey.next) : null
    if (end > start) yield* decodeBatches(state, bytes, start, end, aborted)
    if (state.position < survey.next) state.position = Math.min(survey.next, until)
  }
}
