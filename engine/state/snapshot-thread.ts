/**
 * Large snapshots on a thread of their own, so that checksums, compression and the disk cost the batches nothing: the thread shares the memory in which records are made, or copies of
 * those of a table, which it brings into the form of files itself. It starts with the
 * first one and does not keep the process alive. (Deltas are no work for it: most of one is waited for right after it is made.)
 */
import { Worker } from 'node:worker_threads'
import { executionError } from '../errors/spark-error.ts'
import type { DataType } from '../types/data-type.ts'
import { typeToJson } from '../types/schema-json.ts'
import { errorOf } from '../storage/thread-errors.ts'
import { workModule, type Order, type Report, type Seat } from './snapshot-thread-work.ts'

interface Asked { readonly path: string; resolve(bytes: number): void; reject(e: Error): void }

class SnapshotThread {
  #worker: Worker | null = null
  #files = 0
  // By file those who wait for a report, the first first.
  readonly #asked = new Map<number, Asked[]>()

  /** Begins a file of entries of these types. What goes wrong is told when it ends. */
  open(path: string, sync: boolean, keys: readonly DataType[] = [], values: readonly DataType[] = []): ThreadFile {
    const worker = this.#worker ?? this.#start(), file = ++this.#files
    worker.postMessage({ op: 'open', file, path, sync, keys: keys.map(typeToJson), values: values.map(typeToJson) } satisfies Order)
    const add = (op: 'add' | 'copied', { buffer, byteOffset, length }: Uint8Array): void => { worker.postMessage({ op, file, memory: buffer as unknown as SharedArrayBuffer, from: byteOffset, length } satisfies Order) }
    return {
      add: records => { add('add', records) },
      addCopied: records => { add('copied', records) },
      reached: async () => { await this.#ask(worker, 'reach', file, path) },
      end: () => this.#ask(worker, 'end', file, path),
      drop: async () => { await this.#ask(worker, 'drop', file, path) },
    }
  }

  #ask(worker: Worker, op: 'reach' | 'end' | 'drop', file: number, path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      if (worker !== this.#worker) { reject(lost()); return }
      const waiting = this.#asked.get(file), asked = { path, resolve, reject }
      if (this.#asked.size === 0) worker.ref()
      if (waiting === undefined) this.#asked.set(file, [asked]); else waiting.push(asked)
      worker.postMessage({ op, file } satisfies Order)
    })
  }

  // It keeps the process alive only while somebody waits for it.
  #start(): Worker {
    const worker = new Worker(new URL(workModule), { workerData: { snapshots: workModule } satisfies Seat, execArgv: [], stderr: false })
    worker.unref()
    worker.on('message', (report: Report) => { this.#answered(worker, report) })
    worker.on('error', () => { this.#lost(worker) })
    worker.on('exit', () => { this.#lost(worker) })
    return (this.#worker = worker)
  }

  #answered(worker: Worker, { file, bytes, failure }: Report): void {
    const waiting = this.#asked.get(file)!, { path, resolve, reject } = waiting.shift()!
    if (waiting.length === 0) this.#asked.delete(file)
    if (this.#asked.size === 0) worker.unref()
    if (failure === null) resolve(bytes)
    else reject(errorOf(failure, reason => executionError('MICROLOTE_STORAGE_FAILED', { path, action: 'written', reason })))
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return
    this.#worker = null
    const all = [...this.#asked.values()].flat()
    this.#asked.clear()
    for (const { reject } of all) reject(lost())
  }
}

const lost = (): Error => new Error('the thread that writes snapshots has ended')

/** A file that the thread writes. */
export interface ThreadFile {
  /** More records, in shared memory, which stay as they are until `reached` or `end` has returned. It does not wait. */
  add(records: Uint8Array): void
  /** As `add`, of records in the form that tables have them in memory (`CopiedRecords`). */
  addCopied(records: Uint8Array): void
  /** Returns when what was added is written. */
  reached(): Promise<void>
  /** Gives the file its name when it is durable, and returns how many bytes it has. When that fails it is gone. */
  end(): Promise<number>
  /** Deletes it, and returns when nothing of it is written any more. */
  drop(): Promise<void>
}

/** The thread of this process. */
export const snapshotThread = new SnapshotThread()
