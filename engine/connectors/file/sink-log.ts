/** Owns `_spark_metadata`: which files of a directory a streaming sink has finished. Whoever reads the directory reads these and no others. */
import { CompactibleLog } from '../../checkpoint/compactible-log.ts'
import { parseEntry, type EntryFormat } from '../../checkpoint/metadata-log.ts'
import { joinPath, type Files } from '../../storage/files.ts'
import { list, read, runSteps, stat, type Steps } from '../../storage/steps.ts'
import { partitionOf } from '../../formats/partition-names.ts'
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

function decode(line: string): SinkFile {
  const found = JSON.parse(line) as SinkFile
  if (typeof found.path !== 'string' || typeof found.size !== 'number' || typeof found.modificationTime !== 'number') throw new Error(`${JSON.stringify(line.slice(0, 80))} is not a file of a sink`)
  return found
}

const entryFormat: EntryFormat<readonly SinkFile[]> = { supportedVersion: 1, writeVersion: 1, write: () => '', read: text => text.split('\n').filter(l => l !== '').map(decode) }

/** The log of a directory. `keep` says which files a compact entry still names. */
export function sinkLog(files: Files, dir: string, options: { readonly compactInterval: number; keep?(file: SinkFile): boolean }): CompactibleLog<SinkFile> {
  return new CompactibleLog<SinkFile>(files, sinkLogDir(dir), {
    compactInterval: options.compactInterval,
    encode: ({ path, size, isDir, modificationTime, blockReplication, blockSize, action }) => JSON.stringify({ path, size, isDir, modificationTime, blockReplication, blockSize, action }),
    decode,
    live: items => {
      const deleted = new Set(items.filter(i => i.action === 'delete').map(i => i.path))
      return items.filter(i => !deleted.has(i.path) && (options.keep?.(i) ?? true))
    },
  })
}

/** The files a streaming sink has finished in the directory, or null when none wrote there. */
export function* finishedSteps(dir: string): Steps<FoundFile[] | null> {
  const at = sinkLogDir(dir), entries = yield* list(at)
  if (entries.length === 0 && (yield* stat(at)) === null) return null
  const numbered = entries.map(e => /^(\d+)(\.compact)?$/.exec(e.name)).filter(m => m !== null).map(m => ({ id: Number(m[1]), name: m[0], compact: m[2] !== undefined })).sort((a, b) => a.id - b.id)
  const first = Math.max(0, numbered.findLastIndex(e => e.compact)), deleted = new Set<string>(), found: SinkFile[] = []
  for (const e of numbered.slice(first)) {
    const path = joinPath(at, e.name)
    for (const f of parseEntry(yield* read(path), path, entryFormat)) { found.push(f); if (f.action === 'delete') deleted.add(f.path) }
  }
  return found.filter(f => !deleted.has(f.path)).map(f => {
    const path = pathOfUri(f.path), partitions = path.startsWith(`${dir}/`) ? path.slice(dir.length + 1).split('/').slice(0, -1).map(partitionOf).filter(p => p !== null) : []
    return { path, modificationMs: f.modificationTime, sizeBytes: f.size, ...(partitions.length === 0 ? {} : { partitions }) }
  })
}
export const finishedFiles = (files: Files, dir: string): Promise<FoundFile[] | null> => runSteps(files, finishedSteps(dir))
