/** A theta sketch as it rests: its hashes in order, all below theta; and the bytes that Apache DataSketches has for it. */

/** Theta of a sketch that has left nothing out. */
export const mostTheta = 2n ** 63n - 1n

const family = 3, packedVersion = 4, plainVersion = 3, emptyFlag = 4, singleFlag = 32, restingFlags = 0x1a
/** What sketches say of the seed 9001. */
export const seedMark = 0x93cc

export class ThetaSketch {
  readonly hashes: BigUint64Array
  readonly theta: bigint
  /** No value has come. */
  readonly empty: boolean

  constructor(hashes: BigUint64Array, theta: bigint, empty: boolean) {
    this.hashes = hashes
    this.theta = theta
    this.empty = empty
  }

  static readonly none = new ThetaSketch(new BigUint64Array(0), mostTheta, true)

  estimate(): number { return this.hashes.length * (Number(mostTheta) / Number(this.theta)) }

  /** The hashes that both have. */
  static intersection(a: ThetaSketch, b: ThetaSketch): ThetaSketch {
    if (a.empty || b.empty) return ThetaSketch.none
    const theta = a.theta < b.theta ? a.theta : b.theta, out: bigint[] = []
    for (let i = 0, j = 0; i < a.hashes.length && j < b.hashes.length;) {
      const x = a.hashes[i]!, y = b.hashes[j]!
      if (x >= theta || y >= theta) break
      if (x === y) { out.push(x); i++; j++ } else if (x < y) i++; else j++
    }
    return resting(out, theta)
  }

  /** The hashes of `a` that `b` has not. */
  static difference(a: ThetaSketch, b: ThetaSketch): ThetaSketch {
    if (a.empty) return ThetaSketch.none
    if (b.empty) return a
    const theta = a.theta < b.theta ? a.theta : b.theta, out: bigint[] = []
    for (let i = 0, j = 0; i < a.hashes.length && a.hashes[i]! < theta; i++) {
      const x = a.hashes[i]!
      while (j < b.hashes.length && b.hashes[j]! < x) j++
      if (b.hashes[j] !== x) out.push(x)
    }
    return resting(out, theta)
  }

  /** The compact, ordered form: deltas of as few bits as they all need, plain where there are none to speak of. */
  encode(): Uint8Array {
    const { hashes, theta } = this, n = hashes.length, whole = theta === mostTheta
    if (this.empty) return Uint8Array.of(1, plainVersion, family, 0, 0, restingFlags | emptyFlag, 0, 0)
    if (n === 0 || (n === 1 && whole)) {
      const out = new Uint8Array(n === 0 ? 24 : 16), view = new DataView(out.buffer)
      out.set([out.length / 8 - n, plainVersion, family, 0, 0, n === 0 ? restingFlags : restingFlags | singleFlag])
      view.setUint16(6, seedMark, true)
      if (n === 1) view.setBigUint64(8, hashes[0]!, true)
      else { view.setFloat32(12, 1, true); view.setBigUint64(16, theta, true) }
      return out
    }
    const deltas = new BigUint64Array(n)
    let all = 0n, before = 0n
    for (let i = 0; i < n; i++) { const h = hashes[i]!; deltas[i] = h - before; all |= deltas[i]!; before = h }
    const bits = all.toString(2).length, countBytes = (39 - Math.clz32(n)) >> 3, start = whole ? 8 : 16
    const out = new Uint8Array(start + countBytes + ((n * bits + 7) >> 3)), view = new DataView(out.buffer)
    out.set([start / 8, packedVersion, family, bits, countBytes, restingFlags])
    view.setUint16(6, seedMark, true)
    if (!whole) view.setBigUint64(8, theta, true)
    for (let k = 0; k < countBytes; k++) out[start + k] = n >>> (8 * k)
    pack(deltas, bits, out, start + countBytes)
    return out
  }

  /** The sketch of these bytes: compact ones, packed or plain; null where they are none, or were hashed with another seed (which an estimate does not mind). */
  static decode(bytes: Uint8Array, anySeed = false): ThetaSketch | null {
    const version = bytes[1], preamble = bytes[0]! & 63
    if (bytes.length < 8 * Math.max(preamble, 1) || bytes[2] !== family) return null
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), flags = bytes[5]!, seeded = anySeed || (flags & emptyFlag) !== 0 || view.getUint16(6, true) === seedMark
    if (!seeded) return null
    if (version === packedVersion) {
      const bits = bytes[3]!, countBytes = bytes[4]!, start = 8 * preamble
      if (preamble < 1 || preamble > 2 || bits < 1 || bits > 63) return null
      let n = 0
      for (let k = 0; k < countBytes; k++) n += bytes[start + k]! * 2 ** (8 * k)
      if (!(bytes.length >= start + countBytes + Math.ceil((n * bits) / 8))) return null
      return new ThetaSketch(unpack(bytes, start + countBytes, n, bits), preamble === 2 ? view.getBigUint64(8, true) : mostTheta, false)
    }
    if (version !== plainVersion || (flags & 8) === 0) return null
    if ((flags & emptyFlag) !== 0) return ThetaSketch.none
    const n = preamble === 1 ? 1 : view.getInt32(8, true), start = 8 * preamble
    if (preamble < 1 || preamble > 3 || n < 0 || bytes.length < start + 8 * n) return null
    return new ThetaSketch(BigUint64Array.from({ length: n }, (_, i) => view.getBigUint64(start + 8 * i, true)).sort(), preamble === 3 ? view.getBigUint64(16, true) : mostTheta, false)
  }
}

// Nothing is left of what was whole: then nothing has come.
const resting = (hashes: readonly bigint[], theta: bigint): ThetaSketch => new ThetaSketch(BigUint64Array.from(hashes), theta, hashes.length === 0 && theta === mostTheta)

/** Writes numbers of so many bits, the highest bit first, one behind the other. */
function pack(numbers: BigUint64Array, bits: number, out: Uint8Array, start: number): void {
  const words = new Uint32Array(numbers.buffer)
  let at = start, free = 8
  const write = (v: number, width: number): void => {
    for (let left = width; left > 0;) {
      const n = Math.min(left, free)
      left -= n
      free -= n
      out[at]! |= ((v >>> left) & (2 ** n - 1)) << free
      if (free === 0) { at++; free = 8 }
    }
  }
  for (let i = 0; i < numbers.length; i++) { if (bits > 32) write(words[2 * i + 1]!, bits - 32); write(words[2 * i]!, Math.min(bits, 32)) }
}

/** The sums of the numbers that `pack` wrote. */
function unpack(bytes: Uint8Array, start: number, n: number, bits: number): BigUint64Array {
  const out = new BigUint64Array(n)
  let at = 8 * start, before = 0n
  const read = (width: number): number => { let v = 0; for (let left = width; left > 0;) { const free = 8 - (at & 7), take = Math.min(free, left); v = v * 2 ** take + ((bytes[at >> 3]! >> (free - take)) & (2 ** take - 1)); at += take; left -= take } return v }
  for (let i = 0; i < n; i++) {
    const high = bits > 32 ? read(bits - 32) : 0
    out[i] = before += (BigInt(high) << 32n) | BigInt(read(Math.min(bits, 32)))
  }
  return out
}
