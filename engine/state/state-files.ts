/**
 * Delta and snapshot files of a state store, byte for byte Spark's: framed records of `int keyLength, key, int valueLength, value`, big endian.
 * A removed key has the value length -1 and no value (in deltas only); the key length -1 ends the file.
 */
import { executionError } from '../errors/spark-error.ts'
import { FrameEncoder, FrameFault, decodeFrames } from './lz4-frames.ts'
import type { FlatColumn } from './flat-columns.ts'
import { RowArena } from './row-arena.ts'
import { rowWords, writeRows } from './unsafe-rows.ts'

// Compressing costs more than writing what it saves (4 ms against none for 800 KB), and a batch waits for its deltas, so large ones are mostly stored.
// Snapshots are written beside the batches and compressed whole.
const compressedDeltaBytes = 1 << 15

/** Bytes of a file of this state, all or the first; `file` is another object for each file. */
export interface StateFileBytes { readonly file: object; readonly bytes: Uint8Array }

/** Puts records into the bytes of a file, and after `finish` into those of another. */
export class StateFileWriter {
  readonly #frames: FrameEncoder
  #bytes = new Uint8Array(1 << 12)
  #words = new Int32Array(this.#bytes.buffer)
  #keyBases = new Int32Array(0)
  #valueBases = new Int32Array(0)
  #file: object = {}

  constructor(kind: 'delta' | 'snapshot') {
    this.#frames = new FrameEncoder(kind === 'delta' ? compressedDeltaBytes : Infinity)
  }

  /** Adds `count` records: keys with values, or keys that are removed when `values` is null. A few thousand at once suit the processor's caches. */
  add(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    // First how many words a row takes, then where it lies.
    if (this.#keyBases.length < count) { this.#keyBases = new Int32Array(count); this.#valueBases = new Int32Array(count) }
    const keyBases = rowWords(keys, count, this.#keyBases), valueBases = values === null ? null : rowWords(values, count, this.#valueBases)
    let total = 2 * count
    for (let i = 0; i < count; i++) total += keyBases[i]! + (valueBases === null ? 0 : valueBases[i]!)
    this.#reserve(4 * total)
    const words = this.#words
    for (let i = 0, at = 0; i < count; i++) {
      const keySize = keyBases[i]!
      words[at++] = bigEndian(4 * keySize)
      keyBases[i] = at
      at += keySize
      if (valueBases === null) { words[at++] = -1; continue }
      const valueSize = valueBases[i]!
      words[at++] = bigEndian(4 * valueSize)
      valueBases[i] = at
      at += valueSize
    }
    const into = { bytes: this.#bytes, words }
    writeRows(keys, keyBases, null, count, into)
    if (valueBases !== null) writeRows(values!, valueBases, null, count, into)
    this.#frames.write(this.#bytes, 0, 4 * total)
  }

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

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return
    this.#bytes = new Uint8Array(Math.max(bytes, 2 * this.#bytes.length))
    this.#words = new Int32Array(this.#bytes.buffer)
  }
}

const bigEndian = (n: number): number => n << 24 | (n & 0xff00) << 8 | n >>> 8 & 0xff00 | n >>> 24

const endMark = new Uint8Array([255, 255, 255, 255])

/** Some records of a file in their order: row `i` of `keys`, with the next row of `values` when `isPut[i]` is 1, else removed. */
export interface StateRecords { readonly keys: RowArena; readonly values: RowArena; readonly isPut: Uint8Array }

const recordsAtOnce = 4096

/** Shows the records of a file, some thousands at a time. What is shown is valid until `use` returns. `path` is for the errors. */
export function readStateFile(file: Uint8Array, kind: 'delta' | 'snapshot', path: string, use: (records: StateRecords) => void): void {
  const raw = framed(file, path)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const records = { keys: new RowArena(), values: new RowArena(), isPut: new Uint8Array(recordsAtOnce) }
  const { keys, values, isPut } = records
  const next = (at: number, bytes: number): number => {
    if (at + bytes > raw.length) throw damaged(path, 'it ends inside a record')
    return at + bytes
  }
  for (let at = 0; ;) {
    const keyAt = next(at, 4), keySize = view.getInt32(at)
    if (keySize < 0 || keys.count === recordsAtOnce) {
      if (keys.count > 0) use(records)
      keys.reset()
      values.reset()
      if (keySize === -1) return
      if (keySize < 0) throw executionError(kind === 'delta' ? 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_DELTA_FILE_KEY_SIZE' : 'CANNOT_LOAD_STATE_STORE.CANNOT_READ_SNAPSHOT_FILE_KEY_SIZE', { fileToRead: path, keySize })
    }
    const keyEnd = next(keyAt, keySize), valueAt = next(keyEnd, 4), valueSize = view.getInt32(keyEnd)
    if (valueSize < 0 && kind === 'snapshot') throw executionError('CANNOT_LOAD_STATE_STORE.CANNOT_READ_SNAPSHOT_FILE_VALUE_SIZE', { fileToRead: path, valueSize })
    isPut[keys.count] = valueSize < 0 ? 0 : 1
    keys.append(raw, keyAt, keyEnd)
    at = valueAt
    if (valueSize >= 0) { at = next(valueAt, valueSize); values.append(raw, valueAt, at) }
  }
}

function framed(file: Uint8Array, path: string): Uint8Array {
  try {
    return decodeFrames(file)
  } catch (e) {
    if (e instanceof FrameFault) throw damaged(path, e.message, e)
    throw e
  }
}

/** The error of a state file that cannot be understood. */
export function damaged(path: string, reason: string, cause?: unknown): Error {
  return executionError('CANNOT_LOAD_STATE_STORE.UNCATEGORIZED', { reason: `the file ${path} is damaged (${reason}). Restore the checkpoint from a copy, or begin with a new one` }, cause)
}
