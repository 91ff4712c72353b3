/** Owns the writing of batches to Kafka: at least once, a batch being done when the brokers have acknowledged all of it. */
import type { Batch } from '../../columns/batch.ts'
import type { StreamSink } from '../connector.ts'
import { orKafkaFailure } from './failures.ts'
import { produceColumns } from './produce-columns.ts'
import type { SinkColumns } from './sink-schema.ts'
import type { KafkaTransport } from './transport.ts'

/** While one batch is on its way the next is computed; more would only take memory. */
const batchesUnderWay = 2

/** Writes all rows. */
export async function writeAll(transport: Pick<KafkaTransport, 'produce'>, servers: string, columns: SinkColumns, batches: AsyncIterable<Batch>): Promise<void> {
  await orKafkaFailure(servers, 'writing records', async () => {
    const underWay: Promise<void>[] = []
    try {
      for await (const batch of batches) {
        if (batch.length === 0) continue
        const written = transport.produce(produceColumns(batch, columns))
        // Its failure is seen when it is waited for.
        written.catch(() => {})
        underWay.push(written)
        if (underWay.length >= batchesUnderWay) await underWay.shift()
      }
    } finally {
      // Nothing may still be written when the batch has failed: it will be written again.
      await Promise.allSettled(underWay)
    }
    await Promise.all(underWay)
  })
}

/** The streaming sink; it owns the transport. */
export function kafkaSink(transport: KafkaTransport, servers: string, columns: SinkColumns, signal: AbortSignal | undefined): StreamSink {
  const stop = (): void => { void transport.close() }
  signal?.addEventListener('abort', stop, { once: true })
  return {
    description: 'org.apache.spark.sql.kafka010.KafkaSourceProvider$KafkaTable', countsRows: true,
    addBatch: (_batchId, batches) => writeAll(transport, servers, columns, batches),
    async close() {
      signal?.removeEventListener('abort', stop)
      await transport.close()
    },
  }
}
