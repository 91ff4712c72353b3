/** Owns the Snappy block format, as Parquet has it, and the framing that Kafka's Java client puts around it. */

const FRAME_MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00] as const
const FRAME_BLOCK = 32_768

function readLength(source: Uint8Array, start: number, end: number): { length: number; next: number } {
  let length = 0
  for (let i = start, shift = 0; i < end && shift < 35; i++, shift += 7) {
    length += (source[i]! & 127) * 2 ** shift
    if (source[i]! < 128) return { length, next: i + 1 }
  }
  throw new RangeError('snappy: the length of a block is cut')
}

function block(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  let i = start
  let o = at
  const limit = target.length
  // Four bytes at a time where there is room to write past the end: what is written there is written again.
  const from = new DataView(source.buffer, source.byteOffset, source.length), to = new DataView(target.buffer, target.byteOffset, limit)
  while (i < end) {
    const tag = source[i++]!
    if ((tag & 3) === 0) {
      let n = tag >>> 2
      if (n >= 60) {
        const extra = n - 59
        n = 0
        for (let k = 0; k < extra; k++) n += (source[i + k] ?? 0) * 2 ** (8 * k)
        i += extra
      }
      n++
      if (i + n > end || o + n > limit) throw new RangeError('snappy: a literal leaves its block')
      if (n <= 16 && i + 16 <= source.length && o + 16 <= limit) for (let k = 0; k < n; k += 4) to.setInt32(o + k, from.getInt32(i + k, true), true)
      else if (n <= 16) for (let k = 0; k < n; k++) target[o + k] = source[i + k]!
      else target.set(source.subarray(i, i + n), o)
      i += n
      o += n
      continue
    }
    let n: number
    let distance: number
    if ((tag & 3) === 1) {
      n = ((tag >>> 2) & 7) + 4
      distance = ((tag >>> 5) << 8) | source[i]!
      i += 1
    } else if ((tag & 3) === 2) {
      n = (tag >>> 2) + 1
      distance = source[i]! | (source[i + 1]! << 8)
      i += 2
    } else {
      n = (tag >>> 2) + 1
      distance = (source[i]! | (source[i + 1]! << 8) | (source[i + 2]! << 16) | (source[i + 3]! << 24)) >>> 0
      i += 4
    }
    if (i > end || distance === 0 || distance > o - at || o + n > limit) throw new RangeError('snappy: a copy leaves its block')
    const stop = o + n
    if (distance >= 4 && stop + 3 <= limit) {
      for (; o < stop; o += 4) to.setInt32(o, to.getInt32(o - distance, true), true)
      o = stop
    } else for (; o < stop; o++) target[o] = target[o - distance]!
  }
  return o
}

/** Decompresses one block or a framed stream; `RangeError` when the bytes are not Snappy or would exceed `limit` bytes. */
export function snappyDecompress(source: Uint8Array, limit: number): Uint8Array {
  const blocks: { start: number; end: number; length: number; next: number }[] = []
  if (FRAME_MAGIC.every((b, i) => source[i] === b)) {
    for (let i = 16; i < source.length;) {
      if (i + 4 > source.length) throw new RangeError('snappy: the frame is cut')
      const size = ((source[i]! << 24) | (source[i + 1]! << 16) | (source[i + 2]! << 8) | source[i + 3]!) >>> 0
      if (size > source.length - i - 4) throw new RangeError('snappy: the frame is cut')
      blocks.push({ start: i + 4, end: i + 4 + size, ...readLength(source, i + 4, i + 4 + size) })
      i += 4 + size
    }
  } else {
    blocks.push({ start: 0, end: source.length, ...readLength(source, 0, source.length) })
  }
  let total = 0
  for (const b of blocks) {
    // A copy of 64 bytes takes 3, so nothing grows more than about 22 times: a longer claim is a lie, and is refused before memory is taken for it.
    if (b.length > (b.end - b.start) * 32) throw new RangeError('snappy: a block claims more bytes than it can hold')
    total += b.length
  }
  if (total > limit) throw new RangeError(`snappy: more than ${limit} bytes`)
  const target = new Uint8Array(total)
  let at = 0
  for (const b of blocks) {
    const stop = block(source, b.next, b.end, target.subarray(0, at + b.length), at)
    if (stop !== at + b.length) throw new RangeError('snappy: a block is shorter than it claims')
    at = stop
  }
  return target
}

function literal(source: Uint8Array, from: number, until: number, target: Uint8Array, at: number): number {
  const n = until - from - 1
  if (n < 0) return at
  if (n < 60) target[at++] = n << 2
  else if (n < 256) { target[at++] = 60 << 2; target[at++] = n }
  else { target[at++] = 61 << 2; target[at++] = n & 255; target[at++] = n >>> 8 }
  if (n < 24) for (let i = from; i < until; i++) target[at++] = source[i]!
  else { target.set(source.subarray(from, until), at); at += n + 1 }
  return at
}

function compressBlock(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number, table: Uint16Array): number {
  for (let n = end - start; ;) {
    if (n < 128) { target[at++] = n; break }
    target[at++] = (n & 127) | 128
    n >>>= 7
  }
  return compressPiece(source, start, end, target, at, table)
}

function compressPiece(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number, table: Uint16Array): number {
  // Places within the piece; one that nothing was put into stands for the first byte, which is as good a guess as any.
  table.fill(0)
  const words = new DataView(source.buffer, source.byteOffset, source.length)
  let from = start
  for (let i = start + 1; i + 4 <= end;) {
    const word = words.getInt32(i, true)
    const slot = Math.imul(word, 0x1e35a7bd) >>> 18
    const seen = start + table[slot]!
    table[slot] = i - start
    if (words.getInt32(seen, true) !== word) {
      i += 1 + ((i - from) >>> 5)
      continue
    }
    at = literal(source, from, i, target, at)
    let n = 4
    while (i + n + 4 <= end && words.getInt32(seen + n, true) === words.getInt32(i + n, true)) n += 4
    while (i + n < end && source[seen + n] === source[i + n]) n++
    const distance = i - seen
    i += n
    from = i
    for (; n > 0;) {
      const part = Math.min(n, 64)
      target[at++] = ((part - 1) << 2) | 2
      target[at++] = distance & 255
      target[at++] = distance >>> 8
      n -= part
    }
  }
  return literal(source, from, end, target, at)
}

/** Decompresses one block without framing into `target` from `at`; returns where it ends. `RangeError` when the bytes are not Snappy or do not fit. */
export function snappyDecompressBlock(source: Uint8Array, target: Uint8Array, at: number, length: number): number {
  const { length: claimed, next } = readLength(source, 0, source.length)
  if (claimed !== length) throw new RangeError(`snappy: a block of ${claimed} bytes where ${length} were promised`)
  const stop = block(source, next, source.length, target.subarray(at, at + length), 0)
  if (stop !== length) throw new RangeError('snappy: a block is shorter than it claims')
  return at + length
}

const slots = 1 << 14
const rawTable = new Uint16Array(slots)
const rawPiece = 1 << 16

/** Compresses into one block without framing (as Parquet keeps it), in pieces of 64 KiB so that every distance fits two bytes. */
export function snappyCompressBlock(source: Uint8Array): Uint8Array {
  const target = new Uint8Array(16 + source.length + Math.ceil(source.length / 6))
  let at = 0
  for (let n = source.length; ;) {
    if (n < 128) { target[at++] = n; break }
    target[at++] = (n & 127) | 128
    n >>>= 7
  }
  for (let from = 0; from < source.length; from += rawPiece) at = compressPiece(source, from, Math.min(source.length, from + rawPiece), target, at, rawTable)
  return target.subarray(0, at)
}

/** Compresses into the framing of Kafka's Java client: blocks of 32 KiB. */
export function snappyCompress(source: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(source.length / FRAME_BLOCK))
  const target = new Uint8Array(16 + blocks * 32 + source.length + (source.length >>> 3))
  target.set(FRAME_MAGIC)
  const view = new DataView(target.buffer)
  view.setInt32(8, 1)
  view.setInt32(12, 1)
  const table = new Uint16Array(slots)
  let at = 16
  for (let b = 0; b < blocks; b++) {
    const stop = compressBlock(source, b * FRAME_BLOCK, Math.min(source.length, (b + 1) * FRAME_BLOCK), target, at + 4, table)
    view.setInt32(at, stop - at - 4)
    at = stop
  }
  return target.subarray(0, at)
}
