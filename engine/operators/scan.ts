/** ScanExec: a leaf that gives the batches execution hands it. */
import type { Batch } from '../columns/batch.ts'
import type { Attribute } from '../expressions/expression.ts'
import { columnList, type Exec, type Task } from './operator.ts'

export class ScanExec implements Exec {
  readonly name = 'ScanExec'
  readonly output: readonly Attribute[]
  readonly children = []
  readonly leaf: number
  readonly #what: string

  constructor(output: readonly Attribute[], leaf: number, what: string) {
    this.output = output
    this.leaf = leaf
    this.#what = what
  }

  describe(): string { return `${this.#what} ${columnList(this.output)}` }
  run(task: Task): AsyncIterable<Batch> { return task.scan(this.leaf) }
}
