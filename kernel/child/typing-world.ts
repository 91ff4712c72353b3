/** What the compiler sees of the disk: the project's own packages and Node's types from any folder, newer library types, local modules when they change. */
import { existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
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

// What a file says it needs of the library, all of which is read.
const library = /^\/\/\/ <reference lib="([\w.]+)" \/>$/gm

// All of the library as one file: what several declare of a name is then put together once, and not for every cell.
function wholeLibrary(path: string, text: string, read: (path: string) => string): string {
  const seen = new Set(['es2022'])
  const whole = (text: string): string => text.replace(library, (_, name: string) => (seen.has(name) ? '' : (seen.add(name), whole(read(path.replace('es2022', name))))))
  return whole(`/// <reference lib="es2023" />\n${text}`)
}

/** Packages that a cell finds from any folder, by the folder they really are in. */
function ownPackages(): Map<string, string> {
  const load = createRequire(import.meta.url), found = new Map<string, string>()
  const add = (name: string, from = load): void => { try { found.set(name, slashes(dirname(from.resolve(`${name}/package.json`)))) } catch { /* not installed: then it is not offered */ } }
  for (const name of ['microlote', 'microlote-kernel', 'microlote-fixtures', 'tslab', '@types/node']) add(name)
  if (!found.has('@types/node')) try { add('@types/node', createRequire(load.resolve('tslab/package.json'))) } catch { /* the same */ }
  const node = found.get('@types/node')
  if (node !== undefined) add('undici-types', createRequire(join(node, 'index.d.ts')))
  // The kernel's own package, where it is not installed under its name.
  if (!found.has('microlote-kernel')) for (let d = dirname(fileURLToPath(import.meta.url)); d !== dirname(d); d = dirname(d)) if (existsSync(join(d, 'package.json'))) { found.set('microlote-kernel', slashes(d)); break }
  return found
}

// Where the compiler believes the notebook to be: what it learned in one folder then holds in every other. Deep enough for `../` as far as a root.
const room = 'cuaderno-de-microlote', depth = 24, place = `${slashes(parse(process.execPath).root)}${room}${'/_'.repeat(depth)}`

export class TypingWorld {
  readonly node = new NodeTypes()
  readonly #packages = ownPackages()
  readonly #watched = new Map<string, { changed: (at: number) => void; at: number }>()
  readonly #found = new Map<string, string | null>()
  #cwd: string

  /** Changes the compiler's view of the disk, for this process; called once. */
  constructor(cwd: string) {
    this.#cwd = cwd
    const real = (path: string): string => this.real(path)
    const { readFile, fileExists, directoryExists, realpath, getDirectories, readDirectory } = ts.sys
    ts.sys.getCurrentDirectory = () => place
    ts.sys.readFile = (path, encoding) => {
      const text = readFile(real(path), encoding)
      if (text === undefined) return text
      if (path.endsWith('/lib.es2022.d.ts')) return `${wholeLibrary(path, text, file => readFile(file) ?? '')}\n${newerLibrary}`
      if (/\/(@types\/node|undici-types)\//.test(path)) return this.node.text(path, text.replace(library, ''))
      return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('/node_modules/') ? prepareModule(text) : text
    }
    ts.sys.fileExists = path => fileExists(real(path))
    // The project's own packages are there in every folder.
    ts.sys.directoryExists = path => path === `${place}/node_modules` || path === `${place}/node_modules/@types` || directoryExists(real(path))
    // Of the types that are there for everyone only Node's: every other one costs a start, and an import finds it all the same.
    if (getDirectories !== undefined) ts.sys.getDirectories = path => (/\/node_modules\/@types\/?$/.test(path) ? ['node'].filter(n => directoryExists(real(`${path.replace(/\/$/, '')}/${n}`))) : getDirectories(real(path)))
    if (readDirectory !== undefined) ts.sys.readDirectory = (path, ...more) => readDirectory(real(path), ...more)
    if (realpath !== undefined) ts.sys.realpath = path => { const r = real(path); try { return r === path ? realpath(path) : slashes(realpathSync(r)) } catch { return path } }
    // No watchers: they cost a start, and a change between two cells made the compiler throw. What a cell imports is looked at before the cell.
    ts.sys.watchDirectory = () => ({ close: () => {} })
    ts.sys.watchFile = (path, callback) => {
      if (path.includes('/node_modules/') || /\/lib\.[\w.]*d\.ts$/.test(path)) return { close: () => {} }
      this.#watched.set(path, { at: modified(real(path)), changed: at => callback(path, at === 0 ? ts.FileWatcherEventKind.Deleted : ts.FileWatcherEventKind.Changed) })
      return { close: () => { this.#watched.delete(path) } }
    }
  }

  /** Where a path of the compiler is on the disk. */
  real(path: string): string {
    const types = path.lastIndexOf('/node_modules/@types/node'), node = this.#packages.get('@types/node')
    // Cells run on the kernel's Node, so it is that one's types everywhere.
    if (types >= 0 && node !== undefined && /^(\/|$)/.test(path.slice(types + 25))) return node + path.slice(types + 25)
    const at = path.indexOf(room)
    if (at < 0 || !place.startsWith(path.slice(0, at + room.length))) return path
    const parts = path.slice(at + room.length + 1).split('/')
    let down = 0
    while (down < depth && parts[down] === '_') down++
    const rest = parts.slice(down)
    let dir = this.#cwd
    for (let up = down; up < depth; up++) dir = dirname(dir)
    if (rest[0] === 'node_modules' && rest.length > 1 && down === depth) {
      const name = rest[1]!.startsWith('@') ? rest.slice(1, 3).join('/') : rest[1]!, found = this.#packages.has(name) ? this.#visible(name) ?? this.#packages.get(name)! : null
      if (found !== null) return [found, ...rest.slice(name.startsWith('@') ? 3 : 2)].join('/')
    }
    return slashes(rest.length === 0 || rest[0] === '' ? dir : join(dir, ...rest))
  }

  // The folder of a package that the notebook's folder has itself.
  #visible(name: string): string | null {
    let found = this.#found.get(name)
    if (found === undefined) {
      found = null
      for (let d = this.#cwd; found === null; d = dirname(d)) { const dir = join(d, 'node_modules', name); if (existsSync(dir)) found = slashes(dir); else if (d === dirname(d)) break }
      this.#found.set(name, found)
    }
    return found
  }

  /** The notebook is in this folder; says whether what the compiler has read of the project's packages holds there. */
  moveTo(cwd: string): boolean {
    this.#cwd = cwd
    this.#found.clear()
    for (const [name, dir] of this.#packages) { const own = this.#visible(name); if (own !== null && name !== '@types/node' && realpathSync(own) !== realpathSync(dir)) return false }
    return true
  }

  /** Tells the compiler of the local files that have changed. */
  refresh(): void {
    for (const [path, w] of [...this.#watched]) {
      const at = modified(this.real(path))
      if (at !== w.at) { w.at = at; w.changed(at) }
    }
  }
}

function slashes(path: string): string { return path.replaceAll('\\', '/') }
function modified(path: string): number { try { return statSync(path).mtimeMs } catch { return 0 } }
