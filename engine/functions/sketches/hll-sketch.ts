/** An HLL sketch as Apache DataSketches keeps and stores it (HLL_8): a list of coupons, then a set of them, then a register of one byte for each of 2^lgK parts. */
import { hash128 } from '../../columns/murmur3-128.ts'
import { couponEstimate, registersEstimate } from './hll-estimates.ts'

const listSize = 8, lgFirstSetSize = 5, registersStart = 40
const emptyFlag = 4, compactFlag = 8, mergedFlag = 16
const addressMask = (1 << 26) - 1

/** The coupon of the value hashed last: 26 bits of address, and above them the place of the first 1 bit in the rest. */
export function lastCoupon(): number {
  const high = Math.clz32(hash128[3]!), zeros = high < 32 ? high : 32 + Math.clz32(hash128[2]!)
  return ((Math.min(zeros, 62) + 1) << 26) | (hash128[0]! & addressMask)
}

export class HllSketch {
  readonly lgK: number
  /** Coupons of a list, in their order, or the slots of a set; null in registers. */
  #coupons: Int32Array | null = new Int32Array(listSize)
  #count = 0
  #registers: Uint8Array | null = null
  // The historic estimate, made anew with each change of a register; 0 in what was merged of registers.
  #historic = 0
  // Σ2^−r of the registers below 32, and of the others.
  #sum = 0
  #sumOfLarge = 0
  #least = 0
  #atLeast = 0
  #merged = false
  // Registers were merged: what is kept of their sums is found anew when it is asked for.
  #stale = false

  constructor(lgK: number) { this.lgK = lgK }

  get isEmpty(): boolean { return this.#registers === null && this.#count === 0 }
  get #isList(): boolean { return this.#coupons !== null && this.#coupons.length === listSize }

  /** Takes in a value by its coupon. */
  add(coupon: number): void {
    if (this.#registers !== null) this.#raise(coupon & (this.#registers.length - 1), coupon >>> 26)
    else if (this.#isList) this.#addToList(coupon)
    else this.#addToSet(coupon)
  }

  #addToList(coupon: number): void {
    const coupons = this.#coupons!
    for (let i = 0; i < this.#count; i++) if (coupons[i] === coupon) return
    coupons[this.#count++] = coupon
    if (this.#count < listSize) return
    if (this.lgK < 8) { this.#toRegisters(); return }
    this.#toSlots(1 << lgFirstSetSize)
  }

  #addToSet(coupon: number): void {
    const coupons = this.#coupons!, at = place(coupons, coupon)
    if (coupons[at] === coupon) return
    coupons[at] = coupon
    if (4 * ++this.#count <= 3 * coupons.length) return
    if (coupons.length === 1 << (this.lgK - 3)) this.#toRegisters()
    else this.#toSlots(2 * coupons.length)
  }

  #toSlots(size: number): void {
    const slots = new Int32Array(size)
    for (const c of this.#coupons!) if (c !== 0) slots[place(slots, c)] = c
    this.#coupons = slots
  }

  #toRegisters(): void {
    const coupons = this.#coupons!, estimate = couponEstimate(this.#count)
    this.#startRegisters()
    for (const c of coupons) if (c !== 0) this.add(c)
    this.#historic = estimate
  }

  #startRegisters(): void {
    const k = 2 ** this.lgK
    this.#coupons = null
    this.#count = 0
    this.#registers = new Uint8Array(k)
    this.#sum = this.#atLeast = k
  }

  #raise(slot: number, to: number): void {
    const registers = this.#registers!, from = registers[slot]!
    if (to <= from) return
    registers[slot] = to
    this.#historic += registers.length / (this.#sum + this.#sumOfLarge)
    if (from < 32) this.#sum -= 2 ** -from; else this.#sumOfLarge -= 2 ** -from
    if (to < 32) this.#sum += 2 ** -to; else this.#sumOfLarge += 2 ** -to
    if (from === 0) this.#atLeast--
  }

  copy(): HllSketch { return HllSketch.decode(this.encode())! }

  /**
   * The sketch of both sets of values, of no more registers than the coarser has and no more than 2^lgMost; `mine` changes.
   * A set that comes to an empty sketch keeps its slots (`asIs`), or its coupons come one after the other: their order shows in what is made of them later.
   */
  static union(mine: HllSketch, other: HllSketch, lgMost: number, asIs: boolean): HllSketch {
    if (other.isEmpty) return mine
    if (other.#registers === null) {
      if (asIs && mine.isEmpty && !other.#isList && other.lgK === mine.lgK) return other.copy()
      for (const c of other.#coupons!) if (c !== 0) mine.add(c)
      return mine
    }
    const fine = other.lgK > lgMost ? other.#coarser(lgMost) : other
    if (mine.#registers === null) {
      const out = fine === other ? other.copy() : fine
      for (const c of mine.#coupons!) if (c !== 0) out.add(c)
      return out
    }
    const out = other.lgK < mine.lgK ? mine.#coarser(other.lgK) : mine
    out.#takeRegisters(other.#registers)
    return out
  }

  #takeRegisters(from: Uint8Array): void {
    const mine = this.#registers!, mask = mine.length - 1
    for (let i = 0; i < from.length; i++) if (from[i]! > mine[i & mask]!) mine[i & mask] = from[i]!
    this.#merged = this.#stale = true
    this.#historic = 0
  }

  #settle(): void {
    if (!this.#stale) return
    this.#stale = false
    const registers = this.#registers!
    let least = 64, atLeast = 0, sum = registers.length, large = 0
    for (let i = 0; i < registers.length; i++) {
      const r = registers[i]!
      if (r > 0) { if (r < 32) sum += 2 ** -r - 1; else large += 2 ** -r - 1 }
      if (r < least) { least = r; atLeast = 1 } else if (r === least) atLeast++
    }
    this.#sum = sum
    this.#sumOfLarge = large
    this.#least = least
    this.#atLeast = atLeast
  }

  #coarser(lgK: number): HllSketch {
    const out = new HllSketch(lgK), from = this.#registers!
    out.#startRegisters()
    for (let i = 0; i < from.length; i++) if (from[i] !== 0) out.#raise(i & (2 ** lgK - 1), from[i]!)
    out.#historic = this.#historic
    out.#merged = this.#merged
    return out
  }

  estimate(): number {
    this.#settle()
    if (this.#registers === null) return couponEstimate(this.#count)
    return this.#merged ? registersEstimate(this.lgK, this.#sum + this.#sumOfLarge, this.#least === 0 ? this.#atLeast : 0) : this.#historic
  }

  /** The updatable form. */
  encode(): Uint8Array {
    this.#settle()
    const registers = this.#registers, coupons = this.#coupons, list = this.#isList, start = registers !== null ? registersStart : list ? 8 : 12
    const out = new Uint8Array(start + (registers?.length ?? 4 * coupons!.length)), view = new DataView(out.buffer)
    out.set([start / 4, 1, 7, this.lgK])
    if (registers === null) {
      out[4] = 31 - Math.clz32(coupons!.length)
      out[5] = this.isEmpty ? emptyFlag : 0
      if (list) out[6] = this.#count; else view.setInt32(8, this.#count, true)
      out[7] = list ? 8 : 9
      coupons!.forEach((c, i) => view.setInt32(start + 4 * i, c, true))
      return out
    }
    out[5] = this.#merged ? mergedFlag : 0
    out[6] = this.#least
    out[7] = 10
    view.setFloat64(8, this.#historic, true)
    view.setFloat64(16, this.#sum, true)
    view.setFloat64(24, this.#sumOfLarge, true)
    view.setInt32(32, this.#atLeast, true)
    out.set(registers, start)
    return out
  }

  /** The sketch of these bytes (HLL_8 in either form, and lists and sets of any kind); null where they are none. */
  static decode(bytes: Uint8Array): HllSketch | null {
    const mode = bytes[7]! & 3, start = [8, 12, registersStart][mode], lgK = bytes[3]!
    if (start === undefined || bytes.length < start || bytes[0] !== start / 4 || bytes[1] !== 1 || bytes[2] !== 7 || lgK < 4 || lgK > 21) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), out = new HllSketch(lgK), compact = (bytes[5]! & compactFlag) !== 0
    if (mode === 2) {
      if ((bytes[7]! >> 2) !== 2 || bytes.length < start + 2 ** lgK) return null
      out.#startRegisters()
      out.#registers!.set(bytes.subarray(start, start + 2 ** lgK))
      out.#historic = view.getFloat64(8, true)
      out.#sum = view.getFloat64(16, true)
      out.#sumOfLarge = view.getFloat64(24, true)
      out.#least = bytes[6]!
      out.#atLeast = view.getInt32(32, true)
      out.#merged = (bytes[5]! & mergedFlag) !== 0
      return out
    }
    const count = mode === 0 ? bytes[6]! : view.getInt32(8, true), size = compact ? count : mode === 0 ? listSize : 1 << bytes[4]!
    if (bytes.length < start + 4 * size || (mode === 1 && (bytes[4]! < lgFirstSetSize || bytes[4]! > lgK - 3))) return null
    const coupons = Int32Array.from({ length: size }, (_, i) => view.getInt32(start + 4 * i, true))
    let used = 0
    for (const c of coupons) if (c !== 0) used++
    if (mode === 1 && !compact && (used !== count || 4 * used > 3 * size)) return null
    // Slots are taken as they are; what was written one coupon after the other finds its place anew.
    if (mode === 1 && !compact) { out.#coupons = coupons; out.#count = count; return out }
    if (mode === 1) out.#coupons = new Int32Array(1 << bytes[4]!)
    for (const c of coupons) if (c !== 0) out.add(c)
    return out
  }
}

/** The slot of a coupon, or the free one where it belongs. */
function place(slots: Int32Array, coupon: number): number {
  const mask = slots.length - 1, stride = ((coupon & addressMask) >>> (31 - Math.clz32(slots.length))) | 1
  let at = coupon & mask
  while (slots[at] !== 0 && slots[at] !== coupon) at = (at + stride) & mask
  return at
}
