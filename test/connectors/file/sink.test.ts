/** Files written: each batch once, whatever crashes; the modes of a batch; what is written comes back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Batch } from '../../../engine/columns/batch.ts'
import { batchOfRows, rowsOf, type Row } from '../../../engine/columns/rows.ts'
import type { SinkContext, StreamSink } from '../../../engine/connectors/connector.ts'
import { OptionsReader } from '../../../engine/connectors/options.ts'
import { findConnector } from '../../../engine/connectors/registry.ts'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { ManualClock } from '../../../engine/observe/clock.ts'
import { MemoryFiles } from '../../../engine/storage/memory-files.ts'
import { toDDL, parseSchema } from '../../../engine/types/ddl.ts'
import type { StructTypeShape } from '../../../engine/types/data-type.ts'
import { surroundings, type Surroundings } from '../sources.ts'

const schema = parseSchema('id BIGINT, t STRING, at TIMESTAMP')
const rows = (n: number, from = 0): Row[] => Array.from({ length: n }, (_, i) => ({ id: from + i, t: i % 3 === 0 ? null : `ñ${from + i}`, at: new Date(1_700_000_000_000 + i) }))
async function* batches(s: StructTypeShape, ...parts: Row[][]): AsyncGenerator<Batch> { for (const p of parts) yield batchOfRows(s, p) }
const failed = async (p: Promise<unknown>, condition: string): Promise<void> => {
  const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
}
const sinkContext = (s: Surroundings, of: StructTypeShape = schema): SinkContext => ({ ...s.context, schema: of, outputMode: 'append', queryId: 'q', queryName: null, handles: { foreach: null, foreachBatch: null, tables: { createMemory() {}, putMemory() {} } } })
const open = (s: Surroundings, options: Record<string, string> = {}, path = '/out', format = 'json', of = schema): Promise<StreamSink> => findConnector(format).streamSink!.open(new OptionsReader(format, options), path, sinkContext(s, of))
async function readBack(s: Surroundings, paths: string[], given: StructTypeShape | null = schema, options: Record<string, string> = {}, format = 'json'): Promise<{ rows: Row[]; schema: StructTypeShape }> {
  const side = findConnector(format).batchSource!, reader = (): OptionsReader => new OptionsReader(format, options)
  const found = await side.schema(given, reader(), paths, s.batch), out: Row[] = []
  for await (const b of side.read(found, reader(), paths, found.fields.map((_, i) => i), s.batch)) out.push(...rowsOf(found, b))
  return { rows: out, schema: found }
}

test('a stream\'s batches are written once; readers see only what the log names', async () => {
  const clock = new ManualClock(1_700_000_000_000), files = new MemoryFiles(() => clock.nowMs()), s = surroundings({ files, clock })
  const side = findConnector('json').streamSink!
  assert.deepEqual([side.modes, side.temporaryCheckpoint], [['append'], false])
  const sink = await open(s)
  assert.equal(sink.description, 'FileSink[file:/out]')
  assert.equal(sink.countsRows, false)
  await sink.addBatch(0, batches(schema, rows(3), rows(2, 3)))
  await sink.addBatch(1, batches(schema))
  const log = (await files.readText('/out/_spark_metadata/0')).split('\n')
  assert.equal(log[0], 'v1')
  const entry = JSON.parse(log[1]!) as Record<string, unknown>
  assert.match(String(entry['path']), /^file:\/\/\/out\/part-00000-[0-9a-f-]{36}-c000\.json$/)
  assert.deepEqual({ ...entry, path: 0, size: 0 }, { path: 0, size: 0, isDir: false, modificationTime: 1_700_000_000_000, blockReplication: 1, blockSize: 33_554_432, action: 'add' })
  assert.equal((await files.list('/out')).filter(f => f.name.startsWith('part-')).find(f => f.sizeBytes === 0) !== undefined, true, 'an empty batch leaves an empty file')
  // The same batch again, after a crash: nothing is written, but the rows are computed.
  let computed = 0
  const again = await open(s)
  await again.addBatch(0, (async function* () { for await (const b of batches(schema, rows(3))) { computed += b.length; yield b } })())
  assert.equal(computed, 3)
  await assert.rejects(again.addBatch(2, (async function* () { yield batchOfRows(schema, rows(1, 100)); throw new Error('task failed') })()), /task failed/)
  await files.writeAtomic('/out/part-00000-of-a-failed-batch-c000.json', new TextEncoder().encode('{"id":999}\n'), { overwrite: true })
  const back = await readBack(s, ['/out'])
  assert.deepEqual(back.rows.map(r => r['id']), [0, 1, 2, 3, 4])
  assert.deepEqual(back.rows.map(r => r['t']), [null, 'ñ1', 'ñ2', null, 'ñ4'])
  for (let id = 2; id <= 10; id++) await again.addBatch(id, batches(schema, rows(1, 1000 + id)))
  assert.ok((await files.list('/out/_spark_metadata')).some(f => f.name === '9.compact'))
  assert.equal((await readBack(s, ['/out'])).rows.length, 14)
})

test('retention, compression, mistakes', async () => {
  const clock = new ManualClock(0), files = new MemoryFiles(() => clock.nowMs()), s = surroundings({ files, clock })
  const sink = await open(s, { retention: '1h', compression: 'gzip' })
  for (let id = 0; id < 10; id++) { await sink.addBatch(id, batches(schema, rows(1, id))); clock.advance(600_000) }
  assert.deepEqual((await readBack(s, ['/out'])).rows.map(r => r['id']).sort(), [3, 4, 5, 6, 7, 8, 9], 'entries of the last hour are left when the log is folded')
  assert.ok((await files.list('/out')).some(f => f.name.endsWith('.json.gz')))
  await failed(open(s, {}, ''), 'MICROLOTE_OPTION_MISSING')
  await failed(open(s, {}, '/a/*'), 'MICROLOTE_INVALID_ARGUMENT')
  await failed(open(s, { compresion: 'gzip' }), 'MICROLOTE_OPTION_UNKNOWN')
  await failed(open(s, { compression: 'bzip2' }), 'MICROLOTE_OPTION_INVALID')
  await failed(open(s, {}, '/out', 'text'), 'MICROLOTE_INVALID_ARGUMENT')
  await failed(open(s, {}, '/out', 'orc'), 'MICROLOTE_FILE_FORMAT_NOT_SUPPORTED')
})

test('a batch: modes, inference, globs, text', async () => {
  const s = surroundings(), write = (mode: string, data: Row[], path = '/b', options: Record<string, string> = {}): Promise<void> => findConnector('json').batchSink!.write(batches(schema, data), schema, mode, new OptionsReader('json', options), path, s.batch)
  await write('error', rows(2))
  assert.ok(await s.files.exists('/b/_SUCCESS'))
  await failed(write('errorifexists', rows(1)), 'PATH_ALREADY_EXISTS')
  await write('ignore', rows(5))
  assert.equal((await readBack(s, ['/b'])).rows.length, 2)
  await write('append', rows(3, 10))
  assert.equal((await readBack(s, ['/b'])).rows.length, 5)
  await assert.rejects(findConnector('json').batchSink!.write((async function* () { yield batchOfRows(schema, rows(1)); throw new Error('half way') })(), schema, 'overwrite', new OptionsReader('json', {}), '/b', s.batch), /half way/)
  assert.equal((await readBack(s, ['/b'])).rows.length, 5, 'what was there stays when its replacement fails')
  await write('overwrite', rows(1, 7))
  assert.deepEqual((await readBack(s, ['/b'])).rows.map(r => r['id']), [7])
  await failed(write('sideways', rows(1)), 'MICROLOTE_INVALID_ARGUMENT')
  await write('append', rows(1, 8), '/c/x')
  const inferred = await readBack(s, ['/b', '/c/{x,y}'], null)
  assert.deepEqual(inferred.rows.map(r => r['id']), [7, 8])
  assert.match(toDDL(inferred.schema), /id BIGINT/)
  await failed(readBack(s, ['/none'], null), 'PATH_NOT_FOUND')
  await failed(readBack(s, ['/c'], null), 'UNABLE_TO_INFER_SCHEMA')
  await failed(readBack(s, []), 'MICROLOTE_OPTION_MISSING')
  const text = parseSchema('line STRING')
  await findConnector('text').batchSink!.write(batches(text, [{ line: 'uno' }, { line: null }, { line: 'dos' }]), text, 'error', new OptionsReader('text', {}), '/t', s.batch)
  assert.deepEqual((await readBack(s, ['/t'], null, {}, 'text')).rows, [{ value: 'uno' }, { value: '' }, { value: 'dos' }])
})
