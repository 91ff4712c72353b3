/** UnionExec: the rows of its children, one child after the other. */
import type { Batch } from '../../columns/batch.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export class UnionExec implements Exec {
  readonly name = 'UnionExec'
  readonly output: readonly Attribute[]
  readonly children: readonly Exec[]

  constructor(output: readonly Attribute[], children: readonly Exec[]) {
    this.output = output
    this.children = children
  }

  describe(): string { return '' }
  async *run(task: Task): AsyncGenerator<Batch> { for (const c of this.children) yield* c.run(task) }
}
