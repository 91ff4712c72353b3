/** Owns the seam between the engine and a Kafka cluster: what a source or sink may ask, in columns and plain numbers, with no client library's types in it. */

export interface TopicPartition { readonly topic: string; readonly partition: number }

/** Which records of open and aborted transactions a reader sees; Spark's source reads `read_uncommitted` unless `kafka.isolation.level` says otherwise. */
export type IsolationLevel = 'read_uncommitted' | 'read_committed'

export interface FetchOptions {
  /** Keep record headers (default false). */
  readonly headers?: boolean
  /** At most this many records in a chunk (default 8192). */
  readonly chunkRecords?: number
  /** Fail when the broker has delivered nothing new for so long (default 120 000 ms, Spark's `kafkaConsumer.pollTimeoutMs`). */
  readonly pollTimeoutMs?: number
  /** Ends the iteration with a `CLOSED` error. */
  readonly signal?: AbortSignal
}

export interface RecordHeader { readonly key: string; readonly value: Uint8Array | null }

/**
 * Records as columns. The arrays may be longer than `length`. `bytes` belongs to the chunk and is never written again, so
 * it may be kept as long as it is needed; keys and values are `bytes.subarray(start, end)`, a start of -1 means null.
 */
export interface RecordChunk {
  readonly topic: string
  readonly partition: number
  readonly length: number
  readonly bytes: Uint8Array
  readonly keyStarts: Int32Array
  readonly keyEnds: Int32Array
  readonly valueStarts: Int32Array
  readonly valueEnds: Int32Array
  readonly offsets: BigInt64Array
  readonly timestampsMs: BigInt64Array
  /** 0 CreateTime, 1 LogAppendTime, as in Spark's `timestampType` column. */
  readonly timestampTypes: Uint8Array
  /** One entry a record (null: none), or null altogether when headers were not asked for. */
  readonly headers: readonly (readonly RecordHeader[] | null)[] | null
}

/** Records to write, as columns; rows `[from, until)` of them. */
export interface ProduceColumns {
  readonly topics: readonly string[]
  /** Index into `topics` for each row; null: every row goes to `topics[0]`. */
  readonly topicIndexes: Int32Array | null
  /** Partition of each row, -1 where the partitioner decides; null: it always decides. */
  readonly partitions: Int32Array | null
  readonly keyBytes: Uint8Array | null
  /** Start -1: null key. null: all keys null. */
  readonly keyStarts: Int32Array | null
  readonly keyEnds: Int32Array | null
  readonly valueBytes: Uint8Array
  /** Start -1: null value. */
  readonly valueStarts: Int32Array
  readonly valueEnds: Int32Array
  /** Milliseconds since the epoch; null: the clock's time now. */
  readonly timestampsMs: BigInt64Array | null
  readonly headers: readonly (readonly RecordHeader[] | null)[] | null
  readonly from: number
  readonly until: number
}

/** What Spark's Kafka source and sink need of a cluster. */
export interface KafkaTransport {
  /** Partition ids (ascending) of the topics named, or of every topic that is not internal. `UNKNOWN_TOPIC` names what does not exist. */
  metadata(topics?: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>
  /** Earliest or latest offset of each partition; with `read_committed`, latest is the last stable offset. */
  offsets(partitions: readonly TopicPartition[], at: 'earliest' | 'latest'): Promise<readonly number[]>
  /** First offset whose timestamp is at or after the given one, null where there is none. */
  offsetsForTimes(partitions: readonly TopicPartition[], timesMs: readonly number[]): Promise<readonly (number | null)[]>
  /** Exactly the records with `from <= offset < until`: control and aborted records are left out, gaps are crossed, the end is a position and not a count. */
  fetchRange(partition: TopicPartition, from: number, until: number, options?: FetchOptions): AsyncIterable<RecordChunk>
  /** Writes the rows and resolves when the brokers have acknowledged all of them (as `acks` asks). */
  produce(columns: ProduceColumns): Promise<void>
  /** Ends every connection; what is under way fails with `CLOSED`. */
  close(): Promise<void>
}

export type KafkaErrorCode =
  | 'UNKNOWN_TOPIC' | 'UNKNOWN_PARTITION' | 'OFFSET_OUT_OF_RANGE' | 'FETCH_TIMEOUT'
  | 'CRC_MISMATCH' | 'CORRUPT_BATCH' | 'CORRUPT_RESPONSE' | 'UNSUPPORTED_MAGIC' | 'UNSUPPORTED_CODEC' | 'UNSUPPORTED_BROKER'
  | 'BROKER_UNAVAILABLE' | 'AUTHENTICATION_FAILED' | 'AUTHORIZATION_FAILED' | 'BROKER_ERROR'
  | 'PRODUCE_FAILED' | 'FENCED' | 'RECORD_TOO_LARGE' | 'OPTION_REFUSED' | 'CLOSED'

export interface KafkaErrorDetails {
  readonly topic?: string
  readonly partition?: number
  readonly offset?: number
  /** With OFFSET_OUT_OF_RANGE: what the partition holds now, `[earliest, latest)`. */
  readonly earliest?: number
  readonly latest?: number
  /** With OPTION_REFUSED and unreachable brokers: the option to change. */
  readonly option?: string
  readonly broker?: string
  /** With FENCED: whose transactions another process has taken over. */
  readonly transactionalId?: string
  readonly cause?: unknown
}

/** Any failure of the transport; `code` says which, so that callers never look at the words. */
export class KafkaTransportError extends Error {
  readonly code: KafkaErrorCode
  readonly topic: string | undefined
  readonly partition: number | undefined
  readonly offset: number | undefined
  readonly earliest: number | undefined
  readonly latest: number | undefined
  readonly option: string | undefined
  readonly broker: string | undefined
  readonly transactionalId: string | undefined

  constructor(code: KafkaErrorCode, message: string, details: KafkaErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'KafkaTransportError'
    this.code = code
    this.topic = details.topic
    this.partition = details.partition
    this.offset = details.offset
    this.earliest = details.earliest
    this.latest = details.latest
    this.option = details.option
    this.broker = details.broker
    this.transactionalId = details.transactionalId
  }
}
