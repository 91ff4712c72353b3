/** Owns what is known of a cluster's layout (topics, leaders) and the one way of trying again: layout first, growing pauses, a bound, then an error that says which broker and option. */
import type { Clock } from '../../observe/clock.ts'
import type { ClusterLink } from './cluster-link.ts'
import { CONCURRENT_TRANSACTIONS, NO_ERROR, protocolError, RetriableError, UNKNOWN_TOPIC_OR_PARTITION } from './protocol-errors.ts'
import { EARLIEST, LATEST, listOffsetsRequest, metadataRequest, type OffsetAnswer, type OffsetQuestion } from './requests.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { KafkaTransportError, type IsolationLevel, type TopicPartition } from './transport.ts'

/** A topic just created may not be known to every broker yet; so many answers "unknown" are taken for that before they are believed. */
const UNKNOWN_TRIES = 3
const concurrentPauseMs = 10

export class Cluster {
  readonly link: ClusterLink
  readonly clock: Clock
  readonly options: KafkaConnectionOptions
  readonly #leaders = new Map<string, Map<number, number>>()
  readonly #partitions = new Map<string, readonly number[]>()
  readonly #refreshing = new Map<string, Promise<void>>()
  #reached = false
  #closed = false

  constructor(link: ClusterLink, clock: Clock, options: KafkaConnectionOptions) {
    this.link = link
    this.clock = clock
    this.options = options
  }

  /** Runs `attempt` until it does not throw a `RetriableError`, within `limitMs`. */
  async retrying<T>(doing: string, attempt: (round: number) => Promise<T>, details: Partial<TopicPartition> = {}, signal?: AbortSignal, limitMs = this.options.retryTimeoutMs): Promise<T> {
    const began = this.clock.monotonicMs()
    let pause = this.options.retryBackoffMs
    for (let round = 0; ; round++) {
      if (this.#closed || signal?.aborted === true) throw new KafkaTransportError('CLOSED', `The Kafka connection was closed while ${doing}.`, details)
      try {
        const result = await attempt(round)
        this.#reached = true
        return result
      } catch (e) {
        if (!(e instanceof RetriableError)) throw e
        const waited = this.clock.monotonicMs() - began
        // An address that never answered is more likely wrong than down.
        const limit = this.#reached ? limitMs : Math.min(limitMs, this.options.connectTimeoutMs)
        if (waited + pause > limit) {
          const option = this.#reached ? 'kafka.default.api.timeout.ms' : 'kafka.bootstrap.servers'
          throw new KafkaTransportError('BROKER_UNAVAILABLE', this.#reached
            ? `Kafka did not recover within ${Math.round(waited)} ms while ${doing}; last: ${e.message}. Look at the brokers (${this.link.bootstrap}); raise ${option} if such an outage is to be waited for.`
            : `No Kafka broker answers at ${this.link.bootstrap} (${e.message}). Start it, or correct ${option}.`, { ...details, option, broker: this.link.bootstrap, cause: e })
        }
        // The end of the transaction before is a matter of milliseconds.
        const brief = e.number === CONCURRENT_TRANSACTIONS
        await this.clock.sleep(brief ? Math.min(pause, concurrentPauseMs) : pause, signal)
        if (!brief) pause = Math.min(pause * 2, this.options.retryBackoffMaxMs)
        if (e.stale && details.topic !== undefined) this.#leaders.delete(details.topic)
      }
    }
  }

  /** Topics and their partition ids; null asks for all that are not internal. With `create`, brokers that make topics by themselves are asked to. */
  async topics(names: readonly string[] | null, create = false): Promise<Map<string, readonly number[]>> {
    return this.retrying(names === null ? 'listing topics' : `looking up ${names.join(', ')}`, async round => {
      const place = await this.link.send(null, metadataRequest(names, create))
      this.link.place(place.brokers)
      const out = new Map<string, readonly number[]>()
      for (const t of place.topics) {
        if (t.error === UNKNOWN_TOPIC_OR_PARTITION) {
          if (create && round < UNKNOWN_TRIES) throw new RetriableError(`topic ${t.topic} is not known yet`, true, t.error)
          throw new KafkaTransportError('UNKNOWN_TOPIC', `Topic ${t.topic} does not exist on ${this.link.bootstrap}. Create it, or correct the name in subscribe or assign.`, { topic: t.topic })
        }
        // A topic whose leaders are being chosen still has its partitions.
        if (t.error !== NO_ERROR && t.partitions.length === 0) throw protocolError(t.error, `looking up topic ${t.topic}`, { topic: t.topic })
        if (names === null && t.internal) continue
        out.set(t.topic, t.partitions.map(p => p.partition).sort((a, b) => a - b))
        this.#leaders.set(t.topic, new Map(t.partitions.filter(p => p.leader >= 0).map(p => [p.partition, p.leader])))
      }
      return out
    })
  }

  /** Learns anew where the brokers are. */
  async lookAround(): Promise<void> { this.link.place((await this.link.send(null, metadataRequest([]))).brokers) }

  async #refresh(topic: string, round: number): Promise<void> {
    const place = await this.link.send(null, metadataRequest([topic]))
    this.link.place(place.brokers)
    const found = place.topics.find(t => t.topic === topic)
    if (found === undefined || found.error === UNKNOWN_TOPIC_OR_PARTITION) {
      if (round < UNKNOWN_TRIES) throw new RetriableError(`topic ${topic} is not known yet`, true, UNKNOWN_TOPIC_OR_PARTITION)
      throw new KafkaTransportError('UNKNOWN_TOPIC', `Topic ${topic} does not exist on ${this.link.bootstrap}. It was deleted, or its name is wrong.`, { topic })
    }
    if (found.error !== NO_ERROR && found.partitions.length === 0) throw protocolError(found.error, `looking up topic ${topic}`, { topic })
    this.#leaders.set(topic, new Map(found.partitions.filter(p => p.leader >= 0).map(p => [p.partition, p.leader])))
    this.#partitions.set(topic, found.partitions.map(p => p.partition))
  }

  /** The broker that leads a partition now. */
  async leader(tp: TopicPartition, round: number): Promise<number> {
    const known = this.#leaders.get(tp.topic)?.get(tp.partition)
    if (known !== undefined) return known
    let refreshing = this.#refreshing.get(tp.topic)
    if (refreshing === undefined) {
      refreshing = this.#refresh(tp.topic, round).finally(() => { this.#refreshing.delete(tp.topic) })
      this.#refreshing.set(tp.topic, refreshing)
    }
    await refreshing
    const leader = this.#leaders.get(tp.topic)?.get(tp.partition)
    if (leader !== undefined) return leader
    if (this.#partitions.get(tp.topic)?.includes(tp.partition) === true || round < UNKNOWN_TRIES) throw new RetriableError(`${tp.topic}-${tp.partition} has no leader`, true)
    throw new KafkaTransportError('UNKNOWN_PARTITION', `Topic ${tp.topic} has no partition ${tp.partition}.`, tp)
  }

  /** Sends to the leader of a partition, trying again while the cluster moves. */
  async toLeader<T>(tp: TopicPartition, doing: string, ask: (node: number) => Promise<T>, signal?: AbortSignal, limitMs?: number): Promise<T> {
    return this.retrying(doing, async round => ask(await this.leader(tp, round)), tp, signal, limitMs)
  }

  /** Offsets for many partitions, one request per broker. */
  async listOffsets(questions: readonly OffsetQuestion[], isolation: IsolationLevel): Promise<readonly number[]> {
    const answers = new Map<string, number>()
    const name = (q: TopicPartition) => `${q.topic} ${q.partition}`
    await this.retrying('reading offsets', async round => {
      const open = questions.filter(q => !answers.has(name(q)))
      const byNode = new Map<number, OffsetQuestion[]>()
      for (const q of open) {
        const node = await this.leader(q, round)
        byNode.set(node, [...byNode.get(node) ?? [], q])
      }
      const take = (a: OffsetAnswer) => {
        if (a.error === NO_ERROR) { answers.set(name(a), a.offset); return }
        this.#leaders.delete(a.topic)
        throw protocolError(a.error, `reading offsets of ${a.topic}-${a.partition}`, a)
      }
      const results = await Promise.allSettled([...byNode].map(async ([node, list]) => (await this.link.send(node, listOffsetsRequest(list, isolation))).forEach(take)))
      for (const r of results) if (r.status === 'rejected') { for (const q of open) this.#leaders.delete(q.topic); throw r.reason }
    })
    return questions.map(q => answers.get(name(q))!)
  }

  /** What a partition holds now, `[earliest, latest)`. */
  async bounds(tp: TopicPartition): Promise<{ earliest: number; latest: number }> {
    const [earliest] = await this.listOffsets([{ ...tp, time: EARLIEST }], 'read_uncommitted')
    const [latest] = await this.listOffsets([{ ...tp, time: LATEST }], 'read_uncommitted')
    return { earliest: earliest!, latest: latest! }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.link.close()
  }
}
