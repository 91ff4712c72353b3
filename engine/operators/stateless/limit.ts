/** LimitExec: the first rows, after skipping some; stops pulling once it has them. */
import type { Batch } from '../../columns/batch.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export class LimitExec implements Exec {
  readonly name = 'LimitExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #count: number
  readonly #offset: number

  constructor(count: number, offset: number, child: Exec) {
    this.#count = count
    this.#offset = offset
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${this.#count}${this.#offset > 0 ? ` offset ${this.#offset}` : ''}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    let skip = this.#offset, left = this.#count
    if (left <= 0) return
    for await (const batch of this.children[0].run(task)) {
      const start = Math.min(skip, batch.length)
      skip -= start
      const end = Math.min(batch.length, start + left)
      if (end <= start) continue
      left -= end - start
      yield start === 0 && end === batch.length ? batch : batch.slice(start, end)
      if (left <= 0) return
    }
  }
}
