/** Owns paths as users write them: schemes, Hadoop's globs, and which of the files below a directory are data. */
import { analysisError } from '../../errors/spark-error.ts'
import { joinPath, type FileEntry, type Files } from '../../storage/files.ts'
import { list, runSteps, stat, type Steps } from '../../storage/steps.ts'
import { partitionOf, type PartitionText } from '../../formats/partition-names.ts'

/** A data file; `partitions` are the columns that the names of its directories give, outermost first. */
export interface FoundFile { readonly path: string; readonly modificationMs: number; readonly sizeBytes: number; readonly partitions?: readonly PartitionText[] }

/** Which files of a directory are taken. Times are milliseconds; the ends themselves are outside. */
export interface Listing {
  readonly recursive: boolean
  readonly name: RegExp | null
  readonly after: number | null
  readonly before: number | null
}

/** A path without the scheme of local files and without a slash at its end. */
export const localPath = (path: string): string => path.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/+$/, '')

/** `s3a://bucket` in front of a path, or nothing. */
const store = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i
/** A path within its store: `s3a://bucket/a/b` is `/a/b`. */
export const withinStore = (path: string): string => path.replace(store, '')

/** The URI of a path as Spark's logs have it: `file:///data/a%20b.json`, `s3a://bucket/a%20b.json`. */
export const fileUri = (path: string): string => `${store.test(path) ? '' : 'file://'}${encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F')}`
/** The path of such a URI. */
export const pathOfUri = (uri: string): string => decodeURIComponent(localPath(uri))

const globSigns = /[*?[\]{}\\]/

/** Whether a path has signs of a glob. */
export const isGlob = (path: string): boolean => globSigns.test(path)

/** A glob for one name as an expression: `*`, `?`, `[a-c]`, `[^a]`, `{a,b}`, `\` before a sign. */
export function globExpression(glob: string): RegExp {
  let out = '', depth = 0
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i]!
    if (c === '\\' && i + 1 < glob.length) out += escaped(glob[++i]!)
    else if (c === '*') out += '[^/]*'
    else if (c === '?') out += '[^/]'
    else if (c === '{') { out += '(?:'; depth++ }
    else if (c === '}' && depth > 0) { out += ')'; depth-- }
    else if (c === ',' && depth > 0) out += '|'
    else if (c === '[' && glob.indexOf(']', i + 2) > 0) {
      const end = glob.indexOf(']', i + 2), body = glob.slice(i + 1, end)
      out += `[${/^[!^]/.test(body) ? `^${body.slice(1)}` : body}]`.replaceAll('\\', '\\\\')
      i = end
    } else out += escaped(c)
  }
  return new RegExp(`^${out}$`, 'u')
}

const escaped = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')

/** The paths that a path with or without globs stands for, sorted. */
function* expand(path: string): Steps<string[]> {
  if (!isGlob(path)) return (yield* stat(path)) !== null || (yield* list(path)).length > 0 ? [path] : []
  const root = store.exec(path)?.[0] ?? (path.startsWith('/') ? '/' : '.')
  let found = [root]
  for (const part of splitOutsideBraces(root === '.' ? path : path.slice(root.length))) {
    const next: string[] = []
    for (const dir of found) {
      if (!isGlob(part)) { const p = dir === '.' ? part : joinPath(dir, part); if ((yield* stat(p)) !== null) next.push(p); continue }
      const wanted = globExpression(part)
      for (const e of yield* list(dir)) if (wanted.test(e.name)) next.push(dir === '.' ? e.name : joinPath(dir, e.name))
    }
    found = next
  }
  return found.sort()
}

function splitOutsideBraces(path: string): string[] {
  const parts: string[] = []
  let depth = 0, part = ''
  for (const c of path) {
    if (c === '{') depth++
    if (c === '}') depth--
    if (c === '/' && depth <= 0) { parts.push(part); part = '' } else part += c
  }
  return [...parts, part].filter(p => p !== '')
}

// Names that begin with _ or . are not data, but for directories of partition columns.
const hidden = (name: string): boolean => (name.startsWith('_') && !name.includes('=')) || name.startsWith('.') || name.endsWith('._COPYING_')

/** The directories and files that a path stands for. Throws PATH_NOT_FOUND where nothing is there. */
export function* rootSteps(given: string): Steps<string[]> {
  const found = yield* expand(localPath(given))
  if (found.length === 0) throw analysisError('PATH_NOT_FOUND', { path: given })
  return found
}
export const rootsOf = (files: Files, given: string): Promise<string[]> => runSteps(files, rootSteps(given))

/** The data files below a root, in no order. `base` is where the names of directories begin to be columns: the root, if not given. */
export function* fileSteps(root: string, listing: Listing, base: string = root): Steps<FoundFile[]> {
  const found: FoundFile[] = []
  const partitionsAbove = (dir: string): PartitionText[] => (dir === base || !dir.startsWith(base) ? [] : dir.slice(base.length).split('/').map(partitionOf).filter(p => p !== null))
  const take = (path: string, e: FileEntry, partitions: readonly PartitionText[]): void => {
    if (listing.name !== null && !listing.name.test(e.name)) return
    if (listing.after !== null && e.modificationMs <= listing.after) return
    if (listing.before !== null && e.modificationMs >= listing.before) return
    found.push({ path, modificationMs: e.modificationMs, sizeBytes: e.sizeBytes, ...(partitions.length === 0 ? {} : { partitions }) })
  }
  const own = yield* stat(root)
  if (own !== null && !own.isDirectory) { take(root, own, partitionsAbove(root.slice(0, root.lastIndexOf('/')))); return found }
  const walk = function* (dir: string, partitions: readonly PartitionText[]): Steps<void> {
    for (const e of yield* list(dir)) {
      if (hidden(e.name)) continue
      const path = joinPath(dir, e.name)
      if (!e.isDirectory) { take(path, e, partitions); continue }
      const partition = listing.recursive ? null : partitionOf(e.name)
      // Directories that name no column are walked only when asked for, or below one that does.
      if (partition !== null) yield* walk(path, [...partitions, partition])
      else if (listing.recursive) yield* walk(path, partitions)
    }
  }
  yield* walk(root, partitionsAbove(root))
  return found
}
export const filesBelow = (files: Files, root: string, listing: Listing, base?: string): Promise<FoundFile[]> => runSteps(files, fileSteps(root, listing, base))
