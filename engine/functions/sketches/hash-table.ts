/** The distinct hashes of a theta sketch while it grows: those below theta in an open table of halves; never many more than twice the nominal entries. */
import { ThetaSketch, mostTheta } from './theta-sketch.ts'

const firstSize = 32

export class HashTable {
  readonly #nominal: number
  #slots = new BigUint64Array(firstSize)
  // The slots in halves, the low one first: no hash becomes a bigint while rows go by.
  #words = new Uint32Array(this.#slots.buffer)
  #count = 0
  #theta = mostTheta
  #thetaLow = 0xffffffff
  #thetaHigh = 0x7fffffff
  #empty = true

  constructor(lgNominal: number) { this.#nominal = 2 ** lgNominal }

  /** Takes in a hash of 63 bits, in halves. */
  add(low: number, high: number): void {
    this.#empty = false
    if (high > this.#thetaHigh || (high === this.#thetaHigh && low >= this.#thetaLow) || (low | high) === 0) return
    const at = this.#place(low, high)
    if (this.#words[2 * at] === low && this.#words[2 * at + 1] === high) return
    this.#put(at, low, high)
    if (this.#slots.length < 2 * this.#nominal) { if (2 * this.#count > this.#slots.length) this.#rebuild(2 * this.#slots.length) }
    else if (16 * this.#count > 15 * this.#slots.length) this.#cut()
  }

  /** Takes in another sketch: its hashes, and its theta where that is the lower one. */
  addSketch(s: ThetaSketch): void {
    if (s.empty) return
    this.#empty = false
    if (s.theta < this.#theta) this.#lower(s.theta)
    const words = new Uint32Array(s.hashes.buffer, s.hashes.byteOffset, 2 * s.hashes.length)
    for (let i = 0; i < s.hashes.length; i++) this.add(words[2 * i]!, words[2 * i + 1]!)
  }

  /** The sketch so far: at most the nominal entries, in the order of their hashes. */
  sketch(): ThetaSketch {
    const sorted = this.#slots.filter(h => h !== 0n && h < this.#theta).sort(), past = sorted.length > this.#nominal
    return new ThetaSketch(past ? sorted.slice(0, this.#nominal) : sorted, past ? sorted[this.#nominal]! : this.#theta, this.#empty)
  }

  #place(low: number, high: number): number {
    const words = this.#words, mask = this.#slots.length - 1
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const l = words[2 * at]!, h = words[2 * at + 1]!
      if ((l === low && h === high) || (l | h) === 0) return at
    }
  }

  #put(at: number, low: number, high: number): void {
    this.#words[2 * at] = low
    this.#words[2 * at + 1] = high
    this.#count++
  }

  #lower(theta: bigint): void {
    this.#theta = theta
    this.#thetaLow = Number(theta & 0xffffffffn)
    this.#thetaHigh = Number(theta >> 32n)
  }

  // Theta becomes the first hash past the nominal entries.
  #cut(): void {
    const sorted = this.#slots.filter(h => h !== 0n).sort()
    if (sorted[this.#nominal]! < this.#theta) this.#lower(sorted[this.#nominal]!)
    this.#rebuild(this.#slots.length)
  }

  #rebuild(size: number): void {
    const words = this.#words
    this.#slots = new BigUint64Array(size)
    this.#words = new Uint32Array(this.#slots.buffer)
    this.#count = 0
    for (let i = 0; i < words.length; i += 2) {
      const low = words[i]!, high = words[i + 1]!
      if ((low | high) === 0 || high > this.#thetaHigh || (high === this.#thetaHigh && low >= this.#thetaLow)) continue
      this.#put(this.#place(low, high), low, high)
    }
  }
}
