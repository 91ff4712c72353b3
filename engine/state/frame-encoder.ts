/** Bytes of state files -> framed bytes. */
import { compressBlock, maxCompressedLength } from '../codecs/lz4-block.ts'
import { blockLevel, blockSize, checksumOf, compressed, headerLength, magic, stored } from './frame-form.ts'

/** Puts bytes into frames as they come. `flush` and `take` give the complete blocks so far, `finish` also the rest and the end mark. */
export class FrameEncoder {
  #pending = new Uint8Array(blockSize)
  #pendingLength = 0
  #out: Uint8Array = new Uint8Array(1 << 14)
  #view: DataView = new DataView(this.#out.buffer)
  #length = 0
  // What was taken and is not complete in #out: parts before, and where in #out the part begins that is not among them.
  #parts: Uint8Array[] = []
  #partStart = 0
  #partBytes = 0
  #taken: Uint8Array[] = []
  #spare: Uint8Array[] = []
  readonly #compressedBytes: number
  #originalBytes = 0

  /** `compressedBytes`: blocks that begin beyond so many bytes are stored as they are. */
  constructor(compressedBytes = Infinity) { this.#compressedBytes = compressedBytes }

  /** How many framed bytes wait to be taken. */
  get ready(): number { return this.#partBytes + this.#length - this.#partStart }

  /** `stays`: the bytes stay as they are until what `take` gives of them was used, so that those that are stored need not be copied. */
  write(bytes: Uint8Array, start = 0, end: number = bytes.length, stays = false): void {
    while (start < end) {
      if (this.#pendingLength === 0 && end - start >= blockSize) {
        this.#block(bytes, start, start + blockSize, stays)
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

  /** How many of so many more bytes would wait for the rest of their block. */
  leftOf(more: number): number { return Math.min(more, (this.#pendingLength + more) % blockSize) }

  /** Takes the framed bytes so far, part by part, which stay as they are until `reuse`. */
  take(): Uint8Array[] {
    this.#endPart()
    const parts = this.#parts
    this.#parts = []
    this.#partBytes = this.#partStart = this.#length = 0
    this.#taken.push(this.#out)
    this.#use(this.#spare.pop() ?? new Uint8Array(this.#out.length))
    return parts
  }

  /** Nobody reads any more what `take` gave: its memory serves the next ones. */
  reuse(): void { this.#spare.push(...this.#taken.splice(0)) }

  /** Takes the framed bytes so far, valid until the next call. Not of bytes that stay. */
  flush(): Uint8Array {
    const out = this.#out.subarray(0, this.#length)
    this.#length = 0
    return out
  }

  /** As `flush`, also of the rest and the end mark; after it a new file begins. */
  finish(): Uint8Array {
    this.end()
    return this.flush()
  }

  /** Adds the rest and the end mark; after they are taken a new file begins. */
  end(): void {
    if (this.#pendingLength > 0) this.#drain()
    this.#reserve(headerLength)
    this.#header(this.#length, stored, 0, 0, 0)
    this.#length += headerLength
    this.#originalBytes = 0
  }

  #drain(): void {
    const n = this.#pendingLength
    this.#pendingLength = 0
    this.#block(this.#pending, 0, n, false)
  }

  #block(bytes: Uint8Array, start: number, end: number, stays: boolean): void {
    if (stays && this.#originalBytes >= this.#compressedBytes) { this.#borrow(bytes.subarray(start, end)); return }
    const n = end - start
    this.#reserve(headerLength + maxCompressedLength(n))
    const at = this.#length, body = at + headerLength
    const check = checksumOf(bytes, start, end)
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

  // A block whose bytes stay where they are.
  #borrow(bytes: Uint8Array): void {
    const n = bytes.length
    this.#reserve(headerLength)
    this.#header(this.#length, stored, n, n, checksumOf(bytes, 0, n))
    this.#length += headerLength
    this.#originalBytes += n
    this.#endPart()
    this.#parts.push(bytes)
    this.#partBytes += n
  }

  // What lies in #out and is not among the parts becomes one. It stays readable where it is when #out grows.
  #endPart(): void {
    if (this.#length === this.#partStart) return
    this.#parts.push(this.#out.subarray(this.#partStart, this.#length))
    this.#partBytes += this.#length - this.#partStart
    this.#partStart = this.#length
  }

  #header(at: number, method: number, size: number, original: number, check: number): void {
    this.#out.set(magic, at)
    this.#out[at + 8] = method | blockLevel
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
