/** ObserveExec: lets rows through and aggregates metrics from them, which it hands over when the rows have ended. */
import { Batch } from '../../columns/batch.ts'
import { rowsOf, type Row } from '../../columns/rows.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Alias, Attribute } from '../../expressions/expression.ts'
import { structField, structType } from '../../types/data-type.ts'
import type { NamedAggregate } from '../aggregate/hash-aggregate.ts'
import { GroupedRows } from '../aggregate/grouped-rows.ts'
import { columnList, type Exec, type Task } from '../operator.ts'

export interface ObserveSpec { readonly name: string; readonly aggregates: readonly NamedAggregate[]; readonly results: readonly (Alias | Attribute)[]; readonly take: ((metrics: Row) => void) | null }

export class ObserveExec implements Exec {
  readonly name = 'ObserveExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #spec: ObserveSpec

  constructor(spec: ObserveSpec, child: Exec) {
    this.#spec = spec
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${this.#spec.name} ${columnList(this.#spec.results)}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const { name, aggregates, results, take } = this.#spec
    const rows = new GroupedRows([], aggregates.map(a => a.call), this.children[0].output)
    let failed = false
    try {
      for await (const batch of this.children[0].run(task)) { rows.add(batch); yield batch }
    } catch (e) {
      failed = true
      throw e
    } finally {
      // Also when a LIMIT above has seen enough.
      if (!failed) {
        const sums = new Batch(rows.accumulators.map(a => a.result(1)), 1), input = aggregates.map(a => a.attribute)
        const metrics = rowsOf(structType(results.map(r => structField(r.name, r.type, r.nullable))), new Batch(results.map(r => compileExpression(r, input).evaluate(sums)), 1))[0]!
        take?.(metrics)
        task.streaming?.observed(name, metrics)
      }
    }
  }
}
