/** The logs byte for byte as Spark writes them, what happens when two write, and every kind of damage. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MemoryFiles } from '../../engine/storage/memory-files.ts'
import { localFiles } from '../../engine/storage/local-files.ts'
import { FaultyFiles, faultAt } from '../../engine/storage/faulty-files.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { OffsetLog } from '../../engine/checkpoint/offset-log.ts'
import type { OffsetEntry } from '../../engine/checkpoint/offset-log.ts'
import { CommitLog } from '../../engine/checkpoint/commit-log.ts'
import { CompactibleLog, fileSourceLog } from '../../engine/checkpoint/compactible-log.ts'
import { kafkaInitialOffsetsLog, rateStartTimeLog } from '../../engine/checkpoint/source-log.ts'
import { readQueryMetadata, writeQueryMetadata } from '../../engine/checkpoint/query-metadata.ts'

const spark = fileURLToPath(new URL('../../fixtures/checkpoints/spark-4.3.0/count-by-key/checkpoint', import.meta.url))
const condition = (name: string, part = '') => (e: unknown): boolean => e instanceof SparkError && e.condition === name && e.message.includes(part)
const text = (t: string): Uint8Array => new TextEncoder().encode(t)

test('offsets/N has these bytes', async () => {
  const files = new MemoryFiles(), log = new OffsetLog(files, 'c/offsets')
  const entry: OffsetEntry = { batchWatermarkMs: 1704103620000, batchTimestampMs: 1795417870398, conf: { 'spark.sql.shuffle.partitions': '2' }, offsets: ['{"t":{"0":42}}', null, '5'] }
  await log.add(7, entry)
  assert.equal(await files.readText('c/offsets/7'),
    'v1\n{"batchWatermarkMs":1704103620000,"batchTimestampMs":1795417870398,"conf":{"spark.sql.shuffle.partitions":"2"}}\n{"t":{"0":42}}\n-\n5')
  assert.deepEqual(await new OffsetLog(files, 'c/offsets').latest(), { id: 7, entry })
  await log.add(8, { ...entry, offsets: ['{\n"a":\n1}'] })
  assert.deepEqual((await log.get(8))!.offsets, ['{"a":1}'])
})

test('commits/N has these bytes, and old ones are {}', async () => {
  const files = new MemoryFiles(), log = new CommitLog(files, 'c/commits')
  await log.add(0, { nextBatchWatermarkMs: 1704103800000 })
  assert.equal(await files.readText('c/commits/0'), 'v1\n{"nextBatchWatermarkMs":1704103800000}')
  await files.writeAtomic('c/commits/1', text('v1\n{}'), { overwrite: false })
  assert.deepEqual(await log.get(1), { nextBatchWatermarkMs: 0 })
  assert.equal(await log.get(2), null)
})

test('logs of real Spark are read and written again byte for byte', async () => {
  const files = new MemoryFiles()
  const offsets = new OffsetLog(localFiles, `${spark}/offsets`), commits = new CommitLog(localFiles, `${spark}/commits`), seen = fileSourceLog(localFiles, `${spark}/sources/0`)
  const copies = { offsets: new OffsetLog(files, 'offsets'), commits: new CommitLog(files, 'commits'), seen: fileSourceLog(files, 'sources/0') }
  assert.deepEqual(await offsets.ids(), Array.from({ length: 12 }, (_, i) => i))
  for (const id of await offsets.ids()) {
    await copies.offsets.add(id, (await offsets.get(id))!)
    await copies.commits.add(id, (await commits.get(id))!)
    const items = (await seen.get(id))!
    await copies.seen.add(id, seen.isCompaction(id) ? items.slice(-1) : items)
  }
  await writeQueryMetadata(files, '.', (await readQueryMetadata(localFiles, spark))!)
  for (const [path, bytes] of files.dump()) assert.deepEqual(bytes, new Uint8Array(fs.readFileSync(`${spark}/${path}`)), path)
  assert.equal(files.dump().length, 12 * 3 + 1)
  assert.equal((await offsets.get(0))!.conf['spark.sql.shuffle.partitions'], '2')
  assert.equal((await seen.allItems()).length, 12)
})

test('listing passes over what is not an entry', async () => {
  const files = new MemoryFiles(), log = new CommitLog(files, 'c')
  for (const name of ['.0.crc', '.1.0f2e.tmp', 'notes', '01', '3.bak', '-1']) await files.writeAtomic(`c/${name}`, text('x'), { overwrite: false })
  assert.deepEqual(await log.ids(), [])
  assert.equal(await log.latest(), null)
  for (const id of [10, 9, 2]) await log.add(id, { nextBatchWatermarkMs: id })
  assert.deepEqual(await log.ids(), [2, 9, 10])
  assert.deepEqual(await log.latest(), { id: 10, entry: { nextBatchWatermarkMs: 10 } })
  await log.purge(10)
  assert.deepEqual(await log.ids(), [10])
  assert.deepEqual(await new CommitLog(files, 'c').ids(), [10])
})

test('an entry written by another is not replaced', async () => {
  const files = new MemoryFiles(), ours = new CommitLog(files, 'c'), theirs = new CommitLog(files, 'c')
  await ours.ids()
  await theirs.add(0, { nextBatchWatermarkMs: 1 })
  await assert.rejects(ours.add(0, { nextBatchWatermarkMs: 2 }), condition('CONCURRENT_STREAM_LOG_UPDATE', 'entry 0'))
  assert.equal(await ours.addIfAbsent(0, { nextBatchWatermarkMs: 2 }), false)
  assert.deepEqual(await ours.get(0), { nextBatchWatermarkMs: 1 })
  await writeQueryMetadata(files, 'q', { id: '0f8fad5b-d9cb-469f-a165-70867728950e' })
  await assert.rejects(writeQueryMetadata(files, 'q', { id: '0f8fad5b-d9cb-469f-a165-70867728950f' }), condition('CONCURRENT_STREAM_LOG_UPDATE'))
})

test('a damaged entry is named, a newer one too', async () => {
  const files = new MemoryFiles(), offsets = new OffsetLog(files, 'o'), commits = new CommitLog(files, 'c')
  const put = (path: string, content: string | Uint8Array): Promise<boolean> => files.writeAtomic(path, typeof content === 'string' ? text(content) : content, { overwrite: true })
  const metadata = '{"batchWatermarkMs":0,"batchTimestampMs":0,"conf":{}}'
  for (const broken of ['', 'v1', 'v1\n', `v1\n${metadata}`, `v1\n${metadata}\n`, `v1\n{"batchWater\n5`, `v1\n[]\n5`, `v1\n${metadata}\n{"a":`, 'garbage\nx\ny', `v0\n${metadata}\n5`,
    'v1\n{"batchWatermarkMs":"x"}\n5', 'v1\n{"batchWatermarkMs":1.5}\n5', 'v1\n{"conf":7}\n5', new Uint8Array([0x76, 0x31, 10, 0xff, 0xfe])]) {
    await put('o/3', broken)
    await assert.rejects(offsets.get(3), condition('MICROLOTE_LOG_CORRUPTED', 'o/3'), String(broken))
  }
  await put('o/3', `v2\n${metadata}\n{"sources":{}}`)
  await assert.rejects(offsets.get(3), condition('MICROLOTE_LOG_VERSION', 'v2'))
  for (const broken of ['', 'v1', 'v1\nnull', 'v1\n{"nextBatchWatermarkMs":"1"}', 'v1\n{"nextBatchWatermarkMs"']) {
    await put('c/0', broken)
    await assert.rejects(commits.get(0), condition('MICROLOTE_LOG_CORRUPTED', 'c/0'))
  }
  await put('c/0', 'v3\n{}')
  await assert.rejects(commits.latest(), condition('MICROLOTE_LOG_VERSION', 'v3'))
  for (const broken of ['', '{}', '{"id":5}', '{"id":"x"}', '{"id"']) {
    await put('q/metadata', broken)
    await assert.rejects(readQueryMetadata(files, 'q'), condition('MICROLOTE_LOG_CORRUPTED', 'q/metadata'))
  }
  assert.equal(await readQueryMetadata(files, 'elsewhere'), null)
})

test('metadata has these bytes', async () => {
  const files = new MemoryFiles()
  await writeQueryMetadata(files, 'q', { id: '0f8fad5b-d9cb-469f-a165-70867728950e' })
  assert.equal(await files.readText('q/metadata'), '{"id":"0f8fad5b-d9cb-469f-a165-70867728950e"}')
})

test('what Kafka and rate sources remember', async () => {
  const files = new MemoryFiles()
  const kafka = kafkaInitialOffsetsLog(files, 'c/sources/0'), rate = rateStartTimeLog(files, 'c/sources/1')
  await kafka.add(0, '{"t":{"0":0,"1":7}}')
  await rate.add(0, 1700000000123)
  assert.equal(await files.readText('c/sources/0/0'), '\0v1\n{"t":{"0":0,"1":7}}')
  assert.equal(await files.readText('c/sources/1/0'), 'v1\n1700000000123')
  assert.equal(await kafka.get(0), '{"t":{"0":0,"1":7}}')
  assert.equal(await rate.get(0), 1700000000123)
  await files.writeAtomic('c/sources/1/0', text('v1\nsoon'), { overwrite: true })
  await assert.rejects(rate.get(0), condition('MICROLOTE_LOG_CORRUPTED', 'c/sources/1/0'))
  await files.writeAtomic('c/sources/0/0', text('v1\n{"t":{"0":1}}'), { overwrite: true })
  assert.equal(await kafka.get(0), '{"t":{"0":1}}')
})

test('every tenth entry of a compactible log holds all, also after a restart', async () => {
  const files = new MemoryFiles()
  const expected: number[] = []
  for (let id = 0; id < 35; id++) {
    const log = new CompactibleLog<number>(files, 'l', { encode: String, decode: Number, live: items => items.filter(i => i % 7 !== 0) })
    const items = id % 4 === 0 ? [] : [id, id + 100]
    await log.add(id, items)
    expected.push(...items.filter(i => i % 7 !== 0))
    assert.deepEqual(await log.allItems(), expected)
    await assert.rejects(log.add(id, [1]), condition('CONCURRENT_STREAM_LOG_UPDATE'))
  }
  assert.deepEqual((await files.list('l')).map(e => e.name).filter(n => n.includes('compact')), ['9.compact', '19.compact', '29.compact'])
  assert.equal(await files.readText('l/0'), 'v1\n')
  assert.equal(await files.readText('l/31'), 'v1\n31\n131')
  const log = new CompactibleLog<number>(files, 'l', { encode: String, decode: Number })
  await log.purge(25)
  assert.deepEqual(await log.ids(), Array.from({ length: 16 }, (_, i) => i + 19))
  assert.deepEqual((await log.latest())!.entry, [34, 134])
  await files.delete('l/32')
  await assert.rejects(new CompactibleLog<number>(files, 'l', { encode: String, decode: Number }).allItems(), condition('MICROLOTE_LOG_CORRUPTED', 'l/32'))
})

test('a log of seen files refuses what is none', async () => {
  const files = new MemoryFiles()
  await files.writeAtomic('s/0', text('v1\n{"path":"file:///a","timestamp":1}'), { overwrite: false })
  await assert.rejects(fileSourceLog(files, 's').get(0), condition('MICROLOTE_LOG_CORRUPTED', 's/0'))
})

test('a crash while an entry is written leaves it whole or absent', async () => {
  for (const [fault, there] of [['crash-before', false], ['crash-after', true]] as const) {
    const disk = new MemoryFiles(), log = new CommitLog(new FaultyFiles(disk, faultAt(0, fault)), 'c')
    await assert.rejects(log.add(0, { nextBatchWatermarkMs: 3 }))
    assert.deepEqual(await new CommitLog(disk, 'c').latest(), there ? { id: 0, entry: { nextBatchWatermarkMs: 3 } } : null)
  }
})
