/** Owns the types found in JSON while a schema is looked for: what holds the values of two of them, and what becomes of one in a schema. */
import { arrayType, sameType, stringType, structField, structType, type DataType } from '../../types/data-type.ts'
import { fieldsOf, joinStructs, repeated, type FoundType } from '../../types/found-struct.ts'
import { isFoundNumber, joinFoundNumbers } from '../found-numbers.ts'

/** The type that holds values of both; STRING where nothing else does. Structs among them may become it: they must not be used any more. */
export function joinJsonTypes(a: FoundType, b: FoundType): FoundType {
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  if (a.kind === 'found' && b.kind === 'found') return joinStructs(a, b, joinJsonTypes)
  if (a.kind === 'repeated' && b.kind === 'repeated') return repeated(joinJsonTypes(a.element, b.element))
  if (a.kind === 'found' || b.kind === 'found' || a.kind === 'repeated' || b.kind === 'repeated') return stringType
  if (sameType(a, b)) return a
  return isFoundNumber(a) && isFoundNumber(b) ? joinFoundNumbers(a, b) : stringType
}

/** The type to be used: what was always null is a STRING (or dropped), structs without fields go; null if nothing is left. */
export function usableJsonType(type: FoundType, dropNull: boolean): DataType | null {
  switch (type.kind) {
    case 'void': return dropNull ? null : stringType
    case 'repeated': { const element = usableJsonType(type.element, dropNull); return element === null ? null : arrayType(element) }
    case 'found': {
      const fields = fieldsOf(type).flatMap(([name, f]) => { const t = name === '' ? null : usableJsonType(f, dropNull); return t === null ? [] : [structField(name, t)] })
      return fields.length === 0 ? null : structType(fields)
    }
    default: return type
  }
}
