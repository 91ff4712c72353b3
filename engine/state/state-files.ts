/**
 * Delta and snapshot files of a state store, byte for byte Spark's: framed records of `int keyLength, key, int valueLength, value`, big endian.
 * A removed key has the value length -1 and no value (in deltas only); the key length -1 ends the file.
 */
import { executionError } from '../errors/spark-error.ts'
import { FrameEncoder, FrameFault, decodeFrames } from './lz4-frames.ts'
import { RowArena } from './row-arena.ts'

// Compressing costs more than writing what it saves (4 ms against none for 800 KB), and a batch waits for its deltas, so large ones are mostly stored.
// Snapshots are written beside the batches and compressed whole.
const compressedDeltaBytes = 1 << 15

/** Puts records into the bytes of a file, and after `finish` into those of another. */
export class StateFileWriter {
  readonly #frames: FrameEncoder
  #raw = new Uint8Array(1 << 12)
  #view = new DataView(this.#raw.buffer)
  #rawWords: Int32Array = new Int32Array(this.#raw.buffer)
  #rowWords: Int32Array = this.#rawWords

  constructor(kind: 'delta' | 'snapshot') {
    this.#frames = new FrameEncoder(kind === 'delta' ? compressedDeltaBytes : Infinity)
  }

  /** Adds the rows of `keys` with those of `values`, or as removed when `values` is null. */
  add(keys: RowArena, values: RowArena | null): void {
    this.#reserve(keys.length + (values?.length ?? 0) + 8 * keys.count)
    const keyWords = wordsOf(keys), valueWords = values === null ? keyWords : wordsOf(values)
    let at = 0
    for (let i = 0; i < keys.count; i++) {
      this.#rowWords = keyWords
      at = this.#put(keys, i, at)
      this.#rowWords = valueWords
      if (values === null) { this.#view.setInt32(at, -1); at += 4 } else at = this.#put(values, i, at)
    }
    this.#frames.write(this.#raw, 0, at)
  }

  /** The bytes that are ready, valid until the next call. */
  flush(): Uint8Array { return this.#frames.flush() }

  /** The last bytes, valid until the next call. */
  finish(): Uint8Array {
    this.#frames.write(endMark)
    return this.#frames.finish()
  }

  #put(rows: RowArena, i: number, at: number): number {
    const start = rows.offsets[i]!, n = rows.offsets[i + 1]! - start
    this.#view.setInt32(at, n)
    at += 4
    // UnsafeRows are whole words and so are the lengths before them.
    if (n > 256 || (start | n) & 3) this.#raw.set(rows.bytes.subarray(start, start + n), at)
    else for (let from = start >> 2, to = at >> 2, end = start + n >> 2; from < end;) this.#rawWords[to++] = this.#rowWords[from++]!
    return at + n
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#raw.length) return
    this.#raw = new Uint8Array(Math.max(bytes + 3 & ~3, 2 * this.#raw.length))
    this.#view = new DataView(this.#raw.buffer)
    this.#rawWords = new Int32Array(this.#raw.buffer)
  }
}

function wordsOf(rows: RowArena): Int32Array {
  return new Int32Array(rows.bytes.buffer, 0, rows.bytes.buffer.byteLength >> 2)
}

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
