/** A delta file that is framed and written while its records are still made: what was made last is still in the processor's caches, and the disk works meanwhile. */
import type { InPlaceFiles, InPlaceWriter } from '../storage/files.ts'
import type { RecordFile } from './record-pieces.ts'
import type { FrameEncoder } from './frame-encoder.ts'

export class GrowingDelta {
  readonly frames: FrameEncoder
  readonly #writer: InPlaceWriter
  readonly #pieceBytes: number
  // How far it is framed: the pieces before this one, and so much of this one.
  #piece = 0
  #offset = 0
  #length = 0

  constructor(files: InPlaceFiles, path: string, frames: FrameEncoder) {
    this.frames = frames
    this.#writer = files.create(path, {})
    this.#pieceBytes = files.pieceBytes
  }

  /** The file has grown. It does not wait. */
  advance(file: RecordFile): void {
    this.#frame(file, false)
    if (this.frames.ready >= this.#pieceBytes) this.#append()
  }

  /** The file is whole: returns when it is durable, with how many bytes it has, and the frames are empty. When that fails it is gone. */
  async end(file: RecordFile): Promise<number> {
    this.#frame(file, true)
    this.frames.end()
    try { this.#append() } catch (e) { await this.#writer.abort(); throw e }
    await this.#writer.commit()
    this.frames.reuse()
    return this.#length
  }

  // The bytes of the records stay as they are until they are written.
  #append(): void {
    for (const bytes of this.frames.take()) {
      this.#writer.append(bytes)
      this.#length += bytes.length
    }
  }

  /** Deletes it, and returns when nothing of it is written any more. */
  drop(): Promise<void> { return this.#writer.abort() }

  // Of the last piece only whole blocks, unless no more comes: what follows then need not be copied to be made a block of.
  #frame({ pieces }: RecordFile, all: boolean): void {
    for (;;) {
      const { bytes, length } = pieces[this.#piece]!, isLast = this.#piece === pieces.length - 1
      const end = isLast && !all ? length - this.frames.leftOf(length - this.#offset) : length
      this.frames.write(bytes, this.#offset, end, true)
      this.#offset = end
      if (isLast) return
      this.#piece++
      this.#offset = 0
    }
  }
}
