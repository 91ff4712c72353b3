/** Values of a type written as variants: fields of structs and keys of maps become names. */
import type { DataType } from '../types/data-type.ts'
import type { FieldEntry } from '../types/variant/fields.ts'
import type { VariantBuilder } from '../types/variant/builder.ts'
import { childAt, countAt, kindAt, nameAt, nameIdAt, sizeAt, valueStart } from '../types/variant/layout.ts'
import type { MapValue } from './object-vector.ts'

/** Writes a value that is not NULL. */
export type WriteVariant = (value: any, out: VariantBuilder) => void

/** How values of a type are written; NULL inside is the null of a variant. */
export function variantWriter(from: DataType): WriteVariant {
  switch (from.kind) {
    case 'boolean': return (v, out) => out.boolean(v)
    case 'byte': case 'short': case 'int': return (v, out) => out.integer(v)
    case 'long': return (v, out) => out.long(v)
    case 'float': return (v, out) => out.float(v)
    case 'double': return (v, out) => out.double(v)
    case 'decimal': { const { scale } = from; return (v, out) => out.decimal(v, scale) }
    case 'string': return (v, out) => out.text(v)
    case 'binary': return (v, out) => out.binary(v)
    case 'date': return (v, out) => out.date(v)
    case 'timestamp': return (v, out) => out.timestamp(v)
    case 'timestamp_ntz': return (v, out) => out.timestampNtz(v)
    case 'variant': return (v: Uint8Array, out) => copyVariant(v, 0, v, valueStart(v, 0), out)
    case 'array': {
      const element = orNull(variantWriter(from.elementType))
      return (values: readonly unknown[], out) => { const start = out.at; out.array(start, values.map(v => { const { at } = out; element(v, out); return at })) }
    }
    case 'map': {
      const value = orNull(variantWriter(from.valueType))
      return (map: MapValue, out) => { const start = out.at; out.object(start, map.keys.map((k, i) => writeField(String(k), out, () => value(map.values[i], out)))) }
    }
    case 'struct': {
      const writers = from.fields.map(f => orNull(variantWriter(f.dataType)))
      return (values: readonly unknown[], out) => { const start = out.at; out.object(start, from.fields.map((f, i) => writeField(f.name, out, () => writers[i]!(values[i], out)))) }
    }
    default: return (_, out) => out.null()
  }
}

const orNull = (write: WriteVariant): WriteVariant => (v, out) => { if (v === null || v === undefined) out.null(); else write(v, out) }

/** A field of an object that is being written, its value by `write`. */
export function writeField(name: string, out: VariantBuilder, write: () => void): FieldEntry {
  const entry = { name, id: out.nameId(name), at: out.at }
  write()
  return entry
}

/** Writes the value at `v` of `b` anew, whose names are in the metadata at `m` of `names`, with its names among those of the value around it. */
export function copyVariant(names: Uint8Array, m: number, b: Uint8Array, v: number, out: VariantBuilder): void {
  const kind = kindAt(b, v)
  if (kind !== 'array' && kind !== 'object') { out.copy(b, v, v + sizeAt(b, v)); return }
  // Loops, and no closures: values may nest deep, and this is called for most that are read.
  const start = out.at, n = countAt(b, v)
  if (kind === 'array') {
    const places: number[] = []
    for (let i = 0; i < n; i++) { places.push(out.at); copyVariant(names, m, b, childAt(b, v, i), out) }
    out.array(start, places)
  } else {
    const fields: FieldEntry[] = []
    for (let i = 0; i < n; i++) {
      const name = nameAt(names, m, nameIdAt(b, v, i))
      fields.push({ name, id: out.nameId(name), at: out.at })
      copyVariant(names, m, b, childAt(b, v, i), out)
    }
    out.object(start, fields)
  }
}
