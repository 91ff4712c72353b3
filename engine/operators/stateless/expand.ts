/** ExpandExec: several rows for each row, one for each list of expressions (overlapping windows). */
import { Batch } from '../../columns/batch.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { columnList, type Exec, type Task } from '../operator.ts'

export class ExpandExec implements Exec {
  readonly name = 'ExpandExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #projections: readonly (readonly Resolved[])[]

  constructor(projections: readonly (readonly Resolved[])[], output: readonly Attribute[], child: Exec) {
    this.#projections = projections
    this.output = output
    this.children = [child]
  }

  describe(): string { return `${this.#projections.length} rows a row ${columnList(this.output)}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const compiled = this.#projections.map(p => p.map(e => compileExpression(e, this.children[0].output)))
    for await (const batch of this.children[0].run(task)) {
      for (const p of compiled) yield new Batch(p.map(c => c.evaluate(batch)), batch.length)
    }
  }
}
