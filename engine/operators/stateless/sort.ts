/** SortExec: all rows in the order of its keys; rows that compare equal keep the order they came in. */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import { comparison } from '../../columns/compare.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export interface SortKey { readonly child: Resolved; readonly ascending: boolean; readonly nullsFirst: boolean }

export class SortExec implements Exec {
  readonly name = 'SortExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #keys: readonly SortKey[]

  constructor(keys: readonly SortKey[], child: Exec) {
    this.#keys = keys
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${this.#keys.map(k => (k.ascending ? 'asc' : 'desc')).join(', ')}` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const batches: Batch[] = []
    for await (const b of this.children[0].run(task)) batches.push(b)
    const all = concatBatches(this.output.map(a => a.type), batches)
    if (all.length === 0) return
    const order = sortRows(all.length, this.#keys.map(k => ({ ...k, column: compileExpression(k.child, this.output).evaluate(all) })))
    yield all.take(order, all.length)
  }
}

/** The row numbers in sorted order. */
export function sortRows(length: number, keys: readonly { readonly column: Vector; readonly ascending: boolean; readonly nullsFirst: boolean }[]): Int32Array {
  const compares = keys.map(k => rowComparison(k.column, k.ascending, k.nullsFirst))
  const rows = new Int32Array(length)
  for (let i = 0; i < length; i++) rows[i] = i
  return rows.sort((a, b) => {
    for (const c of compares) { const r = c(a, b); if (r !== 0) return r }
    return a - b
  })
}

/** Compares rows by their value in a column; equal rows give 0. */
export function rowComparison(v: Vector, ascending: boolean, nullsFirst: boolean): (a: number, b: number) => number {
  const sign = ascending ? 1 : -1, whenNull = nullsFirst ? -1 : 1
  const compare = comparison(v.type)
  if (v instanceof FixedVector && v.nulls === null) {
    const data = v.data as Float64Array
    return (a, b) => sign * compare(data[a], data[b])
  }
  return (a, b) => {
    const an = v.isNull(a), bn = v.isNull(b)
    if (an || bn) return an === bn ? 0 : an ? whenNull : -whenNull
    return sign * compare(v.value(a), v.value(b))
  }
}
