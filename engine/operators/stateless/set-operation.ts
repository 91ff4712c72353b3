/** SetOperationExec: EXCEPT and INTERSECT, with or without ALL; NULL equals NULL here. */
import type { Batch } from '../../columns/batch.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import type { Exec, Task } from '../operator.ts'

export class SetOperationExec implements Exec {
  readonly name = 'SetOperationExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec, Exec]
  readonly #kind: 'except' | 'intersect'
  readonly #all: boolean

  constructor(kind: 'except' | 'intersect', all: boolean, left: Exec, right: Exec) {
    this.#kind = kind
    this.#all = all
    this.output = left.output
    this.children = [left, right]
  }

  describe(): string { return `${this.#kind}${this.#all ? ' all' : ''}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const index = new GroupIndex(this.output.map(a => a.type))
    const columns = (exec: Exec, batch: Batch): Int32Array => index.add(exec.output.map(a => compileExpression(normalizeKey(a), exec.output).evaluate(batch)), batch.length)
    const counts: number[] = []
    for await (const batch of this.children[1].run(task)) for (const g of columns(this.children[1], batch)) counts[g] = (counts[g] ?? 0) + 1
    const given = new Set<number>()
    for await (const batch of this.children[0].run(task)) {
      const groups = columns(this.children[0], batch)
      const rows = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) {
        const g = groups[i]!, there = counts[g] ?? 0
        const keep = this.#kind === 'intersect' ? there > 0 : there === 0
        if (this.#all) { if (there > 0) counts[g] = there - 1 } else if (keep) { if (given.has(g)) continue; given.add(g) }
        if (keep) rows[n++] = i
      }
      if (n > 0) yield batch.take(rows, n)
    }
  }
}
