/** The delta file of a batch: begun while the batch still makes it, so that little is left to write at commit. */
import type { Files } from '../storage/files.ts'
import { GrowingDelta } from './growing-delta.ts'
import type { FrameEncoder } from './frame-encoder.ts'
import type { RecordFile } from './record-pieces.ts'
import { framed, framesOf } from './state-file-writer.ts'

// Memory of frames serves the next batch, for to let it grow anew costs more than to fill it; beyond this it is given back.
const keptBytes = 1 << 25

export class DeltaFile {
  readonly #files: Files
  // Null while a file has them that is being written.
  #frames: FrameEncoder | null = framesOf('delta')
  // The file that is being written; only while the records made are of it will it count.
  #growing: GrowingDelta | null = null
  #file: RecordFile | null = null
  // One whose end is being written.
  #ending: { readonly path: string; readonly done: Promise<unknown> } | null = null
  // One that is no longer wanted: nothing else may go to its name before it is gone.
  #dropping: Promise<void> | null = null

  constructor(files: Files) { this.#files = files }

  /** So much of the file is there: begins to write it when that is worth it. What goes wrong here is left to `write`, which then writes all. */
  advance(path: string, file: RecordFile): void {
    if (this.#growing !== null && this.#file !== file) this.#drop()
    if (this.#dropping !== null) return
    try {
      if (this.#growing === null) {
        const inPlace = this.#files.inPlace?.(path) ?? null
        if (inPlace === null || file.length < inPlace.pieceBytes) return
        this.#growing = new GrowingDelta(inPlace, path, this.#takeFrames())
        this.#file = file
      }
      this.#growing.advance(file)
    } catch { this.#drop() }
  }

  /** Writes the whole file, or what is missing of it; it is durable when the promise is kept, which says how many bytes it has. */
  async write(path: string, file: RecordFile): Promise<number> {
    const growing = this.#growing, isBegun = growing !== null && this.#file === file
    if (growing !== null && !isBegun) this.#drop()
    this.#forget()
    // From here on the batch may be committed, also while what was dropped is still on its way.
    const ending = this.#ending = { path, done: isBegun ? this.#kept(growing.frames, growing.end(file)) : this.#writeWhole(path, file) }
    try { return await ending.done } finally { if (this.#ending === ending) this.#ending = null }
  }

  async #writeWhole(path: string, file: RecordFile): Promise<number> {
    if (this.#dropping !== null) await this.#dropping
    const frames = this.#takeFrames(), bytes = framed(frames, file)
    // Nobody reads it before the commit log has the batch: who finds less than that begins with the version before and writes it anew.
    return this.#kept(frames, this.#files.writeAtomic(path, bytes, { overwrite: true, mayTear: true }).then(() => bytes.length))
  }

  // The frames of a file serve the next one when it is written.
  async #kept(frames: FrameEncoder, written: Promise<number>): Promise<number> {
    const bytes = await written
    if (bytes <= keptBytes) this.#frames = frames
    return bytes
  }

  #takeFrames(): FrameEncoder {
    const frames = this.#frames ?? framesOf('delta')
    this.#frames = null
    return frames
  }

  /** What was written, or is being written, is no longer to be taken back. */
  committed(): void { this.#ending = null }

  /** Takes back what was begun. */
  async drop(): Promise<void> {
    this.#drop()
    await this.#dropping
  }

  #drop(): void {
    const growing = this.#growing, ending = this.#ending
    this.#forget()
    if (growing === null && ending === null) return
    const gone = growing !== null ? growing.drop() : ending!.done.then(() => this.#files.delete(ending!.path))
    this.#dropping = gone.catch(() => {}).finally(() => { this.#dropping = null })
  }

  #forget(): void { this.#growing = this.#file = this.#ending = null }
}
