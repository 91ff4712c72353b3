/** The rows of a MemoryStream: one batch for each addData, numbered from 0. */
import type { Batch } from '../columns/batch.ts'

export class MemoryStreamHandle {
  readonly #batches = new Map<number, Batch>()
  #next = 0

  /** Adds a batch and says its number. */
  add(batch: Batch): number {
    this.#batches.set(this.#next, batch)
    return this.#next++
  }

  /** The number of the newest batch, −1 when there is none. */
  get latest(): number { return this.#next - 1 }

  /** The batches numbered from + 1 to `to`. */
  between(from: number, to: number): Batch[] {
    const found: Batch[] = []
    for (let i = from + 1; i <= to; i++) { const b = this.#batches.get(i); if (b !== undefined) found.push(b) }
    return found
  }

  /** Forgets everything up to a number: it has been processed for good. */
  forget(to: number): void { for (const n of this.#batches.keys()) if (n <= to) this.#batches.delete(n) }
}
