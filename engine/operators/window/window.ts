/** WindowExec: functions over the partitions of a batch query's rows. All rows are sorted once, each function is a loop over sorted columns; the output is the sorted rows and a column a function. */
import { Batch } from '../../columns/batch.ts'
import { concatBatches } from '../../columns/concat.ts'
import type { Vector } from '../../columns/vector.ts'
import { compileExpression } from '../../expressions/codegen/compile.ts'
import type { AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Attribute, Resolved } from '../../expressions/expression.ts'
import type { Frames, PlainBound, SortedRows, WindowFunction } from '../../expressions/window-function.ts'
import { normalizeKey } from '../../functions/null-tests.ts'
import { columnList, type Exec, type Task } from '../operator.ts'
import type { SortKey } from '../stateless/sort.ts'
import { framesOf, type Bound } from './frames.ts'
import { sortPartitions } from './sort-partitions.ts'

/** A function, and the frame it is given. */
export interface WindowedCall {
  readonly args: readonly Resolved[]; readonly filter: Resolved | null; readonly function: AggregateFunction | WindowFunction; readonly text: string
  readonly frame: { readonly unit: 'rows' | 'range'; readonly lower: PlainBound | number | Resolved; readonly upper: PlainBound | number | Resolved }
}

export class WindowExec implements Exec {
  readonly name = 'WindowExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #partitionBy: readonly Resolved[]
  readonly #orders: readonly SortKey[]
  readonly #functions: readonly { readonly call: WindowedCall; readonly attribute: Attribute }[]

  constructor(partitionBy: readonly Resolved[], orders: readonly SortKey[], functions: readonly { readonly call: WindowedCall; readonly attribute: Attribute }[], child: Exec) {
    this.#partitionBy = partitionBy
    this.#orders = orders
    this.#functions = functions
    this.output = [...child.output, ...functions.map(f => f.attribute)]
    this.children = [child]
  }

  describe(): string { return columnList(this.#functions.map(f => f.attribute)) }

  async *run(task: Task): AsyncGenerator<Batch> {
    const input = this.children[0].output, batches: Batch[] = []
    for await (const b of this.children[0].run(task)) batches.push(b)
    const all = concatBatches(input.map(a => a.type), batches)
    if (all.length === 0) return
    const sorted = sortPartitions(all.length, this.#partitionBy.map(k => compileExpression(normalizeKey(k), input).evaluate(all)), this.#orders.map(o => ({ ...o, column: compileExpression(o.child, input).evaluate(all) })))
    const batch = all.take(sorted.rows, all.length)
    const known = new Map<string, Frames>()
    yield new Batch([...batch.columns, ...this.#functions.map(f => this.#column(f.call, batch, sorted, known))], batch.length)
  }

  #column(call: WindowedCall, batch: Batch, sorted: SortedRows, known: Map<string, Frames>): Vector {
    const input = this.children[0].output, { frame } = call
    const value = (e: Resolved): Vector => compileExpression(e, input).evaluate(batch)
    const bound = (b: PlainBound | number | Resolved): Bound => (typeof b === 'object' ? value(b) : b)
    // Functions often share a frame that no value bounds.
    const name = typeof frame.lower === 'object' || typeof frame.upper === 'object' ? null : `${frame.unit} ${frame.lower} ${frame.upper}`
    const frames = (): Frames => {
      const found = name === null ? undefined : known.get(name)
      if (found !== undefined) return found
      const order = this.#orders[0], key = name === null && order !== undefined ? value(order.child) : null
      const made = framesOf({ unit: frame.unit, lower: bound(frame.lower), upper: bound(frame.upper) }, sorted, key, order?.ascending ?? true)
      if (name !== null) known.set(name, made)
      return made
    }
    const args = call.args.map(value), f = call.function
    if ('evaluate' in f) return f.evaluate(sorted, frames, args)
    return call.filter === null ? f.overFrames(frames(), args) : filtered(f, frames(), args, value(call.filter))
  }
}

// FILTER leaves rows out of every frame: those that stay are put together, and the frames are counted in them.
function filtered(f: AggregateFunction, frames: Frames, args: readonly Vector[], condition: Vector): Vector {
  const { length } = frames, before = new Int32Array(length + 1), rows = new Int32Array(length)
  let n = 0
  for (let i = 0; i < length; i++) { if (condition.get(i) === true) rows[n++] = i; before[i + 1] = n }
  return f.overFrames({ length, from: frames.from.map(r => before[r]!), to: frames.to.map(r => before[r]!) }, args.map(a => a.take(rows, n)))
}
