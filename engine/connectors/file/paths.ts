/** Owns paths as users write them: schemes, Hadoop's globs, and which of the files below a directory are data. */
import { analysisError } from '../../errors/spark-error.ts'
import { baseName, dirName, joinPath, type FileEntry, type Files } from '../../storage/files.ts'

export interface FoundFile { readonly path: string; readonly modificationMs: number; readonly sizeBytes: number }

/** Which files of a directory are taken. Times are milliseconds; the ends themselves are outside. */
export interface Listing {
  readonly recursive: boolean
  readonly name: RegExp | null
  readonly after: number | null
  readonly before: number | null
}

/** A path without the scheme of local files and without a slash at its end. */
export const localPath = (path: string): string => path.replace(/^file:\/{2}(?=\/)|^file:(?=\/)/, '').replace(/(?<=.)\/+$/, '')

/** The URI of a path as Spark's logs have it: `file:///data/a%20b.json`. */
export const fileUri = (path: string): string => `file://${encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F')}`
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
async function expand(files: Files, path: string): Promise<string[]> {
  if (!isGlob(path)) return (await files.exists(path)) ? [path] : []
  let found = [path.startsWith('/') ? '/' : '.']
  for (const part of splitOutsideBraces(path)) {
    const next: string[] = []
    for (const dir of found) {
      if (!isGlob(part)) { const p = dir === '.' ? part : joinPath(dir, part); if (await files.exists(p)) next.push(p); continue }
      const wanted = globExpression(part)
      for (const e of await files.list(dir)) if (wanted.test(e.name)) next.push(dir === '.' ? e.name : joinPath(dir, e.name))
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

/** The entry of a path itself, or null. */
async function entryOf(files: Files, path: string): Promise<FileEntry | null> {
  return (await files.list(dirName(path))).find(e => e.name === baseName(path)) ?? null
}

/** The directories and files that a path stands for. Throws PATH_NOT_FOUND where nothing is there. */
export async function rootsOf(files: Files, given: string): Promise<string[]> {
  const found = await expand(files, localPath(given))
  if (found.length === 0) throw analysisError('PATH_NOT_FOUND', { path: given })
  return found
}

/** The data files below a root, in no order. */
export async function filesBelow(files: Files, root: string, listing: Listing): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  const take = (path: string, e: FileEntry): void => {
    if (listing.name !== null && !listing.name.test(e.name)) return
    if (listing.after !== null && e.modificationMs <= listing.after) return
    if (listing.before !== null && e.modificationMs >= listing.before) return
    found.push({ path, modificationMs: e.modificationMs, sizeBytes: e.sizeBytes })
  }
  const own = await entryOf(files, root)
  if (own !== null && !own.isDirectory) { take(root, own); return found }
  const walk = async (dir: string): Promise<void> => {
    for (const e of await files.list(dir)) {
      if (hidden(e.name)) continue
      const path = joinPath(dir, e.name)
      if (!e.isDirectory) take(path, e)
      else if (listing.recursive) await walk(path)
      else if (e.name.includes('=')) throw analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `A column from the names of directories (${e.name} in ${dir})`, advice: 'Set the option recursiveFileLookup to true to read the files without that column.' })
    }
  }
  await walk(root)
  return found
}
