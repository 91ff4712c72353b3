/** Files in an S3 bucket, with the promises of the disk: a name shows up with all its bytes or not at all, and a taken name is not taken again. */
import { createHash } from 'node:crypto'
import { executionError } from '../../errors/spark-error.ts'
import { copyFile } from '../copy-file.ts'
import type { AtomicWriter, FileEntry, Files, LockResult, WriteOptions } from '../files.ts'
import { lockOwner, ownLockText } from '../lock-owner.ts'
import { S3Client, xmlOf, xmlText, type S3Outside } from './client.ts'
import { isOurs, markedWrite, onlyIfAbsent, probeConditionalPut } from './conditional-put.ts'
import { listFolder, listPages } from './listing.ts'
import { bucketAndKey } from './paths.ts'
import type { S3Settings } from './settings.ts'
import { openUpload } from './upload.ts'

/** A request copies this much at most. */
const largestCopy = 5 * 2 ** 30
const deletedAtOnce = 1000
const heldHere = new Set<string>()

/**
 * The files of one bucket. Folders are what keys have in common; `mkdirs` leaves Hadoop's mark, an empty object `folder/`.
 * `rename` is a copy and then a delete: a crash between leaves both. A lock holds against this machine's processes only; against those of others,
 * as in Spark, the logs do: an entry is written only where there is none, which is tried out once a bucket before the first such write.
 */
export class S3Files implements Files {
  readonly #client: S3Client
  #probed: Promise<void> | null = null

  constructor(settings: S3Settings, outside: S3Outside) { this.#client = new S3Client(settings, outside) }

  list(dir: string): Promise<FileEntry[]> {
    const { bucket, key } = bucketAndKey(dir)
    return listFolder(this.#client, bucket, key === '' ? '' : `${key}/`)
  }

  async stat(path: string): Promise<FileEntry | null> {
    const { bucket, key } = bucketAndKey(path), name = key.slice(key.lastIndexOf('/') + 1)
    if (key !== '') {
      const { status, headers } = await this.#client.request({ method: 'HEAD', bucket, key, action: 'looked for', expected: [404] })
      if (status !== 404) return { name, sizeBytes: Number(headers.get('content-length') ?? 0), modificationMs: Date.parse(headers.get('last-modified') ?? '') || 0, isDirectory: false }
    }
    for await (const page of listPages(this.#client, bucket, key === '' ? '' : `${key}/`, { deep: true, limit: 1 })) if (page.objects.length > 0 || key === '') return { name, sizeBytes: 0, modificationMs: 0, isDirectory: true }
    return null
  }

  async exists(path: string): Promise<boolean> { return await this.stat(path) !== null }

  async read(path: string): Promise<Uint8Array> {
    const bytes = await this.tryRead(path)
    if (bytes === null) throw executionError('MICROLOTE_STORAGE_FAILED', { path, action: 'read', reason: 'it does not exist (ENOENT)' })
    return bytes
  }

  async tryRead(path: string): Promise<Uint8Array | null> {
    const answer = await this.#client.request({ method: 'GET', ...bucketAndKey(path), action: 'read', expected: [404] })
    return answer.status === 404 ? null : answer.body
  }

  async readText(path: string): Promise<string> { return new TextDecoder().decode(await this.read(path)) }

  async readRange(path: string, start: number, end: number): Promise<Uint8Array> {
    if (end <= start) return new Uint8Array(0)
    const { status, body } = await this.#client.request({ method: 'GET', ...bucketAndKey(path), headers: { range: `bytes=${start}-${end - 1}` }, action: 'read', expected: [416] })
    // A store may answer with the whole object.
    return status === 416 ? new Uint8Array(0) : status === 206 ? body : body.subarray(start, end)
  }

  async mkdirs(dir: string): Promise<void> {
    const { bucket, key } = bucketAndKey(dir)
    if (key === '' || await this.exists(dir)) return
    await this.#client.request({ method: 'PUT', bucket, key: `${key}/`, body: new Uint8Array(0), action: 'created' })
  }

  async writeAtomic(path: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    const { bucket, key } = bucketAndKey(path)
    if (bytes.length > this.#client.settings.partBytes) {
      const upload = await this.createAtomic(path, options), step = this.#client.settings.partBytes
      for (let at = 0; at < bytes.length; at += step) await upload.write(bytes.subarray(at, at + step))
      return upload.commit()
    }
    if (!options.overwrite) await this.#keepsCondition(path)
    const write = markedWrite(), at = { bucket, key, action: 'written' }
    const answer = await this.#client.request({ ...at, method: 'PUT', headers: { ...write.headers, ...(options.overwrite ? {} : onlyIfAbsent) }, body: bytes, expected: options.overwrite ? [] : [412] })
    return isOurs(this.#client, at, write, answer)
  }

  async createAtomic(path: string, options: WriteOptions): Promise<AtomicWriter> {
    const { bucket, key } = bucketAndKey(path)
    return openUpload(this.#client, bucket, key, options, async () => { if (!options.overwrite) await this.#keepsCondition(path) })
  }

  async delete(path: string, recursive = false): Promise<void> {
    const { bucket, key } = bucketAndKey(path)
    if (key !== '') await this.#client.request({ method: 'DELETE', bucket, key, action: 'deleted', expected: [404] })
    if (!recursive) return
    for await (const page of listPages(this.#client, bucket, key === '' ? '' : `${key}/`, { deep: true })) {
      for (let i = 0; i < page.objects.length; i += deletedAtOnce) await this.#deleteAll(bucket, path, page.objects.slice(i, i + deletedAtOnce).map(o => o.key))
    }
  }

  async #deleteAll(bucket: string, path: string, keys: readonly string[]): Promise<void> {
    const body = new TextEncoder().encode(`<Delete><Quiet>true</Quiet>${keys.map(k => `<Object><Key>${escapeXml(k)}</Key></Object>`).join('')}</Delete>`)
    const answer = xmlOf(await this.#client.request({ method: 'POST', bucket, key: '', query: { delete: '' }, headers: { 'content-md5': createHash('md5').update(body).digest('base64') }, body, action: 'deleted', shown: bucketAndKey(path).key }))
    const refused = xmlText(answer, 'Code')
    if (refused !== null) throw executionError('MICROLOTE_STORAGE_FAILED', { path: `s3a://${bucket}/${xmlText(answer, 'Key') ?? ''}`, action: 'deleted', reason: `${refused}: ${xmlText(answer, 'Message') ?? 'no reason given'}` })
  }

  async rename(from: string, to: string): Promise<void> {
    const source = bucketAndKey(from), target = bucketAndKey(to), entry = await this.stat(from)
    if (entry === null || entry.isDirectory) throw executionError('MICROLOTE_STORAGE_FAILED', { path: from, action: `renamed to ${to}`, reason: entry === null ? 'it does not exist (ENOENT)' : 'it is a folder (EISDIR)' })
    if (source.bucket !== target.bucket || entry.sizeBytes > largestCopy) await copyFile(this, from, this, to)
    else await this.#client.request({ method: 'PUT', ...target, headers: { 'x-amz-copy-source': encodeURI(`/${source.bucket}/${source.key}`).replace(/[#?+]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`) }, action: 'written' })
    await this.delete(from)
  }

  async tryLock(path: string): Promise<LockResult> {
    const at = { ...bucketAndKey(path), action: 'locked' }, name = `${this.#client.settings.endpoint} ${at.bucket}/${at.key}`
    if (heldHere.has(name)) return { held: false, owner: `this process (${process.pid})` }
    heldHere.add(name)
    try {
      const body = new TextEncoder().encode(ownLockText()), write = markedWrite()
      await this.#keepsCondition(path)
      for (let condition: Readonly<Record<string, string>> = onlyIfAbsent; ;) {
        const answer = await this.#client.request({ ...at, method: 'PUT', headers: { ...condition, ...write.headers }, body, expected: [404, 412] })
        if (await isOurs(this.#client, at, write, answer)) break
        const found = await this.#client.request({ ...at, method: 'GET', expected: [404] }), owner = found.status === 404 ? null : lockOwner(xmlOf(found))
        if (owner?.living === true) { heldHere.delete(name); return { held: false, owner: owner.name } }
        // A dead lock is taken in one step: who comes second finds another's in its place.
        condition = found.status === 404 ? onlyIfAbsent : { 'if-match': found.headers.get('etag') ?? '' }
      }
      return { held: true, release: async () => { if (heldHere.delete(name)) await this.#dropOwnLock(path) } }
    } catch (e) { heldHere.delete(name); throw e }
  }

  // Another machine's process may have it by now. A lock that cannot be dropped is a dead process's from here on.
  async #dropOwnLock(path: string): Promise<void> {
    try { if (await this.readText(path) === ownLockText()) await this.delete(path) } catch { /* as said */ }
  }

  #keepsCondition(path: string): Promise<void> {
    const { bucket, key } = bucketAndKey(path)
    return this.#probed ??= probeConditionalPut(this.#client, bucket, path, key).catch((e: unknown) => { this.#probed = null; throw e })
  }
}

const escapeXml = (text: string): string => text.replace(/[&<>"'\r\n]/g, c => `&#${c.charCodeAt(0)};`)
