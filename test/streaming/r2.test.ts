/** The next batch is made while the last one's commit is written: its sink hears of it no sooner than the logs have both, whatever goes wrong. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, expr, udf } from '../../engine/api/functions.ts'
import type { StreamingQuery } from '../../engine/api/streaming-query.ts'
import type { StreamingQueryException } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import type { Files } from '../../engine/storage/files.ts'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'

const perBatch = 10
const batchOf = (value: number): number => Math.floor(value / perBatch)

/** Files that keep whoever writes one of them waiting. */
class Gate {
  readonly files = new MemoryFiles()
  readonly over: Files
  /** Whether somebody waits. */
  isHeld = false
  #held: string | null
  #release: (failure?: Error) => void = () => {}

  constructor(held: string | null) {
    this.#held = held
    this.over = new Proxy<Files>(this.files, {
      get: (_, name) => {
        const member: unknown = Reflect.get(this.files, name, this.files)
        if (name !== 'writeAtomic') return typeof member === 'function' ? member.bind(this.files) : member
        return async (...args: Parameters<Files['writeAtomic']>) => {
          if (this.#held === args[0]) await new Promise<void>((done, fail) => { this.isHeld = true; this.#release = e => { this.#held = null; if (e === undefined) done(); else fail(e) } })
          return this.files.writeAtomic(...args)
        }
      },
    })
  }

  open(): void { this.#release() }
  fail(e: Error): void { this.#release(e) }
  has(path: string): Promise<boolean> { return this.files.exists(path) }
}

class Run {
  readonly gate: Gate
  /** The batches whose rows were computed, and those that the sink had, with what the logs had then. */
  readonly made = new Set<number>()
  readonly sunk: { readonly id: number; readonly logged: boolean; readonly committed: boolean; readonly rows: readonly string[] }[] = []
  query!: StreamingQuery

  constructor(held: string | null = null) { this.gate = new Gate(held) }

  async start({ confs = {}, failsAt = Infinity, trigger = '0 seconds' }: { confs?: Record<string, string>; failsAt?: number; trigger?: string } = {}): Promise<this> {
    this.gate.files.dropLocks()
    const spark = new SparkSession(new LocalBackend({ files: this.gate.over, confs: { 'spark.sql.shuffle.partitions': '2', ...confs } }))
    const seen = udf((v: number) => { if (batchOf(v) === failsAt) throw new Error('enough'); this.made.add(batchOf(v)); return v }, 'BIGINT')
    const df = spark.readStream.format('rate-micro-batch').option('rowsPerBatch', perBatch).load().select(seen(expr('CAST(value AS INT)')).as('v')).groupBy(expr('v % 4').as('k')).agg(count('*').as('n'))
    this.query = await df.writeStream.outputMode('update').option('checkpointLocation', 'ckpt').trigger({ processingTime: trigger }).foreachBatch(async (batch, id) => {
      const rows = (await batch.collect()).map(r => `${String(r.k)}:${String(r.n)}`).sort()
      this.sunk.push({ id, rows, logged: await this.gate.has(`ckpt/offsets/${id}`), committed: id === 0 || await this.gate.has(`ckpt/commits/${id - 1}`) })
    }).start()
    return this
  }
}

const until = async (what: () => boolean): Promise<void> => { while (!what()) await new Promise(setImmediate) }
const ended = async (run: Run): Promise<StreamingQueryException> => { await assert.rejects(run.query.awaitTermination()); return run.query.exception() as StreamingQueryException }

// Rows 0 to 10n - 1, counted by their remainder.
const counts = (batches: number): string[] => [0, 1, 2, 3].map(k => `${k}:${Array.from({ length: perBatch * batches }, (_, v) => v).filter(v => v % 4 === k).length}`)

test('the rows of the next batch are made while the commit is written; the sink gets them when both logs have it', async () => {
  const run = await new Run('ckpt/commits/0').start()
  try {
    await until(() => run.made.has(1))
    await until(() => run.sunk.length > 0)
    assert.deepEqual(run.sunk.map(s => s.id), [0])
    assert.equal(await run.gate.has('ckpt/offsets/1'), false)
    assert.equal(run.query.lastProgress, null)
    run.gate.open()
    await until(() => run.sunk.length >= 3)
    assert.deepEqual(run.sunk.slice(0, 3), [0, 1, 2].map(id => ({ id, logged: true, committed: true, rows: counts(id + 1) })))
    await until(() => run.query.recentProgress.length >= 2)
    assert.deepEqual(run.query.recentProgress.slice(0, 2).map(p => p.batchId), [0, 1])
    assert.ok(run.query.recentProgress.every(p => ['addBatch', 'commitOffsets', 'latestOffset', 'queryPlanning', 'triggerExecution', 'walCommit'].every(k => p.durationMs[k]! >= 0)))
  } finally { await run.query.stop() }
})

test('a commit that cannot be written ends the query as that batch, and the next one never was', async () => {
  const run = await new Run('ckpt/commits/0').start()
  await until(() => run.made.has(1))
  run.gate.fail(new Error('no room'))
  const e = await ended(run)
  assert.match(e.message, /no room/)
  assert.equal(e.parameters['batchId'], '0')
  assert.deepEqual([run.sunk.map(s => s.id), await run.gate.has('ckpt/commits/0'), await run.gate.has('ckpt/offsets/1')], [[0], false, false])
  await run.start()
  try {
    await until(() => run.sunk.length >= 3)
    assert.deepEqual(run.sunk.slice(1, 3).map(s => [s.id, s.rows]), [[0, counts(1)], [1, counts(2)]])
  } finally { await run.query.stop() }
})

test('a batch that fails as it is made leaves the logs as if it had begun after the commit', async () => {
  const run = await new Run('ckpt/commits/0').start({ failsAt: 1 })
  await until(() => run.sunk.length > 0)
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  assert.equal(run.query.isActive, true)
  run.gate.open()
  const e = await ended(run)
  assert.match(e.message, /enough/)
  assert.equal(e.parameters['batchId'], '1')
  assert.deepEqual([run.sunk.map(s => s.id), await run.gate.has('ckpt/commits/0'), await run.gate.has('ckpt/offsets/1')], [[0], true, true])
  assert.deepEqual(run.query.recentProgress.map(p => p.batchId), [0])
  await run.start()
  try {
    await until(() => run.sunk.length >= 2)
    assert.deepEqual([run.sunk[1]!.id, run.sunk[1]!.rows], [1, counts(2)])
  } finally { await run.query.stop() }
})

test('where the sources fail while a commit is written, what is wrong with the commit comes first', async () => {
  const files = new Gate('ckpt/commits/0'), broken = { now: false }
  const over = new Proxy<Files>(files.over, { get: (f, name) => name === 'list' ? (dir: string) => { if (dir === 'in' && broken.now) throw new Error('no such network'); return files.files.list(dir) } : Reflect.get(f, name) })
  await files.files.writeAtomic('in/a.txt', new TextEncoder().encode('one\n'), { overwrite: true })
  const spark = new SparkSession(new LocalBackend({ files: over }))
  const query = await spark.readStream.text('in').writeStream.format('noop').option('checkpointLocation', 'ckpt').trigger({ processingTime: '0 seconds' }).start()
  const t0 = setTimeout(() => { console.error('STUCK', files.isHeld, query.isActive, query.status, query.exception()) ; process.exit(3) }, 15000); await until(() => files.isHeld); console.error('held')
  broken.now = true
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  files.fail(new Error('no room'))
  await assert.rejects(query.awaitTermination())
  const e = query.exception() as StreamingQueryException
  assert.match(e.message, /no room/)
  assert.equal(e.parameters['batchId'], '0')
})

test('stop waits for the commit that is being written', async () => {
  const run = await new Run('ckpt/commits/0').start()
  await until(() => run.made.has(1))
  let stopped = false
  const stopping = run.query.stop().then(() => { stopped = true })
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  assert.equal(stopped, false)
  run.gate.open()
  await stopping
  assert.equal(await run.gate.has('ckpt/commits/0'), true)
  assert.equal(run.query.exception(), null)
  await run.start()
  try {
    await until(() => run.sunk.length >= 2)
    assert.deepEqual(run.sunk.slice(0, 2).map(s => [s.id, s.rows]), [[0, counts(1)], [1, counts(2)]])
  } finally { await run.query.stop() }
})

for (const [why, options] of [['the inspector looks at each batch as it ends', { confs: { 'spark.microlote.inspect.enabled': 'true' } }], ['state is on disk', { confs: { 'spark.sql.streaming.stateStore.providerClass': 'org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider' } }]] as const) {
  test(`${why}: the same rows`, async () => {
    const run = await new Run().start(options)
    try {
      await until(() => run.sunk.length >= 3)
      assert.deepEqual(run.sunk.slice(0, 3), [0, 1, 2].map(id => ({ id, logged: true, committed: true, rows: counts(id + 1) })))
    } finally { await run.query.stop() }
  })
}
