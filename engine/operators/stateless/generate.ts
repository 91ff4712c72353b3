/** GenerateExec: a generator such as explode makes any number of rows of each row. */
import { Batch } from '../../columns/batch.ts'
import { vectorOf } from '../../columns/builder.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, GeneratorCall } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export class GenerateExec implements Exec {
  readonly name = 'GenerateExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #generator: GeneratorCall

  constructor(generator: GeneratorCall, output: readonly Attribute[], child: Exec) {
    this.#generator = generator
    this.output = output
    this.children = [child]
  }

  describe(): string { return this.#generator.name }

  async *run(task: Task): AsyncGenerator<Batch> {
    const g = this.#generator
    const args = g.args.map(a => compileExpression(a, this.children[0].output))
    for await (const batch of this.children[0].run(task)) {
      const values = args.map(a => a.evaluate(batch))
      const rows: number[] = [], made: unknown[][] = g.columns.map(() => [])
      for (let i = 0; i < batch.length; i++) {
        const produced = g.generate(...values.map(v => v.get(i)))
        if (produced.length === 0 && g.outer) { rows.push(i); made.forEach(m => m.push(null)) }
        for (const row of produced) { rows.push(i); made.forEach((m, k) => m.push(row[k])) }
      }
      if (rows.length === 0) continue
      const kept = batch.take(Int32Array.from(rows), rows.length)
      yield new Batch([...kept.columns, ...g.columns.map((c, k) => vectorOf(c.type, made[k]!))], rows.length)
    }
  }
}
