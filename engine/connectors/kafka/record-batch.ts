/** Owns the reading of Kafka's record batches (magic 2): which batches count for a reader, their checksum, codec and transaction, before their records become columns. */
import { ChunkBuilder } from './chunk-builder.ts'
import { decompress } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { walkRecords } from './record-columns.ts'
import { KafkaTransportError, type IsolationLevel, type KafkaErrorCode, type RecordChunk } from './transport.ts'

/** Bytes of a batch before its first record. */
export const BATCH_OVERHEAD = 61
const TWO_32 = 4_294_967_296
const COMPRESSION = 7
const LOG_APPEND_TIME = 8
export const TRANSACTIONAL = 16
const CONTROL = 32
/** A chunk of compressed batches is ended when it holds this much. */
const ARENA_BYTES = 4 * 1024 * 1024

export interface AbortedTransaction { readonly producerId: bigint; readonly firstOffset: number }

/** Where a reader stands in a partition. `position` moves over every batch that was looked at, also over those that hold nothing for it. */
export interface ReadState {
  readonly topic: string
  readonly partition: number
  readonly until: number
  readonly isolation: IsolationLevel
  readonly headers: boolean
  readonly chunkRecords: number
  position: number
}

interface BatchFrame { readonly base: number; readonly size: number; readonly lastOffset: number; readonly records: number }

function corrupt(state: { topic: string; partition: number }, offset: number, code: KafkaErrorCode, what: string): KafkaTransportError {
  return new KafkaTransportError(code, `The record batch at offset ${offset} of ${state.topic}-${state.partition} ${what}.`, { topic: state.topic, partition: state.partition, offset })
}

/** The frame of the batch at `at`; null when it is cut by `end`. */
function frameAt(state: { topic: string; partition: number }, view: DataView, at: number, end: number): BatchFrame | null {
  if (end - at < 17) return null
  const base = view.getInt32(at) * TWO_32 + view.getUint32(at + 4)
  const size = 12 + view.getInt32(at + 8)
  const magic = view.getInt8(at + 16)
  if (magic < 2 && magic >= 0) {
    throw corrupt(state, base, 'UNSUPPORTED_MAGIC', `is of the message format ${magic} that Kafka wrote before 0.11; rewrite the topic with a newer producer, as Kafka 4 itself asks`)
  }
  if (magic !== 2) throw corrupt(state, base, 'UNSUPPORTED_MAGIC', `is of message format ${magic}, which this reader does not know`)
  if (size < BATCH_OVERHEAD) throw corrupt(state, base, 'CORRUPT_BATCH', `says that it is ${size} bytes long, less than a batch's own header`)
  if (at + size > end) return null
  const lastDelta = view.getInt32(at + 23)
  const records = view.getInt32(at + 57)
  if (lastDelta < 0 || records < 0 || base < 0) throw corrupt(state, base, 'CORRUPT_BATCH', 'has a negative count')
  return { base, size, lastOffset: base + lastDelta, records }
}

/** What a look over the frames alone tells, so that the next request can leave before this answer is decoded. */
export interface Survey {
  /** First offset behind the last whole batch. */
  readonly next: number
  /** Records in whole batches, also those that will be left out. */
  readonly records: number
  /** Size of the batch that is cut at the end, 0 where none is. */
  readonly cutBatchBytes: number
}

/** Walks over the frames of `bytes[start, end)` without reading records. */
export function surveyBatches(state: ReadState, bytes: Uint8Array, start: number, end: number): Survey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let next = state.position
  let records = 0
  let at = start
  while (at < end) {
    const frame = frameAt(state, view, at, end)
    if (frame === null) break
    next = Math.max(next, frame.lastOffset + 1)
    records += frame.records
    at += frame.size
  }
  return { next, records, cutBatchBytes: at < end && end - at >= 12 ? 12 + view.getInt32(at + 8) : 0 }
}

/** True for the marker that ends a transaction by abort. */
function isAbortMarker(records: Uint8Array, start: number, end: number): boolean {
  // One record: length, attributes, two deltas and the key's length are one byte each in a marker; the key is version and type, two bytes each.
  let at = start
  for (let field = 0; field < 5 && at < end; field++) while ((records[at++]! & 128) !== 0 && at < end);
  return at + 4 <= end && ((records[at + 2]! << 8) | records[at + 3]!) === 0
}

/** Which producers' transactional batches must be left out at the present batch of one answer. */
class AbortedProducers {
  readonly #waiting: AbortedTransaction[]
  readonly #open = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#waiting = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset)
  }

  hides(producerId: bigint, lastOffset: number): boolean {
    for (let top = this.#waiting.at(-1); top !== undefined && top.firstOffset <= lastOffset; top = this.#waiting.at(-1)) {
      this.#open.add(top.producerId)
      this.#waiting.pop()
    }
    return this.#open.has(producerId)
  }

  ended(producerId: bigint): void { this.#open.delete(producerId) }
}

/**
 * Decodes the batches of one answer and yields the records from `state.position` up to `state.until` as chunks; moves `state.position` on.
 * A batch cut at the end is left for the next answer. Errors: `CRC_MISMATCH`, `CORRUPT_BATCH`, `UNSUPPORTED_MAGIC`, `UNSUPPORTED_CODEC`.
 */
export function* decodeBatches(state: ReadState, bytes: Uint8Array, start: number, end: number, aborted: readonly AbortedTransaction[]): Generator<RecordChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hidden = new AbortedProducers(aborted)
  const builder = new ChunkBuilder(state)
  let left = surveyBatches(state, bytes, start, end).records
  for (let at = start; at < end && state.position < state.until;) {
    const frame = frameAt(state, view, at, end)
    if (frame === null) break
    const batch = at
    const stop = at + frame.size
    at = stop
    left -= frame.records
    if (frame.lastOffset < state.position) continue
    if (frame.base >= state.until) { state.position = state.until; break }
    if (crc32c(bytes, batch + 21, stop) !== view.getUint32(batch + 17)) {
      throw corrupt(state, frame.base, 'CRC_MISMATCH', 'does not match its CRC32C checksum: it was damaged on the broker\'s disk or on its way. Read it again, or skip it with a later start offset')
    }
    const attributes = view.getInt16(batch + 21)
    const codec = attributes & COMPRESSION
    if (state.isolation === 'read_committed' && (attributes & TRANSACTIONAL) !== 0) {
      const producerId = view.getBigInt64(batch + 43)
      const hides = hidden.hides(producerId, frame.lastOffset)
      if ((attributes & CONTROL) !== 0) {
        if (hides && isAbortMarker(bytes, batch + BATCH_OVERHEAD, stop)) hidden.ended(producerId)
      } else if (hides) {
        state.position = frame.lastOffset + 1
        continue
      }
    }
    if ((attributes & CONTROL) === 0 && frame.records > 0) {
      const source = codec === 0 ? bytes : decompress(codec, bytes.subarray(batch + BATCH_OVERHEAD, stop))
      const from = codec === 0 ? batch + BATCH_OVERHEAD : 0
      const to = codec === 0 ? stop : source.length
      // The shortest record is seven bytes long; a count beyond that is refused before memory is taken for it.
      if (frame.records > (to - from) / 7) throw corrupt(state, frame.base, 'CORRUPT_BATCH', `claims ${frame.records} records in ${to - from} bytes`)
      const cursor = {
        source, at: from, end: to, left: frame.records,
        base: frame.base, lastOffset: frame.lastOffset,
        baseTimestamp: view.getBigInt64(batch + 27), appendTimestamp: (attributes & LOG_APPEND_TIME) !== 0 ? view.getBigInt64(batch + 35) : null,
      }
      while (cursor.left > 0) {
        if (!builder.accepts(source, codec === 0)) {
          const chunk = builder.take()
          if (chunk.length > 0) yield chunk
        }
        builder.reserve(cursor.left + left)
        walkRecords(builder, cursor, codec === 0, state)
        if (builder.full || builder.arenaBytes >= ARENA_BYTES && cursor.left === 0) yield builder.take()
      }
    }
    state.position = Math.min(frame.lastOffset + 1, state.until)
  }
  if (builder.length > 0) yield builder.take()
}
