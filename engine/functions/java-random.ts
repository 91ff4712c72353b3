/** The numbers that Java's Random draws for a seed: a linear congruence of 48 bits, where Spark's results hang on it. */
export class JavaRandom {
  #seed: bigint
  constructor(seed: bigint) { this.#seed = BigInt.asUintN(48, seed ^ 0x5deece66dn) }

  #bits(n: bigint): number {
    this.#seed = BigInt.asUintN(48, this.#seed * 0x5deece66dn + 0xbn)
    return Number(this.#seed >> (48n - n))
  }

  nextLong(): bigint { const high = BigInt.asIntN(32, BigInt(this.#bits(32n))); return BigInt.asIntN(64, (high << 32n) + BigInt.asIntN(32, BigInt(this.#bits(32n)))) }

  /** From 0 (included) to 1. */
  nextDouble(): number { return (this.#bits(26n) * 134217728 + this.#bits(27n)) / 2 ** 53 }

  /** From 0 to 2³¹ − 2. */
  nextInt(): number { let n: number; do n = this.#bits(31n); while (n === 0x7fffffff); return n }
}
