/** Owns the turning of a place ("earliest", offsets, times) into an offset for each partition. */
import { executionError } from '../../errors/spark-error.ts'
import { listed, partitionName, sortedPartitions, type PartitionOffsets } from './offsets.ts'
import type { Place } from './source-options.ts'
import type { KafkaTransport, TopicPartition } from './transport.ts'

/** What is asked of the transport, and what is done when records that were asked for are gone. */
export interface Resolving {
  readonly transport: KafkaTransport
  /** Which end of the read it is: words in messages, and where no record is so late a start may be an error. */
  readonly position: 'starting' | 'ending'
  readonly noMatch: 'error' | 'latest'
  lost(error: () => Error, warning: string): void
}

/** Offsets of the partitions at one of their two ends. */
export async function offsetsAt(transport: KafkaTransport, partitions: readonly TopicPartition[], at: 'earliest' | 'latest'): Promise<Map<string, number>> {
  if (partitions.length === 0) return new Map()
  const found = await transport.offsets(partitions, at)
  return new Map(partitions.map((p, i) => [partitionName(p), found[i]!]))
}

/** The offset of each partition at the place. */
export async function resolvePlace(place: Place, partitions: readonly TopicPartition[], r: Resolving): Promise<PartitionOffsets> {
  switch (place.kind) {
    case 'earliest': case 'latest': return offsetsAt(r.transport, partitions, place.kind)
    case 'offsets': return specific(place.offsets, partitions, r)
    case 'time': return byTime(partitions, partitions.map(() => place.ms), r)
    case 'times': {
      const assigned = partitions.map(partitionName)
      if (!sameNames(place.times, assigned)) throw executionError('KAFKA_TIMESTAMP_OFFSET_DOES_NOT_MATCH_ASSIGNED', { position: r.position, specifiedPartitions: listed(place.times.keys()), assignedPartitions: listed(assigned) })
      return byTime(partitions, assigned.map(n => place.times.get(n)!), r)
    }
  }
}

const sameNames = (given: ReadonlyMap<string, number>, names: readonly string[]): boolean => given.size === names.length && names.every(n => given.has(n))

async function specific(offsets: ReadonlyMap<string, number>, partitions: readonly TopicPartition[], r: Resolving): Promise<PartitionOffsets> {
  const assigned = partitions.map(partitionName)
  if (!sameNames(offsets, assigned)) throw executionError('KAFKA_START_OFFSET_DOES_NOT_MATCH_ASSIGNED', { specifiedPartitions: listed(offsets.keys()), assignedPartitions: listed(assigned) })
  const earliest = await offsetsAt(r.transport, partitions, 'earliest'), latest = await offsetsAt(r.transport, partitions, 'latest')
  const found = new Map<string, number>()
  for (const tp of sortedPartitions(offsets.keys())) {
    const name = partitionName(tp), given = offsets.get(name)!, least = earliest.get(name)!, most = latest.get(name)!
    if (given === -2) found.set(name, least)
    else if (given === -1) found.set(name, most)
    else if (r.position === 'ending') found.set(name, given)
    else if (given < least || given > most) {
      const instead = given < least ? least : most
      r.lost(() => executionError('KAFKA_DATA_LOSS.START_OFFSET_RESET', { topicPartition: name, offset: given, fetchedOffset: instead }), `${name} holds the offsets ${least} to ${most}, so the query begins at ${instead} and not at ${given}`)
      found.set(name, instead)
    } else found.set(name, given)
  }
  return found
}

async function byTime(partitions: readonly TopicPartition[], times: readonly number[], r: Resolving): Promise<PartitionOffsets> {
  if (partitions.length === 0) return new Map()
  const found = await r.transport.offsetsForTimes(partitions, times)
  const late = partitions.filter((_, i) => found[i] === null)
  if (late.length > 0 && r.position === 'starting' && r.noMatch === 'error') {
    const i = found.indexOf(null)
    throw executionError('MICROLOTE_KAFKA_NO_RECORD_SO_LATE', { topicPartition: partitionName(partitions[i]!), time: times[i]! })
  }
  const latest = await offsetsAt(r.transport, late, 'latest')
  return new Map(partitions.map((p, i) => [partitionName(p), found[i] ?? latest.get(partitionName(p))!]))
}
