/** What the compiler sees of the disk: the project's own packages and Node's types from any folder, newer library types, local modules when they change. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type T from '@tslab/typescript-for-tslab'
import { ts } from './compiler.ts'
import { NodeTypes } from './node-types.ts'
import { prepareModule } from './prepare.ts'

// What Node 24 has and the compiler's own library (ES2022) lacks, beside ES2023.
const newerLibrary = `
interface ObjectConstructor { groupBy<K extends PropertyKey, T>(items: Iterable<T>, keySelector: (item: T, index: number) => K): Partial<Record<K, T[]>> }
interface MapConstructor { groupBy<K, T>(items: Iterable<T>, keySelector: (item: T, index: number) => K): Map<K, T[]> }
interface PromiseConstructor { withResolvers<T>(): { promise: Promise<T>; resolve: (value: T | PromiseLike<T>) => void; reject: (reason?: any) => void }; try<T, A extends unknown[]>(work: (...args: A) => T | PromiseLike<T>, ...args: A): Promise<Awaited<T>> }
interface Array<T> { toSorted(compare?: (a: T, b: T) => number): T[]; toReversed(): T[]; toSpliced(start: number, deleteCount?: number, ...items: T[]): T[]; with(index: number, value: T): T[] }
interface ReadonlyArray<T> { toSorted(compare?: (a: T, b: T) => number): T[]; toReversed(): T[]; toSpliced(start: number, deleteCount?: number, ...items: T[]): T[]; with(index: number, value: T): T[] }
interface String { isWellFormed(): boolean; toWellFormed(): string }
interface ArrayConstructor { fromAsync<T>(items: AsyncIterable<T> | Iterable<T | PromiseLike<T>>): Promise<T[]> }
interface ReadonlySetLike<T> { keys(): Iterator<T>; has(value: T): boolean; readonly size: number }
interface Set<T> { union<U>(other: ReadonlySetLike<U>): Set<T | U>; intersection<U>(other: ReadonlySetLike<U>): Set<T & U>; difference<U>(other: ReadonlySetLike<U>): Set<T>; symmetricDifference<U>(other: ReadonlySetLike<U>): Set<T | U>; isSubsetOf(other: ReadonlySetLike<unknown>): boolean; isSupersetOf(other: ReadonlySetLike<unknown>): boolean; isDisjointFrom(other: ReadonlySetLike<unknown>): boolean }
`

/** Packages that a cell finds from any folder, by the folder they really are in. */
function ownPackages(): Map<string, string> {
  const load = createRequire(import.meta.url), found = new Map<string, string>()
  const add = (name: string, probe: string): void => { try { found.set(name, dirname(load.resolve(probe))) } catch { /* not installed: then it is not offered */ } }
  add('microlote', 'microlote/package.json')
  add('microlote-kernel', 'microlote-kernel/package.json')
  add('tslab', 'tslab/package.json')
  add('@types/node', '@types/node/package.json')
  if (!found.has('@types/node')) try { found.set('@types/node', dirname(createRequire(load.resolve('tslab/package.json')).resolve('@types/node/package.json'))) } catch { /* the same */ }
  const node = found.get('@types/node')
  if (node !== undefined) try { found.set('undici-types', dirname(createRequire(join(node, 'index.d.ts')).resolve('undici-types/package.json'))) } catch { /* the same */ }
  // The kernel's own package, where it is not installed under its name.
  if (!found.has('microlote-kernel')) for (let d = dirname(new URL(import.meta.url).pathname); d !== dirname(d); d = dirname(d)) if (existsSync(join(d, 'package.json'))) { found.set('microlote-kernel', d); break }
  return found
}

export class TypingWorld {
  readonly node = new NodeTypes()
  readonly #watched = new Map<string, { changed: (at: number) => void; at: number }>()

  /** Changes the compiler's view of the disk, for this process; called once. */
  constructor(cwd: string) {
    const packages = ownPackages(), base = `${cwd.replaceAll('\\', '/')}/node_modules/`
    const visible = (name: string): boolean => { for (let d = cwd; ; d = dirname(d)) { if (existsSync(join(d, 'node_modules', name))) return true; if (d === dirname(d)) return false } }
    for (const name of [...packages.keys()]) if (visible(name)) packages.delete(name)
    const real = (path: string): string => {
      if (!path.startsWith(base)) return path
      for (const [name, dir] of packages) if (path === base + name || path.startsWith(`${base}${name}/`)) return dir + path.slice(base.length + name.length)
      return path
    }
    const { readFile, fileExists, directoryExists, realpath, getDirectories } = ts.sys
    const hidden = (path: string): boolean => packages.size > 0 && (path === base.slice(0, -1) || (packages.has('@types/node') && path === `${base}@types`))
    ts.sys.readFile = (path, encoding) => {
      const text = readFile(real(path), encoding)
      if (text === undefined) return text
      if (path.endsWith('/lib.es2022.d.ts')) return `/// <reference lib="es2023" />\n${text}\n${newerLibrary}`
      if (/\/(@types\/node|undici-types)\//.test(path)) return this.node.text(path, text)
      return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('/node_modules/') ? prepareModule(text) : text
    }
    ts.sys.fileExists = path => fileExists(real(path))
    ts.sys.directoryExists = path => hidden(path) || directoryExists(real(path))
    // Of the types that are there for everyone only Node's: every other one costs a start, and an import finds it all the same.
    if (getDirectories !== undefined) ts.sys.getDirectories = path => (/\/node_modules\/@types\/?$/.test(path) ? ['node'].filter(n => directoryExists(real(`${path.replace(/\/$/, '')}/${n}`))) : getDirectories(real(path)))
    if (realpath !== undefined) ts.sys.realpath = path => { const r = real(path); try { return r === path ? realpath(path) : realpathSync(r).replaceAll('\\', '/') } catch { return path } }
    // No watchers: they cost a start, and a change between two cells made the compiler throw. What a cell imports is looked at before the cell.
    ts.sys.watchDirectory = () => ({ close: () => {} })
    ts.sys.watchFile = (path, callback) => {
      if (path.includes('/node_modules/') || /\/lib\.[\w.]*d\.ts$/.test(path)) return { close: () => {} }
      this.#watched.set(path, { at: modified(path), changed: at => callback(path, at === 0 ? ts.FileWatcherEventKind.Deleted : ts.FileWatcherEventKind.Changed) })
      return { close: () => { this.#watched.delete(path) } }
    }
  }

  /** Tells the compiler of the local files that have changed. */
  refresh(): void {
    for (const [path, w] of [...this.#watched]) {
      const at = modified(path)
      if (at !== w.at) { w.at = at; w.changed(at) }
    }
  }
}

function modified(path: string): number { try { return statSync(path).mtimeMs } catch { return 0 } }
