/**
 * The framing that Spark's state files have: blocks of `LZ4Block`, a token, two lengths, a checksum, and the bytes.
 *
 *     "LZ4Block"  token  compressedLength  originalLength  checksum   (numbers little endian, 4 bytes each)
 *     token: 0x10 stored or 0x20 compressed, plus log2(block size) - 10
 *     checksum: xxHash32 of the original bytes, seed 0x9747b28c, its low 28 bits
 *     the end is a stored block of no bytes
 */
import { compressBlock, decompressBlock, maxCompressedLength } from '../codecs/lz4-block.ts'
import { xxHash32 } from './xxhash32.ts'

const headerLength = 21
const blockSize = 1 << 15
const level = 5
const seed = 0x9747b28c
const stored = 0x10, compressed = 0x20
const magic = new TextEncoder().encode('LZ4Block')

/** Why a framed file cannot be read. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault'
}

/** Puts bytes into frames as they come. `flush` takes the complete blocks so far, `finish` also the rest and the end mark. */
export class FrameEncoder {
  #pending = new Uint8Array(blockSize)
  #pendingLength = 0
  #out: Uint8Array = new Uint8Array(1 << 14)
  #view: DataView = new DataView(this.#out.buffer)
  #length = 0
  #spare: Uint8Array[] = []
  readonly #compressedBytes: number
  #originalBytes = 0

  /** `compressedBytes`: blocks that begin beyond so many bytes are stored as they are. */
  constructor(compressedBytes = Infinity) { this.#compressedBytes = compressedBytes }

  /** How many framed bytes wait to be taken. */
  get ready(): number { return this.#length }

  write(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    while (start < end) {
      if (this.#pendingLength === 0 && end - start >= blockSize) {
        this.#block(bytes, start, start + blockSize)
        start += blockSize
        continue
      }
      const n = Math.min(blockSize - this.#pendingLength, end - start)
      this.#pending.set(bytes.subarray(start, start + n), this.#pendingLength)
      this.#pendingLength += n
      start += n
      if (this.#pendingLength === blockSize) this.#drain()
    }
  }

  /** Takes the framed bytes so far, which stay as they are until they are given back by `reuse`. */
  take(): Uint8Array {
    const out = this.flush()
    this.#use(this.#spare.pop() ?? new Uint8Array(out.length + (out.length >> 2)))
    return out
  }

  /** Nobody reads these any more, which `take` gave: their memory serves the next ones. */
  reuse(taken: readonly Uint8Array[]): void { for (const bytes of taken) this.#spare.push(new Uint8Array(bytes.buffer)) }

  /** Takes the framed bytes so far, valid until the next call. */
  flush(): Uint8Array {
    const out = this.#out.subarray(0, this.#length)
    this.#length = 0
    return out
  }

  /** The rest and the end mark, valid until the next call; after it a new file begins. */
  finish(): Uint8Array {
    if (this.#pendingLength > 0) this.#drain()
    this.#reserve(headerLength)
    this.#header(this.#length, stored, 0, 0, 0)
    this.#length += headerLength
    this.#originalBytes = 0
    return this.flush()
  }

  #drain(): void {
    const n = this.#pendingLength
    this.#pendingLength = 0
    this.#block(this.#pending, 0, n)
  }

  #block(bytes: Uint8Array, start: number, end: number): void {
    const n = end - start
    this.#reserve(headerLength + maxCompressedLength(n))
    const at = this.#length, body = at + headerLength
    const check = xxHash32(bytes, start, end, seed) & 0xfffffff
    const size = this.#originalBytes >= this.#compressedBytes ? n : compressBlock(bytes, start, end, this.#out, body) - body
    this.#originalBytes += n
    if (size < n) {
      this.#header(at, compressed, size, n, check)
      this.#length = body + size
    } else {
      this.#out.set(bytes.subarray(start, end), body)
      this.#header(at, stored, n, n, check)
      this.#length = body + n
    }
  }

  #header(at: number, method: number, size: number, original: number, check: number): void {
    this.#out.set(magic, at)
    this.#out[at + 8] = method | level
    this.#view.setInt32(at + 9, size, true)
    this.#view.setInt32(at + 13, original, true)
    this.#view.setInt32(at + 17, check, true)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#out.length) return
    const grown = new Uint8Array(Math.max(this.#out.length * 2, this.#length + more))
    grown.set(this.#out.subarray(0, this.#length))
    this.#use(grown)
  }

  #use(out: Uint8Array): void {
    this.#out = out
    this.#view = new DataView(out.buffer)
  }
}

/** Takes the bytes out of frames as a file comes in pieces; a `FrameFault` says what is wrong with it. */
export class FrameDecoder {
  // The begin of a block that is not here as a whole, and where in the file it lies.
  #rest = new Uint8Array(0)
  #restAt = 0
  #ended = false

  /** The bytes of the blocks that this piece makes complete. */
  push(piece: Uint8Array): Uint8Array {
    if (this.#ended) return nothing
    const file = this.#rest.length === 0 ? piece : joined(this.#rest, piece), blocks: Block[] = []
    let at = 0, total = 0
    for (let b: Block | null; !this.#ended && (b = blockAt(file, at, this.#restAt)) !== null; at = b.start + b.size) {
      if (b.original === 0) this.#ended = true
      else blocks.push(b)
      total += b.original
    }
    const out = expanded(file, blocks, total, this.#restAt)
    this.#rest = file.slice(at)
    this.#restAt += at
    return out
  }

  /** There are no more pieces: refuses a file that ends too early. */
  end(): void {
    const at = this.#restAt + this.#rest.length
    if (!this.#ended) throw new FrameFault(`the file ends at byte ${at}, ${this.#rest.length < headerLength ? 'before its end mark' : 'inside a block'}`)
  }
}

/** The bytes in the frames of a whole file; a `FrameFault` says what is wrong with them. */
export function decodeFrames(file: Uint8Array): Uint8Array {
  const decoder = new FrameDecoder(), out = decoder.push(file)
  decoder.end()
  return out
}

interface Block { readonly method: number; readonly start: number; readonly size: number; readonly original: number; readonly check: number }
const nothing = new Uint8Array(0)

/** The bytes of both in a new array. */
export function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

// Null when it is not there as a whole. What is there of the file begins at its byte `base`.
function blockAt(file: Uint8Array, at: number, base: number): Block | null {
  if (file.length - at < headerLength) return null
  for (let i = 0; i < 8; i++) if (file[at + i] !== magic[i]) throw new FrameFault(`no block begins at byte ${base + at}`)
  const view = new DataView(file.buffer, file.byteOffset + at, headerLength)
  const token = view.getUint8(8), size = view.getInt32(9, true), original = view.getInt32(13, true), check = view.getInt32(17, true), method = token & 0xf0
  if (method !== stored && method !== compressed || size < 0 || original < 0 || original > 1 << ((token & 15) + 10) || method === stored && size !== original) {
    throw new FrameFault(`the block at byte ${base + at} has a damaged head`)
  }
  const start = at + headerLength
  return original === 0 ? { method, start, size: 0, original, check } : file.length - start < size ? null : { method, start, size, original, check }
}

function expanded(file: Uint8Array, blocks: readonly Block[], total: number, base: number): Uint8Array {
  const out = new Uint8Array(total)
  let done = 0
  for (const b of blocks) {
    if (b.method === stored) out.set(file.subarray(b.start, b.start + b.size), done)
    else if (!decompressBlock(file, b.start, b.start + b.size, out, done, b.original)) throw new FrameFault(`the block at byte ${base + b.start} cannot be expanded`)
    if ((xxHash32(out, done, done + b.original, seed) & 0xfffffff) !== b.check) throw new FrameFault(`the checksum of the block at byte ${base + b.start} does not match`)
    done += b.original
  }
  return out
}
