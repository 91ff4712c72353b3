/** Murmur3 of 128 bits (x64) over words and bytes, in halves of 32 bits: the hash of Apache DataSketches' sketches. */

/** What the last hash came to: the low and high half of its first word, then of its second. */
export const hash128 = new Int32Array(4)

// The 64-bit value that the last of the small operations gave.
let lo = 0, hi = 0

function multiply(aLo: number, aHi: number, bLo: number, bHi: number): void {
  const a0 = aLo & 0xffff, a1 = aLo >>> 16, b0 = bLo & 0xffff, b1 = bLo >>> 16
  const low = a0 * b0, mid = a1 * b0 + (low >>> 16), mid2 = a0 * b1 + (mid & 0xffff)
  hi = (a1 * b1 + Math.floor(mid / 0x10000) + Math.floor(mid2 / 0x10000) + Math.imul(aHi, bLo) + Math.imul(aLo, bHi)) | 0
  lo = Math.imul(aLo, bLo)
}
function rotate(n: number): void {
  const l = lo, h = hi
  if (n < 32) { lo = (l << n) | (h >>> (32 - n)); hi = (h << n) | (l >>> (32 - n)) } else { lo = n === 32 ? h : (h << (n - 32)) | (l >>> (64 - n)); hi = n === 32 ? l : (l << (n - 32)) | (h >>> (64 - n)) }
}
function add(aLo: number, aHi: number, bLo: number, bHi: number): void {
  const sum = (aLo >>> 0) + (bLo >>> 0)
  lo = sum | 0
  hi = (aHi + bHi + (sum > 0xffffffff ? 1 : 0)) | 0
}
/** (v rotated) * 5 + more, with the other word added before: what follows each word of a block. */
function step(vLo: number, vHi: number, n: number, otherLo: number, otherHi: number, more: number): void {
  lo = vLo; hi = vHi
  rotate(n)
  add(lo, hi, otherLo, otherHi)
  multiply(lo, hi, 5, 0)
  add(lo, hi, more, 0)
}
const mixFirst = (l: number, h: number): void => { multiply(l, h, 0x114253d5, 0x87c37b91); rotate(31); multiply(lo, hi, 0x2745937f, 0x4cf5ad43) }
const mixSecond = (l: number, h: number): void => { multiply(l, h, 0x2745937f, 0x4cf5ad43); rotate(33); multiply(lo, hi, 0x114253d5, 0x87c37b91) }
// A shift by 33 to the right leaves the high half, by one, as the low one.
function spread(l: number, h: number): void {
  multiply(l ^ (h >>> 1), h, 0xed558ccd, 0xff51afd7)
  multiply(lo ^ (hi >>> 1), hi, 0x1a85ec53, 0xc4ceb9fe)
  lo ^= hi >>> 1
}

function finish(aLo: number, aHi: number, bLo: number, bHi: number, length: number): void {
  add(aLo ^ length, aHi, bLo ^ length, bHi)
  const cLo = lo, cHi = hi
  add(bLo ^ length, bHi, cLo, cHi)
  const dLo = lo, dHi = hi
  spread(cLo, cHi)
  const eLo = lo, eHi = hi
  spread(dLo, dHi)
  const fLo = lo, fHi = hi
  add(eLo, eHi, fLo, fHi)
  hash128[0] = lo; hash128[1] = hi
  add(fLo, fHi, hash128[0]!, hash128[1]!)
  hash128[2] = lo; hash128[3] = hi
}

/** The hash of one 64-bit number, given in halves, into `hash128`. */
export function hashLong128(low: number, high: number, seed: number): void {
  mixFirst(low, high)
  finish(seed ^ lo, hi, seed, 0, 8)
}

/** The hash of bytes `start` to `end` into `hash128`; numbers are hashed as their bytes, the lowest first. */
export function hashBytes128(bytes: Uint8Array, start: number, end: number, seed: number): void {
  let aLo = seed, aHi = 0, bLo = seed, bHi = 0, at = start
  // Four bytes from here, those past the end being 0.
  const word = (i: number): number => (i < end ? bytes[i]! : 0) | ((i + 1 < end ? bytes[i + 1]! : 0) << 8) | ((i + 2 < end ? bytes[i + 2]! : 0) << 16) | ((i + 3 < end ? bytes[i + 3]! : 0) << 24)
  for (; at + 16 <= end; at += 16) {
    mixFirst(word(at), word(at + 4))
    step(aLo ^ lo, aHi ^ hi, 27, bLo, bHi, 0x52dce729)
    aLo = lo; aHi = hi
    mixSecond(word(at + 8), word(at + 12))
    step(bLo ^ lo, bHi ^ hi, 31, aLo, aHi, 0x38495ab5)
    bLo = lo; bHi = hi
  }
  if (end - at > 8) { mixSecond(word(at + 8), word(at + 12)); bLo ^= lo; bHi ^= hi }
  if (end > at) {
    // The first word of a tail ends with the eighth byte.
    mixFirst(word(at), word(at + 4))
    aLo ^= lo; aHi ^= hi
  }
  finish(aLo, aHi, bLo, bHi, end - start)
}

/** The low half of a 64-bit number mixed as the words of a hash are at their end. */
export function mixLong(low: number, high: number): number { spread(low, high); return lo }
