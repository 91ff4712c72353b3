/**
 * Owns transactions, one after another, under one transactional id: whose the id is, which partitions a transaction has entered, how it ends. A transaction also
 * carries a number, kept as the offset of a consumer group named after the id.
 */
import type { Cluster } from './cluster.ts'
import { Coordinator } from './coordinator.ts'
import { KafkaTransportError, type TopicPartition } from './transport.ts'
import { addOffsetsRequest, addPartitionsRequest, committedOffsetRequest, commitOffsetRequest, endTransactionRequest, initTransactionsRequest, type Errors, type Identity } from './transaction-requests.ts'

/** An abort is a courtesy to readers: the brokers do it themselves in the end. */
const abortLimitMs = 5_000
const errors = (list: Errors): Errors => list

export class Transactions {
  readonly id: string
  readonly #cluster: Cluster
  readonly #coordinator: Coordinator
  readonly #group: Coordinator
  #identity: Identity | null = null
  /** Nothing has gone wrong since the identity was given, so its sequence numbers are what the brokers expect. */
  #sound = false
  readonly #entered = new Set<string>()
  #open = false

  constructor(cluster: Cluster, id: string) {
    this.id = id
    this.#cluster = cluster
    this.#coordinator = new Coordinator(cluster, 'transaction', id)
    this.#group = new Coordinator(cluster, 'group', id)
  }

  /** Takes the id over, or after a failure back, unless another process has it now: then, and whenever it is found so later, FENCED is thrown. */
  async begin(): Promise<void> {
    if (this.#sound) return
    const request = initTransactionsRequest(this.id, this.#cluster.options.transactionTimeoutMs, this.#identity)
    const { id, epoch } = await this.#coordinator.ask('beginning transactions', request, a => [a.error])
    this.#identity = { id, epoch }
    this.#sound = true
    this.#open = false
    this.#entered.clear()
  }

  /** The number that the last committed transaction carried; −1 for none. Means something while the id is ours. */
  async lastNumber(topic: string): Promise<number> {
    const { offset } = await this.#group.ask('asking for the number of the last batch', committedOffsetRequest(this.id, { topic, partition: 0 }), a => a.errors)
    return Math.max(offset, 0) - 1
  }

  get identity(): Identity {
    if (this.#identity === null) throw new KafkaTransportError('PRODUCE_FAILED', 'No transaction has been begun.')
    return this.#identity
  }

  /** Must be called before a partition is written. */
  async enter(partitions: readonly TopicPartition[]): Promise<void> {
    const fresh = partitions.filter(p => !this.#entered.has(`${p.topic} ${p.partition}`))
    if (fresh.length === 0) return
    this.#open = true
    await this.#coordinator.ask('adding partitions to a transaction', addPartitionsRequest(this.id, this.identity, fresh), errors)
    for (const p of fresh) this.#entered.add(`${p.topic} ${p.partition}`)
  }

  /** Makes all that was written since the last end, and the number, visible together. When it throws, only `lastNumber` of a run that has begun anew knows whether that happened. */
  async commit(number: number, topic: string): Promise<void> {
    this.#open = true
    await this.#coordinator.ask('adding the number of the batch', addOffsetsRequest(this.id, this.identity, this.id), errors)
    await this.#group.ask('writing the number of the batch', commitOffsetRequest(this.id, this.identity, this.id, { topic, partition: 0 }, number + 1), errors)
    await this.#coordinator.ask('committing a transaction', endTransactionRequest(this.id, this.identity, true), errors)
    this.#open = false
    this.#entered.clear()
  }

  /** After any failure: what was written is never seen. */
  async abort(): Promise<void> {
    this.#sound = false
    if (!this.#open) return
    this.#open = false
    await this.#coordinator.ask('aborting a transaction', endTransactionRequest(this.id, this.identity, false), errors, abortLimitMs)
  }
}
