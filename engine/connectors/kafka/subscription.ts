/** Owns the question which partitions a subscription has now, also while topics come and go, and where they end. */
import type { Clock } from '../../observe/clock.ts'
import { offsetsAt } from './places.ts'
import { partitionName, sortedPartitions, type PartitionOffsets } from './offsets.ts'
import type { Subscription } from './source-options.ts'
import { KafkaTransportError, type KafkaTransport, type TopicPartition } from './transport.ts'

/** `Subscribe[t1, t2]`, as Spark's progress shows it. */
export function describe(s: Subscription): string {
  switch (s.kind) {
    case 'subscribe': return `Subscribe[${s.topics.join(', ')}]`
    case 'pattern': return `SubscribePattern[${s.text}]`
    case 'assign': return `Assign[${s.partitions.map(partitionName).join(', ')}]`
  }
}

export interface Patience { readonly retries: number; readonly retryIntervalMs: number; readonly clock: Clock; readonly signal?: AbortSignal }

export class SubscribedPartitions {
  readonly #subscription: Subscription
  readonly #transport: KafkaTransport
  readonly #patience: Patience
  #known: readonly TopicPartition[] | null = null

  constructor(subscription: Subscription, transport: KafkaTransport, patience: Patience) {
    this.#subscription = subscription
    this.#transport = transport
    this.#patience = patience
  }

  /**
   * The partitions that exist. A topic that `read` has offsets of may be missing: then it was deleted, and the caller says what that means.
   * One that never was there is an UNKNOWN_TOPIC error.
   */
  async now(read: PartitionOffsets): Promise<readonly TopicPartition[]> {
    const s = this.#subscription
    if (s.kind === 'pattern') {
      const all = await this.#transport.metadata()
      return this.#known = partitionsOf([...all].filter(([topic]) => s.pattern.test(topic)))
    }
    const wanted = s.kind === 'subscribe' ? [...s.topics] : [...new Set(s.partitions.map(p => p.topic))]
    const had = new Set(sortedPartitions(read.keys()).map(p => p.topic))
    const found = await this.#existing(wanted, had)
    if (s.kind === 'subscribe') return this.#known = partitionsOf([...found])
    const missing = s.partitions.find(p => found.get(p.topic)?.includes(p.partition) !== true && !read.has(partitionName(p)))
    if (missing !== undefined) throw new KafkaTransportError('UNKNOWN_PARTITION', `Topic ${missing.topic} has no partition ${missing.partition}.`, missing)
    return this.#known = s.partitions.filter(p => found.get(p.topic)?.includes(p.partition) === true)
  }

  // A broker that has just come up may not know its topics yet: one that was there is asked for again before it is taken for deleted.
  async #existing(wanted: readonly string[], had: ReadonlySet<string>): Promise<ReadonlyMap<string, readonly number[]>> {
    let topics = wanted
    for (let attempt = 1; topics.length > 0;) {
      try { return await this.#transport.metadata(topics) } catch (e) {
        const gone = e instanceof KafkaTransportError && e.code === 'UNKNOWN_TOPIC' ? e.topic : undefined
        if (gone === undefined || !had.has(gone)) throw e
        if (attempt++ < this.#patience.retries) await this.#patience.clock.sleep(this.#patience.retryIntervalMs, this.#patience.signal)
        else topics = topics.filter(t => t !== gone)
      }
    }
    return new Map()
  }

  /** Where the partitions end now. An end before what `read` has is asked for again: brokers are known to give old answers after a change of leader. */
  async latest(read: PartitionOffsets): Promise<PartitionOffsets> {
    const { retries, retryIntervalMs, clock, signal } = this.#patience
    for (let attempt = 1; ; attempt++) {
      const ends = await this.#ends(read)
      const behind = [...ends].some(([name, end]) => end < (read.get(name) ?? 0))
      if (!behind || attempt >= retries || signal?.aborted === true) return ends
      await clock.sleep(retryIntervalMs, signal)
    }
  }

  // Partitions and their ends are asked for at once, for nearly always the partitions are those of the last time.
  async #ends(read: PartitionOffsets): Promise<PartitionOffsets> {
    const before = this.#known
    const guess = before === null ? null : offsetsAt(this.#transport, before, 'latest').catch(() => null)
    const partitions = await this.now(read)
    const guessed = await guess
    if (before !== null && guessed != null && before.length === partitions.length && partitions.every(p => guessed.has(partitionName(p)))) return guessed
    return offsetsAt(this.#transport, partitions, 'latest')
  }
}

const partitionsOf = (topics: readonly (readonly [string, readonly number[]])[]): TopicPartition[] => topics.flatMap(([topic, list]) => list.map(partition => ({ topic, partition })))
