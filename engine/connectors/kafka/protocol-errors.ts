/** Owns the meaning of the error numbers in brokers' answers: their names, and whether asking again (perhaps another broker) can help. */
import { KafkaTransportError, type KafkaErrorCode, type KafkaErrorDetails } from './transport.ts'

interface ProtocolError { readonly name: string; readonly retry: boolean; readonly code: KafkaErrorCode; readonly advice?: string }

const retry = (name: string): ProtocolError => ({ name, retry: true, code: 'BROKER_UNAVAILABLE' })
const fatal = (name: string, code: KafkaErrorCode, advice?: string): ProtocolError => ({ name, retry: false, code, ...(advice === undefined ? {} : { advice }) })

const known: Readonly<Record<number, ProtocolError>> = {
  1: fatal('OFFSET_OUT_OF_RANGE', 'OFFSET_OUT_OF_RANGE'),
  2: fatal('CORRUPT_MESSAGE', 'PRODUCE_FAILED'),
  3: retry('UNKNOWN_TOPIC_OR_PARTITION'),
  5: retry('LEADER_NOT_AVAILABLE'),
  6: retry('NOT_LEADER_OR_FOLLOWER'),
  7: retry('REQUEST_TIMED_OUT'),
  8: retry('BROKER_NOT_AVAILABLE'),
  9: retry('REPLICA_NOT_AVAILABLE'),
  10: fatal('MESSAGE_TOO_LARGE', 'RECORD_TOO_LARGE', 'raise max.message.bytes of the topic or write smaller values'),
  13: retry('NETWORK_EXCEPTION'),
  14: retry('COORDINATOR_LOAD_IN_PROGRESS'),
  15: retry('COORDINATOR_NOT_AVAILABLE'),
  16: retry('NOT_COORDINATOR'),
  17: fatal('INVALID_TOPIC_EXCEPTION', 'UNKNOWN_TOPIC', 'topic names hold letters, digits, ".", "_" and "-"'),
  18: fatal('RECORD_LIST_TOO_LARGE', 'RECORD_TOO_LARGE', 'lower kafka.batch.size or raise segment.bytes of the topic'),
  19: retry('NOT_ENOUGH_REPLICAS'),
  20: retry('NOT_ENOUGH_REPLICAS_AFTER_APPEND'),
  29: fatal('TOPIC_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'ask the cluster\'s owner for READ (source) or WRITE (sink) on the topic'),
  30: fatal('GROUP_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED'),
  31: fatal('CLUSTER_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'ask for IDEMPOTENT_WRITE on the cluster, or set kafka.enable.idempotence to false'),
  32: fatal('INVALID_TIMESTAMP', 'PRODUCE_FAILED', 'the timestamps are too far from the broker\'s clock for this topic'),
  35: fatal('UNSUPPORTED_VERSION', 'UNSUPPORTED_BROKER'),
  41: retry('NOT_CONTROLLER'),
  42: fatal('INVALID_REQUEST', 'BROKER_ERROR'),
  43: fatal('UNSUPPORTED_FOR_MESSAGE_FORMAT', 'UNSUPPORTED_BROKER'),
  44: fatal('POLICY_VIOLATION', 'PRODUCE_FAILED'),
  45: fatal('OUT_OF_ORDER_SEQUENCE_NUMBER', 'PRODUCE_FAILED'),
  47: fatal('INVALID_PRODUCER_EPOCH', 'FENCED'),
  48: fatal('INVALID_TXN_STATE', 'PRODUCE_FAILED'),
  49: fatal('INVALID_PRODUCER_ID_MAPPING', 'PRODUCE_FAILED', 'the broker has forgotten the transactional id, which nobody used for long; start the query again'),
  50: fatal('INVALID_TRANSACTION_TIMEOUT', 'PRODUCE_FAILED', 'lower kafka.transaction.timeout.ms, or raise transaction.max.timeout.ms of the brokers'),
  51: retry('CONCURRENT_TRANSACTIONS'),
  53: fatal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'AUTHORIZATION_FAILED', 'ask for WRITE and DESCRIBE on the transactional id'),
  56: retry('KAFKA_STORAGE_ERROR'),
  59: fatal('UNKNOWN_PRODUCER_ID', 'PRODUCE_FAILED'),
  72: retry('LISTENER_NOT_FOUND'),
  74: retry('FENCED_LEADER_EPOCH'),
  75: retry('UNKNOWN_LEADER_EPOCH'),
  76: fatal('UNSUPPORTED_COMPRESSION_TYPE', 'UNSUPPORTED_CODEC', 'choose another kafka.compression.type'),
  78: retry('OFFSET_NOT_AVAILABLE'),
  87: fatal('INVALID_RECORD', 'PRODUCE_FAILED', 'a compacted topic, for example, refuses records without a key'),
  88: retry('UNSTABLE_OFFSET_COMMIT'),
  89: retry('THROTTLING_QUOTA_EXCEEDED'),
  90: fatal('PRODUCER_FENCED', 'FENCED'),
  100: retry('UNKNOWN_TOPIC_ID'),
}

export const NO_ERROR = 0
export const OFFSET_OUT_OF_RANGE = 1
export const UNKNOWN_TOPIC_OR_PARTITION = 3
export const DUPLICATE_SEQUENCE_NUMBER = 46
export const CONCURRENT_TRANSACTIONS = 51

/** A failure that asking again may cure; `stale` when the cluster's layout should be asked for first. */
export class RetriableError extends Error {
  readonly stale: boolean
  readonly number: number
  constructor(message: string, stale: boolean, number = -1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'RetriableError'
    this.stale = stale
    this.number = number
  }
}

/** The error for a number in an answer: a `RetriableError`, or the `KafkaTransportError` that the caller shall see. */
export function protocolError(number: number, doing: string, details: KafkaErrorDetails = {}): RetriableError | KafkaTransportError {
  const e = known[number]
  if (e?.retry === true) return new RetriableError(`${e.name} while ${doing}`, true, number)
  const name = e?.name ?? `error number ${number}`
  return new KafkaTransportError(e?.code ?? 'BROKER_ERROR', `Kafka answered ${name} while ${doing}${e?.advice === undefined ? '' : `: ${e.advice}`}.`, details)
}
