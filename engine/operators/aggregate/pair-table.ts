/** Gives each distinct pair of small numbers a small number of its own: directly indexed while the ranges are small, hashed when not. */

const directLimit = 1 << 20

export class PairTable {
  /** One more than the greatest number given. */
  count = 0
  #as = new Int32Array(64)
  #bs = new Int32Array(64)
  #direct: Int32Array | null = new Int32Array(1 << 12).fill(-1)
  #shift = 6
  #table = new Int32Array(0)

  /** `out[i]` becomes the number of the pair (a[i], b[i]); `out` may be `a`. With `known`, a pair that is new or has a number below 0 is not kept and has −1. */
  combine(a: Int32Array, b: Int32Array, length: number, out: Int32Array, known = false): void {
    let i = 0
    if (known) { for (; i < length; i++) out[i] = this.#find(a[i]!, b[i]!); return }
    while (i < length && this.#direct !== null) {
      const direct = this.#direct, shift = this.#shift, limit = 1 << shift
      for (; i < length; i++) {
        const x = a[i]!, y = b[i]!
        const at = (x << shift) | y
        if (y >= limit || at >= direct.length) { this.#widen(x, y); break }
        let code = direct[at]!
        if (code < 0) { code = this.#add(x, y); direct[at] = code }
        out[i] = code
      }
    }
    for (; i < length; i++) out[i] = this.#hashed(a[i]!, b[i]!)
  }

  #add(a: number, b: number): number {
    const code = this.count++
    if (code >= this.#as.length) {
      const as = new Int32Array(code * 2), bs = new Int32Array(code * 2)
      as.set(this.#as); bs.set(this.#bs)
      this.#as = as; this.#bs = bs
    }
    this.#as[code] = a; this.#bs[code] = b
    return code
  }

  #widen(a: number, b: number): void {
    let shift = this.#shift, most = a
    while (b >= 1 << shift) shift++
    for (let c = 0; c < this.count; c++) if (this.#as[c]! > most) most = this.#as[c]!
    const size = (most + 1) * 2 * (1 << shift)
    if (size > directLimit) { this.#direct = null; this.#rehash(Math.max(1 << 12, 4 << Math.ceil(Math.log2(this.count + 1)))); return }
    const direct = new Int32Array(size).fill(-1)
    for (let c = 0; c < this.count; c++) direct[(this.#as[c]! << shift) | this.#bs[c]!] = c
    this.#direct = direct
    this.#shift = shift
  }

  #find(a: number, b: number): number {
    if (a < 0 || b < 0) return -1
    const direct = this.#direct
    if (direct !== null) { const at = (a << this.#shift) | b; return b >= 1 << this.#shift || at >= direct.length ? -1 : direct[at]! }
    const mask = this.#table.length - 1
    for (let at = mix(a, b) & mask; ; at = (at + 1) & mask) {
      const entry = this.#table[at]!
      if (entry === 0) return -1
      if (this.#as[entry - 1] === a && this.#bs[entry - 1] === b) return entry - 1
    }
  }

  #hashed(a: number, b: number): number {
    const mask = this.#table.length - 1
    let at = mix(a, b) & mask
    for (;;) {
      const entry = this.#table[at]!
      if (entry === 0) break
      if (this.#as[entry - 1] === a && this.#bs[entry - 1] === b) return entry - 1
      at = (at + 1) & mask
    }
    const code = this.#add(a, b)
    this.#table[at] = code + 1
    if (this.count * 2 > this.#table.length) this.#rehash(this.#table.length * 4)
    return code
  }

  #rehash(size: number): void {
    const table = new Int32Array(size), mask = size - 1
    for (let c = 0; c < this.count; c++) {
      let at = mix(this.#as[c]!, this.#bs[c]!) & mask
      while (table[at] !== 0) at = (at + 1) & mask
      table[at] = c + 1
    }
    this.#table = table
  }
}

const mix = (a: number, b: number): number => { let h = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b); h ^= h >>> 16; h = Math.imul(h, 0xc2b2ae35); return h ^ (h >>> 15) }
