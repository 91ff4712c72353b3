/** The frequent items of a stream, as Apache DataSketches counts them: a table of counters that, when it is full, loses the median of them from all. Counts are too low by `offset` at most. */
import { mixLong } from '../../columns/murmur3-128.ts'
import type { ItemType } from './item-types.ts'

// The largest table is that of a million items: bytes that ask for more memory are no sketch.
const lgLeastSize = 3, lgMostSize = 21, sampled = 1024, golden = 2 / (1 + Math.sqrt(5)), start = 32
const limitOf = (size: number): number => size * 0.75

/** The table, as a power of 2, that holds so many items. */
export const lgSizeFor = (items: number): number => Math.max(lgLeastSize, Math.ceil(Math.log2(Math.ceil(items / 0.75))))

export class FrequentItems {
  readonly #type: ItemType
  readonly #lgMost: number
  #items: unknown[]
  #counts: Float64Array
  // How far from its place an item lies, counted from 1; 0 where there is none.
  #drifts: Uint16Array
  #active = 0
  #weight = 0
  #offset = 0

  constructor(type: ItemType, lgMost: number, lgSize = lgLeastSize) {
    this.#type = type
    this.#lgMost = lgMost
    const size = 2 ** lgSize
    this.#items = new Array<unknown>(size)
    this.#counts = new Float64Array(size)
    this.#drifts = new Uint16Array(size)
  }

  add(item: unknown, count: number): void {
    this.#weight += count
    this.#put(item, count)
    if (this.#active <= limitOf(this.#counts.length)) return
    if (this.#counts.length < 2 ** this.#lgMost) this.#grow(); else this.#purge()
  }

  #put(item: unknown, count: number): void {
    const mask = this.#counts.length - 1, hash = this.#type.hash(item)
    let at = mixLong(hash, hash < 0 ? -1 : 0) & mask, drift = 1
    while (this.#drifts[at] !== 0 && !Object.is(this.#items[at], item)) { at = (at + 1) & mask; drift++ }
    if (this.#drifts[at] !== 0) { this.#counts[at]! += count; return }
    this.#items[at] = item
    this.#counts[at] = count
    this.#drifts[at] = drift
    this.#active++
  }

  #grow(): void {
    const items = this.#items, counts = this.#counts, drifts = this.#drifts, size = 2 * counts.length
    this.#items = new Array<unknown>(size)
    this.#counts = new Float64Array(size)
    this.#drifts = new Uint16Array(size)
    this.#active = 0
    for (let i = 0; i < drifts.length; i++) if (drifts[i] !== 0) this.#put(items[i], counts[i]!)
  }

  #purge(): void {
    const counts = this.#counts, drifts = this.#drifts, samples: number[] = [], n = Math.min(sampled, this.#active)
    for (let i = 0; samples.length < n; i++) if (drifts[i] !== 0) samples.push(counts[i]!)
    const median = Float64Array.from(samples).sort()[n >> 1]!
    this.#offset += median
    for (let i = 0; i < counts.length; i++) if (drifts[i] !== 0) counts[i]! -= median
    // From the last free place downwards, so that what moves up to fill a gap has been looked at; then what lies above it.
    let free = drifts.length - 1
    while (drifts[free] !== 0) free--
    for (let at = free - 1; at >= 0; at--) if (drifts[at] !== 0 && counts[at]! <= 0) this.#remove(at)
    for (let at = drifts.length - 1; at >= free; at--) if (drifts[at] !== 0 && counts[at]! <= 0) this.#remove(at)
  }

  #remove(place: number): void {
    const drifts = this.#drifts, mask = drifts.length - 1
    let gap = place
    drifts[gap] = 0
    this.#active--
    for (let at = (gap + 1) & mask, drift = 1; drifts[at] !== 0; at = (at + 1) & mask, drift++) {
      if (drifts[at]! <= drift) continue
      this.#items[gap] = this.#items[at]
      this.#counts[gap] = this.#counts[at]!
      drifts[gap] = drifts[at]! - drift
      drifts[at] = 0
      gap = at
      drift = 0
    }
  }

  // The places in use, in steps that leave no order of hashes.
  #places(): number[] {
    const size = this.#counts.length, stride = Math.trunc(size * golden) | 1, out: number[] = []
    for (let at = 0; out.length < this.#active; at = (at + stride) & (size - 1)) if (this.#drifts[at] !== 0) out.push(at)
    return out
  }

  merge(other: FrequentItems): void {
    const weight = this.#weight + other.#weight
    for (const at of other.#places()) this.add(other.#items[at], other.#counts[at]!)
    this.#offset += other.#offset
    this.#weight = weight
  }

  /** The items that are certainly frequent and their counts, the most frequent first. */
  frequent(): { readonly item: unknown; readonly count: number }[] {
    return this.#places().filter(at => this.#counts[at]! >= this.#offset).map(at => ({ item: this.#items[at], count: this.#counts[at]! + this.#offset })).sort((a, b) => b.count - a.count)
  }

  encode(): Uint8Array {
    const lgSize = 31 - Math.clz32(this.#counts.length)
    if (this.#active === 0) return Uint8Array.of(1, 1, 10, this.#lgMost, lgSize, 5, 0, 0)
    const places = [...this.#drifts.keys()].filter(at => this.#drifts[at] !== 0), items = this.#type.write(places.map(at => this.#items[at]))
    const out = new Uint8Array(start + 8 * places.length + items.length), view = new DataView(out.buffer)
    out.set([4, 1, 10, this.#lgMost, lgSize])
    view.setInt32(8, places.length, true)
    view.setBigInt64(16, BigInt(this.#weight), true)
    view.setBigInt64(24, BigInt(this.#offset), true)
    places.forEach((at, i) => view.setBigInt64(start + 8 * i, BigInt(this.#counts[at]!), true))
    out.set(items, start + 8 * places.length)
    return out
  }

  /** The sketch of these bytes; null where they are none. */
  static decode(bytes: Uint8Array, type: ItemType): FrequentItems | null {
    if (bytes.length < 8 || bytes[1] !== 1 || bytes[2] !== 10) return null
    const lgMost = bytes[3]!, lgSize = bytes[4]!
    if ((bytes[5]! & 5) !== 0) return new FrequentItems(type, lgMost)
    if (lgSize < lgLeastSize || lgSize > Math.min(lgMost, lgMostSize) || bytes.length < start) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), n = view.getInt32(8, true)
    if (n < 0 || n > limitOf(2 ** lgSize) || bytes.length < start + 8 * n) return null
    const items = type.read(bytes, start + 8 * n, n)
    if (items === null) return null
    const out = new FrequentItems(type, lgMost, lgSize)
    items.forEach((item, i) => out.add(item, Number(view.getBigInt64(start + 8 * i, true))))
    out.#weight = Number(view.getBigInt64(16, true))
    out.#offset = Number(view.getBigInt64(24, true))
    return out
  }
}
