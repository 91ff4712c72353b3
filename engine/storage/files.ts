/** Files as the engine needs them: atomic write, create-if-absent, list, read, lock. The place where a test makes a crash happen. */

/** One name in a folder. Times are milliseconds since the epoch. */
export interface FileEntry {
  readonly name: string
  readonly sizeBytes: number
  readonly modificationMs: number
  readonly isDirectory: boolean
}

/**
 * How a file is written. `overwrite: false` leaves a file that is there as it is.
 * `sync` (default true) returns only when the bytes and the name have reached the disk.
 * `mayTear` (with `overwrite`) is for a file that nobody reads before a record, written after it, says that it is there: when the machine dies meanwhile,
 * a part of it may stand under its name. It spares a renaming and the wait for that. `beside`: there is work to do while the disk takes the file.
 */
export interface WriteOptions {
  readonly overwrite: boolean
  readonly sync?: boolean
  readonly mayTear?: boolean
  readonly beside?: boolean
}

/** A file that shows up under its name only when it is complete; until `commit` it has a temporary name. */
export interface AtomicWriter {
  write(bytes: Uint8Array): Promise<void>
  /** Gives the file its name: false when the name was taken and `overwrite` was false. */
  commit(): Promise<boolean>
  /** Drops what was written. */
  abort(): Promise<void>
}

/**
 * A file under its own name that grows while its bytes are still being made. As with `mayTear` nobody reads it before a record, written after it, says that it is there.
 */
export interface InPlaceWriter {
  /** Begins to write bytes that follow those before and does not wait. They must stay as they are until `commit` or `abort` has ended. */
  append(bytes: Uint8Array): void
  /** Returns when the whole file has reached the disk (unless `sync` is false). When that fails the file is gone. */
  commit(): Promise<void>
  /** Waits for what is being written and deletes the file. */
  abort(): Promise<void>
}

/** Files that can be written so. `pieceBytes`: with fewer bytes a beginning is not worth it. */
export interface InPlaceFiles {
  readonly pieceBytes: number
  create(path: string, options: { readonly sync?: boolean }): InPlaceWriter
}

/** A lock that we have, or who has it. */
export type LockResult =
  | { readonly held: true; release(): Promise<void> }
  | { readonly held: false; readonly owner: string }

/** What can be asked of files without waiting: a schema is wanted the moment a DataFrame is made. */
export interface FilesNow {
  list(dir: string): FileEntry[]
  stat(path: string): FileEntry | null
  tryRead(path: string): Uint8Array | null
  readRange(path: string, start: number, end: number): Uint8Array
}

/**
 * A file system. Paths use `/`. Every failure of the disk (full, not allowed, missing) is `MICROLOTE_STORAGE_FAILED` with its cause,
 * and leaves no half-written file under a final name.
 *
 * ```ts
 * const files = new MemoryFiles()
 * await files.writeAtomic('ckpt/commits/0', new TextEncoder().encode('v1\n{}'), { overwrite: false }) // true
 * ```
 */
export interface Files {
  /** What is in the folder, in no order; nothing when there is no such folder. */
  list(dir: string): Promise<FileEntry[]>
  exists(path: string): Promise<boolean>
  read(path: string): Promise<Uint8Array>
  /** The bytes, or null when there is no such file. */
  tryRead(path: string): Promise<Uint8Array | null>
  readText(path: string): Promise<string>
  /** Bytes `start` to `end` (exclusive) of a file; fewer when it ends before. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array>
  /** The entry of a file or folder itself, or null. */
  stat(path: string): Promise<FileEntry | null>
  /** The same questions answered at once for this path, or null where that cannot be (files behind a network). */
  now?(path: string): FilesNow | null
  /** Makes the folder and those above it. */
  mkdirs(dir: string): Promise<void>
  /** Writes the whole file or nothing (unless it `mayTear`); makes its folder when missing. False when it exists and `overwrite` is false. */
  writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean>
  /** The same in pieces, for large files. */
  createAtomic(path: string, options: WriteOptions): Promise<AtomicWriter>
  /** Writes files in place while they are made, or null where that cannot be (files behind a network). */
  inPlace?(path: string): InPlaceFiles | null
  /** Whether another thread may write this path by `localFiles`, and if it is to wait for the disk there; null where it may not. */
  onThread?(path: string): { readonly sync: boolean } | null
  /** Deletes a file, or a folder with all in it when `recursive`; nothing happens when it is not there. */
  delete(path: string, recursive?: boolean): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Takes the lock file, also from a process that has died with it. */
  tryLock(path: string): Promise<LockResult>
}

/** `joinPath('a/', 'b', 'c')` is `a/b/c`. */
export function joinPath(...parts: string[]): string {
  return parts.filter(p => p !== '').map((p, i) => i < parts.length - 1 && p.length > 1 ? p.replace(/\/+$/, '') : p).join('/').replace(/^\/\//, '/')
}

/** `dirName('a/b/c')` is `a/b`. */
export function dirName(path: string): string {
  const cut = path.lastIndexOf('/')
  return cut < 0 ? '.' : cut === 0 ? '/' : path.slice(0, cut)
}

/** `baseName('a/b/c')` is `c`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The temporary name a file has until it is complete: Spark's own form, which its listings and ours pass over. */
export function temporaryName(path: string): string {
  return joinPath(dirName(path), `.${baseName(path)}.${crypto.randomUUID()}.tmp`)
}

/** Where Hadoop keeps the checksum of a file that Spark wrote; it must go when the file changes, or Spark refuses to read it. */
export function checksumSidecar(path: string): string {
  return joinPath(dirName(path), `.${baseName(path)}.crc`)
}

/** A name that some writer left behind in a crash. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith('.') && name.endsWith('.tmp')
}
