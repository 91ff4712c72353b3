/** An S3 store asked while the caller waits: a plan's schema must be known at once, so a thread of its own does the asking. */
import { MessageChannel, receiveMessageOnPort, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { conditions, type Condition } from '../../errors/conditions.ts'
import { executionError, SparkError } from '../../errors/spark-error.ts'
import { systemClock } from '../../observe/clock.ts'
import type { FileEntry, FilesNow } from '../files.ts'
import type { S3Settings } from './settings.ts'

interface Question { readonly settings: S3Settings; readonly op: 'list' | 'stat' | 'tryRead' | 'readRange'; readonly path: string; readonly start: number; readonly end: number }
type Answer = { readonly value: unknown } | { readonly condition: string; readonly parameters: Readonly<Record<string, string>> } | { readonly failure: string }
interface Seat { readonly microloteS3: { readonly port: MessagePort; readonly done: Int32Array } }
interface Helper { readonly port: MessagePort; readonly done: Int32Array }

let helper: Helper | null = null

// Neither the thread nor its port keeps the process alive.
function start(): Helper {
  const { port1, port2 } = new MessageChannel(), done = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(new URL(import.meta.url), { workerData: { microloteS3: { port: port2, done } } satisfies Seat, transferList: [port2], execArgv: [], stderr: false })
  worker.unref()
  port1.unref()
  return { port: port1, done }
}

function ask(question: Question): unknown {
  helper ??= start()
  const { port, done } = helper, { settings: s } = question
  port.postMessage(question)
  // Longer than all attempts together may take.
  const limitMs = s.attempts * (s.timeoutMs + 20_000) + 10_000
  const seen = Atomics.wait(done, 0, 0, limitMs)
  const answer = (receiveMessageOnPort(port) as { message: Answer } | undefined)?.message
  Atomics.store(done, 0, 0)
  if (answer === undefined) { helper = null; throw executionError('MICROLOTE_S3_UNREACHABLE', { endpoint: s.endpoint, attempts: s.attempts, path: question.path, action: 'read', reason: seen === 'timed-out' ? `no answer in ${limitMs} ms` : 'the thread that asked ended' }) }
  if ('value' in answer) return answer.value
  if ('failure' in answer || !(answer.condition in conditions)) throw executionError('MICROLOTE_STORAGE_FAILED', { path: question.path, action: 'read', reason: 'failure' in answer ? answer.failure : answer.condition })
  // The sentence is made anew from what it was filled with; errors do not cross threads whole.
  throw (executionError as (c: Condition, p: Readonly<Record<string, string>>) => Error)(answer.condition as Condition, answer.parameters)
}

/** The store of these settings, blocking. */
export function blockingS3(settings: S3Settings): FilesNow {
  return {
    list: path => ask({ settings, op: 'list', path, start: 0, end: 0 }) as FileEntry[],
    stat: path => ask({ settings, op: 'stat', path, start: 0, end: 0 }) as FileEntry | null,
    tryRead: path => ask({ settings, op: 'tryRead', path, start: 0, end: 0 }) as Uint8Array | null,
    readRange: (path, start, end) => ask({ settings, op: 'readRange', path, start, end }) as Uint8Array,
  }
}

async function answered(q: Question): Promise<Answer> {
  try {
    const { S3Files } = await import('./s3-files.ts'), files = new S3Files(q.settings, { clock: systemClock, fetch: globalThis.fetch })
    return { value: await (q.op === 'readRange' ? files.readRange(q.path, q.start, q.end) : files[q.op](q.path)) }
  } catch (e) {
    return e instanceof SparkError ? { condition: e.condition, parameters: e.parameters } : { failure: e instanceof Error ? e.message : String(e) }
  }
}

const seat = (workerData as Partial<Seat> | null)?.microloteS3
if (seat !== undefined) seat.port.on('message', (q: Question) => {
  void answered(q).then(answer => {
    seat.port.postMessage(answer)
    Atomics.store(seat.done, 0, 1)
    Atomics.notify(seat.done, 0)
  })
})
