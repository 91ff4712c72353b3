/** Owns the way from nested columns to leaves: each value with the levels that say how deep it is there and where a list begins. */
import { vectorOf } from '../../columns/builder.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import type { Vector } from '../../columns/vector.ts'
import { binaryType, type DataType } from '../../types/data-type.ts'
import { partsOfVariant } from './variants.ts'

/** A leaf's entries: levels for all, values only of those that are there. */
export interface Shredded { readonly type: DataType; readonly path: readonly string[]; readonly maxDefinition: number; readonly maxRepetition: number; readonly definitions: Uint8Array; readonly repetitions: Uint8Array | null; readonly values: Vector }

interface Open { readonly type: DataType; readonly path: readonly string[]; readonly maxDefinition: number; readonly maxRepetition: number; readonly definitions: number[]; readonly repetitions: number[]; readonly values: unknown[] }
type Put = (value: unknown, definition: number, repetition: number) => void

/** The leaves of a nested column. */
export function shred(name: string, type: DataType, nullable: boolean, vectors: readonly Vector[]): Shredded[] {
  const leaves: Open[] = [], put = writerOf(type, [name], nullable, 0, 0, leaves)
  for (const v of vectors) for (let i = 0; i < v.length; i++) put(v.get(i), 0, 0)
  return leaves.map(l => ({
    type: l.type, path: l.path, maxDefinition: l.maxDefinition, maxRepetition: l.maxRepetition, definitions: Uint8Array.from(l.definitions),
    repetitions: l.maxRepetition === 0 ? null : Uint8Array.from(l.repetitions), values: vectorOf(l.type, l.values),
  }))
}

/** `definition` and `repetition` are those of the parent; the function is given the level that the parent reached. */
function writerOf(type: DataType, path: readonly string[], nullable: boolean, definition: number, repetition: number, leaves: Open[]): Put {
  const own = definition + (nullable ? 1 : 0)
  switch (type.kind) {
    case 'struct': {
      const fields = type.fields.map(f => writerOf(f.dataType, [...path, f.name], f.nullable, own, repetition, leaves))
      return (v, d, r) => {
        // A missing parent is missing all the way down.
        const there = d === definition && v !== null && v !== undefined
        for (let i = 0; i < fields.length; i++) fields[i]!(there ? (v as unknown[])[i] : null, there ? own : d, r)
      }
    }
    case 'array': case 'map': {
      const inner = own + 1, r1 = repetition + 1
      const each = type.kind === 'array' ? [writerOf(type.elementType, [...path, 'list', 'element'], type.containsNull, inner, r1, leaves)]
        : [writerOf(type.keyType, [...path, 'key_value', 'key'], false, inner, r1, leaves), writerOf(type.valueType, [...path, 'key_value', 'value'], type.valueContainsNull, inner, r1, leaves)]
      return (v, d, r) => {
        const there = d === definition && v !== null && v !== undefined
        const lists = !there ? [] : type.kind === 'array' ? [v as unknown[]] : [(v as MapValue).keys, (v as MapValue).values]
        const n = there ? lists[0]!.length : 0
        if (n === 0) { for (const e of each) e(null, there ? own : d, r); return }
        for (let i = 0; i < n; i++) for (let k = 0; k < each.length; k++) each[k]!(lists[k]![i], inner, i === 0 ? r : r1)
      }
    }
    case 'variant': {
      const parts = ['value', 'metadata'].map(name => writerOf(binaryType, [...path, name], false, own, repetition, leaves))
      return (v, d, r) => {
        const there = d === definition && v !== null && v !== undefined, both = there ? partsOfVariant(v as Uint8Array) : null
        parts.forEach((put, i) => { put(both === null ? null : both[i], there ? own : d, r) })
      }
    }
    default: {
      const leaf: Open = { type, path, maxDefinition: own, maxRepetition: repetition, definitions: [], repetitions: [], values: [] }
      leaves.push(leaf)
      return (v, d, r) => {
        const there = d === definition && v !== null && v !== undefined
        leaf.definitions.push(there ? own : d)
        leaf.repetitions.push(r)
        if (there) leaf.values.push(v)
      }
    }
  }
}
