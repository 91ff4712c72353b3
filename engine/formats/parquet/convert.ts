/** Owns what a column of a file may be read as when the wanted type is another: wider numbers, fields found by name, text for bytes. */
import { BytesVector } from '../../columns/bytes-vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { FixedVector, fixedDataFor } from '../../columns/fixed-vector.ts'
import { DictionaryVector } from '../../columns/dictionary-vector.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { StructVector } from '../../columns/struct-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { sameType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { cutTime } from '../../types/time-of-day.ts'
import { power10 } from '../../types/decimal.ts'
import { variantOfGroup, variantsOfGroups } from './variants.ts'

/** The place of a name among fields: as it is, else in any case; −1 when it is not there. */
export function fieldIndex(fields: readonly { readonly name: string }[], name: string): number {
  const exact = fields.findIndex(f => f.name === name)
  if (exact >= 0) return exact
  const lower = name.toLowerCase()
  return fields.findIndex(f => f.name.toLowerCase() === lower)
}

type Convert = (v: any) => unknown
const same: Convert = v => v

/** How one value changes, or null when the type cannot be read as the other. */
export function converterOf(from: DataType, to: DataType): Convert | null {
  if (sameType(from, to)) return same
  switch (to.kind) {
    case 'byte': return from.kind === 'int' || from.kind === 'short' ? v => v << 24 >> 24 : null
    case 'short': return from.kind === 'byte' ? same : from.kind === 'int' ? v => v << 16 >> 16 : null
    case 'int': return from.kind === 'byte' || from.kind === 'short' ? same : null
    case 'long': return from.kind === 'byte' || from.kind === 'short' || from.kind === 'int' ? v => BigInt(v) : null
    case 'double': return from.kind === 'float' || from.kind === 'byte' || from.kind === 'short' || from.kind === 'int' ? same : null
    case 'string': return from.kind === 'binary' ? v => new TextDecoder().decode(v) : null
    case 'binary': return from.kind === 'string' ? v => new TextEncoder().encode(v) : null
    case 'yearmonthinterval': return from.kind === 'int' || from.kind === 'yearmonthinterval' ? same : null
    case 'daytimeinterval': return from.kind === 'long' || from.kind === 'daytimeinterval' ? same : null
    case 'time': return from.kind === 'time' && from.precision <= 6 && to.precision <= 6 ? v => cutTime(v, to.precision) : null
    case 'timestamp_ntz': return from.kind === 'date' ? v => BigInt(v) * 86_400_000_000n : null
    case 'decimal': {
      const digits = to.precision - to.scale
      if (from.kind === 'decimal') { const by = power10(Math.max(0, to.scale - from.scale)); return to.scale >= from.scale && digits >= from.precision - from.scale ? v => v * by : null }
      const by = power10(to.scale)
      return (from.kind === 'byte' || from.kind === 'short' || from.kind === 'int') && digits >= 10 || from.kind === 'long' && digits >= 20 ? v => BigInt(v) * by : null
    }
    case 'variant': return variantOfGroup(from)
    case 'array': {
      const each = from.kind === 'array' ? converterOf(from.elementType, to.elementType) : null
      return each === null ? null : v => (v as unknown[]).map(x => (x === null ? null : each(x)))
    }
    case 'map': {
      const key = from.kind === 'map' ? converterOf(from.keyType, to.keyType) : null, value = from.kind === 'map' ? converterOf(from.valueType, to.valueType) : null
      return key === null || value === null ? null : (v: MapValue) => ({ keys: v.keys.map(key), values: v.values.map(x => (x === null ? null : value(x))) })
    }
    case 'struct': {
      if (from.kind !== 'struct') return null
      const places = to.fields.map(f => fieldIndex(from.fields, f.name))
      const each = to.fields.map((f, i) => (places[i]! < 0 ? same : converterOf(from.fields[places[i]!]!.dataType, f.dataType)))
      return each.some(e => e === null) ? null : v => places.map((p, i) => (p < 0 || v[p] === null ? null : each[i]!(v[p])))
    }
    default: return null
  }
}

/** The column as the wanted type; null when it cannot be. */
export function convertVector(v: Vector, to: DataType): Vector | null {
  const from = v.type
  if (from === to || sameType(from, to)) return v
  if (v instanceof StructVector && to.kind === 'struct') {
    const fields = (from as StructTypeShape).fields, children: Vector[] = []
    for (const f of to.fields) {
      const p = fieldIndex(fields, f.name), child = p < 0 ? new ConstantVector(f.dataType, null, v.length) : convertVector(v.children[p]!, f.dataType)
      if (child === null) return null
      children.push(child)
    }
    return new StructVector(to, children, v.nulls, v.length)
  }
  if (to.kind === 'variant') return variantsOfGroups(v)
  const convert = converterOf(from, to)
  if (convert === null) return null
  if (v instanceof BytesVector && (to.kind === 'string' || to.kind === 'binary')) return v.retyped(to)
  if (v instanceof DictionaryVector) { const d = convertVector(v.dictionary, to); return d === null ? null : new DictionaryVector(d, v.indices, v.nulls, v.length) }
  const data = fixedDataFor(to, v.length)
  if (v instanceof FixedVector && data !== null) {
    for (let i = 0; i < v.length; i++) (data as { [i: number]: unknown })[i] = convert(v.data[i])
    return new FixedVector(to, data, v.nulls, v.length)
  }
  return vectorOf(to, Array.from({ length: v.length }, (_, i) => { const x = v.get(i); return x === null ? null : convert(x) }))
}
