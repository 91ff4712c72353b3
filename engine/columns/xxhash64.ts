/** xxHash64 of values as Spark computes it: for the function of that name and for HyperLogLog++. */
import type { DataType } from '../types/data-type.ts'
import { bigEndian } from './murmur3.ts'

const p1 = 0x9e3779b185ebca87n, p2 = 0xc2b2ae3d27d4eb4fn, p3 = 0x165667b19e3779f9n, p4 = 0x85ebca77c2b2ae63n, p5 = 0x27d4eb2f165667c5n
const u = (v: bigint): bigint => BigInt.asUintN(64, v)
const rotate = (v: bigint, n: bigint): bigint => u(v << n) | (u(v) >> (64n - n))

function finish(h0: bigint): bigint {
  let h = u(h0)
  h = u((h ^ (h >> 33n)) * p2)
  h = u((h ^ (h >> 29n)) * p3)
  return BigInt.asIntN(64, h ^ (h >> 32n))
}

function hashInt(v: number, seed: bigint): bigint {
  const h = u(u(seed) + p5 + 4n) ^ u(BigInt(v >>> 0) * p1)
  return finish(rotate(h, 23n) * p2 + p3)
}

function hashLong(v: bigint, seed: bigint): bigint {
  const h = u(u(seed) + p5 + 8n) ^ u(rotate(u(u(v) * p2), 31n) * p1)
  return finish(rotate(h, 27n) * p1 + p4)
}

/** Bytes: four lanes of 32 bytes a step, then words, then single bytes. */
function hashBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0, h: bigint
  const round = (acc: bigint, v: bigint): bigint => u(rotate(u(acc + v * p2), 31n) * p1)
  if (bytes.length >= 32) {
    let a = u(seed + p1 + p2), b = u(seed + p2), c = u(seed), d = u(seed - p1)
    for (; at <= bytes.length - 32; at += 32) {
      a = round(a, view.getBigUint64(at, true)); b = round(b, view.getBigUint64(at + 8, true)); c = round(c, view.getBigUint64(at + 16, true)); d = round(d, view.getBigUint64(at + 24, true))
    }
    h = u(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n))
    for (const x of [a, b, c, d]) h = u((h ^ round(0n, x)) * p1 + p4)
  } else h = u(seed + p5)
  h = u(h + BigInt(bytes.length))
  for (; at <= bytes.length - 8; at += 8) h = u(rotate(h ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4)
  if (at <= bytes.length - 4) { h = u(rotate(h ^ u(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3); at += 4 }
  for (; at < bytes.length; at++) h = u(rotate(h ^ u(BigInt(bytes[at]!) * p5), 11n) * p1)
  return finish(h)
}

const utf8 = new TextEncoder(), word = new DataView(new ArrayBuffer(8))

/** The hash of one value; a NULL leaves the seed as it is. */
export function xxHash64Value(type: DataType, value: any, seed: bigint): bigint {
  if (value === null) return seed
  switch (type.kind) {
    case 'boolean': return hashInt(value ? 1 : 0, seed)
    case 'byte': case 'short': case 'int': case 'date': case 'yearmonthinterval': return hashInt(value, seed)
    case 'long': case 'timestamp': case 'timestamp_ntz': case 'time': case 'daytimeinterval': return hashLong(value, seed)
    case 'float': word.setFloat32(0, value === 0 ? 0 : value); return hashInt(word.getInt32(0), seed)
    case 'double': word.setFloat64(0, value === 0 ? 0 : value); return hashLong(word.getBigInt64(0), seed)
    case 'decimal': return type.precision <= 18 ? hashLong(value, seed) : hashBytes(bigEndian(value), seed)
    case 'string': return hashBytes(utf8.encode(value), seed)
    case 'binary': return hashBytes(value, seed)
    case 'array': return (value as unknown[]).reduce((h: bigint, v) => xxHash64Value(type.elementType, v, h), seed)
    case 'struct': return type.fields.reduce((h, f, i) => xxHash64Value(f.dataType, (value as unknown[])[i], h), seed)
    case 'calendarinterval': return hashInt(value.months, hashInt(value.days, hashLong(value.microseconds, seed)))
    default: return seed
  }
}
