/** Owns the safe way: the same transport through kafkajs' public consumer, admin and producer only, slower and in a consumer group of its own, for a kafkajs whose insides are not the known ones. */
import type { Clock } from '../../observe/clock.ts'
import { codecs } from './compression.ts'
import { murmur2 } from './partitioner.ts'
import { ChunkCopy } from './public-chunks.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { KafkaTransportError, type FetchOptions, type KafkaTransport, type ProduceColumns, type RecordChunk, type TopicPartition } from './transport.ts'

/** The part of kafkajs' public interface that is used here, so that only `client.ts` imports the package. */
export interface PublicMessage {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly offset: string
  readonly timestamp: string
  readonly attributes: number
  readonly headers?: Readonly<Record<string, Uint8Array | string | readonly (Uint8Array | string)[] | undefined>>
}
interface PublicBatch { readonly topic: string; readonly partition: number; readonly messages: readonly PublicMessage[]; lastOffset(): string }
interface PublicConsumer {
  connect(): Promise<void>
  subscribe(what: { topics: string[]; fromBeginning: boolean }): Promise<void>
  run(how: { autoCommit: boolean; eachBatch(payload: { batch: PublicBatch }): Promise<void> }): Promise<void>
  seek(to: { topic: string; partition: number; offset: string }): void
  pause(what: { topic: string; partitions: number[] }[]): void
  on(event: string, listener: (event: { payload: { numberOfBatches?: number; nodeId?: number | string; error?: Error } }) => void): () => void
  disconnect(): Promise<void>
}
interface PublicAdmin {
  connect(): Promise<void>
  disconnect(): Promise<void>
  fetchTopicMetadata(what?: { topics: string[] }): Promise<{ topics: { name: string; partitions: { partitionId: number; leader: number }[] }[] }>
  fetchTopicOffsets(topic: string): Promise<{ partition: number; low: string; high: string }[]>
  fetchTopicOffsetsByTimestamp(topic: string, ms?: number): Promise<{ partition: number; offset: string }[]>
}
interface PublicProducer {
  connect(): Promise<void>
  disconnect(): Promise<void>
  sendBatch(what: { acks: number; compression: number; topicMessages: { topic: string; messages: object[] }[] }): Promise<unknown>
}
export interface PublicClient {
  consumer(settings: object): unknown
  admin(settings?: object): unknown
  producer(settings: object): unknown
}

/** With this many answers in a row that hold nothing, over this long, a range known to exist has only markers or compacted records left. */
const EMPTY_FETCHES = 3
const EMPTY_MS = 500

async function* fetchRange(client: PublicClient, admin: PublicAdmin, o: KafkaConnectionOptions, clock: Clock, tp: TopicPartition, from: number, until: number, options: FetchOptions): AsyncGenerator<RecordChunk, void, undefined> {
  if (from >= until) return
  const held = (await admin.fetchTopicOffsets(tp.topic)).find(p => p.partition === tp.partition)
  if (held === undefined) throw new KafkaTransportError('UNKNOWN_PARTITION', `Topic ${tp.topic} has no partition ${tp.partition}.`, tp)
  if (from < Number(held.low) || from > Number(held.high)) {
    throw new KafkaTransportError('OFFSET_OUT_OF_RANGE', `${tp.topic}-${tp.partition} no longer holds offset ${from}: it has ${held.low} to ${held.high} now.`, { ...tp, offset: from, earliest: Number(held.low), latest: Number(held.high) })
  }
  const layout = (await admin.fetchTopicMetadata({ topics: [tp.topic] })).topics[0]!.partitions
  const others = layout.map(p => p.partitionId).filter(p => p !== tp.partition)
  const leader = layout.find(p => p.partitionId === tp.partition)?.leader
  const consumer = client.consumer({
    groupId: `microlote-${Math.random().toString(36).slice(2)}`, readUncommitted: o.isolation === 'read_uncommitted', allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100, maxBytesPerPartition: o.partitionFetchBytes, retry: { retries: 5 },
  }) as PublicConsumer
  let wake = () => {}
  let ready: PublicBatch | null = null
  let release = () => {}
  let failure: Error | null = null
  let empty = 0
  consumer.on('consumer.crash', e => { failure = e.payload.error ?? new Error('the consumer crashed'); wake() })
  consumer.on('consumer.fetch', e => {
    if (Number(e.payload.nodeId) === leader) empty = e.payload.numberOfBatches === 0 ? empty + 1 : 0
  })
  consumer.on('consumer.group_join', () => {
    if (others.length > 0) consumer.pause([{ topic: tp.topic, partitions: others }])
    consumer.seek({ ...tp, offset: String(position) })
  })
  let position = from
  const copy = new ChunkCopy(tp, options.headers ?? false)
  const chunkRecords = options.chunkRecords ?? 8192
  let released = clock.monotonicMs()
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [tp.topic], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (batch.partition !== tp.partition) return
        ready = batch
        await new Promise<void>(resolve => { release = resolve; wake() })
      },
    })
    while (position < until) {
      if (ready === null && failure === null) {
        const stop = new AbortController()
        await Promise.race([new Promise<void>(resolve => { wake = resolve }), clock.sleep(200, stop.signal)])
        stop.abort()
      }
      if (failure !== null) throw new KafkaTransportError('BROKER_UNAVAILABLE', `kafkajs gave up reading ${tp.topic}-${tp.partition}: ${(failure as Error).message}.`, { ...tp, offset: position, cause: failure })
      if (options.signal?.aborted === true) throw new KafkaTransportError('CLOSED', `Reading ${tp.topic}-${tp.partition} was ended.`, tp)
      const batch = ready as PublicBatch | null
      if (batch === null) {
        if (empty >= EMPTY_FETCHES && clock.monotonicMs() - released > EMPTY_MS && until <= Number(held.high)) break
        if (clock.monotonicMs() - released > (options.pollTimeoutMs ?? 120_000)) throw new KafkaTransportError('FETCH_TIMEOUT', `${tp.topic}-${tp.partition} gave no record from offset ${position} in time.`, { ...tp, offset: position })
        continue
      }
      for (const m of batch.messages) {
        const offset = Number(m.offset)
        if (offset < position || offset >= until) continue
        copy.add(m)
        if (copy.length >= chunkRecords) yield copy.take()
      }
      position = Math.max(position, Number(batch.lastOffset()) + 1)
      ready = null
      empty = 0
      released = clock.monotonicMs()
      release()
    }
    if (copy.length > 0) yield copy.take()
  } finally {
    release()
    await consumer.disconnect()
  }
}

const view = (bytes: Uint8Array, start: number, end: number): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)

/** The rows as kafkajs' messages, views of the columns' bytes, each with its partition; `counts` are the partitions of the topics. */
export function publicMessages(c: ProduceColumns, counts: ReadonlyMap<string, number>): { topic: string; messages: object[] }[] {
  const byTopic = new Map<string, object[]>()
  for (let row = c.from; row < c.until; row++) {
    const topic = c.topics[c.topicIndexes?.[row] ?? 0]!
    const keyStart = c.keyStarts?.[row] ?? -1
    const given = c.partitions?.[row] ?? -1
    const count = counts.get(topic) ?? 1
    const partition = given >= 0 ? given : keyStart >= 0 ? (murmur2(c.keyBytes!, keyStart, c.keyEnds![row]!) & 0x7fffffff) % count : row % count
    const headers = c.headers?.[row]
    const message = {
      partition,
      key: keyStart < 0 ? null : view(c.keyBytes!, keyStart, c.keyEnds![row]!),
      value: c.valueStarts[row]! < 0 ? null : view(c.valueBytes, c.valueStarts[row]!, c.valueEnds[row]!),
      ...(c.timestampsMs === null ? {} : { timestamp: String(c.timestampsMs[row]) }),
      ...(headers == null ? {} : { headers: Object.fromEntries(headers.map(h => [h.key, h.value === null ? undefined : Buffer.from(h.value)])) }),
    }
    const list = byTopic.get(topic)
    if (list === undefined) byTopic.set(topic, [message])
    else list.push(message)
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }))
}

async function send(producer: PublicProducer, admin: PublicAdmin, o: KafkaConnectionOptions, c: ProduceColumns): Promise<void> {
  const counts = new Map<string, number>()
  for (const t of (await admin.fetchTopicMetadata({ topics: [...c.topics] })).topics) counts.set(t.name, t.partitions.length)
  const topicMessages = publicMessages(c, counts)
  try {
    await producer.sendBatch({ acks: o.acks, compression: codecs.indexOf(o.compression), topicMessages })
  } catch (cause) {
    throw new KafkaTransportError('PRODUCE_FAILED', `kafkajs could not write to ${topicMessages.map(t => t.topic).join(', ')}: ${(cause as Error).message}.`, { cause })
  }
}

/** The transport over kafkajs' public interface. It joins a consumer group per range, and its latest offsets do not know `read_committed`. */
export function publicTransport(given: PublicClient, o: KafkaConnectionOptions, clock: Clock): KafkaTransport {
  let opened: Promise<PublicAdmin> | null = null
  let producing: Promise<PublicProducer> | null = null
  const admin = () => opened ??= (async () => {
    const a = given.admin({ retry: { retries: 5 } }) as PublicAdmin
    await a.connect()
    return a
  })().catch(cause => {
    opened = null
    throw new KafkaTransportError('BROKER_UNAVAILABLE', `No Kafka broker answers at ${o.brokers.join(',')} (${(cause as Error).message}). Start it, or correct kafka.bootstrap.servers.`, { option: 'kafka.bootstrap.servers', cause })
  })
  const producer = () => producing ??= (async () => {
    const p = given.producer({ idempotent: o.idempotence, createPartitioner: () => ({ message }: { message: { partition: number } }) => message.partition }) as PublicProducer
    await p.connect()
    return p
  })().catch(e => { producing = null; throw e })
  const topics = async (names: readonly string[] | undefined): Promise<ReadonlyMap<string, readonly number[]>> => {
    const a = await admin()
    try {
      const found = (await a.fetchTopicMetadata(names === undefined ? undefined : { topics: [...names] })).topics
      return new Map(found.filter(t => names !== undefined || !t.name.startsWith('__')).map(t => [t.name, t.partitions.map(p => p.partitionId).sort((x, y) => x - y)]))
    } catch (cause) {
      if ((cause as { type?: string }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw cause
      throw new KafkaTransportError('UNKNOWN_TOPIC', `One of the topics ${names?.join(', ')} does not exist. Create it, or correct the name in subscribe or assign.`, { ...(names?.length === 1 ? { topic: names[0] } : {}), cause })
    }
  }
  return {
    metadata: topics,
    async offsets(partitions, at) {
      const a = await admin()
      return Promise.all(partitions.map(async p => {
        const found = (await a.fetchTopicOffsets(p.topic)).find(x => x.partition === p.partition)
        if (found === undefined) throw new KafkaTransportError('UNKNOWN_PARTITION', `Topic ${p.topic} has no partition ${p.partition}.`, p)
        return Number(at === 'earliest' ? found.low : found.high)
      }))
    },
    async offsetsForTimes(partitions, timesMs) {
      const a = await admin()
      const latest = await this.offsets(partitions, 'latest')
      return Promise.all(partitions.map(async (p, i) => {
        const found = (await a.fetchTopicOffsetsByTimestamp(p.topic, timesMs[i])).find(x => x.partition === p.partition)
        // kafkajs gives the end of the partition where no record is that late.
        return found === undefined || Number(found.offset) < 0 || Number(found.offset) >= latest[i]! ? null : Number(found.offset)
      }))
    },
    async *fetchRange(partition, from, until, options = {}) {
      yield* fetchRange(given, await admin(), o, clock, partition, from, until, options)
    },
    produce: async columns => send(await producer(), await admin(), o, columns),
    async close() {
      const open = await Promise.allSettled([opened, producing])
      await Promise.allSettled(open.map(x => x.status === 'fulfilled' ? x.value?.disconnect() : undefined))
    },
  }
}
