/** The sinks of the proof: how a query writes to each, and how a program that shares no code with it reads what is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AwsClient } from 'aws4fetch'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import kafkajs from 'kafkajs'
import pg from 'pg'
import type { DataFrame, DataStreamWriter } from '../../engine/index.ts'
import { appendBatch } from '../../engine/postgres.ts'
import { startPostgres, startS3, type KafkaBroker, type S3Server } from '../../fixtures/index.ts'

/** A store that is spoken to by its own address, and the confs that lead the query there; its checkpoint is there, too. */
export interface S3Sink { readonly kind: 'delta-s3'; readonly path: string; readonly checkpoint: string; readonly bucket: string; readonly store: Pick<S3Server, 'endpoint' | 'accessKeyId' | 'secretAccessKey' | 'region' | 'confs'> }
export type SinkSettings = { readonly kind: 'delta' | 'parquet'; readonly path: string } | S3Sink | { readonly kind: 'kafka'; readonly servers: string; readonly topic: string } | { readonly kind: 'postgres'; readonly url: string; readonly table: string }

export const sinkNames = ['delta', 'delta-s3', 'parquet', 'postgres', 'kafka'] as const

/** Makes what the sink needs, uses it, and takes it away again. Throws on a name that is not among `sinkNames`. */
export async function withSink<R>(kind: string, folder: string, broker: KafkaBroker, use: (sink: SinkSettings) => Promise<R>): Promise<R> {
  switch (kind) {
    case 'delta': case 'parquet': return use({ kind, path: `${folder}/out` })
    case 'delta-s3': {
      const server = await startS3(), { endpoint, accessKeyId, secretAccessKey, region, confs } = server, bucket = `kills-${process.pid}-${Date.now()}`
      try {
        const root = await server.createBucket(bucket)
        return await use({ kind, path: `${root}/out`, checkpoint: `${root}/checkpoint`, bucket, store: { endpoint, accessKeyId, secretAccessKey, region, confs } })
      } finally { await server.stop() }
    }
    case 'kafka': {
      const topic = `copy-${process.pid}-${Date.now()}`
      await broker.createTopic(topic, { partitions: 3 })
      return use({ kind, servers: broker.bootstrapServers, topic })
    }
    case 'postgres': {
      const server = await startPostgres()
      try { return await use({ kind, url: server.url, table: 'ids' }) } finally { await server.stop() }
    }
    default: throw new Error(`no sink is called ${kind}; there are ${sinkNames.join(', ')}`)
  }
}

/** The writer of a stream of `id BIGINT, value STRING`. */
export async function openSink(sink: SinkSettings, rows: DataFrame): Promise<DataStreamWriter> {
  if (sink.kind === 'postgres') return rows.select('id').writeStream.foreachBatch((df, id) => appendBatch(df, id, { url: sink.url, table: sink.table, job: 'kills' }))
  if (sink.kind === 'kafka') return rows.select('value').writeStream.format('kafka').options({ 'kafka.bootstrap.servers': sink.servers, topic: sink.topic, exactlyOnce: 'true' })
  return rows.select('id').writeStream.format(sink.kind === 'delta-s3' ? 'delta' : sink.kind).option('path', sink.path)
}

/** All ids that a reader finds, those that were written twice twice. */
export async function readIds(sink: SinkSettings): Promise<number[]> {
  if (sink.kind === 'postgres') {
    const client = new pg.Client({ connectionString: sink.url })
    await client.connect()
    try { return (await client.query<{ id: string }>(`SELECT id FROM ${sink.table}`)).rows.map(r => Number(r.id)) } finally { await client.end() }
  }
  if (sink.kind === 'kafka') return committedIds(sink.servers, sink.topic)
  const folder = sink.kind === 'delta-s3' ? await downloaded(sink) : null
  try {
    const path = folder === null ? (sink as { path: string }).path : join(folder, 'out'), ids: number[] = []
    for (const file of sink.kind === 'parquet' ? loggedFiles(path) : deltaFiles(path)) for (const row of await parquet(file)) ids.push(Number(row['id']))
    return ids
  } finally { if (folder !== null) await rm(folder, { recursive: true, force: true }) }
}

/** All objects of the bucket as files of a folder: no code of ours has a part in it. */
async function downloaded({ bucket, store }: S3Sink): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'microlote-s3-copy-')), client = new AwsClient({ ...store, service: 's3' })
  const get = async (path: string): Promise<Response> => {
    const response = await client.fetch(`${store.endpoint}/${bucket}${path}`)
    if (!response.ok) throw new Error(`${path} of the bucket ${bucket}: ${response.status}`)
    return response
  }
  for (let after = ''; ;) {
    const text = await (await get(`?list-type=2&start-after=${encodeURIComponent(after)}`)).text(), keys = [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(m => m[1]!)
    for (const key of keys) {
      if (key.endsWith('/')) continue
      await mkdir(dirname(join(folder, key)), { recursive: true })
      await writeFile(join(folder, key), new Uint8Array(await (await get(`/${key}`)).arrayBuffer()))
    }
    if (!text.includes('<IsTruncated>true')) return folder
    after = keys.at(-1)!
  }
}

async function parquet(file: string): Promise<Record<string, unknown>[]> {
  return await parquetReadObjects({ file: await asyncBufferFromFile(file) }) as Record<string, unknown>[]
}

/** The files of the table by its log alone: what was added and not removed, in every commit from 0 on. */
function deltaFiles(path: string): string[] {
  const log = join(path, '_delta_log'), live = new Set<string>()
  if (!existsSync(log)) return []
  const commits = readdirSync(log).filter(name => /^\d{20}\.json$/.test(name)).sort()
  commits.forEach((name, version) => {
    if (Number(name.slice(0, 20)) !== version) throw new Error(`commit ${version} is missing`)
    for (const line of readFileSync(join(log, name), 'utf8').trim().split('\n')) {
      const action = JSON.parse(line) as { add?: { path: string }; remove?: { path: string } }
      if (action.add !== undefined) live.add(decodeURIComponent(action.add.path))
      if (action.remove !== undefined) live.delete(decodeURIComponent(action.remove.path))
    }
  })
  return [...live].map(name => join(path, name))
}

/** The files that the sink's log names: its last compaction and what came after. */
function loggedFiles(path: string): string[] {
  const log = join(path, '_spark_metadata')
  if (!existsSync(log)) return []
  const entries = readdirSync(log).filter(name => /^\d+(\.compact)?$/.test(name)).map(name => ({ name, id: parseInt(name), compact: name.endsWith('.compact') })).sort((a, b) => a.id - b.id)
  const from = entries.filter(e => e.compact).at(-1)?.id ?? 0
  const files: string[] = []
  for (const e of entries.filter(x => x.id >= from)) {
    for (const line of readFileSync(join(log, e.name), 'utf8').trim().split('\n').slice(1)) {
      const { path: file, action } = JSON.parse(line) as { path: string; action: string }
      if (action === 'add') files.push(file.startsWith('file:') ? fileURLToPath(file) : file)
    }
  }
  return files
}

/** The values that a consumer of committed transactions sees. The topic's last records may be markers, so the end is a silence of three seconds. */
async function committedIds(servers: string, topic: string): Promise<number[]> {
  const consumer = new kafkajs.Kafka({ brokers: servers.split(','), logLevel: kafkajs.logLevel.NOTHING }).consumer({ groupId: `reader-${topic}`, readUncommitted: false, maxWaitTimeInMs: 100 })
  const ids: number[] = []
  let heard = performance.now()
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => { heard = performance.now(); ids.push(Number(message.value)) } })
    while (performance.now() - heard < (ids.length === 0 ? 15_000 : 3_000)) await new Promise(resolve => setTimeout(resolve, 100))
  } finally { await consumer.disconnect() }
  return ids
}
