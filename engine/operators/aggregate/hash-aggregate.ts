/** HashAggregateExec: the aggregation of a batch query, from rows to results. */
import { Batch } from '../../columns/batch.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { AggregateCall, Alias, Attribute } from '../../expressions/expression.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { GroupedRows } from './grouped-rows.ts'

export interface NamedAggregate { readonly call: AggregateCall; readonly attribute: Attribute }

export class HashAggregateExec implements Exec {
  readonly name = 'HashAggregateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #keys: readonly Alias[]
  readonly #aggregates: readonly NamedAggregate[]

  constructor(keys: readonly Alias[], aggregates: readonly NamedAggregate[], child: Exec) {
    this.#keys = keys
    this.#aggregates = aggregates
    this.output = [...keys.map(attributeOf), ...aggregates.map(a => a.attribute)]
    this.children = [child]
  }

  describe(): string { return `keys=${columnList(this.#keys)} functions=${columnList(this.#aggregates.map(a => a.attribute))}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const rows = new GroupedRows(this.#keys, this.#aggregates.map(a => a.call), this.children[0].output)
    for await (const batch of this.children[0].run(task)) rows.add(batch)
    const count = rows.index.count
    if (count === 0) return
    yield new Batch([...rows.index.keys(), ...rows.accumulators.map(a => a.result(count))], count)
  }
}
