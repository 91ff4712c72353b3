/** How often a row comes in a sample with replacement: draws from a Poisson distribution by the random numbers that Spark takes there, a WELL generator of 19937 bits. */

const size = 624

/** The bits that a seed determines. State and steps are those of WELL19937c, so that a seed gives the rows that Spark gives. */
class WellStream {
  readonly #state = new Int32Array(size)
  #at = 0

  constructor(seed: bigint) {
    const state = this.#state
    state[0] = Number(BigInt.asIntN(32, seed >> 32n))
    state[1] = Number(BigInt.asIntN(32, seed))
    // The rest of the state is stretched from the two words given.
    for (let i = 2; i < size; i++) { const l = state[i - 2]!; state[i] = (Math.imul(1812433253, l ^ (l >> 30)) + i) | 0 }
  }

  #bits(n: number): number {
    const v = this.#state, at = this.#at, last = (at + size - 1) % size, before = (at + size - 2) % size
    const v0 = v[at]!, v1 = v[(at + 70) % size]!, v2 = v[(at + 179) % size]!, v3 = v[(at + 449) % size]!
    const z0 = (v[last]! & 0x80000000) ^ (v[before]! & 0x7fffffff)
    const z1 = v0 ^ (v0 << 25) ^ v1 ^ (v1 >>> 27), z2 = (v2 >>> 9) ^ v3 ^ (v3 >>> 1), z3 = z1 ^ z2
    let z = z0 ^ z1 ^ (z1 << 9) ^ z2 ^ (z2 << 21) ^ z3 ^ (z3 >>> 21)
    v[at] = z3
    v[last] = z
    v[before]! &= 0x80000000
    this.#at = last
    z ^= (z << 7) & 0xe46e1700
    z ^= (z << 15) & 0x9b868000
    return z >>> (32 - n)
  }

  /** From 0 (included) to 1. */
  nextDouble(): number { return (this.#bits(26) * 67108864 + this.#bits(26)) / 2 ** 52 }
}

/** The largest mean whose draws are made by multiplying; above it they would be made of normal ones. */
export const greatestMean = 40

export class PoissonDraws {
  readonly #mean: number
  readonly #least: number
  readonly #stream: WellStream

  /** `mean`: from 0 to below greatestMean. */
  constructor(mean: number, seed: bigint) {
    this.#mean = mean
    this.#least = Math.exp(-mean)
    this.#stream = new WellStream(seed)
  }

  next(): number {
    let n = 0
    if (this.#mean > 0) for (let product = 1; n < 1000 * this.#mean; n++) if ((product *= this.#stream.nextDouble()) < this.#least) return n
    return n
  }
}
