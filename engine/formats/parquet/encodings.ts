/** Owns the encodings of Parquet's pages but the plain one: runs and packed bits, deltas, split streams. */

/** Bits needed for numbers up to `most`. */
export const bitWidth = (most: number): number => 32 - Math.clz32(most)

/** Reads `count` numbers of `width` bits, in runs and packed groups of 8, into `out` from `outAt`; returns how far it read. */
export function readRuns(bytes: Uint8Array, at: number, end: number, width: number, out: Int32Array | Uint8Array, outAt: number, count: number): number {
  const stop = outAt + count, valueBytes = (width + 7) >>> 3
  let o = outAt
  while (o < stop) {
    let head = 0, by = 1
    for (;;) {
      if (at >= end) throw new RangeError('parquet: a run is cut')
      const b = bytes[at++]!
      head += (b & 127) * by
      if (b < 128) break
      by *= 128
    }
    if ((head & 1) === 0) {
      const n = Math.min(head / 2, stop - o)
      let v = 0
      for (let k = 0; k < valueBytes; k++) v |= (bytes[at + k] ?? 0) << (8 * k)
      at += valueBytes
      out.fill(v, o, o + n)
      o += n
      if (head === 0) throw new RangeError('parquet: a run is empty')
      continue
    }
    const groups = (head - 1) / 2, n = Math.min(groups * 8, stop - o), next = at + groups * width
    if (width === 1) {
      let k = 0
      for (; k + 8 <= n; k += 8) {
        const b = bytes[at++]!
        out[o] = b & 1; out[o + 1] = b >>> 1 & 1; out[o + 2] = b >>> 2 & 1; out[o + 3] = b >>> 3 & 1
        out[o + 4] = b >>> 4 & 1; out[o + 5] = b >>> 5 & 1; out[o + 6] = b >>> 6 & 1; out[o + 7] = b >>> 7
        o += 8
      }
      for (let bit = 0; k < n; k++) out[o++] = bytes[at]! >>> bit++ & 1
    } else if (width === 8) {
      for (let k = 0; k < n; k++) out[o++] = bytes[at + k]!
    } else if (width <= 24) {
      const mask = 2 ** width - 1
      let held = 0, bits = 0
      for (let k = 0; k < n; k++) {
        while (bits < width) { held |= bytes[at++]! << bits; bits += 8 }
        out[o++] = held & mask
        held >>>= width
        bits -= width
      }
    } else {
      for (let k = 0; k < n; k++) out[o++] = Number(wideBits(bytes, at, k * width, width))
    }
    at = next
  }
  return at
}

/** Whether numbers of at most 8 bits begin with one run of `value` that is `count` long. */
export function isRun(bytes: Uint8Array, at: number, end: number, value: number, count: number): boolean {
  let head = 0
  for (let by = 1; at < end; by *= 128) {
    const b = bytes[at++]!
    head += (b & 127) * by
    if (b < 128) return (head & 1) === 0 && head / 2 >= count && bytes[at] === value
  }
  return false
}

function wideBits(bytes: Uint8Array, at: number, bit: number, width: number): bigint {
  let v = 0n, got = 0, i = at + (bit >>> 3), off = bit & 7
  while (got < width) {
    v |= BigInt(bytes[i++]! >>> off) << BigInt(got)
    got += 8 - off
    off = 0
  }
  return BigInt.asUintN(width, v)
}

/** Reads DELTA_BINARY_PACKED numbers. Throws RangeError when there are more than `most`. */
export function readDeltas(bytes: Uint8Array, start: number, most: number): { readonly values: BigInt64Array; readonly next: number } {
  let at = start
  const varint = (): bigint => {
    let n = 0n, shift = 0n
    for (;;) {
      const b = bytes[at++]
      if (b === undefined) throw new RangeError('parquet: deltas are cut')
      n |= BigInt(b & 127) << shift
      if (b < 128) return n
      shift += 7n
    }
  }
  const zigzag = (): bigint => { const n = varint(); return BigInt.asIntN(64, (n >> 1n) ^ -(n & 1n)) }
  const blockSize = Number(varint()), miniblocks = Number(varint()), count = Number(varint()), perMini = blockSize / miniblocks
  if (count > most || !(perMini > 0)) throw new RangeError('parquet: the head of the deltas is damaged')
  const values = new BigInt64Array(count)
  let value = zigzag(), o = 0
  if (count > 0) values[o++] = value
  while (o < count) {
    const least = zigzag(), widths = bytes.subarray(at, at + miniblocks)
    at += miniblocks
    for (let m = 0; m < miniblocks && o < count; m++) {
      const width = widths[m]!, n = Math.min(perMini, count - o)
      if (width <= 32 && least >= -2147483648n && least <= 2147483647n) {
        // Sums of what fits 53 bits are made with numbers, which is several times faster.
        const base = Number(least)
        for (let k = 0; k < n; k++) {
          value = BigInt.asIntN(64, value + BigInt(base + narrowBits(bytes, at, k * width, width)))
          values[o++] = value
        }
      } else for (let k = 0; k < n; k++) { value = BigInt.asIntN(64, value + least + wideBits(bytes, at, k * width, width)); values[o++] = value }
      at += perMini * width / 8
    }
  }
  return { values, next: at }
}

function narrowBits(bytes: Uint8Array, at: number, bit: number, width: number): number {
  let v = 0, got = 0, i = at + (bit >>> 3), off = bit & 7
  while (got < width) {
    v += (bytes[i++]! >>> off) * 2 ** got
    got += 8 - off
    off = 0
  }
  return v % 2 ** width
}

/** Writes numbers as runs and packed groups: long equal stretches as runs. Returns the bytes. */
export function writeRuns(values: Int32Array | Uint8Array, count: number, width: number): Uint8Array {
  const valueBytes = (width + 7) >>> 3
  let out = new Uint8Array(64 + Math.ceil(count * Math.max(1, width) / 8) + 16), at = 0
  const room = (n: number): void => { if (at + n > out.length) { const more = new Uint8Array(Math.max(out.length * 2, at + n)); more.set(out); out = more } }
  const varint = (n: number): void => { while (n >= 128) { out[at++] = (n & 127) | 128; n >>>= 7 } out[at++] = n }
  const packed = (from: number, until: number): void => {
    const groups = Math.ceil((until - from) / 8)
    if (groups === 0) return
    room(8 + groups * width)
    varint(groups * 2 + 1)
    let held = 0, bits = 0
    // Seven bits may still be held when the next number comes.
    if (width <= 24) {
      for (let i = from; i < from + groups * 8; i++) {
        if (i < until) held |= values[i]! << bits
        for (bits += width; bits >= 8; bits -= 8) { out[at++] = held & 255; held >>>= 8 }
      }
      return
    }
    for (let i = from; i < from + groups * 8; i++) {
      held += (i < until ? values[i]! : 0) * 2 ** bits
      bits += width
      while (bits >= 8) { out[at++] = held & 255; held = Math.floor(held / 256); bits -= 8 }
    }
  }
  let from = 0, i = 0
  while (i < count) {
    const v = values[i]!
    let end = i + 1
    while (end < count && values[end] === v) end++
    // A run may only begin where the packed values before it fill whole groups.
    const lead = (8 - ((i - from) & 7)) & 7
    if (end - i - lead >= 16) {
      packed(from, i + lead)
      room(16)
      varint((end - i - lead) * 2)
      for (let k = 0; k < valueBytes; k++) out[at++] = v >>> (8 * k) & 255
      from = end
    }
    i = end
  }
  packed(from, count)
  return out.subarray(0, at)
}
