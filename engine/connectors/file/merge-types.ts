/** Owns the union of two schemas of files: fields of both, types that hold the values of both. */
import { arrayType, decimalType, mapType, sameType, simpleString, structField, structType, type DataType, type StructFieldType } from '../../types/data-type.ts'

/** The type that reads values of both. Throws an Error for types that have none. */
export function mergeTypes(a: DataType, b: DataType): DataType {
  if (a.kind === 'struct' && b.kind === 'struct') {
    const rest = [...b.fields], fields: StructFieldType[] = a.fields.map(f => {
      const i = rest.findIndex(g => g.name === f.name)
      if (i < 0) return f
      const [g] = rest.splice(i, 1)
      return structField(f.name, mergeTypes(f.dataType, g!.dataType), f.nullable || g!.nullable, f.metadata)
    })
    return structType([...fields, ...rest])
  }
  if (a.kind === 'array' && b.kind === 'array') return arrayType(mergeTypes(a.elementType, b.elementType), a.containsNull || b.containsNull)
  if (a.kind === 'map' && b.kind === 'map') return mapType(mergeTypes(a.keyType, b.keyType), mergeTypes(a.valueType, b.valueType), a.valueContainsNull || b.valueContainsNull)
  if (sameType(a, b)) return a
  if (a.kind === 'decimal' && b.kind === 'decimal' && a.scale === b.scale) return decimalType(Math.max(a.precision, b.precision), a.scale)
  const wider = [['byte', 'short', 'int', 'long'], ['float', 'double']].find(l => l.includes(a.kind) && l.includes(b.kind))
  if (wider !== undefined) return wider.indexOf(a.kind) > wider.indexOf(b.kind) ? a : b
  throw new Error(`${simpleString(a)} and ${simpleString(b)} cannot be merged`)
}
