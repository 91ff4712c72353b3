/** StateAggregateExec (`stateStoreSave`): a running aggregation. The batch's groups are merged with what the state store holds of them, written back, and given out as the output mode wants; groups that the watermark has passed leave the state. */
import { Batch } from '../../columns/batch.ts'
import { BytesVector } from '../../columns/bytes-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import type { Alias, Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { timeIndex, type TimeIndex } from '../../state/time-index.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { partitionRows } from '../partitioned.ts'
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
    const { stores, out } = await this.#advance(task)
    yield* out
    // The whole state is never there a second time: its rows are made when they are asked for.
    if (this.#spec.mode === 'complete') for (const store of stores) for (const some of pieces(store.liveSlots())) {
      yield this.#results(store, some)
      if (some.length === rowsAtOnce) await task.streaming!.turn()
    }
  }

  /** Brings the batch into the state; gives the results of what it changed, or closed: in complete mode none. */
  async #advance(task: Task): Promise<{ readonly stores: readonly StateStore[]; readonly out: Batch[] }> {
    const { keys, operatorId, mode } = this.#spec
    // In complete mode no row is late and no group is ever closed.
    const timeKey = mode === 'complete' ? null : this.#spec.eventTimeKey
    const streaming = task.streaming!
    const { lateMs, evictMs } = streaming.watermarks(operatorId)
    const groups = await this.#grouped(task)
    const stores = await streaming.stores(operatorId)
    // Spark holds groups against the watermark, not rows: what is dropped counts once a group.
    const { rows, dropped } = timeKey === null ? { rows: groups, dropped: 0 } : withoutLateRows(groups, timeKey, lateMs)
    let removed = 0
    const out: Batch[] = []
    for (const [p, part] of partitionRows(rows, keys.map((_, k) => k), stores.length).entries()) {
      const store = stores[p]!
      const index = timeKey === null ? null : timeIndex(store, (rows, _, n) => ceilMillis(store.keyCodec.decode(rows)[timeKey]!, n))
      for (const some of pieces(part)) {
        const changed = this.#merge(store, rows.take(some, some.length), index, timeKey)
        if (mode === 'update') out.push(changed)
        // What the stores have begun to write is held until it is written.
        if (some.length === rowsAtOnce) await streaming.turn()
      }
      const due = index?.takeDue(evictMs)
      if (due === undefined) continue
      if (mode === 'append') for (const some of pieces(due)) out.push(this.#results(store, some))
      store.remove(due, due.length)
      removed += due.length
    }
    streaming.report(operatorId, { numRowsUpdated: rows.length, numRowsRemoved: removed, numRowsDroppedByWatermark: dropped, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
    return { stores, out }
  }

  /** The groups of the batch with their partial states; what it takes to find them is let go. */
  async #grouped(task: Task): Promise<Batch> {
    const { keys, aggregates } = this.#spec, [child] = this.children
    const rows = new GroupedRows(keys, aggregates.map(a => a.call), child.output)
    for await (const batch of child.run(task)) rows.add(batch)
    const count = rows.index.count
    return new Batch([...rows.index.keys(), ...rows.accumulators.flatMap(a => a.buffers(count))], count)
  }

  /** Merges partial states, each of a group of its own, into a store; gives the result columns of those groups. */
  #merge(store: StateStore, part: Batch, index: TimeIndex | null, timeKey: number | null): Batch {
    const n = part.length
    const keyColumns = part.columns.slice(0, this.#spec.keys.length)
    const keyRows = new RowArena(), valueRows = new RowArena()
    store.keyCodec.encode(keyColumns, null, n, keyRows)
    const slots = new Int32Array(n)
    store.find(keyRows, slots)
    const isNew = new Uint8Array(n)
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    const known = new Int32Array(n), groups = new Int32Array(n)
    let found = 0
    for (let i = 0; i < n; i++) if (slots[i]! >= 0) { known[found] = slots[i]!; groups[found++] = i } else isNew[i] = 1
    if (found > 0) this.#readInto(store, known.subarray(0, found), groups, accumulators)
    this.#mergeColumns(accumulators, firstRows(n), n, part.columns.slice(this.#spec.keys.length))
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
    const keys = new RowArena()
    store.readKeys(slots, n, keys)
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    this.#readInto(store, slots, firstRows(n), accumulators)
    return new Batch([...store.keyCodec.decode(keys).map(k => (k instanceof BytesVector ? k.compact() : k)), ...accumulators.map(a => a.result(n))], n)
  }
}

// So many groups are merged, or given out, at once: what that takes does not grow with the batch or the state, and stays in the processor's caches.
const rowsAtOnce = 8192

function* pieces(all: Int32Array): Generator<Int32Array> {
  for (let from = 0; from < all.length; from += rowsAtOnce) yield all.subarray(from, from + rowsAtOnce)
}

function firstRows(count: number): Int32Array {
  const rows = new Int32Array(count)
  for (let i = 0; i < count; i++) rows[i] = i
  return rows
}
