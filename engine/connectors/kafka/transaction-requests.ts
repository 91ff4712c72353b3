/** Owns the requests of transactions, as bytes out and plain data in: the newest versions with plain encoding, and of two the flexible ones, whose new fields keep a batch from being written twice. */
import type { VersionOf, WireRequest } from './cluster-link.ts'
import type { ProducerIdentity } from './requests.ts'
import type { TopicPartition } from './transport.ts'
import { WireReader, WireWriter } from './wire.ts'

type Request<T> = (versionOf: VersionOf) => WireRequest<T>
/** Who writes: a producer id of the cluster's, and which of its runs. */
export interface Identity { readonly id: bigint; readonly epoch: number }
/** Error numbers of single partitions and of the whole; 0 is none. */
export type Errors = readonly number[]
const OPERATION_NOT_ATTEMPTED = 55

function request<T>(name: WireRequest<T>['name'], key: number, version: number, w: WireWriter, decode: (r: WireReader) => T): WireRequest<T> {
  return { name, key, version, body: w.bytes, answered: true, extraMs: 0, decode: payload => decode(new WireReader(payload)) }
}

// Of each partition, topic by topic.
const partitionErrors = (r: WireReader): number[] => r.array(() => { r.string(); return r.array(() => { r.int32(); return r.int16() }) }).flat()

/** The broker that keeps a group's offsets or a transactional id's transactions. */
export function findCoordinatorRequest(of: 'group' | 'transaction', key: string): Request<{ readonly error: number; readonly node: number }> {
  return versionOf => request('FindCoordinator', 10, versionOf(10, 1, 2), new WireWriter().string(key).int8(of === 'group' ? 0 : 1), r => {
    r.int32()
    const error = r.int16()
    r.string()
    return { error, node: r.int32() }
  })
}

/**
 * Makes the transactional id ours: an open transaction of it is aborted, older runs are fenced off. With `mine`, the identity we have now, it is
 * given a new epoch only if nobody has taken it over meanwhile (brokers before 2.5 cannot tell, and give it).
 */
export function initTransactionsRequest(transactionalId: string, timeoutMs: number, mine: Identity | null): Request<ProducerIdentity> {
  return versionOf => {
    const version = versionOf(22, 0, 4), flexible = version >= 3
    const w = flexible ? new WireWriter().int8(0).compact(transactionalId).int32(timeoutMs).bigInt64(mine?.id ?? -1n).int16(mine?.epoch ?? -1).int8(0) : new WireWriter().string(transactionalId).int32(timeoutMs)
    return request('InitProducerId', 22, flexible ? version : Math.min(version, 1), w, r => {
      if (flexible) r.tags()
      r.int32()
      return { error: r.int16(), id: r.bigInt64(), epoch: r.int16() }
    })
  }
}

/** Tells the coordinator which partitions the transaction is about to write, so that it ends there, too. */
export function addPartitionsRequest(transactionalId: string, who: Identity, partitions: readonly TopicPartition[]): Request<Errors> {
  return versionOf => {
    const topics = new Map<string, number[]>()
    for (const p of partitions) topics.set(p.topic, [...topics.get(p.topic) ?? [], p.partition])
    const w = new WireWriter().string(transactionalId).bigInt64(who.id).int16(who.epoch).int32(topics.size)
    for (const [topic, list] of topics) { w.string(topic).int32(list.length); for (const p of list) w.int32(p) }
    return request('AddPartitionsToTxn', 24, versionOf(24, 0, 2), w, r => {
      r.int32()
      const all = partitionErrors(r)
      // What kept the others from being added is said of one of them.
      return all.filter(n => n !== OPERATION_NOT_ATTEMPTED)
    })
  }
}

const oneError = (r: WireReader): Errors => { r.int32(); return [r.int16()] }

/** The same for the offsets of a group. */
export function addOffsetsRequest(transactionalId: string, who: Identity, group: string): Request<Errors> {
  return versionOf => request('AddOffsetsToTxn', 25, versionOf(25, 0, 2), new WireWriter().string(transactionalId).bigInt64(who.id).int16(who.epoch).string(group), oneError)
}

/** An offset of a group that counts when the transaction is committed. */
export function commitOffsetRequest(transactionalId: string, who: Identity, group: string, at: TopicPartition, offset: number): Request<Errors> {
  return versionOf => {
    const version = versionOf(28, 0, 2)
    const w = new WireWriter().string(transactionalId).string(group).bigInt64(who.id).int16(who.epoch).int32(1).string(at.topic).int32(1).int32(at.partition).int64(offset)
    if (version >= 2) w.int32(-1)
    return request('TxnOffsetCommit', 28, version, w.string(null), r => {
      r.int32()
      return partitionErrors(r)
    })
  }
}

export function endTransactionRequest(transactionalId: string, who: Identity, commit: boolean): Request<Errors> {
  return versionOf => request('EndTxn', 26, versionOf(26, 0, 2), new WireWriter().string(transactionalId).bigInt64(who.id).int16(who.epoch).int8(commit ? 1 : 0), oneError)
}

/** The committed offset of a group, −1 for none. Brokers since 2.5 are asked not to answer while the end of a transaction is still on its way to the offsets. */
export function committedOffsetRequest(group: string, at: TopicPartition): Request<{ readonly errors: Errors; readonly offset: number }> {
  return versionOf => {
    const flexible = versionOf(9, 5, 7) === 7
    const w = flexible
      ? new WireWriter().int8(0).compact(group).uvarint(2).compact(at.topic).uvarint(2).int32(at.partition).int8(0).int8(1).int8(0)
      : new WireWriter().string(group).int32(1).string(at.topic).int32(1).int32(at.partition)
    return request('OffsetFetch', 9, flexible ? 7 : 5, w, r => {
      if (flexible) r.tags()
      r.int32()
      const text = (): string | null => (flexible ? r.compact() : r.string()), end = (): void => { if (flexible) r.tags() }
      const list = <T>(item: () => T): T[] => (flexible ? r.compactArray(item) : r.array(item))
      const found = list(() => {
        text()
        const partitions = list(() => {
          r.int32()
          const offset = r.int64()
          r.int32()
          text()
          const error = r.int16()
          end()
          return { offset, error }
        })
        end()
        return partitions
      }).flat()
      return { errors: [...found.map(p => p.error), r.int16()], offset: found[0]?.offset ?? -1 }
    })
  }
}
