/** Framed bytes of state files -> the bytes in them. */
import { decompressBlock } from '../codecs/lz4-block.ts'
import { checksumOf, compressed, headerLength, magic, stored } from './frame-form.ts'

/** Why a framed file cannot be read. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault'
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
    if (checksumOf(out, done, done + b.original) !== b.check) throw new FrameFault(`the checksum of the block at byte ${base + b.start} does not match`)
    done += b.original
  }
  return out
}
