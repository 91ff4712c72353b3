/** Owns the writing of columns to Kafka: rows to partitions, batches in order per partition, sequence numbers so that a repeated request writes once, and errors that name the partition. */
import { BATCH_OVERHEAD } from './record-batch.ts'
import { encodeBatch, recordBound } from './batch-encoder.ts'
import type { Cluster } from './cluster.ts'
import type { VersionOf, WireRequest } from './cluster-link.ts'
import { partitionOfKey, StickyPartitioner } from './partitioner.ts'
import { DUPLICATE_SEQUENCE_NUMBER, NO_ERROR, protocolError, RetriableError } from './protocol-errors.ts'
import { initProducerIdRequest } from './requests.ts'
import { KafkaTransportError, type ProduceColumns, type TopicPartition } from './transport.ts'
import type { Identity } from './transaction-requests.ts'
import type { Transactions } from './transaction.ts'
import { WireReader, WireWriter } from './wire.ts'

const NO_IDENTITY: Identity = { id: -1n, epoch: -1 }
/** The broker lost track of a producer's sequence: a new identity starts from zero. */
const lostSequence = new Set([45, 47, 59])
const FRESH_IDENTITIES = 3
const LAYOUT_AGE_MS = 300_000

/** Rows of one partition, in the order of the columns. */
interface Lane extends TopicPartition { readonly rows: Int32Array }

/** A Produce request for one batch; the batch follows its head in `body`. */
function produceRequest(body: Uint8Array, answered: boolean, timeoutMs: number): (versionOf: VersionOf) => WireRequest<number> {
  return versionOf => ({
    name: 'Produce', key: 0, version: versionOf(0, 3, 7), body, answered, extraMs: timeoutMs,
    decode: payload => {
      if (!answered) return NO_ERROR
      const r = new WireReader(payload)
      if (r.int32() !== 1) return 42
      r.string()
      if (r.int32() !== 1) return 42
      r.int32()
      return r.int16()
    },
  })
}

export class Producer {
  readonly #cluster: Cluster
  readonly #transactions: Transactions | null
  #identity: Promise<Identity> | null = null
  readonly #sequences = new Map<string, { identity: Identity; next: number }>()
  readonly #sticky = new Map<string, StickyPartitioner>()
  #partitionCounts = new Map<string, number>()
  #layoutAt = 0
  #tail: Promise<void> = Promise.resolve()

  /** With transactions, what is written is part of the present one, whose identity numbers it. */
  constructor(cluster: Cluster, transactions: Transactions | null = null) {
    this.#cluster = cluster
    this.#transactions = transactions
  }

  /** Writes the rows; calls are carried out one after another, which keeps the order of each partition. */
  produce(columns: ProduceColumns): Promise<void> {
    const turn = this.#tail.then(() => this.#produce(columns))
    this.#tail = turn.catch(() => {})
    return turn
  }

  async #produce(c: ProduceColumns): Promise<void> {
    if (c.until <= c.from) return
    await this.#lookUp(c.topics)
    const lanes = this.#lanes(c)
    await this.#transactions?.enter(lanes)
    const results = await Promise.allSettled(lanes.map(lane => this.#write(lane, c)))
    for (const r of results) if (r.status === 'rejected') throw r.reason
  }

  async #lookUp(topics: readonly string[]): Promise<void> {
    const now = this.#cluster.clock.monotonicMs()
    if (now - this.#layoutAt > LAYOUT_AGE_MS) this.#partitionCounts = new Map()
    const missing = topics.filter(t => !this.#partitionCounts.has(t))
    if (missing.length === 0) return
    for (const [topic, partitions] of await this.#cluster.topics(missing, this.#transactions === null)) this.#partitionCounts.set(topic, partitions.length)
    this.#layoutAt = now
  }

  #partition(c: ProduceColumns, row: number, topic: string, count: number): number {
    const given = c.partitions === null ? -1 : c.partitions[row]!
    if (given >= 0) {
      if (given < count) return given
      throw new KafkaTransportError('UNKNOWN_PARTITION', `A row names partition ${given} of topic ${topic}, which has partitions 0 to ${count - 1}. Correct the column partition, or leave it out.`, { topic, partition: given })
    }
    const keyStart = c.keyStarts === null ? -1 : c.keyStarts[row]!
    if (keyStart >= 0) return partitionOfKey(c.keyBytes!, keyStart, c.keyEnds![row]!, count)
    let sticky = this.#sticky.get(topic)
    if (sticky === undefined) this.#sticky.set(topic, sticky = new StickyPartitioner(count, Math.min(this.#cluster.options.batchBytes, 65_536), Math.floor(Math.random() * count)))
    return sticky.next(recordBound(c, row))
  }

  /** Sorts rows by partition, keeping their order. */
  #lanes(c: ProduceColumns): Lane[] {
    const slots: { topic: string; partition: number; rows: number }[] = []
    const firstSlot = c.topics.map(topic => {
      const first = slots.length
      for (let partition = 0; partition < this.#partitionCounts.get(topic)!; partition++) slots.push({ topic, partition, rows: 0 })
      return first
    })
    const slotOf = new Int32Array(c.until - c.from)
    for (let row = c.from; row < c.until; row++) {
      const t = c.topicIndexes === null ? 0 : c.topicIndexes[row]!
      const topic = c.topics[t]!
      const slot = firstSlot[t]! + this.#partition(c, row, topic, this.#partitionCounts.get(topic)!)
      slotOf[row - c.from] = slot
      slots[slot]!.rows++
    }
    const lanes = slots.map(s => ({ topic: s.topic, partition: s.partition, rows: new Int32Array(s.rows) }))
    const filled = new Int32Array(slots.length)
    for (let i = 0; i < slotOf.length; i++) {
      const slot = slotOf[i]!
      lanes[slot]!.rows[filled[slot]!++] = c.from + i
    }
    return lanes.filter(l => l.rows.length > 0)
  }

  /** Writes one partition's rows, a batch at a time: the next leaves when the one before is acknowledged. */
  async #write(lane: Lane, c: ProduceColumns): Promise<void> {
    const { batchBytes, maxRequestBytes } = this.#cluster.options, transactions = this.#transactions
    const acks = transactions === null ? this.#cluster.options.acks : -1, idempotence = transactions === null && this.#cluster.options.idempotence
    const limit = Math.min(batchBytes, maxRequestBytes - BATCH_OVERHEAD)
    for (let from = 0; from < lane.rows.length;) {
      let bytes = 0
      let until = from
      for (; until < lane.rows.length; until++) {
        const size = recordBound(c, lane.rows[until]!)
        if (size - 32 > maxRequestBytes) {
          throw new KafkaTransportError('RECORD_TOO_LARGE', `A record for ${lane.topic}-${lane.partition} takes about ${size} bytes, more than kafka.max.request.size (${maxRequestBytes}). Raise it, and max.message.bytes of the topic, or write less.`, { topic: lane.topic, partition: lane.partition, option: 'kafka.max.request.size' })
        }
        if (until > from && bytes + size > limit) break
        bytes += size
      }
      for (let tries = 0; ; tries++) {
        const identity = transactions?.identity ?? (idempotence ? await this.#identify() : NO_IDENTITY)
        const error = await this.#send(lane, c, from, until, bytes, identity, acks)
        if (error === NO_ERROR || error === DUPLICATE_SEQUENCE_NUMBER) break
        if (idempotence && lostSequence.has(error) && tries < FRESH_IDENTITIES) {
          this.#forget(identity)
          continue
        }
        throw protocolError(error, `writing ${until - from} records to ${lane.topic}-${lane.partition}`, { topic: lane.topic, partition: lane.partition, ...(transactions === null ? {} : { transactionalId: transactions.id }) })
      }
      from = until
    }
  }

  /** One batch, repeated with the same sequence number while the cluster moves; the number of the error that stays, or 0. */
  async #send(lane: Lane, c: ProduceColumns, from: number, until: number, bytes: number, identity: Identity, acks: number): Promise<number> {
    const { compression, requestTimeoutMs, deliveryTimeoutMs } = this.#cluster.options
    const key = `${lane.topic} ${lane.partition}`
    let sequence = this.#sequences.get(key)
    if (sequence?.identity !== identity) this.#sequences.set(key, sequence = { identity, next: 0 })
    const head = new WireWriter().string(this.#transactions?.id ?? null).int16(acks).int32(requestTimeoutMs).int32(1).string(lane.topic).int32(1).int32(lane.partition).int32(0).bytes
    const body = Buffer.allocUnsafe(head.length + BATCH_OVERHEAD + bytes)
    body.set(head)
    const end = encodeBatch(body, head.length, c, lane.rows, from, until, {
      codec: compression, producerId: identity.id, producerEpoch: identity.epoch,
      baseSequence: identity === NO_IDENTITY ? -1 : sequence.next, transactional: this.#transactions !== null, nowMs: this.#cluster.clock.nowMs(),
    })
    body.writeInt32BE(end - head.length, head.length - 4)
    const request = produceRequest(body.subarray(0, end), acks !== 0, requestTimeoutMs)
    const doing = `writing to ${lane.topic}-${lane.partition}`
    const error = await this.#cluster.toLeader(lane, doing, async node => {
      const number = await this.#cluster.link.send(node, request)
      if (number === NO_ERROR) return number
      const e = protocolError(number, doing)
      if (e instanceof RetriableError) throw e
      return number
    }, undefined, deliveryTimeoutMs)
    if (error === NO_ERROR || error === DUPLICATE_SEQUENCE_NUMBER) sequence.next = (sequence.next + until - from) % 2_147_483_648
    return error
  }

  #identify(): Promise<Identity> {
    this.#identity ??= this.#cluster.retrying('asking for a producer id', async () => {
      const answer = await this.#cluster.link.send(null, initProducerIdRequest())
      if (answer.error !== NO_ERROR) throw protocolError(answer.error, 'asking for a producer id')
      return { id: answer.id, epoch: answer.epoch }
    }).catch(e => { this.#identity = null; throw e })
    return this.#identity
  }

  #forget(identity: Identity): void {
    const present = this.#identity
    present?.then(i => { if (i === identity && this.#identity === present) this.#identity = null }).catch(() => {})
  }
}
