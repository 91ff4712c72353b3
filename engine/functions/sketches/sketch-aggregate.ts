/** Aggregates that keep one sketch a group: rows go into it straight from their columns, what is stored of it is its bytes. */
import { vectorOf } from '../../columns/builder.ts'
import type { Vector } from '../../columns/vector.ts'
import { binaryType, type DataType } from '../../types/data-type.ts'
import type { Accumulator, AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Frames } from '../../expressions/window-function.ts'

/** `S` is what a group keeps; functions that give an S may give the one they got, changed. */
export interface SketchAggregate<S> {
  readonly name: string
  readonly type: DataType
  /** Rows whose first column is NULL come, too. */
  readonly takesNull?: boolean
  /** The sketch of no rows. */
  empty(): S
  /** Takes rows of these columns in, one a call; rows whose first column is NULL do not come. */
  adder(args: readonly Vector[]): (sketch: S, row: number) => S
  /** Takes in what was stored of later rows. */
  merge(sketch: S, stored: Uint8Array): S
  store(sketch: S): Uint8Array
  finish(sketch: S): unknown
}

export function sketchAggregate<S>(a: SketchAggregate<S>): AggregateFunction {
  return { name: a.name, type: a.type, bufferTypes: [binaryType], create: () => new SketchAccumulator(a), overFrames: (f, args) => overFrames(a, f, args) }
}

// A frame that only grows at its end goes on from the one before, another begins anew.
function overFrames<S>(a: SketchAggregate<S>, f: Frames, args: readonly Vector[]): Vector {
  const add = a.adder(args), out = new Array<unknown>(f.length)
  let sketch = a.empty(), from = 0, to = 0, result: unknown, changed = true
  for (let i = 0; i < f.length; i++) {
    if (f.from[i] !== from) { sketch = a.empty(); from = to = f.from[i]!; changed = true }
    for (; to < f.to[i]!; to++) if (a.takesNull === true || !args[0]!.isNull(to)) { sketch = add(sketch, to); changed = true }
    if (changed) { result = a.finish(sketch); changed = false }
    out[i] = result
  }
  return vectorOf(a.type, out)
}

class SketchAccumulator<S> implements Accumulator {
  readonly #a: SketchAggregate<S>
  readonly #sketches: S[] = []

  constructor(a: SketchAggregate<S>) { this.#a = a }

  resize(count: number): void { while (this.#sketches.length < count) this.#sketches.push(this.#a.empty()) }

  update(groups: Int32Array, length: number, args: readonly Vector[]): void {
    const add = this.#a.adder(args), first = args[0]!, all = this.#a.takesNull === true
    for (let i = 0; i < length; i++) if (all || !first.isNull(i)) { const g = groups[i]!; this.#sketches[g] = add(this.#sketches[g]!, i) }
  }

  merge(groups: Int32Array, length: number, buffers: readonly Vector[]): void {
    const stored = buffers[0]!
    for (let i = 0; i < length; i++) if (!stored.isNull(i)) { const g = groups[i]!; this.#sketches[g] = this.#a.merge(this.#sketches[g]!, stored.value(i) as Uint8Array) }
  }

  buffers(count: number): Vector[] { return [vectorOf(binaryType, this.#sketches.slice(0, count).map(s => this.#a.store(s)))] }
  result(count: number): Vector { return vectorOf(this.#a.type, this.#sketches.slice(0, count).map(s => this.#a.finish(s))) }
}
