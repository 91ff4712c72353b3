/**
 * SessionStateExec (`sessionWindowStateStoreSaveExec`): a running aggregation by session_window. The sessions of the keys that have rows are read, merged with the rows' own,
 * and written again; one that the watermark has passed comes out and leaves the state. The state has an entry for each session, by the other keys and the session's start.
 */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { prefixIndex, type PrefixIndex } from '../../state/prefix-index.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { timestampType } from '../../types/data-type.ts'
import { GroupedRows } from '../aggregate/grouped-rows.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { partitioned } from '../partitioned.ts'
import { ceilMillis } from '../watermark/event-times.ts'
import { withoutLateRows } from '../watermark/late-rows.ts'
import { sessionsOf, type SessionKeys } from './session-rows.ts'

export interface SessionStateSpec extends SessionKeys {
  readonly operatorId: number
  readonly mode: 'append' | 'complete'
  /** Whether sessions carry event time under a watermark. */
  readonly isEventTime: boolean
}

export class SessionStateExec implements Exec {
  readonly name = 'SessionStateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly operatorId: number
  readonly #spec: SessionStateSpec
  readonly #others: readonly number[]

  constructor(spec: SessionStateSpec, child: Exec) {
    this.#spec = spec
    this.#others = spec.keys.map((_, k) => k).filter(k => k !== spec.sessionKey)
    this.operatorId = spec.operatorId
    this.output = [...spec.keys.map(attributeOf), ...spec.aggregates.map(a => a.attribute)]
    this.children = [child]
  }

  describe(): string { return `${this.#spec.mode} keys=${columnList(this.#spec.keys)} functions=${columnList(this.#spec.aggregates.map(a => a.attribute))} state=${this.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { keys, sessionKey, aggregates, mode, isEventTime } = this.#spec
    const streaming = task.streaming!, closes = isEventTime && mode === 'append'
    const { lateMs, evictMs } = streaming.watermarks(this.operatorId)
    const rows = new GroupedRows(keys, aggregates.map(a => a.call), this.children[0].output, isEventTime)
    for await (const batch of this.children[0].run(task)) rows.add(batch, streaming.inputPartition)
    const stores = await streaming.stores(this.operatorId), count = rows.index.count
    const groups = new Batch([...rows.index.keys(), ...rows.accumulators.flatMap(a => a.buffers(count))], count)
    // A row is late by the end of the session it would be alone. Spark looks before it brings the partitions of its input together: rows of one such session and one partition count once.
    const inTime = isEventTime ? withoutLateRows(groups, sessionKey, lateMs) : null, dropped = inTime === null ? 0 : rows.partialRows(inTime.late)
    let updated = 0, removed = 0
    const out: Batch[] = []
    for (const [p, part] of partitioned(inTime?.rows ?? groups, this.#others, stores.length).entries()) {
      const store = stores[p]!, byKey = prefixIndex(store, this.#others.length)
      const byEnd = closes ? timeIndex(store, (_, values, n) => ceilMillis(store.valueCodec.decode(values)[sessionKey]!, n)) : null
      const changed = this.#merge(store, byKey, byEnd, part)
      updated += changed.updated
      removed += changed.removed
      if (mode === 'complete') { out.push(this.#results(store, store.liveSlots())); continue }
      const due = byEnd?.takeDue(evictMs)
      if (due === undefined) continue
      out.push(this.#results(store, due))
      for (const slot of due) byKey.remove(slot)
      store.remove(due, due.length)
      removed += due.length
    }
    streaming.report(this.operatorId, { numRowsUpdated: updated, numRowsRemoved: removed, numRowsDroppedByWatermark: dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
    for (const b of out) if (b.length > 0) yield b
  }

  #merge(store: StateStore, byKey: PrefixIndex, byEnd: TimeIndex | null, part: Batch): { readonly updated: number; readonly removed: number } {
    if (part.length === 0) return { updated: 0, removed: 0 }
    const chains = byKey.chains(byKey.encode(this.#others.map(k => part.columns[k]!), part.length))
    const known: number[] = [], knownChains: number[] = []
    for (const chain of new Set(chains)) { byKey.collect(chain, known); while (knownChains.length < known.length) knownChains.push(chain) }
    const stored = known.length === 0 ? [] : [this.#read(store, Int32Array.from(known))]
    const all = concatBatches(store.valueCodec.types, [...stored, part])
    const keyNumbers = Int32Array.from([...knownChains, ...chains])
    const { merged, keys, accumulators } = sessionsOf(this.#spec, all, keyNumbers, known.length)
    const n = merged.count
    // What now is part of a session that begins earlier has lost its entry.
    const gone: number[] = []
    for (let i = 0; i < merged.order.length; i++) {
      const row = merged.order[i]!
      if (row < known.length && row !== merged.first[merged.sessions[i]!]) gone.push(known[row]!)
    }
    for (const slot of gone) byKey.remove(slot)
    store.remove(Int32Array.from(gone), gone.length)
    const keyRows = new RowArena(), valueRows = new RowArena(), slots = new Int32Array(n).fill(-1)
    const keyColumns = [...this.#others.map(k => keys[k]!), new FixedVector(timestampType, merged.starts, null)], values = [...keys, ...accumulators.flatMap(a => a.buffers(n))]
    store.keyCodec.encode(keyColumns, null, n, keyRows)
    store.valueCodec.encode(values, null, n, valueRows)
    store.put(keyRows, valueRows, slots)
    store.wrote(keyColumns, values, null, n)
    const ends = byEnd === null ? null : ceilMillis(keys[this.#spec.sessionKey]!, n)
    for (let s = 0; s < n; s++) {
      byKey.add(keyNumbers[merged.first[s]!]!, slots[s]!)
      byEnd?.set(slots[s]!, ends![s]!)
    }
    return { updated: n, removed: gone.length }
  }

  // The key columns and partial states of some entries.
  #read(store: StateStore, slots: Int32Array): Batch {
    const values = new RowArena()
    store.readValues(slots, slots.length, values)
    return new Batch(store.valueCodec.decode(values), slots.length)
  }

  #results(store: StateStore, slots: Int32Array): Batch {
    const n = slots.length
    if (n === 0) return new Batch(this.output.map(() => undefined as never), 0)
    const { columns } = this.#read(store, slots), groups = Int32Array.from({ length: n }, (_, i) => i)
    let at = this.#spec.keys.length
    const results = this.#spec.aggregates.map(({ call: { function: f } }) => {
      const accumulator = f.create()
      accumulator.resize(n)
      accumulator.merge(groups, n, columns.slice(at, at + f.bufferTypes.length))
      at += f.bufferTypes.length
      return accumulator.result(n)
    })
    return new Batch([...columns.slice(0, this.#spec.keys.length), ...results], n)
  }
}
