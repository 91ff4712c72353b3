/** StateAggregateExec (`stateStoreSave`): a running aggregation. The batch's groups are merged with what the state store holds of them, written back, and given out as the output mode wants. */
import { Batch } from '../../columns/batch.ts'
import { hashRows } from '../../columns/murmur3.ts'
import type { Vector } from '../../columns/vector.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import type { Alias, Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import type { StateStore } from '../../state/state-store.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { GroupedRows } from './grouped-rows.ts'
import type { NamedAggregate } from './hash-aggregate.ts'

export interface StateAggregateSpec {
  readonly operatorId: number
  readonly mode: 'append' | 'update' | 'complete'
  readonly keys: readonly Alias[]
  readonly aggregates: readonly NamedAggregate[]
}

export class StateAggregateExec implements Exec {
  readonly name = 'StateAggregateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #spec: StateAggregateSpec

  constructor(spec: StateAggregateSpec, child: Exec) {
    this.#spec = spec
    this.output = [...spec.keys.map(attributeOf), ...spec.aggregates.map(a => a.attribute)]
    this.children = [child]
  }

  describe(): string { return `${this.#spec.mode} keys=${columnList(this.#spec.keys)} functions=${columnList(this.#spec.aggregates.map(a => a.attribute))} state=${this.#spec.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { keys, aggregates, operatorId, mode } = this.#spec
    const streaming = task.streaming!
    const rows = new GroupedRows(keys, aggregates.map(a => a.call), this.children[0].output)
    for await (const batch of this.children[0].run(task)) rows.add(batch)
    const stores = await streaming.stores(operatorId)
    const count = rows.index.count
    const partial = new Batch([...rows.index.keys(), ...rows.accumulators.flatMap(a => a.buffers(count))], count)
    let updated = 0
    const out: Batch[] = []
    for (const [p, part] of this.#partitioned(partial, stores.length).entries()) {
      const changed = this.#merge(stores[p]!, part)
      updated += part.length
      if (mode === 'update' && changed !== null) out.push(changed)
      if (mode === 'complete') out.push(this.#everything(stores[p]!))
    }
    streaming.report(operatorId, { numRowsUpdated: updated, numRowsRemoved: 0, numRowsDroppedByWatermark: 0, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
    for (const b of out) if (b.length > 0) yield b
  }

  // Spark's HashPartitioning: Murmur3 of the keys, modulo the number of partitions.
  #partitioned(partial: Batch, partitions: number): Batch[] {
    if (partitions === 1) return [partial]
    const hashes = hashRows(partial.columns.slice(0, this.#spec.keys.length), partial.length)
    const rows = Array.from({ length: partitions }, (): number[] => [])
    for (let i = 0; i < partial.length; i++) { const h = hashes[i]! % partitions; rows[h < 0 ? h + partitions : h]!.push(i) }
    return rows.map(r => partial.take(Int32Array.from(r), r.length))
  }

  /** Merges the partial states of one partition into its store; the result columns of the changed groups, or null when there are none. */
  #merge(store: StateStore, part: Batch): Batch | null {
    const n = part.length
    if (n === 0) return null
    const keyColumns = part.columns.slice(0, this.#spec.keys.length)
    const keyRows = new RowArena(), valueRows = new RowArena()
    store.keyCodec.encode(keyColumns, null, n, keyRows)
    const slots = new Int32Array(n)
    store.find(keyRows, slots)
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    const known: number[] = [], groups: number[] = []
    for (let i = 0; i < n; i++) if (slots[i]! >= 0) { known.push(slots[i]!); groups.push(i) }
    if (known.length > 0) this.#readInto(store, Int32Array.from(known), Int32Array.from(groups), accumulators)
    const all = Int32Array.from({ length: n }, (_, i) => i)
    this.#mergeColumns(accumulators, all, n, part.columns.slice(this.#spec.keys.length))
    store.valueCodec.encode(accumulators.flatMap(a => a.buffers(n)), null, n, valueRows)
    store.put(keyRows, valueRows, slots)
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

  #everything(store: StateStore): Batch {
    const slots = store.liveSlots(), n = slots.length
    if (n === 0) return new Batch(this.output.map(() => undefined as never), 0)
    const keys = new RowArena()
    store.readKeys(slots, n, keys)
    const accumulators = this.#spec.aggregates.map(a => a.call.function.create())
    for (const a of accumulators) a.resize(n)
    this.#readInto(store, slots, Int32Array.from({ length: n }, (_, i) => i), accumulators)
    return new Batch([...store.keyCodec.decode(keys), ...accumulators.map(a => a.result(n))], n)
  }
}

