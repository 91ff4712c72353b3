/** The metadata of a VARIANT that is being written: its names in the order in which they came. */

const encoder = new TextEncoder()
const mostKept = 4096

/** How many bytes a number takes. */
export const widthOf = (n: number): number => (n <= 0xff ? 1 : n <= 0xffff ? 2 : n <= 0xffffff ? 3 : 4)

/** Writes a number, lowest byte first. */
export function putUnsigned(b: Uint8Array, at: number, value: number, width: number): void {
  for (let i = 0; i < width; i++) b[at + i] = value >>> 8 * i & 0xff
}

export class NameTable {
  readonly #ids = new Map<string, number>()
  readonly #names: Uint8Array[] = []
  #bytes = 0
  // A name that another value had, too, need not be encoded anew.
  readonly #encoded = new Map<string, Uint8Array>()

  /** Forgets the names. */
  begin(): void {
    this.#ids.clear()
    this.#names.length = 0
    this.#bytes = 0
  }

  /** The number of a name. */
  id(name: string): number {
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    let bytes = this.#encoded.get(name)
    if (bytes === undefined) {
      bytes = encoder.encode(name)
      if (this.#encoded.size >= mostKept) this.#encoded.clear()
      this.#encoded.set(name, bytes)
    }
    const id = this.#names.length
    this.#ids.set(name, id)
    this.#names.push(bytes)
    this.#bytes += bytes.length
    return id
  }

  /** How many bytes the metadata has. */
  get size(): number { return 1 + this.#width() * (this.#names.length + 2) + this.#bytes }

  /** Writes the metadata at a place; gives where it ends. */
  writeTo(out: Uint8Array, start: number): number {
    const width = this.#width(), n = this.#names.length
    out[start] = 1 | width - 1 << 6
    putUnsigned(out, start + 1, n, width)
    let offset = 0, at = start + 1 + width
    const texts = at + width * (n + 1)
    for (const name of this.#names) {
      putUnsigned(out, at, offset, width)
      out.set(name, texts + offset)
      offset += name.length
      at += width
    }
    putUnsigned(out, at, offset, width)
    return texts + offset
  }

  #width(): number { return widthOf(Math.max(this.#bytes, this.#names.length)) }
}
