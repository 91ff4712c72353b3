/** sum and avg of doubles, a loop over typed arrays; sums of others are in sum.ts. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import type { Frames } from '../../expressions/window-function.ts'
import { doubleType, longType } from '../../types/data-type.ts'
import { presentBefore } from './over-frames.ts'
import { grownFloats } from './typed-arrays.ts'

/** A sum and a count a group; `mean` says which of the two results is wanted. State: sum (NULL of no rows), and for the mean the count. */
export class DoubleSum implements Accumulator {
  readonly #mean: boolean
  #sums = new Float64Array(16)
  #counts = new Float64Array(16)

  constructor(mean: boolean) { this.#mean = mean }

  resize(count: number): void { this.#sums = grownFloats(this.#sums, count); this.#counts = grownFloats(this.#counts, count) }

  update(groups: Int32Array, length: number, [values]: readonly Vector[]): void {
    const sums = this.#sums, counts = this.#counts
    if (values instanceof FixedVector) {
      const data = values.data as Float64Array, nulls = values.nulls
      if (nulls === null) for (let i = 0; i < length; i++) { const g = groups[i]!; sums[g] = sums[g]! + data[i]!; counts[g] = counts[g]! + 1 }
      else for (let i = 0; i < length; i++) { if (nulls[i] === 0) { const g = groups[i]!; sums[g] = sums[g]! + data[i]!; counts[g] = counts[g]! + 1 } }
      return
    }
    for (let i = 0; i < length; i++) {
      const v = values!.get(i) as number | null
      if (v !== null) { const g = groups[i]!; sums[g] = sums[g]! + v; counts[g] = counts[g]! + 1 }
    }
  }

  merge(groups: Int32Array, length: number, [sums, counts]: readonly Vector[]): void {
    for (let i = 0; i < length; i++) {
      const v = sums!.get(i) as number | null
      if (v === null) continue
      const n = counts === undefined ? 1 : Number(counts.get(i) as bigint)
      if (n === 0) continue
      const g = groups[i]!
      this.#sums[g] = this.#sums[g]! + v
      this.#counts[g] = this.#counts[g]! + n
    }
  }

  #empty(count: number): Uint8Array | null {
    let nulls: Uint8Array | null = null
    for (let g = 0; g < count; g++) if (this.#counts[g] === 0) (nulls ??= new Uint8Array(count))[g] = 1
    return nulls
  }

  buffers(count: number): Vector[] {
    const sums = new FixedVector(doubleType, this.#sums.slice(0, count), this.#mean ? null : this.#empty(count), count)
    return this.#mean ? [sums, new FixedVector(longType, BigInt64Array.from(this.#counts.subarray(0, count), BigInt), null, count)] : [sums]
  }

  result(count: number): Vector {
    const out = this.#sums.slice(0, count)
    if (this.#mean) for (let g = 0; g < count; g++) out[g] = out[g]! / this.#counts[g]!
    return new FixedVector(doubleType, out, this.#empty(count), count)
  }
}

const blockSize = 64, narrow = 128

/**
 * Sums or means of frames. A frame that only grows goes on from the one before and a narrow one is added up anew, both in the order of the rows, so that the last digit is Spark's;
 * a wide one that slides is put together of the sums of blocks, and of blocks of blocks.
 */
export function doublesOverFrames(mean: boolean, f: Frames, [values]: readonly Vector[]): Vector {
  const v = values!, present = presentBefore([v], v.length), data = new Float64Array(v.length)
  for (let i = 0; i < v.length; i++) if (present[i + 1]! > present[i]!) data[i] = v.value(i) as number
  const levels: Float64Array[] = [data]
  const sum = (level: number, from: number, to: number): number => {
    let total = 0
    if (to - from <= narrow) { const own = levels[level]!; for (let i = from; i < to; i++) total += own[i]!; return total }
    if (levels[level + 1] === undefined) levels.push(blocksOf(levels[level]!))
    const first = Math.ceil(from / blockSize), last = Math.floor(to / blockSize)
    return sum(level, from, first * blockSize) + sum(level + 1, first, last) + sum(level, last * blockSize, to)
  }
  const out = new Float64Array(f.length), nulls = new Uint8Array(f.length)
  let from = -1, to = 0, total = 0, empty = false
  for (let i = 0; i < f.length; i++) {
    const a = f.from[i]!, b = f.to[i]!
    if (a === from) for (; to < b; to++) total += data[to]!
    else { total = sum(0, a, b); from = a; to = b }
    const n = present[b]! - present[a]!
    if (n === 0) { nulls[i] = 1; empty = true } else out[i] = mean ? total / n : total
  }
  return new FixedVector(doubleType, out, empty ? nulls : null, f.length)
}

function blocksOf(a: Float64Array): Float64Array {
  const out = new Float64Array(Math.ceil(a.length / blockSize))
  for (let i = 0; i < a.length; i++) { const b = Math.floor(i / blockSize); out[b] = out[b]! + a[i]! }
  return out
}
