/** DistinctExec: the first row of each key, in a batch query. */
import type { Batch } from '../../columns/batch.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { GroupIndex } from '../aggregate/group-index.ts'
import { columnList, type Exec, type Task } from '../operator.ts'

export class DistinctExec implements Exec {
  readonly name = 'DistinctExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #keys: readonly Attribute[]

  constructor(keys: readonly Attribute[], child: Exec) {
    this.#keys = keys
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return columnList(this.#keys) }

  async *run(task: Task): AsyncGenerator<Batch> {
    const keys = this.#keys.map(k => compileExpression(normalizeKey(k), this.children[0].output))
    const seen = new GroupIndex(this.#keys.map(k => k.type))
    let known = 0
    for await (const batch of this.children[0].run(task)) {
      const groups = seen.add(keys.map(k => k.evaluate(batch)), batch.length)
      const rows = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) if (groups[i] === known) { rows[n++] = i; known++ }
      if (n > 0) yield n === batch.length ? batch : batch.take(rows, n)
    }
  }
}
