/** Owns the lists of Kafka's option names: refused, passed over without harm, honoured. */

/** Names that Spark itself forbids, or that this engine cannot honour, with what to write instead. */
export const refused: Readonly<Record<string, string>> = {
  'auto.offset.reset': 'is not allowed: the engine keeps track of offsets itself; set startingOffsets on the source, and failOnDataLoss for what happens when offsets are gone',
  'key.deserializer': 'is not allowed: keys arrive as binary; cast or decode the column with from_json or cast',
  'value.deserializer': 'is not allowed: values arrive as binary; cast or decode the column with from_json or cast',
  'key.serializer': 'is not allowed: write a string or binary column named key',
  'value.serializer': 'is not allowed: write a string or binary column named value',
  'enable.auto.commit': 'is not allowed: offsets live in the query\'s checkpoint and are never committed to Kafka',
  'interceptor.classes': 'is not allowed: an interceptor may change records behind the query\'s back',
  'transactional.id': 'is refused: Spark\'s sink writes at least once and without transactions; beyond Spark, set exactlyOnce to true (and transactionalId, if the name matters), or remove duplicates downstream by key',
  'partitioner.class': 'is refused: Java classes cannot run here; compute the partition in a column named partition',
  'sasl.login.callback.handler.class': 'is refused: Java classes cannot run here; use PLAIN or SCRAM with kafka.sasl.jaas.config',
  'sasl.client.callback.handler.class': 'is refused: Java classes cannot run here; use PLAIN or SCRAM with kafka.sasl.jaas.config',
  'sasl.login.class': 'is refused: Java classes cannot run here; use PLAIN or SCRAM with kafka.sasl.jaas.config',
  'sasl.kerberos.service.name': 'is refused: Kerberos (GSSAPI) is not supported; use PLAIN or SCRAM over SASL_SSL',
  'ssl.engine.factory.class': 'is refused: Java classes cannot run here; give PEM files with kafka.ssl.truststore.location',
  'ssl.trustmanager.algorithm': 'is refused: trust comes from the PEM given in kafka.ssl.truststore.location',
  'ssl.keymanager.algorithm': 'is refused: the client key comes from the PEM given in kafka.ssl.keystore.location',
  'ssl.provider': 'is refused: TLS is Node\'s own; leave the option out',
  'ssl.cipher.suites': 'is refused: ciphers are Node\'s own choice; leave the option out',
  'security.providers': 'is refused: TLS is Node\'s own; leave the option out',
  'metric.reporters': 'is refused: Java classes cannot run here; read the query\'s progress for rates and lag',
  'group.protocol': 'is refused: no consumer group is joined; leave the option out',
  'client.rack': 'is refused: records are read from the partition\'s leader; leave the option out',
  'socks.proxy': 'is refused: proxies are not supported; give addresses that can be reached directly',
}

/**
 * Names that change nothing that a query could see, and why: no consumer group is joined here (group.*, heartbeats, polls, assignment),
 * buffers and sockets are sized by the transport, and a micro-batch is written at once (linger).
 */
export const harmless = new Set([
  'group.id', 'group.instance.id', 'session.timeout.ms', 'heartbeat.interval.ms', 'max.poll.records', 'max.poll.interval.ms', 'partition.assignment.strategy',
  'auto.commit.interval.ms', 'exclude.internal.topics', 'fetch.min.bytes', 'allow.auto.create.topics',
  'linger.ms', 'buffer.memory', 'max.block.ms', 'max.in.flight.requests.per.connection', 'retries', 'partitioner.ignore.keys', 'partitioner.adaptive.partitioning.enable',
  'partitioner.availability.timeout.ms', 'compression.gzip.level', 'compression.lz4.level', 'compression.zstd.level',
  'metadata.max.age.ms', 'metadata.max.idle.ms', 'metadata.recovery.strategy', 'connections.max.idle.ms', 'send.buffer.bytes', 'receive.buffer.bytes', 'client.dns.lookup',
  'reconnect.backoff.ms', 'reconnect.backoff.max.ms', 'metrics.num.samples', 'metrics.recording.level', 'metrics.sample.window.ms', 'enable.metrics.push', 'auto.include.jmx.reporter',
  'ssl.protocol', 'ssl.enabled.protocols', 'ssl.secure.random.implementation', 'ssl.truststore.password', 'ssl.keystore.password',
  'sasl.login.refresh.window.factor', 'sasl.login.refresh.window.jitter', 'sasl.login.refresh.min.period.seconds', 'sasl.login.refresh.buffer.seconds',
])

/** Names that become settings of the transport. */
export const honoured = new Set([
  'bootstrap.servers', 'client.id', 'security.protocol', 'sasl.mechanism', 'sasl.jaas.config', 'ssl.truststore.type', 'ssl.truststore.location', 'ssl.truststore.certificates',
  'ssl.keystore.type', 'ssl.keystore.location', 'ssl.keystore.key', 'ssl.keystore.certificate.chain', 'ssl.key.password', 'ssl.endpoint.identification.algorithm',
  'request.timeout.ms', 'default.api.timeout.ms', 'socket.connection.setup.timeout.ms', 'retry.backoff.ms', 'retry.backoff.max.ms', 'isolation.level', 'check.crcs',
  'max.partition.fetch.bytes', 'fetch.max.bytes', 'fetch.max.wait.ms', 'acks', 'enable.idempotence', 'compression.type', 'batch.size', 'max.request.size', 'delivery.timeout.ms', 'transaction.timeout.ms',
])
