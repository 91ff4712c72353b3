/** Arrays that serve call after call: for what a function needs of each row while it runs, and gives to nobody. */

// What one call needed beyond this goes with it.
const keptLength = 1 << 17

/** Makes such an array once and hands it to each call. Two calls that are under way at the same time must not share one: a function that calls itself takes none. */
export class ScratchInts {
  #ints = new Int32Array(0)

  /** An array of at least this length with anything in it, until the next call. */
  take(length: number): Int32Array {
    if (length <= this.#ints.length) return this.#ints
    const ints = new Int32Array(Math.max(256, length + (length >> 2)))
    if (ints.length <= keptLength) this.#ints = ints
    return ints
  }
}
