/** Owns the hot loop: the records of one batch become positions in typed arrays, with no object per record. */
import type { Bounds, ChunkBuilder } from './chunk-builder.ts'
import { KafkaTransportError } from './transport.ts'
import { after, longVarint, readHeaders, varlong } from './varints.ts'

const TWO_32 = 4_294_967_296
const EXACT = 2n ** 52n

/** The part of a batch that is not yet in a chunk. */
export interface RecordCursor {
  readonly source: Uint8Array
  at: number
  readonly end: number
  left: number
  readonly base: number
  readonly lastOffset: number
  readonly baseTimestamp: bigint
  /** Set when the broker stamped the batch: then all its records have this time. */
  readonly appendTimestamp: bigint | null
}

/** Takes records from the cursor until the batch ends, the chunk is full or the reader's end offset is reached (then `cursor.left` becomes 0). */
export function walkRecords(builder: ChunkBuilder, cursor: RecordCursor, inPlace: boolean, bounds: Bounds): void {
  const { source, end, base, appendTimestamp } = cursor
  const { keyStarts, keyEnds, valueStarts, valueEnds, timestamps, headers, capacity } = builder
  // Two 32-bit halves instead of a BigInt each: no allocation in the loop.
  const offsetWords = new Int32Array(builder.offsets.buffer)
  const timestampWords = new Int32Array(timestamps.buffer)
  const shift = builder.shiftOf(source, inPlace)
  const firstDelta = bounds.position - base
  const endDelta = Math.min(bounds.until, cursor.lastOffset + 1) - base
  const lastDelta = cursor.lastOffset - base
  const exact = cursor.baseTimestamp > -EXACT && cursor.baseTimestamp < EXACT
  const baseTimestamp = exact ? Number(cursor.baseTimestamp) : 0
  const first = builder.length
  let row = first
  let at = cursor.at
  let left = cursor.left
  for (; left > 0 && row < capacity; left--) {
    let raw = source[at]! | 0
    if (raw < 128) at++
    else {
      const high = source[at + 1]! | 0
      if (high < 128) { raw = (raw & 127) | (high << 7); at += 2 } else { raw = longVarint(source, at); at = after }
    }
    const length = (raw >>> 1) ^ -(raw & 1)
    const stop = at + length
    if (length < 6 || stop > end) throw damaged(bounds, base, 'has a record that does not fit in it')
    at++

    let deltaBig = 0n
    let delta = 0
    raw = source[at]! | 0
    if (raw < 128) { at++; delta = (raw >>> 1) ^ -(raw & 1) } else {
      const b1 = source[at + 1]! | 0
      const b2 = source[at + 2]! | 0
      if (b1 < 128) { raw = (raw & 127) | (b1 << 7); at += 2; delta = (raw >>> 1) ^ -(raw & 1) }
      else if (b2 < 128) { raw = (raw & 127) | ((b1 & 127) << 7) | (b2 << 14); at += 3; delta = (raw >>> 1) ^ -(raw & 1) }
      else { deltaBig = varlong(source, at); at = after; delta = Number(deltaBig) }
    }

    raw = source[at]! | 0
    if (raw < 128) at++
    else {
      const b1 = source[at + 1]! | 0
      if (b1 < 128) { raw = (raw & 127) | (b1 << 7); at += 2 } else { raw = longVarint(source, at); at = after }
    }
    const offsetDelta = (raw >>> 1) ^ -(raw & 1)
    if (offsetDelta < 0 || offsetDelta > lastDelta) throw damaged(bounds, base, 'has a record whose offset lies outside it')
    if (offsetDelta < firstDelta) { at = stop; continue }
    if (offsetDelta >= endDelta) { left = 0; break }

    raw = source[at]! | 0
    if (raw < 128) at++
    else { raw = longVarint(source, at); at = after }
    let size = (raw >>> 1) ^ -(raw & 1)
    if (size < 0) keyStarts[row] = keyEnds[row] = -1
    else {
      keyStarts[row] = at + shift
      at += size
      keyEnds[row] = at + shift
    }

    raw = source[at]! | 0
    if (raw < 128) at++
    else {
      const b1 = source[at + 1]! | 0
      if (b1 < 128) { raw = (raw & 127) | (b1 << 7); at += 2 } else { raw = longVarint(source, at); at = after }
    }
    size = (raw >>> 1) ^ -(raw & 1)
    if (size < 0) valueStarts[row] = valueEnds[row] = -1
    else {
      valueStarts[row] = at + shift
      at += size
      valueEnds[row] = at + shift
    }
    // One byte at least is left for the count of headers.
    if (at >= stop) throw damaged(bounds, base, 'has a key or value longer than its record')
    if (headers !== null) {
      const h = readHeaders(source, at, stop)
      if (h === undefined) throw damaged(bounds, base, 'has headers longer than their record')
      headers.push(h)
    }

    const offset = base + offsetDelta
    offsetWords[row * 2] = offset
    offsetWords[row * 2 + 1] = Math.floor(offset / TWO_32)
    if (exact && delta < 1e15 && delta > -1e15) {
      const time = baseTimestamp + delta
      timestampWords[row * 2] = time
      timestampWords[row * 2 + 1] = Math.floor(time / TWO_32)
    } else {
      timestamps[row] = BigInt.asIntN(64, cursor.baseTimestamp + (deltaBig === 0n ? BigInt(delta) : deltaBig))
    }
    at = stop
    row++
  }
  if (left === 0 && at > end) throw damaged(bounds, base, 'ends in the middle of a record')
  if (appendTimestamp !== null) {
    timestamps.fill(appendTimestamp, first, row)
    builder.timestampTypes.fill(1, first, row)
  }
  builder.length = row
  cursor.at = at
  cursor.left = left
}

function damaged(bounds: Bounds, offset: number, what: string): KafkaTransportError {
  return new KafkaTransportError('CORRUPT_BATCH', `The record batch at offset ${offset} of ${bounds.topic}-${bounds.partition} ${what}.`, { topic: bounds.topic, partition: bounds.partition, offset })
}
