/**
 * Memory for byte records that come and go: chunks of a mebibyte (the first grows to it) cut into pieces, freed pieces kept in a list for each size.
 * A record has an address (in units of four bytes, never 0), so that a table needs one number for it and no object.
 */
import { keptMemory } from '../columns/kept-memory.ts'
import { internalError } from '../errors/spark-error.ts'

const chunkShift = 18
const chunkUnits = 1 << chunkShift
const chunkMask = chunkUnits - 1
// The first chunk begins small and grows, so that a small state takes little.
const firstUnits = 1 << 10
// Sizes up to this many units have a list each; larger ones are rounded up to a power of two, and beyond a chunk they get chunks of their own.
const exactUnits = 256
const classCount = exactUnits + 1 + (chunkShift - 8)

/** Records by address. `bytesOf(a)` is the chunk, `offsetOf(a)` where the record begins in it. */
export class RecordHeap {
  #chunks: Uint8Array[] = []
  #views: DataView[] = []
  #current = -1
  // The chunk that has not grown to its full size yet, and its size now.
  #small = -1
  #smallUnits = 0
  #used = chunkUnits
  #free = new Uint32Array(classCount)
  #freeRuns = new Map<number, number[]>()
  #allocatedUnits = 0
  #liveUnits = 0

  /** The bytes taken from the system. */
  get allocatedBytes(): number { return this.#allocatedUnits * 4 }
  /** The bytes of records in use. */
  get liveBytes(): number { return this.#liveUnits * 4 }

  bytesOf(address: number): Uint8Array { return this.#chunks[address >>> chunkShift]! }
  offsetOf(address: number): number { return (address & chunkMask) << 2 }

  /** A place for `bytes` bytes. */
  allocate(bytes: number): number {
    const units = roundedUnits(bytes)
    this.#liveUnits += units
    if (units > chunkUnits) return this.#allocateRun(Math.ceil(units / chunkUnits))
    const list = classOf(units), head = this.#free[list]!
    if (head !== 0) {
      this.#free[list] = this.#views[head >>> chunkShift]!.getUint32((head & chunkMask) << 2, true)
      return head
    }
    if (this.#used + units > chunkUnits) {
      this.#current = this.#current < 0 ? this.#addSmall() : this.#addChunk(1)
      // Address 0 means "no record".
      this.#used = this.#current === 0 ? 1 : 0
      if (this.#used + units > chunkUnits) return this.#allocateRun(1)
    }
    const address = (this.#current << chunkShift | this.#used) >>> 0
    this.#used += units
    if (this.#current === this.#small && this.#used > this.#smallUnits) this.#growSmall()
    return address
  }

  /** Gives back the place of a record that was allocated with this many bytes. */
  release(address: number, bytes: number): void {
    const units = roundedUnits(bytes)
    this.#liveUnits -= units
    if (units > chunkUnits) {
      const chunks = Math.ceil(units / chunkUnits), index = address >>> chunkShift
      this.#chunks[index] = nothing
      this.#views[index] = noView
      this.#allocatedUnits -= chunks * chunkUnits
      let runs = this.#freeRuns.get(chunks)
      if (runs === undefined) this.#freeRuns.set(chunks, runs = [])
      runs.push(index)
      return
    }
    const list = classOf(units)
    this.#views[address >>> chunkShift]!.setUint32((address & chunkMask) << 2, this.#free[list]!, true)
    this.#free[list] = address
  }

  #addSmall(): number {
    const index = this.#chunks.length
    this.#chunks.push(nothing)
    this.#views.push(noView)
    this.#small = index
    this.#used = 1
    this.#growSmall()
    return index
  }

  // The records keep their addresses; who has the old bytes can still read them.
  #growSmall(): void {
    const units = Math.max(firstUnits, Math.min(chunkUnits, 1 << 32 - Math.clz32(this.#used - 1))), old = this.#chunks[this.#small]!
    const bytes = new Uint8Array(units * 4)
    bytes.set(old)
    this.#chunks[this.#small] = bytes
    this.#views[this.#small] = new DataView(bytes.buffer)
    this.#allocatedUnits += units - this.#smallUnits
    this.#smallUnits = units
    if (units === chunkUnits) this.#small = -1
  }

  #allocateRun(chunks: number): number {
    const index = this.#freeRuns.get(chunks)?.pop()
    if (index === undefined) return (this.#addChunk(chunks) << chunkShift) >>> 0
    this.#setChunk(index, chunks)
    return (index << chunkShift) >>> 0
  }

  #addChunk(chunks: number): number {
    const index = this.#chunks.length
    if (index + chunks > 1 << 14) throw internalError('a state partition holds more than 16 GiB')
    for (let i = 0; i < chunks; i++) { this.#chunks.push(nothing); this.#views.push(noView) }
    this.#setChunk(index, chunks)
    return index
  }

  #setChunk(index: number, chunks: number): void {
    const bytes = new Uint8Array(keptMemory(chunks * chunkUnits * 4))
    this.#chunks[index] = bytes
    this.#views[index] = new DataView(bytes.buffer)
    this.#allocatedUnits += chunks * chunkUnits
  }
}

const nothing = new Uint8Array(0)
const noView = new DataView(new ArrayBuffer(0))

function roundedUnits(bytes: number): number {
  const units = bytes + 3 >>> 2 || 1
  return units <= exactUnits ? units : units > chunkUnits ? units : 1 << 32 - Math.clz32(units - 1)
}

function classOf(units: number): number {
  return units <= exactUnits ? units : exactUnits + (31 - Math.clz32(units)) - 8
}

/** Whether a record of one length can be rewritten in place with another. */
export function sameRoom(oldBytes: number, newBytes: number): boolean {
  return roundedUnits(oldBytes) === roundedUnits(newBytes)
}
