/** An open table of hashes of 63 bits in halves, each at its place by double hashing as Apache DataSketches has it: the order of a tuple sketch's bytes is the order in such a table. */

export class ProbedHashes {
  readonly lgSize: number
  /** The low halves at even places, the high ones at odd. */
  readonly words: Uint32Array<ArrayBuffer>

  constructor(lgSize: number) {
    this.lgSize = lgSize
    this.words = new Uint32Array(2 * 2 ** lgSize)
  }

  get size(): number { return 2 ** this.lgSize }

  /** Where a hash lies, or would. */
  place(low: number, high: number): number {
    const { words, lgSize } = this, mask = this.size - 1, step = 2 * (((low >>> lgSize) | (high << (32 - lgSize))) & 127) + 1
    for (let at = low & mask; ; at = (at + step) & mask) {
      const l = words[2 * at]!, h = words[2 * at + 1]!
      if ((l === low && h === high) || (l | h) === 0) return at
    }
  }

  isFree(at: number): boolean { return (this.words[2 * at]! | this.words[2 * at + 1]!) === 0 }

  put(at: number, low: number, high: number): void {
    this.words[2 * at] = low
    this.words[2 * at + 1] = high
  }

  has(low: number, high: number): boolean { return !this.isFree(this.place(low, high)) }

  /** The places as whole hashes, 0 where one is free. */
  slots(): BigUint64Array { return new BigUint64Array(this.words.buffer) }
}
