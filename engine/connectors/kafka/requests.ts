/** Owns the small requests: Metadata, ListOffsets and InitProducerId, as bytes out and plain data in. */
import type { BrokerAddress, VersionOf, WireRequest } from './cluster-link.ts'
import type { IsolationLevel } from './transport.ts'
import { WireReader, WireWriter } from './wire.ts'

export interface PartitionPlace { readonly partition: number; readonly error: number; readonly leader: number }
export interface TopicPlace { readonly topic: string; readonly error: number; readonly internal: boolean; readonly partitions: readonly PartitionPlace[] }
export interface ClusterPlace { readonly brokers: readonly BrokerAddress[]; readonly topics: readonly TopicPlace[] }

/** Where topics live; null asks for all of them. With `create`, a broker that makes topics by itself makes those that are missing. */
export function metadataRequest(topics: readonly string[] | null, create = false): (versionOf: VersionOf) => WireRequest<ClusterPlace> {
  return versionOf => {
    const version = versionOf(3, 4, 7)
    const w = new WireWriter()
    if (topics === null) w.int32(-1)
    else {
      w.int32(topics.length)
      for (const t of topics) w.string(t)
    }
    w.int8(create ? 1 : 0)
    return {
      name: 'Metadata', key: 3, version, body: w.bytes, answered: true, extraMs: 0,
      decode: payload => {
        const r = new WireReader(payload)
        r.int32()
        const brokers = r.array(() => {
          const broker = { node: r.int32(), host: r.string() ?? '', port: r.int32() }
          r.string()
          return broker
        })
        r.string()
        r.int32()
        const list = r.array(() => {
          const error = r.int16()
          const topic = r.string() ?? ''
          const internal = r.int8() !== 0
          const partitions = r.array(() => {
            const place = { error: r.int16(), partition: r.int32(), leader: r.int32() }
            if (version >= 7) r.int32()
            r.array(() => r.int32())
            r.array(() => r.int32())
            if (version >= 5) r.array(() => r.int32())
            return place
          })
          return { topic, error, internal, partitions }
        })
        return { brokers, topics: list }
      },
    }
  }
}

export const LATEST = -1
export const EARLIEST = -2

export interface OffsetQuestion { readonly topic: string; readonly partition: number; /** Milliseconds, or LATEST or EARLIEST. */ readonly time: number }
export interface OffsetAnswer { readonly topic: string; readonly partition: number; readonly error: number; /** -1: no record that late. */ readonly offset: number }

/** Offsets by time for partitions of one broker. */
export function listOffsetsRequest(questions: readonly OffsetQuestion[], isolation: IsolationLevel): (versionOf: VersionOf) => WireRequest<readonly OffsetAnswer[]> {
  return versionOf => {
    const version = versionOf(2, 2, 3)
    const topics = new Map<string, OffsetQuestion[]>()
    for (const q of questions) {
      const list = topics.get(q.topic)
      if (list === undefined) topics.set(q.topic, [q])
      else list.push(q)
    }
    const w = new WireWriter().int32(-1).int8(isolation === 'read_committed' ? 1 : 0).int32(topics.size)
    for (const [topic, list] of topics) {
      w.string(topic).int32(list.length)
      for (const q of list) w.int32(q.partition).int64(q.time)
    }
    return {
      name: 'ListOffsets', key: 2, version, body: w.bytes, answered: true, extraMs: 0,
      decode: payload => {
        const r = new WireReader(payload)
        r.int32()
        return r.array(() => {
          const topic = r.string() ?? ''
          return r.array(() => {
            const partition = r.int32()
            const error = r.int16()
            r.int64()
            return { topic, partition, error, offset: r.int64() }
          })
        }).flat()
      },
    }
  }
}

export interface ProducerIdentity { readonly error: number; readonly id: bigint; readonly epoch: number }

/** An identity for an idempotent producer without transactions. */
export function initProducerIdRequest(): (versionOf: VersionOf) => WireRequest<ProducerIdentity> {
  return versionOf => ({
    name: 'InitProducerId', key: 22, version: versionOf(22, 0, 1), body: new WireWriter().string(null).int32(60_000).bytes, answered: true, extraMs: 0,
    decode: payload => {
      const r = new WireReader(payload)
      r.int32()
      return { error: r.int16(), id: r.bigInt64(), epoch: r.int16() }
    },
  })
}
