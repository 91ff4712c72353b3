/**
 * SampleExec: keeps each row with the given probability (a range of [0, 1)). RepeatedSampleExec: each row as often as a Poisson distribution says.
 * Both give the rows that Spark gives of one partition for the same seed.
 */
import type { Batch } from '../../columns/batch.ts'
import type { Attribute } from '../../expressions/expression.ts'
import { PoissonDraws } from '../../functions/poisson.ts'
import { JavaRandom } from '../../functions/java-random.ts'
import { RandomStream } from '../../functions/random.ts'
import type { Exec, Task } from '../operator.ts'

export class SampleExec implements Exec {
  readonly name = 'SampleExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #from: number
  readonly #to: number
  readonly #fraction: number
  readonly #seed: bigint

  constructor(from: number, fraction: number, seed: bigint, child: Exec) {
    this.#from = from
    this.#to = from + fraction
    this.#fraction = fraction
    this.#seed = seed
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return String(this.#fraction) }

  async *run(task: Task): AsyncGenerator<Batch> {
    const stream = new RandomStream(this.#seed)
    for await (const batch of this.children[0].run(task)) {
      const rows = new Int32Array(batch.length)
      let n = 0
      for (let i = 0; i < batch.length; i++) { const at = stream.nextDouble(); if (at >= this.#from && at < this.#to) rows[n++] = i }
      if (n > 0) yield batch.take(rows, n)
    }
  }
}

export class RepeatedSampleExec implements Exec {
  readonly name = 'SampleExec'
  readonly output: readonly Attribute[]
  readonly children: readonly [Exec]
  readonly #mean: number
  readonly #seed: bigint

  constructor(mean: number, seed: bigint, child: Exec) {
    this.#mean = mean
    this.#seed = seed
    this.output = child.output
    this.children = [child]
  }

  describe(): string { return `${this.#mean}, with replacement` }

  async *run(task: Task): AsyncGenerator<Batch> {
    const draws = new PoissonDraws(this.#mean, new JavaRandom(this.#seed).nextLong())
    for await (const batch of this.children[0].run(task)) {
      let rows = new Int32Array(Math.ceil(batch.length * (this.#mean + 1))), n = 0
      for (let i = 0; i < batch.length; i++) {
        const times = draws.next()
        if (n + times > rows.length) { const wider = new Int32Array(2 * rows.length + times); wider.set(rows); rows = wider }
        rows.fill(i, n, n += times)
      }
      if (n > 0) yield batch.take(rows, n)
    }
  }
}
