/** Owns the bytes of the small WebAssembly module that does the heavy part of CRC32C; they are put together here, so nothing has to be built or shipped beside the code. */

/** Where the module's linear memory holds what. */
export const layout = {
  /** 16 tables of 256 words, for the bytewise part. */
  tables: 0,
  /** The bytes to check are copied here, at most `pieceBytes` at a time. */
  data: 16_384,
  pieceBytes: 65_536,
  /** Folded vectors of the first and of the second polynomial, each behind as many zero bytes as its longest distance. */
  wideFolded: 82_432,
  wideRest: 162_304,
  narrowFolded: 169_984,
  narrowRest: 180_224,
  pages: 3,
} as const

/**
 * Two multiples of the CRC32C polynomial that have very few terms, all of them at whole bytes: x^8L + Σ x^8(L-d) + 1 with L the last distance.
 * Adding such a multiple moves a vector to the places `d` bytes further on and leaves the checksum as it is, so most of a
 * record batch needs only loads, exclusive-ors and stores of 16 bytes. A test proves both against the polynomial itself.
 * Their distances are far apart on purpose: a vector is read again only long after it was stored.
 */
export const wideDistances = [767, 2524, 5275] as const
export const narrowDistances = [492, 580, 712, 780, 1064] as const

const I32 = 0x7f
const op = {
  block: 0x02, loop: 0x03, end: 0x0b, br: 0x0c, brIf: 0x0d, get: 0x20, set: 0x21, tee: 0x22,
  load: 0x28, load8: 0x2d, const: 0x41, eqz: 0x45, ltU: 0x49, add: 0x6a, sub: 0x6b, and: 0x71, xor: 0x73, shl: 0x74, shrU: 0x76,
} as const

function unsigned(n: number): number[] {
  const out: number[] = []
  while (n > 127) { out.push((n & 127) | 128); n >>>= 7 }
  out.push(n)
  return out
}

function signed(n: number): number[] {
  const out: number[] = []
  for (;;) {
    const b = n & 127
    n >>= 7
    if ((n === 0 && (b & 64) === 0) || (n === -1 && (b & 64) !== 0)) { out.push(b); return out }
    out.push(b | 128)
  }
}

const get = (i: number) => [op.get, i]
const set = (i: number) => [op.set, i]
const constant = (n: number) => [op.const, ...signed(n)]
const loadVector = (offset: number) => [0xfd, 0x00, 0x00, ...unsigned(offset)]
const storeVector = (offset: number) => [0xfd, 0x0b, 0x00, ...unsigned(offset)]
const xorVector = [0xfd, 0x51]
const step = (local: number, by: number) => [...get(local), ...constant(by), op.add, ...set(local)]
const section = (id: number, body: number[]) => [id, ...unsigned(body.length), ...body]
const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()]
const text = (s: string) => [...unsigned(s.length), ...[...s].map(c => c.charCodeAt(0))]

/** fold(data, folded, out, length): out[i] = data[i] ^ folded[i - d] for every distance; `folded` points at the zero bytes before the first vector. Length is a positive multiple of 64. */
function foldBody(distances: readonly number[]): number[] {
  const longest = distances[distances.length - 1]!
  const lanes = [0, 16, 32, 48].flatMap(lane => [
    ...get(2), ...get(0), ...loadVector(lane),
    ...distances.flatMap(d => [...get(1), ...loadVector(longest - d + lane), ...xorVector]),
    ...storeVector(lane),
  ])
  return [
    0, op.loop, 0x40, ...lanes, ...step(0, 64), ...step(1, 64), ...step(2, 64),
    ...get(3), ...constant(64), op.sub, op.tee, 3, op.brIf, 0, op.end, op.end,
  ]
}

/** slice(data, length, crc) -> crc: sixteen bytes a round through sixteen tables, the rest byte by byte. */
function sliceBody(): number[] {
  const [data, length, crc, word] = [0, 1, 2, 3]
  const lookup = (from: number, byte: number, table: number) => [
    ...get(from), ...(byte === 0 ? [] : [...constant(byte * 8), op.shrU]), ...(byte === 3 ? [] : [...constant(255), op.and]),
    ...constant(2), op.shl, op.load, 2, ...unsigned(layout.tables + table * 1024),
  ]
  const load = (offset: number) => [...get(data), op.load, 0, ...unsigned(offset)]
  const words = [0, 1, 2, 3].flatMap(w => [
    ...load(w * 4), ...(w === 0 ? [...get(crc), op.xor] : []), ...set(word),
    ...[0, 1, 2, 3].flatMap(b => [...lookup(word, b, 15 - w * 4 - b), ...(w === 0 && b === 0 ? [] : [op.xor])]),
  ])
  const rounds = [
    op.block, 0x40, op.loop, 0x40,
    ...get(length), ...constant(16), op.ltU, op.brIf, 1,
    ...words, ...set(crc), ...step(data, 16), ...step(length, -16), op.br, 0, op.end, op.end,
  ]
  const bytes = [
    op.block, 0x40, op.loop, 0x40,
    ...get(length), op.eqz, op.brIf, 1,
    ...get(crc), ...get(data), op.load8, 0, 0, op.xor, ...constant(255), op.and, ...constant(2), op.shl, op.load, 2, ...unsigned(layout.tables),
    ...get(crc), ...constant(8), op.shrU, op.xor, ...set(crc), ...step(data, 1), ...step(length, -1), op.br, 0, op.end, op.end,
  ]
  return [1, 1, I32, ...rounds, ...bytes, ...get(crc), op.end]
}

/** The module: memory, `foldWide`, `foldNarrow` and `slice`. */
export function crc32cModuleBytes(): Uint8Array {
  const body = (b: number[]) => [...unsigned(b.length), ...b]
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, vector([[0x60, 4, I32, I32, I32, I32, 0], [0x60, 3, I32, I32, I32, 1, I32]])),
    ...section(3, vector([[0], [0], [1]])),
    ...section(5, vector([[0, ...unsigned(layout.pages)]])),
    ...section(7, vector([[...text('memory'), 2, 0], [...text('foldWide'), 0, 0], [...text('foldNarrow'), 0, 1], [...text('slice'), 0, 2]])),
    ...section(10, vector([body(foldBody(wideDistances)), body(foldBody(narrowDistances)), body(sliceBody())])),
  ])
}
