/** Owns the type that holds the values of two types found in XML, and what a found type becomes in a schema. */
import { arrayType, decimalForIntegral, decimalType, doubleType, maxPrecision, sameType, stringType, structField, structType, timestampType, type DataType, type DecimalType, type StructTypeShape } from '../../types/data-type.ts'

const isNumber = (t: DataType): boolean => t.kind === 'long' || t.kind === 'double' || t.kind === 'decimal'
const isTime = (t: DataType): boolean => t.kind === 'date' || t.kind === 'timestamp'
const asDecimal = (t: DataType): DecimalType => (t.kind === 'decimal' ? t : decimalForIntegral.long)

/** The type that holds values of both; STRING where nothing else does. */
export function joinXmlTypes(a: DataType, b: DataType, valueTag: string): DataType {
  if (a.kind === 'void') return b
  if (b.kind === 'void') return a
  if (a.kind === 'struct' && b.kind === 'struct') return joinXmlStructs(a, b, valueTag)
  // One element where others repeat is an array of one.
  if (a.kind === 'array' || b.kind === 'array') return arrayType(joinXmlTypes(a.kind === 'array' ? a.elementType : a, b.kind === 'array' ? b.elementType : b, valueTag))
  if (sameType(a, b)) return a
  // A plain text beside elements that have one among other things is their text.
  const [struct, other] = a.kind === 'struct' ? [a, b] : [b, a]
  if (struct.kind === 'struct' && struct.fields.some(f => f.name === valueTag)) return joinXmlStructs(struct, structType([structField(valueTag, other)]), valueTag)
  if (isNumber(a) && isNumber(b)) return a.kind === 'double' || b.kind === 'double' ? doubleType : joinDecimals(asDecimal(a), asDecimal(b))
  return isTime(a) && isTime(b) ? timestampType : stringType
}

function joinDecimals(a: DecimalType, b: DecimalType): DataType {
  const scale = Math.max(a.scale, b.scale), whole = Math.max(a.precision - a.scale, b.precision - b.scale)
  return whole + scale > maxPrecision ? doubleType : decimalType(whole + scale, scale)
}

/** Fields of both, by their names in any case, the first spelling and the order of names. */
export function joinXmlStructs(a: StructTypeShape, b: StructTypeShape, valueTag: string): StructTypeShape {
  const fields = new Map(a.fields.map(f => [f.name.toLowerCase(), { name: f.name, type: f.dataType }]))
  for (const f of b.fields) {
    const had = fields.get(f.name.toLowerCase())
    if (had === undefined) fields.set(f.name.toLowerCase(), { name: f.name, type: f.dataType })
    else had.type = joinXmlTypes(had.type, f.dataType, valueTag)
  }
  return structType([...fields.values()].sort((x, y) => (x.name < y.name ? -1 : 1)).map(f => structField(f.name, f.type)))
}

/** The type to be used: what was always empty is a STRING. */
export function usableXmlType(type: DataType): DataType {
  switch (type.kind) {
    case 'void': return stringType
    case 'array': return arrayType(usableXmlType(type.elementType))
    case 'struct': return structType(type.fields.map(f => structField(f.name, usableXmlType(f.dataType))))
    default: return type
  }
}
