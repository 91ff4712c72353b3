/** Writes a table: created if need be, and loaded by COPY, all in one transaction, so that a failure leaves what was there. */
import type { Batch } from '../../columns/batch.ts'
import { analysisError } from '../../errors/spark-error.ts'
import type { StructTypeShape } from '../../types/data-type.ts'
import { connectPostgres, type PostgresConnection } from './client.ts'
import type { JdbcTarget } from './jdbc-options.ts'
import { postgresType, quoted, textWriter } from './postgres-types.ts'

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
}

/** True when the batch is new: its job's row in `batch_control` is locked until the transaction ends, so that two writers of one batch take turns. */
async function beginsBatch(connection: PostgresConnection, batch: NonNullable<TableWrite['batch']>): Promise<boolean> {
  if (!await exists(connection, 'batch_control')) {
    // Two that create it at once must not both try.
    await connection.query(`SELECT pg_advisory_xact_lock(hashtext('microlote.batch_control'))`)
    await connection.query('CREATE TABLE IF NOT EXISTS batch_control (job text PRIMARY KEY, batch_id bigint NOT NULL, updated_at timestamptz NOT NULL)')
  }
  await connection.query('INSERT INTO batch_control VALUES ($1, -1, now()) ON CONFLICT DO NOTHING', [batch.job])
  return Number((await connection.query('SELECT batch_id FROM batch_control WHERE job = $1 FOR UPDATE', [batch.job])).rows[0]![0]) < batch.id
}

/** COPY knows no conflicts, so the rows go to a table of this transaction first, and from there in one statement. */
async function upsert(connection: PostgresConnection, lines: AsyncIterable<string>, schema: StructTypeShape, w: TableWrite): Promise<void> {
  const all = schema.fields.map(f => f.name), names = all.map(quoted).join(', ')
  await connection.query(`CREATE TEMP TABLE microlote_batch ON COMMIT DROP AS SELECT ${names} FROM ${w.target.dbtable} LIMIT 0`)
  await connection.copyIn(`COPY microlote_batch (${names}) FROM STDIN`, lines)
  const rest = all.filter(name => !w.keys.includes(name))
  const then = w.onConflict === 'nothing' || rest.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${rest.map(name => `${quoted(name)} = EXCLUDED.${quoted(name)}`).join(', ')}`
  // Sorted, so that two writers lock the rows in one order.
  await connection.query(`INSERT INTO ${w.target.dbtable} (${names}) SELECT ${names} FROM microlote_batch ORDER BY ${w.keys.map(quoted).join(', ')} ON CONFLICT (${w.keys.map(quoted).join(', ')}) ${then}`)
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

/** A table's name: a part that is not quoted means its lower case, as PostgreSQL reads it; the text stands as it is. */
async function exists(connection: PostgresConnection, table: string): Promise<boolean> {
  return (await connection.query('SELECT to_regclass($1)', [table])).rows[0]![0] !== null
}

/** Writes all rows. Throws TABLE_OR_VIEW_ALREADY_EXISTS in the mode error, MICROLOTE_POSTGRES_VALUE when a value does not fit. */
export async function writeJdbc(batches: AsyncIterable<Batch>, schema: StructTypeShape, w: TableWrite): Promise<void> {
  const table = w.target.dbtable
  // Types that have no place in PostgreSQL are named before anything is touched.
  const columns = schema.fields.map(f => `${quoted(f.name)} ${w.types.get(f.name.toLowerCase()) ?? postgresType(f.dataType, f.name)}${f.nullable ? '' : ' NOT NULL'}`)
  const connection = await connectPostgres(w.target.settings)
  try {
    if (w.target.sessionInit !== null) await connection.query(w.target.sessionInit)
    await connection.query('BEGIN')
    if (w.batch !== null && !await beginsBatch(connection, w.batch)) return
    let there = await exists(connection, table)
    if (there && w.mode === 'ignore') return
    if (there && w.mode === 'error') throw analysisError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: table })
    if (there && w.mode === 'overwrite') {
      await connection.query(w.truncate ? `TRUNCATE TABLE ${w.cascade ? '' : 'ONLY '}${table}${w.cascade ? ' CASCADE' : ''}` : `DROP TABLE ${table}`)
      there = w.truncate
    }
    if (!there) await connection.query(`CREATE TABLE ${table} (${[...columns, ...(w.keys.length === 0 ? [] : [`PRIMARY KEY (${w.keys.map(quoted).join(', ')})`])].join(', ')}) ${w.tableOptions}`)
    const lines = copyLines(batches, schema)
    if (w.keys.length > 0) await upsert(connection, lines, schema, w)
    else await connection.copyIn(`COPY ${table} (${schema.fields.map(f => quoted(f.name)).join(', ')}) FROM STDIN`, lines)
    if (w.batch !== null) await connection.query('UPDATE batch_control SET batch_id = $2, updated_at = now() WHERE job = $1', [w.batch.job, w.batch.id])
    await connection.query('COMMIT')
  } finally { await connection.close() }
}
