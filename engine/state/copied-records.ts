/** Records of a table in memory, copied one behind the other as they are, into memory that another thread reads. */
export class CopiedRecords {
  #memory: Uint8Array
  #length = 0

  /** Room for so many bytes to begin with. */
  constructor(bytes = 1 << 16) { this.#memory = new Uint8Array(new SharedArrayBuffer(bytes)) }

  get length(): number { return this.#length }
  /** What there is; it stays as it is until `reset`. */
  get bytes(): Uint8Array { return this.#memory.subarray(0, this.#length) }

  /** Adds the record that lies at `start` to `end` of these bytes. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start
    if (this.#length + size > this.#memory.length) this.#grow(this.#length + size)
    const memory = this.#memory, at = this.#length
    if (size > 256) memory.set(bytes.subarray(start, end), at)
    else for (let i = start, to = at; i < end; i++) memory[to++] = bytes[i]!
    this.#length = at + size
  }

  #grow(atLeast: number): void {
    const memory = new Uint8Array(new SharedArrayBuffer(Math.max(2 * this.#memory.length, atLeast)))
    memory.set(this.bytes)
    this.#memory = memory
  }

  /** Begins anew. Nobody may read the old ones any more. */
  reset(): void { this.#length = 0 }
}
