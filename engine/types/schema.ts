/** The types as users write them: `new StructType([new StructField("a", new StringType(), false)])`. Each is a value of `DataType` with a few methods. */
import {
  maxPrecision, simpleString, sameType, type ArrayType as ArrayShape, type DataType, type DayTimeIntervalType as DayTimeShape, type DecimalType as DecimalShape, type MapType as MapShape, type Metadata, type SimpleKind,
  type StructFieldType, type StructTypeShape, type TimeType as TimeShape, type YearMonthIntervalType as YearMonthShape,
} from './data-type.ts'
import { parseSchema, parseType, toDDL } from './ddl.ts'
import { parseError } from '../errors/spark-error.ts'
import { typeFromJson, typeFromJsonText, typeToJson } from './schema-json.ts'

abstract class TypeBase {
  abstract readonly kind: DataType['kind']
  /** `bigint`, `struct<a:int>` */
  simpleString(): string { return simpleString(this as unknown as DataType) }
  /** The JSON form as text. */
  json(): string { return JSON.stringify(this.jsonValue()) }
  jsonValue(): unknown { return typeToJson(this as unknown as DataType) }
  equals(other: DataType): boolean { return sameType(this as unknown as DataType, other) }
  toString(): string { return this.simpleString() }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return `${this.constructor.name}(${this.simpleString()})` }
}

export class NullType extends TypeBase { readonly kind = 'void' }
export class BooleanType extends TypeBase { readonly kind = 'boolean' }
export class ByteType extends TypeBase { readonly kind = 'byte' }
export class ShortType extends TypeBase { readonly kind = 'short' }
export class IntegerType extends TypeBase { readonly kind = 'int' }
export class LongType extends TypeBase { readonly kind = 'long' }
export class FloatType extends TypeBase { readonly kind = 'float' }
export class DoubleType extends TypeBase { readonly kind = 'double' }
export class StringType extends TypeBase { readonly kind = 'string' }
export class BinaryType extends TypeBase { readonly kind = 'binary' }
export class DateType extends TypeBase { readonly kind = 'date' }
export class TimestampType extends TypeBase { readonly kind = 'timestamp' }
export class TimestampNTZType extends TypeBase { readonly kind = 'timestamp_ntz' }
export class CalendarIntervalType extends TypeBase { readonly kind = 'calendarinterval' }
/** Values of any shape, as `parse_json` makes them; in rows a `VariantVal`. */
export class VariantType extends TypeBase { readonly kind = 'variant' }

/** Exact numbers of `precision` digits, `scale` of them behind the point. */
export class DecimalType extends TypeBase implements DecimalShape {
  readonly kind = 'decimal'
  readonly precision: number
  readonly scale: number
  constructor(precision = 10, scale = 0) {
    super()
    if (precision > maxPrecision) throw parseError('DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION', { precision, maxPrecision })
    if (scale > precision) throw parseError('DECIMAL_SCALE_EXCEEDS_PRECISION', { scale, precision })
    this.precision = precision
    this.scale = scale
  }
}

/** The time of a day, without a date or a zone: `precision` digits behind the point of its seconds, 0 to 9. */
export class TimeType extends TypeBase implements TimeShape {
  readonly kind = 'time'
  readonly precision: number
  constructor(precision = 6) {
    super()
    if (!(Number.isInteger(precision) && precision >= 0 && precision <= 9)) throw parseError('UNSUPPORTED_TIME_PRECISION', { precision })
    this.precision = precision
  }
}

export class ArrayType extends TypeBase implements ArrayShape {
  readonly kind = 'array'
  readonly elementType: DataType
  readonly containsNull: boolean
  constructor(elementType: DataType, containsNull = true) { super(); this.elementType = elementType; this.containsNull = containsNull }
}

export class MapType extends TypeBase implements MapShape {
  readonly kind = 'map'
  readonly keyType: DataType
  readonly valueType: DataType
  readonly valueContainsNull: boolean
  constructor(keyType: DataType, valueType: DataType, valueContainsNull = true) { super(); this.keyType = keyType; this.valueType = valueType; this.valueContainsNull = valueContainsNull }
}

/** Fields: 0 DAY … 3 SECOND. */
export class DayTimeIntervalType extends TypeBase implements DayTimeShape {
  readonly kind = 'daytimeinterval'
  readonly start: 0 | 1 | 2 | 3
  readonly end: 0 | 1 | 2 | 3
  constructor(start: 0 | 1 | 2 | 3 = 0, end: 0 | 1 | 2 | 3 = 3) { super(); this.start = start; this.end = end }
}

/** Fields: 0 YEAR, 1 MONTH. */
export class YearMonthIntervalType extends TypeBase implements YearMonthShape {
  readonly kind = 'yearmonthinterval'
  readonly start: 0 | 1
  readonly end: 0 | 1
  constructor(start: 0 | 1 = 0, end: 0 | 1 = 1) { super(); this.start = start; this.end = end }
}

/** What every type offers. */
export type UserType = DataType & TypeBase

/** A column of a schema. `new StructField("monto", new DoubleType(), true)` */
export class StructField implements StructFieldType {
  readonly name: string
  readonly dataType: UserType
  readonly nullable: boolean
  readonly metadata: Metadata

  constructor(name: string, dataType: DataType, nullable = true, metadata: Metadata = {}) {
    this.name = name
    this.dataType = withMethods(dataType)
    this.nullable = nullable
    this.metadata = metadata
  }
}

/** A schema, or the type of a struct column. */
export class StructType extends TypeBase implements StructTypeShape {
  readonly kind = 'struct'
  readonly fields: readonly StructField[]

  constructor(fields: readonly StructFieldType[] = []) {
    super()
    this.fields = fields.map(f => (f instanceof StructField ? f : new StructField(f.name, f.dataType, f.nullable, f.metadata)))
  }

  /** `StructType.fromDDL("id BIGINT NOT NULL, at TIMESTAMP")` */
  static fromDDL(text: string): StructType { return StructType.from(parseSchema(text)) }
  /** From the JSON form, as text or parsed. Throws INVALID_JSON_DATA_TYPE. */
  static fromJson(json: unknown): StructType {
    const type = typeof json === 'string' ? typeFromJsonText(json) : typeFromJson(json)
    if (type.kind !== 'struct') throw parseError('INVALID_JSON_DATA_TYPE', { invalidType: simpleString(type) })
    return StructType.from(type)
  }
  /** A schema as an instance of this class. */
  static from(shape: StructTypeShape): StructType { return shape instanceof StructType ? shape : new StructType(shape.fields) }

  get names(): string[] { return this.fields.map(f => f.name) }
  fieldNames(): string[] { return this.names }
  /** The column of a name (case counts), or null. */
  field(name: string): StructField | null { return this.fields.find(f => f.name === name) ?? null }
  /** The schema with one more column: `schema.add("n", "bigint").add("at", new TimestampType(), false)`. This one stays as it is. */
  add(field: StructFieldType): StructType
  add(name: string, dataType: DataType | string, nullable?: boolean): StructType
  add(first: StructFieldType | string, dataType?: DataType | string, nullable = true): StructType {
    const field = typeof first === 'string' ? new StructField(first, typeof dataType === 'string' ? parseType(dataType) : dataType!, nullable) : first
    return new StructType([...this.fields, field])
  }
  toDDL(): string { return toDDL(this) }
  /** The text that printSchema prints. */
  treeString(): string { return `root\n${this.fields.map(f => fieldTree(f, ' |')).join('')}` }
  printTreeString(): void { console.log(this.treeString()) }
}

function fieldTree(f: StructFieldType, indent: string): string {
  return `${indent}-- ${f.name}: ${treeName(f.dataType)} (nullable = ${f.nullable})\n${below(f.dataType, `${indent}    |`)}`
}

const treeNames: Readonly<Partial<Record<SimpleKind | string, string>>> = { int: 'integer', long: 'long', byte: 'byte', short: 'short' }
const treeName = (t: DataType): string => (t.kind === 'array' || t.kind === 'map' || t.kind === 'struct' ? t.kind : treeNames[t.kind] ?? simpleString(t))

function below(t: DataType, indent: string): string {
  switch (t.kind) {
    case 'struct': return t.fields.map(f => fieldTree(f, indent)).join('')
    case 'array': return `${indent}-- element: ${treeName(t.elementType)} (containsNull = ${t.containsNull})\n${below(t.elementType, `${indent}    |`)}`
    case 'map': return `${indent}-- key: ${treeName(t.keyType)}\n${below(t.keyType, `${indent}    |`)}${indent}-- value: ${treeName(t.valueType)} (valueContainsNull = ${t.valueContainsNull})\n${below(t.valueType, `${indent}    |`)}`
    default: return ''
  }
}

const simpleClasses: Readonly<Record<SimpleKind, new () => TypeBase>> = {
  void: NullType, boolean: BooleanType, byte: ByteType, short: ShortType, int: IntegerType, long: LongType, float: FloatType, double: DoubleType, string: StringType, binary: BinaryType, date: DateType,
  timestamp: TimestampType, timestamp_ntz: TimestampNTZType, calendarinterval: CalendarIntervalType, variant: VariantType,
}

/** The types ready made, as Java's DataTypes: `DataTypes.createStructField("id", DataTypes.LongType, false)`. */
export const DataTypes = {
  NullType: new NullType(), BooleanType: new BooleanType(), ByteType: new ByteType(), ShortType: new ShortType(), IntegerType: new IntegerType(), LongType: new LongType(), FloatType: new FloatType(),
  DoubleType: new DoubleType(), StringType: new StringType(), BinaryType: new BinaryType(), DateType: new DateType(), TimestampType: new TimestampType(), TimestampNTZType: new TimestampNTZType(),
  CalendarIntervalType: new CalendarIntervalType(), VariantType: new VariantType(),
  createDecimalType: (precision = 10, scale = 0): DecimalType => new DecimalType(precision, scale),
  createTimeType: (precision = 6): TimeType => new TimeType(precision),
  createArrayType: (elementType: DataType, containsNull = true): ArrayType => new ArrayType(elementType, containsNull),
  createMapType: (keyType: DataType, valueType: DataType, valueContainsNull = true): MapType => new MapType(keyType, valueType, valueContainsNull),
  createStructField: (name: string, dataType: DataType, nullable = true, metadata: Metadata = {}): StructField => new StructField(name, dataType, nullable, metadata),
  createStructType: (fields: readonly StructFieldType[]): StructType => new StructType(fields),
  createDayTimeIntervalType: (start: 0 | 1 | 2 | 3 = 0, end: 0 | 1 | 2 | 3 = 3): DayTimeIntervalType => new DayTimeIntervalType(start, end),
  createYearMonthIntervalType: (start: 0 | 1 = 0, end: 0 | 1 = 1): YearMonthIntervalType => new YearMonthIntervalType(start, end),
} as const

/** The type as an instance of its class. */
export function withMethods(t: DataType): UserType {
  if (t instanceof TypeBase) return t as UserType
  switch (t.kind) {
    case 'decimal': return new DecimalType(t.precision, t.scale)
    case 'time': return new TimeType(t.precision)
    case 'array': return new ArrayType(withMethods(t.elementType), t.containsNull)
    case 'map': return new MapType(withMethods(t.keyType), withMethods(t.valueType), t.valueContainsNull)
    case 'struct': return new StructType(t.fields)
    case 'daytimeinterval': return new DayTimeIntervalType(t.start, t.end)
    case 'yearmonthinterval': return new YearMonthIntervalType(t.start, t.end)
    default: return new simpleClasses[t.kind]() as UserType
  }
}
