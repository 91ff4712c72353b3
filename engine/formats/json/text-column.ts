/** STRING columns: a growing dictionary while the values are few, then views into the message's own bytes. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { canonicalEnd } from './canonical.ts'
import { enlarged, JsonColumn } from './column.ts'
import { ByteDictionary } from './dictionary.ts'
import { closingQuote, scanText, skipValue, unescapeInto } from './scan.ts'

/** More distinct values than this make a dictionary cost more than it saves. */
const maxEntries = 4096
const encoder = new TextEncoder()

export class TextColumn extends JsonColumn {
  /** null once the values were too many. */
  dictionary: ByteDictionary | null = new ByteDictionary(maxEntries)
  /** Whether the dictionary was too small for this batch: its rows must be read again without it. */
  overflow = false
  indices!: Int32Array
  starts!: Int32Array
  ends!: Int32Array
  /** Whether bytes stand for the JSON of other values too (a file's lines), or only the exact tier can write them (`from_json`). */
  private readonly exactText: boolean
  /** Values that are not in the message as they stand; their rows hold the complement of the position here. */
  private side = new Uint8Array(0)
  private sideUsed = 0
  private rowsSeen = 0

  constructor(type: JsonColumn['type'], exactText: boolean) {
    super(type)
    this.exactText = exactText
  }

  protected allocate(capacity: number): void {
    this.overflow = false
    this.sideUsed = 0
    if (this.dictionary !== null) this.indices = new Int32Array(capacity)
    else { this.starts = new Int32Array(capacity); this.ends = new Int32Array(capacity) }
  }
  protected enlarge(capacity: number): void {
    if (this.dictionary !== null) this.indices = enlarged(this.indices, capacity)
    else { this.starts = enlarged(this.starts, capacity); this.ends = enlarged(this.ends, capacity) }
  }

  /** Gives up the dictionary. */
  useViews(): void { this.dictionary = null; this.overflow = false }

  read(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    if (p >= end) return -1
    const c = bytes[p]
    if (c === 34) {
      const q = scanText(bytes, dv, p + 1, end)
      if (q >= end) return -1
      if (bytes[q] === 34) { this.take(bytes, p + 1, q, row); return q + 1 }
      return bytes[q] === 92 ? this.readEscaped(bytes, dv, p + 1, q, end, row) : -1
    }
    if (c === 110) return this.readNull(bytes, p, end, row)
    return this.readOther(bytes, dv, p, end, row)
  }

  /** Takes bytes `s` to `e` of the message as the row's text. */
  take(bytes: Uint8Array, s: number, e: number, row: number): void {
    if (this.dictionary === null) { this.starts[row] = s; this.ends[row] = e; return }
    const id = this.dictionary.add(bytes, s, e)
    if (id < 0) this.overflow = true
    else this.indices[row] = id
  }

  private readEscaped(bytes: Uint8Array, dv: DataView, s: number, from: number, end: number, row: number): number {
    const q = closingQuote(bytes, dv, from, end)
    if (q < 0) return -1
    this.makeRoom(q - s)
    const at = this.sideUsed, to = unescapeInto(bytes, s, q, this.side, at)
    if (to < 0) return -1
    this.takeSide(at, to, row)
    return q + 1
  }

  /** A number, a boolean or a container as text: as it stands for a file; for `from_json` only where writing it anew gives the same. */
  private readOther(bytes: Uint8Array, dv: DataView, p: number, end: number, row: number): number {
    const e = this.exactText ? skipValue(bytes, dv, p, end) : canonicalEnd(bytes, dv, p, end)
    if (e >= 0) this.take(bytes, p, e, row)
    return e
  }

  protected put(row: number, value: unknown): void {
    const text = encoder.encode(value as string)
    this.makeRoom(text.length)
    this.side.set(text, this.sideUsed)
    this.takeSide(this.sideUsed, this.sideUsed + text.length, row)
  }

  private takeSide(s: number, e: number, row: number): void {
    if (this.dictionary !== null) { this.take(this.side, s, e, row); return }
    this.starts[row] = ~s
    this.ends[row] = e
    this.sideUsed = e
  }

  private makeRoom(n: number): void {
    if (this.sideUsed + n <= this.side.length) return
    const side = new Uint8Array(Math.max(1024, this.side.length * 2, this.sideUsed + n))
    side.set(this.side.subarray(0, this.sideUsed))
    this.side = side
  }

  finish(length: number, bytes: Uint8Array): Vector {
    const nulls = this.finishedNulls(length)
    const d = this.dictionary
    if (d !== null) {
      this.rowsSeen += length
      const vector = new DictionaryVector(d.strings, this.indices.subarray(0, length), nulls, length)
      // Nearly as many values as rows: views are cheaper, and the next batches get them.
      if (d.size > 256 && d.size * 4 > this.rowsSeen) this.dictionary = null
      return vector
    }
    const starts = this.starts.subarray(0, length), ends = this.ends.subarray(0, length)
    if (this.sideUsed === 0) return new BytesVector(this.type, bytes, starts, ends, nulls, length)
    return this.gathered(bytes, starts, ends, nulls, length)
  }

  /** A batch with unescaped values: all its values copied into memory of its own. */
  private gathered(bytes: Uint8Array, starts: Int32Array, ends: Int32Array, nulls: Uint8Array | null, length: number): Vector {
    let total = this.sideUsed
    for (let i = 0; i < length; i++) if (starts[i] >= 0) total += ends[i] - starts[i]
    const own = new Uint8Array(total)
    own.set(this.side.subarray(0, this.sideUsed))
    let at = this.sideUsed
    for (let i = 0; i < length; i++) {
      const s = starts[i], e = ends[i]
      if (s < 0) { starts[i] = ~s; continue }
      if (e - s < 64) for (let k = s; k < e; k++) own[at + k - s] = bytes[k]
      else own.set(bytes.subarray(s, e), at)
      starts[i] = at
      ends[i] = at += e - s
    }
    return new BytesVector(this.type, own, starts, ends, nulls, length)
  }
}
