/**
 * LocalLimitExec: the first n rows that a batch makes of each source below, and reads no further: a row that is not needed does not count as input, moves no watermark and is not
 * computed.
 */
import type { Batch } from '../../columns/batch.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export class LocalLimitExec implements Exec {
  readonly name = 'LocalLimitExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #count: number
  readonly #leaves: ReadonlySet<number>
  readonly #multiplies: boolean

  /** `leaves` are the streams below, which have no state of their own; `multiplies` says that one of their rows may become several. */
  constructor(count: number, leaves: ReadonlySet<number>, multiplies: boolean, child: Exec) {
    this.#count = count
    this.#leaves = leaves
    this.#multiplies = multiplies
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return String(this.#count) }

  async *run(task: Task): AsyncGenerator<Batch> {
    // Sources are read one after the other, so what comes out is of the one that is being read.
    let left = 0
    const count = this.#count, leaves = this.#leaves, most = this.#multiplies ? 1 : Infinity
    async function* sparingly(leaf: number): AsyncGenerator<Batch> {
      left = count
      if (left === 0) return
      for await (const batch of task.scan(leaf)) {
        let at = 0
        // As many rows as are missing make at most that many: none of them is read in vain.
        while (at < batch.length && left > 0) {
          const end = Math.min(batch.length, at + Math.min(left, most))
          yield at === 0 && end === batch.length ? batch : batch.slice(at, end)
          at = end
        }
        if (at < batch.length) task.streaming?.leftOut(leaf, batch.length - at)
        if (left === 0) return
      }
    }
    for await (const batch of this.children[0].run({ ...task, scan: leaf => (leaves.has(leaf) ? sparingly(leaf) : task.scan(leaf)) })) {
      const taken = Math.min(left, batch.length)
      left -= taken
      if (taken > 0) yield taken === batch.length ? batch : batch.slice(0, taken)
    }
  }
}
