/**
 * Owns VARIANT in Parquet files: a group of `value` and `metadata`, and for what was shredded a `typed_value` beside the value, whose fields and elements have the same form again.
 * Read is either form, with the annotation or without; written is the plain one, which every reader understands.
 */
import { vectorOf } from '../../columns/builder.ts'
import type { MapValue } from '../../columns/object-vector.ts'
import { copyVariant, variantWriter, writeField, type WriteVariant } from '../../columns/variant-writer.ts'
import type { Vector } from '../../columns/vector.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { simpleString, variantType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { VariantBuilder } from '../../types/variant/builder.ts'
import { joinedVariant, refused, valueSize } from '../../types/variant/check.ts'
import { kindAt, nameAt, nameIdAt, valueStart } from '../../types/variant/layout.ts'
import { children } from '../../types/variant/text.ts'

/** Metadata and value of a variant, as its two columns have them. */
export const partsOfVariant = (variant: Uint8Array): readonly [value: Uint8Array, metadata: Uint8Array] => { const at = valueStart(variant, 0); return [variant.subarray(at), variant.subarray(0, at)] }

const place = (type: StructTypeShape, name: string): number => type.fields.findIndex(f => f.name === name)

/** How a group's values become variants; null for a type that is no such group. */
export function variantOfGroup(type: DataType): ((group: readonly unknown[]) => Uint8Array) | null {
  if (type.kind !== 'struct') return null
  const metadata = place(type, 'metadata'), value = place(type, 'value'), typed = place(type, 'typed_value')
  if (metadata < 0 || type.fields[metadata]!.dataType.kind !== 'binary' || (value < 0 && typed < 0)) return null
  if (typed < 0) return group => joinedVariant((group[metadata] ?? nothing) as Uint8Array, (group[value] ?? nothing) as Uint8Array)
  const write = shreddedWriter(type, type), out = new VariantBuilder()
  return group => {
    try {
      if (!write((group[metadata] ?? nothing) as Uint8Array, group, out.begin())) out.null()
    } catch (e) {
      if (e instanceof Malformed) return refused(e.size)
      throw e
    }
    return out.result()
  }
}

const nothing = new Uint8Array(0)
/** Thrown by a value that does not follow the encoding, by what `valueSize` says of it. */
class Malformed extends Error { readonly size: number; constructor(size: number) { super(); this.size = size } }

// Writes what was not shredded.
function writeRest(names: Uint8Array, rest: Uint8Array, write: () => void): void {
  const size = valueSize(names, rest, 0)
  if (size < 0) throw new Malformed(size)
  write()
}

/** Writes a value from `value` and `typed_value`; false where both are missing, and so is the field they are of. */
type WriteShredded = (names: Uint8Array, group: readonly unknown[], out: VariantBuilder) => boolean

/** `whole` is the group of the variant, for the refusal. Throws INVALID_VARIANT_SHREDDING_SCHEMA. */
function shreddedWriter(type: DataType, whole: StructTypeShape): WriteShredded {
  if (type.kind !== 'struct') throw unknownForm(whole)
  const value = place(type, 'value'), typed = place(type, 'typed_value'), write = typed < 0 ? null : typedWriter(type.fields[typed]!.dataType, whole)
  if ((value < 0 && typed < 0) || (value >= 0 && type.fields[value]!.dataType.kind !== 'binary')) throw unknownForm(whole)
  return (names, group, out) => {
    const rest = value < 0 ? null : group[value] as Uint8Array | null
    if (write !== null && group[typed] !== null) { write(names, group[typed], rest, out); return true }
    if (rest === null) return false
    writeRest(names, rest, () => { copyVariant(names, 0, rest, 0, out) })
    return true
  }
}

const unknownForm = (whole: StructTypeShape): Error => analysisError('INVALID_VARIANT_SHREDDING_SCHEMA', { schema: `"${simpleString(whole)}"` })

const scalars: readonly DataType['kind'][] = ['boolean', 'byte', 'short', 'int', 'long', 'float', 'double', 'decimal', 'date', 'timestamp', 'timestamp_ntz', 'binary', 'string']

function typedWriter(type: DataType, whole: StructTypeShape): (names: Uint8Array, typed: any, rest: Uint8Array | null, out: VariantBuilder) => void {
  if (type.kind === 'struct') {
    const fields = type.fields.map(f => ({ name: f.name, write: shreddedWriter(f.dataType, whole) }))
    return (names, typed: readonly (readonly unknown[])[], rest, out) => {
      const start = out.at
      const made = fields.flatMap((f, i) => {
        const group = typed[i]!
        return isMissing(group) ? [] : [writeField(f.name, out, () => { f.write(names, group, out) })]
      })
      // Fields that were not shredded.
      if (rest !== null) writeRest(names, rest, () => {
        if (kindAt(rest, 0) === 'object') made.push(...children(rest, 0, (at, i) => writeField(nameAt(names, 0, nameIdAt(rest, 0, i)), out, () => copyVariant(names, 0, rest, at, out))))
      })
      out.object(start, made)
    }
  }
  if (type.kind === 'array') {
    const element = shreddedWriter(type.elementType, whole)
    return (names, typed: readonly (readonly unknown[])[], _, out) => { const start = out.at; out.array(start, typed.map(group => { const { at } = out; if (!element(names, group, out)) out.null(); return at })) }
  }
  if (!scalars.includes(type.kind)) throw unknownForm(whole)
  const write: WriteVariant = variantWriter(type)
  return (_, typed, __, out) => write(typed, out)
}

const isMissing = (group: readonly unknown[] | null): boolean => group === null || group.every(v => v === null)

/** A column of groups as variants; null where they are none. */
export function variantsOfGroups(groups: Vector): Vector | null {
  const make = variantOfGroup(groups.type)
  return make === null ? null : vectorOf(variantType, Array.from({ length: groups.length }, (_, i) => { const group = groups.get(i) as readonly unknown[] | MapValue | null; return group === null ? null : make(group as readonly unknown[]) }))
}
