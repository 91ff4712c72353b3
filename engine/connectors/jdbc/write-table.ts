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
    let there = await exists(connection, table)
    if (there && w.mode === 'ignore') return
    if (there && w.mode === 'error') throw analysisError('TABLE_OR_VIEW_ALREADY_EXISTS', { relationName: table })
    if (there && w.mode === 'overwrite') {
      await connection.query(w.truncate ? `TRUNCATE TABLE ${w.cascade ? '' : 'ONLY '}${table}${w.cascade ? ' CASCADE' : ''}` : `DROP TABLE ${table}`)
      there = w.truncate
    }
    if (!there) await connection.query(`CREATE TABLE ${table} (${columns.join(', ')}) ${w.tableOptions}`)
    await connection.copyIn(`COPY ${table} (${schema.fields.map(f => quoted(f.name)).join(', ')}) FROM STDIN`, copyLines(batches, schema))
    await connection.query('COMMIT')
  } finally { await connection.close() }
}
