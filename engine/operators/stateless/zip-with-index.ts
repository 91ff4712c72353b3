/** ZipWithIndexExec: numbers the rows as they come, from 0; on a stream those of each batch. */
import { Batch } from '../../columns/batch.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { longType } from '../../types/data-type.ts'
import type { Exec, Task } from '../operator.ts'

export class ZipWithIndexExec implements Exec {
  readonly name = 'ZipWithIndexExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]

  constructor(output: readonly Attribute[], child: Exec) {
    this.output = output
    this.children = [child]
  }

  describe(): string { return this.output.at(-1)!.name }

  async *run(task: Task): AsyncGenerator<Batch> {
    let next = 0n
    for await (const batch of this.children[0].run(task)) {
      const numbers = new BigInt64Array(batch.length)
      for (let i = 0; i < batch.length; i++) numbers[i] = next++
      yield new Batch([...batch.columns, new FixedVector(longType, numbers, null)], batch.length)
    }
  }
}
