/** What the thread of state files does: frames the records that it is given and writes them. Deltas, which a batch waits for, go before snapshots. */
import { parentPort, workerData } from 'node:worker_threads'
import type { AtomicWriter } from '../storage/files.ts'
import { localFiles } from '../storage/local-files.ts'
import { failureOf, type Failure } from '../storage/thread-errors.ts'
import { framesOf, type StateFileKind } from './state-file-writer.ts'

export interface OpenOrder { readonly op: 'open'; readonly file: number; readonly kind: StateFileKind; readonly path: string; readonly sync: boolean }
export interface AddOrder { readonly op: 'add'; readonly file: number; readonly memory: SharedArrayBuffer; readonly from: number; readonly length: number }
/** `reach` is answered when all before it is written. */
export type Order = OpenOrder | AddOrder | { readonly op: 'reach' | 'end' | 'drop'; readonly file: number }
/** The answer to each `reach`, `end` and `drop`, those of a file in their order; `bytes` of the whole file with `end`. */
export interface Report { readonly file: number; readonly bytes: number; readonly failure: Failure | null }

/** The URL of this module, and how the thread knows that it runs for it. */
export const workModule = import.meta.url
export interface Seat { readonly stateFiles: string }

interface Work {
  add(records: Uint8Array): void | Promise<void>
  end(): Promise<number>
  drop(): Promise<void>
}

const pieceBytes = 1 << 18

class DeltaWork implements Work {
  readonly #frames = framesOf('delta')
  readonly #writer
  #bytes = 0

  constructor(path: string, sync: boolean) { this.#writer = localFiles.inPlace!(path)!.create(path, { sync }) }

  add(records: Uint8Array): void {
    this.#frames.write(records)
    if (this.#frames.ready >= pieceBytes) this.#append(this.#frames.flush().slice())
  }

  async end(): Promise<number> {
    this.#append(this.#frames.finish())
    await this.#writer.commit()
    return this.#bytes
  }

  drop(): Promise<void> { return this.#writer.abort() }

  #append(bytes: Uint8Array): void {
    this.#writer.append(bytes)
    this.#bytes += bytes.length
  }
}

class SnapshotWork implements Work {
  readonly #frames = framesOf('snapshot')
  readonly #writer: AtomicWriter
  #bytes = 0

  private constructor(writer: AtomicWriter) { this.#writer = writer }

  static async open(path: string, sync: boolean): Promise<SnapshotWork> { return new SnapshotWork(await localFiles.createAtomic(path, { overwrite: true, sync })) }

  async add(records: Uint8Array): Promise<void> {
    this.#frames.write(records)
    if (this.#frames.ready >= pieceBytes) await this.#write(this.#frames.flush())
  }

  async end(): Promise<number> {
    await this.#write(this.#frames.finish())
    await this.#writer.commit()
    return this.#bytes
  }

  drop(): Promise<void> { return this.#writer.abort() }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length
    await this.#writer.write(bytes)
  }
}

/** One file: its orders in turn. What went wrong first is the answer to what comes after. */
class FileInWork {
  readonly #isSnapshot: boolean
  #last: Promise<unknown>
  #work: Work | null = null
  #failure: Failure | null = null

  constructor({ kind, path, sync }: OpenOrder) {
    this.#isSnapshot = kind === 'snapshot'
    this.#last = this.#tried(async () => { this.#work = this.#isSnapshot ? await SnapshotWork.open(path, sync) : new DeltaWork(path, sync) })
  }

  add(records: Uint8Array): void { this.#next(() => this.#tried(async () => { await this.#work!.add(records) })) }

  /** Tells when all before is done. */
  reach(report: (bytes: number, failure: Failure | null) => void): void { this.#next(async () => { report(0, this.#failure) }) }

  end(report: (bytes: number, failure: Failure | null) => void): void {
    this.#next(async () => {
      let bytes = 0
      const isWhole = this.#failure === null
      await this.#tried(async () => { bytes = await this.#work!.end() })
      if (!isWhole) await this.#drop()
      report(bytes, this.#failure)
    })
  }

  drop(report: (bytes: number, failure: Failure | null) => void): void { this.#next(async () => { await this.#drop(); report(0, null) }) }

  async #drop(): Promise<void> { try { await this.#work?.drop() } catch { /* What was to be told is in the failure. */ } }

  async #tried(step: () => Promise<void>): Promise<void> {
    if (this.#failure === null) try { await step() } catch (e) { this.#failure = failureOf(e) }
  }

  // A snapshot gives way to the orders that have come meanwhile.
  #next(step: () => Promise<void>): void {
    this.#last = this.#last.then(() => this.#isSnapshot ? new Promise(resolve => setImmediate(resolve)).then(step) : step())
  }
}

function serve(report: (r: Report) => void): (order: Order) => void {
  const files = new Map<number, FileInWork>()
  return order => {
    const { file, op } = order
    if (op === 'open') { files.set(file, new FileInWork(order)); return }
    const work = files.get(file)!
    if (op === 'add') { work.add(new Uint8Array(order.memory, order.from, order.length)); return }
    if (op !== 'reach') files.delete(file)
    work[op]((bytes, failure) => { report({ file, bytes, failure }) })
  }
}

if ((workerData as Partial<Seat> | null)?.stateFiles === workModule) parentPort!.on('message', serve(r => { parentPort!.postMessage(r) }))
