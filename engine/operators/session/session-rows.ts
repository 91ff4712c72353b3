/** What session aggregations of a batch query and of a stream share: groups with a session each are merged into sessions, their partial states with them. */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import type { Alias } from '../../expressions/expression.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import type { NamedAggregate } from '../aggregate/hash-aggregate.ts'
import { mergeSessions, type MergedSessions } from './merge-sessions.ts'

export interface SessionKeys { readonly keys: readonly Alias[]; readonly sessionKey: number; readonly aggregates: readonly NamedAggregate[] }

export interface Sessions {
  readonly merged: MergedSessions
  /** The key columns, in their order. */
  readonly keys: readonly Vector[]
  readonly accumulators: readonly Accumulator[]
}

/** Merges rows of key columns and partial states; `keyNumbers` tells the rows' other keys apart; the first `held` are of the state. */
export function sessionsOf(spec: SessionKeys, rows: Batch, keyNumbers: Int32Array, held = 0): Sessions {
  const bounds = rows.columns[spec.sessionKey] as StructVector
  const merged = mergeSessions(keyNumbers, microsOf(bounds.children[0]!), microsOf(bounds.children[1]!), held)
  const { count, order, sessions, first } = merged
  const sorted = rows.take(order, order.length)
  const accumulators = spec.aggregates.map(a => a.call.function.create())
  let at = spec.keys.length
  spec.aggregates.forEach((a, k) => {
    const width = a.call.function.bufferTypes.length
    accumulators[k]!.resize(count)
    accumulators[k]!.merge(sessions, order.length, sorted.columns.slice(at, at + width))
    at += width
  })
  const type = spec.keys[spec.sessionKey]!.type as StructTypeShape
  const keys = spec.keys.map((_, k) => (k === spec.sessionKey ? sessionColumn(type, merged) : rows.columns[k]!.take(first, count)))
  return { merged, keys, accumulators }
}

/** The keys and the results. */
export function sessionResults(s: Sessions): Batch {
  const n = s.merged.count
  return new Batch([...s.keys, ...s.accumulators.map(a => a.result(n))], n)
}

function sessionColumn(type: StructTypeShape, m: MergedSessions): StructVector {
  return new StructVector(type, [new FixedVector(type.fields[0]!.dataType, m.starts, null), new FixedVector(type.fields[1]!.dataType, m.ends, null)], null, m.count)
}

const microsOf = (v: Vector): BigInt64Array => (v instanceof FixedVector ? (v.data as BigInt64Array).subarray(0, v.length) : BigInt64Array.from({ length: v.length }, (_, i) => v.get(i) as bigint))
