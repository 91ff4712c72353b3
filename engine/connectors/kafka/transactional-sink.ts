/**
 * Owns the writing of batches exactly once, beyond Spark: a batch is one transaction, which also commits the batch's number as the offset of a consumer group
 * named after the transactional id. A batch whose number is committed already is not written again; an older process with the id is fenced off.
 */
import type { Batch } from '../../columns/batch.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { StreamSink } from '../connector.ts'
import { createKafkaClient, lendCodecs } from './client.ts'
import { codecs } from './compression.ts'
import { orKafkaFailure } from './failures.ts'
import { produceColumns } from './produce-columns.ts'
import { publicMessages } from './public-transport.ts'
import type { KafkaConnectionOptions } from './security.ts'
import type { SinkColumns } from './sink-schema.ts'
import { KafkaTransportError } from './transport.ts'

/** About as many go to a partition in one request: kafkajs copies a partition's list anew for each message of a request. */
const messagesPerPartition = 512

/** What is used of a transaction of kafkajs. */
interface Transaction {
  sendBatch(what: { acks: number; compression: number; topicMessages: { topic: string; messages: object[] }[] }): Promise<unknown>
  sendOffsets(what: { consumerGroupId: string; topics: { topic: string; partitions: { partition: number; offset: string }[] }[] }): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}

/** The streaming sink. Readers see a batch whole or not at all if they read `read_committed`. */
export function transactionalSink(o: KafkaConnectionOptions, servers: string, columns: SinkColumns, transactionalId: string, signal: AbortSignal | undefined): StreamSink {
  lendCodecs()
  const client = createKafkaClient(o), topic = columns.topicOption!
  const admin = client.admin({ retry: { retries: 8 } })
  // A number of tries in which a broker can restart; an aborted or dead process' transaction is waited for meanwhile.
  const producer = client.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, transactionTimeout: 60_000, retry: { initialRetryTime: 20, retries: 14, maxRetryTime: 5_000 } })
  let connected: Promise<number> | null = null, last = -1
  const failing = async <T>(operation: string, work: () => Promise<T>): Promise<T> => orKafkaFailure(servers, operation, async () => {
    try { return await work() } catch (cause) {
      if (cause instanceof KafkaTransportError) throw cause
      const e = cause as { type?: string; message?: string; name?: string }
      if (/PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/.test(e.type ?? '')) throw executionError('MICROLOTE_KAFKA_FENCED', { transactionalId }, cause)
      if (e.name?.startsWith('KafkaJS') !== true) throw cause
      if (e.type === 'UNKNOWN_TOPIC_OR_PARTITION') throw new KafkaTransportError('UNKNOWN_TOPIC', `The topic ${topic} does not exist.`, { topic, cause })
      throw new KafkaTransportError(/Connection|Broker|NumberOfRetries/.test(e.name) ? 'BROKER_UNAVAILABLE' : 'PRODUCE_FAILED', `${e.message ?? String(cause)}.`, { topic, cause })
    }
  })
  const connect = (): Promise<number> => connected ??= (async () => {
    await Promise.all([admin.connect(), producer.connect()])
    return (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]!.partitions.length
  })().catch((e: unknown) => { connected = null; throw e })
  /** The number of the last batch committed, −1 for none. Asked once the id is ours: from then on nobody else commits. */
  const lastCommitted = async (): Promise<number> => {
    const [found] = await admin.fetchOffsets({ groupId: transactionalId, topics: [topic] })
    return Number(found?.partitions.find(p => p.partition === 0)?.offset ?? -1) - 1
  }
  const stop = (): void => { void Promise.allSettled([producer.disconnect(), admin.disconnect()]) }
  signal?.addEventListener('abort', stop, { once: true })
  let begun = false
  return {
    description: 'org.apache.spark.sql.kafka010.KafkaSourceProvider$KafkaTable', countsRows: true,
    async addBatch(batchId, batches: AsyncIterable<Batch>) {
      const partitions = await failing('connecting', connect), counts = new Map([[topic, partitions]])
      const transaction = await failing('beginning a transaction', () => producer.transaction()) as Transaction
      try {
        if (!begun) { last = await failing('asking for the last batch', lastCommitted); begun = true }
        const done = last >= batchId
        for await (const batch of batches) {
          // The rows are drawn all the same: the state of the query is made of them.
          if (done || batch.length === 0) continue
          const all = produceColumns(batch, columns), step = messagesPerPartition * partitions
          for (let from = all.from; from < all.until; from += step) {
            const topicMessages = publicMessages({ ...all, from, until: Math.min(all.until, from + step) }, counts)
            await failing('writing records', () => transaction.sendBatch({ acks: -1, compression: codecs.indexOf(o.compression), topicMessages }))
          }
        }
        if (done) { await transaction.abort(); return }
        await failing('committing the number of the batch', () => transaction.sendOffsets({ consumerGroupId: transactionalId, topics: [{ topic, partitions: [{ partition: 0, offset: String(batchId + 1) }] }] }))
        await failing('committing the transaction', () => transaction.commit())
        last = batchId
      } catch (e) {
        // Whether a commit that failed was carried out is known to the broker alone: it is asked before the next batch.
        begun = false
        await transaction.abort().catch(() => {})
        throw e
      }
    },
    async close() {
      signal?.removeEventListener('abort', stop)
      await Promise.allSettled([producer.disconnect(), admin.disconnect()])
    },
  }
}
