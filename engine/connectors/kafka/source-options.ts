/** Owns the options of the Kafka source: each is read, checked and refused here, before anything is asked of a broker. */
import { analysisError } from '../../errors/spark-error.ts'
import { durationOption } from '../duration.ts'
import { nearest, type OptionsReader } from '../options.ts'
import { harmless, honoured, refused } from './option-names.ts'
import { parseOffsets, partitionName } from './offsets.ts'
import { kafkaConnectionOptions, type KafkaConnectionOptions } from './security.ts'
import { topicPattern } from './topic-pattern.ts'
import { KafkaTransportError, type TopicPartition } from './transport.ts'

/** What is read. */
export type Subscription =
  | { readonly kind: 'subscribe'; readonly topics: readonly string[] }
  | { readonly kind: 'pattern'; readonly text: string; readonly pattern: RegExp }
  | { readonly kind: 'assign'; readonly partitions: readonly TopicPartition[] }

/** A place in every partition. In `offsets` −1 is latest, −2 earliest; times are milliseconds. */
export type Place =
  | { readonly kind: 'earliest' | 'latest' }
  | { readonly kind: 'offsets'; readonly option: string; readonly offsets: ReadonlyMap<string, number> }
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'times'; readonly option: string; readonly times: ReadonlyMap<string, number> }

export interface KafkaSourceOptions {
  readonly subscription: Subscription
  readonly start: Place
  /** Where a batch read ends; a stream has no end. */
  readonly end: Place
  /** What happens where no record is as late as the starting time. */
  readonly noMatch: 'error' | 'latest'
  readonly failOnDataLoss: boolean
  readonly includeHeaders: boolean
  readonly maxOffsets: number | null
  readonly minOffsets: number | null
  readonly maxTriggerDelayMs: number
  readonly pollTimeoutMs: number
  readonly retries: number
  readonly retryIntervalMs: number
  /** Whether kafka.group.id was given: named when partitions vanish. */
  readonly groupIdGiven: boolean
}

const pollTimeoutPreset = '120000'

/** Reads every option of a stream or of a batch read, and refuses those that are unknown or cannot be. */
export function kafkaSourceOptions(options: OptionsReader, batch: boolean): KafkaSourceOptions {
  checkNames(options)
  const subscription = subscriptionOf(options)
  const ends = ['endingOffsets', 'endingOffsetsByTimestamp', 'endingTimestamp'] as const
  if (!batch) for (const name of ends) if (options.text(name) !== null) throw options.invalid(name, 'a stream has no end; leave it out, or read a batch with spark.read')
  const start = place(options, 'starting', batch ? 'earliest' : 'latest')
  const end = batch ? place(options, 'ending', 'latest') : { kind: 'latest' as const }
  if (batch) {
    if (start.kind === 'latest') throw options.invalid('startingOffsets', 'a batch read cannot begin at latest')
    if (end.kind === 'earliest') throw options.invalid('endingOffsets', 'a batch read cannot end at earliest')
    if (start.kind === 'offsets' && [...start.offsets.values()].includes(-1)) throw options.invalid('startingOffsets', 'a batch read cannot begin at latest (-1)')
    if (end.kind === 'offsets' && [...end.offsets.values()].includes(-2)) throw options.invalid('endingOffsets', 'a batch read cannot end at earliest (-2)')
    checkOrder(start, end)
  }
  const maxOffsets = options.integer('maxOffsetsPerTrigger', 1), minOffsets = options.integer('minOffsetsPerTrigger', 1)
  if (minOffsets !== null && maxOffsets !== null && minOffsets > maxOffsets) throw options.invalid('minOffsetsPerTrigger', `it is more than maxOffsetsPerTrigger (${maxOffsets})`)
  // One process reads: these say how Spark splits the work, not what is read.
  options.integer('minPartitions', 1)
  options.integer('maxRecordsPerPartition', 1)
  const found: KafkaSourceOptions = {
    subscription, start, end, maxOffsets, minOffsets,
    noMatch: options.choice('startingOffsetsByTimestampStrategy', ['error', 'latest'] as const, 'error'),
    failOnDataLoss: options.boolean('failOnDataLoss', true),
    includeHeaders: options.boolean('includeHeaders', false),
    maxTriggerDelayMs: durationOption(options, 'maxTriggerDelay', '15m'),
    pollTimeoutMs: durationOption(options, 'kafkaConsumer.pollTimeoutMs', pollTimeoutPreset),
    retries: options.integer('fetchOffset.numRetries', 0) ?? 3,
    retryIntervalMs: options.integer('fetchOffset.retryIntervalMs', 0) ?? 1000,
    groupIdGiven: options.text('kafka.group.id') !== null,
  }
  options.refuseUnknown(['path', 'groupIdPrefix'])
  kafkaConnection(options, () => '')
  return found
}

/** Refuses `kafka.*` names that nobody knows, with the nearest that is known; and options that were never Kafka's. */
export function checkNames(options: OptionsReader): void {
  options.required('kafka.bootstrap.servers', 'Give the addresses of the brokers, such as localhost:9092.')
  for (const name of Object.keys(options.withPrefix('kafka.'))) {
    const key = name.toLowerCase()
    if (key in refused || honoured.has(key) || harmless.has(key)) continue
    const near = nearest(key, [...honoured, ...harmless])
    throw analysisError('MICROLOTE_OPTION_UNKNOWN', { format: 'kafka', option: `kafka.${name}`, advice: near === null ? 'It is neither honoured here nor safe to pass over: leave it out.' : `Did you mean kafka.${near}?` })
  }
}

/** The settings of the connection. Throws MICROLOTE_OPTION_INVALID. */
export function kafkaConnection(options: OptionsReader, readText: (path: string) => string): KafkaConnectionOptions {
  try {
    return kafkaConnectionOptions(Object.entries(options.withPrefix('kafka.')).map(([k, v]) => [`kafka.${k}`, v] as const), readText)
  } catch (e) {
    if (!(e instanceof KafkaTransportError) || e.option === undefined) throw e
    const reason = e.message.replace(/^Option \S+ /, '').replace(/\.$/, '')
    // Passwords and keys are not to be seen in an error.
    const secret = /password|jaas|keystore\.key|certificate/.test(e.option)
    throw analysisError('MICROLOTE_OPTION_INVALID', { option: e.option, format: 'kafka', value: secret ? '(hidden)' : JSON.stringify(options.text(e.option)), reason: /^is not allowed|^is refused/.test(reason) ? `it ${reason}` : reason }, e)
  }
}

function subscriptionOf(options: OptionsReader): Subscription {
  const names = ['subscribe', 'subscribePattern', 'assign'] as const
  const given = names.filter(n => options.text(n) !== null)
  if (given.length === 0) throw analysisError('MICROLOTE_OPTION_MISSING', { format: 'kafka', option: 'subscribe', advice: 'Give exactly one of subscribe ("t1,t2"), subscribePattern ("t.*") and assign (\'{"t":[0,1]}\').' })
  if (given.length > 1) throw analysisError('MICROLOTE_OPTIONS_EXCLUSIVE', { options: given.join(', '), format: 'kafka' })
  const name = given[0]!, text = options.text(name)!
  switch (name) {
    case 'subscribe': {
      const topics = [...new Set(text.split(',').map(t => t.trim()).filter(t => t !== ''))]
      if (topics.length === 0) throw options.invalid(name, 'it names no topic')
      return { kind: 'subscribe', topics }
    }
    case 'subscribePattern': {
      if (text.trim() === '') throw options.invalid(name, 'the pattern is empty')
      try { return { kind: 'pattern', text: text.trim(), pattern: topicPattern(text.trim()) } } catch (e) { throw options.invalid(name, (e as Error).message) }
    }
    case 'assign': {
      const partitions = assigned(text)
      if (partitions === null || partitions.length === 0) throw options.invalid(name, 'write the partitions of each topic, such as {"t1":[0,1],"t2":[2]}')
      return { kind: 'assign', partitions }
    }
  }
}

function assigned(text: string): TopicPartition[] | null {
  let json: unknown
  try { json = JSON.parse(text) } catch { return null }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null
  const found = new Map<string, TopicPartition>()
  for (const [topic, list] of Object.entries(json)) {
    if (!Array.isArray(list) || !list.every(p => Number.isInteger(p) && p >= 0)) return null
    for (const partition of list as number[]) found.set(partitionName({ topic, partition }), { topic, partition })
  }
  return [...found.values()]
}

// The one time wins over times by partition, and those over offsets.
function place(options: OptionsReader, which: 'starting' | 'ending', preset: 'earliest' | 'latest'): Place {
  const ms = options.integer(`${which}Timestamp`, 0)
  const byTime = options.text(`${which}OffsetsByTimestamp`), text = options.text(`${which}Offsets`)
  if (ms !== null) return { kind: 'time', ms }
  const option = byTime === null ? `${which}Offsets` : `${which}OffsetsByTimestamp`
  const parse = (json: string, least: number): ReadonlyMap<string, number> => {
    try { return parseOffsets(json, least) } catch (e) { throw options.invalid(option, `${(e as Error).message}; write for instance {"topicA":{"0":${byTime === null ? '23,"1":-1},"topicB":{"0":-2' : '1700000000000'}}}${byTime === null ? ', or earliest or latest' : ''}`) }
  }
  if (byTime !== null) return { kind: 'times', option, times: parse(byTime, 0) }
  if (text === null) return { kind: preset }
  const word = text.trim().toLowerCase()
  if (word === 'earliest' || word === 'latest') return { kind: word }
  return { kind: 'offsets', option, offsets: parse(text, -2) }
}

function checkOrder(start: Place, end: Place): void {
  if (start.kind === 'offsets' && end.kind === 'offsets') {
    for (const [name, from] of start.offsets) {
      const until = end.offsets.get(name)
      if (until !== undefined && from >= 0 && until >= 0 && from > until) throw startAfterEnd(name, from, until)
    }
  } else if (start.kind === 'time' && end.kind === 'time' && start.ms > end.ms) {
    throw analysisError('UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET', { startOffset: `at ${start.ms} ms`, endOffset: `at ${end.ms} ms`, topicPartition: 'every partition' })
  }
}

const startAfterEnd = (topicPartition: string, startOffset: number, endOffset: number): Error => analysisError('UNRESOLVED_START_OFFSET_GREATER_THAN_END_OFFSET', { startOffset, endOffset, topicPartition })
