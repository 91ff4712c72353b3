/**
 * Delta and snapshot files of a state store as they are written, byte for byte Spark's: framed records of `int keyLength, key, int valueLength, value`, big endian.
 * A removed key has the value length -1 and no value (in deltas only); the key length -1 ends the file.
 */
import { ScratchInts } from '../columns/scratch.ts'
import { FrameEncoder } from './frame-encoder.ts'
import type { FlatColumn } from './flat-columns.ts'
import { evenWords, writeEvenRows } from './even-rows.ts'
import { RecordPieces, type Piece, type RecordFile } from './record-pieces.ts'
import { rowWords, writeRows } from './unsafe-rows.ts'

export type StateFileKind = 'delta' | 'snapshot'

// Compressing costs more than writing what it saves (4 ms against none for 800 KB), and a batch waits for its deltas, so large ones are mostly stored.
// Snapshots are written beside the batches and compressed whole.
const compressedDeltaBytes = 1 << 15

/** What puts the bytes of such a file into frames. */
export const framesOf = (kind: StateFileKind): FrameEncoder => new FrameEncoder(kind === 'delta' ? compressedDeltaBytes : Infinity)

const keyBases = new ScratchInts(), valueBases = new ScratchInts()

/** Puts records into the bytes of a file, and after `end` into those of another. */
export class StateFileWriter {
  readonly #pieces: RecordPieces

  /** `shared`: whether another thread is to read the records. */
  constructor(shared = false) { this.#pieces = new RecordPieces(shared) }

  /** Adds `count` records: keys with values, or keys that are removed when `values` is null. */
  add(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    if (!this.#even(keys, values, count)) this.#uneven(keys, values, count)
  }

  // False where they are not of one length.
  #even(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): boolean {
    const keySize = evenWords(keys), valueSize = values === null ? 0 : evenWords(values), step = 2 + keySize + valueSize
    if (keySize === 0 || values !== null && valueSize === 0) return false
    const piece = this.#pieces.room(step * count), start = piece.length >> 2
    writeEvenRows(keys, bigEndian(4 * keySize), start, step, count, piece)
    if (values !== null) writeEvenRows(values, bigEndian(4 * valueSize), start + 1 + keySize, step, count, piece)
    else for (let i = 0, at = start + 1 + keySize; i < count; i++, at += step) piece.words[at] = -1
    piece.length += 4 * step * count
    return true
  }

  #uneven(keys: readonly FlatColumn[], values: readonly FlatColumn[] | null, count: number): void {
    // First how many words a row takes, then where it lies.
    const keysAt = rowWords(keys, count, keyBases.take(count)), valuesAt = values === null ? null : rowWords(values, count, valueBases.take(count))
    let total = 2 * count
    for (let i = 0; i < count; i++) total += keysAt[i]! + (valuesAt === null ? 0 : valuesAt[i]!)
    const piece = this.#pieces.room(total), { words } = piece
    for (let i = 0, at = piece.length >> 2; i < count; i++) {
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
    writeRows(keys, keysAt, null, count, piece)
    if (valuesAt !== null) writeRows(values!, valuesAt, null, count, piece)
    piece.length += 4 * total
  }

  /** The file so far, which goes on growing. */
  get soFar(): RecordFile { return this.#pieces.file }

  /** The records so far, without an end; the next ones begin anew. */
  take(): RecordFile { return this.#pieces.take() }

  /** The whole file. */
  end(): RecordFile {
    const piece: Piece = this.#pieces.room(1)
    piece.words[piece.length >> 2] = -1
    piece.length += 4
    return this.#pieces.take()
  }

  /** Nobody reads this file any more: its memory serves the next ones. */
  reuse(file: RecordFile): void { this.#pieces.reuse(file) }
}

const bigEndian = (n: number): number => n << 24 | (n & 0xff00) << 8 | n >>> 8 & 0xff00 | n >>> 24

/** The bytes of a whole file, valid until the frames are used again. */
export function framed(frames: FrameEncoder, file: RecordFile): Uint8Array {
  for (const p of file.pieces) frames.write(p.bytes, 0, p.length)
  return frames.finish()
}
