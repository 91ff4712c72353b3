/**
 * Owns the writing of batches exactly once, beyond Spark: a batch is one transaction, which also commits the batch's number as the offset of a consumer group
 * named after the transactional id. A batch whose number is committed already is not written again; an older process with the id is fenced off.
 */
import type { Batch } from '../../columns/batch.ts'
import type { StreamSink } from '../connector.ts'
import { orKafkaFailure } from './failures.ts'
import type { TransactionalTransport } from './open-transport.ts'
import { writeAll } from './sink.ts'
import type { SinkColumns } from './sink-schema.ts'

/** The streaming sink; it owns the transport. Readers see a batch whole or not at all if they read `read_committed`. */
export function transactionalSink(transport: TransactionalTransport, servers: string, columns: SinkColumns, signal: AbortSignal | undefined): StreamSink {
  const { transactions } = transport, topic = columns.topicOption!
  // The number of the last batch committed, asked for once the id is ours: from then on nobody else commits.
  let last: number | null = null
  const stop = (): void => { void transport.close() }
  signal?.addEventListener('abort', stop, { once: true })
  return {
    description: 'org.apache.spark.sql.kafka010.KafkaSourceProvider$KafkaTable', countsRows: true,
    async addBatch(batchId, batches: AsyncIterable<Batch>) {
      try {
        last ??= await orKafkaFailure(servers, 'asking for the last batch', async () => {
          await transport.metadata([topic])
          await transactions.begin()
          return transactions.lastNumber(topic)
        })
        if (last >= batchId) {
          // The rows are drawn all the same: the state of the query is made of them.
          for await (const batch of batches) void batch
          return
        }
        await writeAll(transport, servers, columns, batches)
        await orKafkaFailure(servers, 'committing the batch', () => transactions.commit(batchId, topic))
        last = batchId
      } catch (e) {
        // Whether a commit that failed was carried out is known to the broker alone: it is asked before the next batch.
        last = null
        await transactions.abort().catch(() => {})
        throw e
      }
    },
    async close() {
      signal?.removeEventListener('abort', stop)
      await transport.close()
    },
  }
}
