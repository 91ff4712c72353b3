/** Owns `_spark_metadata`: which files of a directory a streaming sink has finished. Whoever reads the directory reads these and no others. */
import { CompactibleLog } from '../../checkpoint/compactible-log.ts'
import { joinPath, type Files } from '../../storage/files.ts'
import { pathOfUri, type FoundFile } from './paths.ts'

export interface SinkFile {
  readonly path: string
  readonly size: number
  readonly isDir: boolean
  readonly modificationTime: number
  readonly blockReplication: number
  readonly blockSize: number
  readonly action: 'add' | 'delete'
}

export const sinkLogDir = (dir: string): string => joinPath(dir, '_spark_metadata')

/** The log of a directory. `keep` says which files a compact entry still names. */
export function sinkLog(files: Files, dir: string, options: { readonly compactInterval: number; keep?(file: SinkFile): boolean }): CompactibleLog<SinkFile> {
  return new CompactibleLog<SinkFile>(files, sinkLogDir(dir), {
    compactInterval: options.compactInterval,
    encode: ({ path, size, isDir, modificationTime, blockReplication, blockSize, action }) => JSON.stringify({ path, size, isDir, modificationTime, blockReplication, blockSize, action }),
    decode: line => {
      const found = JSON.parse(line) as SinkFile
      if (typeof found.path !== 'string' || typeof found.size !== 'number' || typeof found.modificationTime !== 'number') throw new Error(`${JSON.stringify(line.slice(0, 80))} is not a file of a sink`)
      return found
    },
    live: items => {
      const deleted = new Set(items.filter(i => i.action === 'delete').map(i => i.path))
      return items.filter(i => !deleted.has(i.path) && (options.keep?.(i) ?? true))
    },
  })
}

/** The files a streaming sink has finished in the directory, or null when none wrote there. */
export async function finishedFiles(files: Files, dir: string): Promise<FoundFile[] | null> {
  if (!(await files.exists(sinkLogDir(dir)))) return null
  return (await sinkLog(files, dir, { compactInterval: 10 }).allItems()).filter(f => f.action !== 'delete').map(f => ({ path: pathOfUri(f.path), modificationMs: f.modificationTime, sizeBytes: f.size }))
}
