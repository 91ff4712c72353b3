/** Growth of the typed arrays in which accumulators keep a value a group. */

export function grownFloats(a: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  if (count <= a.length) return a
  const b = new Float64Array(Math.max(count, a.length * 2))
  b.set(a)
  return b
}

export function grownLongs(a: BigInt64Array<ArrayBuffer>, count: number): BigInt64Array<ArrayBuffer> {
  if (count <= a.length) return a
  const b = new BigInt64Array(Math.max(count, a.length * 2))
  b.set(a)
  return b
}

export function grownBytes(a: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  if (count <= a.length) return a
  const b = new Uint8Array(Math.max(count, a.length * 2))
  b.set(a)
  return b
}
