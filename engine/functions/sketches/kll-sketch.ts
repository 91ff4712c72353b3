/**
 * A KLL sketch of quantiles as Apache DataSketches keeps and stores it: items of level i count 2^i times; a level that is full passes one half of its items, every other one, on to the next.
 * Up to k items nothing is passed on, and the sketch is exact and the same as Spark's byte for byte. Which half goes is drawn at random, in DataSketches without a seed: from there on sketches agree
 * with Spark's in size and error, not in their items. Here the draws have a seed, so that a query that runs again gives the same.
 */
import { JavaRandom } from '../java-random.ts'

type Items = BigInt64Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>
export type KllKind = 'bigint' | 'double' | 'float'
type Item = bigint | number

const least = 8, emptyFlag = 1, singleFlag = 4, sortedFlag = 2, header = 20
const itemsOf = (kind: KllKind, n: number): Items => (kind === 'bigint' ? new BigInt64Array(n) : kind === 'double' ? new Float64Array(n) : new Float32Array(n))
const widthOf = (kind: KllKind): number => (kind === 'float' ? 4 : 8)

/** How many items a level holds that is so deep below the highest. */
function capacityAt(k: number, depth: number): number {
  if (depth > 30) return capacityAt(capacityAt(k, depth >> 1), depth - (depth >> 1))
  return Math.max(least, Math.floor((Math.floor((2 * k * 2 ** depth) / 3 ** depth) + 1) / 2))
}

export class KllSketch {
  readonly kind: KllKind
  readonly k: number
  #n = 0
  #leastK: number
  // One block, filled from its end; level i is from #levels[i] to #levels[i + 1].
  #items: Items
  #levels: number[]
  #smallest: Item = 0
  #largest: Item = 0
  #sorted = false
  readonly #draws = new JavaRandom(9001n)

  constructor(kind: KllKind, k: number) {
    this.kind = kind
    this.k = this.#leastK = k
    this.#items = itemsOf(kind, k)
    this.#levels = [k, k]
  }

  /** How many items came. */
  get n(): number { return this.#n }
  get #depth(): number { return this.#levels.length - 1 }
  get #retained(): number { return this.#items.length - this.#levels[0]! }

  add(item: Item): void {
    if (item !== item) return
    if (this.#n === 0) this.#smallest = this.#largest = item
    else { if (item < this.#smallest) this.#smallest = item; if (item > this.#largest) this.#largest = item }
    this.#n++
    this.#push(item)
  }

  #push(item: Item): void {
    if (this.#levels[0] === 0) this.#compress()
    this.#sorted = false
    this.#items[--this.#levels[0]!] = item as never
  }

  // The lowest level that is full; the depth where none is.
  #fullLevel(): number {
    let at = 0
    while (at < this.#depth && this.#levels[at + 1]! - this.#levels[at]! < capacityAt(this.k, this.#depth - at - 1)) at++
    return at
  }

  // The lowest full level passes half of its items on.
  #compress(): void {
    const at = this.#fullLevel()
    if (at === this.#depth - 1) this.#addLevel()
    const levels = this.#levels, items = this.#items, from = levels[at]!, to = levels[at + 1]!, odd = (to - from) & 1, half = (to - from - odd) / 2
    const run = items.slice(from + odd, to)
    if (at === 0) run.sort()
    const offset = this.#draws.nextDouble() < 0.5 ? 0 : 1, above = items.slice(to, levels[at + 2]), passed = itemsOf(this.kind, half + above.length)
    for (let i = 0; i < half; i++) passed[i] = run[2 * i + offset] as never
    passed.set(above as never, half)
    passed.sort()
    items.set(passed as never, to - half)
    levels[at + 1] = to - half
    if (odd === 1) items[to - half - 1] = items[from]!
    levels[at] = to - half - odd
    // What lies below moves up to it.
    const free = levels[at]! - from
    items.copyWithin(levels[0]! + free, levels[0]!, from)
    for (let i = 0; i < at; i++) levels[i]! += free
  }

  #addLevel(): void {
    const more = capacityAt(this.k, this.#depth), grown = itemsOf(this.kind, this.#items.length + more)
    grown.set(this.#items as never, more)
    this.#items = grown
    this.#levels = [...this.#levels.map(l => l + more), grown.length]
  }

  /** Takes in another sketch of the same kind; `mine` empty, one that was stored is taken as it is. */
  merge(other: KllSketch): void {
    if (other.#n === 0) return
    const n = this.#n + other.#n
    if (this.#n === 0) { this.#smallest = other.#smallest; this.#largest = other.#largest }
    if (other.#smallest < this.#smallest) this.#smallest = other.#smallest
    if (other.#largest > this.#largest) this.#largest = other.#largest
    for (let i = other.#levels[0]!; i < other.#levels[1]!; i++) this.#push(other.#items[i]!)
    for (let l = 1; l < other.#depth; l++) this.#takeLevel(l, other.#items.slice(other.#levels[l], other.#levels[l + 1]))
    this.#n = n
    if (other.#depth > 1) this.#leastK = Math.min(this.#leastK, other.#leastK)
  }

  // Puts items into a level, making room for them.
  #takeLevel(level: number, run: Items): void {
    while (this.#depth <= level) this.#addLevel()
    while (this.#levels[0]! < run.length) { if (this.#fullLevel() < this.#depth) this.#compress(); else this.#addLevel() }
    const levels = this.#levels, all = itemsOf(this.kind, levels[level + 1]! - levels[level]! + run.length)
    all.set(this.#items.subarray(levels[level], levels[level + 1]) as never)
    all.set(run as never, all.length - run.length)
    all.sort()
    this.#items.copyWithin(levels[0]! - run.length, levels[0]!, levels[level]!)
    for (let i = 0; i <= level; i++) levels[i]! -= run.length
    this.#items.set(all as never, levels[level]!)
  }

  /** The items in order, each with the weight of all up to it; the smallest and the largest that came are among them. */
  #ranked(): { readonly items: readonly Item[]; readonly upTo: readonly number[] } {
    const order = Array.from({ length: this.#retained }, (_, i) => this.#levels[0]! + i), items = this.#items, weights = new Float64Array(items.length)
    for (let l = 0; l < this.#depth; l++) weights.fill(2 ** l, this.#levels[l], this.#levels[l + 1])
    order.sort((a, b) => (items[a]! < items[b]! ? -1 : items[a]! > items[b]! ? 1 : 0))
    let sum = 0
    const sorted: Item[] = order.map(at => items[at]!), upTo = order.map(at => (sum += weights[at]!))
    if (sorted[0] !== this.#smallest) { sorted.unshift(this.#smallest); upTo.unshift(1) }
    if (sorted.at(-1) !== this.#largest) { upTo[upTo.length - 1] = sum - 1; sorted.push(this.#largest); upTo.push(sum) }
    return { items: sorted, upTo }
  }

  /** The items below or at which these shares of all items lie; null of no items. */
  quantiles(ranks: readonly number[]): Item[] | null {
    if (this.#n === 0) return null
    const { items, upTo } = this.#ranked()
    return ranks.map(r => { const wanted = Math.ceil(r * this.#n) || 0, at = upTo.findIndex(w => w >= wanted); return items[at < 0 ? items.length - 1 : at]! })
  }

  /** The shares of items up to these; null of no items. */
  ranks(quantiles: readonly Item[]): number[] | null {
    if (this.#n === 0) return null
    const { items, upTo } = this.#ranked()
    return quantiles.map(q => { const at = items.findLastIndex(x => x <= q); return at < 0 ? 0 : upTo[at]! / this.#n })
  }

  /** What the sketch says of itself, in the lines that DataSketches has for it. */
  describe(shown: (item: Item) => string): string {
    const width = widthOf(this.kind), k = this.#leastK, percent = (x: number): string => `${(100 * x).toFixed(3)}%`, none = this.#n === 0
    const updatable = header + 4 * this.#levels.length + width * (2 + this.#items.length), compact = none ? 8 : this.#n === 1 ? 8 + width : header + 4 * this.#depth + width * (2 + this.#retained)
    const lines: readonly (readonly [string, string | number | boolean])[] = [
      ['K', this.k], ['Dynamic min K', k], ['M', least], ['N', this.#n], ['Epsilon', percent(2.296 / k ** 0.9723)], ['Epsilon PMF', percent(2.446 / k ** 0.9433)], ['Empty', none], ['Estimation Mode', this.#depth > 1],
      ['Levels', this.#depth], ['Level 0 Sorted', this.#sorted], ['Capacity Items', this.#items.length], ['Retained Items', this.#retained], ['Free Space', this.#items.length - this.#retained], ['ReadOnly', false],
      ['Updatable Storage Bytes', updatable], ['Compact Storage Bytes', compact], ['Min Item', none ? 'NaN' : shown(this.#smallest)], ['Max Item', none ? 'NaN' : shown(this.#largest)],
    ]
    const name = { bigint: 'Longs', double: 'Doubles', float: 'Floats' }[this.kind]
    return `\n### KllKll${name}Sketch Summary:\n${lines.map(([a, b]) => `   ${a.padEnd(23)}: ${b}\n`).join('')}### End sketch summary\n`
  }

  encode(): Uint8Array {
    const width = widthOf(this.kind), depth = this.#depth, single = this.#n === 1, none = this.#n === 0
    const out = new Uint8Array(none ? 8 : single ? 8 + width : header + 4 * depth + width * (2 + this.#retained)), view = new DataView(out.buffer)
    out.set([none || single ? 2 : 5, single ? 2 : 1, 15, none ? emptyFlag : single ? singleFlag : this.#sorted ? sortedFlag : 0])
    view.setUint16(4, this.k, true)
    out[6] = least
    if (none) return out
    let at = 8
    if (!single) {
      view.setBigInt64(8, BigInt(this.#n), true)
      view.setUint16(16, this.#leastK, true)
      out[18] = depth
      for (let l = 0; l < depth; l++) view.setInt32(header + 4 * l, this.#levels[l]!, true)
      at = header + 4 * depth
    }
    const kept = itemsOf(this.kind, this.#retained + (single ? 0 : 2))
    if (!single) { kept[0] = this.#smallest as never; kept[1] = this.#largest as never }
    kept.set(this.#items.subarray(this.#levels[0]) as never, single ? 0 : 2)
    out.set(new Uint8Array(kept.buffer), at)
    return out
  }

  /** The sketch of these bytes, whose items are read as the kind has them; null where they are none. */
  static decode(bytes: Uint8Array, kind: KllKind): KllSketch | null {
    if (bytes.length < 8 || bytes[2] !== 15 || bytes[6] !== least || bytes[1]! < 1 || bytes[1]! > 2) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), k = view.getUint16(4, true), out = new KllSketch(kind, k), width = widthOf(kind)
    if (k < 8 || (bytes[3]! & emptyFlag) !== 0) return k < 8 ? null : out
    const read = (from: number, n: number): Items | null => (bytes.length < from + n * width ? null : kind === 'bigint' ? new BigInt64Array(bytes.slice(from, from + n * width).buffer) : kind === 'double' ? new Float64Array(bytes.slice(from, from + n * width).buffer) : new Float32Array(bytes.slice(from, from + n * width).buffer))
    if (bytes[1] === 2) { const one = read(8, 1); if (one === null) return null; out.add(one[0]!); return out }
    const depth = bytes[18]!
    if (bytes[0] !== 5 || bytes.length < header + 4 * depth || depth < 1) return null
    let size = 0
    for (let l = 0; l < depth; l++) size += capacityAt(k, l)
    const levels = Array.from({ length: depth }, (_, l) => view.getInt32(header + 4 * l, true)), kept = levels[0]! > size ? null : read(header + 4 * depth, 2 + size - levels[0]!)
    if (kept === null || levels.some((l, i) => l < 0 || l > (levels[i + 1] ?? size))) return null
    out.#n = Number(view.getBigInt64(8, true))
    out.#leastK = view.getUint16(16, true)
    out.#items = itemsOf(kind, size)
    out.#items.set(kept.subarray(2) as never, levels[0]!)
    out.#levels = [...levels, size]
    out.#smallest = kept[0]!
    out.#largest = kept[1]!
    out.#sorted = (bytes[3]! & sortedFlag) !== 0
    return out
  }
}
