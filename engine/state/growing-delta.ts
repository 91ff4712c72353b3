/** A delta file that is framed and written while its records are still made: what was made last is still in the processor's caches, and the disk works meanwhile. */
import type { InPlaceFiles, InPlaceWriter } from '../storage/files.ts'
import type { RecordFile } from './record-pieces.ts'
import type { FrameEncoder } from './lz4-frames.ts'

export class GrowingDelta {
  readonly frames: FrameEncoder
  readonly #writer: InPlaceWriter
  readonly #pieceBytes: number
  // How far it is framed: the pieces before this one, and so much of this one. What of the frames is being written.
  #piece = 0
  #offset = 0
  readonly #taken: Uint8Array[] = []
  #length = 0

  constructor(files: InPlaceFiles, path: string, frames: FrameEncoder) {
    this.frames = frames
    this.#writer = files.create(path, {})
    this.#pieceBytes = files.pieceBytes
  }

  /** The file has grown. It does not wait. */
  advance(file: RecordFile): void {
    this.#frame(file)
    if (this.frames.ready < this.#pieceBytes) return
    const bytes = this.frames.take()
    this.#taken.push(bytes)
    this.#append(bytes)
  }

  /** The file is whole: returns when it is durable, with how many bytes it has, and the frames are empty. When that fails it is gone. */
  async end(file: RecordFile): Promise<number> {
    this.#frame(file)
    try { this.#append(this.frames.finish()) } catch (e) { await this.#writer.abort(); throw e }
    await this.#writer.commit()
    this.frames.reuse(this.#taken)
    return this.#length
  }

  #append(bytes: Uint8Array): void {
    this.#writer.append(bytes)
    this.#length += bytes.length
  }

  /** Deletes it, and returns when nothing of it is written any more. */
  drop(): Promise<void> { return this.#writer.abort() }

  #frame({ pieces }: RecordFile): void {
    for (;;) {
      const { bytes, length } = pieces[this.#piece]!
      this.frames.write(bytes, this.#offset, length)
      this.#offset = length
      if (this.#piece === pieces.length - 1) return
      this.#piece++
      this.#offset = 0
    }
  }
}
