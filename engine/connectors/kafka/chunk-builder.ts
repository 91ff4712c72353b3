/** Owns the columns of a chunk while it is being filled, and the bytes that its keys and values are in. */
import type { RecordChunk, RecordHeader } from './transport.ts'

/** What a reader wants of a partition. */
export interface Bounds {
  readonly topic: string
  readonly partition: number
  readonly position: number
  readonly until: number
  readonly headers: boolean
  readonly chunkRecords: number
}

const EMPTY = new Uint8Array(0)

/** Collects records until a chunk is full. Uncompressed records stay where the network put them; decompressed batches are put one behind another. */
export class ChunkBuilder {
  readonly #bounds: Bounds
  #sources: Uint8Array[] = []
  #inPlace = false
  capacity = 0
  length = 0
  /** Decompressed bytes that the chunk holds so far. */
  arenaBytes = 0
  keyStarts!: Int32Array
  keyEnds!: Int32Array
  valueStarts!: Int32Array
  valueEnds!: Int32Array
  offsets!: BigInt64Array
  timestamps!: BigInt64Array
  timestampTypes!: Uint8Array
  headers: (readonly RecordHeader[] | null)[] | null = null

  constructor(bounds: Bounds) { this.#bounds = bounds }

  get full(): boolean { return this.length > 0 && this.length === this.capacity }

  /** False when the records of `source` cannot join the chunk that is being filled. */
  accepts(source: Uint8Array, inPlace: boolean): boolean {
    return this.#sources.length === 0 || (inPlace === this.#inPlace && (!inPlace || source === this.#sources[0]))
  }

  /** Makes the arrays of a new chunk, for at most `records`. */
  reserve(records: number): void {
    if (this.capacity > 0) return
    const b = this.#bounds
    const n = Math.max(1, Math.min(b.chunkRecords, records, b.until - b.position))
    this.capacity = n
    this.keyStarts = new Int32Array(n)
    this.keyEnds = new Int32Array(n)
    this.valueStarts = new Int32Array(n)
    this.valueEnds = new Int32Array(n)
    this.offsets = new BigInt64Array(n)
    this.timestamps = new BigInt64Array(n)
    this.timestampTypes = new Uint8Array(n)
    this.headers = b.headers ? [] : null
  }

  /** Where byte 0 of `source` will stand in the chunk's bytes. */
  shiftOf(source: Uint8Array, inPlace: boolean): number {
    this.#inPlace = inPlace
    const known = this.#sources.at(-1) === source
    if (!known) this.#sources.push(source)
    if (inPlace) return 0
    if (known) return this.arenaBytes - source.length
    const shift = this.arenaBytes
    this.arenaBytes += source.length
    return shift
  }

  #bytes(): Uint8Array {
    if (this.#sources.length <= 1) return this.#sources[0] ?? EMPTY
    const arena = new Uint8Array(this.arenaBytes)
    let at = 0
    for (const s of this.#sources) { arena.set(s, at); at += s.length }
    return arena
  }

  /** Hands the chunk over and begins a new one. */
  take(): RecordChunk {
    const { topic, partition } = this.#bounds
    const chunk: RecordChunk = {
      topic, partition, length: this.length, bytes: this.#bytes(),
      keyStarts: this.keyStarts, keyEnds: this.keyEnds, valueStarts: this.valueStarts, valueEnds: this.valueEnds,
      offsets: this.offsets, timestampsMs: this.timestamps, timestampTypes: this.timestampTypes, headers: this.headers,
    }
    this.#sources = []
    this.length = 0
    this.capacity = 0
    this.arenaBytes = 0
    return chunk
  }
}
