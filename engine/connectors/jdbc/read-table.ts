/** Reads a table or query: its schema, its division into ranges, its rows through a cursor. */
import { Batch } from '../../columns/batch.ts'
import type { ColumnPredicate } from '../../columns/column-predicate.ts'
import { ConstantVector } from '../../columns/constant-vector.ts'
import { structField, structType, type DataType, type StructTypeShape } from '../../types/data-type.ts'
import { parseSchema } from '../../types/ddl.ts'
import { dateText, localTimestampText, parseDate, parseTimestamp } from '../../types/timestamp.ts'
import { timeZone } from '../../types/time-zone.ts'
import type { OptionsReader } from '../options.ts'
import { connectPostgres } from './client.ts'
import { describeNow } from './describe-now.ts'
import type { JdbcPartitioning, JdbcTarget } from './jdbc-options.ts'
import { columnReader, literal, quoted, sparkType, textWriter } from './postgres-types.ts'

/** The schema, every column nullable, `customSchema` put over what PostgreSQL says. */
export function tableSchema(target: JdbcTarget, options: OptionsReader): StructTypeShape {
  const ntz = options.boolean('preferTimestampNTZ', false), custom = options.text('customSchema')
  const given = new Map((custom === null ? [] : parseSchema(custom).fields).map((f): [string, DataType] => [f.name.toLowerCase(), f.dataType]))
  const columns = describeNow(target.settings, `SELECT * FROM ${target.dbtable} WHERE 1=0`)
  return structType(columns.map(c => structField(c.name, given.get(c.name.toLowerCase()) ?? sparkType(c, ntz), true)))
}

/** Conditions of which each row of the table meets exactly one: Spark's strides, the first range with what is below and NULL, the last with what is above. */
export function rangeConditions(p: JdbcPartitioning, schema: StructTypeShape, zoneName: string, options: OptionsReader): readonly (string | null)[] {
  const field = schema.fields.find(f => f.name.toLowerCase() === p.column.toLowerCase())
  if (field === undefined) throw options.invalid('partitionColumn', `the columns are ${schema.fields.map(f => f.name).join(', ')}`)
  const kind = field.dataType.kind, zone = timeZone(zoneName)
  if (!['byte', 'short', 'int', 'long', 'float', 'double', 'decimal', 'date', 'timestamp', 'timestamp_ntz'].includes(kind)) throw options.invalid('partitionColumn', 'it must be a number, a date or a timestamp')
  const bound = (name: string, text: string): bigint => {
    const days = kind === 'date' ? parseDate(text) : null
    const value = kind === 'date' ? (days === null ? null : BigInt(days)) : kind.startsWith('timestamp') ? parseTimestamp(text, zone) : /^[+-]?\d+$/.test(text.trim()) ? BigInt(text.trim()) : null
    if (value === null) throw options.invalid(name, kind === 'date' ? 'write a date' : kind.startsWith('timestamp') ? 'write a timestamp' : 'write a whole number')
    return value
  }
  const lower = bound('lowerBound', p.lower), upper = bound('upperBound', p.upper)
  if (lower > upper) throw options.invalid('lowerBound', 'it is above upperBound')
  const count = upper - lower < BigInt(p.count) ? (upper - lower < 1n ? 1n : upper - lower) : BigInt(p.count)
  if (count <= 1n) return [null]
  const text = (v: bigint): string => (kind === 'date' ? `'${dateText(Number(v))}'` : kind === 'timestamp' ? `'${localTimestampText(v)}+00'` : kind === 'timestamp_ntz' ? `'${localTimestampText(v)}'` : String(v))
  const name = quoted(field.name), cut = (i: bigint): string => text(lower + ((upper - lower) * i) / count)
  return Array.from({ length: Number(count) }, (_, n) => {
    const i = BigInt(n)
    if (i === 0n) return `${name} < ${cut(1n)} OR ${name} IS NULL`
    return i === count - 1n ? `${name} >= ${cut(i)}` : `${name} >= ${cut(i)} AND ${name} < ${cut(i + 1n)}`
  })
}

/** Those conditions of the query that PostgreSQL surely understands as we do; all are looked at again afterwards. */
function pushed(predicates: readonly ColumnPredicate[]): string[] {
  return predicates.flatMap((p): string[] => {
    if (p.op === 'is null' || p.op === 'is not null') return [`${quoted(p.column)} ${p.op}`]
    // Order of texts is the collation's, NaN and time zones have rules of their own.
    const exact = ['byte', 'short', 'int', 'long', 'decimal', 'date'].includes(p.type.kind), equality = p.op === '=' || p.op === 'in'
    if (!exact && !(equality && p.type.kind === 'string')) return []
    const write = textWriter(p.type), values = p.values.map(v => (p.type.kind === 'string' || p.type.kind === 'date' ? literal(write(v)) : write(v)))
    return values.length === 0 ? [] : [`${quoted(p.column)} ${p.op === 'in' ? `IN (${values.join(', ')})` : `${p.op} ${values[0]!}`}`]
  })
}

export interface TableRead {
  readonly target: JdbcTarget
  readonly schema: StructTypeShape
  /** Indices of the columns wanted. */
  readonly columns: readonly number[]
  readonly partitioning: JdbcPartitioning | null
  readonly predicates: readonly ColumnPredicate[]
  readonly fetchSize: number
  readonly timeZone: string
}

/** The rows, range after range, all from one snapshot of the database. */
export async function* readTable(r: TableRead, options: OptionsReader): AsyncGenerator<Batch> {
  const wanted = r.columns.map(c => r.schema.fields[c]!)
  const readers = wanted.map(f => columnReader(f.dataType, f.name, r.timeZone))
  const empty = (length: number) => r.schema.fields.map(f => new ConstantVector(f.dataType, null, length))
  const ranges = r.partitioning === null ? [null] : rangeConditions(r.partitioning, r.schema, r.timeZone, options)
  const connection = await connectPostgres(r.target.settings)
  try {
    await connection.query(`SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 3`)
    if (r.target.sessionInit !== null) await connection.query(r.target.sessionInit)
    await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    for (const range of ranges) {
      const where = [...(range === null ? [] : [range]), ...pushed(r.predicates)].map(c => `(${c})`).join(' AND ')
      await connection.query(`DECLARE microlote_rows NO SCROLL CURSOR FOR SELECT ${wanted.length === 0 ? '1' : wanted.map(f => quoted(f.name)).join(', ')} FROM ${r.target.dbtable}${where === '' ? '' : ` WHERE ${where}`}`)
      for (;;) {
        const { rows } = await connection.query(`FETCH ${r.fetchSize} FROM microlote_rows`)
        if (rows.length === 0) break
        const columns: Batch['columns'][number][] = empty(rows.length)
        wanted.forEach((_, k) => { columns[r.columns[k]!] = readers[k]!(rows.map(row => row[k]!)) })
        yield new Batch(columns, rows.length)
        if (rows.length < r.fetchSize) break
      }
      await connection.query('CLOSE microlote_rows')
    }
    await connection.query('COMMIT')
  } finally { await connection.close() }
}

