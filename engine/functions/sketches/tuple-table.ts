/** The distinct hashes of a tuple sketch while it grows, a number and its mode beside each. The table grows and is cut at the same moments as that of Apache DataSketches, as its order becomes that of the bytes. */
import { ProbedHashes } from './probed-hashes.ts'
import { mostTheta } from './theta-sketch.ts'
import { TupleSketch } from './tuple-sketch.ts'
import { combineOf, startOf, type Combine, type SummaryKind, type SummaryMode } from './tuple-summaries.ts'

const leastLgSize = 5, lgGrowth = 3

export class TupleTable {
  readonly #kind: SummaryKind
  readonly #nominal: number
  readonly #mode: SummaryMode
  readonly #start: number
  readonly #combine: Combine
  #hashes: ProbedHashes
  #numbers: Float64Array
  #modes: Uint8Array
  #count = 0
  #most = 0
  #theta = mostTheta
  #thetaLow = 0xffffffff
  #thetaHigh = 0x7fffffff
  #empty = true

  constructor(kind: SummaryKind, lgNominal: number, mode: SummaryMode) {
    this.#kind = kind
    this.#nominal = 2 ** lgNominal
    this.#mode = mode
    this.#start = startOf(kind, mode)
    this.#combine = combineOf(kind, mode)
    // A table that grows eightfold ends at twice the nominal entries.
    this.#hashes = new ProbedHashes(leastLgSize + Math.max(0, lgNominal + 1 - leastLgSize) % lgGrowth)
    this.#numbers = new Float64Array(this.#hashes.size)
    this.#modes = new Uint8Array(this.#hashes.size)
    this.#setMost()
  }

  get theta(): bigint { return this.#theta }
  get count(): number { return this.#count }
  get nominal(): number { return this.#nominal }

  /** Takes in the hash of a row, in halves, with the row's number. */
  add(low: number, high: number, number: number): void {
    this.#empty = false
    if (!this.#below(low, high)) return
    const at = this.#hashes.place(low, high), isNew = this.#hashes.isFree(at)
    if (isNew) this.#put(at, low, high, this.#start, this.#mode)
    this.#numbers[at] = this.#combine(this.#numbers[at]!, number)
    if (isNew) this.#makeRoom()
  }

  /** Takes in a hash of another sketch: a new one keeps its number and mode as they are. */
  addOther(low: number, high: number, number: number, mode: SummaryMode): void {
    this.#empty = false
    if (!this.#below(low, high)) return
    const at = this.#hashes.place(low, high)
    if (this.#hashes.isFree(at)) { this.#put(at, low, high, number, mode); this.#makeRoom(); return }
    this.#numbers[at] = this.#combine(this.#combine(this.#start, this.#numbers[at]!), number)
    this.#modes[at] = this.#mode
  }

  /** The sketch so far: all that the table holds. */
  sketch(): TupleSketch {
    if (this.#count === 0) return TupleSketch.bare(this.#kind, this.#empty ? mostTheta : this.#theta, this.#empty)
    return this.#taken(this.#theta, this.#count)
  }

  /** The sketch of what lies below `theta`, the nominal entries at most. */
  sketchBelow(theta: bigint): TupleSketch {
    const sorted = this.#hashes.slots().filter(h => h !== 0n && h < theta).sort(), past = sorted.length > this.#nominal
    if (sorted.length === 0) return TupleSketch.bare(this.#kind, theta, false)
    return past ? this.#taken(sorted[this.#nominal]!, this.#nominal) : this.#taken(theta, sorted.length)
  }

  #taken(theta: bigint, n: number): TupleSketch {
    const slots = this.#hashes.slots(), hashes = new BigUint64Array(n), numbers = new Float64Array(n), modes = new Uint8Array(n)
    for (let i = 0, k = 0; i < slots.length; i++) if (slots[i] !== 0n && slots[i]! < theta) { hashes[k] = slots[i]!; numbers[k] = this.#numbers[i]!; modes[k++] = this.#modes[i]! }
    return new TupleSketch(this.#kind, hashes, numbers, modes, theta, this.#empty)
  }

  #below(low: number, high: number): boolean { return (high < this.#thetaHigh || (high === this.#thetaHigh && low < this.#thetaLow)) && (low | high) !== 0 }

  #put(at: number, low: number, high: number, number: number, mode: SummaryMode): void {
    this.#hashes.put(at, low, high)
    this.#numbers[at] = number
    this.#modes[at] = mode
    this.#count++
  }

  #makeRoom(): void {
    if (this.#count <= this.#most) return
    if (this.#hashes.size <= this.#nominal) { this.#rebuild(this.#hashes.lgSize + lgGrowth); return }
    // Theta becomes the first hash past the nominal entries.
    this.#theta = this.#hashes.slots().filter(h => h !== 0n).sort()[this.#nominal]!
    this.#thetaLow = Number(this.#theta & 0xffffffffn)
    this.#thetaHigh = Number(this.#theta >> 32n)
    this.#rebuild(this.#hashes.lgSize)
  }

  #rebuild(lgSize: number): void {
    const { words } = this.#hashes, numbers = this.#numbers, modes = this.#modes
    this.#hashes = new ProbedHashes(lgSize)
    this.#numbers = new Float64Array(this.#hashes.size)
    this.#modes = new Uint8Array(this.#hashes.size)
    this.#count = 0
    for (let i = 0; i < numbers.length; i++) {
      const low = words[2 * i]!, high = words[2 * i + 1]!
      if (this.#below(low, high)) this.#put(this.#hashes.place(low, high), low, high, numbers[i]!, modes[i]!)
    }
    this.#setMost()
  }

  #setMost(): void { const { size } = this.#hashes; this.#most = size > this.#nominal ? (size * 15) >> 4 : size >> 1 }
}
