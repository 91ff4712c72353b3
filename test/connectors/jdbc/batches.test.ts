/** Batches written once: replayed, raced, broken off by a database that goes away; exact deduplication in PostgreSQL and in Redis. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { ExecutionException, type DataFrame } from '../../../engine/index.ts'
import { appendBatch, firstSeenInPostgres, upsertBatch } from '../../../engine/postgres.ts'
import { firstSeenInRedis } from '../../../engine/redis.ts'
import { LocalBackend, MemoryFiles, MemoryStream, SparkSession } from '../../../engine/testing.ts'
import { startPostgres, startRedis, type Server } from '../../../fixtures/index.ts'

const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files }))
let server: Server, redis: Server
before(async () => { [server, redis] = await Promise.all([startPostgres(), startRedis()]) })
after(async () => { await Promise.all([server?.stop(), redis?.stop()]) })

async function rows(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try { return (await client.query({ text: sql, rowMode: 'array' })).rows } finally { await client.end() }
}
const of = (...r: (readonly [string, number])[]): DataFrame => spark.createDataFrame(r, 'k STRING, n BIGINT')
const keysOf = async (df: DataFrame): Promise<string[]> => (await df.collect()).map(r => r['k'] as string).sort()

test('an upsert replaces by key, writes a batch once, and once only when two write it at the same time', async () => {
  const target = { url: server.url, table: 'totales', keys: ['k'], job: 'a' }
  await upsertBatch(of(['x', 1], ['y', 2]), 0, target)
  await upsertBatch(of(['y', 20], ['z', 30]), 1, target)
  await upsertBatch(of(['x', 99], ['y', 99]), 1, target)
  await upsertBatch(of(['x', 99]), 0, target)
  assert.deepEqual(await rows('SELECT * FROM totales ORDER BY k'), [['x', '1'], ['y', '20'], ['z', '30']])
  assert.deepEqual(await rows('SELECT job, batch_id FROM batch_control'), [['a', '1']])
  await upsertBatch(of(['x', 7], ['w', 7]), 2, { ...target, onConflict: 'nothing' })
  assert.deepEqual(await rows('SELECT * FROM totales WHERE k IN (\'x\', \'w\') ORDER BY k'), [['w', '7'], ['x', '1']])
  await appendBatch(of(['a', 1]), 0, { url: server.url, table: 'filas', job: 'b' })
  await Promise.all(Array.from({ length: 4 }, () => appendBatch(of(['b', 2], ['c', 3]), 1, { url: server.url, table: 'filas', job: 'b' })))
  assert.deepEqual(await rows('SELECT k FROM filas ORDER BY k'), [['a'], ['b'], ['c']])
  // A batch that fails leaves neither rows nor its number.
  await assert.rejects(upsertBatch(of(['q', 1], ['q', 2]), 3, target), (e: unknown) => e instanceof ExecutionException && /second time/.test(e.message))
  assert.deepEqual(await rows('SELECT batch_id FROM batch_control WHERE job = \'a\''), [['2']])
})

test('the keys seen first: exact, and the same when a batch runs again', async () => {
  const ways: Readonly<Record<string, (df: DataFrame, id: number) => Promise<DataFrame>>> = {
    postgres: (df, id) => firstSeenInPostgres(df, id, { url: server.url, table: 'vistos', job: 'it\'s', key: 'k' }),
    redis: (df, id) => firstSeenInRedis(df, id, { url: redis.url, job: 'j', key: 'k' }),
  }
  for (const [name, seen] of Object.entries(ways)) {
    const first = await seen(of(['a', 1], ['b', 2], ['a', 3]), 0)
    assert.equal(first.schema.simpleString(), 'struct<k:string,n:bigint>', name)
    assert.deepEqual(await keysOf(first), ['a', 'b'], name)
    assert.deepEqual(await keysOf(await seen(of(['b', 4], ['c', 5]), 1)), ['c'], name)
    assert.deepEqual(await keysOf(await seen(of(['b', 4], ['c', 5]), 1)), ['c'], `${name}, again`)
    assert.deepEqual(await keysOf(await seen(of(['a', 1], ['b', 2], ['a', 3]), 0)), ['a', 'b'], `${name}, the first again`)
    assert.deepEqual(await keysOf(await seen(of(...Array.from({ length: 2500 }, (_, i): [string, number] => [`m${i % 2400}`, i])), 2)).then(k => k.length), 2400, name)
  }
  await assert.rejects(firstSeenInRedis(of(['a', 1]), 0, { url: 'redis://127.0.0.1:1', job: 'j', key: 'k' }), /MICROLOTE_REDIS_FAILED.*127\.0\.0\.1:1/)
})

test('PostgreSQL going away in mid-stream fails the query by name; a restart completes with nothing lost or doubled', async () => {
  const source = new MemoryStream(spark, 'k STRING, n BIGINT'), target = { url: server.url, table: 'corriente', job: 'c' }
  const start = () => source.toDF().writeStream.option('checkpointLocation', '/ckpt').foreachBatch(async (df: DataFrame, id: number) => {
    // The second batch finds the database gone, after it has begun.
    if (id === 1 && away) await server.halt!()
    await appendBatch(df, id, target)
  }).start()
  let away = true
  source.addData(['a', 1], ['b', 2])
  const query = await start()
  await query.processAllAvailable()
  source.addData(['c', 3])
  await assert.rejects(query.awaitTermination(), /MICROLOTE_POSTGRES_UNREACHABLE/)
  away = false
  await server.restart!()
  const again = await start()
  source.addData(['d', 4])
  await again.processAllAvailable()
  await again.stop()
  assert.deepEqual(await rows('SELECT k FROM corriente ORDER BY k'), [['a'], ['b'], ['c'], ['d']])
})

test('a query keeps one session for its batches: found broken it is replaced, and it ends with the query', async () => {
  const source = new MemoryStream(spark, 'k STRING, n BIGINT'), target = { url: server.url, table: 'guardada', keys: ['k'], job: 's' }
  const sessions = async (): Promise<number[]> => (await rows("SELECT pid FROM pg_stat_activity WHERE application_name = 'microlote'") as [number][]).map(([pid]) => pid)
  const query = await source.toDF().writeStream.foreachBatch((df: DataFrame, id: number) => upsertBatch(df.filter('n >= 0'), id, target)).start()
  const batch = async (...r: [string, number][]): Promise<number[]> => { source.addData(...r); await query.processAllAvailable(); return sessions() }
  const first = await batch(['a', 1], ['b', 2])
  assert.equal(first.length, 1)
  assert.deepEqual(await batch(['b', 3], ['c', 4]), first)
  await rows(`SELECT pg_terminate_backend(${first[0]}, 60000)`)
  const second = await batch(['d', 5], ['a', 6])
  assert.ok(second.length === 1 && second[0] !== first[0])
  // The table's columns change, and so does what the session's own table must be like.
  await rows('ALTER TABLE guardada ALTER n TYPE numeric(12, 2)')
  assert.deepEqual(await batch(['d', 7]), second)
  await rows('DROP TABLE batch_control')
  await batch(['e', 8])
  await server.halt!()
  await server.restart!()
  await batch(['f', 9])
  assert.deepEqual(await rows('SELECT k, n::int FROM guardada ORDER BY k'), [['a', 6], ['b', 3], ['c', 4], ['d', 7], ['e', 8], ['f', 9]])
  // The rows of one statement may have a key once only: the batch fails, its session is closed, and a run of the query that repeats it finds nothing of it.
  source.addData(['g', 1], ['g', 2])
  await assert.rejects(query.processAllAvailable(), /second time/)
  while ((await sessions()).length > 0) await new Promise(resolve => { setTimeout(resolve, 20) })
  assert.deepEqual(await rows("SELECT count(*)::int FROM guardada WHERE k = 'g'"), [[0]])
})
