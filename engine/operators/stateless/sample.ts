/** SampleExec: keeps each row with the given probability (a range of [0, 1)), the same rows for the same seed. */
import type { Batch } from '../../columns/batch.ts'
import type { Attribute } from '../../expressions/expression.ts'
import type { Exec, Task } from '../operator.ts'

export class SampleExec implements Exec {
  readonly name = 'SampleExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #from: number
  readonly #to: number
  readonly #fraction: number
  readonly #seed: number

  constructor(from: number, fraction: number, seed: number, child: Exec) {
    this.#from = from
    this.#to = from + fraction
    this.#fraction = fraction
    this.#seed = seed
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return String(this.#fraction) }

  async *run(task: Task): AsyncGenerator<Batch> {
    let state = (this.#seed ^ 0x9e3779b9) >>> 0
    // mulberry32: one multiplication and a few shifts a number
    const next = (): number => { state = (state + 0x6d2b79f5) >>> 0; let t = Math.imul(state ^ (state >>> 15), 1 | state); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296 }
    for await (const batch of this.children[0].run(task)) {
      const rows = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) { const at = next(); if (at >= this.#from && at < this.#to) rows[n++] = i }
      if (n > 0) yield batch.take(rows, n)
    }
  }
}
