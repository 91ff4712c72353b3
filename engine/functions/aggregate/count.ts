/** count: rows whose arguments are all not NULL. */
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator, AggregateFunction } from '../../expressions/aggregate-function.ts'
import type { Frames } from '../../expressions/window-function.ts'
import { longType } from '../../types/data-type.ts'
import { presentBefore } from './over-frames.ts'
import { grownLongs } from './typed-arrays.ts'

export const countFunction: AggregateFunction = { name: 'count', type: longType, bufferTypes: [longType], create: () => new Count(), overFrames: countOverFrames }

function countOverFrames(f: Frames, args: readonly Vector[]): Vector {
  const counts = new BigInt64Array(f.length), before = presentBefore(args, args[0]?.length ?? 0)
  for (let i = 0; i < f.length; i++) counts[i] = BigInt(before[f.to[i]!]! - before[f.from[i]!]!)
  return new FixedVector(longType, counts, null, f.length)
}

class Count implements Accumulator {
  #counts = new BigInt64Array(16)
  // Counts of one batch fit in 32 bits, which are cheaper to add to.
  #batch = new Int32Array(16)

  resize(count: number): void {
    this.#counts = grownLongs(this.#counts, count)
    if (this.#batch.length < this.#counts.length) this.#batch = new Int32Array(this.#counts.length)
  }

  update(groups: Int32Array, length: number, args: readonly Vector[]): void {
    const nullable = args.filter(a => (a instanceof ConstantVector ? a.constant === null : a.nulls !== null || a.layout === 'dictionary'))
    const batch = this.#batch
    if (nullable.length === 0) for (let i = 0; i < length; i++) { const g = groups[i]!; batch[g] = batch[g]! + 1 }
    else for (let i = 0; i < length; i++) { if (!nullable.some(a => a.isNull(i))) { const g = groups[i]!; batch[g] = batch[g]! + 1 } }
    for (let i = 0; i < length; i++) { const g = groups[i]!; const n = batch[g]!; if (n !== 0) { this.#counts[g] = this.#counts[g]! + BigInt(n); batch[g] = 0 } }
  }

  merge(groups: Int32Array, length: number, [counts]: readonly Vector[]): void {
    for (let i = 0; i < length; i++) { const g = groups[i]!; this.#counts[g] = BigInt.asIntN(64, this.#counts[g]! + (counts!.get(i) as bigint)) }
  }

  buffers(count: number): Vector[] { return [this.result(count)] }
  result(count: number): Vector { return new FixedVector(longType, this.#counts.slice(0, count), null, count) }
}
