/** SessionAggregateExec: the aggregation by session_window of a batch query. */
import { Batch } from '../../columns/batch.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import { GroupedRows } from '../aggregate/grouped-rows.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { sessionResults, sessionsOf, type SessionKeys } from './session-rows.ts'

export class SessionAggregateExec implements Exec {
  readonly name = 'SessionAggregateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #spec: SessionKeys

  constructor(spec: SessionKeys, child: Exec) {
    this.#spec = spec
    this.output = [...spec.keys.map(attributeOf), ...spec.aggregates.map(a => a.attribute)]
    this.children = [child]
  }

  describe(): string { return `keys=${columnList(this.#spec.keys)} functions=${columnList(this.#spec.aggregates.map(a => a.attribute))}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { keys, sessionKey, aggregates } = this.#spec
    const rows = new GroupedRows(keys, aggregates.map(a => a.call), this.children[0].output)
    for await (const batch of this.children[0].run(task)) rows.add(batch)
    const count = rows.index.count
    if (count === 0) return
    const groups = new Batch([...rows.index.keys(), ...rows.accumulators.flatMap(a => a.buffers(count))], count)
    const others = keys.map((_, k) => k).filter(k => k !== sessionKey)
    const keyNumbers = new GroupIndex(others.map(k => keys[k]!.type)).add(others.map(k => groups.columns[k]!), count)
    yield sessionResults(sessionsOf(this.#spec, groups, keyNumbers))
  }
}
