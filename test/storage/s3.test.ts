/** The promises of files on a real S3 store, what its refusals mean, and what becomes of lost answers. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { after, before, test } from 'node:test'
import { AwsV4Signer } from 'aws4fetch'
import { startS3, type S3Server } from '../../fixtures/index.ts'
import { freePorts } from '../../fixtures/probe.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { FilesByScheme } from '../../engine/storage/files-by-scheme.ts'
import type { Files } from '../../engine/storage/files.ts'
import { bytes, filesContract, storageFailed } from './contract.ts'

let s3: S3Server
before(async () => { s3 = await startS3() })
after(async () => { await s3?.stop() })

let buckets = 0
const newBucket = (): Promise<string> => s3.createBucket(`cubo-${process.pid}-${++buckets}`)

interface More { readonly confs?: Readonly<Record<string, string>>; readonly fetch?: typeof fetch; readonly env?: Readonly<Record<string, string>> }
function filesWith(more: More = {}): Files {
  const confs: Record<string, string> = { ...s3.confs, 'spark.hadoop.fs.s3a.retry.interval': '1ms', ...more.confs }
  return new FilesByScheme({ conf: key => confs[key] ?? null, env: more.env ?? {}, ...(more.fetch === undefined ? {} : { fetch: more.fetch }) })
}
const condition = (name: string, has: RegExp = /./) => (e: unknown): boolean => e instanceof SparkError && e.condition === name && has.test(e.message)

filesContract('s3', async use => { await use(filesWith(), `${await newBucket()}/a/b`) })

test('a large object goes out in parts, and is whole; a store that has the name already keeps it', async () => {
  const sent: string[] = [], dir = await newBucket()
  const files = filesWith({ confs: { 'fs.s3a.multipart.size': '5M' }, fetch: (url, o) => { sent.push(`${o?.method} ${new URL(String(url)).search.replace(/uploadId=[^&]*/, 'uploadId')}`); return fetch(url, o) } })
  const large = Uint8Array.from({ length: 12_000_000 }, (_, i) => (i * 7) ^ (i >> 13))
  assert.equal(await files.writeAtomic(`${dir}/x`, large, { overwrite: true }), true)
  assert.deepEqual(sent.sort(), ['POST ?uploadId', 'POST ?uploads=', 'PUT ?partNumber=1&uploadId', 'PUT ?partNumber=2&uploadId', 'PUT ?partNumber=3&uploadId'])
  assert.equal(Buffer.compare(await files.read(`${dir}/x`), large), 0)
  assert.equal(await files.writeAtomic(`${dir}/x`, large.subarray(0, 6_000_000), { overwrite: false }), false)
  assert.equal((await files.stat(`${dir}/x`))!.sizeBytes, 12_000_000)
  assert.deepEqual((await files.list(dir)).map(e => e.name), ['x'])
})

test('a listing of more than one page', async () => {
  const dir = await newBucket(), files = filesWith({ confs: { 'fs.s3a.paging.maximum': '3' } })
  const names = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? `${i}` : `${i}/x`))
  for (const n of names) await files.writeAtomic(`${dir}/many/${n}`, bytes('x'), { overwrite: true })
  assert.deepEqual((await files.list(`${dir}/many`)).map(e => `${e.name}${e.isDirectory ? '/x' : ''}`).sort(), names)
  await files.delete(`${dir}/many`, true)
  assert.deepEqual(await files.list(dir), [])
})

test('a store that does not keep the condition is refused before the first write that needs it', async () => {
  const dir = await newBucket()
  // The store is real; what stands before it does not hand the condition on, as some stores do not know it.
  const files = filesWith({ fetch: async (url, o) => {
    const headers = Object.fromEntries([...new Headers(o!.headers)].filter(([name]) => !['if-none-match', 'authorization', 'x-amz-date'].includes(name)))
    const { accessKeyId, secretAccessKey, region } = s3
    const signed = await new AwsV4Signer({ url: String(url), method: o!.method!, headers, accessKeyId, secretAccessKey, region, service: 's3' }).sign()
    return fetch(signed.url, { ...o, headers: signed.headers })
  } })
  await assert.rejects(files.writeAtomic(`${dir}/log/0`, bytes('x'), { overwrite: false }), condition('MICROLOTE_S3_CONDITIONAL_PUT_IGNORED', /If-None-Match/))
  await assert.rejects(files.tryLock(`${dir}/.lock`), condition('MICROLOTE_S3_CONDITIONAL_PUT_IGNORED'))
  assert.deepEqual(await files.list(dir), [])
  assert.equal(await files.writeAtomic(`${dir}/data`, bytes('x'), { overwrite: true }), true)
})

test('an answer that is lost, or a store that is overloaded for a moment, changes nothing', async () => {
  const dir = await newBucket()
  for (const [how, size] of [['lost', 10], ['503', 10], ['lost', 12_000_000]] as const) {
    let broken = 0
    const files = filesWith({ confs: { 'fs.s3a.multipart.size': '5M' }, fetch: async (url, o) => {
      // The first answer to each kind of write is lost after the store has done it, or never reaches the store.
      const first = o?.method !== 'GET' && o?.method !== 'HEAD' && broken++ % 2 === 0
      if (first && how === '503') return new Response('<Error><Code>SlowDown</Code></Error>', { status: 503 })
      const answer = await fetch(url, o)
      if (!first) return answer
      await answer.arrayBuffer()
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
    } })
    const path = `${dir}/${how}-${size}`
    assert.equal(await files.writeAtomic(path, new Uint8Array(size).fill(1), { overwrite: false }), true, `${how} ${size}: ours`)
    assert.equal(await files.writeAtomic(path, new Uint8Array(size).fill(2), { overwrite: false }), false, `${how} ${size}: another's`)
    assert.deepEqual([(await files.read(path)).length, (await files.read(path))[size - 1]], [size, 1])
    assert.ok(broken > 0)
  }
})

test('a dead process\'s lock is taken over, a living one\'s is not', async () => {
  const dir = await newBucket(), files = filesWith(), path = `${dir}/.lock`, put = (pid: number, host: string): Promise<boolean> => files.writeAtomic(path, bytes(JSON.stringify({ pid, host })), { overwrite: true })
  await put(process.ppid, hostname())
  const refused = await files.tryLock(path)
  assert.ok(!refused.held && refused.owner.includes(String(process.ppid)))
  for (const [pid, host] of [[Number(spawnSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).stdout), hostname()], [process.ppid, 'another-machine']] as const) {
    await put(pid, host)
    const taken = await files.tryLock(path)
    assert.ok(taken.held)
    await taken.release()
    assert.equal(await files.exists(path), false)
  }
})

test('what can be wrong is said by name', async () => {
  const dir = await newBucket(), files = filesWith(), [closed] = await freePorts(1)
  await assert.rejects(files.read(`${dir}/none`), storageFailed)
  await assert.rejects(files.list('s3a://no-such-bucket/x'), condition('MICROLOTE_S3_BUCKET_MISSING', /no-such-bucket/))
  await assert.rejects(files.writeAtomic('s3a://no-such-bucket/x', bytes('x'), { overwrite: true }), condition('MICROLOTE_S3_BUCKET_MISSING'))
  await assert.rejects(filesWith({ confs: { 'spark.hadoop.fs.s3a.access.key': '' } }).list(dir), condition('MICROLOTE_S3_CREDENTIALS_MISSING', /AWS_ACCESS_KEY_ID/))
  await assert.rejects(filesWith({ confs: { 'spark.hadoop.fs.s3a.endpoint': `http://127.0.0.1:${closed}`, 'fs.s3a.attempts.maximum': '2' } }).list(dir), condition('MICROLOTE_S3_UNREACHABLE', /127\.0\.0\.1:\d+ did not answer in 2 attempts.*ECONNREFUSED/))
  await assert.rejects(filesWith({ confs: { 'fs.s3a.connection.timeout': '20ms', 'fs.s3a.attempts.maximum': '2' }, fetch: (_, o) => new Promise((_resolve, reject) => { o!.signal!.addEventListener('abort', () => reject(o!.signal!.reason as Error)) }) }).list(dir), condition('MICROLOTE_S3_UNREACHABLE', /no answer in 20 ms/))
  for (const [path, word] of [['s3a:/x', 'bucket follow'], ['s3a:///x', 'names no bucket'], ['s3a://A*B/x', 'no name of a bucket'], [`${dir}/a/../b`, 'does not follow']] as const) await assert.rejects(files.read(path), condition('MICROLOTE_S3_PATH', new RegExp(word)))
  await assert.rejects(filesWith({ confs: { 'fs.s3a.attempts.maximum': 'many' } }).list(dir), condition('MICROLOTE_INVALID_ARGUMENT', /attempts\.maximum/))
})

test('keys that the store does not know are refused, and said where they came from', async () => {
  const dir = await newBucket()
  // moto lets everybody in until told otherwise.
  const guard = async (requests: string): Promise<void> => { if (s3.halt === undefined && s3.way === 'local') assert.equal((await fetch(`${s3.endpoint}/moto-api/reset-auth`, { method: 'POST', body: requests })).status, 200) }
  await guard('0')
  try {
    const wrong = { 'spark.hadoop.fs.s3a.access.key': '', 'spark.hadoop.fs.s3a.secret.key': '' }, env = { AWS_ACCESS_KEY_ID: 'stranger', AWS_SECRET_ACCESS_KEY: 'nothing' }
    for (const attempt of [(f: Files) => f.list(dir), (f: Files) => f.stat(`${dir}/x`), (f: Files) => f.writeAtomic(`${dir}/x`, bytes('x'), { overwrite: true })]) {
      await assert.rejects(attempt(filesWith({ confs: wrong, env })), condition('MICROLOTE_S3_ACCESS_DENIED', /the variables AWS_ACCESS_KEY_ID/))
    }
  } finally { await guard('1000000000') }
})

test('at once, in a thread: the same answers and the same errors', async () => {
  const dir = await newBucket(), files = filesWith({ confs: { 'fs.s3a.attempts.maximum': '2' } })
  await files.writeAtomic(`${dir}/d/x`, bytes('0123'), { overwrite: true })
  const now = files.now!(dir)!
  assert.deepEqual([now.list(`${dir}/d`).map(e => e.name), now.stat(`${dir}/d/x`)!.sizeBytes, now.stat(`${dir}/none`), now.tryRead(`${dir}/none`)], [['x'], 4, null, null])
  assert.deepEqual([...now.readRange(`${dir}/d/x`, 1, 3)], [...bytes('12')])
  assert.throws(() => now.list('s3a://no-such-bucket'), condition('MICROLOTE_S3_BUCKET_MISSING', /no-such-bucket/))
})
