/** The columns of a table, asked of PostgreSQL while the caller waits. */
import { executionError } from '../../errors/spark-error.ts'
import { answerQuestions, AskedThread } from '../../storage/asked-thread.ts'
import { connectPostgres, type PostgresColumn, type PostgresSettings } from './client.ts'

interface Question { readonly settings: PostgresSettings; readonly sql: string }

const thread = new AskedThread<Question>(import.meta.url)
const operation = 'asking for the columns'

/** The columns of the result of a statement. Blocks until the answer is there. Throws what `connectPostgres` and a query throw. */
export function describeNow(settings: PostgresSettings, sql: string): readonly PostgresColumn[] {
  return thread.ask({ settings, sql }, {
    limitMs: (settings.loginTimeoutS ?? 15) * 1000 + 30_000,
    silent: reason => executionError('MICROLOTE_POSTGRES_UNREACHABLE', { place: `${settings.host}:${settings.port}/${settings.database}`, operation, reason }),
    failed: reason => executionError('MICROLOTE_POSTGRES_FAILED', { operation, reason, state: 'none' }),
  }) as readonly PostgresColumn[]
}

answerQuestions(import.meta.url, async ({ settings, sql }: Question) => {
  const connection = await connectPostgres(settings)
  try { return (await connection.query(sql)).columns } finally { await connection.close() }
})
