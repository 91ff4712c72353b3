/** StateAggregateExec (`stateStoreSave`): a running aggregation. The batch's groups are merged with what the state store holds of them, written back, and given out as the output mode wants; groups that the watermark has passed leave the state. */
import { Batch } from '../../columns/batch.ts'
import type { Vector } from '../../columns/vector.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import type { Alias, Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { partitioned } from '../partitioned.ts'
import { ceilMillis } from '../watermark/event-times.ts'
import { withoutLateRows } from '../watermark/late-rows.ts'
import { GroupedRows } from './grouped-rows.ts'
import type { NamedAggregate } from './hash-aggregate.ts'

export interface StateAggregateSpec {
  readonly operatorId: number
  readonly mode: 'append' | 'update' | 'complete'
  readonly keys: readonly Alias[]
  readonly aggregates: readonly NamedAggregate[]
  /** The position of the key that carries event time under a watermark (a window: by its end), null when none does. */
  readonly eventTimeKey: number | null
}

export class StateAggregateExec implements Exec {
  readonly name = 'StateAggregateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly operatorId: number
  readonly #spec: StateAggregateSpec

  constructor(spec: StateAggregateSpec, child: Exec) {
    this.#spec = spec
    this.operatorId = spec.operatorId
    this.output = [...spec.keys.map(attributeOf), ...spec.aggregates.map(a => a.attribute)]
    this.children = [child]
  }

  describe(): string { return `${this.#spec.mode} keys=${columnList(this.#spec.keys)} functions=${columnList(this.#spec.aggregates.map(a => a.attribute))} state=${this.#spec.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { keys, aggregates, operatorId, mode } = this.#spec
    // In complete mode no row is late and no group is ever closed.
    const timeKey = mode === 'complete' ? null : this.#spec.eventTimeKey
    const streaming = task.streaming!
    const { lateMs, evictMs } = streaming.watermarks(operatorId)
    const rows = new GroupedRows(keys, aggregates.map(a => a.call), this.children[0].output)
    for await (const batch of this.children[0].run(task)) rows.add(batch)
    const stores = await streaming.stores(operatorId)
    const count = rows.index.count
    const groups = new Batch([...rows.index.keys(), ...rows.accumulators.flatMap(a => a.buffers(count))], count)
    // Spark holds groups against the watermark, not rows: what is dropped counts once a group.
    const inTime = timeKey === null ? { rows: groups, dropped: 0 } : withoutLateRows(groups, timeKey, lateMs)
    let updated = 0, removed = 0
    const out: Batch[] = []
    for (const [p, part] of partitioned(inTime.rows, keys.map((_, k) => k), stores.length).entries()) {
      const store = stores[p]!
      const index = timeKey === null ? null : timeIndex(store, (rows, _, n) => ceilMillis(store.keyCodec.decode(rows)[timeKey]!, n))
      const changed = this.#merge(store, part, index, timeKey)
      updated += part.length
      const due = index?.takeDue(evictMs)
      if (mode === 'append' && due !== undefined) out.push(this.#results(store, due))
      if (mode === 'update' && changed !== null) out.push(changed)
      if (mode === 'complete') out.push(this.#results(store, store.liveSlots()))
      if (due !== undefined) { store.remove(due, due.length); removed += due.length }
    }
    streaming.report(operatorId, { numRowsUpdated: updated, numRowsRemoved: removed, numRowsDroppedByWatermark: inTime.dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
    for (const b of out) if (b.length > 0) yield b
  }

  /** Merges the partial states of one partition into its store; the result columns of the changed groups, or null when there are none. */
  #merge(store: StateStore, part: Batch, index: TimeIndex | null, timeKey: number | null): Batch | null {
    const n = part.length
    if (n === 0) return null
    const keyColumns = part.columns.slice(0, this.#spec.keys.length)
    const keyRows = new RowArena(), valueRows = new RowArena()
    store.keyCodec.encode(keyColumns, null, n, keyRows)
    const slots = new Int32Array(n)
    store.find(keyRows, slots)
    const isNew = slots.map(s => (s < 0 ? 1 : 0))
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    const known: number[] = [], groups: number[] = []
    for (let i = 0; i < n; i++) if (slots[i]! >= 0) { known.push(slots[i]!); groups.push(i) }
    if (known.length > 0) this.#readInto(store, Int32Array.from(known), Int32Array.from(groups), accumulators)
    const all = Int32Array.from({ length: n }, (_, i) => i)
    this.#mergeColumns(accumulators, all, n, part.columns.slice(this.#spec.keys.length))
    const values = accumulators.flatMap(a => a.buffers(n))
    store.valueCodec.encode(values, null, n, valueRows)
    store.put(keyRows, valueRows, slots)
    store.wrote(keyColumns, values, null, n)
    if (index !== null) {
      const times = ceilMillis(keyColumns[timeKey!]!, n)
      for (let i = 0; i < n; i++) if (isNew[i] !== 0) index.set(slots[i]!, times[i]!)
    }
    return new Batch([...keyColumns, ...accumulators.map(a => a.result(n))], n)
  }

  #readInto(store: StateStore, slots: Int32Array, groups: Int32Array, accumulators: readonly Accumulator[]): void {
    const rows = new RowArena()
    store.readValues(slots, slots.length, rows)
    this.#mergeColumns(accumulators, groups, slots.length, store.valueCodec.decode(rows))
  }

  #mergeColumns(accumulators: readonly Accumulator[], groups: Int32Array, length: number, columns: readonly Vector[]): void {
    let at = 0
    this.#spec.aggregates.forEach((a, k) => {
      const width = a.call.function.bufferTypes.length
      accumulators[k]!.merge(groups, length, columns.slice(at, at + width))
      at += width
    })
  }

  // The results of some groups of the store.
  #results(store: StateStore, slots: Int32Array): Batch {
    const n = slots.length
    if (n === 0) return new Batch(this.output.map(() => undefined as never), 0)
    const keys = new RowArena()
    store.readKeys(slots, n, keys)
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    this.#readInto(store, slots, Int32Array.from({ length: n }, (_, i) => i), accumulators)
    return new Batch([...store.keyCodec.decode(keys), ...accumulators.map(a => a.result(n))], n)
  }
}

