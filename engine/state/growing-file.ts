/** A state file that is written while its records are still made, here or on a thread of its own. */
import type { InPlaceFiles, InPlaceWriter } from '../storage/files.ts'
import { framesOf } from './state-file-writer.ts'

export interface GrowingFile {
  /** More records, which stay as they are until the file has ended. It does not wait. */
  add(records: Uint8Array): void
  /** Returns when the file is durable, with how many bytes it has. When that fails the file is gone. */
  end(): Promise<number>
  /** Deletes it, and returns when nothing of it is written any more. */
  drop(): Promise<void>
}

/** Frames a delta on this thread. */
export class FramedHere implements GrowingFile {
  readonly #frames = framesOf('delta')
  readonly #writer: InPlaceWriter
  readonly #pieceBytes: number
  #done = 0

  constructor(files: InPlaceFiles, path: string) {
    this.#writer = files.create(path, {})
    this.#pieceBytes = files.pieceBytes
  }

  add(records: Uint8Array): void {
    this.#frames.write(records)
    const bytes = this.#frames.soFar
    if (bytes.length - this.#done < this.#pieceBytes) return
    this.#writer.append(bytes.subarray(this.#done))
    this.#done = bytes.length
  }

  async end(): Promise<number> {
    const bytes = this.#frames.finish()
    try { this.#writer.append(bytes.subarray(this.#done)) } catch (e) { await this.#writer.abort(); throw e }
    await this.#writer.commit()
    return bytes.length
  }

  drop(): Promise<void> { return this.#writer.abort() }
}
