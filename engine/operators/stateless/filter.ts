/** FilterExec: keeps the rows whose condition is true; NULL is not true. */
import type { Batch } from '../../columns/batch.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

/** The rows that the source right below would drop by itself and not count as input. */
export interface ReaderDrops { readonly leaf: number; readonly condition: Resolved }

export class FilterExec implements Exec {
  readonly name = 'FilterExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #condition: Resolved
  readonly #text: string
  readonly #reader: ReaderDrops | null

  constructor(condition: Resolved, child: Exec, text: string, reader: ReaderDrops | null = null) {
    this.#reader = reader
    this.#condition = condition
    this.output = child.output
    this.children = [child]
    this.#text = text
  }

  describe(): string { return this.#text }

  async *run(task: Task): AsyncGenerator<Batch> {
    const input = this.children[0].output, reader = this.#reader
    const condition = compileExpression(this.#condition, input)
    const drops = reader === null ? null : compileExpression(reader.condition, input)
    for await (const batch of this.children[0].run(task)) {
      const kept = filterBatch(batch, condition.evaluate(batch))
      if (drops !== null && kept.length < batch.length) task.streaming?.leftOut(reader!.leaf, trueRows(drops.evaluate(batch), batch.length, new Int32Array(batch.length)))
      if (kept.length > 0) yield kept
    }
  }
}

/** The rows of a batch where a boolean column is true. */
export function filterBatch(batch: Batch, keep: Vector): Batch {
  if (areAllTrue(keep, batch.length)) return batch
  const rows = new Int32Array(batch.length)
  return batch.take(rows, trueRows(keep, batch.length, rows))
}

function areAllTrue(keep: Vector, length: number): boolean {
  if (keep instanceof ConstantVector) return keep.constant === true
  if (!(keep instanceof FixedVector) || keep.nulls !== null) return false
  const data = keep.data as Uint8Array
  for (let i = 0; i < length; i++) if (data[i] === 0) return false
  return true
}

/** Writes the numbers of the rows that are true into `rows` and says how many there are. */
export function trueRows(keep: Vector, length: number, rows: Int32Array): number {
  let count = 0
  if (keep instanceof ConstantVector) {
    if (keep.constant !== true) return 0
    for (let i = 0; i < length; i++) rows[i] = i
    return length
  }
  const nulls = keep.nulls
  if (keep instanceof DictionaryVector && keep.dictionary instanceof FixedVector) {
    const { indices } = keep, data = keep.dictionary.data as Uint8Array, entryNulls = keep.dictionary.nulls
    for (let i = 0; i < length; i++) if (data[indices[i]!] !== 0 && (nulls === null || nulls[i] === 0) && (entryNulls === null || entryNulls[indices[i]!] === 0)) rows[count++] = i
    return count
  }
  if (keep instanceof FixedVector) {
    const data = keep.data as Uint8Array
    if (nulls === null) { for (let i = 0; i < length; i++) if (data[i] !== 0) rows[count++] = i }
    else for (let i = 0; i < length; i++) if (data[i] !== 0 && nulls[i] === 0) rows[count++] = i
    return count
  }
  for (let i = 0; i < length; i++) if (keep.get(i) === true) rows[count++] = i
  return count
}
