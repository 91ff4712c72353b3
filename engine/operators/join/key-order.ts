/** Rows in the order of their keys' numbers: then what a join looks up for them lies one behind the other in memory, and the processor need not wait for each. */
import type { Batch } from '../../columns/batch.ts'
import type { DataType } from '../../types/data-type.ts'
import type { JoinScratch } from './join-scratch.ts'

// So many rows meet the other side at once: the more there are, the nearer neighbours lie.
const rowsAtOnce = 1 << 16
// Fewer rows stay in the order they came in: they are quick in any order, and somebody may read them.
const fewRows = 2048
const digitBits = 11, digits = 1 << digitBits

/** Batches put together until they are large; each is valid until the next is asked for. */
export async function* largeBatches(types: readonly DataType[], batches: AsyncIterable<Batch>, scratch: JoinScratch): AsyncGenerator<Batch> {
  let parts: Batch[] = [], length = 0
  for await (const batch of batches) {
    if (length > 0 && length + batch.length > rowsAtOnce) { yield scratch.joined(types, parts); parts = []; length = 0 }
    if (batch.length > 0) { parts.push(batch); length += batch.length }
  }
  if (length > 0) yield scratch.joined(types, parts)
}

export class KeyOrder {
  // Scratch space, kept from batch to batch.
  #rows = new Int32Array(0)
  #next = new Int32Array(0)
  #keys = new Int32Array(0)
  readonly #starts = new Int32Array(digits)

  /** The rows by the numbers of their keys, those of one key as they came, and these numbers; valid until the next call. Null where they may stay as they are. */
  of(keys: Int32Array, count: number): { readonly rows: Int32Array; readonly keys: Int32Array } | null {
    if (count < fewRows) return null
    let most = 0, isOrdered = true
    for (let i = 0, last = 0; i < count; i++) { const k = keys[i]!; if (k < last) isOrdered = false; if (k > most) most = k; last = k }
    if (isOrdered) return null
    if (this.#rows.length < count) { this.#rows = new Int32Array(count); this.#next = new Int32Array(count); this.#keys = new Int32Array(count) }
    const starts = this.#starts
    let rows = this.#rows, next = this.#next
    for (let i = 0; i < count; i++) rows[i] = i
    for (let shift = 0; shift < 31 && most >>> shift > 0; shift += digitBits) {
      starts.fill(0)
      for (let i = 0; i < count; i++) starts[keys[i]! >>> shift & digits - 1]!++
      for (let d = 0, at = 0; d < digits; d++) { const n = starts[d]!; starts[d] = at; at += n }
      for (let i = 0; i < count; i++) { const row = rows[i]!; next[starts[keys[row]! >>> shift & digits - 1]!++] = row }
      ;[rows, next] = [next, rows]
    }
    const sorted = this.#keys
    for (let i = 0; i < count; i++) sorted[i] = keys[rows[i]!]!
    return { rows, keys: sorted }
  }
}
