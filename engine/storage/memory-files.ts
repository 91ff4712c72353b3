/** Files in memory, for tests and simulations: the same promises as the disk, none of its time. */
import { executionError } from '../errors/spark-error.ts'
import { baseName, dirName } from './files.ts'
import type { AtomicWriter, FileEntry, Files, FilesNow, InPlaceFiles, LockResult, WriteOptions } from './files.ts'

interface MemoryFile { readonly bytes: Uint8Array; readonly modificationMs: number }

/** A file system of its own. `nowMs` gives the modification times. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, MemoryFile>()
  readonly #folders = new Set<string>()
  readonly #locks = new Set<string>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number = () => 0) { this.#nowMs = nowMs }

  async list(dir: string): Promise<FileEntry[]> { return this.#list(dir) }
  async readRange(path: string, start: number, end: number): Promise<Uint8Array> { return (await this.read(path)).slice(start, end) }
  async stat(path: string): Promise<FileEntry | null> { return this.#stat(path) }
  now(): FilesNow {
    return { list: dir => this.#list(dir), stat: path => this.#stat(path), tryRead: path => this.#files.get(path)?.bytes.slice() ?? null, readRange: (path, start, end) => this.#bytesOf(path).slice(start, end) }
  }

  #stat(path: string): FileEntry | null { return this.#list(dirName(path)).find(e => e.name === baseName(path)) ?? null }

  #bytesOf(path: string): Uint8Array {
    const file = this.#files.get(path)
    if (file === undefined) throw executionError('MICROLOTE_STORAGE_FAILED', { path, action: 'read', reason: 'it does not exist (ENOENT)' })
    return file.bytes
  }

  #list(dir: string): FileEntry[] {
    const prefix = dir.endsWith('/') ? dir : dir + '/'
    const out = new Map<string, FileEntry>()
    for (const [path, file] of this.#files) {
      if (!path.startsWith(prefix)) continue
      const rest = path.slice(prefix.length), cut = rest.indexOf('/')
      if (cut < 0) out.set(rest, { name: rest, sizeBytes: file.bytes.length, modificationMs: file.modificationMs, isDirectory: false })
      else out.set(rest.slice(0, cut), { name: rest.slice(0, cut), sizeBytes: 0, modificationMs: 0, isDirectory: true })
    }
    for (const folder of this.#folders) {
      const rest = folder.startsWith(prefix) ? folder.slice(prefix.length).split('/')[0]! : ''
      if (rest !== '' && !out.has(rest)) out.set(rest, { name: rest, sizeBytes: 0, modificationMs: 0, isDirectory: true })
    }
    return [...out.values()]
  }

  async exists(path: string): Promise<boolean> {
    if (this.#files.has(path) || this.#folders.has(path)) return true
    for (const p of this.#files.keys()) if (p.startsWith(path + '/')) return true
    return false
  }

  async read(path: string): Promise<Uint8Array> {
    return this.#bytesOf(path).slice()
  }

  async tryRead(path: string): Promise<Uint8Array | null> { return this.#files.get(path)?.bytes.slice() ?? null }
  async readText(path: string): Promise<string> { return new TextDecoder().decode(await this.read(path)) }

  async mkdirs(dir: string): Promise<void> {
    for (let d = dir; d !== '.' && d !== '/' && !this.#folders.has(d); d = dirName(d)) this.#folders.add(d)
  }

  async writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    if (!options.overwrite && this.#files.has(path)) return false
    this.#files.set(path, { bytes: bytes.slice(), modificationMs: this.#nowMs() })
    return true
  }

  async createAtomic(path: string, options: WriteOptions): Promise<AtomicWriter> {
    const pieces: Uint8Array[] = []
    return {
      write: async bytes => { pieces.push(bytes.slice()) },
      commit: async () => this.writeAtomic(path, concatenate(pieces), options),
      abort: async () => { pieces.length = 0 },
    }
  }

  /** Small pieces, which may be torn between any two of them. */
  inPlace(): InPlaceFiles {
    return {
      pieceBytes: 256,
      create: path => {
        const put = (bytes: Uint8Array): void => { this.#files.set(path, { bytes, modificationMs: this.#nowMs() }) }
        put(new Uint8Array(0))
        return {
          append: bytes => put(concatenate([this.#bytesOf(path), bytes])),
          commit: async () => {},
          abort: async () => { this.#files.delete(path) },
        }
      },
    }
  }

  async delete(path: string, recursive = false): Promise<void> {
    this.#files.delete(path)
    if (!recursive) return
    this.#folders.delete(path)
    for (const p of [...this.#files.keys()]) if (p.startsWith(path + '/')) this.#files.delete(p)
    for (const p of [...this.#folders]) if (p.startsWith(path + '/')) this.#folders.delete(p)
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#files.get(from)
    if (file === undefined) throw executionError('MICROLOTE_STORAGE_FAILED', { path: from, action: `renamed to ${to}`, reason: 'it does not exist (ENOENT)' })
    this.#files.delete(from)
    this.#files.set(to, file)
  }

  async tryLock(path: string): Promise<LockResult> {
    if (this.#locks.has(path)) return { held: false, owner: 'this process' }
    this.#locks.add(path)
    return { held: true, release: async () => { this.#locks.delete(path) } }
  }

  /** Gives up all locks, as the death of the process that held them does. */
  dropLocks(): void { this.#locks.clear() }

  /** All paths with their bytes, sorted: what a test compares. */
  dump(): [string, Uint8Array][] {
    return [...this.#files].map(([p, f]): [string, Uint8Array] => [p, f.bytes.slice()]).sort((a, b) => a[0] < b[0] ? -1 : 1)
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const p of pieces) { out.set(p, at); at += p.length }
  return out
}
