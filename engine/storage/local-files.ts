/** Files on the local disk: the only importer of node:fs. */
import * as fs from 'node:fs'
import { executionError } from '../errors/spark-error.ts'
import { baseName, checksumSidecar, dirName, temporaryName } from './files.ts'
import type { AtomicWriter, FileEntry, Files, FilesNow, InPlaceFiles, InPlaceWriter, LockResult, WriteOptions } from './files.ts'
import { lockOwner, ownLockText } from './lock-owner.ts'

// Small files go through the synchronous calls: a trip to Node's thread pool costs more than the write, and there are five of them in one.
const synchronousBytes = 1 << 20
// What is written in place may go on while more is made.
const inPlaceSynchronousBytes = 1 << 15

/** The local disk. `file:` in front of a path is allowed. */
export const localFiles: Files = {
  list: async dir => filesNow.list(dir),
  stat: async path => filesNow.stat(path),
  now: () => filesNow,
  readRange: (path, start, end) => end - start <= synchronousBytes ? guard(path, 'read', async () => rangeOf(plain(path), start, end)) : guard(path, 'read', async () => {
    const handle = await fs.promises.open(plain(path), 'r')
    try {
      const bytes = unfilled(end - start)
      for (let done = 0; done < bytes.length;) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, start + done)
        if (bytesRead === 0) return bytes.subarray(0, done)
        done += bytesRead
      }
      return bytes
    } finally { await handle.close() }
  }),
  exists: path => guard(path, 'looked for', async () => fs.existsSync(plain(path))),
  read: path => guard(path, 'read', () => readBytes(plain(path))),
  tryRead: path => guard(path, 'read', async () => {
    try { return await readBytes(plain(path)) } catch (e) { if (isAbsent(e)) return null; throw e }
  }),
  readText: async path => new TextDecoder().decode(await localFiles.read(path)),
  mkdirs: dir => guard(dir, 'created', async () => { fs.mkdirSync(plain(dir), { recursive: true }) }),

  async writeAtomic(path, bytes, options) {
    if (options.mayTear === true && options.overwrite) return guard(path, 'written', () => writeInPlace(path, bytes, options.sync !== false))
    if (bytes.length > synchronousBytes) {
      const writer = await localFiles.createAtomic(path, options)
      try { await writer.write(bytes) } catch (e) { await writer.abort(); throw e }
      return writer.commit()
    }
    return guard(path, 'written', async () => {
      const target = plain(path), temporary = temporaryName(target), { sync = true, beside = false } = options
      try {
        const fd = openNew(temporary)
        try {
          writeAll(fd, bytes)
          if (sync) if (beside) await promisesOf(fd).sync(); else fs.fdatasyncSync(fd)
        } finally { fs.closeSync(fd) }
        const isThere = publish(temporary, target, options.overwrite)
        if (isThere && sync) if (beside) await nameSynced(dirName(target)); else syncDirectory(dirName(target))
        return isThere
      } catch (e) { dropQuietly(temporary); throw e }
    })
  },

  createAtomic: (path, options) => guard(path, 'written', async () => {
    const target = plain(path), temporary = temporaryName(target)
    return openWriter(path, target, temporary, options, openNew(temporary))
  }),

  inPlace: () => inPlace,
  onThread: () => ({ sync: true }),

  delete: (path, recursive = false) => guard(path, 'deleted', async () => {
    const target = plain(path)
    if (recursive) { await fs.promises.rm(target, { recursive: true, force: true }); return }
    fs.rmSync(target, { force: true })
    dropQuietly(checksumSidecar(target))
  }),
  rename: (from, to) => guard(from, `renamed to ${to}`, async () => { fs.renameSync(plain(from), plain(to)) }),
  tryLock: path => guard(path, 'locked', async () => lock(plain(path))),
}

/** The same at once. */
const filesNow: FilesNow = {
  list: dir => guardNow(dir, 'listed', () => {
    const path = plain(dir)
    let entries: fs.Dirent[]
    try { entries = fs.readdirSync(path, { withFileTypes: true }) } catch (e) { if (isAbsent(e) && !fs.existsSync(path)) return []; throw e }
    const out: FileEntry[] = []
    for (const e of entries) { const found = entryAt(`${path}/${e.name}`, e.name); if (found !== null) out.push(found) }
    return out
  }),
  stat: path => guardNow(path, 'looked for', () => entryAt(plain(path), baseName(plain(path)))),
  tryRead: path => guardNow(path, 'read', () => {
    try { const b = fs.readFileSync(plain(path)); return new Uint8Array(b.buffer, b.byteOffset, b.length) } catch (e) { if (isAbsent(e)) return null; throw e }
  }),
  readRange: (path, start, end) => guardNow(path, 'read', () => rangeOf(plain(path), start, end)),
}

/** Nothing is there: neither below a folder that is not there, nor below a file. */
const isAbsent = (e: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(e) ?? '')

function entryAt(path: string, name: string): FileEntry | null {
  const stat = fs.statSync(path, { throwIfNoEntry: false })
  return stat === undefined ? null : { name, sizeBytes: stat.size, modificationMs: Math.floor(stat.mtimeMs), isDirectory: stat.isDirectory() }
}

/** Memory that will be read into: clearing it first would cost as much as parsing a good part of it. What is not read is cut off. */
function unfilled(length: number): Uint8Array {
  const b = Buffer.allocUnsafeSlow(length)
  return new Uint8Array(b.buffer, b.byteOffset, b.length)
}

function rangeOf(path: string, start: number, end: number): Uint8Array {
  const fd = fs.openSync(path, 'r')
  try {
    const bytes = unfilled(end - start)
    for (let done = 0; done < bytes.length;) {
      const n = fs.readSync(fd, bytes, done, bytes.length - done, start + done)
      if (n === 0) return bytes.subarray(0, done)
      done += n
    }
    return bytes
  } finally { fs.closeSync(fd) }
}

function plain(path: string): string {
  return path.startsWith('file:') ? path.replace(/^file:(\/\/(?=\/))?/, '') : path
}

function codeOf(e: unknown): string | undefined {
  return (e as { code?: string } | null)?.code
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full', EDQUOT: 'the disk quota is used up', EACCES: 'permission denied', EPERM: 'permission denied', EROFS: 'the disk is read-only',
  ENOENT: 'it does not exist', ENOTDIR: 'a part of the path is not a folder', EISDIR: 'it is a folder', EMFILE: 'too many files are open', EIO: 'the disk reported a fault',
}

function failure(path: string, action: string, e: unknown): unknown {
  const code = codeOf(e)
  return code === undefined ? e : executionError('MICROLOTE_STORAGE_FAILED', { path, action, reason: `${reasons[code] ?? (e as Error).message} (${code})` }, e)
}

function guardNow<T>(path: string, action: string, body: () => T): T {
  try { return body() } catch (e) { throw failure(path, action, e) }
}

async function guard<T>(path: string, action: string, body: () => Promise<T>): Promise<T> {
  try { return await body() } catch (e) { throw failure(path, action, e) }
}

async function readBytes(path: string): Promise<Uint8Array> {
  const size = fs.statSync(path).size
  const b = size > synchronousBytes ? await fs.promises.readFile(path) : fs.readFileSync(path)
  return new Uint8Array(b.buffer, b.byteOffset, b.length)
}

// `wx`: the file must not be there; `w`: it is replaced.
function openNew(path: string, flags: 'wx' | 'w' = 'wx'): number {
  try {
    return fs.openSync(path, flags)
  } catch (e) {
    if (codeOf(e) !== 'ENOENT') throw e
    fs.mkdirSync(dirName(path), { recursive: true })
    return fs.openSync(path, flags)
  }
}

async function writeInPlace(path: string, bytes: Uint8Array, sync: boolean): Promise<boolean> {
  const target = plain(path), isSmall = bytes.length <= inPlaceSynchronousBytes
  const file = openInPlace(path, sync, isSmall ? Promise.resolve(openNew(target, 'w')) : openedLater(target))
  if (isSmall) try { writeAll(await file.opened, bytes, 0) } catch (e) { await file.abort(); throw e }
  else file.append(bytes)
  await file.commit()
  return true
}

// Several threads of Node's pool take pieces of this size at once.
const inPlace: InPlaceFiles = { pieceBytes: 1 << 19, create: (path, options) => openInPlace(path, options.sync !== false, openedLater(plain(path))) }

// To make a name may take as long as the disk is busy with others: that is left to another thread.
function openedLater(target: string): Promise<number> {
  return new Promise((resolve, reject) => fs.open(target, 'w', (e, fd) => {
    if (e === null) resolve(fd)
    else if (codeOf(e) !== 'ENOENT') reject(e)
    else try { resolve(openNew(target, 'w')) } catch (again) { reject(again) }
  }))
}

function openInPlace(path: string, sync: boolean, opened: Promise<number>): InPlaceWriter & { readonly opened: Promise<number> } {
  const target = plain(path), begun = opened.then(fd => { dropIfThere(checksumSidecar(target)); return fd }), writes: Promise<unknown>[] = [begun]
  let length = 0, waiting: Uint8Array[] = []
  // `commit` tells.
  begun.catch(() => {})
  // What was appended since, all at once.
  const writeOn = (fd: number): Promise<void> => {
    const parts = waiting, at = length
    waiting = []
    for (const p of parts) length += p.length
    return promisesOf(fd).writeAll(parts, at)
  }
  const close = async (failed: boolean): Promise<void> => {
    const fd = await opened.catch(() => null)
    if (fd === null) return
    fs.closeSync(fd)
    if (failed) dropQuietly(target)
  }
  return {
    opened,
    append(bytes) {
      if (waiting.push(bytes) > 1) return
      const written = begun.then(writeOn)
      written.catch(() => {})
      writes.push(written)
    },
    // The bytes and the name go to the disk side by side, on other threads: who writes several files has the next one made meanwhile, and the disk takes them together.
    commit: () => guard(path, 'written', async () => {
      let failed = true
      try {
        await allOf(writes)
        if (sync) await allOf([promisesOf(await opened).sync(), nameSynced(dirName(target))])
        failed = false
      } finally { await close(failed) }
    }),
    async abort() {
      await Promise.allSettled(writes)
      await close(true)
    },
  }
}

// Waits for all, also when one fails.
async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const done of await Promise.allSettled(promises)) if (done.status === 'rejected') throw done.reason
}

function writeAll(fd: number, bytes: Uint8Array, at: number | null = null): void {
  for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done, bytes.length - done, at === null ? null : at + done)
}

// A hard link fails when the name is taken, a rename would replace it.
function publish(temporary: string, target: string, overwrite: boolean): boolean {
  if (overwrite) {
    fs.renameSync(temporary, target)
  } else {
    try {
      fs.linkSync(temporary, target)
    } catch (e) {
      if (codeOf(e) !== 'EEXIST') throw e
      fs.unlinkSync(temporary)
      return false
    }
    fs.unlinkSync(temporary)
  }
  dropQuietly(checksumSidecar(target))
  return true
}

// Without this the bytes are safe but the name may be lost in a power cut. Some systems cannot open a folder: there the rename is all there is.
function syncDirectory(dir: string): void {
  let fd: number
  try { fd = fs.openSync(dir, 'r') } catch { return }
  try { fs.fsyncSync(fd) } catch (e) { if (codeOf(e) === 'EIO') throw e } finally { fs.closeSync(fd) }
}

// As `syncDirectory`, without waiting here.
function nameSynced(dir: string): Promise<void> {
  let fd: number
  try { fd = fs.openSync(dir, 'r') } catch { return Promise.resolve() }
  return new Promise((resolve, reject) => fs.fsync(fd, e => { fs.closeSync(fd); if (e?.code === 'EIO') reject(e); else resolve() }))
}

function dropIfThere(path: string): void { if (fs.existsSync(path)) fs.unlinkSync(path) }

function dropQuietly(path: string): void {
  try { fs.unlinkSync(path) } catch { /* not there: what we wanted */ }
}

function openWriter(path: string, target: string, temporary: string, options: WriteOptions, fd: number): AtomicWriter {
  let open = true
  const handle = promisesOf(fd)
  const close = (): void => { if (open) { open = false; fs.closeSync(fd) } }
  const drop = (): void => { close(); dropQuietly(temporary) }
  return {
    write: bytes => guard(path, 'written', async () => {
      try { await handle.write(bytes) } catch (e) { drop(); throw e }
    }),
    commit: () => guard(path, 'written', async () => {
      try {
        if (options.sync !== false) await handle.sync()
        close()
        const isThere = publish(temporary, target, options.overwrite)
        if (isThere && options.sync !== false) syncDirectory(dirName(target))
        return isThere
      } catch (e) { drop(); throw e }
    }),
    abort: async () => { drop() },
  }
}

// `at`: where in the file, behind what was written last unless told.
function promisesOf(fd: number): { write(bytes: Uint8Array, at?: number): Promise<void>; writeAll(parts: readonly Uint8Array[], at: number): Promise<void>; sync(): Promise<void> } {
  return {
    async writeAll(parts, at) {
      for (let left = parts; left.length > 0;) {
        const n = await new Promise<number>((resolve, reject) => fs.writev(fd, firstOf(left), at, (e, n) => e ? reject(e) : resolve(n)))
        at += n
        left = without(left, n)
      }
    },
    async write(bytes, at) {
      for (let done = 0; done < bytes.length;) {
        done += await new Promise<number>((resolve, reject) => fs.write(fd, bytes, done, bytes.length - done, at === undefined ? null : at + done, (e, n) => e ? reject(e) : resolve(n)))
      }
    },
    sync: () => new Promise((resolve, reject) => fs.fdatasync(fd, e => e ? reject(e) : resolve())),
  }
}

// Node says in 32 bits with a sign how many bytes it wrote.
const writtenAtOnce = 1 << 30

function firstOf(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const first: Uint8Array[] = []
  let room = writtenAtOnce
  for (let i = 0; i < parts.length && room > 0; room -= first[i++]!.length) first.push(parts[i]!.subarray(0, room))
  return first
}

// The bytes behind the first `n`.
function without(parts: readonly Uint8Array[], n: number): readonly Uint8Array[] {
  let first = 0, done = n
  while (first < parts.length && done >= parts[first]!.length) done -= parts[first++]!.length
  return done === 0 ? parts.slice(first) : [parts[first]!.subarray(done), ...parts.slice(first + 1)]
}

const heldHere = new Set<string>()

function lock(given: string): LockResult {
  fs.mkdirSync(dirName(given), { recursive: true })
  const path = `${fs.realpathSync(dirName(given))}/${given.slice(given.lastIndexOf('/') + 1)}`
  if (heldHere.has(path)) return { held: false, owner: `this process (${process.pid})` }
  const temporary = temporaryName(path)
  fs.writeFileSync(temporary, ownLockText())
  try {
    for (;;) {
      try {
        fs.linkSync(temporary, path)
        heldHere.add(path)
        return { held: true, release: async () => { if (heldHere.delete(path)) dropQuietly(path) } }
      } catch (e) { if (codeOf(e) !== 'EEXIST') throw e }
      const owner = liveOwner(path)
      if (owner !== null) return { held: false, owner }
      takeAway(path)
    }
  } finally { dropQuietly(temporary) }
}

// The name of who holds the lock, or null when that process is gone.
function liveOwner(path: string): string | null {
  let text: string
  try { text = fs.readFileSync(path, 'utf8') } catch (e) { if (codeOf(e) === 'ENOENT') return null; throw e }
  const owner = lockOwner(text)
  return owner === null || owner.living === false ? null : owner.name
}

// Two processes may find the same dead lock: each moves a file away, and who moved a living one puts it back.
function takeAway(path: string): void {
  const aside = temporaryName(path)
  try { fs.renameSync(path, aside) } catch (e) { if (codeOf(e) === 'ENOENT') return; throw e }
  if (liveOwner(aside) !== null) try { fs.linkSync(aside, path) } catch { /* a third one has it by now */ }
  dropQuietly(aside)
}
