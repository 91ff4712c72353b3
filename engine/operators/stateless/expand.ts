/** ExpandExec: several rows for each row, one for each list of expressions (overlapping windows). They come row after row, as in Spark, or list after list where nobody above sees in which order. */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import { columnList, type Exec, type Task } from '../operator.ts'

export class ExpandExec implements Exec {
  readonly name = 'ExpandExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #projections: readonly (readonly Resolved[])[]
  readonly #anyOrder: boolean

  constructor(projections: readonly (readonly Resolved[])[], output: readonly Attribute[], child: Exec, anyOrder = false) {
    this.#projections = projections
    this.#anyOrder = anyOrder
    this.output = output
    this.children = [child]
  }

  describe(): string { return `${this.#projections.length} rows a row ${columnList(this.output)}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const compiled = this.#projections.map(p => p.map(e => compileExpression(e, this.children[0].output)))
    for await (const batch of this.children[0].run(task)) {
      const made = compiled.map(p => new Batch(p.map(c => c.evaluate(batch)), batch.length))
      if (this.#anyOrder || batch.length <= 1) yield* made
      else yield rowAfterRow(this.output, made, batch.length)
    }
  }
}

function rowAfterRow(output: readonly Attribute[], made: readonly Batch[], length: number): Batch {
  const rows = new Int32Array(length * made.length)
  for (let row = 0, at = 0; row < length; row++) for (let list = 0; list < made.length; list++) rows[at++] = list * length + row
  return concatBatches(output.map(a => a.type), made).take(rows, rows.length)
}
