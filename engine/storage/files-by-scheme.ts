/** Files wherever a path says: `s3a://…` goes to S3, all else to the disk. What S3 needs is loaded when the first such path comes. */
import { systemClock, type Clock } from '../observe/clock.ts'
import { copyFile } from './copy-file.ts'
import type { AtomicWriter, FileEntry, Files, FilesNow, InPlaceFiles, LockResult, WriteOptions } from './files.ts'
import { localFiles } from './local-files.ts'
import { blockingS3 } from './s3/blocking.ts'
import { isS3Path } from './s3/paths.ts'
import { s3Settings, type S3Settings } from './s3/settings.ts'

/** `conf` gives a conf of the session or null; the rest is the machine's unless told. */
export interface SchemeOptions {
  conf(key: string): string | null
  readonly clock?: Clock
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly fetch?: typeof fetch
}

/** The file system of a session. */
export class FilesByScheme implements Files {
  readonly #options: SchemeOptions
  // One for each bucket and its settings: a conf that changes makes a new one.
  readonly #stores = new Map<string, Promise<Files>>()

  constructor(options: SchemeOptions) { this.#options = options }

  #settings(path: string): { readonly settings: S3Settings; readonly bucket: string } {
    const bucket = /^s3[an]?:\/\/([^/]*)/i.exec(path)?.[1] ?? ''
    return { bucket, settings: s3Settings(bucket, { conf: this.#options.conf, env: this.#options.env ?? process.env, readText: file => { const bytes = localFiles.now!(file)!.tryRead(file); return bytes === null ? null : new TextDecoder().decode(bytes) } }) }
  }

  async #of(path: string): Promise<Files> {
    if (!isS3Path(path)) return localFiles
    const { settings, bucket } = this.#settings(path), key = JSON.stringify([bucket, settings])
    let store = this.#stores.get(key)
    if (store === undefined) {
      const outside = { clock: this.#options.clock ?? systemClock, fetch: this.#options.fetch ?? globalThis.fetch }
      this.#stores.set(key, store = import('./s3/s3-files.ts').then(m => new m.S3Files(settings, outside)))
    }
    return store
  }

  async list(dir: string): Promise<FileEntry[]> { return (await this.#of(dir)).list(dir) }
  async exists(path: string): Promise<boolean> { return (await this.#of(path)).exists(path) }
  async read(path: string): Promise<Uint8Array> { return (await this.#of(path)).read(path) }
  async tryRead(path: string): Promise<Uint8Array | null> { return (await this.#of(path)).tryRead(path) }
  async readText(path: string): Promise<string> { return (await this.#of(path)).readText(path) }
  async readRange(path: string, start: number, end: number): Promise<Uint8Array> { return (await this.#of(path)).readRange(path, start, end) }
  async stat(path: string): Promise<FileEntry | null> { return (await this.#of(path)).stat(path) }
  now(path: string): FilesNow | null { return isS3Path(path) ? blockingS3(this.#settings(path).settings) : localFiles.now!(path) }
  async mkdirs(dir: string): Promise<void> { return (await this.#of(dir)).mkdirs(dir) }
  // The disk is asked at once: what it does off this thread then begins before the caller's next step.
  async writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> { return isS3Path(path) ? (await this.#of(path)).writeAtomic(path, bytes, options) : localFiles.writeAtomic(path, bytes, options) }
  async createAtomic(path: string, options: WriteOptions): Promise<AtomicWriter> { return (await this.#of(path)).createAtomic(path, options) }
  inPlace(path: string): InPlaceFiles | null { return isS3Path(path) ? null : localFiles.inPlace!(path) }
  onThread(path: string): { readonly sync: boolean } | null { return isS3Path(path) ? null : localFiles.onThread!(path) }
  async delete(path: string, recursive?: boolean): Promise<void> { return (await this.#of(path)).delete(path, recursive) }
  async tryLock(path: string): Promise<LockResult> { return (await this.#of(path)).tryLock(path) }

  async rename(from: string, to: string): Promise<void> {
    const source = await this.#of(from), target = await this.#of(to)
    if (source === target) return source.rename(from, to)
    await copyFile(source, from, target, to)
    await source.delete(from)
  }
}
