/** Owns large writes: pieces are gathered into parts that travel while the next is filled; the object shows up when the last step is done. */
import { executionError } from '../../errors/spark-error.ts'
import type { AtomicWriter, WriteOptions } from '../files.ts'
import { xmlOf, xmlText, type S3Client } from './client.ts'
import { isOurs, markedWrite, onlyIfAbsent } from './conditional-put.ts'

const partsUnderWay = 3
/** A store takes 10,000 parts; they grow so that an object may grow to terabytes. */
const partSize = (first: number, n: number): number => first * 2 ** Math.floor(n / 1500)

/** Writes one object. Less than a part goes out as one request. `ready` is awaited before anything is named. */
export function openUpload(client: S3Client, bucket: string, key: string, options: WriteOptions, ready: () => Promise<void>): AtomicWriter {
  const write = markedWrite(), condition = options.overwrite ? {} : onlyIfAbsent, at = { bucket, key, action: 'written' } as const
  let pieces: Uint8Array[] = [], held = 0, uploadId: string | null = null
  const tags: string[] = [], travelling = new Set<Promise<void>>()
  let failure: { readonly e: unknown } | null = null

  const sendPart = async (): Promise<void> => {
    uploadId ??= xmlText(xmlOf(await client.request({ ...at, method: 'POST', query: { uploads: '' }, headers: write.headers })), 'UploadId')!
    const body = gathered(pieces, held), n = tags.length
    tags.push('')
    pieces = []; held = 0
    const sent: Promise<void> = client.request({ ...at, method: 'PUT', query: { partNumber: String(n + 1), uploadId }, body })
      .then(answer => { tags[n] = answer.headers.get('etag') ?? '' }, (e: unknown) => { failure ??= { e } }).finally(() => { travelling.delete(sent) })
    travelling.add(sent)
    while (travelling.size >= partsUnderWay) await Promise.race(travelling)
    if (failure !== null) throw (failure as { e: unknown }).e
  }
  const abort = async (): Promise<void> => {
    pieces = []; held = 0
    await Promise.all(travelling)
    if (uploadId === null) return
    // What cannot be dropped now is invisible, and goes by the bucket's rule for incomplete uploads.
    try { await client.request({ ...at, method: 'DELETE', query: { uploadId }, action: 'deleted', expected: [404] }) } catch { /* see above */ }
    uploadId = null
  }
  return {
    async write(bytes) {
      // The caller may fill its buffer anew.
      pieces.push(bytes.slice()); held += bytes.length
      if (held >= partSize(client.settings.partBytes, tags.length)) try { await sendPart() } catch (e) { await abort(); throw e }
    },
    async commit() {
      try {
        await ready()
        if (uploadId === null) {
          const answer = await client.request({ ...at, method: 'PUT', headers: { ...condition, ...write.headers }, body: gathered(pieces, held), expected: options.overwrite ? [] : [412] })
          return await isOurs(client, at, write, answer)
        }
        if (held > 0) await sendPart()
        await Promise.all(travelling)
        if (failure !== null) throw (failure as { e: unknown }).e
        const list = tags.map((tag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${tag.replaceAll('"', '&quot;')}</ETag></Part>`).join('')
        const answer = await client.request({ ...at, method: 'POST', query: { uploadId }, headers: condition, body: new TextEncoder().encode(`<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${list}</CompleteMultipartUpload>`), expected: [404, 412] })
        const ours = await isOurs(client, at, write, answer)
        if (!ours && answer.status === 404) throw executionError('MICROLOTE_STORAGE_FAILED', { path: `s3a://${bucket}/${key}`, action: 'written', reason: 'its upload in parts has vanished from the store' })
        if (!ours) await abort()
        return ours
      } catch (e) { await abort(); throw e }
    },
    abort,
  }
}

function gathered(pieces: readonly Uint8Array[], bytes: number): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const out = new Uint8Array(bytes)
  let at = 0
  for (const p of pieces) { out.set(p, at); at += p.length }
  return out
}
