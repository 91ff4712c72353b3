/** Owns the tree of a Parquet schema and its Spark types, both ways. */
import { analysisError } from '../../errors/spark-error.ts'
import {
  arrayType, binaryType, booleanType, byteType, dateType, decimalType, doubleType, floatType, intType, longType, mapType, shortType, simpleString, stringType, structField, structType, timeType, timestampNtzType, timestampType, variantType,
  type DataType, type StructTypeShape,
} from '../../types/data-type.ts'
import { typeFromJsonText } from '../../types/schema-json.ts'
import { converted, physical, type FileMetadata, type LogicalType, type SchemaElement } from './metadata.ts'

/** A field of the file, with the levels at which it is there. `leaf` is the column's number, −1 for a group. */
export interface ParquetNode {
  readonly name: string
  readonly element: SchemaElement
  readonly definition: number
  readonly repetition: number
  readonly children: readonly ParquetNode[]
  readonly leaf: number
}

/** The key under which Spark keeps its own schema in a file. */
export const rowMetadataKey = 'org.apache.spark.sql.parquet.row.metadata'

/** The tree below the root. */
export function schemaTree(elements: readonly SchemaElement[]): readonly ParquetNode[] {
  let at = 1, leaf = 0
  const read = (definition: number, repetition: number): ParquetNode => {
    const element = elements[at++]
    if (element === undefined) throw new RangeError('parquet: the schema is cut')
    const d = definition + (element.repetition === 0 ? 0 : 1), r = repetition + (element.repetition === 2 ? 1 : 0)
    if (element.type !== null) return { name: element.name, element, definition: d, repetition: r, children: [], leaf: leaf++ }
    return { name: element.name, element, definition: d, repetition: r, children: Array.from({ length: element.children }, () => read(d, r)), leaf: -1 }
  }
  return Array.from({ length: elements[0]?.children ?? 0 }, () => read(0, 0))
}

/** The leaves below a node, in file order. */
export function leavesOf(node: ParquetNode): ParquetNode[] { return node.leaf >= 0 ? [node] : node.children.flatMap(leavesOf) }

const isList = (n: ParquetNode): boolean => n.leaf < 0 && (n.element.converted === converted.list || n.element.logical?.kind === 'list') && n.children.length === 1 && n.children[0]!.element.repetition === 2
const isMap = (n: ParquetNode): boolean => n.leaf < 0 && (n.element.converted === converted.map || n.element.converted === converted.mapKeyValue || n.element.logical?.kind === 'map')
  && n.children.length === 1 && n.children[0]!.element.repetition === 2 && n.children[0]!.children.length === 2

/** How a node holds its values: a leaf, the fields of a struct, or what is repeated and what of it is an element. */
export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'struct'; readonly fields: readonly ParquetNode[] }
  | { readonly kind: 'list'; readonly repeated: ParquetNode; readonly element: ParquetNode; readonly elementIsRepeated: boolean }
  | { readonly kind: 'map'; readonly repeated: ParquetNode; readonly key: ParquetNode; readonly value: ParquetNode }

/** The shape of a node; `bare` for a repeated node that is itself the element of a list. */
export function shapeOf(n: ParquetNode, bare = false): Shape {
  if (!bare && n.element.repetition === 2) return { kind: 'list', repeated: n, element: n, elementIsRepeated: true }
  if (n.leaf >= 0) return { kind: 'leaf' }
  if (isMap(n)) { const repeated = n.children[0]!; return { kind: 'map', repeated, key: repeated.children[0]!, value: repeated.children[1]! } }
  if (isList(n)) {
    const repeated = n.children[0]!
    const own = repeated.leaf >= 0 || repeated.children.length > 1 || repeated.name === 'array' || repeated.name === `${n.name}_tuple`
    return { kind: 'list', repeated, element: own ? repeated : repeated.children[0]!, elementIsRepeated: own }
  }
  return { kind: 'struct', fields: n.children }
}

const refused = (n: ParquetNode, what: string): Error => analysisError('MICROLOTE_NOT_SUPPORTED', { feature: `The Parquet type ${what} of the column ${n.name}`, advice: 'Leave the column out, or write it as another type.' })

function leafType(n: ParquetNode): DataType {
  const e = n.element, l = e.logical, c = e.converted
  const decimal = l?.kind === 'decimal' ? decimalType(l.precision, l.scale) : c === converted.decimal ? decimalType(e.precision, e.scale) : null
  switch (e.type) {
    case physical.boolean: return booleanType
    case physical.float: return floatType
    case physical.double: return doubleType
    case physical.int96: return timestampType
    case physical.int32: {
      if (decimal !== null) return decimal
      if (l?.kind === 'date' || c === converted.date) return dateType
      if (l?.kind === 'time' || c === converted.timeMillis) throw refused(n, 'TIME')
      const bits = l?.kind === 'integer' ? l.bits : c === converted.int8 || c === converted.uint8 ? 8 : c === converted.int16 || c === converted.uint16 ? 16 : 32
      const unsigned = l?.kind === 'integer' ? !l.signed : c === converted.uint8 || c === converted.uint16 || c === converted.uint32
      return unsigned ? (bits === 8 ? shortType : bits === 16 ? intType : longType) : bits === 8 ? byteType : bits === 16 ? shortType : intType
    }
    case physical.int64: {
      if (decimal !== null) return decimal
      if (l?.kind === 'timestamp') return l.utc ? timestampType : timestampNtzType
      if (c === converted.timestampMillis || c === converted.timestampMicros) return timestampType
      if (l?.kind === 'time' || c === converted.timeMicros) return timeType(l?.kind === 'time' && l.unit === 'nanos' ? 9 : 6)
      return (l?.kind === 'integer' && !l.signed) || c === converted.uint64 ? decimalType(20, 0) : longType
    }
    case physical.bytes: {
      if (decimal !== null) return decimal
      return l?.kind === 'string' || l?.kind === 'enum' || l?.kind === 'json' || c === converted.utf8 || c === converted.enum || c === converted.json ? stringType : binaryType
    }
    case physical.fixed: {
      if (decimal !== null) return decimal
      if (c === converted.interval) throw refused(n, 'INTERVAL')
      return binaryType
    }
    default: throw refused(n, String(e.type))
  }
}

/** The Spark type of a node: of an annotated variant the group it is kept as, or VARIANT. */
export function sparkTypeOf(n: ParquetNode, bare = false, variants = false): DataType {
  const shape = shapeOf(n, bare)
  if (variants && n.element.logical?.kind === 'variant') return variantType
  switch (shape.kind) {
    case 'leaf': return leafType(n)
    case 'struct': return structType(shape.fields.map(f => structField(f.name, sparkTypeOf(f, false, variants), f.element.repetition !== 0)))
    case 'list': return arrayType(sparkTypeOf(shape.element, shape.elementIsRepeated, variants), !shape.elementIsRepeated && shape.element.element.repetition === 1)
    case 'map': return mapType(sparkTypeOf(shape.key, false, variants), sparkTypeOf(shape.value, false, variants), shape.value.element.repetition === 1)
  }
}

/** The schema of a file: Spark's own where Spark (or we) wrote it, else what the file's types say. */
export function fileSchema(metadata: FileMetadata, tree: readonly ParquetNode[]): StructTypeShape {
  const own = metadata.keyValues.get(rowMetadataKey)
  if (own !== undefined) { const t = typeFromJsonText(own); if (t.kind === 'struct') return t }
  return structType(tree.map(n => structField(n.name, sparkTypeOf(n, false, true), n.element.repetition !== 0)))
}

/** How many bytes the greatest unscaled value of that many digits takes. */
export function decimalBytes(precision: number): number {
  let n = 1
  for (const most = 10n ** BigInt(precision) - 1n; most >= 1n << BigInt(8 * n - 1);) n++
  return n
}

const none = { typeLength: 0, children: 0, converted: null, scale: 0, precision: 0, logical: null, fieldId: null }

/** The elements that a field is written as, in Spark's form of today. */
export function elementsOf(name: string, type: DataType, nullable: boolean): SchemaElement[] {
  const repetition = nullable ? 1 : 0
  const leaf = (physicalType: number, old: number | null, logical: LogicalType | null, more: Partial<SchemaElement> = {}): SchemaElement[] => [{ ...none, name, repetition, type: physicalType, converted: old, logical, ...more }]
  switch (type.kind) {
    case 'boolean': return leaf(physical.boolean, null, null)
    case 'byte': return leaf(physical.int32, converted.int8, { kind: 'integer', bits: 8, signed: true })
    case 'short': return leaf(physical.int32, converted.int16, { kind: 'integer', bits: 16, signed: true })
    case 'int': case 'yearmonthinterval': return leaf(physical.int32, null, null)
    case 'long': case 'daytimeinterval': return leaf(physical.int64, null, null)
    case 'float': return leaf(physical.float, null, null)
    case 'double': return leaf(physical.double, null, null)
    case 'string': return leaf(physical.bytes, converted.utf8, { kind: 'string' })
    case 'binary': return leaf(physical.bytes, null, null)
    case 'date': return leaf(physical.int32, converted.date, { kind: 'date' })
    case 'timestamp': return leaf(physical.int64, converted.timestampMicros, { kind: 'timestamp', utc: true, unit: 'micros' })
    case 'timestamp_ntz': return leaf(physical.int64, null, { kind: 'timestamp', utc: false, unit: 'micros' })
    case 'time': return leaf(physical.int64, null, { kind: 'time', utc: false, unit: type.precision > 6 ? 'nanos' : 'micros' })
    case 'decimal': {
      const kind = type.precision <= 9 ? physical.int32 : type.precision <= 18 ? physical.int64 : physical.fixed
      return leaf(kind, converted.decimal, { kind: 'decimal', scale: type.scale, precision: type.precision }, { scale: type.scale, precision: type.precision, typeLength: kind === physical.fixed ? decimalBytes(type.precision) : 0 })
    }
    case 'struct': return [{ ...none, name, repetition, type: null, children: type.fields.length }, ...type.fields.flatMap(f => elementsOf(f.name, f.dataType, f.nullable))]
    case 'array': return [
      { ...none, name, repetition, type: null, children: 1, converted: converted.list, logical: { kind: 'list' } }, { ...none, name: 'list', repetition: 2, type: null, children: 1 },
      ...elementsOf('element', type.elementType, type.containsNull),
    ]
    case 'map': return [
      { ...none, name, repetition, type: null, children: 1, converted: converted.map, logical: { kind: 'map' } }, { ...none, name: 'key_value', repetition: 2, type: null, children: 2 },
      ...elementsOf('key', type.keyType, false), ...elementsOf('value', type.valueType, type.valueContainsNull),
    ]
    case 'variant': return [{ ...none, name, repetition, type: null, children: 2, logical: { kind: 'variant' } }, ...elementsOf('value', binaryType, false), ...elementsOf('metadata', binaryType, false)]
    case 'void': case 'calendarinterval': throw analysisError('UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE', { format: 'Parquet', columnName: name, columnType: simpleString(type).toUpperCase() })
  }
}

/** All elements of a file of this schema. */
export function fileElements(schema: StructTypeShape): SchemaElement[] {
  return [{ ...none, name: 'spark_schema', type: null, repetition: 0, children: schema.fields.length }, ...schema.fields.flatMap(f => elementsOf(f.name, f.dataType, f.nullable))]
}
