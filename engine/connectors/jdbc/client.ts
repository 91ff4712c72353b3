/** PostgreSQL connections: the only importer of pg and pg-copy-streams, which are optional; loaded when first needed. */
import type { Client } from 'pg'
import { analysisError, executionError, type SparkError } from '../../errors/spark-error.ts'

/** Where and as whom to connect. */
export interface PostgresSettings {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user?: string
  readonly password?: string
  readonly ssl?: boolean
  /** Seconds to wait for an answer, 15 unless told. */
  readonly loginTimeoutS?: number
}

/** A column of a result as PostgreSQL describes it: its type's number and modifier. */
export interface PostgresColumn { readonly name: string; readonly oid: number; readonly modifier: number }

/** One session. Values come and go as PostgreSQL's text. */
export interface PostgresConnection {
  /** Runs a statement. */
  query(sql: string, values?: readonly (string | number | null)[]): Promise<{ readonly columns: readonly PostgresColumn[]; readonly rows: readonly (readonly (string | null)[])[]; readonly rowCount: number }>
  /** Sends pieces in the form that a `COPY … FROM STDIN` names; other statements may stand before it in the text. */
  copyIn(sql: string, pieces: AsyncIterable<string | Uint8Array>): Promise<void>
  /** Whether the process stays alive for this session: one that is only kept must not hold it. */
  holdProcess(hold: boolean): void
  close(): Promise<void>
}

const raw = { getTypeParser: () => (text: string) => text }

/** Connects. Throws MICROLOTE_POSTGRES_UNREACHABLE, _AUTHENTICATION or _DRIVER_MISSING. */
export async function connectPostgres(settings: PostgresSettings): Promise<PostgresConnection> {
  const { default: pg } = await import('pg').catch((cause: unknown) => { throw analysisError('MICROLOTE_POSTGRES_DRIVER_MISSING', { packages: 'pg pg-copy-streams' }, cause) })
  const client = new pg.Client({
    host: settings.host, port: settings.port, database: settings.database, user: settings.user, password: settings.password, ssl: settings.ssl === true,
    connectionTimeoutMillis: (settings.loginTimeoutS ?? 15) * 1000, application_name: 'microlote', keepAlive: true,
  }) as Client & { ref(): void; unref(): void }
  // A session that breaks while nobody waits for it is noticed by the next statement.
  client.on('error', () => {})
  try { await client.connect() } catch (error) { throw postgresFailure(error, 'connecting', settings) }
  return {
    async query(sql, values) {
      // Several statements in one text give several results, of which the last counts.
      const all = await client.query<(string | null)[]>({ text: sql, values: values as unknown[] | undefined, rowMode: 'array', types: raw }).catch((error: unknown) => { throw postgresFailure(error, shortened(sql), settings) })
      const r = (Array.isArray(all) ? (all as typeof all[]).at(-1)! : all)
      return { columns: r.fields.map(f => ({ name: f.name, oid: f.dataTypeID, modifier: f.dataTypeModifier })), rows: r.rows, rowCount: r.rowCount ?? 0 }
    },
    async copyIn(sql, pieces) {
      const { from } = await import('pg-copy-streams').catch((cause: unknown) => { throw analysisError('MICROLOTE_POSTGRES_DRIVER_MISSING', { packages: 'pg-copy-streams' }, cause) })
      const { pipeline } = await import('node:stream/promises')
      const { Readable } = await import('node:stream')
      let own: unknown = null
      const watched = async function* (): AsyncGenerator<string | Uint8Array> { try { yield* pieces } catch (error) { own = error; throw error } }
      try { await pipeline(Readable.from(watched(), { objectMode: true, highWaterMark: 2 }), client.query(from(sql))) } catch (error) { throw own ?? postgresFailure(error, shortened(sql), settings) }
    },
    holdProcess(hold) { if (hold) client.ref(); else client.unref() },
    // Whoever waits for the end must not find the process gone before it.
    close: () => { client.ref(); return client.end().catch(() => {}) },
  }
}

const shortened = (sql: string): string => { const line = sql.replaceAll(/\s+/g, ' ').trim(); return line.length > 200 ? `${line.slice(0, 197)}...` : line }

/** The condition of what pg reports: SQLSTATE 28… login, 42P01 missing table, 22… and 23… values; no SQLSTATE means the line broke. */
export function postgresFailure(error: unknown, operation: string, settings: PostgresSettings): SparkError {
  const e = error as { code?: string; message?: string; detail?: string; where?: string; column?: string; errors?: readonly { message: string }[] }
  const reason = e.message || e.errors?.map(x => x.message).join('; ') || String(error), place = `${settings.host}:${settings.port}/${settings.database}`
  const state = /^[0-9A-Z]{5}$/.test(e.code ?? '') && e.code !== 'EPIPE' ? e.code! : ''
  if (state.startsWith('28') || /SASL|password must be a string/.test(reason)) return executionError('MICROLOTE_POSTGRES_AUTHENTICATION', { place, user: settings.user ?? '', reason }, error)
  if (state === '3D000') return executionError('MICROLOTE_POSTGRES_DATABASE_MISSING', { place, reason }, error)
  if (state === '42P01') return executionError('MICROLOTE_POSTGRES_TABLE_MISSING', { place, reason }, error)
  if (state.startsWith('22') || state.startsWith('23')) return executionError('MICROLOTE_POSTGRES_VALUE', { reason, state, detail: [e.detail, e.where].filter(x => x !== undefined).join('; ') || 'no more is known' }, error)
  if (state === '' || state.startsWith('08') || state.startsWith('57P')) return executionError('MICROLOTE_POSTGRES_UNREACHABLE', { place, operation, reason }, error)
  return executionError('MICROLOTE_POSTGRES_FAILED', { operation, reason, state }, error)
}
