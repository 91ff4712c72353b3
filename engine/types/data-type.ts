/** Spark's data types as plain values, their SQL names (`BIGINT`) and their simple names (`bigint`, as `DataType.simpleString` gives). */

export interface ArrayType { readonly kind: 'array'; readonly elementType: DataType; readonly containsNull: boolean }
export interface MapType { readonly kind: 'map'; readonly keyType: DataType; readonly valueType: DataType; readonly valueContainsNull: boolean }
export interface StructFieldType { readonly name: string; readonly dataType: DataType; readonly nullable: boolean; readonly metadata?: Metadata }
export interface StructTypeShape { readonly kind: 'struct'; readonly fields: readonly StructFieldType[] }
export interface DecimalType { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
/** Fields of an interval type: 0 DAY, 1 HOUR, 2 MINUTE, 3 SECOND. */
export interface DayTimeIntervalType { readonly kind: 'daytimeinterval'; readonly start: 0 | 1 | 2 | 3; readonly end: 0 | 1 | 2 | 3 }
/** Fields of an interval type: 0 YEAR, 1 MONTH. */
export interface YearMonthIntervalType { readonly kind: 'yearmonthinterval'; readonly start: 0 | 1; readonly end: 0 | 1 }
/** The time of a day with so many digits behind the point of its seconds, 0 to 9. */
export interface TimeType { readonly kind: 'time'; readonly precision: number }

export type SimpleKind =
  | 'void' | 'boolean' | 'byte' | 'short' | 'int' | 'long' | 'float' | 'double'
  | 'string' | 'binary' | 'date' | 'timestamp' | 'timestamp_ntz' | 'calendarinterval' | 'variant'
export interface SimpleType { readonly kind: SimpleKind }

/** Any Spark type. Compare with `sameType`, switch on `kind`. */
export type DataType = SimpleType | DecimalType | TimeType | DayTimeIntervalType | YearMonthIntervalType | ArrayType | MapType | StructTypeShape

/** Column metadata, JSON values by name; `spark.watermarkDelayMs` marks an event-time column. */
export type Metadata = Readonly<Record<string, unknown>>

const simple = (kind: SimpleKind): SimpleType => Object.freeze({ kind })
export const voidType = simple('void')
export const booleanType = simple('boolean')
export const byteType = simple('byte')
export const shortType = simple('short')
export const intType = simple('int')
export const longType = simple('long')
export const floatType = simple('float')
export const doubleType = simple('double')
export const stringType = simple('string')
export const binaryType = simple('binary')
export const dateType = simple('date')
export const timestampType = simple('timestamp')
export const timestampNtzType = simple('timestamp_ntz')
export const calendarIntervalType = simple('calendarinterval')
export const variantType = simple('variant')
export const dayTimeIntervalType: DayTimeIntervalType = Object.freeze({ kind: 'daytimeinterval', start: 0, end: 3 })
export const yearMonthIntervalType: YearMonthIntervalType = Object.freeze({ kind: 'yearmonthinterval', start: 0, end: 1 })
export const decimalType = (precision: number, scale: number): DecimalType => ({ kind: 'decimal', precision, scale })
export const timeType = (precision = 6): TimeType => ({ kind: 'time', precision })
export const arrayType = (elementType: DataType, containsNull = true): ArrayType => ({ kind: 'array', elementType, containsNull })
export const mapType = (keyType: DataType, valueType: DataType, valueContainsNull = true): MapType => ({ kind: 'map', keyType, valueType, valueContainsNull })
export const structField = (name: string, dataType: DataType, nullable = true, metadata?: Metadata): StructFieldType =>
  metadata === undefined ? { name, dataType, nullable } : { name, dataType, nullable, metadata }
/** Spark's mark, in a field's metadata, of the hidden column of files. */
export const fileSourceMark = '__file_source_metadata_col'
export const structType = (fields: readonly StructFieldType[]): StructTypeShape => ({ kind: 'struct', fields })

/** The most digits a decimal can have. */
export const maxPrecision = 38
/** The decimal type that holds every value of an integral type. */
export const decimalForIntegral = { byte: decimalType(3, 0), short: decimalType(5, 0), int: decimalType(10, 0), long: decimalType(20, 0) } as const

const dayTimeFields = ['day', 'hour', 'minute', 'second'] as const
const yearMonthFields = ['year', 'month'] as const
const simpleNames: Readonly<Record<SimpleKind, string>> = {
  void: 'void', boolean: 'boolean', byte: 'tinyint', short: 'smallint', int: 'int', long: 'bigint', float: 'float', double: 'double',
  string: 'string', binary: 'binary', date: 'date', timestamp: 'timestamp', timestamp_ntz: 'timestamp_ntz', calendarinterval: 'interval',
  variant: 'variant',
}

/** Spark's `simpleString`: `bigint`, `struct<a:int,b:string>`, `decimal(10,2)`. */
export function simpleString(t: DataType): string {
  switch (t.kind) {
    case 'decimal': return `decimal(${t.precision},${t.scale})`
    case 'time': return `time(${t.precision})`
    case 'array': return `array<${simpleString(t.elementType)}>`
    case 'map': return `map<${simpleString(t.keyType)},${simpleString(t.valueType)}>`
    case 'struct': return `struct<${t.fields.map(f => `${f.name}:${simpleString(f.dataType)}`).join(',')}>`
    case 'daytimeinterval': return intervalName(dayTimeFields, t.start, t.end)
    case 'yearmonthinterval': return intervalName(yearMonthFields, t.start, t.end)
    default: return simpleNames[t.kind]
  }
}

/** Spark's `sql` name, as error messages and DDL show it: `BIGINT`, `STRUCT<a: INT, b: STRING>`. */
export function sqlName(t: DataType): string {
  switch (t.kind) {
    case 'array': return `ARRAY<${sqlName(t.elementType)}>`
    case 'map': return `MAP<${sqlName(t.keyType)}, ${sqlName(t.valueType)}>`
    case 'struct': return `STRUCT<${t.fields.map(f => `${quoteIfNeeded(f.name)}: ${sqlName(f.dataType)}${f.nullable ? '' : ' NOT NULL'}`).join(', ')}>`
    default: return simpleString(t).toUpperCase()
  }
}

/** A name as it stands in SQL: in backquotes unless it is a plain identifier. */
export function quoteIfNeeded(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : '`' + name.replaceAll('`', '``') + '`'
}

function intervalName(fields: readonly string[], start: number, end: number): string {
  return start === end ? `interval ${fields[start]}` : `interval ${fields[start]} to ${fields[end]}`
}

/** Equality of types; field names count, nullability and metadata do not (Spark's `sameType`). */
export function sameType(a: DataType, b: DataType): boolean {
  if (a === b) return true
  if (a.kind !== b.kind) return false
  switch (a.kind) {
    case 'decimal': return a.precision === (b as DecimalType).precision && a.scale === (b as DecimalType).scale
    case 'time': return a.precision === (b as TimeType).precision
    case 'array': return sameType(a.elementType, (b as ArrayType).elementType)
    case 'map': return sameType(a.keyType, (b as MapType).keyType) && sameType(a.valueType, (b as MapType).valueType)
    case 'daytimeinterval': return a.start === (b as DayTimeIntervalType).start && a.end === (b as DayTimeIntervalType).end
    case 'yearmonthinterval': return a.start === (b as YearMonthIntervalType).start && a.end === (b as YearMonthIntervalType).end
    case 'struct': {
      const other = (b as StructTypeShape).fields
      return a.fields.length === other.length && a.fields.every((f, i) => f.name === other[i]!.name && sameType(f.dataType, other[i]!.dataType))
    }
    default: return true
  }
}

export const isIntegral = (t: DataType): boolean => t.kind === 'byte' || t.kind === 'short' || t.kind === 'int' || t.kind === 'long'
export const isFractional = (t: DataType): boolean => t.kind === 'float' || t.kind === 'double' || t.kind === 'decimal'
export const isNumeric = (t: DataType): boolean => isIntegral(t) || isFractional(t)
export const isAnsiInterval = (t: DataType): boolean => t.kind === 'daytimeinterval' || t.kind === 'yearmonthinterval'
/** Whether values have values inside. */
export const isNested = (t: DataType): boolean => t.kind === 'array' || t.kind === 'map' || t.kind === 'struct'
export const isDatetime = (t: DataType): boolean => t.kind === 'date' || t.kind === 'timestamp' || t.kind === 'timestamp_ntz'

/** Whether there is a map in it, at any depth. */
export const holdsMap = (t: DataType): boolean => t.kind === 'map' || (t.kind === 'array' && holdsMap(t.elementType)) || (t.kind === 'struct' && t.fields.some(f => holdsMap(f.dataType)))

/** Whether there is a VARIANT in it, at any depth. */
export function holdsVariant(t: DataType): boolean {
  switch (t.kind) {
    case 'array': return holdsVariant(t.elementType)
    case 'map': return holdsVariant(t.keyType) || holdsVariant(t.valueType)
    case 'struct': return t.fields.some(f => holdsVariant(f.dataType))
    default: return t.kind === 'variant'
  }
}

/** Whether there is a TIME in it, at any depth. */
export const holdsTime = (t: DataType): boolean => t.kind === 'time' || (t.kind === 'array' && holdsTime(t.elementType)) || (t.kind === 'map' && (holdsTime(t.keyType) || holdsTime(t.valueType))) || (t.kind === 'struct' && t.fields.some(f => holdsTime(f.dataType)))

/** Whether values of the type can be ordered (maps, calendar intervals and variants cannot). */
export function isOrderable(t: DataType): boolean {
  switch (t.kind) {
    case 'map': case 'calendarinterval': case 'variant': return false
    case 'array': return isOrderable(t.elementType)
    case 'struct': return t.fields.every(f => isOrderable(f.dataType))
    default: return true
  }
}

/** Whether values can be a grouping key: those with an order, and maps, whose entries are put in the order of their keys first. */
export function isGroupable(t: DataType): boolean {
  switch (t.kind) {
    case 'map': return isGroupable(t.keyType) && isGroupable(t.valueType)
    case 'array': return isGroupable(t.elementType)
    case 'struct': return t.fields.every(f => isGroupable(f.dataType))
    default: return isOrderable(t)
  }
}

/** The same type with every nested value nullable, as a file source's schema is. */
export function asNullable(t: DataType): DataType {
  switch (t.kind) {
    case 'array': return arrayType(asNullable(t.elementType), true)
    case 'map': return mapType(asNullable(t.keyType), asNullable(t.valueType), true)
    case 'struct': return structType(t.fields.map(f => structField(f.name, asNullable(f.dataType), true, f.metadata)))
    default: return t
  }
}
