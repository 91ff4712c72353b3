/** A disk that dies as told: every step of the query on it can be its last, and what was being written then may be torn. */
import { draws } from '../../fixtures/random.ts'
import { FaultyFiles, type Fault, type FileStep } from '../../engine/storage/faulty-files.ts'
import type { AtomicWriter, FileEntry, Files } from '../../engine/storage/files.ts'
import type { MemoryFiles } from '../../engine/storage/memory-files.ts'

/**
 * Which crashes a schedule has:
 *   replay    only between `offsets/N` and `commits/N`: the same batch runs again
 *   anywhere  at any step, before it or after it took effect
 *             (in both, a file that may tear is torn where it dies "before")
 *   torn      at a write, which leaves half of its bytes under the final name
 *   late      none, but a listing leaves out the newest file for some time, and the clock runs unevenly
 */
export type Kind = 'replay' | 'anywhere' | 'torn' | 'late'
export const kinds: readonly Kind[] = ['replay', 'anywhere', 'torn', 'late']

/** Where a crash came: the number of the step over all lives, and what it was. */
export interface Crash { readonly step: number; readonly what: string }

/** Kills at seeded steps; it outlives the lives of the query. */
export class Schedule {
  readonly crashes: Crash[] = []
  readonly torn: string[] = []
  readonly kind: Kind
  readonly #draw: () => number
  readonly #every: number
  #left: number
  #count = 0
  #logged = false
  #tearing: string | null = null

  constructor(kind: Kind, seed: number) {
    this.kind = kind
    this.#draw = draws(seed, kinds.indexOf(kind))
    this.#left = kind === 'late' ? 0 : kind === 'torn' ? 1 : 1 + this.#draw() % 6
    // From a crash every few steps to one in a long life.
    this.#every = 3 + this.#draw() % (kind === 'torn' ? 40 : 60)
  }

  get steps(): number { return this.#count }

  /** The disk of the next life. */
  disk(inner: MemoryFiles): FaultyFiles {
    this.#tearing = null
    const disk: Files = tearing(inner, path => this.#tearing === path)
    return new FaultyFiles(disk, (_, step, path) => this.#fault(step, path))
  }

  #fault(step: FileStep, path: string): Fault {
    const n = this.#count++
    const inCheckpoint = path.includes('/checkpoint/')
    const isOffsets = step === 'write' && /\/checkpoint\/offsets\/\d+$/.test(path), isCommit = step === 'write' && /\/checkpoint\/commits\/\d+$/.test(path)
    if (this.kind === 'replay') {
      if (isOffsets) this.#logged = true
      const dies = this.#logged && this.#dies()
      if (isCommit && !dies) this.#logged = false
      return dies ? this.#crash(n, step, path, isOffsets || (!isCommit && this.#draw() % 2 === 0) ? 'crash-after' : 'crash-before') : 'none'
    }
    // Waiting for data lists the folder again and again: those steps are all alike.
    if (this.#left === 0 || (step === 'list' && !inCheckpoint && this.#draw() % 8 !== 0)) return 'none'
    if (this.kind === 'torn') {
      if ((step !== 'write' && step !== 'commit') || !/\/checkpoint\/(offsets|commits|state|sources)\//.test(path) || !this.#dies()) return 'none'
      this.torn.push(this.#tearing = path)
      return this.#crash(n, step, path, 'crash-after')
    }
    return this.#dies() ? this.#crash(n, step, path, this.#draw() % 2 === 0 ? 'crash-before' : 'crash-after') : 'none'
  }

  #dies(): boolean { return this.#left > 0 && this.#draw() % this.#every === 0 }

  #crash(step: number, name: FileStep, path: string, fault: Fault): Fault {
    this.#left--
    if (fault === 'crash-before' && name === 'write' && mayTear.test(path)) { this.#tearing = path; fault = 'crash-after' }
    this.crashes.push({ step, what: `${fault} ${name} ${path}` })
    return fault
  }
}

// The files that nobody trusts before the commit log has their batch.
const mayTear = /\/checkpoint\/state\/.*\.delta$/

function tearing(inner: MemoryFiles, tears: (path: string) => boolean): Files {
  const half = (path: string, bytes: Uint8Array): Uint8Array => (tears(path) ? bytes.subarray(0, bytes.length >> 1) : bytes)
  return new Proxy(inner, {
    get: (files, name) => {
      if (name === 'createAtomic') return async (path: string, options: never): Promise<AtomicWriter> => {
        const writer = await files.createAtomic(path, options)
        return { ...writer, commit: async () => { const done = await writer.commit(); if (tears(path)) await files.writeAtomic(path, half(path, await files.read(path)), { overwrite: true }); return done } }
      }
      if (name === 'writeAtomic') return (path: string, bytes: Uint8Array, options: never) => files.writeAtomic(path, half(path, bytes), options)
      const member: unknown = Reflect.get(files, name, files)
      return typeof member === 'function' ? member.bind(files) : member
    },
  })
}

/**
 * A disk that takes its time: a file that is written is there some turns of the event loop later, so that the next batch is at work before the logs have the last one. A process that
 * dies meanwhile has not written it.
 */
export function slowly(inner: Files, draw: () => number): Files {
  return new Proxy(inner, {
    get: (files, name) => {
      if (name === 'writeAtomic') return async (...args: Parameters<Files['writeAtomic']>) => {
        for (let turns = draw() % 6; turns > 0; turns--) await new Promise(setImmediate)
        return files.writeAtomic(...args)
      }
      const member: unknown = Reflect.get(files, name, files)
      return typeof member === 'function' ? member.bind(files) : member
    },
  })
}

/** Leaves the newest file of a folder out of its listings, `times` times. */
export class LateListing {
  readonly #hidden = new Map<string, number>()
  hide(path: string, times: number): void { if (times > 0) this.#hidden.set(path, times) }
  get isHiding(): boolean { return this.#hidden.size > 0 }

  over(inner: Files): Files {
    return new Proxy(inner, {
      get: (files, name) => {
        if (name === 'list') return async (dir: string): Promise<FileEntry[]> => (await files.list(dir)).filter(e => !this.#leavesOut(`${dir}/${e.name}`))
        const member: unknown = Reflect.get(files, name, files)
        return typeof member === 'function' ? member.bind(files) : member
      },
    })
  }

  #leavesOut(path: string): boolean {
    const left = this.#hidden.get(path)
    if (left === undefined) return false
    if (left <= 1) this.#hidden.delete(path)
    else this.#hidden.set(path, left - 1)
    return true
  }
}
