/** What the thread of snapshots does: brings the records that it is given into the form of files, unless they are, frames and compresses them, and writes them. */
import { parentPort, workerData } from 'node:worker_threads'
import type { AtomicWriter } from '../storage/files.ts'
import { localFiles } from '../storage/local-files.ts'
import { failureOf, type Failure } from '../storage/thread-errors.ts'
import { typeFromJson } from '../types/schema-json.ts'
import { CopiedRows } from './copied-rows.ts'
import { framesOf } from './state-file-writer.ts'

export interface OpenOrder { readonly op: 'open'; readonly file: number; readonly path: string; readonly sync: boolean; readonly keys: readonly unknown[]; readonly values: readonly unknown[] }
/** Records as they are in the file (`add`), or as a table has them in memory (`copied`). */
export interface AddOrder { readonly op: 'add' | 'copied'; readonly file: number; readonly memory: SharedArrayBuffer; readonly from: number; readonly length: number }
/** `reach` is answered when all before it is written. */
export type Order = OpenOrder | AddOrder | { readonly op: 'reach' | 'end' | 'drop'; readonly file: number }
/** The answer to each `reach`, `end` and `drop`, those of a file in their order; `bytes` of the whole file with `end`. */
export interface Report { readonly file: number; readonly bytes: number; readonly failure: Failure | null }

/** The URL of this module, and how the thread knows that it runs for it. */
export const workModule = import.meta.url
export interface Seat { readonly snapshots: string }

type Tell = (bytes: number, failure: Failure | null) => void

/** One file: its orders in turn. What went wrong first is the answer to what comes after. */
class FileInWork {
  readonly #frames = framesOf('snapshot')
  #last: Promise<unknown>
  #writer: AtomicWriter | null = null
  #bytes = 0
  #failure: Failure | null = null

  readonly #rows: CopiedRows

  constructor({ path, sync, keys, values }: OpenOrder) {
    this.#rows = new CopiedRows(keys.map(typeFromJson), values.map(typeFromJson))
    this.#last = this.#tried(async () => { this.#writer = await localFiles.createAtomic(path, { overwrite: true, sync }) })
  }

  add(records: Uint8Array): void { this.#next(() => this.#tried(() => { this.#frames.write(records); return this.#write(this.#frames.flush()) })) }

  addCopied(records: Uint8Array): void {
    this.#next(() => this.#tried(() => {
      for (const piece of this.#rows.pieces(records)) this.#frames.write(piece)
      return this.#write(this.#frames.flush())
    }))
  }

  /** Tells when all before is done. */
  reach(tell: Tell): void { this.#next(async () => { tell(0, this.#failure) }) }

  end(tell: Tell): void {
    this.#next(async () => {
      const isWhole = this.#failure === null
      await this.#tried(async () => { await this.#write(this.#frames.finish()); await this.#writer!.commit() })
      if (!isWhole) await this.#drop()
      tell(this.#bytes, this.#failure)
    })
  }

  drop(tell: Tell): void { this.#next(async () => { await this.#drop(); tell(0, null) }) }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length
    await this.#writer!.write(bytes)
  }

  async #drop(): Promise<void> { try { await this.#writer?.abort() } catch { /* What was to be told is in the failure. */ } }

  async #tried(step: () => Promise<void>): Promise<void> {
    if (this.#failure === null) try { await step() } catch (e) { this.#failure = failureOf(e) }
  }

  #next(step: () => Promise<void>): void { this.#last = this.#last.then(step) }
}

function serve(report: (r: Report) => void): (order: Order) => void {
  const files = new Map<number, FileInWork>()
  return order => {
    const { file, op } = order
    if (op === 'open') { files.set(file, new FileInWork(order)); return }
    const work = files.get(file)
    // It has ended: as a whole, or gone. Who was told that it failed may drop it all the same.
    if (work === undefined) { if (op !== 'add' && op !== 'copied') report({ file, bytes: 0, failure: null }); return }
    if (op === 'add' || op === 'copied') {
      const records = new Uint8Array(order.memory, order.from, order.length)
      if (op === 'add') work.add(records); else work.addCopied(records)
      return
    }
    if (op !== 'reach') files.delete(file)
    work[op]((bytes, failure) => { report({ file, bytes, failure }) })
  }
}

if ((workerData as Partial<Seat> | null)?.snapshots === workModule) parentPort!.on('message', serve(r => { parentPort!.postMessage(r) }))
