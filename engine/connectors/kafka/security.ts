/** Owns the meaning of Spark's `kafka.*` options: each name of Kafka's Java client becomes a setting of the transport, is harmless here, or is refused by name. */
import type { Codec } from './compression.ts'
import { parseJaas } from './jaas.ts'
import { harmless, honoured, refused } from './option-names.ts'
import { KafkaTransportError, type IsolationLevel } from './transport.ts'

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

/** TLS settings, as Node's `tls.connect` takes them. */
export interface TlsSettings {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  readonly checkServerIdentity?: () => undefined
}

export interface SaslSettings { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; readonly username: string; readonly password: string }

/** Everything the transport is told about a cluster and how to talk to it. Times are milliseconds, sizes bytes. */
export interface KafkaConnectionOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly securityProtocol: SecurityProtocol
  readonly ssl: TlsSettings | null
  readonly sasl: SaslSettings | null
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  /** How long a request is tried again while brokers are away. */
  readonly retryTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly isolation: IsolationLevel
  readonly partitionFetchBytes: number
  readonly fetchBytes: number
  readonly fetchWaitMs: number
  readonly acks: -1 | 0 | 1
  readonly idempotence: boolean
  readonly compression: Codec
  readonly batchBytes: number
  readonly maxRequestBytes: number
  readonly deliveryTimeoutMs: number
  /** After so long without its end the brokers abort a transaction by themselves. */
  readonly transactionTimeoutMs: number
}

function refuse(option: string, why: string): KafkaTransportError {
  return new KafkaTransportError('OPTION_REFUSED', `Option ${option} ${why}.`, { option })
}

function oneOf<T extends string>(values: ReadonlyMap<string, string>, name: string, allowed: readonly T[], preset: T): T {
  const given = values.get(name)
  if (given === undefined) return preset
  const found = allowed.find(a => a.toLowerCase() === given.trim().toLowerCase())
  if (found === undefined) throw refuse(`kafka.${name}`, `is "${given}"; it must be one of ${allowed.join(', ')}`)
  return found
}

function whole(values: ReadonlyMap<string, string>, name: string, preset: number, least = 0): number {
  const given = values.get(name)
  if (given === undefined) return preset
  const n = /^\s*\d+\s*$/.test(given) ? Number(given) : NaN
  if (!(n >= least && n <= 2_147_483_647)) throw refuse(`kafka.${name}`, `is "${given}"; it must be a whole number from ${least} to 2147483647`)
  return n
}

function addresses(values: ReadonlyMap<string, string>): string[] {
  const given = values.get('bootstrap.servers')
  if (given === undefined || given.trim() === '') throw refuse('kafka.bootstrap.servers', 'is missing; give the addresses of the brokers as host:port, separated by commas')
  const list = given.split(',').map(s => s.trim()).filter(s => s !== '').map(s => s.replace(/^[A-Za-z_]+:\/\//, ''))
  for (const b of list) {
    const port = Number(/:(\d{1,5})$/.exec(b)?.[1])
    if (!(port > 0 && port < 65_536) || b.indexOf(':') === 0) throw refuse('kafka.bootstrap.servers', `holds "${b}"; each address must be host:port, such as localhost:9092`)
  }
  return list
}

function pem(values: ReadonlyMap<string, string>, store: 'truststore' | 'keystore', inline: string | undefined, readText: (path: string) => string): string | undefined {
  const location = values.get(`ssl.${store}.location`)
  const type = values.get(`ssl.${store}.type`)
  if (location === undefined && inline === undefined) return undefined
  if ((type ?? (inline === undefined ? 'JKS' : 'PEM')).toUpperCase() !== 'PEM') {
    throw refuse(`kafka.ssl.${store}.type`, `is "${type ?? 'JKS (its default)'}"; only PEM is read here. Convert the store (keytool -importkeystore to PKCS12, then openssl pkcs12 -nodes), and set kafka.ssl.${store}.type to PEM`)
  }
  if (inline !== undefined) return inline
  try {
    return readText(location!)
  } catch (cause) {
    throw new KafkaTransportError('OPTION_REFUSED', `Option kafka.ssl.${store}.location names ${location}, which cannot be read: ${(cause as Error).message}.`, { option: `kafka.ssl.${store}.location`, cause })
  }
}

function tlsSettings(values: ReadonlyMap<string, string>, readText: (path: string) => string): TlsSettings {
  const ca = pem(values, 'truststore', values.get('ssl.truststore.certificates'), readText)
  const key = values.get('ssl.keystore.key')
  const chain = values.get('ssl.keystore.certificate.chain')
  if ((key === undefined) !== (chain === undefined)) throw refuse(`kafka.ssl.keystore.${key === undefined ? 'key' : 'certificate.chain'}`, 'is missing: the client key and its certificate chain come together')
  const store = pem(values, 'keystore', key, readText)
  const passphrase = values.get('ssl.key.password')
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(store === undefined ? {} : { key: store, cert: chain ?? store }),
    ...(passphrase === undefined ? {} : { passphrase }),
    // Kafka's way to switch host name checks off is the empty text.
    ...((values.get('ssl.endpoint.identification.algorithm') ?? 'https').trim() === '' ? { checkServerIdentity: () => undefined } : {}),
  }
}

function saslSettings(values: ReadonlyMap<string, string>): SaslSettings {
  const mechanism = (values.get('sasl.mechanism') ?? 'GSSAPI').trim().toUpperCase()
  if (mechanism !== 'PLAIN' && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512') {
    throw refuse('kafka.sasl.mechanism', `is "${mechanism}"${values.has('sasl.mechanism') ? '' : ' (its default)'}; PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 are supported`)
  }
  const jaas = values.get('sasl.jaas.config')
  if (jaas === undefined) throw refuse('kafka.sasl.jaas.config', 'is missing; with SASL give the login module with username and password')
  const login = parseJaas(jaas)
  const expected = mechanism === 'PLAIN' ? 'PlainLoginModule' : 'ScramLoginModule'
  if (login.module !== expected) throw refuse('kafka.sasl.jaas.config', `names ${login.module}; kafka.sasl.mechanism ${mechanism} needs ${expected}`)
  return { mechanism: mechanism.toLowerCase() as SaslSettings['mechanism'], username: login.username, password: login.password }
}

/**
 * Reads the `kafka.*` options of a source or sink (other names are passed over). `readText` reads PEM files.
 * Throws `OPTION_REFUSED` with the option's name and what to write instead.
 *
 *     kafkaConnectionOptions(new Map([['kafka.bootstrap.servers', 'localhost:9092']]), readFileText).brokers // ['localhost:9092']
 */
export function kafkaConnectionOptions(options: Iterable<readonly [string, string]>, readText: (path: string) => string): KafkaConnectionOptions {
  const values = new Map<string, string>()
  for (const [name, value] of options) {
    const lower = name.toLowerCase()
    if (!lower.startsWith('kafka.')) continue
    const key = lower.slice(6)
    const why = refused[key]
    if (why !== undefined) throw refuse(`kafka.${key}`, why)
    if (!honoured.has(key) && !harmless.has(key)) throw refuse(`kafka.${key}`, 'is not known here: neither this engine nor a setting that it may safely pass over; check its spelling or leave it out')
    values.set(key, value)
  }
  const securityProtocol = oneOf(values, 'security.protocol', ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const, 'PLAINTEXT')
  const acksText = oneOf(values, 'acks', ['all', '-1', '0', '1'] as const, 'all')
  const acks = acksText === 'all' || acksText === '-1' ? -1 : acksText === '0' ? 0 : 1
  const idempotence = oneOf(values, 'enable.idempotence', ['true', 'false'] as const, acks === -1 ? 'true' : 'false') === 'true'
  if (idempotence && acks !== -1) throw refuse('kafka.enable.idempotence', `is true while kafka.acks is ${acksText}; idempotent writes need kafka.acks=all`)
  const requestTimeoutMs = whole(values, 'request.timeout.ms', 30_000, 1)
  oneOf(values, 'check.crcs', ['true', 'false'] as const, 'true')
  return {
    brokers: addresses(values),
    clientId: values.get('client.id') ?? 'microlote',
    securityProtocol,
    ssl: securityProtocol === 'SSL' || securityProtocol === 'SASL_SSL' ? tlsSettings(values, readText) : null,
    sasl: securityProtocol.startsWith('SASL') ? saslSettings(values) : null,
    connectTimeoutMs: whole(values, 'socket.connection.setup.timeout.ms', 10_000, 1),
    requestTimeoutMs,
    retryTimeoutMs: whole(values, 'default.api.timeout.ms', 60_000, 1),
    retryBackoffMs: whole(values, 'retry.backoff.ms', 100, 1),
    retryBackoffMaxMs: whole(values, 'retry.backoff.max.ms', 1_000, 1),
    isolation: oneOf(values, 'isolation.level', ['read_uncommitted', 'read_committed'] as const, 'read_uncommitted'),
    partitionFetchBytes: whole(values, 'max.partition.fetch.bytes', 1_048_576, 1),
    fetchBytes: whole(values, 'fetch.max.bytes', 52_428_800, 1),
    fetchWaitMs: Math.min(whole(values, 'fetch.max.wait.ms', 500), requestTimeoutMs),
    acks,
    idempotence,
    compression: oneOf(values, 'compression.type', ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const, 'none'),
    // Java's own 16 KiB suits records that trickle in; a micro-batch is written whole, so its batches may be larger from the start.
    batchBytes: Math.max(whole(values, 'batch.size', 262_144), 1),
    maxRequestBytes: whole(values, 'max.request.size', 1_048_576, 1),
    deliveryTimeoutMs: whole(values, 'delivery.timeout.ms', 120_000, 1),
    transactionTimeoutMs: whole(values, 'transaction.timeout.ms', 60_000, 1),
  }
}
