/** The columns of a table, asked of PostgreSQL while the caller waits: a plan's schema must be known at once, so a thread of its own does the asking. */
import { MessageChannel, receiveMessageOnPort, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import { connectPostgres, type PostgresColumn, type PostgresSettings } from './client.ts'

interface Asked { readonly microloteDescribe: { readonly settings: PostgresSettings; readonly sql: string; readonly done: Int32Array; readonly port: MessagePort } }
type Answer = { readonly columns: readonly PostgresColumn[] } | { readonly condition: string; readonly parameters: Readonly<Record<string, string>> } | { readonly failure: string }

/** The columns of the result of a statement. Blocks until the answer is there. Throws what `connectPostgres` and a query throw. */
export function describeNow(settings: PostgresSettings, sql: string): readonly PostgresColumn[] {
  const { port1, port2 } = new MessageChannel(), done = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), { workerData: { microloteDescribe: { settings, sql, done, port: port2 } } satisfies Asked, transferList: [port2], execArgv: [], stderr: false })
  worker.unref()
  const limitMs = (settings.loginTimeoutS ?? 15) * 1000 + 30_000
  const seen = Atomics.wait(done, 0, 0, limitMs)
  const answer = (receiveMessageOnPort(port1) as { message: Answer } | undefined)?.message
  port1.close()
  if (answer === undefined) throw executionError('MICROLOTE_POSTGRES_UNREACHABLE', { place: `${settings.host}:${settings.port}/${settings.database}`, operation: 'asking for the columns', reason: seen === 'timed-out' ? `no answer in ${limitMs} ms` : 'the thread that asked ended' })
  if ('columns' in answer) return answer.columns
  if ('failure' in answer) throw executionError('MICROLOTE_POSTGRES_FAILED', { operation: 'asking for the columns', reason: answer.failure, state: 'none' })
  throw executionError(answer.condition as 'MICROLOTE_POSTGRES_UNREACHABLE', answer.parameters as { place: string; operation: string; reason: string })
}

async function answer({ settings, sql }: Asked['microloteDescribe']): Promise<Answer> {
  try {
    const connection = await connectPostgres(settings)
    try { return { columns: (await connection.query(sql)).columns } } finally { await connection.close() }
  } catch (error) {
    if (error instanceof SparkError && error.condition !== null) return { condition: error.condition, parameters: error.parameters as Record<string, string> }
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

const asked = (workerData as Partial<Asked> | null)?.microloteDescribe
if (asked !== undefined) {
  void answer(asked).then(result => {
    asked.port.postMessage(result)
    Atomics.store(asked.done, 0, 1)
    Atomics.notify(asked.done, 0)
  })
}
