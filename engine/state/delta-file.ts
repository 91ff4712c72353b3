/** The delta file of a batch: begun while the batch still makes it, so that little is left to write at commit. */
import type { Files, InPlaceWriter } from '../storage/files.ts'
import type { StateFileBytes } from './state-files.ts'

export class DeltaFile {
  readonly #files: Files
  // The file that is being written and how much of it; only while the bytes made are of it will it count.
  #writer: InPlaceWriter | null = null
  #file: object | null = null
  #done = 0
  // One that is no longer wanted: nothing else may go to its name before it is gone.
  #dropping: Promise<void> | null = null

  constructor(files: Files) { this.#files = files }

  /** So much of the file is there: begins to write it when that is worth it. What goes wrong here is left to `write`, which then writes all. */
  advance(path: string, { file, bytes }: StateFileBytes): void {
    if (this.#writer !== null && this.#file !== file) this.#drop()
    if (this.#dropping !== null) return
    const inPlace = this.#files.inPlace?.(path) ?? null
    if (inPlace === null || bytes.length - this.#done < inPlace.pieceBytes) return
    try {
      this.#writer ??= inPlace.create(path, {})
      this.#file = file
      this.#writer.append(bytes.subarray(this.#done))
      this.#done = bytes.length
    } catch { this.#drop() }
  }

  /** Writes the whole file, or what is missing of it; it is durable when the promise is kept. */
  async write(path: string, { file, bytes }: StateFileBytes): Promise<void> {
    const writer = this.#writer
    if (writer !== null && this.#file === file) {
      const rest = bytes.subarray(this.#done)
      this.#forget()
      try { writer.append(rest) } catch (e) { await writer.abort(); throw e }
      await writer.commit()
      return
    }
    await this.drop()
    // Nobody reads it before the commit log has the batch: who finds less than that begins with the version before and writes it anew.
    await this.#files.writeAtomic(path, bytes, { overwrite: true, mayTear: true })
  }

  /** Takes back what was begun. */
  async drop(): Promise<void> {
    this.#drop()
    await this.#dropping
  }

  #drop(): void {
    const writer = this.#writer
    this.#forget()
    if (writer !== null) this.#dropping = writer.abort().catch(() => {}).finally(() => { this.#dropping = null })
  }

  #forget(): void {
    this.#writer = this.#file = null
    this.#done = 0
  }
}
