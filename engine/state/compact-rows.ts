/**
 * Columns <-> rows in the short form that state tables hold in memory: a UUID takes 19 bytes here and 56 in an UnsafeRow. Never written to a file.
 *
 *     null bits, one for each field and each field of a struct, depth first, in whole bytes | the values that are not NULL:
 *     fixed width at their own width, little endian; others as a length (7 bits a byte, lowest first) and bytes; structs field by field;
 *     a string that is a UUID as the length 0 in two bytes, 80 00, and 16 bytes
 *
 * Equal values give equal bytes, except that -0.0 and 0.0, and NaNs of different bits, differ: the caller makes them one in keys.
 */
import type { DataType } from '../types/data-type.ts'
import { fixedDataFor, FixedVector } from '../columns/fixed-vector.ts'
import { ObjectVector } from '../columns/object-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { tailVector } from './flat-columns.ts'
import type { FixedColumn, FlatColumn, TailColumn } from './flat-columns.ts'
import { packUuid, packedUuidLength, unpackUuid, uuidTextLength } from './packed-uuid.ts'
import { ScratchInts } from '../columns/scratch.ts'
import { lengthOfLength } from './record-bytes.ts'
import type { RowArena } from './row-arena.ts'
import { decodeTail } from './unsafe-value.ts'

/** How many null bits rows of these types have. */
export function nullBits(types: readonly DataType[]): number {
  return types.reduce((n, t) => n + 1 + (t.kind === 'struct' ? nullBits(t.fields.map(f => f.dataType)) : 0), 0)
}

/** Adds `count` rows to the arena. */
export function encodeCompact(columns: readonly FlatColumn[], bits: number, count: number, into: RowArena): void {
  const head = bits + 7 >> 3
  const cursors = cursorsScratch.take(count).fill(head, 0, count)
  const uuids: Uuids = new Map()
  for (const c of columns) addLengths(c, cursors, count, uuids)
  let total = 0
  for (let i = 0; i < count; i++) total += cursors[i]!
  into.reserve(total, count)
  const first = into.count, { bytes, offsets } = into
  let at = into.length
  for (let i = 0; i < count; i++) {
    const next = at + cursors[i]!
    offsets[first + i + 1] = next
    for (let k = 0; k < head; k++) bytes[at + k] = 0
    cursors[i] = at + head
    at = next
  }
  let bit = 0
  for (const c of columns) bit = writeColumn(c, bit, cursors, offsets.subarray(first), count, into, uuids)
  into.count += count
}

const cursorsScratch = new ScratchInts()

// The rows of a text column that are UUIDs, 1 for each, and their packed form, four words a row.
interface PackedRows { readonly is: Uint8Array; readonly words: Int32Array }
// No entry for a column without.
type Uuids = Map<TailColumn, PackedRows>

function addLengths(c: FlatColumn, lengths: Int32Array, count: number, uuids: Uuids): void {
  if (c.kind === 'void') return
  if (c.kind === 'struct') { for (const f of c.fields) addLengths(f, lengths, count, uuids); return }
  const { nulls, places } = c
  if (c.kind === 'fixed') {
    const { width } = c
    if (nulls === null) for (let i = 0; i < count; i++) lengths[i]! += width
    else for (let i = 0; i < count; i++) if (nulls[places === null ? i : places[i]!] === 0) lengths[i]! += width
    return
  }
  const { starts, ends } = c, packed = c.text ? packedRows(c, count, uuids.size) : null
  for (let i = 0; i < count; i++) {
    const k = places === null ? i : places[i]!
    if (nulls !== null && nulls[k] !== 0) continue
    const n = ends[k]! - starts[k]!
    lengths[i]! += packed !== null && packed.is[i] !== 0 ? 2 + packedUuidLength : n + lengthOfLength(n)
  }
  if (packed !== null) uuids.set(c, packed)
}

function packedRows({ bytes, starts, ends, nulls, places }: TailColumn, count: number, before: number): PackedRows | null {
  const view = viewOf(bytes)
  let packed: PackedRows | null = null
  for (let i = 0; i < count; i++) {
    const k = places === null ? i : places[i]!
    if (ends[k]! - starts[k]! !== uuidTextLength || nulls !== null && nulls[k] !== 0) continue
    packed ??= { is: new Uint8Array(count), words: (wordsScratch[before] ??= new ScratchInts()).take(4 * count) }
    if (packUuid(view, starts[k]!, packed.words, 4 * i)) packed.is[i] = 1
  }
  return packed
}

// For the columns with UUIDs of one call, in their order.
const wordsScratch: ScratchInts[] = []

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

// Writes one column of all rows, moving each row's cursor on; returns the next null bit.
function writeColumn(c: FlatColumn, bit: number, cursors: Int32Array, rowStarts: Int32Array, count: number, into: RowArena, uuids: Uuids): number {
  const out = into.bytes
  const nulls = c.kind === 'void' ? undefined : c.nulls
  if (nulls !== null) {
    const byte = bit >> 3, mask = 1 << (bit & 7), places = c.kind === 'tail' || c.kind === 'fixed' ? c.places : null
    for (let i = 0; i < count; i++) if (nulls === undefined || nulls[places === null ? i : places[i]!] !== 0) out[rowStarts[i]! + byte]! |= mask
  }
  if (c.kind === 'fixed') writeFixed(c, cursors, count, out)
  else if (c.kind === 'tail') writeTails(c, cursors, count, into, uuids.get(c) ?? null)
  else if (c.kind === 'struct') { bit++; for (const f of c.fields) bit = writeColumn(f, bit, cursors, rowStarts, count, into, uuids); return bit }
  return bit + 1
}

function writeFixed({ bits, width, nulls, places }: FixedColumn, cursors: Int32Array, count: number, out: Uint8Array): void {
  const words = width >>> 2
  for (let i = 0; i < count; i++) {
    const k = places === null ? i : places[i]!
    if (nulls !== null && nulls[k] !== 0) continue
    let p = cursors[i]!
    if (words === 0) {
      const v = bits[k]!
      out[p++] = v
      if (width === 2) out[p++] = v >>> 8
    } else {
      for (let w = words * k, last = w + words; w < last; w++) {
        const v = bits[w]!
        out[p] = v; out[p + 1] = v >>> 8; out[p + 2] = v >>> 16; out[p + 3] = v >>> 24
        p += 4
      }
    }
    cursors[i] = p
  }
}

function writeTails({ bytes, starts, ends, nulls, places }: TailColumn, cursors: Int32Array, count: number, { bytes: out, view }: RowArena, uuids: PackedRows | null): void {
  for (let i = 0; i < count; i++) {
    const k = places === null ? i : places[i]!
    if (nulls !== null && nulls[k] !== 0) continue
    let p = cursors[i]!
    const from = starts[k]!, to = ends[k]!
    let n = to - from
    if (uuids !== null && uuids.is[i] !== 0) {
      out[p] = 0x80
      out[p + 1] = 0
      for (let w = 0; w < 4; w++) view.setInt32(p + 2 + 4 * w, uuids.words[4 * i + w]!, true)
      cursors[i] = p + 2 + packedUuidLength
      continue
    }
    for (; n >= 0x80; n >>>= 7) out[p++] = n | 0x80
    out[p++] = n
    if (to - from > 64) { out.set(bytes.subarray(from, to), p); p += to - from } else for (let k = from; k < to; k++) out[p++] = bytes[k]!
    cursors[i] = p
  }
}

/** All rows of the arena as columns; strings are views of its bytes. */
export function decodeCompact(types: readonly DataType[], bits: number, rows: RowArena): Vector[] {
  const { count, offsets } = rows, head = bits + 7 >> 3
  const cursors = cursorsScratch.take(count)
  rows.beginDecoding()
  for (let i = 0; i < count; i++) cursors[i] = offsets[i]! + head
  const place = { bit: 0 }
  return types.map(t => readColumn(t, place, cursors, rows))
}

function readColumn(type: DataType, place: { bit: number }, cursors: Int32Array, rows: RowArena): Vector {
  const { bytes, offsets, count } = rows
  const byte = place.bit >> 3, shift = place.bit & 7
  place.bit++
  let nulls: Uint8Array | null = null
  for (let i = 0; i < count; i++) if (bytes[offsets[i]! + byte]! >> shift & 1) (nulls ??= new Uint8Array(count))[i] = 1
  if (type.kind === 'void') return new ObjectVector(type, new Array(count).fill(null), nulls)
  if (type.kind === 'struct') return new StructVector(type, type.fields.map(f => readColumn(f.dataType, place, cursors, rows)), nulls, count)
  const data = fixedDataFor(type, count)
  if (data !== null) {
    const width = data.BYTES_PER_ELEMENT
    const raw = new Uint8Array(data.buffer)
    if (width >= 4) readWords(new Int32Array(data.buffer), width >> 2, nulls, cursors, count, bytes)
    else for (let i = 0; i < count; i++) {
      if (nulls !== null && nulls[i] !== 0) continue
      const p = cursors[i]!
      raw[i * width] = bytes[p]!
      if (width === 2) raw[i * 2 + 1] = bytes[p + 1]!
      cursors[i] = p + width
    }
    return new FixedVector(type, data, nulls, count)
  }
  const starts = new Int32Array(count), ends = new Int32Array(count), text = type.kind === 'string'
  let packed = 0
  for (let i = 0; i < count; i++) {
    if (nulls !== null && nulls[i] !== 0) continue
    let p = cursors[i]!, n = 0, at = 0, b: number
    if (text && bytes[p] === 0x80 && bytes[p + 1] === 0) { packed++; starts[i] = p + 2; ends[i] = cursors[i] = p + 2 + packedUuidLength; continue }
    do { b = bytes[p++]!; n |= (b & 0x7f) << at; at += 7 } while (b >= 0x80)
    starts[i] = p
    ends[i] = cursors[i] = p + n
  }
  if (packed > 0) return tailVector(type, unpacked(rows, starts, ends, packed), starts, ends, nulls, count, () => null)
  return tailVector(type, bytes, starts, ends, nulls, count, i => decodeTail(type, rows.view, starts[i]!, ends[i]! - starts[i]!))
}

// The bytes of a column of strings with packed ones among them, each text in full; moves the starts and ends. (A packed text follows a length of 80 00.)
function unpacked(rows: RowArena, starts: Int32Array, ends: Int32Array, packed: number): Uint8Array {
  let total = packed * (uuidTextLength - packedUuidLength)
  for (let i = 0; i < starts.length; i++) total += ends[i]! - starts[i]!
  const { bytes, view } = rows, out = rows.decodedRoom(total), text = viewOf(out)
  for (let i = 0, at = 0; i < starts.length; i++) {
    const from = starts[i]!, to = ends[i]!
    starts[i] = at
    if (to - from === packedUuidLength && bytes[from - 1] === 0 && bytes[from - 2] === 0x80) { unpackUuid(view, from, text, at); at += uuidTextLength }
    else for (let k = from; k < to; k++) out[at++] = bytes[k]!
    ends[i] = at
  }
  return out
}

function readWords(words: Int32Array, wordsEach: number, nulls: Uint8Array | null, cursors: Int32Array, count: number, bytes: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    if (nulls !== null && nulls[i] !== 0) continue
    let p = cursors[i]!
    for (let w = wordsEach * i, last = w + wordsEach; w < last; w++) {
      words[w] = bytes[p]! | bytes[p + 1]! << 8 | bytes[p + 2]! << 16 | bytes[p + 3]! << 24
      p += 4
    }
    cursors[i] = p
  }
}
