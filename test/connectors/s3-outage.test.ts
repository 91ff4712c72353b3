/** The S3 store going away in mid-batch: a short absence is waited out, a long one ends the query by name, and a restart completes with nothing lost or doubled. */
import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { LocalBackend, MemoryStream, SparkSession } from '../../engine/testing.ts'
import type { StreamingQuery } from '../../engine/index.ts'
import { FilesByScheme } from '../../engine/storage/files-by-scheme.ts'
import { startS3, type S3Server } from '../../fixtures/index.ts'

let s3: S3Server, bucket = ''
before(async () => {
  s3 = await startS3()
  bucket = await s3.createBucket(`outage-${process.pid}`)
})
after(async () => { await s3?.stop() })

const confs = { 'spark.sql.session.timeZone': 'UTC', 'spark.sql.shuffle.partitions': '1' }
const reset = (): Error => new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })

/** The network to the store: from the request `goneAt` on nothing comes back, though the store may have done what it was asked first. */
class Network {
  requests = 0
  goneAt = Infinity
  heard = false
  readonly fetch: typeof fetch = async (url, o) => {
    const n = this.requests++
    if (n < this.goneAt) return fetch(url, o)
    if (n === this.goneAt && this.heard) await (await fetch(url, o)).arrayBuffer()
    throw reset()
  }
}

function session(given: Readonly<Record<string, string>>, network: Network): SparkSession {
  const all: Record<string, string> = { ...given, ...confs, 'spark.hadoop.fs.s3a.retry.interval': '1ms', 'spark.hadoop.fs.s3a.attempts.maximum': '2' }
  return new SparkSession(new LocalBackend({ confs: all, files: new FilesByScheme({ conf: key => all[key] ?? null, env: {}, fetch: network.fetch }) }))
}

/** State, a log of commits and a table, all in the store. */
const start = (stream: MemoryStream, root: string): Promise<StreamingQuery> => stream.toDF().dropDuplicates(['id']).writeStream.format('delta').option('checkpointLocation', `${root}/checkpoint`).start(`${root}/table`)
const idsOf = async (spark: SparkSession, root: string): Promise<number[]> => (await spark.read.format('delta').load(`${root}/table`).collect()).map(r => Number(r['id'])).sort((a, b) => a - b)
const rows = (from: number, to: number): [bigint][] => Array.from({ length: to - from }, (_, i) => [BigInt(from + i)])

test('gone for good at any request of a batch: the query ends with MICROLOTE_S3_UNREACHABLE, and a restart completes', async () => {
  const network = new Network(), spark = session(s3.confs, network)
  let failures = 0
  for (let step = 0, whole = false; !whole; step += 2) {
    const root = `${bucket}/step-${step}`, stream = new MemoryStream(spark, 'id BIGINT')
    const query = await start(stream, root)
    stream.addData(...rows(0, 5))
    await query.processAllAvailable()
    network.goneAt = network.requests + step
    network.heard = step % 4 === 0
    stream.addData(...rows(3, 10))
    whole = await query.processAllAvailable().then(() => true, (error: Error) => {
      assert.match(`${error.message} ${String(error.cause)}`, /MICROLOTE_S3_UNREACHABLE.*did not answer in 2 attempts.*ECONNRESET/s)
      failures++
      return false
    })
    network.goneAt = Infinity
    if (whole) await query.stop()
    const again = await start(stream, root)
    stream.addData(...rows(8, 12))
    await again.processAllAvailable()
    await again.stop()
    assert.deepEqual(await idsOf(spark, root), Array.from({ length: 12 }, (_, i) => i), `gone at request ${step}`)
  }
  assert.ok(failures >= 4, `the store was away only ${failures} times`)
  await spark.stop()
})

test('connections that break for a moment are made again, and nobody notices', async () => {
  // Every third connection is cut as soon as it has carried a request, before its answer.
  const { hostname, port } = new URL(s3.endpoint), open = new Set<Socket>()
  let count = 0, cut = 0
  const proxy = createServer(socket => {
    const store = connect({ host: hostname, port: Number(port) }), doomed = ++count % 3 === 0
    for (const s of [socket, store]) { open.add(s); s.on('error', () => {}).on('close', () => { open.delete(s); socket.destroy(); store.destroy() }) }
    socket.on('data', data => { store.write(data); if (doomed) { cut++; socket.destroy() } })
    // One request a connection, so that many are made.
    store.on('data', data => { if (!doomed) socket.write(data) }).on('end', () => socket.end())
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(proxy.address() as { port: number }).port}`
  const network = new Network(), closing: typeof fetch = (url, o) => { const headers = new Headers(o!.headers); headers.set('connection', 'close'); return fetch(url, { ...o, headers }) }
  const all: Record<string, string> = { ...s3.confs, ...confs, 'spark.hadoop.fs.s3a.endpoint': endpoint, 'spark.hadoop.fs.s3a.retry.interval': '1ms' }
  const spark = new SparkSession(new LocalBackend({ confs: all, files: new FilesByScheme({ conf: key => all[key] ?? null, env: {}, fetch: closing }) })), direct = session(s3.confs, network)
  try {
    const stream = new MemoryStream(spark, 'id BIGINT'), root = `${bucket}/moment`, query = await start(stream, root)
    for (let i = 0; i < 4; i++) { stream.addData(...rows(i * 5, i * 5 + 7)); await query.processAllAvailable() }
    await query.stop()
    assert.deepEqual(await idsOf(direct, root), Array.from({ length: 22 }, (_, i) => i))
    assert.ok(cut > 3, `only ${cut} connections were cut`)
  } finally {
    await spark.stop()
    await direct.stop()
    for (const s of open) s.destroy()
    await new Promise(resolve => proxy.close(resolve))
  }
})
