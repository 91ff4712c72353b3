/** The delta file of a batch: begun while the batch still makes it, so that little is left to write at commit. */
import type { Files } from '../storage/files.ts'
import { fileThread, ThreadLost } from './file-thread.ts'
import { FramedHere, type GrowingFile } from './growing-file.ts'
import type { RecordFile } from './record-pieces.ts'
import { framed } from './state-file-writer.ts'

// Less is not worth another thread: it would be waited for longer than the writing takes.
const threadBytes = 1 << 19

export class DeltaFile {
  readonly #files: Files
  // The file that is being written; only while the records made are of it will it count.
  #growing: GrowingFile | null = null
  #file: RecordFile | null = null
  // What it has been given: the pieces before this one, and so much of this one.
  #piece = 0
  #offset = 0
  #given = 0
  // One that is no longer wanted: nothing else may go to its name before it is gone.
  #dropping: Promise<void> | null = null

  constructor(files: Files) { this.#files = files }

  /** So much of the file is there: begins to write it when that is worth it. What goes wrong here is left to `write`, which then writes all. */
  advance(path: string, file: RecordFile): void {
    if (this.#growing !== null && this.#file !== file) this.#drop()
    if (this.#dropping !== null) return
    try {
      if (this.#growing === null) {
        const onThread = this.#files.onThread?.(path) ?? null, inPlace = onThread === null ? this.#files.inPlace?.(path) ?? null : null
        if (onThread === null && inPlace === null || file.length < (inPlace?.pieceBytes ?? threadBytes)) return
        this.#growing = onThread !== null ? fileThread.open('delta', path, onThread.sync) : new FramedHere(inPlace!, path)
        this.#file = file
      } else if (file.length - this.#given < threadBytes / 2) return
      this.#give(file, this.#growing)
    } catch { this.#drop() }
  }

  #give(file: RecordFile, to: GrowingFile): void {
    const { pieces } = file
    for (;;) {
      const { bytes, length } = pieces[this.#piece]!
      if (length > this.#offset) to.add(bytes.subarray(this.#offset, length))
      this.#given += length - this.#offset
      this.#offset = length
      if (this.#piece === pieces.length - 1) return
      this.#piece++
      this.#offset = 0
    }
  }

  /** Writes the whole file, or what is missing of it; it is durable when the promise is kept, which says how many bytes it has. */
  async write(path: string, file: RecordFile): Promise<number> {
    const growing = this.#growing
    if (growing !== null && this.#file === file) {
      try { this.#give(file, growing) } catch (e) { this.#forget(); await growing.drop(); throw e }
      this.#forget()
      try { return await growing.end() } catch (e) { if (!(e instanceof ThreadLost)) throw e }
    } else await this.drop()
    const bytes = framed('delta', file)
    // Nobody reads it before the commit log has the batch: who finds less than that begins with the version before and writes it anew.
    await this.#files.writeAtomic(path, bytes, { overwrite: true, mayTear: true })
    return bytes.length
  }

  /** Takes back what was begun. */
  async drop(): Promise<void> {
    this.#drop()
    await this.#dropping
  }

  #drop(): void {
    const growing = this.#growing
    this.#forget()
    if (growing !== null) this.#dropping = growing.drop().catch(() => {}).finally(() => { this.#dropping = null })
  }

  #forget(): void {
    this.#growing = this.#file = null
    this.#piece = this.#offset = this.#given = 0
  }
}
