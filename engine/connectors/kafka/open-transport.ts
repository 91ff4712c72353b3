/** Owns the choice of way to a cluster: our own requests over kafkajs' connections, or kafkajs' public interface where its insides are not the known ones. */
import type { Clock } from '../../observe/clock.ts'
import { createKafkaClient, lendCodecs, lendConnections } from './client.ts'
import { Cluster } from './cluster.ts'
import { fetchRange } from './fetch.ts'
import { Producer } from './produce.ts'
import { publicTransport } from './public-transport.ts'
import { EARLIEST, LATEST } from './requests.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { Transactions } from './transaction.ts'
import { KafkaTransportError, type KafkaTransport } from './transport.ts'

/** `own`: our requests; `public`: kafkajs' consumer, admin and producer; `auto`: the first that this kafkajs allows. */
export type TransportWay = 'auto' | 'own' | 'public'

/**
 * A transport to the cluster that `options` name. Nothing is sent before its first use.
 *
 *     const kafka = openKafkaTransport(kafkaConnectionOptions(options, readText), systemClock)
 *     const [end] = await kafka.offsets([{ topic: 'orders', partition: 0 }], 'latest')
 *     for await (const chunk of kafka.fetchRange({ topic: 'orders', partition: 0 }, 0, end)) console.log(chunk.length)
 *     await kafka.close()
 */
export function openKafkaTransport(options: KafkaConnectionOptions, clock: Clock, way: TransportWay = 'auto'): KafkaTransport {
  const client = createKafkaClient(options)
  const link = way === 'public' ? null : lendConnections(client, options)
  if (link === null) {
    if (way === 'own') throw new Error('This version of kafkajs does not lend its connections.')
    lendCodecs()
    return publicTransport(client, options, clock)
  }
  const cluster = new Cluster(link, clock, options)
  return ownTransport(cluster, new Producer(cluster))
}

/** A transport all of whose writing is part of transactions. */
export interface TransactionalTransport extends KafkaTransport { readonly transactions: Transactions }

/** A transport that writes in transactions under an id. Nothing is sent before its first use. */
export function openTransactionalTransport(options: KafkaConnectionOptions, clock: Clock, transactionalId: string): TransactionalTransport {
  const link = lendConnections(createKafkaClient(options), options)
  if (link === null) throw new KafkaTransportError('OPTION_REFUSED', 'Transactions need the version of kafkajs that this package names (2.2.4): install that one, or leave exactlyOnce out.', { option: 'exactlyOnce' })
  const cluster = new Cluster(link, clock, options), transactions = new Transactions(cluster, transactionalId)
  return { ...ownTransport(cluster, new Producer(cluster, transactions)), transactions }
}

function ownTransport(cluster: Cluster, producer: Producer): KafkaTransport {
  const { isolation } = cluster.options
  return {
    metadata: topics => cluster.topics(topics ?? null),
    offsets: (partitions, at) => cluster.listOffsets(partitions.map(p => ({ ...p, time: at === 'earliest' ? EARLIEST : LATEST })), isolation),
    offsetsForTimes: async (partitions, timesMs) => {
      const found = await cluster.listOffsets(partitions.map((p, i) => ({ ...p, time: Math.max(0, timesMs[i]!) })), isolation)
      return found.map(o => o < 0 ? null : o)
    },
    fetchRange: (partition, from, until, fetch) => fetchRange(cluster, partition, from, until, fetch),
    produce: columns => producer.produce(columns),
    close: () => cluster.close(),
  }
}
