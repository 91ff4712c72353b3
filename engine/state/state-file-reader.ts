/** Delta and snapshot files of a state store as they are read. Their form is that of `state-file-writer.ts`. */
import { executionError } from '../errors/spark-error.ts'
import { FrameDecoder, FrameFault, joined } from './frame-decoder.ts'
import { RowArena } from './row-arena.ts'

/** Some records of a file in their order: row `i` of `keys`, with the next row of `values` when `isPut[i]` is 1, else removed. */
export interface StateRecords { readonly keys: RowArena; readonly values: RowArena; readonly isPut: Uint8Array }

const recordsAtOnce = 4096

/** Shows the records of a file, some thousands at a time, as it comes in pieces. What is shown is valid until `use` returns. `path` is for the errors. */
export class StateFileReader {
  readonly #kind: 'delta' | 'snapshot'
  readonly #path: string
  readonly #use: (records: StateRecords) => void
  readonly #frames = new FrameDecoder()
  readonly #records = { keys: new RowArena(), values: new RowArena(), isPut: new Uint8Array(recordsAtOnce) }
  #rest = new Uint8Array(0)
  #ended = false

  constructor(kind: 'delta' | 'snapshot', path: string, use: (records: StateRecords) => void) {
    this.#kind = kind
    this.#path = path
    this.#use = use
  }

  push(piece: Uint8Array): void {
    const more = this.#framed(() => this.#frames.push(piece))
    if (this.#ended || more.length === 0) return
    const raw = this.#rest.length === 0 ? more : joined(this.#rest, more)
    this.#rest = raw.slice(this.#take(raw))
  }

  end(): void {
    this.#framed(() => this.#frames.end())
    if (!this.#ended) throw damaged(this.#path, 'it ends inside a record')
  }

  // Where the record begins that is not here as a whole.
  #take(raw: Uint8Array): number {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength), { keys, values, isPut } = this.#records, path = this.#path, isDelta = this.#kind === 'delta'
    for (let at = 0; ;) {
      if (at + 4 > raw.length) return at
      const keyAt = at + 4, keySize = view.getInt32(at), keyEnd = keyAt + keySize, valueAt = keyEnd + 4
      if (keySize < 0 || keys.count === recordsAtOnce) this.#show()
      if (keySize === -1) { this.#ended = true; return raw.length }
      if (keySize < 0) throw executionError(isDelta ? 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_KEY_SIZE' : 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_SNAPSHOT_FILE_KEY_SIZE', { fileToRead: path, keySize })
      if (valueAt > raw.length) return at
      const valueSize = view.getInt32(keyEnd), end = valueAt + Math.max(valueSize, 0)
      if (valueSize < 0 && !isDelta) throw executionError('CANNOT_LOAD_STATE_STORE.CANNOT_READ_SNAPSHOT_FILE_VALUE_SIZE', { fileToRead: path, valueSize })
      if (end > raw.length) return at
      isPut[keys.count] = valueSize < 0 ? 0 : 1
      keys.append(raw, keyAt, keyEnd)
      if (valueSize >= 0) values.append(raw, valueAt, end)
      at = end
    }
  }

  #show(): void {
    const { keys, values } = this.#records
    if (keys.count > 0) this.#use(this.#records)
    keys.reset()
    values.reset()
  }

  #framed<T>(work: () => T): T {
    try { return work() } catch (e) { throw e instanceof FrameFault ? damaged(this.#path, e.message, e) : e }
  }
}

/** Shows the records of a whole file. */
export function readStateFile(file: Uint8Array, kind: 'delta' | 'snapshot', path: string, use: (records: StateRecords) => void): void {
  const reader = new StateFileReader(kind, path, use)
  reader.push(file)
  reader.end()
}

/** The error of a state file that cannot be understood. */
export function damaged(path: string, reason: string, cause?: unknown): Error {
  return executionError('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED', { reason: `the file ${path} is damaged (${reason}). Restore the checkpoint from a copy, or begin with a new one` }, cause)
}
