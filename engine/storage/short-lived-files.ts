/** Files of which one folder will be thrown away: what is written there need not reach the disk, which would cost a wait for each file. */
import type { Files, WriteOptions } from './files.ts'

/** The same files, but nothing below `dir` waits for the disk. For a temporary checkpoint, which is deleted when its query ends. */
export function shortLived(files: Files, dir: string): Files {
  const eased = <T extends Partial<WriteOptions>>(path: string, options: T): T => (path.startsWith(`${dir}/`) ? { ...options, sync: false } : options)
  return {
    list: path => files.list(path),
    exists: path => files.exists(path),
    read: path => files.read(path),
    tryRead: path => files.tryRead(path),
    readText: path => files.readText(path),
    readRange: (path, start, end) => files.readRange(path, start, end),
    stat: path => files.stat(path),
    now: path => files.now?.(path) ?? null,
    mkdirs: path => files.mkdirs(path),
    writeAtomic: (path, bytes, options) => files.writeAtomic(path, bytes, eased(path, options)),
    createAtomic: (path, options) => files.createAtomic(path, eased(path, options)),
    inPlace: path => {
      const own = files.inPlace?.(path) ?? null
      return own === null ? null : { pieceBytes: own.pieceBytes, create: (p, options) => own.create(p, eased(p, options)) }
    },
    onThread: path => {
      const own = files.onThread?.(path) ?? null
      return own === null ? null : eased(path, own)
    },
    delete: (path, recursive) => files.delete(path, recursive),
    rename: (from, to) => files.rename(from, to),
    tryLock: path => files.tryLock(path),
  }
}
