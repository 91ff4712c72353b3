/** Owns the types found in XML while a schema is looked for: what holds the values of two of them, and what becomes of one in a schema. Structs grow in place, so that many rows with names of their own cost no copy of all names each. */
import { arrayType, sameType, stringType, structField, structType, timestampType, type DataType } from '../../types/data-type.ts'
import { repeated, type FoundScalar, type Repeated } from '../../types/found-struct.ts'
import { isFoundNumber, joinFoundNumbers } from '../found-numbers.ts'

/** The fields of elements by their names in lower case; `name` is the first spelling. */
export interface FoundStruct { readonly kind: 'found'; readonly fields: Map<string, { readonly name: string; type: FoundType }> }
/** A type of a text, `void` for none; or what elements have, or what those of one name that repeat have. */
export type FoundType = FoundScalar | FoundStruct | Repeated<FoundType>

/** A struct of these fields. */
export const foundStruct = (...fields: readonly (readonly [name: string, type: FoundType])[]): FoundStruct => ({ kind: 'found', fields: new Map(fields.map(([name, type]) => [name.toLowerCase(), { name, type }])) })

const isTime = (t: FoundType): boolean => t.kind === 'date' || t.kind === 'timestamp'

/** The type that holds values of both; STRING where nothing else does. Structs among them may become it: they must not be used any more. */
export function joinXmlTypes(a: FoundType, b: FoundType, valueTag: string): FoundType {
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  if (a.kind === 'found' && b.kind === 'found') return joinXmlStructs(a, b, valueTag)
  // One element where others repeat is an array of one.
  if (a.kind === 'repeated' || b.kind === 'repeated') return repeated(joinXmlTypes(a.kind === 'repeated' ? a.element : a, b.kind === 'repeated' ? b.element : b, valueTag))
  // A plain text beside elements that have one among other things is their text.
  if (a.kind === 'found') return joinText(a, b, valueTag)
  if (b.kind === 'found') return joinText(b, a, valueTag)
  if (sameType(a, b)) return a
  if (isFoundNumber(a) && isFoundNumber(b)) return joinFoundNumbers(a, b)
  return isTime(a) && isTime(b) ? timestampType : stringType
}

function joinText(struct: FoundStruct, text: FoundType, valueTag: string): FoundType {
  return struct.fields.get(valueTag.toLowerCase())?.name === valueTag ? joinXmlStructs(struct, foundStruct([valueTag, text]), valueTag) : stringType
}

/** Puts the fields of `b` into `a`, by their names in any case, and gives `a`. */
export function joinXmlStructs(a: FoundStruct, b: FoundStruct, valueTag: string): FoundStruct {
  for (const [key, f] of b.fields) {
    const had = a.fields.get(key)
    if (had === undefined) a.fields.set(key, f)
    else had.type = joinXmlTypes(had.type, f.type, valueTag)
  }
  return a
}

/** The type to be used: fields in the order of their names; what was always empty is a STRING. */
export function usableXmlType(type: FoundType): DataType {
  switch (type.kind) {
    case 'void': return stringType
    case 'repeated': return arrayType(usableXmlType(type.element))
    case 'found': return structType([...type.fields.values()].sort((x, y) => (x.name < y.name ? -1 : 1)).map(f => structField(f.name, usableXmlType(f.type))))
    default: return type
  }
}
