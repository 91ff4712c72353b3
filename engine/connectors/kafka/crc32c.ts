/** Owns the CRC32C check of Kafka's record batches, which Spark's Kafka client also makes on every batch it reads. */
import { crc32cModuleBytes, layout, narrowDistances, wideDistances } from './crc32c-module.ts'

const POLYNOMIAL = 0x82f63b78
const wideLongest = wideDistances[wideDistances.length - 1]!
const narrowLongest = narrowDistances[narrowDistances.length - 1]!

/** table[k * 256 + b]: what byte b contributes when k zero bytes follow it. */
function makeTables(): Int32Array {
  const table = new Int32Array(16 * 256)
  for (let b = 0; b < 256; b++) {
    let crc = b
    for (let i = 0; i < 8; i++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    table[b] = crc
  }
  for (let i = 256; i < table.length; i++) {
    const before = table[i - 256]!
    table[i] = (before >>> 8) ^ table[before & 255]!
  }
  return table
}

const tables = makeTables()

/** CRC32C in plain TypeScript, eight bytes a round; for machines without WebAssembly and as the second opinion in tests. */
export function crc32cPortable(bytes: Uint8Array, start = 0, end = bytes.length, crc = 0): number {
  const t = tables
  let c = ~crc
  let i = start
  for (; i + 8 <= end; i += 8) {
    const low = c ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    c = t[1792 + (low & 255)]! ^ t[1536 + ((low >>> 8) & 255)]! ^ t[1280 + ((low >>> 16) & 255)]! ^ t[1024 + (low >>> 24)]!
      ^ t[768 + bytes[i + 4]!]! ^ t[512 + bytes[i + 5]!]! ^ t[256 + bytes[i + 6]!]! ^ t[bytes[i + 7]!]!
  }
  for (; i < end; i++) c = (c >>> 8) ^ t[(c ^ bytes[i]!) & 255]!
  return ~c >>> 0
}

interface Folding {
  readonly memory: Uint8Array
  foldWide(data: number, folded: number, out: number, length: number): void
  foldNarrow(data: number, folded: number, out: number, length: number): void
  slice(data: number, length: number, crc: number): number
}

let folding: Folding | null | undefined

/** The part of the WebAssembly interface that is used here; the compiler's libraries for plain JavaScript do not name it. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Omit<Folding, 'memory'> & { readonly memory: { readonly buffer: ArrayBuffer } } }
}

function instantiate(): Folding | null {
  const wasm = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly
  if (wasm === undefined) return null
  try {
    const { exports } = new wasm.Instance(new wasm.Module(crc32cModuleBytes()))
    const memory = new Uint8Array(exports.memory.buffer)
    new Int32Array(exports.memory.buffer).set(tables, layout.tables / 4)
    return { memory, foldWide: exports.foldWide, foldNarrow: exports.foldNarrow, slice: exports.slice }
  } catch {
    return null
  }
}

/** Takes `length` bytes at `layout.data` into the running (inverted) checksum. */
function piece(f: Folding, length: number, crc: number): number {
  const m = f.memory
  let at: number = layout.data
  if (length >= narrowLongest + 256) {
    m[at]! ^= crc & 255
    m[at + 1]! ^= (crc >>> 8) & 255
    m[at + 2]! ^= (crc >>> 16) & 255
    m[at + 3]! ^= crc >>> 24
    crc = 0
    if (length >= wideLongest + 512) {
      const whole = (length - wideLongest) & -64
      const rest = length - whole
      const folded = layout.wideFolded + wideLongest
      f.foldWide(at, layout.wideFolded, folded, whole)
      m.fill(0, folded + whole, folded + whole + wideLongest)
      f.foldWide(at + whole, layout.wideFolded + whole, layout.wideRest, (rest + 63) & -64)
      at = layout.wideRest
      length = rest
    }
    const whole = (length - narrowLongest) & -64
    const rest = length - whole
    const folded = layout.narrowFolded + narrowLongest
    f.foldNarrow(at, layout.narrowFolded, folded, whole)
    m.fill(0, folded + whole, folded + whole + narrowLongest)
    f.foldNarrow(at + whole, layout.narrowFolded + whole, layout.narrowRest, (rest + 63) & -64)
    at = layout.narrowRest
    length = rest
  }
  return f.slice(at, length, crc)
}

/**
 * The CRC32C (Castagnoli) checksum of `bytes[start, end)` as an unsigned 32-bit number.
 *
 *     crc32c(new TextEncoder().encode('123456789')) // 0xe3069283
 */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (folding === undefined) folding = instantiate()
  if (folding === null || end - start < 64) return crc32cPortable(bytes, start, end)
  let crc = -1
  for (let i = start; i < end; i += layout.pieceBytes) {
    const until = Math.min(end, i + layout.pieceBytes)
    folding.memory.set(bytes.subarray(i, until), layout.data)
    crc = piece(folding, until - i, crc)
  }
  return ~crc >>> 0
}
