/** Spark's Murmur3 (x86, 32 bit, seed 42) over key columns: says which partition a row's state lives in, so that it is the one Spark would choose. */
import { BytesVector } from './bytes-vector.ts'
import { FixedVector } from './fixed-vector.ts'
import { StructVector } from './struct-vector.ts'
import type { Vector } from './vector.ts'

const mixK = (k: number): number => { const a = Math.imul(k, 0xcc9e2d51); return Math.imul((a << 15) | (a >>> 17), 0x1b873593) }
const mixH = (h: number, k: number): number => { const x = h ^ mixK(k); const r = (x << 13) | (x >>> 19); return (Math.imul(r, 5) + 0xe6546b64) | 0 }
const finish = (h: number, length: number): number => { let x = h ^ length; x ^= x >>> 16; x = Math.imul(x, 0x85ebca6b); x ^= x >>> 13; x = Math.imul(x, 0xc2b2ae35); return x ^ (x >>> 16) }

export const hashInt = (value: number, seed: number): number => finish(mixH(seed, value), 4)
export const hashLong = (value: bigint, seed: number): number => finish(mixH(mixH(seed, Number(BigInt.asIntN(32, value))), Number(BigInt.asIntN(32, value >> 32n))), 8)

/** Whole words first, then each remaining byte as a word of its own, signed. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, seed: number): number { return hashView(viewOf(bytes), start, end, seed) }

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function hashView(bytes: DataView, start: number, end: number, seed: number): number {
  const length = end - start, words = length - (length & 3)
  let h = seed
  for (let i = start; i < start + words; i += 4) h = mixH(h, bytes.getInt32(i, true))
  for (let i = start + words; i < end; i++) h = mixH(h, bytes.getInt8(i))
  return finish(h, length)
}

const utf8 = new TextEncoder()
const word = new DataView(new ArrayBuffer(8))

/** The hash of one value; a NULL leaves the seed as it is. */
export function hashValue(type: Vector['type'], value: any, seed: number): number {
  if (value === null) return seed
  switch (type.kind) {
    case 'boolean': return hashInt(value ? 1 : 0, seed)
    case 'byte': case 'short': case 'int': case 'date': case 'yearmonthinterval': return hashInt(value, seed)
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': return hashLong(value, seed)
    case 'float': word.setFloat32(0, value === 0 ? 0 : value); return hashInt(word.getInt32(0), seed)
    case 'double': word.setFloat64(0, value === 0 ? 0 : value); return hashLong(word.getBigInt64(0), seed)
    case 'decimal': if (type.precision <= 18) return hashLong(value, seed); { const b = bigEndian(value); return hashBytes(b, 0, b.length, seed) }
    case 'string': { const b = utf8.encode(value); return hashBytes(b, 0, b.length, seed) }
    case 'binary': return hashBytes(value, 0, value.length, seed)
    case 'array': return (value as unknown[]).reduce((h: number, v) => hashValue(type.elementType, v, h), seed)
    case 'struct': return type.fields.reduce((h, f, i) => hashValue(f.dataType, (value as unknown[])[i], h), seed)
    case 'calendarinterval': return hashInt(value.months, hashInt(value.days, hashLong(value.microseconds, seed)))
    default: return seed
  }
}

/** The shortest two's complement form, most significant byte first (Java's BigInteger.toByteArray). */
export function bigEndian(value: bigint): Uint8Array {
  const bytes: number[] = []
  let v = value
  do { bytes.unshift(Number(v & 0xffn)); v >>= 8n } while (!((v === 0n && bytes[0]! < 0x80) || (v === -1n && bytes[0]! >= 0x80)))
  return Uint8Array.from(bytes)
}

/** The hashes of rows over several columns; they go into `hashes` if given. */
export function hashRows(columns: readonly Vector[], length: number, seed = 42, hashes: Int32Array = new Int32Array(length)): Int32Array {
  hashes.fill(seed, 0, length)
  for (const c of columns) hashColumn(c, length, hashes)
  return hashes
}

function hashColumn(c: Vector, length: number, hashes: Int32Array): void {
  if (c instanceof StructVector) {
    if (c.nulls === null) { for (const child of c.children) hashColumn(child, length, hashes); return }
  } else if (c instanceof BytesVector) {
    const view = viewOf(c.bytes)
    for (let i = 0; i < length; i++) if (!c.isNull(i)) hashes[i] = hashView(view, c.starts[i]!, c.ends[i]!, hashes[i]!)
    return
  } else if (c instanceof FixedVector && c.data instanceof BigInt64Array) {
    const words = new Int32Array(c.data.buffer, c.data.byteOffset, 2 * length), { nulls } = c
    for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) hashes[i] = finish(mixH(mixH(hashes[i]!, words[2 * i]!), words[2 * i + 1]!), 8)
    return
  }
  for (let i = 0; i < length; i++) hashes[i] = hashValue(c.type, c.get(i), hashes[i]!)
}
