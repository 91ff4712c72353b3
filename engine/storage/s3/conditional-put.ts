/** Owns the one promise commits rest on: an object is written only where none is. Asks a bucket once whether it keeps it, and tells our own writes from others'. */
import { executionError } from '../../errors/spark-error.ts'
import { dirName, joinPath } from '../files.ts'
import type { S3Client, S3Request, S3Response } from './client.ts'

/** Each write carries a name of its own, by which it is known again when its answer got lost. */
const mark = 'x-amz-meta-microlote-write'
export interface MarkedWrite { readonly headers: Readonly<Record<string, string>>; readonly id: string }
export function markedWrite(): MarkedWrite {
  const id = globalThis.crypto.randomUUID()
  return { id, headers: { [mark]: id } }
}

export const onlyIfAbsent = { 'if-none-match': '*' } as const

/**
 * Whether the object is ours after a write that may be refused: true when it was written, false when another was there before.
 * After an answer that got lost, the refusal may be the echo of our own success, and the mark tells.
 */
export async function isOurs(client: S3Client, r: Pick<S3Request, 'bucket' | 'key' | 'action'>, write: MarkedWrite, answer: S3Response): Promise<boolean> {
  if (answer.status < 300) return true
  if (!answer.unsure) return false
  const found = await client.request({ ...r, method: 'HEAD', expected: [404] })
  return found.headers.get(mark) === write.id
}

/** Tries out, beside the path, whether a second write is refused. Throws MICROLOTE_S3_CONDITIONAL_PUT_IGNORED where it is not. */
export async function probeConditionalPut(client: S3Client, bucket: string, path: string, key: string): Promise<void> {
  const dir = dirName(key), name = `.microlote-probe.${globalThis.crypto.randomUUID()}.tmp`, probe = dir === '.' ? name : joinPath(dir, name)
  const put = (): Promise<S3Response> => client.request({ method: 'PUT', bucket, key: probe, headers: onlyIfAbsent, body: new Uint8Array(0), action: 'written', expected: [412, 501] })
  await put()
  const second = await put()
  try { await client.request({ method: 'DELETE', bucket, key: probe, action: 'deleted', expected: [404] }) } catch { /* who may not delete leaves an empty object of a hidden name */ }
  if (second.status !== 412) throw executionError('MICROLOTE_S3_CONDITIONAL_PUT_IGNORED', { endpoint: client.settings.endpoint, path })
}
