/** Owns the writing of record batches (magic 2) from columns: exact sizes first, then one pass over the rows, then codec and checksum. */
import { codecs, compress, type Codec } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { BATCH_OVERHEAD, TRANSACTIONAL } from './record-batch.ts'
import type { ProduceColumns, RecordHeader } from './transport.ts'

const TWO_32 = 4_294_967_296
const encoder = new TextEncoder()

export interface BatchSettings {
  readonly codec: Codec
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  /** Part of a transaction. */
  readonly transactional?: boolean
  /** Time for rows that carry none. */
  readonly nowMs: number
}

function varintSize(n: number): number {
  const z = (n << 1) ^ (n >> 31)
  return z >>> 0 < 128 ? 1 : z >>> 0 < 16_384 ? 2 : z >>> 0 < 2_097_152 ? 3 : z >>> 0 < 268_435_456 ? 4 : 5
}

function headersSize(headers: readonly RecordHeader[] | null): number {
  if (headers === null) return 1
  let n = varintSize(headers.length)
  for (const h of headers) {
    const key = encoder.encode(h.key).length
    n += varintSize(key) + key + (h.value === null ? 1 : varintSize(h.value.length) + h.value.length)
  }
  return n
}

/** An upper bound of what row `row` takes in a batch. */
export function recordBound(c: ProduceColumns, row: number): number {
  const key = c.keyStarts === null || c.keyStarts[row]! < 0 ? 0 : c.keyEnds![row]! - c.keyStarts[row]!
  const value = c.valueStarts[row]! < 0 ? 0 : c.valueEnds[row]! - c.valueStarts[row]!
  return key + value + 32 + (c.headers === null ? 0 : headersSize(c.headers[row] ?? null))
}

// Where the next byte goes; of one encoder at a time, for nothing here waits.
let at = 0

function putVarint(target: Uint8Array, n: number): void {
  let z = ((n << 1) ^ (n >> 31)) >>> 0
  while (z > 127) { target[at++] = (z & 127) | 128; z >>>= 7 }
  target[at++] = z
}

function putVarlong(target: Uint8Array, n: number): void {
  if (n >= -0x40000000 && n < 0x40000000) return putVarint(target, n)
  let z = BigInt.asUintN(64, (BigInt(n) << 1n) ^ (BigInt(n) >> 63n))
  while (z > 127n) { target[at++] = Number(z & 127n) | 128; z >>= 7n }
  target[at++] = Number(z)
}

function varlongSize(n: number): number {
  if (n >= -0x40000000 && n < 0x40000000) return varintSize(n)
  let z = BigInt.asUintN(64, (BigInt(n) << 1n) ^ (BigInt(n) >> 63n))
  let size = 1
  for (; z > 127n; z >>= 7n) size++
  return size
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

// A Buffer copies without a view for each value.
function putBytes(target: Buffer, bytes: Buffer, start: number, end: number): void {
  const n = end - start
  if (n < 24) for (let i = 0; i < n; i++) target[at + i] = bytes[start + i]!
  else bytes.copy(target, at, start, end)
  at += n
}

function putHeaders(target: Buffer, headers: readonly RecordHeader[] | null): void {
  putVarint(target, headers?.length ?? 0)
  for (const h of headers ?? []) {
    const key = bufferOf(encoder.encode(h.key))
    putVarint(target, key.length)
    putBytes(target, key, 0, key.length)
    putVarint(target, h.value?.length ?? -1)
    if (h.value !== null) putBytes(target, bufferOf(h.value), 0, h.value.length)
  }
}

/**
 * Writes rows `rows[from, until)` of the columns as one batch into `target` from `start` and returns the end. `target` must have room for
 * the rows' bounds and `BATCH_OVERHEAD`; a codec that makes the records larger still fits, for then they are written as they are.
 */
export function encodeBatch(target: Buffer, start: number, c: ProduceColumns, rows: Int32Array, from: number, until: number, s: BatchSettings): number {
  const times = c.timestampsMs === null ? null : new Int32Array(c.timestampsMs.buffer, c.timestampsMs.byteOffset, c.timestampsMs.length * 2)
  const timeOf = (row: number) => times === null ? s.nowMs : times[row * 2 + 1]! * TWO_32 + (times[row * 2]! >>> 0)
  const base = timeOf(rows[from]!)
  const values = bufferOf(c.valueBytes), keys = c.keyBytes === null ? null : bufferOf(c.keyBytes)
  let latest = base
  at = start + BATCH_OVERHEAD
  for (let i = from; i < until; i++) {
    const row = rows[i]!
    const delta = times === null ? 0 : timeOf(row) - base
    if (base + delta > latest) latest = base + delta
    const offsetDelta = i - from
    const keyStart = c.keyStarts === null ? -1 : c.keyStarts[row]!
    const key = keyStart < 0 ? -1 : c.keyEnds![row]! - keyStart
    const valueStart = c.valueStarts[row]!
    const value = valueStart < 0 ? -1 : c.valueEnds[row]! - valueStart
    const headers = c.headers === null ? null : c.headers[row] ?? null
    putVarint(target, 1 + varlongSize(delta) + varintSize(offsetDelta) + varintSize(key) + Math.max(0, key) + varintSize(value) + Math.max(0, value) + headersSize(headers))
    target[at++] = 0
    putVarlong(target, delta)
    putVarint(target, offsetDelta)
    putVarint(target, key)
    if (key > 0) putBytes(target, keys!, keyStart, keyStart + key)
    putVarint(target, value)
    if (value > 0) putBytes(target, values, valueStart, valueStart + value)
    if (headers === null) target[at++] = 0
    else putHeaders(target, headers)
  }
  let end = at
  let codec = 0
  if (s.codec !== 'none') {
    const packed = compress(s.codec, target.subarray(start + BATCH_OVERHEAD, end))
    if (packed.length < end - start - BATCH_OVERHEAD) {
      target.set(packed, start + BATCH_OVERHEAD)
      end = start + BATCH_OVERHEAD + packed.length
      codec = codecs.indexOf(s.codec)
    }
  }
  target.writeBigInt64BE(0n, start)
  target.writeInt32BE(end - start - 12, start + 8)
  target.writeInt32BE(-1, start + 12)
  target.writeInt8(2, start + 16)
  target.writeInt16BE(codec | (s.transactional === true ? TRANSACTIONAL : 0), start + 21)
  target.writeInt32BE(until - from - 1, start + 23)
  target.writeBigInt64BE(BigInt(base), start + 27)
  target.writeBigInt64BE(BigInt(latest), start + 35)
  target.writeBigInt64BE(s.producerId, start + 43)
  target.writeInt16BE(s.producerEpoch, start + 51)
  target.writeInt32BE(s.baseSequence, start + 53)
  target.writeInt32BE(until - from, start + 57)
  target.writeUInt32BE(crc32c(target, start + 21, end), start + 17)
  return end
}
