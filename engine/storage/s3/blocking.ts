/** An S3 store asked while the caller waits. */
import { executionError } from '../../errors/spark-error.ts'
import { systemClock } from '../../observe/clock.ts'
import { answerQuestions, AskedThread } from '../asked-thread.ts'
import type { FileEntry, FilesNow } from '../files.ts'
import type { S3Settings } from './settings.ts'

interface Question { readonly settings: S3Settings; readonly op: 'list' | 'stat' | 'tryRead' | 'readRange'; readonly path: string; readonly start: number; readonly end: number }

const thread = new AskedThread<Question>(import.meta.url)

function ask(question: Question): unknown {
  const { settings: s, path } = question, action = 'read'
  return thread.ask(question, {
    // Longer than all attempts together may take.
    limitMs: s.attempts * (s.timeoutMs + 20_000) + 10_000,
    silent: reason => executionError('MICROLOTE_S3_UNREACHABLE', { endpoint: s.endpoint, attempts: s.attempts, path, action, reason }),
    failed: reason => executionError('MICROLOTE_STORAGE_FAILED', { path, action, reason }),
  })
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

answerQuestions(import.meta.url, async (q: Question) => {
  const { S3Files } = await import('./s3-files.ts'), files = new S3Files(q.settings, { clock: systemClock, fetch: globalThis.fetch })
  return q.op === 'readRange' ? files.readRange(q.path, q.start, q.end) : files[q.op](q.path)
})
