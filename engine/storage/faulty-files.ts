/** Files that fail or crash where told: a test walks through every step of a batch and kills the query at each. */
import type { AtomicWriter, FileEntry, Files, FilesNow, InPlaceFiles, LockResult, WriteOptions } from './files.ts'

/** The steps that count; `commit` is the naming of a file written in pieces. */
export type FileStep = 'list' | 'exists' | 'read' | 'mkdirs' | 'write' | 'create' | 'append' | 'commit' | 'delete' | 'rename' | 'lock'

/** What happens at a step: nothing, an error before it, an error after it took effect, or the same two with every later step failing too (a dead process). */
export type Fault = 'none' | 'fail-before' | 'fail-after' | 'crash-before' | 'crash-after'

/** Decides about the `n`-th step (from 0). */
export type FaultPlan = (n: number, step: FileStep, path: string) => Fault

/** The error of a crashed process: nothing after it happens. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash'
}

/** The plan that lets `n` steps pass and then does `fault`. */
export function faultAt(n: number, fault: Fault): FaultPlan {
  return i => i === n ? fault : 'none'
}

/** Wraps files; `error` makes what a failing step throws. */
export class FaultyFiles implements Files {
  readonly #inner: Files
  readonly #plan: FaultPlan
  readonly #error: (step: FileStep, path: string) => Error
  #count = 0
  #crashed = false

  constructor(inner: Files, plan: FaultPlan, error: (step: FileStep, path: string) => Error = (step, path) => new Error(`told to fail: ${step} ${path}`)) {
    this.#inner = inner
    this.#plan = plan
    this.#error = error
  }

  /** How many steps were asked for so far. */
  get steps(): number { return this.#count }
  get crashed(): boolean { return this.#crashed }

  async #step<T>(step: FileStep, path: string, body: () => Promise<T>): Promise<T> {
    const fault = this.#before(step, path), result = await body()
    this.#after(fault, step, path)
    return result
  }

  #stepNow<T>(step: FileStep, path: string, body: () => T): T {
    const fault = this.#before(step, path), result = body()
    this.#after(fault, step, path)
    return result
  }

  #before(step: FileStep, path: string): Fault {
    if (this.#crashed) throw new SimulatedCrash(`dead before ${step} ${path}`)
    const fault = this.#plan(this.#count++, step, path)
    if (fault === 'crash-before') { this.#crashed = true; throw new SimulatedCrash(`before ${step} ${path}`) }
    if (fault === 'fail-before') throw this.#error(step, path)
    return fault
  }

  #after(fault: Fault, step: FileStep, path: string): void {
    if (fault === 'crash-after') { this.#crashed = true; throw new SimulatedCrash(`after ${step} ${path}`) }
    if (fault === 'fail-after') throw this.#error(step, path)
  }

  list(dir: string): Promise<FileEntry[]> { return this.#step('list', dir, () => this.#inner.list(dir)) }
  exists(path: string): Promise<boolean> { return this.#step('exists', path, () => this.#inner.exists(path)) }
  read(path: string): Promise<Uint8Array> { return this.#step('read', path, () => this.#inner.read(path)) }
  tryRead(path: string): Promise<Uint8Array | null> { return this.#step('read', path, () => this.#inner.tryRead(path)) }
  readText(path: string): Promise<string> { return this.#step('read', path, () => this.#inner.readText(path)) }
  readRange(path: string, start: number, end: number): Promise<Uint8Array> { return this.#step('read', path, () => this.#inner.readRange(path, start, end)) }
  stat(path: string): Promise<FileEntry | null> { return this.#step('exists', path, () => this.#inner.stat(path)) }
  now(path: string): FilesNow | null { return this.#crashed ? null : this.#inner.now?.(path) ?? null }
  mkdirs(dir: string): Promise<void> { return this.#step('mkdirs', dir, () => this.#inner.mkdirs(dir)) }
  delete(path: string, recursive?: boolean): Promise<void> { return this.#step('delete', path, () => this.#inner.delete(path, recursive)) }
  rename(from: string, to: string): Promise<void> { return this.#step('rename', from, () => this.#inner.rename(from, to)) }
  tryLock(path: string): Promise<LockResult> { return this.#step('lock', path, () => this.#inner.tryLock(path)) }

  writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    return this.#step('write', path, () => this.#inner.writeAtomic(path, bytes, options))
  }

  inPlace(path: string): InPlaceFiles | null {
    const inner = this.#inner.inPlace?.(path) ?? null
    return inner === null ? null : {
      pieceBytes: inner.pieceBytes,
      create: (p, options) => {
        const writer = this.#stepNow('create', p, () => inner.create(p, options))
        return {
          append: bytes => this.#stepNow('append', p, () => writer.append(bytes)),
          // What makes it count, as of a file that is written at once.
          commit: () => this.#step('write', p, () => writer.commit()),
          abort: () => this.#crashed ? Promise.resolve() : writer.abort(),
        }
      },
    }
  }

  async createAtomic(path: string, options: WriteOptions): Promise<AtomicWriter> {
    const writer = await this.#step('create', path, () => this.#inner.createAtomic(path, options))
    return {
      write: bytes => this.#step('append', path, () => writer.write(bytes)),
      commit: () => this.#step('commit', path, () => writer.commit()),
      abort: () => writer.abort(),
    }
  }
}
