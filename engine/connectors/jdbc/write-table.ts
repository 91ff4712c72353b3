/** Writes a table: created if need be, and loaded by COPY, all in one transaction, so that a failure leaves what was there. Of a batch each step is one message, for each costs a wait. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { xxHash64Value } from '../../columns/xxhash64.ts'
import { stringType } from '../../types/data-type.ts'
import { copyBytes, fitsBinary } from './binary-copy.ts'
import type { JdbcTarget } from './jdbc-options.ts'
import { literal, postgresType, quoted, textWriter } from './postgres-types.ts'
import { inSession, type PostgresSession, type PostgresSessions } from './sessions.ts'

const pieceChars = 1 << 17

/** What a write may be asked. */
export interface TableWrite {
  readonly target: JdbcTarget
  readonly mode: 'append' | 'overwrite' | 'ignore' | 'error'
  /** Empties the table instead of making it anew, when overwriting. */
  readonly truncate: boolean
  readonly cascade: boolean
  /** Types of columns of a new table, by name in lower case, as PostgreSQL writes them. */
  readonly types: ReadonlyMap<string, string>
  readonly tableOptions: string
  /** Columns by which a row is the same row; empty: rows are only added. */
  readonly keys: readonly string[]
  /** What becomes of a row that is there already. */
  readonly onConflict: 'update' | 'nothing'
  /** The batch this write is, so that it is done once. */
  readonly batch: { readonly job: string; readonly id: number } | null
  /** Of the query whose batch this is. */
  readonly sessions: PostgresSessions | null
}

/** A column as the table has it: name, type number, type modifier. */
type ColumnShape = readonly [name: string, oid: number, modifier: number]
/** The table's own number and its columns; null when there is no such table. */
type TableShape = readonly [table: number, columns: readonly ColumnShape[]] | null

/** The shape as an expression of SQL. A part of the name that is not quoted means its lower case, as PostgreSQL reads it; the text stands as it is. */
function shapeOf(table: string): string {
  const oid = `to_regclass(${literal(table)})`
  return `CASE WHEN ${oid} IS NOT NULL THEN json_build_array(${oid}::oid::int8, (SELECT json_agg(json_build_array(attname, atttypid::int8, atttypmod) ORDER BY attnum) FROM pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped))::text END`
}
const shapeFrom = (text: string | null): TableShape => (text === null ? null : JSON.parse(text) as TableShape)

/** What is known when a transaction has begun; `written`: the batch was written before. */
interface Begun { readonly written: boolean; readonly shape: TableShape }

/** Begins the transaction. The row of the job in `batch_control` is locked until it ends, so that two writers of one batch take turns. */
async function begin({ connection, jobs }: PostgresSession, { batch, target }: TableWrite): Promise<Begun> {
  const shape = shapeOf(target.dbtable)
  if (batch === null) return { written: false, shape: shapeFrom((await connection.query(`BEGIN; SELECT ${shape}`)).rows[0]![0]!) }
  const job = literal(batch.job)
  let before = 'BEGIN; '
  if (!jobs.has(batch.job)) {
    if ((await connection.query("BEGIN; SELECT to_regclass('batch_control')")).rows[0]![0] === null) {
      // Two that create it at once must not both try.
      await connection.query("SELECT pg_advisory_xact_lock(hashtext('microlote.batch_control')); CREATE TABLE IF NOT EXISTS batch_control (job text PRIMARY KEY, batch_id bigint NOT NULL, updated_at timestamptz NOT NULL)")
    }
    before = `INSERT INTO batch_control VALUES (${job}, -1, now()) ON CONFLICT DO NOTHING; `
  }
  // The shape is asked for by a statement of its own: the first may have waited for a writer who made the table.
  const found = (await connection.query(`${before}SELECT FROM batch_control WHERE job = ${job} FOR UPDATE; SELECT batch_id, ${shape} FROM batch_control WHERE job = ${job}`)).rows[0]!
  return { written: Number(found[0]) >= batch.id, shape: shapeFrom(found[1]!) }
}

/**
 * COPY knows no conflicts, so the rows go to a table of this session first, and from there in one statement. The table is empty after each transaction; its name says of what
 * it is a copy, so one of another shape is never taken for it, and where a pooler gives the session away it is made again.
 */
function upsert(shape: TableShape, names: readonly string[], w: TableWrite): { readonly make: string; readonly into: string; readonly then: string } {
  const all = names.map(quoted).join(', '), into = `pg_temp.microlote_batch_${BigInt.asUintN(64, xxHash64Value(stringType, JSON.stringify([shape, names]), 42n)).toString(36)}`
  const rest = names.filter(name => !w.keys.includes(name))
  const change = w.onConflict === 'nothing' || rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${rest.map(name => `${quoted(name)} = EXCLUDED.${quoted(name)}`).join(', ')}`
  return {
    into,
    make: `CREATE TEMP TABLE IF NOT EXISTS ${into} ON COMMIT DELETE ROWS AS SELECT ${all} FROM ${w.target.dbtable} WITH NO DATA; `,
    // Sorted, so that two writers lock the rows in one order.
    then: `INSERT INTO ${w.target.dbtable} (${all}) SELECT ${all} FROM ${into} ORDER BY ${w.keys.map(quoted).join(', ')} ON CONFLICT (${w.keys.map(quoted).join(', ')}) ${change}; `,
  }
}

/** Lines of COPY's text form. */
export async function* copyLines(batches: AsyncIterable<Batch>, schema: StructTypeShape): AsyncGenerator<string> {
  const writers = schema.fields.map(f => textWriter(f.dataType))
  const plain = schema.fields.map(f => ['byte', 'short', 'int', 'long', 'float', 'double', 'decimal', 'boolean', 'date', 'timestamp', 'timestamp_ntz'].includes(f.dataType.kind))
  let text = ''
  for await (const batch of batches) {
    for (let i = 0; i < batch.length; i++) {
      for (let k = 0; k < writers.length; k++) {
        const column = batch.columns[k]!
        if (k > 0) text += '\t'
        text += column.isNull(i) ? '\\N' : plain[k] ? writers[k]!(column.value(i)) : escaped(writers[k]!(column.value(i)))
      }
      text += '\n'
      if (text.length >= pieceChars) { yield text; text = '' }
    }
  }
  if (text !== '') yield text
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string): string => (/[\\\t\n\r]/.test(text) ? text.replaceAll(/[\\\t\n\r]/g, c => escapes[c]!) : text)

/** Writes all rows. Throws TABLE_OR_VIEW_ALREADY_EXISTS in the mode error, MICROLOTE_POSTGRES_VALUE when a value does not fit. */
export async function writeJdbc(batches: AsyncIterable<Batch>, schema: StructTypeShape, w: TableWrite): Promise<void> {
  const table = w.target.dbtable, names = schema.fields.map(f => f.name)
  // Types that have no place in PostgreSQL are named before anything is touched.
  const columns = schema.fields.map(f => `${quoted(f.name)} ${w.types.get(f.name.toLowerCase()) ?? postgresType(f.dataType, f.name)}${f.nullable ? '' : ' NOT NULL'}`)
  await inSession(w.sessions, w.target, session => begin(session, w), async ({ connection, jobs }, begun) => {
    let { shape } = begun
    if (begun.written || (shape !== null && w.mode === 'ignore')) { await connection.query('ROLLBACK'); return }
    if (shape !== null && w.mode === 'error') throw analysisError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: table })
    if (shape !== null && w.mode === 'overwrite') {
      await connection.query(w.truncate ? `TRUNCATE TABLE ${w.cascade ? '' : 'ONLY '}${table}${w.cascade ? ' CASCADE' : ''}` : `DROP TABLE ${table}`)
      if (!w.truncate) shape = null
    }
    if (shape === null) {
      const made = `CREATE TABLE ${table} (${[...columns, ...(w.keys.length === 0 ? [] : [`PRIMARY KEY (${w.keys.map(quoted).join(', ')})`])].join(', ')}) ${w.tableOptions}`
      shape = shapeFrom((await connection.query(`${made}; SELECT ${shapeOf(table)}`)).rows[0]![0]!)
    }
    const types = new Map(shape?.[1].map(([name, oid]) => [name, oid])), binary = fitsBinary(schema, names.map(name => types.get(name) ?? 0))
    const by = w.keys.length === 0 ? { make: '', into: table, then: '' } : upsert(shape, names, w)
    await connection.copyIn(`${by.make}COPY ${by.into} (${names.map(quoted).join(', ')}) FROM STDIN${binary ? ' (FORMAT binary)' : ''}`, binary ? copyBytes(batches, schema) : copyLines(batches, schema))
    const fence = w.batch === null ? '' : `UPDATE batch_control SET batch_id = ${w.batch.id}, updated_at = now() WHERE job = ${literal(w.batch.job)}; `
    await connection.query(`${by.then}${fence}COMMIT`)
    if (w.batch !== null) jobs.add(w.batch.job)
  })
}
