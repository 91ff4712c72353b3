/** Columns <-> rows in Spark's `UnsafeRow` form, byte for byte what Spark writes (its layout is in `unsafe-value.ts`): the form of state files. */
import type { DataType } from '../types/data-type.ts'
import { fixedDataFor, FixedVector } from '../columns/fixed-vector.ts'
import { ObjectVector } from '../columns/object-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { ScratchInts } from '../columns/scratch.ts'
import { tailVector } from './flat-columns.ts'
import type { FixedColumn, FlatColumn, StructColumn, TailColumn } from './flat-columns.ts'
import type { RowArena } from './row-arena.ts'
import { decodeTail, nullSetBytes, roundUp8 } from './unsafe-value.ts'

/** Memory that rows are written to, by bytes and by words of four: little endian, as the bits of the columns are. */
export interface RowMemory { readonly bytes: Uint8Array; readonly words: Int32Array }

/** Adds `count` rows to the arena, which has rows of this form only. */
export function encodeUnsafe(columns: readonly FlatColumn[], count: number, into: RowArena): void {
  const bases = rowWords(columns, count), start = into.length >> 2
  let total = 0
  for (let i = 0; i < count; i++) total += bases[i]!
  into.reserve(4 * total, count)
  const { offsets } = into, first = into.count
  let at = start
  for (let i = 0; i < count; i++) { const n = bases[i]!; bases[i] = at; at += n; offsets[first + i + 1] = 4 * at }
  writeRows(columns, bases, null, count, { bytes: into.bytes, words: new Int32Array(into.bytes.buffer, 0, into.bytes.length >> 2) })
  into.count += count
}

/** How many words of four bytes each row takes; goes into `sizes` if given. */
export function rowWords(columns: readonly FlatColumn[], count: number, sizes: Int32Array = new Int32Array(count)): Int32Array {
  sizes.fill(headWords(columns.length) + 2 * columns.length, 0, count)
  for (const c of columns) {
    if (c.kind === 'struct') {
      const inner = rowWords(c.fields, count)
      for (let i = 0; i < count; i++) if (c.nulls === null || c.nulls[i] === 0) sizes[i]! += inner[i]!
    } else if (c.kind === 'tail') {
      const { starts, ends, nulls, places } = c
      for (let i = 0; i < count; i++) { const k = places === null ? i : places[i]!; sizes[i]! += c.reserves !== null ? 4 : nulls !== null && nulls[k] !== 0 ? 0 : tailWords(ends[k]! - starts[k]!) }
    }
  }
  return sizes
}

const headWords = (fields: number): number => nullSetBytes(fields) >> 2
const tailWords = (bytes: number): number => roundUp8(bytes) >> 2

/**
 * Writes row `i` at the word `bases[i]`: every one of its bytes, whatever lay there before. `skip` marks rows that have no place (those of a struct that is NULL).
 */
export function writeRows(columns: readonly FlatColumn[], bases: Int32Array, skip: Uint8Array | null, count: number, into: RowMemory, depth = 0): void {
  const { words } = into, head = headWords(columns.length)
  for (let w = 0; w < head; w++) for (let i = 0; i < count; i++) if (skip === null || skip[i] === 0) words[bases[i]! + w] = 0
  let tails: Int32Array | null = null
  columns.forEach((c, field) => {
    const place = head + 2 * field
    if (c.kind === 'void' || c.nulls !== null) markNulls(c, field, place, bases, skip, count, words)
    if (c.kind === 'fixed') { writeFixed(c, place, bases, skip, count, words); return }
    if (c.kind === 'void') return
    tails ??= shifted(bases, head + 2 * columns.length, count, depth)
    if (c.kind === 'tail') writeTails(c, place, bases, tails, skip, count, into)
    else writeStructs(c, place, bases, tails, count, into, depth)
  })
}

// By the depth of structs in structs: those of the row around are still in use.
const tailsScratch: ScratchInts[] = []

function shifted(bases: Int32Array, by: number, count: number, depth: number): Int32Array {
  const out = (tailsScratch[depth] ??= new ScratchInts()).take(count)
  for (let i = 0; i < count; i++) out[i] = bases[i]! + by
  return out
}

// The bits of the rows that are NULL and a field of zeros.
function markNulls(c: FlatColumn, field: number, place: number, bases: Int32Array, skip: Uint8Array | null, count: number, words: Int32Array): void {
  const word = field >> 5, mask = 1 << (field & 31), nulls = c.kind === 'void' ? null : c.nulls, places = c.kind === 'fixed' || c.kind === 'tail' ? c.places : null
  for (let i = 0; i < count; i++) {
    if (nulls !== null && nulls[places === null ? i : places[i]!] === 0 || skip !== null && skip[i] !== 0) continue
    const base = bases[i]!
    words[base + word]! |= mask
    words[base + place] = words[base + place + 1] = 0
  }
}

// One loop for each width and way to a value, so that each stays monomorphic.
function writeFixed(c: FixedColumn, place: number, bases: Int32Array, skip: Uint8Array | null, count: number, words: Int32Array): void {
  const { bits, width, nulls, places } = c
  if (nulls !== null || skip !== null || width < 4) { writeSome(c, place, bases, skip, count, words); return }
  const from = bits as Int32Array
  if (width === 8) {
    if (places === null) for (let i = 0, k = 0; i < count; i++, k += 2) { const at = bases[i]! + place; words[at] = from[k]!; words[at + 1] = from[k + 1]! }
    else for (let i = 0; i < count; i++) { const at = bases[i]! + place, k = 2 * places[i]!; words[at] = from[k]!; words[at + 1] = from[k + 1]! }
  } else if (places === null) for (let i = 0; i < count; i++) { const at = bases[i]! + place; words[at] = from[i]!; words[at + 1] = 0 }
  else for (let i = 0; i < count; i++) { const at = bases[i]! + place; words[at] = from[places[i]!]!; words[at + 1] = 0 }
}

function writeSome({ bits, width, nulls, places }: FixedColumn, place: number, bases: Int32Array, skip: Uint8Array | null, count: number, words: Int32Array): void {
  for (let i = 0; i < count; i++) {
    const k = places === null ? i : places[i]!
    if (nulls !== null && nulls[k] !== 0 || skip !== null && skip[i] !== 0) continue
    const at = bases[i]! + place
    if (width === 8) { words[at] = bits[2 * k]!; words[at + 1] = bits[2 * k + 1]! } else { words[at] = width === 2 ? bits[k]! & 0xffff : bits[k]!; words[at + 1] = 0 }
  }
}

function writeTails(c: TailColumn, place: number, bases: Int32Array, tails: Int32Array, skip: Uint8Array | null, count: number, { bytes, words }: RowMemory): void {
  const { starts, ends, nulls, places } = c, source = new DataView(c.bytes.buffer, c.bytes.byteOffset, c.bytes.byteLength)
  for (let i = 0; i < count; i++) {
    if (skip !== null && skip[i] !== 0) continue
    const row = places === null ? i : places[i]!, isNull = nulls !== null && nulls[row] !== 0
    if (isNull && c.reserves === null) continue
    const base = bases[i]!, tail = tails[i]!, from = starts[row]!, n = isNull ? 0 : ends[row]! - from
    const end = tail + (c.reserves !== null ? 4 : tailWords(n)), at = 4 * tail
    words[base + place] = isNull && c.reserves === 'interval' ? 16 : n
    words[base + place + 1] = 4 * (tail - base)
    // What pads the last word.
    if (c.reserves !== null) words[tail] = words[tail + 1] = 0
    if (end > tail) words[end - 2] = words[end - 1] = 0
    if (n > 64) bytes.set(c.bytes.subarray(from, from + n), at)
    else {
      let k = 0
      for (let w = tail; k + 4 <= n; k += 4) words[w++] = source.getInt32(from + k, true)
      for (; k < n; k++) bytes[at + k] = c.bytes[from + k]!
    }
    tails[i] = end
  }
}

function writeStructs(c: StructColumn, place: number, bases: Int32Array, tails: Int32Array, count: number, into: RowMemory, depth: number): void {
  const inner = rowWords(c.fields, count), innerBases = tails.slice(0, count), { words } = into
  for (let i = 0; i < count; i++) {
    if (c.nulls !== null && c.nulls[i] !== 0) continue
    const at = bases[i]! + place
    words[at] = 4 * inner[i]!
    words[at + 1] = 4 * (tails[i]! - bases[i]!)
    tails[i]! += inner[i]!
  }
  writeRows(c.fields, innerBases, c.nulls, count, into, depth + 1)
}

/** All rows of the arena as columns; strings are views of its bytes. A row that is too short or points outside itself is a RangeError. */
export function decodeUnsafe(types: readonly DataType[], rows: RowArena): Vector[] {
  const least = nullSetBytes(types.length) + 8 * types.length
  for (let i = 0; i < rows.count; i++) {
    if (rows.offsets[i + 1]! - rows.offsets[i]! < least) throw new RangeError(`a row of ${rows.offsets[i + 1]! - rows.offsets[i]!} bytes where ${types.length} fields need ${least}`)
  }
  return readRows(types, rows.offsets.slice(0, rows.count), rows.offsets.subarray(1), null, rows)
}

function readRows(types: readonly DataType[], bases: Int32Array, limits: Int32Array, skip: Uint8Array | null, rows: RowArena): Vector[] {
  const { bytes, view, count } = rows
  const head = nullSetBytes(types.length)
  return types.map((type, field) => {
    const byte = field >> 3, shift = field & 7, word = head + 8 * field
    let nulls: Uint8Array | null = null
    for (let i = 0; i < count; i++) {
      if (skip !== null && skip[i] !== 0 || bytes[bases[i]! + byte]! >> shift & 1) (nulls ??= new Uint8Array(count))[i] = 1
    }
    if (type.kind === 'void') return new ObjectVector(type, new Array(count).fill(null), nulls)
    const data = fixedDataFor(type, count)
    if (data !== null) {
      const width = data.BYTES_PER_ELEMENT, raw = new Uint8Array(data.buffer)
      const words = width >= 4 ? new Int32Array(data.buffer) : null
      for (let i = 0; i < count; i++) {
        if (nulls !== null && nulls[i] !== 0) continue
        const at = bases[i]! + word
        if (words === null) { raw[i * width] = bytes[at]!; if (width === 2) raw[i * 2 + 1] = bytes[at + 1]! }
        else if (width === 4) words[i] = view.getInt32(at, true)
        else { words[2 * i] = view.getInt32(at, true); words[2 * i + 1] = view.getInt32(at + 4, true) }
      }
      return new FixedVector(type, data, nulls, count)
    }
    const starts = new Int32Array(count), ends = new Int32Array(count)
    for (let i = 0; i < count; i++) {
      if (nulls !== null && nulls[i] !== 0) continue
      const base = bases[i]!
      const start = base + view.getUint32(base + word + 4, true), end = start + view.getUint32(base + word, true)
      if (end > limits[i]!) throw new RangeError(`field ${field} of a row points outside it`)
      starts[i] = start
      ends[i] = end
    }
    if (type.kind === 'struct') return new StructVector(type, readRows(type.fields.map(f => f.dataType), starts, ends, nulls, rows), nulls, count)
    return tailVector(type, bytes, starts, ends, nulls, count, i => decodeTail(type, view, starts[i]!, ends[i]! - starts[i]!))
  })
}
