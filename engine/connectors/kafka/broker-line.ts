/** Owns the talk with one broker over kafkajs' connections: opening and login once, our requests out, answers in, and kafkajs' failures in our words. */
import type { VersionOf, WireRequest } from './cluster-link.ts'
import type { InnerBroker, InnerConnection } from './kafkajs-insides.ts'
import { RetriableError } from './protocol-errors.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { KafkaTransportError } from './transport.ts'

/** A failure of kafkajs in our words: what may pass becomes a `RetriableError`. */
function translate(error: unknown, broker: string, options: KafkaConnectionOptions): Error {
  if (error instanceof KafkaTransportError || error instanceof RetriableError) return error
  const e = error as Error & { type?: string; code?: string }
  if (e.name === 'KafkaJSSASLAuthenticationError' || e.type === 'SASL_AUTHENTICATION_FAILED' || e.type === 'UNSUPPORTED_SASL_MECHANISM') {
    return new KafkaTransportError('AUTHENTICATION_FAILED', `Broker ${broker} refused the login: ${e.message}. Check kafka.sasl.mechanism and kafka.sasl.jaas.config.`, { broker, option: 'kafka.sasl.jaas.config', cause: e })
  }
  const code = e.code ?? ''
  if (/CERT|SELF_SIGNED|ISSUER|ALTNAME|SIGNATURE/.test(code)) {
    return new KafkaTransportError('AUTHENTICATION_FAILED', `The certificate of broker ${broker} is not accepted (${code}). Give the authority that signed it in kafka.ssl.truststore.location (PEM).`, { broker, option: 'kafka.ssl.truststore.location', cause: e })
  }
  if (/ERR_SSL|EPROTO/.test(code)) {
    return new KafkaTransportError('AUTHENTICATION_FAILED', `Broker ${broker} and this client do not agree on TLS (${e.message}). Check that kafka.security.protocol (${options.securityProtocol}) is what this port speaks, and kafka.ssl.keystore.location if the broker wants a client certificate.`, { broker, option: 'kafka.security.protocol', cause: e })
  }
  return new RetriableError(`broker ${broker}: ${e.message}`, true, -1, e)
}

function header(key: number, version: number, correlation: number, client: Uint8Array, bodyLength: number): Uint8Array {
  const bytes = new Uint8Array(14 + client.length)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 10 + client.length + bodyLength)
  view.setInt16(4, key)
  view.setInt16(6, version)
  view.setInt32(8, correlation)
  view.setInt16(12, client.length)
  bytes.set(client, 14)
  return bytes
}

function abandon(connection: InnerConnection, reason: Error): void {
  connection.requestQueue.rejectAll(reason)
  connection.disconnect().catch(() => {})
  connection.socket?.destroy()
}

/** One broker: a connection for small requests and one for fetches, so that a waiting fetch delays nothing else. */
export class BrokerLine {
  readonly address: string
  readonly #open: () => Promise<InnerBroker>
  readonly #options: KafkaConnectionOptions
  readonly #client: Uint8Array
  #broker: InnerBroker | null = null
  #opening: Promise<InnerBroker> | null = null
  readonly #connecting = new Map<number, Promise<InnerConnection>>()

  constructor(address: string, options: KafkaConnectionOptions, open: () => Promise<InnerBroker>) {
    this.address = address
    this.#options = options
    this.#open = open
    this.#client = new TextEncoder().encode(options.clientId)
  }

  /** kafkajs starts a second socket when it is asked to connect while it is connecting, so each step is shared. */
  #ready(): Promise<InnerBroker> {
    if (this.#broker?.isConnected() === true) return Promise.resolve(this.#broker)
    this.#opening ??= (async () => {
      this.#broker ??= await this.#open()
      await this.#broker.connect()
      return this.#broker
    })().finally(() => { this.#opening = null })
    return this.#opening
  }

  async #connection(index: number): Promise<InnerConnection> {
    const broker = await this.#ready()
    const connection = broker.connectionPool.pool[index]!
    if (connection.isConnected() && (this.#options.sasl === null || connection.isAuthenticated())) return connection
    let connecting = this.#connecting.get(index)
    if (connecting === undefined) {
      connecting = (async () => {
        if (!connection.isConnected()) await connection.connect()
        if (this.#options.sasl !== null && !connection.isAuthenticated()) await connection.authenticate()
        return connection
      })().finally(() => { this.#connecting.delete(index) })
      this.#connecting.set(index, connecting)
    }
    return connecting
  }

  #versionOf(versions: InnerBroker['versions']): VersionOf {
    return (key, lowest, highest) => {
      const range = versions?.[key]
      const version = Math.min(highest, range?.maxVersion ?? -1)
      if (range === undefined || version < Math.max(lowest, range.minVersion)) {
        throw new KafkaTransportError('UNSUPPORTED_BROKER', `Broker ${this.address} does not speak a version of request ${key} between ${lowest} and ${highest}; Kafka 1.0 and later do.`, { broker: this.address })
      }
      return version
    }
  }

  async send<T>(make: (versionOf: VersionOf) => WireRequest<T>): Promise<T> {
    let used: InnerConnection | null = null
    try {
      const broker = await this.#ready()
      const request = make(this.#versionOf(broker.versions))
      const connection = await this.#connection(request.name === 'Fetch' ? 1 : 0)
      used = connection
      const payload = await new Promise<Uint8Array | null>((resolve, reject) => {
        const correlationId = connection.nextCorrelationId()
        const head = header(request.key, request.version, correlationId, this.#client, request.body.length)
        const entry = { apiKey: request.key, apiName: request.name, apiVersion: request.version, correlationId, reject, resolve: (r: { payload: Uint8Array | null }) => resolve(r.payload) }
        connection.requestQueue.push({
          entry, expectResponse: request.answered, requestTimeout: connection.requestTimeout + request.extraMs,
          sendRequest: () => {
            const socket = connection.socket
            if (socket === undefined || !connection.isConnected()) throw new RetriableError(`broker ${this.address}: not connected`, true)
            socket.cork()
            socket.write(head)
            socket.write(request.body)
            socket.uncork()
          },
        })
      })
      return request.decode(payload ?? new Uint8Array(0))
    } catch (e) {
      // A connection that stopped answering is given up, as Kafka's own client does; kafkajs would go on using it.
      if (used !== null && (e as Error).name === 'KafkaJSRequestTimeoutError') abandon(used, e as Error)
      throw translate(e, this.address, this.#options)
    }
  }

  async close(reason: Error): Promise<void> {
    const broker = this.#broker
    this.#broker = null
    if (broker === null) return
    for (const c of broker.connectionPool.pool) c.requestQueue.rejectAll(reason)
    await broker.disconnect()
  }
}
