/** The Kafka connector: a source and a sink, each as a stream and as a batch. */
import { analysisError } from '../../errors/spark-error.ts'
import type { Clock } from '../../observe/clock.ts'
import type { Files } from '../../storage/files.ts'
import type { Connector } from '../connector.ts'
import { refuseSchema } from '../fixed-schema.ts'
import type { OptionsReader } from '../options.ts'
import { orKafkaFailure } from './failures.ts'
import { openKafkaTransport, openTransactionalTransport } from './open-transport.ts'
import { resolvePlace, type Resolving } from './places.ts'
import { kafkaSchema } from './rows.ts'
import { kafkaSink, writeAll } from './sink.ts'
import { sinkColumns } from './sink-schema.ts'
import { kafkaConnection, kafkaSourceOptions } from './source-options.ts'
import { kafkaBatches, KafkaStreamSource, rangesBetween } from './source.ts'
import { SubscribedPartitions } from './subscription.ts'
import type { KafkaConnectionOptions } from './security.ts'
import { transactionalSink } from './transactional-sink.ts'
import type { KafkaTransport } from './transport.ts'

const serversOf = (options: OptionsReader): string => options.text('kafka.bootstrap.servers')!

// PEM files are read first: the settings are made in one go.
async function connectionOf(options: OptionsReader, files: Files): Promise<KafkaConnectionOptions> {
  const texts = new Map<string, string>()
  for (const store of ['truststore', 'keystore']) {
    const name = `kafka.ssl.${store}.location`, path = options.text(name)
    if (path === null || options.text(`kafka.ssl.${store}.type`)?.toUpperCase() !== 'PEM') continue
    try { texts.set(path, await files.readText(path)) } catch { throw options.invalid(name, 'the file cannot be read') }
  }
  return kafkaConnection(options, path => texts.get(path) ?? '')
}

const connect = async (options: OptionsReader, files: Files, clock: Clock): Promise<KafkaTransport> => openKafkaTransport(await connectionOf(options, files), clock)

/** The id of the transactions of a query that asked for them, else null. */
function transactionOf(options: OptionsReader, queryId: string): string | null {
  const asked = options.boolean('exactlyOnce', false), id = options.text('transactionalId')
  if (!asked) { if (id !== null) throw options.invalid('transactionalId', 'it says nothing without exactlyOnce = true'); return null }
  if (options.text('topic') === null) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'kafka', option: 'topic', advice: 'With exactlyOnce all rows go to one topic, which also keeps the number of the last batch.' })
  if (id?.trim() === '') throw options.invalid('transactionalId', 'it is empty')
  return id ?? `microlote-${queryId}`
}

export const kafkaConnector: Connector = {
  name: 'kafka',
  streamSource: {
    schema(given, options) {
      refuseSchema('kafka', given)
      return kafkaSchema(kafkaSourceOptions(options, false).includeHeaders)
    },
    async open(schema, options, _path, _handle, context) {
      const o = kafkaSourceOptions(options, false)
      return new KafkaStreamSource(o, await connect(options, context.files, context.clock), serversOf(options), schema, context)
    },
  },
  streamSink: {
    modes: ['append', 'update', 'complete'], temporaryCheckpoint: false, options: ['topic', 'exactlyOnce', 'transactionalId'],
    async open(options, _path, context) {
      const transactionalId = transactionOf(options, context.queryId)
      const columns = sinkColumns(context.schema, options)
      if (transactionalId !== null) return transactionalSink(openTransactionalTransport(await connectionOf(options, context.files), context.clock, transactionalId), serversOf(options), columns, context.signal)
      return kafkaSink(await connect(options, context.files, context.clock), serversOf(options), columns, context.signal)
    },
  },
  batchSource: {
    schema(given, options) {
      refuseSchema('kafka', given)
      return kafkaSchema(kafkaSourceOptions(options, true).includeHeaders)
    },
    async *read(schema, options, _paths, columns, context) {
      const o = kafkaSourceOptions(options, true), servers = serversOf(options)
      const transport = await connect(options, context.files, context.clock)
      const warn = (message: string): void => console.warn(`[kafka] ${message}`)
      const lost: Resolving['lost'] = (error, warning) => { if (o.failOnDataLoss) throw error(); warn(warning) }
      try {
        const ranges = await orKafkaFailure(servers, 'looking up offsets', async () => {
          const partitions = await new SubscribedPartitions(o.subscription, transport, { retries: o.retries, retryIntervalMs: o.retryIntervalMs, clock: context.clock }).now(new Map())
          const from = await resolvePlace(o.start, partitions, { transport, position: 'starting', noMatch: o.noMatch, lost })
          return rangesBetween(from, await resolvePlace(o.end, partitions, { transport, position: 'ending', noMatch: 'latest', lost }))
        })
        yield* kafkaBatches(transport, servers, ranges, schema, columns, o, { warn, signal: new AbortController().signal })
      } finally {
        await transport.close()
      }
    },
  },
  batchSink: {
    async write(batches, schema, mode, options, _path, context) {
      if (['overwrite', 'ignore'].includes(mode.toLowerCase())) throw analysisError('MICROLOTE_INVALID_ARGUMENT', { what: `a Kafka topic cannot be written in the mode ${mode}`, advice: 'Records are only ever added: use append.' })
      const columns = sinkColumns(schema, options)
      const transport = await connect(options, context.files, context.clock)
      try { await writeAll(transport, serversOf(options), columns, batches) } finally { await transport.close() }
    },
  },
}
