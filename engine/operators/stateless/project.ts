/** ProjectExec: compiled expressions, a column each. */
import { Batch } from '../../columns/batch.ts'
import { attributeOf } from '../../expressions/attribute.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Alias, Attribute } from '../../expressions/expression.ts'
import { columnList, type Exec, type Task } from '../operator.ts'

export class ProjectExec implements Exec {
  readonly name = 'ProjectExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly expressions: readonly (Alias | Attribute)[]

  constructor(expressions: readonly (Alias | Attribute)[], child: Exec) {
    this.expressions = expressions
    this.output = expressions.map(attributeOf)
    this.children = [child]
  }

  describe(): string { return columnList(this.output) }

  async *run(task: Task): AsyncGenerator<Batch> {
    const compiled = this.expressions.map(e => compileExpression(e, this.children[0].output))
    for await (const batch of this.children[0].run(task)) yield new Batch(compiled.map(c => c.evaluate(batch)), batch.length)
  }
}
