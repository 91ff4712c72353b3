/** The only file that imports kafkajs: it lends us connections (TCP, TLS, SASL, version handshake); what goes over them is ours. */
import type tls from 'node:tls'
import kafkajs, { type Kafka as KafkaClient } from 'kafkajs'
import { BrokerLine } from './broker-line.ts'
import type { BrokerAddress, ClusterLink } from './cluster-link.ts'
import { compress, decompress, type Codec } from './compression.ts'
import { dropEmptyRest, repairIdleTimer, type InnerCluster } from './kafkajs-insides.ts'
import { RetriableError } from './protocol-errors.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { openSocket } from './sockets.ts'
import { KafkaTransportError } from './transport.ts'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs

/** Teaches kafkajs' own decoder the codecs it leaves to plug-ins, unless someone did already; only the public way needs it. */
export function lendCodecs(): void {
  const codecs = CompressionCodecs as Record<number, unknown>
  for (const [number, name] of [[CompressionTypes.Snappy, 'snappy'], [CompressionTypes.LZ4, 'lz4'], [CompressionTypes.ZSTD, 'zstd']] as const) {
    if (String(codecs[number]).includes('not implemented')) {
      codecs[number] = () => ({
        compress: async (encoder: { buffer: Uint8Array }) => Buffer.from(compress(name as Codec, encoder.buffer)),
        decompress: async (bytes: Uint8Array) => Buffer.from(decompress(number, bytes)),
      })
    }
  }
}

/** kafkajs with our sockets, its logger off (failures are reported once, by us) and its idle timers repaired. */
export function createKafkaClient(options: KafkaConnectionOptions): KafkaClient {
  const kafka = new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: options.connectTimeoutMs,
    requestTimeout: options.requestTimeoutMs,
    ...(options.ssl === null ? {} : { ssl: options.ssl as tls.ConnectionOptions }),
    ...(options.sasl === null ? {} : { sasl: options.sasl as never }),
    socketFactory: openSocket as never,
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
  })
  const inner = kafka as unknown as Record<symbol, unknown>
  const symbol = Object.getOwnPropertySymbols(inner).find(s => s.description === 'private:Kafka:createCluster')
  const create = symbol === undefined ? undefined : inner[symbol]
  if (typeof create !== 'function') return kafka
  inner[symbol!] = (settings: object) => {
    const cluster = create(settings) as InnerCluster
    const builder = cluster.brokerPool?.connectionPoolBuilder
    if (typeof builder?.build === 'function') {
      const build = builder.build.bind(builder)
      builder.build = async destination => {
        const pool = await build(destination)
        for (const c of pool.pool ?? []) {
          if (typeof c.requestQueue?.scheduleCheckPendingRequests === 'function') repairIdleTimer(c.requestQueue)
          if (typeof c.processData === 'function' && Array.isArray(c.chunks)) dropEmptyRest(c)
        }
        return pool
      }
    }
    return cluster
  }
  return kafka
}

/** kafkajs' cluster object; null when this kafkajs is built differently, so that the caller takes the public way. */
function innerCluster(kafka: KafkaClient): InnerCluster | null {
  const inner = kafka as unknown as Record<symbol, unknown>
  const symbol = Object.getOwnPropertySymbols(inner).find(s => s.description === 'private:Kafka:createCluster')
  const create = symbol === undefined ? undefined : inner[symbol]
  if (typeof create !== 'function') return null
  const cluster = create({ allowAutoTopicCreation: false }) as InnerCluster
  const pool = cluster.brokerPool
  const fits = typeof pool?.createBroker === 'function' && typeof pool.connectionPoolBuilder?.build === 'function'
  return fits ? cluster : null
}

/** Opens a link that sends our requests over kafkajs' connections; null when kafkajs' insides are not the ones we know. */
export function lendConnections(kafka: KafkaClient, options: KafkaConnectionOptions): ClusterLink | null {
  const cluster = innerCluster(kafka)
  if (cluster === null) return null
  const { brokerPool } = cluster
  const lineTo = (host: string, port: number, node: number) => new BrokerLine(`${host}:${port}`, options, async () => {
    const connectionPool = await brokerPool.connectionPoolBuilder.build({ host, port })
    return brokerPool.createBroker({ connectionPool, logger: brokerPool.rootLogger, nodeId: node })
  })
  const seeds = options.brokers.map(b => {
    const colon = b.lastIndexOf(':')
    return lineTo(b.slice(0, colon).replace(/^\[|\]$/g, ''), Number(b.slice(colon + 1)), -1)
  })
  let lines = new Map<number, BrokerLine>()
  let turn = 0
  let closed = false
  const reason = new KafkaTransportError('CLOSED', 'The Kafka connection was closed.')
  const discard = (line: BrokerLine) => { line.close(new RetriableError('the broker moved', true)).catch(() => {}) }
  return {
    bootstrap: options.brokers.join(','),
    async send(node, make) {
      if (closed) throw reason
      if (node !== null) {
        const line = lines.get(node)
        if (line === undefined) throw new RetriableError(`broker ${node} is not in the cluster's layout`, true)
        return line.send(make)
      }
      const candidates = [...lines.values(), ...seeds]
      let last: unknown
      for (let i = 0; i < candidates.length; i++) {
        try {
          return await candidates[(turn + i) % candidates.length]!.send(make)
        } catch (e) {
          if (!(e instanceof RetriableError)) throw e
          last = e
          if (closed) throw reason
        }
      }
      turn++
      throw last
    },
    place(brokers: readonly BrokerAddress[]) {
      const next = new Map<number, BrokerLine>()
      for (const b of brokers) {
        const address = `${b.host}:${b.port}`
        const present = lines.get(b.node)
        // The connection that a user's address opened is used again for the broker behind it.
        next.set(b.node, present?.address === address ? present : seeds.find(s => s.address === address) ?? lineTo(b.host, b.port, b.node))
      }
      const kept = new Set([...next.values(), ...seeds])
      for (const line of lines.values()) if (!kept.has(line)) discard(line)
      lines = next
    },
    async close() {
      closed = true
      await Promise.allSettled([...new Set([...lines.values(), ...seeds])].map(l => l.close(reason)))
    },
  }
}
