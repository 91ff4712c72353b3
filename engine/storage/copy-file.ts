/** Owns the copying of a file from one file system to another, piece by piece. */
import { executionError } from '../errors/spark-error.ts'
import type { Files } from './files.ts'

const pieceBytes = 8 << 20

/** Copies; the target shows up when it is whole, in place of what was there. Throws MICROLOTE_STORAGE_FAILED. */
export async function copyFile(source: Files, from: string, target: Files, to: string): Promise<void> {
  const entry = await source.stat(from)
  if (entry === null) throw executionError('MICROLOTE_STORAGE_FAILED', { path: from, action: `copied to ${to}`, reason: 'it does not exist (ENOENT)' })
  const out = await target.createAtomic(to, { overwrite: true })
  try {
    for (let at = 0; at < entry.sizeBytes; at += pieceBytes) {
      const piece = await source.readRange(from, at, Math.min(at + pieceBytes, entry.sizeBytes))
      if (piece.length === 0) throw executionError('MICROLOTE_STORAGE_FAILED', { path: from, action: `copied to ${to}`, reason: 'it became shorter meanwhile' })
      await out.write(piece)
    }
  } catch (e) { await out.abort(); throw e }
  await out.commit()
}
