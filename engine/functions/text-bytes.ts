/** Texts as bytes with positions: what readers of JSON take. */
import { BytesVector } from '../columns/bytes-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { stringType } from '../types/data-type.ts'

const utf8 = new TextEncoder()

/** Texts as bytes with positions, without a copy where they are bytes already. */
export function bytesOf(v: Vector, length: number): BytesVector {
  if (v instanceof BytesVector) return v
  const starts = new Int32Array(length), ends = new Int32Array(length)
  const nulls = new Uint8Array(length)
  let bytes = new Uint8Array(Math.max(64, length * 32)), at = 0
  for (let i = 0; i < length; i++) {
    starts[i] = at
    const s = v.get(i) as string | null
    if (s === null) nulls[i] = 1
    else {
      if (bytes.length < at + s.length * 3) { const g = new Uint8Array((at + s.length * 3) * 2); g.set(bytes.subarray(0, at)); bytes = g }
      at += utf8.encodeInto(s, bytes.subarray(at)).written
    }
    ends[i] = at
  }
  return new BytesVector(stringType, bytes, starts, ends, nulls, length)
}
