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
