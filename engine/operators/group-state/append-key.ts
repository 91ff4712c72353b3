/** AppendKeyExec: adds the columns of a key that a user function makes of each row. */
import { Batch } from '../../columns/batch.ts'
import { batchOfRows, rowReader, ValueMismatch, type Row } from '../../columns/rows.ts'
import { executionError } from '../../errors/spark-error.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import { schemaOf } from './grouped-input.ts'
import { guarded } from './user-output.ts'

export class AppendKeyExec implements Exec {
  readonly name = 'AppendKeyExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #function: (row: any) => Row
  readonly #schema: StructTypeShape

  constructor(f: (row: any) => Row, schema: StructTypeShape, output: readonly Attribute[], child: Exec) {
    this.#function = f
    this.#schema = schema
    this.output = output
    this.children = [child]
  }

  describe(): string { return columnList(this.output.slice(this.children[0].output.length)) }

  async *run(task: Task): AsyncGenerator<Batch> {
    const input = schemaOf(this.children[0].output)
    for await (const batch of this.children[0].run(task)) {
      const read = rowReader(input, batch.columns)
      const keys = guarded(() => Array.from({ length: batch.length }, (_, i) => this.#function(read(i))), (reason, cause) => executionError('FLATMAPGROUPSWITHSTATE_USER_FUNCTION_ERROR', { method: 'groupByKey', key: '(not known yet)', reason }, cause))
      try { yield new Batch([...batch.columns, ...batchOfRows(this.#schema, keys).columns], batch.length) } catch (e) {
        if (e instanceof ValueMismatch) throw executionError('MICROLOTE_USER_ROW_MISMATCH', { function: 'groupByKey', reason: e.message }, e)
        throw e
      }
    }
  }
}
