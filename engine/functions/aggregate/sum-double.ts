/** sum and avg of doubles, a loop over typed arrays; sums of others are in sum.ts. */
import { FixedVector } from '../../columns/fixed-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import type { Accumulator } from '../../expressions/aggregate-function.ts'
import { doubleType, longType } from '../../types/data-type.ts'
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
