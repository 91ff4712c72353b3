/** Owns a stream's place in Kafka: which offsets the next batch reads, and what it means when partitions come, go or lose records. Offsets live in the checkpoint and are never committed to Kafka. */
import { kafkaInitialOffsetsLog } from '../../checkpoint/source-log.ts'
import type { Batch } from '../../columns/batch.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { OffsetText, ReadLimit, SourceContext, StreamSource } from '../connector.ts'
import { kafkaFailure, orKafkaFailure } from './failures.ts'
import { lagMetrics, listed, newRecords, offsetsText, parseOffsets, partitionName, partitionOf, shareOut, sortedPartitions, type PartitionOffsets } from './offsets.ts'
import { offsetsAt, resolvePlace } from './places.ts'
import { readRanges, type OffsetRange } from './read-ranges.ts'
import { batchOfChunk } from './rows.ts'
import type { KafkaSourceOptions } from './source-options.ts'
import { describe, SubscribedPartitions } from './subscription.ts'
import type { KafkaTransport } from './transport.ts'

export class KafkaStreamSource implements StreamSource {
  readonly description: string
  readonly #o: KafkaSourceOptions
  readonly #transport: KafkaTransport
  readonly #servers: string
  readonly #schema: StructTypeShape
  readonly #context: SourceContext
  readonly #subscribed: SubscribedPartitions
  readonly #stop: () => void
  #initial: PartitionOffsets | null = null
  #latest: PartitionOffsets | null = null
  #frozen: PartitionOffsets | null = null
  #availableNow = false
  // Zero: the first batch never waits for minOffsetsPerTrigger.
  #lastTriggerMs = 0

  /** The source owns the transport and closes it. */
  constructor(options: KafkaSourceOptions, transport: KafkaTransport, servers: string, schema: StructTypeShape, context: SourceContext) {
    this.#o = options
    this.#transport = transport
    this.#servers = servers
    this.#schema = schema
    this.#context = context
    this.#subscribed = new SubscribedPartitions(options.subscription, transport, { retries: options.retries, retryIntervalMs: options.retryIntervalMs, clock: context.clock, signal: context.signal })
    this.description = `KafkaV2[${describe(options.subscription)}]`
    // A query that is stopped does not wait for a broker that is away.
    this.#stop = () => { void transport.close() }
    context.signal.addEventListener('abort', this.#stop, { once: true })
  }

  #asked<T>(operation: string, work: () => Promise<T>): Promise<T> { return orKafkaFailure(this.#servers, operation, work) }

  #lost(error: () => Error, warning: string): void {
    if (this.#o.failOnDataLoss) throw error()
    this.#context.warn(warning)
  }

  /** Where the query began, from the checkpoint; decided and written there the first time. */
  async #initialOffsets(): Promise<PartitionOffsets> {
    if (this.#initial !== null) return this.#initial
    const log = kafkaInitialOffsetsLog(this.#context.files, this.#context.checkpointDir)
    const stored = await log.get(0)
    if (stored !== null) return this.#initial = parseOffsets(stored)
    const found = await this.#asked('looking up the starting offsets', async () =>
      resolvePlace(this.#o.start, await this.#subscribed.now(new Map()), { transport: this.#transport, position: 'starting', noMatch: this.#o.noMatch, lost: (e, w) => this.#lost(e, w) }))
    await log.add(0, offsetsText(found))
    return this.#initial = found
  }

  async prepareForAvailableNow(): Promise<void> { this.#availableNow = true }

  async latestOffset(start: OffsetText | null, limit: ReadLimit): Promise<OffsetText | null> {
    const from = start === null ? await this.#initialOffsets() : parseOffsets(start)
    const latest = this.#frozen ?? await this.#asked('looking up the latest offsets', () => this.#subscribed.latest(from))
    if (this.#availableNow) this.#frozen = latest
    this.#latest = latest
    // Nothing is logged that could not be read anyway.
    if (this.#o.failOnDataLoss) this.#checkKept(from, latest)
    if (latest.size === 0) return start
    if (limit === 'all') return offsetsText(latest)
    if (this.#o.minOffsets !== null && this.#waitsForMore(this.#o.minOffsets, from, latest)) return offsetsText(from)
    return offsetsText(this.#o.maxOffsets === null ? latest : shareOut(this.#o.maxOffsets, from, latest, await this.#beginnings(from, latest)))
  }

  #waitsForMore(least: number, from: PartitionOffsets, latest: PartitionOffsets): boolean {
    const now = this.#context.clock.nowMs()
    if (now - this.#lastTriggerMs < this.#o.maxTriggerDelayMs && newRecords(from, latest) < least) return true
    this.#lastTriggerMs = now
    return false
  }

  /** The first offsets of the partitions that only `until` knows. */
  async #beginnings(from: PartitionOffsets, until: PartitionOffsets): Promise<PartitionOffsets> {
    const added = sortedPartitions([...until.keys()].filter(n => !from.has(n)))
    if (added.length === 0) return new Map()
    return this.#asked('looking up where new partitions begin', () => offsetsAt(this.#transport, added, 'earliest'))
  }

  #checkKept(from: PartitionOffsets, until: PartitionOffsets): void {
    const gone = [...from.keys()].filter(n => !until.has(n))
    if (gone.length > 0) {
      this.#lost(() => executionError(this.#o.groupIdGiven ? 'KAFKA_DATA_LOSS.PARTITIONS_DELETED_AND_GROUP_ID_CONFIG_PRESENT' : 'KAFKA_DATA_LOSS.PARTITIONS_DELETED', { partitions: listed(gone) }),
        `the partitions ${listed(gone)} are gone; what was not read of them is lost`)
    }
    for (const [name, end] of until) {
      const before = from.get(name)
      if (before === undefined || end >= before) continue
      this.#lost(() => executionError('KAFKA_DATA_LOSS.PARTITION_OFFSET_CHANGED', { topicPartition: name, prevOffset: before, newOffset: end }), `partition ${name} was read up to ${before} and now ends at ${end}: going on from there`)
    }
  }

  async #ranges(from: PartitionOffsets, until: PartitionOffsets): Promise<OffsetRange[]> {
    const beginnings = await this.#beginnings(from, until)
    const lacking = [...until.keys()].filter(n => !from.has(n) && !beginnings.has(n))
    if (lacking.length > 0) this.#lost(() => executionError('KAFKA_DATA_LOSS.INITIAL_OFFSET_NOT_FOUND_FOR_PARTITIONS', { partitions: listed(lacking) }), `no first offset was found for ${listed(lacking)}`)
    for (const [name, offset] of beginnings) {
      if (offset !== 0) this.#lost(() => executionError('KAFKA_DATA_LOSS.ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO', { topicPartition: name, startOffset: offset }), `the new partition ${name} begins at offset ${offset} and not at 0`)
    }
    this.#checkKept(from, until)
    return sortedPartitions(until.keys()).flatMap(tp => {
      const begin = from.get(partitionName(tp)) ?? beginnings.get(partitionName(tp)), end = until.get(partitionName(tp))!
      return begin === undefined || end <= begin ? [] : [{ ...tp, from: begin, until: end }]
    })
  }

  // With availableNow what the run was to read must still be there.
  async #checkFrozen(frozen: PartitionOffsets, until: PartitionOffsets): Promise<void> {
    if (frozen.size !== until.size || [...until.keys()].some(n => !frozen.has(n))) throw executionError('MISMATCHED_TOPIC_PARTITIONS_BETWEEN_END_OFFSET_AND_PREFETCHED', { tpsForPrefetched: listed(frozen.keys()), tpsForEndOffset: listed(until.keys()) })
    const latest = await this.#asked('looking up the latest offsets', () => this.#subscribed.latest(until))
    if ([...until.keys()].some(n => !latest.has(n))) throw executionError('LOST_TOPIC_PARTITIONS_IN_END_OFFSET_WITH_TRIGGER_AVAILABLENOW', { tpsForLatestOffset: listed(latest.keys()), tpsForEndOffset: listed(until.keys()) })
    if ([...until].some(([n, end]) => end > latest.get(n)!)) throw executionError('END_OFFSET_HAS_GREATER_OFFSET_FOR_TOPIC_PARTITION_THAN_LATEST_WITH_TRIGGER_AVAILABLENOW', { latestOffset: offsetsText(latest), endOffset: offsetsText(until) })
  }

  async *batches(start: OffsetText | null, end: OffsetText, columns: readonly number[]): AsyncGenerator<Batch> {
    const from = start === null ? await this.#initialOffsets() : parseOffsets(start), until = parseOffsets(end)
    const ranges = await this.#ranges(from, until)
    if (ranges.length === 0) return
    if (this.#frozen !== null) await this.#checkFrozen(this.#frozen, until)
    yield* kafkaBatches(this.#transport, this.#servers, ranges, this.#schema, columns, this.#o, { warn: m => this.#context.warn(m), signal: this.#context.signal })
  }

  reportLatestOffset(): OffsetText | null { return this.#latest === null || this.#latest.size === 0 ? null : offsetsText(this.#latest) }
  metrics(end: OffsetText): Record<string, string> | null { return this.#latest === null ? null : lagMetrics(this.#latest, parseOffsets(end)) }
  async commit(): Promise<void> {}

  async close(): Promise<void> {
    this.#context.signal.removeEventListener('abort', this.#stop)
    await this.#transport.close()
  }
}

/** The records of the ranges as batches. */
export async function* kafkaBatches(
  transport: KafkaTransport, servers: string, ranges: readonly OffsetRange[], schema: StructTypeShape, columns: readonly number[], o: KafkaSourceOptions, surroundings: { warn(message: string): void; readonly signal: AbortSignal },
): AsyncGenerator<Batch> {
  const wanted = new Set(columns)
  const headers = o.includeHeaders && schema.fields.some((f, i) => f.name === 'headers' && wanted.has(i))
  try {
    for await (const chunk of readRanges(transport, ranges, { headers, pollTimeoutMs: o.pollTimeoutMs, failOnDataLoss: o.failOnDataLoss, ...surroundings })) {
      if (chunk.length > 0) yield batchOfChunk(chunk, schema, wanted, ranges.findIndex(r => r.topic === chunk.topic && r.partition === chunk.partition))
    }
  } catch (e) {
    throw kafkaFailure(e, servers, 'reading records')
  }
}

/** For a batch read: the ranges between two resolved places. Throws RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET. */
export function rangesBetween(from: PartitionOffsets, until: PartitionOffsets): OffsetRange[] {
  return sortedPartitions(from.keys()).flatMap(tp => {
    const begin = from.get(partitionName(tp))!, end = until.get(partitionName(tp)) ?? begin
    if (begin > end) throw executionError('RESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET', { topicPartition: partitionName(tp), startOffset: begin, endOffset: end })
    return begin === end ? [] : [{ ...partitionOf(partitionName(tp)), from: begin, until: end }]
  })
}
