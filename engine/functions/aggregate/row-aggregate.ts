/** Aggregates described by what one row does to one group's state: the short way, for functions that are not on the hot path. */
import { vectorOf } from '../../columns/builder.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator, AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Frames } from '../../expressions/window-function.ts'
import type { DataType } from '../../types/data-type.ts'

export interface RowAggregate {
  readonly name: string
  readonly type: DataType
  readonly bufferTypes: readonly DataType[]
  /** The state of no rows: a value a buffer column. */
  zero(): unknown[]
  /** Takes a row in; arguments are internal values, null for NULL. */
  update(state: unknown[], ...args: any[]): void
  /** Takes the state of later rows in. */
  merge(state: unknown[], other: readonly unknown[]): void
  finish(state: readonly unknown[]): unknown
  /** The state as internal values of the buffer types, where it is kept as something else meanwhile. */
  store?(state: unknown[]): readonly unknown[]
}

export function rowAggregate(a: RowAggregate): AggregateFunction {
  return { name: a.name, type: a.type, bufferTypes: a.bufferTypes, create: () => new RowAccumulator(a), overFrames: (f, args) => rowsOverFrames(a, f, args) }
}

/** The results of frames, row by row: a frame that only grows at its end goes on from the one before, another is added up anew. */
export function rowsOverFrames(a: RowAggregate, f: Frames, args: readonly Vector[]): Vector {
  const out = new Array<unknown>(f.length), [x, y] = args
  let state = a.zero(), from = 0, to = 0, result: unknown, changed = true
  for (let i = 0; i < f.length; i++) {
    if (f.from[i] !== from) { state = a.zero(); from = to = f.from[i]!; changed = true }
    for (; to < f.to[i]!; to++) {
      if (args.length === 1) a.update(state, x!.get(to))
      else if (args.length === 2) a.update(state, x!.get(to), y!.get(to))
      else a.update(state, ...args.map(v => v.get(to)))
      changed = true
    }
    // A list is the state itself, which goes on growing.
    if (changed) { result = a.finish(state); if (Array.isArray(result)) result = [...result as unknown[]]; changed = false }
    out[i] = result
  }
  return vectorOf(a.type, out)
}

class RowAccumulator implements Accumulator {
  readonly #a: RowAggregate
  readonly #states: unknown[][] = []

  constructor(a: RowAggregate) { this.#a = a }

  resize(count: number): void { while (this.#states.length < count) this.#states.push(this.#a.zero()) }

  update(groups: Int32Array, length: number, args: readonly Vector[]): void {
    const [x, y, z] = args
    for (let i = 0; i < length; i++) {
      const state = this.#states[groups[i]!]!
      if (args.length === 1) this.#a.update(state, x!.get(i))
      else if (args.length === 2) this.#a.update(state, x!.get(i), y!.get(i))
      else this.#a.update(state, ...[x, y, z].slice(0, args.length).map(v => v!.get(i)), ...args.slice(3).map(v => v.get(i)))
    }
  }

  merge(groups: Int32Array, length: number, buffers: readonly Vector[]): void {
    for (let i = 0; i < length; i++) this.#a.merge(this.#states[groups[i]!]!, buffers.map(b => b.get(i)))
  }

  buffers(count: number): Vector[] {
    const stored = this.#states.slice(0, count).map(s => this.#a.store?.(s) ?? s)
    return this.#a.bufferTypes.map((t, k) => vectorOf(t, stored.map(s => s[k])))
  }
  result(count: number): Vector { return vectorOf(this.#a.type, this.#states.slice(0, count).map(s => this.#a.finish(s))) }
}
