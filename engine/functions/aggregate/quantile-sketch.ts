/**
 * The Greenwald–Khanna sketch behind percentile_approx: samples (value, g, delta), where the rank of a value lies between the sum of the g up to it and that plus delta.
 * Inserts are buffered, then merged in sorted, then neighbours are folded while the error allows.
 */
interface Sample { readonly value: number; readonly g: number; readonly delta: number }

const headLimit = 50_000, compressLimit = 10_000

export class QuantileSketch {
  readonly relativeError: number
  count = 0
  #samples: Sample[] = []
  #head: number[] = []

  constructor(relativeError: number) {
    this.relativeError = relativeError
  }

  get isEmpty(): boolean { return this.count === 0 && this.#head.length === 0 }

  insert(value: number): void {
    this.#head.push(value)
    if (this.#head.length >= headLimit) { this.#takeHead(); if (this.#samples.length >= compressLimit) this.#compress() }
  }

  #takeHead(): void {
    if (this.#head.length === 0) return
    const sorted = Float64Array.from(this.#head).sort()
    this.#head = []
    const out: Sample[] = []
    let at = 0, count = this.count
    for (let i = 0; i < sorted.length; i++) {
      const value = sorted[i]!
      while (at < this.#samples.length && this.#samples[at]!.value <= value) out.push(this.#samples[at++]!)
      count++
      const edge = out.length === 0 || (at === this.#samples.length && i === sorted.length - 1)
      out.push({ value, g: 1, delta: edge ? 0 : Math.floor(2 * this.relativeError * count) })
    }
    while (at < this.#samples.length) out.push(this.#samples[at++]!)
    this.#samples = out
    this.count = count
  }

  #compress(): void {
    this.#takeHead()
    const threshold = 2 * this.relativeError * this.count, s = this.#samples
    if (s.length === 0) return
    const out: Sample[] = []
    let head = s.at(-1)!
    for (let i = s.length - 2; i >= 1; i--) {
      const x = s[i]!
      if (x.g + head.g + head.delta < threshold) head = { value: head.value, g: head.g + x.g, delta: head.delta }
      else { out.push(head); head = x }
    }
    out.push(head)
    if (s.length > 1 && s[0]!.value <= head.value) out.push(s[0]!)
    this.#samples = out.reverse()
  }

  /** The sketch of both sets of values. */
  mergedWith(other: QuantileSketch): QuantileSketch {
    this.#takeHead()
    other.#takeHead()
    if (other.count === 0) return this
    if (this.count === 0) return other
    const out = new QuantileSketch(this.relativeError)
    const a = this.#samples, b = other.#samples
    // A sample that falls between two of the other sketch takes on that sketch's uncertainty there.
    const extraA = Math.floor(2 * other.relativeError * other.count), extraB = Math.floor(2 * this.relativeError * this.count)
    let i = 0, j = 0
    while (i < a.length && j < b.length) {
      const fromA = a[i]!.value < b[j]!.value
      const x = fromA ? a[i++]! : b[j++]!
      const inside = fromA ? j > 0 : i > 0
      out.#samples.push(inside ? { ...x, delta: x.delta + (fromA ? extraA : extraB) } : x)
    }
    out.#samples.push(...a.slice(i), ...b.slice(j))
    out.count = this.count + other.count
    out.#compress()
    return out
  }

  /** The values at these shares of the whole. */
  query(percentiles: readonly number[]): number[] {
    this.#compress()
    const s = this.#samples, target = s.reduce((most, x) => Math.max(most, x.delta + x.g), 0) / 2
    return percentiles.map(p => {
      if (p <= this.relativeError) return s[0]!.value
      if (p >= 1 - this.relativeError) return s.at(-1)!.value
      const rank = Math.ceil(p * this.count)
      let least = 0
      for (let i = 0; i < s.length - 1; i++) {
        least += s[i]!.g
        const most = least + s[i]!.delta
        if (most - target <= rank && rank <= least + target) return s[i]!.value
      }
      return s.at(-1)!.value
    })
  }

  /** The sketch as bytes: count, then the samples. */
  encode(): Uint8Array {
    this.#compress()
    const view = new DataView(new ArrayBuffer(12 + this.#samples.length * 24))
    view.setFloat64(0, this.count)
    view.setInt32(8, this.#samples.length)
    this.#samples.forEach((x, i) => { view.setFloat64(12 + i * 24, x.value); view.setFloat64(20 + i * 24, x.g); view.setFloat64(28 + i * 24, x.delta) })
    return new Uint8Array(view.buffer)
  }

  static decode(bytes: Uint8Array, relativeError: number): QuantileSketch {
    const sketch = new QuantileSketch(relativeError)
    if (bytes.length === 0) return sketch
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    sketch.count = view.getFloat64(0)
    for (let i = 0, n = view.getInt32(8); i < n; i++) sketch.#samples.push({ value: view.getFloat64(12 + i * 24), g: view.getFloat64(20 + i * 24), delta: view.getFloat64(28 + i * 24) })
    return sketch
  }
}
