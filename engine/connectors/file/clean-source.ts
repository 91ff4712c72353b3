/** Owns what becomes of files that were read for good: left alone, moved to an archive, or deleted. A failure is a warning, never the end of the query. */
import { analysisError } from '../../errors/spark-error.ts'
import { dirName, joinPath, type Files } from '../../storage/files.ts'
import type { FileStreamOptions } from './file-options.ts'
import { isGlob, withinStore } from './paths.ts'
import { sinkLogDir } from './sink-log.ts'

/** Refuses to clean a directory that a streaming sink writes, and an archive inside what is read. */
export async function checkCleaning(files: Files, path: string, o: FileStreamOptions): Promise<void> {
  if (o.clean === 'off') return
  if (!isGlob(path) && await files.exists(sinkLogDir(path))) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `Cleaning ${path}, which a streaming sink writes`, advice: 'Leave cleanSource off: the log of the sink still names the files.' })
  const parts = path.split('/'), glob = parts.findIndex(isGlob), fixed = glob < 0 ? path : parts.slice(0, glob).join('/')
  const inside = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}/`)
  if (o.clean === 'archive' && inside(o.archiveDir!, fixed)) {
    throw analysisError('MICROLOTE_OPTION_INVALID', { option: 'sourceArchiveDir', format: 'file', value: JSON.stringify(o.archiveDir), reason: `it lies within ${path}, so that archived files would be read again; choose a directory outside` })
  }
}

/** Moves a file below the archive, at its own full path, or deletes it. */
export async function cleanFile(files: Files, path: string, o: FileStreamOptions, warn: (message: string) => void): Promise<void> {
  try {
    if (!(await files.exists(path))) return
    if (o.clean === 'delete') { await files.delete(path); return }
    const target = joinPath(o.archiveDir!, withinStore(path).replace(/^\/+/, ''))
    await files.mkdirs(dirName(target))
    await files.rename(path, target)
  } catch (e) { warn(`the file ${path} was read and could not be ${o.clean === 'delete' ? 'deleted' : 'archived'}: ${e instanceof Error ? e.message : String(e)}`) }
}
