/** Owns the arithmetic of Kafka offsets: their JSON text, the sharing out of a limit, and the lag; all without a broker. Spark's rules to the letter. */
import type { TopicPartition } from './transport.ts'

/** The next offset to read of each partition, by `topic-partition`. */
export type PartitionOffsets = ReadonlyMap<string, number>

/** `topic-partition`, Spark's and Kafka's own way to write one. */
export const partitionName = (tp: TopicPartition): string => `${tp.topic}-${tp.partition}`

/** The topic and partition of such a name; the partition stands behind the last dash. */
export function partitionOf(name: string): TopicPartition {
  const dash = name.lastIndexOf('-')
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) }
}

const byTopicAndPartition = (a: TopicPartition, b: TopicPartition): number => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition)

/** The partitions of these names, in the order of topic and number. */
export const sortedPartitions = (names: Iterable<string>): TopicPartition[] => [...names].map(partitionOf).sort(byTopicAndPartition)

/** The names in that order, for messages. */
export const listed = (names: Iterable<string>): string => sortedPartitions(names).map(partitionName).join(', ') || 'none'

/**
 * The offsets as the offset log has them, sorted. Put together by hand: an object would move topics that look like numbers to the front.
 *
 *     offsetsText(new Map([['t-1', 5], ['t-0', 9]]))   // {"t":{"0":9,"1":5}}
 */
export function offsetsText(offsets: PartitionOffsets): string {
  const topics = new Map<string, string[]>()
  for (const tp of sortedPartitions(offsets.keys())) {
    const entry = `"${tp.partition}":${offsets.get(partitionName(tp))}`
    const list = topics.get(tp.topic)
    if (list === undefined) topics.set(tp.topic, [entry])
    else list.push(entry)
  }
  return `{${[...topics].map(([topic, list]) => `${JSON.stringify(topic)}:{${list.join(',')}}`).join(',')}}`
}

/** Reads `{"t":{"0":9}}`. Throws an Error that says what is wrong; values below `least` are refused. */
export function parseOffsets(text: string, least = 0): Map<string, number> {
  let json: unknown
  try { json = JSON.parse(text) } catch { throw new Error('it is not JSON') }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it is not a JSON object')
  const found = new Map<string, number>()
  for (const [topic, partitions] of Object.entries(json)) {
    if (typeof partitions !== 'object' || partitions === null || Array.isArray(partitions)) throw new Error(`topic ${topic} has no object of partitions`)
    for (const [partition, offset] of Object.entries(partitions as object)) {
      if (!/^\d{1,9}$/.test(partition)) throw new Error(`${JSON.stringify(partition)} of topic ${topic} is not the number of a partition`)
      if (typeof offset !== 'number' || !Number.isSafeInteger(offset) || offset < least) throw new Error(`${JSON.stringify(offset)} of ${topic}-${partition} is not a whole number from ${least} on`)
      found.set(partitionName({ topic, partition: Number(partition) }), offset)
    }
  }
  return found
}

/**
 * Where a batch of about `limit` records ends. Each partition gets its part of the limit by the number of its new records: below one rounded up,
 * so that small partitions are never starved, else down. So a batch may be larger or smaller than the limit: 100, 10 and 1 new records
 * with the limit 10 give 9 + 1 + 1. `earliest` gives the beginnings of partitions that `from` does not know.
 */
export function shareOut(limit: number, from: PartitionOffsets, until: PartitionOffsets, earliest: PartitionOffsets): Map<string, number> {
  const begin = (name: string): number | undefined => from.get(name) ?? earliest.get(name)
  const sizes = new Map<string, number>()
  let total = 0
  for (const [name, end] of until) {
    const size = end - (begin(name) ?? end)
    if (size > 0) { sizes.set(name, size); total += size }
  }
  const ends = new Map<string, number>()
  for (const [name, end] of until) {
    const size = sizes.get(name)
    if (size === undefined) { ends.set(name, end); continue }
    const part = limit * (size / total)
    ends.set(name, Math.min(end, begin(name)! + (part < 1 ? Math.ceil(part) : Math.floor(part))))
  }
  return ends
}

/** How many records there are after `from`; a partition that `from` does not know counts from 0. */
export function newRecords(from: PartitionOffsets, until: PartitionOffsets): number {
  let n = 0
  for (const [name, end] of until) n += end - (from.get(name) ?? 0)
  return n
}

/** The source's metrics in the progress: how far `consumed` is behind `latest`, as texts; the average with one decimal. */
export function lagMetrics(latest: PartitionOffsets, consumed: PartitionOffsets): Record<string, string> {
  const behind = [...latest].flatMap(([name, end]) => { const at = consumed.get(name); return at === undefined ? [] : [end - at] })
  if (behind.length === 0) return {}
  const average = behind.reduce((a, b) => a + b, 0) / behind.length
  return { avgOffsetsBehindLatest: average.toFixed(1), maxOffsetsBehindLatest: String(Math.max(...behind)), minOffsetsBehindLatest: String(Math.min(...behind)) }
}
