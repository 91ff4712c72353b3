/** Columns <-> rows in Spark's `UnsafeRow` form, byte for byte what Spark writes (its layout is in `unsafe-value.ts`): the form of state files. */
import type { DataType } from '../types/data-type.ts'
import { fixedDataFor, FixedVector } from '../columns/fixed-vector.ts'
import { ObjectVector } from '../columns/object-vector.ts'
import { StructVector } from '../columns/struct-vector.ts'
import type { Vector } from '../columns/vector.ts'
import { tailVector } from './flat-columns.ts'
import type { FlatColumn } from './flat-columns.ts'
import type { RowArena } from './row-arena.ts'
import { decodeTail, nullSetBytes, roundUp8 } from './unsafe-value.ts'

/** Adds `count` rows to the arena. */
export function encodeUnsafe(columns: readonly FlatColumn[], count: number, into: RowArena): void {
  const sizes = rowSizes(columns, count)
  let total = 0
  for (let i = 0; i < count; i++) total += sizes[i]!
  into.reserve(total, count)
  const first = into.count, start = into.length
  let at = start
  const bases = new Int32Array(count)
  for (let i = 0; i < count; i++) { bases[i] = at; at += sizes[i]!; into.offsets[first + i + 1] = at }
  into.bytes.fill(0, start, at)
  writeRows(columns, bases, null, count, into)
  into.count += count
}

function rowSizes(columns: readonly FlatColumn[], count: number): Int32Array {
  const sizes = new Int32Array(count).fill(nullSetBytes(columns.length) + 8 * columns.length)
  for (const c of columns) {
    if (c.kind === 'struct') {
      const inner = rowSizes(c.fields, count)
      for (let i = 0; i < count; i++) if (c.nulls === null || c.nulls[i] === 0) sizes[i]! += inner[i]!
    } else if (c.kind === 'tail') {
      for (let i = 0; i < count; i++) sizes[i]! += c.reserves !== null ? 16 : c.nulls !== null && c.nulls[i] !== 0 ? 0 : roundUp8(c.ends[i]! - c.starts[i]!)
    }
  }
  return sizes
}

// `skip` marks rows whose struct is NULL: they have no place.
function writeRows(columns: readonly FlatColumn[], bases: Int32Array, skip: Uint8Array | null, count: number, into: RowArena): void {
  const { bytes, view } = into
  const head = nullSetBytes(columns.length)
  const tails = new Int32Array(count)
  for (let i = 0; i < count; i++) tails[i] = bases[i]! + head + 8 * columns.length
  columns.forEach((c, field) => {
    const byte = field >> 3, mask = 1 << (field & 7), word = head + 8 * field
    const nulls = c.kind === 'void' ? undefined : c.nulls
    if (nulls !== null) {
      for (let i = 0; i < count; i++) if ((nulls === undefined || nulls[i] !== 0) && (skip === null || skip[i] === 0)) bytes[bases[i]! + byte]! |= mask
    }
    if (c.kind === 'fixed') {
      const { bits, width } = c
      for (let i = 0; i < count; i++) {
        if (c.nulls !== null && c.nulls[i] !== 0) continue
        const at = bases[i]! + word
        if (width === 8) { view.setInt32(at, bits[2 * i]!, true); view.setInt32(at + 4, bits[2 * i + 1]!, true) }
        else if (width === 4) view.setInt32(at, bits[i]!, true)
        else if (width === 2) view.setInt16(at, bits[i]!, true)
        else bytes[at] = bits[i]!
      }
    } else if (c.kind === 'tail') {
      for (let i = 0; i < count; i++) {
        if (skip !== null && skip[i] !== 0) continue
        const isNull = c.nulls !== null && c.nulls[i] !== 0
        if (isNull && c.reserves === null) continue
        const base = bases[i]!, tail = tails[i]!, from = c.starts[i]!, n = isNull ? 0 : c.ends[i]! - from
        view.setInt32(base + word, isNull && c.reserves === 'interval' ? 16 : n, true)
        view.setInt32(base + word + 4, tail - base, true)
        if (n > 64) bytes.set(c.bytes.subarray(from, from + n), tail)
        else for (let k = 0; k < n; k++) bytes[tail + k] = c.bytes[from + k]!
        tails[i] = tail + (c.reserves !== null ? 16 : roundUp8(n))
      }
    } else if (c.kind === 'struct') {
      const inner = rowSizes(c.fields, count)
      const innerBases = tails.slice()
      for (let i = 0; i < count; i++) {
        if (c.nulls !== null && c.nulls[i] !== 0) continue
        view.setInt32(bases[i]! + word, inner[i]!, true)
        view.setInt32(bases[i]! + word + 4, tails[i]! - bases[i]!, true)
        tails[i]! += inner[i]!
      }
      writeRows(c.fields, innerBases, c.nulls, count, into)
    }
  })
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
