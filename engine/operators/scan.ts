/** ScanExec: a leaf that gives the batches execution hands it. */
import type { Batch } from '../columns/batch.ts'
import type { Attribute } from '../expressions/expression.ts'
import { columnList, type Exec, type StreamingTask, type Task } from './operator.ts'

const partitionsOfLeaf = 2 ** 24

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
  run(task: Task): AsyncIterable<Batch> { return task.streaming === null ? task.scan(this.leaf) : this.#partitions(task, task.streaming) }

  async *#partitions(task: Task, streaming: StreamingTask): AsyncGenerator<Batch> {
    for await (const batch of task.scan(this.leaf)) {
      streaming.inputPartition = this.leaf * partitionsOfLeaf + batch.partition
      yield batch
    }
  }
}
