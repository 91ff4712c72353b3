/** Random choices, drawn from one stream of numbers. */
import type { Draw } from '../../fixtures/random.ts'

export class Choices {
  readonly #draw: Draw

  constructor(draw: Draw) { this.#draw = draw }

  below(n: number): number { return this.#draw() % n }
  chance(percent: number): boolean { return this.below(100) < percent }
  one<T>(...of: readonly T[]): T { return of[this.below(of.length)]! }

  /** Some of these in their order, each taken with two in five; at least one. */
  some<T>(of: readonly T[], atLeast = 1): T[] {
    const taken = new Set(of.filter(() => this.chance(40)))
    while (taken.size < Math.min(atLeast, of.length)) taken.add(this.one(...of))
    return of.filter(x => taken.has(x))
  }

  /** A key of the record; its number is how often it is taken beside the others. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let at = this.below(entries.reduce((sum, [, w]) => sum + w, 0))
    for (const [key, weight] of entries) { if (at < weight) return key; at -= weight }
    return entries[0]![0]
  }
}
