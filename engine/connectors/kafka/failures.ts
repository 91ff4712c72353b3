/** Owns the translation of the transport's failures into the engine's errors: one condition for each thing that a user can do about it. */
import { executionError } from '../../errors/spark-error.ts'
import { KafkaTransportError } from './transport.ts'

/** The engine's error for a failure; what is not the transport's comes back as it is. `servers` is kafka.bootstrap.servers. */
export function kafkaFailure(e: unknown, servers: string, operation: string): unknown {
  if (!(e instanceof KafkaTransportError)) return e
  const reason = e.message.replace(/\.$/, '')
  const target = e.topic === undefined ? servers : e.partition === undefined ? e.topic : `${e.topic}-${e.partition}`
  switch (e.code) {
    case 'FENCED': if (e.transactionalId !== undefined) return executionError('MICROLOTE_KAFKA_FENCED', { transactionalId: e.transactionalId }, e); break
    case 'UNKNOWN_TOPIC': case 'UNKNOWN_PARTITION': return executionError('MICROLOTE_KAFKA_TOPIC_MISSING', { topic: target, servers }, e)
    case 'BROKER_UNAVAILABLE': return executionError('MICROLOTE_KAFKA_UNREACHABLE', { servers, reason }, e)
    case 'AUTHENTICATION_FAILED': return executionError('MICROLOTE_KAFKA_AUTHENTICATION', { servers, reason }, e)
    case 'CRC_MISMATCH': case 'CORRUPT_BATCH': case 'CORRUPT_RESPONSE': case 'UNSUPPORTED_MAGIC': case 'UNSUPPORTED_CODEC':
      return executionError('MICROLOTE_KAFKA_RECORD_DAMAGED', { topic: e.topic ?? '?', partition: e.partition ?? '?', offset: e.offset ?? '?', reason }, e)
  }
  return executionError('MICROLOTE_KAFKA_FAILED', { operation, target, reason }, e)
}

/** Runs something on the transport; its failures come out as the engine's. */
export async function orKafkaFailure<T>(servers: string, operation: string, work: () => Promise<T>): Promise<T> {
  try { return await work() } catch (e) { throw kafkaFailure(e, servers, operation) }
}
