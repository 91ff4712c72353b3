/** Which files a path stands for: the file itself, or the visible files of a directory, deeper ones too. */
import { analysisError } from '../../errors/spark-error.ts'
import { baseName, dirName, joinPath, type Files } from '../../storage/files.ts'
import type { OptionsReader } from '../options.ts'

export interface FoundFile { readonly path: string; readonly modificationMs: number; readonly sizeBytes: number }

/** Files whose name begins with _ or . are not data. */
const isData = (name: string): boolean => !name.startsWith('_') && !name.startsWith('.')

/** A path without the scheme of local files. */
export const localPath = (path: string): string => path.replace(/^file:\/{2,3}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/$/, '')

/** Throws PATH_NOT_FOUND. Sorted by path. */
export async function findFiles(files: Files, given: string, options: OptionsReader): Promise<FoundFile[]> {
  const path = localPath(given)
  if (!(await files.exists(path))) throw analysisError('PATH_NOT_FOUND', { path: given })
  const glob = options.text('pathGlobFilter')
  const wanted = glob === null ? null : new RegExp(`^${glob.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')}$`)
  const found: FoundFile[] = []
  const parent = (await files.list(dirName(path))).find(e => e.name === baseName(path))
  if (parent !== undefined && !parent.isDirectory) return [{ path, modificationMs: parent.modificationMs, sizeBytes: parent.sizeBytes }]
  const walk = async (dir: string): Promise<void> => {
    for (const e of await files.list(dir)) {
      if (!isData(e.name)) continue
      if (e.isDirectory) await walk(joinPath(dir, e.name))
      else if (wanted === null || wanted.test(e.name)) found.push({ path: joinPath(dir, e.name), modificationMs: e.modificationMs, sizeBytes: e.sizeBytes })
    }
  }
  await walk(path)
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}
