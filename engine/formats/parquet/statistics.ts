/** Owns the least and greatest value of a column chunk: read into values of a Spark type, found and written as bytes. */
import type { ColumnRange } from '../../columns/column-predicate.ts'
import { sameType, type DataType } from '../../types/data-type.ts'
import { bigEndian } from './leaf-reader.ts'
import { physical, type ColumnChunk } from './metadata.ts'
import { converterOf } from './convert.ts'
import { sparkTypeOf, type ParquetNode } from './schema.ts'

/** What the statistics of a chunk say, in values of the wanted type. */
export function rangeOf(chunk: ColumnChunk, node: ParquetNode, wanted: DataType, rowCount: number): ColumnRange {
  const s = chunk.statistics
  if (s === null) return { rowCount }
  const type = sparkTypeOf(node, true), convert = sameType(type, wanted) ? (v: unknown): unknown => v : converterOf(type, wanted)
  const of = (bytes: Uint8Array | null): unknown => { const v = bytes === null || convert === null ? undefined : valueOf(bytes, node, type); return v === undefined ? undefined : convert!(v) }
  const min = of(s.min), max = of(s.max)
  return { rowCount, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(s.nullCount === null ? {} : { nullCount: s.nullCount }) }
}

function valueOf(b: Uint8Array, node: ParquetNode, type: DataType): unknown {
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength), decimal = type.kind === 'decimal'
  const size: Readonly<Record<number, number>> = { [physical.boolean]: 1, [physical.int32]: 4, [physical.int64]: 8, [physical.float]: 4, [physical.double]: 8 }
  if (b.length < (size[node.element.type!] ?? 0)) return undefined
  switch (node.element.type) {
    case physical.boolean: return b[0] !== 0
    case physical.int32: {
      const v = view.getInt32(0, true)
      // Files order unsigned numbers as such; what old writers did with them is unknown.
      if (decimal) return BigInt(v)
      return type.kind === 'long' ? undefined : v
    }
    case physical.int64: {
      const v = view.getBigInt64(0, true), l = node.element.logical
      if (decimal) return (type as { precision: number }).precision > 18 ? undefined : v
      if (type.kind === 'time') return l?.kind === 'time' && l.unit === 'nanos' ? v : v * 1000n
      if (type.kind !== 'timestamp' && type.kind !== 'timestamp_ntz') return v
      const unit = l?.kind === 'timestamp' ? l.unit : node.element.converted === 9 ? 'millis' : 'micros'
      return unit === 'millis' ? v * 1000n : unit === 'micros' ? v : undefined
    }
    case physical.float: return view.getFloat32(0, true)
    case physical.double: return view.getFloat64(0, true)
    case physical.bytes: case physical.fixed: return decimal ? bigEndian(b, 0, b.length) : type.kind === 'string' ? new TextDecoder().decode(b) : b.slice()
    default: return undefined
  }
}
