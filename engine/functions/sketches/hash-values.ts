/** The 128-bit hash of each value of a column, as DataSketches' sketches take it: whole numbers as 64 bits, texts and bytes as they are. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { FixedVector } from '../../columns/fixed-vector.ts'
import { hashBytes128, hashLong128 } from '../../columns/murmur3-128.ts'
import type { Vector } from '../../columns/vector.ts'

const utf8 = new TextEncoder(), word = new DataView(new ArrayBuffer(8))
/** The seed of DataSketches' hashes, and what sketches say of it. */
export const sketchSeed = 9001

/** Hashes the value of a row, which is not NULL, into `hash128`; false where the value is empty and does not count. */
export type RowHash = (row: number) => boolean

const bytesOf = (bytes: Uint8Array): boolean => { hashBytes128(bytes, 0, bytes.length, sketchSeed); return bytes.length > 0 }

/** A reader of the column's type: whole numbers, fractions, texts, bytes, arrays of whole numbers. */
export function rowHash(v: Vector): RowHash {
  if (v instanceof BytesVector) return i => { const start = v.starts[i]!, end = v.ends[i]!; hashBytes128(v.bytes, start, end, sketchSeed); return end > start }
  if (v instanceof FixedVector && v.data instanceof BigInt64Array) {
    const halves = new Int32Array(v.data.buffer, v.data.byteOffset, 2 * v.length)
    return i => { hashLong128(halves[2 * i]!, halves[2 * i + 1]!, sketchSeed); return true }
  }
  switch (v.type.kind) {
    case 'string': return i => bytesOf(utf8.encode(v.value(i) as string))
    case 'binary': return i => bytesOf(v.value(i) as Uint8Array)
    case 'long': return i => { word.setBigInt64(0, v.value(i) as bigint); hashLong128(word.getInt32(4), word.getInt32(0), sketchSeed); return true }
    // 0.0 and −0.0 are one value, and so are all NaN.
    case 'float': case 'double': return i => { word.setFloat64(0, (v.value(i) as number) + 0); hashLong128(word.getInt32(4), word.getInt32(0), sketchSeed); return true }
    case 'array': return v.type.elementType.kind === 'long'
      ? i => bytesOf(new Uint8Array(BigInt64Array.from(v.value(i) as (bigint | null)[], n => n ?? 0n).buffer))
      : i => bytesOf(new Uint8Array(Int32Array.from(v.value(i) as (number | null)[], n => n ?? 0).buffer))
    default: return i => { const n = v.value(i) as number; hashLong128(n | 0, n < 0 ? -1 : 0, sketchSeed); return true }
  }
}
