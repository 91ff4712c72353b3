/** StatefulLimitExec (`globalLimit`): LIMIT on a stream in append mode: the first n rows of the query's whole life, counted in state. */
import type { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { RowArena } from '../../state/row-arena.ts'
import { longType } from '../../types/data-type.ts'
import type { Exec, Task } from '../operator.ts'

export class StatefulLimitExec implements Exec {
  readonly name = 'StatefulLimitExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly operatorId: number
  readonly #count: number

  constructor(operatorId: number, count: number, child: Exec) {
    this.operatorId = operatorId
    this.#count = count
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${this.#count} state=${this.operatorId}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const [store] = await task.streaming!.stores(this.operatorId)
    const key = new RowArena(), slots = new Int32Array(1)
    store!.keyCodec.encode([], null, 1, key)
    store!.find(key, slots)
    let before = 0
    if (slots[0]! >= 0) {
      const value = new RowArena()
      store!.readValues(slots, 1, value)
      before = Number(store!.valueCodec.decode(value)[0]!.get(0) as bigint)
    }
    let seen = before
    for await (const batch of this.children[0].run(task)) {
      const taken = Math.min(this.#count - seen, batch.length)
      seen += taken
      if (taken > 0) yield taken === batch.length ? batch : batch.slice(0, taken)
    }
    const report = (numRowsUpdated: number): void => task.streaming!.report(this.operatorId, { numRowsUpdated, numRowsRemoved: 0, numRowsDroppedByWatermark: 0, allUpdatesTimeMs: 0, allRemovalsTimeMs: 0 })
    if (seen === before) { report(0); return }
    const value = new RowArena()
    store!.valueCodec.encode([new FixedVector(longType, BigInt64Array.of(BigInt(seen)), null, 1)], null, 1, value)
    store!.put(key, value, slots)
    report(1)
  }
}
