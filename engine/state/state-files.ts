/**
 * Delta and snapshot files of a state store, byte for byte Spark's: framed records of `int keyLength, key, int valueLength, value`, big endian.
 * A removed key has the value length -1 and no value (in deltas only); the key length -1 ends the file.
 */
import { executionError } from '../errors/spark-error.ts'
import { FrameDecoder, FrameEncoder, FrameFault, joined } from './lz4-frames.ts'
import type { FlatColumn } from './flat-columns.ts'
import { RowArena } from './row-arena.ts'
import { evenWords, writeEvenRows } from './even-rows.ts'
import { rowWords, writeRows } from './unsafe-rows.ts'

// Compressing costs more than writing what it saves (4 ms against none for 800 KB), and a batch waits for its deltas, so large ones are mostly stored.
// Snapshots are written beside the batches and compressed whole.
const compressedDeltaBytes = 1 << 15

/** Bytes of a file of this state, all or the first; `file` is another object for each file. */
export interface StateFileBytes { readonly file: object; readonly bytes: Uint8Array }

// Records on their way into the bytes of a file. All writers share it, for it is in the processor's caches then.
let scratch = { bytes: new Uint8Array(0), words: new Int32Array(0) }
let keyBases = new Int32Array(0), valueBases = new Int32Array(0)

/** Puts records into the bytes of a file, and after `finish` into those of another. */
export class StateFileWriter {
  readonly #frames: FrameEncoder
  #file: object = {}

  constructor(kind: 'delta' | 'snapshot') {
    this.#frames = new FrameEncoder(kind === 'delta' ? compressedDeltaBytes : Infinity)
  }

  /** Adds `count` records: keys with values, or keys that are removed when `values` is null. A few thousand at once suit the processor's caches. */
  add(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    const words = this.#even(keys, values, count) || this.#uneven(keys, values, count)
    this.#frames.write(scratch.bytes, 0, 4 * words)
  }

  // How many words there are of them; 0 where they are not of one length.
  #even(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): number {
    const keySize = evenWords(keys), valueSize = values === null ? 0 : evenWords(values), step = 2 + keySize + valueSize
    if (keySize === 0 || values !== null && valueSize === 0) return 0
    reserve(step * count)
    writeEvenRows(keys, bigEndian(4 * keySize), 0, step, count, scratch)
    if (values !== null) writeEvenRows(values, bigEndian(4 * valueSize), 1 + keySize, step, count, scratch)
    else for (let i = 0, at = 1 + keySize; i < count; i++, at += step) scratch.words[at] = -1
    return step * count
  }

  #uneven(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): number {
    // First how many words a row takes, then where it lies.
    if (keyBases.length < count) { keyBases = new Int32Array(count); valueBases = new Int32Array(count) }
    const keysAt = rowWords(keys, count, keyBases), valuesAt = values === null ? null : rowWords(values, count, valueBases)
    let total = 2 * count
    for (let i = 0; i < count; i++) total += keysAt[i]! + (valuesAt === null ? 0 : valuesAt[i]!)
    reserve(total)
    const { words } = scratch
    for (let i = 0, at = 0; i < count; i++) {
      const keySize = keysAt[i]!
      words[at++] = bigEndian(4 * keySize)
      keysAt[i] = at
      at += keySize
      if (valuesAt === null) { words[at++] = -1; continue }
      const valueSize = valuesAt[i]!
      words[at++] = bigEndian(4 * valueSize)
      valuesAt[i] = at
      at += valueSize
    }
    writeRows(keys, keysAt, null, count, scratch)
    if (valuesAt !== null) writeRows(values!, valuesAt, null, count, scratch)
    return total
  }

  /** How many bytes are ready. */
  get ready(): number { return this.#frames.ready }

  /** The bytes that are ready, valid until the next call. */
  flush(): Uint8Array { return this.#frames.flush() }

  /** The bytes that are ready and were not taken. They stay as they are until the file has ended. */
  get soFar(): StateFileBytes { return { file: this.#file, bytes: this.#frames.soFar } }

  /** The last bytes, valid until the next call. */
  finish(): Uint8Array { return this.end().bytes }

  /** As `finish`, and which file they are of. */
  end(): StateFileBytes {
    const file = this.#file
    this.#file = {}
    this.#frames.write(endMark)
    return { file, bytes: this.#frames.finish() }
  }
}

function reserve(words: number): void {
  if (words <= scratch.words.length) return
  const bytes = new Uint8Array(4 * Math.max(words, 2 * scratch.words.length))
  scratch = { bytes, words: new Int32Array(bytes.buffer) }
}

const bigEndian = (n: number): number => n << 24 | (n & 0xff00) << 8 | n >>> 8 & 0xff00 | n >>> 24

const endMark = new Uint8Array([255, 255, 255, 255])

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
