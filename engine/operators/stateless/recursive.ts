/** RecursiveExec and RecursiveRefExec: a query that names itself, run level by level. */
import type { Batch } from '../../columns/batch.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

/** `lazy`: rows are given while levels are still to come, so that a LIMIT above ends the loop; else nothing is given before the last level, which may fail. */
export interface Loop { readonly name: string; readonly loop: object; readonly maxLevel: number; readonly maxRows: number; readonly lazy: boolean }

export class RecursiveExec implements Exec {
  readonly name = 'RecursiveExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec, Exec]
  readonly #loop: Loop

  constructor(loop: Loop, output: readonly Attribute[], anchor: Exec, step: Exec) {
    this.#loop = loop
    this.output = output
    this.children = [anchor, step]
  }

  describe(): string { return this.#loop.name }

  async *run(task: Task): AsyncGenerator<Batch> {
    const all: Batch[] = []
    for await (const batch of this.#levels(task)) { if (this.#loop.lazy) yield batch; else all.push(batch) }
    yield* all
  }

  // The rows of a level are all there before the next is made of them.
  async *#levels(task: Task): AsyncGenerator<Batch> {
    const { name, loop, maxLevel, maxRows } = this.#loop, [anchor, step] = this.children
    let source: AsyncIterable<Batch> = anchor.run(task), total = 0
    for (let level = 0; ; level++) {
      const rows: Batch[] = []
      for await (const batch of source) {
        if (batch.length === 0) continue
        // What is found beyond the last level says only that the steps have not ended.
        if (level > 0 && level >= maxLevel) throw tooDeep(name, maxLevel)
        total += batch.length
        if (total >= maxRows) throw executionError('RECURSION_ROW_LIMIT_EXCEEDED', { name, rowLimit: maxRows })
        rows.push(batch)
        yield batch
      }
      if (rows.length === 0) return
      if (level >= maxLevel) throw tooDeep(name, maxLevel)
      source = step.run({ ...task, loops: new Map([...task.loops ?? [], [loop, rows]]) })
    }
  }
}

const tooDeep = (name: string, levelLimit: number): Error => executionError('RECURSION_LEVEL_LIMIT_EXCEEDED', { name, levelLimit })

/** The rows found last, inside the step. */
export class RecursiveRefExec implements Exec {
  readonly name = 'RecursiveRefExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [] = []
  readonly #loop: object

  constructor(loop: object, output: readonly Attribute[]) {
    this.#loop = loop
    this.output = output
  }

  describe(): string { return '' }

  async *run(task: Task): AsyncGenerator<Batch> { yield* task.loops!.get(this.#loop)! }
}
