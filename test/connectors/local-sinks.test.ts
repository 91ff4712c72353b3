/** Sinks that stay in the process: memory (source too), console, foreach, foreachBatch, noop; and how formats are found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../engine/columns/batch.ts'
import { batchOfRows, rowsOf, type Row } from '../../engine/columns/rows.ts'
import { showString } from '../../engine/columns/show.ts'
import type { SinkContext, StreamSink } from '../../engine/connectors/connector.ts'
import { OptionsReader } from '../../engine/connectors/options.ts'
import { connectorNames, findConnector } from '../../engine/connectors/registry.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { MemoryStreamHandle } from '../../engine/plan/memory-stream-handle.ts'
import type { LogicalPlan } from '../../engine/plan/logical-plan.ts'
import type { ForeachWriter, OutputMode } from '../../engine/plan/write-stream.ts'
import type { StructTypeShape } from '../../engine/types/data-type.ts'
import { parseSchema } from '../../engine/types/ddl.ts'
import { keepsContract } from './contract.ts'
import { openSource, surroundings } from './sources.ts'

const schema = parseSchema('id BIGINT, t STRING')
async function* batches(...parts: Row[][]): AsyncGenerator<Batch> { for (const p of parts) yield batchOfRows(schema, p) }
interface Given { readonly foreach?: ForeachWriter; readonly foreachBatch?: (b: LogicalPlan, id: number) => void | Promise<void>; readonly mode?: OutputMode; readonly schema?: StructTypeShape; readonly print?: (t: string) => void }

function sink(format: string, given: Given = {}, options: Record<string, string> = {}): { open: Promise<StreamSink>; tables: Map<string, Row[]> } {
  const tables = new Map<string, Row[]>(), of = given.schema ?? schema
  const context: SinkContext = {
    ...surroundings().context, schema: of, outputMode: given.mode ?? 'append', queryId: 'q', queryName: 'name',
    handles: {
      foreach: given.foreach ?? null, foreachBatch: given.foreachBatch ?? null, ...(given.print === undefined ? {} : { print: given.print }),
      tables: {
        createMemory: name => { tables.set(name, []) },
        putMemory: (name, bs, replace) => { const rows = bs.flatMap(b => rowsOf(of, b)); tables.set(name, replace ? rows : [...tables.get(name)!, ...rows]) },
      },
    },
  }
  return { open: findConnector(format).streamSink!.open(new OptionsReader(format, options), null, context), tables }
}
const failed = async (p: Promise<unknown>, condition: string): Promise<SparkError> => {
  const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
  return e
}

test('formats are found in any case; an unknown one gets the list and the nearest name', () => {
  assert.equal(findConnector('KAFKA').name, 'kafka')
  for (const name of ['console', 'foreach', 'foreachBatch', 'json', 'kafka', 'memory', 'noop', 'rate', 'rate-micro-batch', 'socket', 'text']) assert.ok(connectorNames().includes(name), name)
  assert.throws(() => findConnector('kafak'), (e: unknown) => e instanceof SparkError && e.condition === 'DATA_SOURCE_NOT_FOUND' && e.sqlState === '42K02' && e.message.includes('did you mean kafka?'))
})

test('memory source: keeps the contract; a batch is every addData since the last', async () => {
  const handle = new MemoryStreamHandle()
  let n = 0
  await keepsContract({ recovers: true, open: () => openSource('memory', {}, surroundings(), { schema, handle }), add: async () => { handle.add(batchOfRows(schema, [{ id: n++, t: 'x' }])) } })
  const other = new MemoryStreamHandle(), o = await openSource('memory', {}, surroundings(), { schema, handle: other })
  assert.equal(await o.source.latestOffset(null, 'options'), null)
  for (const id of [1, 2, 3]) other.add(batchOfRows(schema, [{ id, t: null }]))
  assert.equal(await o.source.latestOffset(null, 'options'), '2')
  assert.deepEqual((await o.read('0', '2')).map(r => r['id']), [2, 3])
  await failed(openSource('memory', {}, surroundings(), { schema }), 'MICROLOTE_SOURCE_NOT_STREAMING')
})

test('memory sink: appends, replaces in complete mode, passes over a batch it has', async () => {
  const append = sink('memory'), a = await append.open
  await a.addBatch(0, batches([{ id: 1, t: 'a' }], [{ id: 2, t: 'b' }]))
  await a.addBatch(0, batches([{ id: 1, t: 'a' }]))
  await a.addBatch(1, batches([{ id: 3, t: null }]))
  assert.deepEqual(append.tables.get('name')!.map(r => r['id']), [1, 2, 3])
  assert.deepEqual([a.description, a.countsRows], ['MemorySink', true])
  const complete = sink('memory', { mode: 'complete' }), c = await complete.open
  await c.addBatch(0, batches([{ id: 1, t: 'a' }]))
  await c.addBatch(1, batches([{ id: 9, t: 'z' }]))
  assert.deepEqual(complete.tables.get('name')!.map(r => r['id']), [9])
})

test('console: Spark\'s layout, also for an empty batch', async () => {
  const printed: string[] = [], c = await sink('console', { print: t => { printed.push(t) } }, { numRows: '2' }).open
  await c.addBatch(0, batches([]))
  await c.addBatch(7, batches([{ id: 1, t: 'short' }, { id: 2, t: 'a text of more than twenty' }, { id: 3, t: null }]))
  const rule = '-'.repeat(43)
  assert.equal(printed[0], `${rule}\nBatch: 0\n${rule}\n+---+---+\n| id|  t|\n+---+---+\n+---+---+\n`)
  assert.equal(printed[1], `${rule}\nBatch: 7\n${rule}\n+---+--------------------+\n| id|                   t|\n+---+--------------------+\n|  1|               short|\n|  2|a text of more th...|\n+---+--------------------+\nonly showing top 2 rows`)
  await failed(sink('console', {}, { truncate: 'twenty' }).open, 'MICROLOTE_OPTION_INVALID')
  await failed(sink('console', {}, { rows: '2' }).open, 'MICROLOTE_OPTION_UNKNOWN')
})

test('show: types, widths, cuts, vertical', () => {
  const s = parseSchema('b BOOLEAN, d DECIMAL(6,3), f DOUBLE, x BINARY, day DATE, at TIMESTAMP, l ARRAY<INT>, m MAP<STRING, INT>, s STRUCT<a: INT, b: STRING>')
  const row = { b: true, d: '1.5', f: 1e21, x: new Uint8Array([10, 11]), day: '2026-01-02', at: new Date('2026-01-02T10:00:00.120Z'), l: [1, null], m: { k: null }, s: { a: null, b: 'y' } }
  assert.equal(showString(s, [batchOfRows(s, [row])], 20, 0, false, 'Europe/Madrid'),
    '+----+-----+------+-------+----------+----------------------+---------+-----------+---------+\n' +
    '|b   |d    |f     |x      |day       |at                    |l        |m          |s        |\n' +
    '+----+-----+------+-------+----------+----------------------+---------+-----------+---------+\n' +
    '|true|1.500|1.0E21|[0A 0B]|2026-01-02|2026-01-02 11:00:00.12|[1, NULL]|{k -> NULL}|{NULL, y}|\n' +
    '+----+-----+------+-------+----------+----------------------+---------+-----------+---------+\n')
  const w = parseSchema('`a name of more than twenty letters` STRING, `名` STRING'), wide = [batchOfRows(w, [['日本語', 'a\nb'], [null, '😀'.repeat(11)]])]
  assert.equal(showString(w, wide, 1, 20, false),
    '+----------------------------------+----+\n|a name of more than twenty letters|  名|\n+----------------------------------+----+\n|                            日本語|a\\nb|\n+----------------------------------+----+\nonly showing top 1 row')
  assert.equal(showString(w, wide, 20, 3, false).split('\n')[3], '|                            日本語|a\\n|')
  const v = parseSchema('id INT, `名` STRING'), vb = [batchOfRows(v, [[1, 'x'], [2, '日本']])]
  assert.equal(showString(v, vb, 20, 20, true), '-RECORD 0---\n id  | 1    \n 名  | x    \n-RECORD 1---\n id  | 2    \n 名  | 日本 \n')
  assert.equal(showString(v, [], 20, 20, true), '(0 rows)\n')
})

test('foreach: open, process, close; whose error it is', async () => {
  const calls: unknown[] = []
  const writer: ForeachWriter = { open: (p, e) => { calls.push(['open', p, e]); return e !== 1 }, process: async row => { calls.push(row.id) }, close: e => { calls.push(['close', e]) } }
  const f = await sink('foreach', { foreach: writer }).open
  await f.addBatch(0, batches([{ id: 1, t: 'a' }], [{ id: 2, t: 'b' }]))
  await f.addBatch(1, batches([{ id: 3, t: 'a' }]))
  assert.deepEqual(calls, [['open', 0, 0], 1, 2, ['close', null], ['open', 0, 1], ['close', null]])
  for (const process of [() => { throw new Error('mine') }, async () => { throw new Error('mine') }]) {
    let seen: unknown
    const e = await failed((await sink('foreach', { foreach: { process, close: x => { seen = x } } }).open).addBatch(0, batches([{ id: 1, t: 'a' }])), 'FOREACH_USER_FUNCTION_ERROR')
    assert.equal((e.cause as Error).message, 'mine')
    assert.equal(seen, e.cause)
  }
  let closed = 0
  await failed((await sink('foreach', { foreach: { open: () => { throw new Error('no') }, process() {}, close() { closed++ } } }).open).addBatch(0, batches([])), 'FOREACH_USER_FUNCTION_ERROR')
  assert.equal(closed, 0)
  await failed(sink('foreach').open, 'MICROLOTE_INVALID_ARGUMENT')
})

test('foreachBatch: the batch\'s rows once, however often they are read; whose error it is', async () => {
  const got: [number, number][] = []
  const f = await sink('foreachBatch', { foreachBatch: async (b, id) => { assert.equal(b.kind, 'local-data'); if (b.kind === 'local-data') got.push([id, (b.batches as readonly Batch[]).reduce((n, x) => n + x.length, 0)]) } }).open
  await f.addBatch(0, batches([{ id: 1, t: 'a' }], [{ id: 2, t: 'b' }]))
  await f.addBatch(1, batches())
  assert.deepEqual(got, [[0, 2], [1, 0]])
  assert.deepEqual([f.description, f.countsRows], ['ForeachBatchSink', false])
  const bad = await sink('foreachBatch', { foreachBatch: () => { throw new Error('mine') } }).open
  const e = await failed(bad.addBatch(4, batches([])), 'FOREACH_BATCH_USER_FUNCTION_ERROR')
  assert.equal((e.cause as Error).message, 'mine')
  await failed(sink('foreachBatch').open, 'MICROLOTE_INVALID_ARGUMENT')
})

test('noop reads to the end', async () => {
  let read = 0
  const n = await sink('noop').open
  await n.addBatch(0, (async function* () { for (let i = 0; i < 3; i++) { read++; yield batchOfRows(schema, [{ id: i, t: null }]) } })())
  assert.equal(read, 3)
  assert.equal(n.description, 'NoopTable')
})
