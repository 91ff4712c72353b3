/** The records of a state file as they are made, before they are framed: raw bytes in pieces. */
import type { RowMemory } from './unsafe-rows.ts'

/** A part of a file. Bytes below `length` stay as they are until the pieces are used again. */
export interface Piece extends RowMemory { length: number }

// The first piece of a file is small, for there may be hundreds of stores with little to write; each next one is larger.
const firstBytes = 1 << 14, mostBytes = 1 << 19

/** What a file consists of so far. One object is one file, also when its memory served another before. */
export class RecordFile {
  readonly pieces: Piece[] = []
  /** Bytes of all pieces. */
  get length(): number { let n = 0; for (const p of this.pieces) n += p.length; return n }
}

export class RecordPieces {
  readonly #shared: boolean
  #file = new RecordFile()
  #spare: Piece[] = []

  /** `shared`: whether another thread is to read the pieces. */
  constructor(shared: boolean) { this.#shared = shared }

  get file(): RecordFile { return this.#file }

  /** Room for so many words behind what there is, in one piece. The caller fills it all, from the word `length / 4` of the piece on, and adds it to the piece's length. */
  room(words: number): Piece {
    const { pieces } = this.#file, last = pieces.at(-1), bytes = 4 * words
    if (last !== undefined && last.length + bytes <= last.bytes.length) return last
    const fits = this.#spare.findIndex(p => p.bytes.length >= bytes)
    const piece = fits >= 0 ? this.#spare.splice(fits, 1)[0]! : newPiece(this.#shared, Math.max(bytes, last === undefined ? firstBytes : Math.min(mostBytes, 2 * last.bytes.length)))
    piece.length = 0
    pieces.push(piece)
    return piece
  }

  /** Gives the file and begins another. */
  take(): RecordFile {
    const file = this.#file
    this.#file = new RecordFile()
    return file
  }

  /** Nobody reads this file any more: its memory serves the next ones. */
  reuse(file: RecordFile): void { this.#spare = file.pieces.splice(0) }
}

function newPiece(shared: boolean, atLeast: number): Piece {
  const size = Math.ceil(atLeast / 4096) * 4096, memory = shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size)
  return { bytes: new Uint8Array(memory), words: new Int32Array(memory), length: 0 }
}
