/** PostgreSQL's types as Spark's and back, and values between PostgreSQL's text and columns, as Spark's PostgresDialect has them. */
import type { Vector } from '../../columns/vector.ts'
import { vectorOf } from '../../columns/builder.ts'
import { analysisError } from '../../errors/spark-error.ts'
import { arrayType, binaryType, booleanType, dateType, decimalType, doubleType, floatType, intType, longType, maxPrecision, shortType, sqlName, stringType, timestampNtzType, timestampType, type DataType } from '../../types/data-type.ts'
import { decimalText, parseDecimal, toDecimal } from '../../types/decimal.ts'
import { dateText, localTimestampText, parseDate, parseTimestamp, parseTimestampNtz } from '../../types/timestamp.ts'
import { timeZone, type TimeZone } from '../../types/time-zone.ts'
import type { PostgresColumn } from './client.ts'

const scalars: Readonly<Record<number, DataType>> = {
  16: booleanType, 17: binaryType, 18: stringType, 19: stringType, 20: longType, 21: shortType, 23: intType, 25: stringType, 26: longType, 700: floatType, 701: doubleType,
  1042: stringType, 1043: stringType, 1082: dateType, 1184: timestampType, 114: stringType, 3802: stringType, 2950: stringType, 1186: stringType, 790: stringType, 142: stringType,
}
/** The element's type number by the array's. */
const arrays: Readonly<Record<number, number>> = { 1000: 16, 1001: 17, 1005: 21, 1007: 23, 1016: 20, 1009: 25, 1015: 1043, 1014: 1042, 1021: 700, 1022: 701, 1182: 1082, 1185: 1184, 1115: 1114, 1231: 1700, 2951: 2950, 199: 114, 3807: 3802 }

/** Spark's type of a column. NUMERIC without a precision is DECIMAL(38,18); TIMESTAMP is a moment of the session's zone unless `ntz`. Types without a name here come as text. */
export function sparkType(column: PostgresColumn, ntz: boolean): DataType {
  const element = arrays[column.oid]
  if (element !== undefined) return arrayType(sparkType({ ...column, oid: element }, ntz), true)
  if (column.oid === 1114 || column.oid === 1083) return ntz ? timestampNtzType : timestampType
  if (column.oid !== 1700) return scalars[column.oid] ?? stringType
  if (column.modifier < 4) return decimalType(38, 18)
  const precision = ((column.modifier - 4) >> 16) & 0xffff, scale = (column.modifier - 4) & 0x7ff
  return decimalType(Math.min(precision, maxPrecision), Math.min(scale, maxPrecision))
}

/** The type a new table's column gets. Throws MICROLOTE_JDBC_TYPE. */
export function postgresType(type: DataType, column: string): string {
  switch (type.kind) {
    case 'string': return 'TEXT'
    case 'binary': return 'BYTEA'
    case 'boolean': return 'BOOLEAN'
    case 'byte': case 'short': return 'SMALLINT'
    case 'int': return 'INTEGER'
    case 'long': return 'BIGINT'
    case 'float': return 'FLOAT4'
    case 'double': return 'FLOAT8'
    case 'decimal': return `NUMERIC(${type.precision},${type.scale})`
    case 'date': return 'DATE'
    case 'timestamp': return 'TIMESTAMP WITH TIME ZONE'
    case 'timestamp_ntz': return 'TIMESTAMP'
    case 'array': return `${postgresType(type.elementType, column)}[]`
    default: throw analysisError('MICROLOTE_JDBC_TYPE', { column, type: sqlName(type) })
  }
}

/** A reader of one column's texts. Throws on a value that the type cannot hold. */
export function columnReader(type: DataType, name: string, zoneName: string): (texts: readonly (string | null)[]) => Vector {
  const zone = timeZone(zoneName), one = valueReader(type, name, zone)
  return texts => vectorOf(type, texts.map(t => (t === null ? null : one(t))))
}

function valueReader(type: DataType, name: string, zone: TimeZone): (text: string) => unknown {
  const refuse = (text: string): never => { throw analysisError('MICROLOTE_JDBC_VALUE', { column: name, value: JSON.stringify(text), type: sqlName(type) }) }
  switch (type.kind) {
    case 'boolean': return t => t === 't'
    case 'short': case 'int': case 'byte': return Number
    case 'long': return t => { const n = BigInt(t); return BigInt.asIntN(64, n) === n ? n : refuse(t) }
    case 'float': return t => Math.fround(Number(t))
    case 'double': return Number
    case 'decimal': return t => { const d = parseDecimal(t); return (d === null ? null : toDecimal(d, type)) ?? refuse(t) }
    case 'date': return t => parseDate(t) ?? refuse(t)
    case 'timestamp': return t => parseTimestamp(/^\d\d:/.test(t) ? `1970-01-01 ${t}` : t, zone) ?? refuse(t)
    case 'timestamp_ntz': return t => parseTimestampNtz(/^\d\d:/.test(t) ? `1970-01-01 ${t}` : t) ?? refuse(t)
    case 'binary': return t => new Uint8Array(Buffer.from(t.slice(2), 'hex'))
    case 'array': { const one = valueReader(type.elementType, name, zone); return t => arrayTexts(t).map(e => (e === null ? null : one(e))) }
    default: return t => t
  }
}

/** The elements of `{a,NULL,"b,c"}`; arrays of arrays keep their inner text. */
export function arrayTexts(text: string): (string | null)[] {
  const inner = text.slice(text.indexOf('{') + 1, -1), out: (string | null)[] = []
  if (inner === '') return out
  for (const m of inner.matchAll(/"((?:[^"\\]|\\.)*)"(?:,|$)|([^,"]*)(?:,|$)/gs)) {
    if (m[1] !== undefined) out.push(m[1].replaceAll(/\\(.)/gs, '$1'))
    else out.push(m[2] === 'NULL' ? null : m[2]!)
    if (!m[0].endsWith(',')) break
  }
  return out
}

/** A value as PostgreSQL's text, for COPY and for literals. */
export function textWriter(type: DataType): (value: unknown) => string {
  switch (type.kind) {
    case 'boolean': return v => (v === true || v === 1 ? 't' : 'f')
    case 'decimal': return v => decimalText(v as bigint, type.scale)
    case 'date': return v => eraText(dateText(v as number))
    case 'timestamp': return v => eraText(`${localTimestampText(v as bigint)}+00`)
    case 'timestamp_ntz': return v => eraText(localTimestampText(v as bigint))
    case 'binary': return v => `\\x${Buffer.from(v as Uint8Array).toString('hex')}`
    case 'array': { const one = textWriter(type.elementType); return v => `{${(v as unknown[]).map(e => (e === null ? 'NULL' : `"${one(e).replaceAll(/["\\]/g, '\\$&')}"`)).join(',')}}` }
    default: return String
  }
}

const eraText = (text: string): string => (text.startsWith('+') ? text.slice(1) : text)

/** A name in double quotes. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** A text as a literal, whatever standard_conforming_strings says. */
export const literal = (text: string): string => `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
