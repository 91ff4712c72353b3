/** The stream of files: order, limits, what counts as new, logs, restart, cleaning, compression, mistakes. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { SparkError } from '../../../engine/errors/spark-error.ts'
import { globExpression } from '../../../engine/connectors/file/paths.ts'
import { MemoryFiles } from '../../../engine/storage/memory-files.ts'
import { parseSchema } from '../../../engine/types/ddl.ts'
import { keepsContract } from '../contract.ts'
import { openSource, surroundings, type OpenSource, type Surroundings } from '../sources.ts'

const utf8 = new TextEncoder()

/** A directory in memory whose time a test moves by hand. */
function directory(confs: Readonly<Record<string, string>> = {}): Surroundings & { put(path: string, text: string | Uint8Array, ms: number): Promise<void>; texts(dir: string): Promise<string[]> } {
  let now = 0
  const files = new MemoryFiles(() => now), s = surroundings({ files, confs })
  return {
    ...s,
    async put(path, text, ms) { now = ms; await files.writeAtomic(path, typeof text === 'string' ? utf8.encode(text) : text, { overwrite: true }) },
    async texts(dir) { return (await files.list(dir)).filter(e => !e.isDirectory).map(e => e.name).sort() },
  }
}

const schema = parseSchema('v INT')
const row = (v: number): string => `{"v":${v}}\n`
const open = (s: Surroundings, options: Record<string, string> = {}, path = '/in'): Promise<OpenSource> => openSource('json', options, s, { schema, path })
const failed = async (p: Promise<unknown>, condition: string): Promise<SparkError> => {
  const e = await p.then(() => assert.fail(`expected ${condition}`), (x: unknown) => x)
  assert.ok(e instanceof SparkError, e instanceof Error ? e.stack : String(e))
  assert.equal(e.condition, condition, e.message)
  return e
}
/** Takes batches until there are none, as the loop does; the values of each. */
async function drain(o: OpenSource, start: string | null = null): Promise<unknown[][]> {
  const batches: unknown[][] = []
  for (let from = start; ;) {
    const end = await o.source.latestOffset(from, 'options')
    if (end === null || end === from) return batches
    batches.push((await o.read(from, end)).map(r => r['v']))
    from = end
  }
}

test('keeps the contract of sources', async () => {
  const d = directory()
  let n = 0
  await d.put('/in/first.json', row(0), 1)
  await keepsContract({ recovers: true, open: () => open(d), add: () => d.put(`/in/${++n}.json`, row(n), 1000 + n) })
})

test('oldest first, then by path; the log has Spark\'s form and is written before the batch', async () => {
  const d = directory()
  await d.put('/in/b b.json', row(3) + row(4), 20)
  await d.put('/in/a.json', row(5), 20)
  await d.put('/in/z.json', row(1), 10)
  for (const hidden of ['/in/_x.json', '/in/.y.json', '/in/_SUCCESS', '/in/sub/deep.json']) await d.put(hidden, row(99), 5)
  const o = await open(d)
  assert.equal(o.source.description, 'FileStreamSource[file:/in]')
  assert.equal(await o.source.latestOffset(null, 'options'), '{"logOffset":0}')
  assert.equal(await d.files.readText('/ckpt/sources/0/0'), 'v1\n{"path":"file:///in/z.json","timestamp":10,"batchId":0}\n{"path":"file:///in/a.json","timestamp":20,"batchId":0}\n{"path":"file:///in/b%20b.json","timestamp":20,"batchId":0}')
  assert.deepEqual((await o.read(null, '{"logOffset":0}')).map(r => r['v']), [1, 5, 3, 4])
  assert.equal(await o.source.latestOffset('{"logOffset":0}', 'options'), '{"logOffset":0}')
  assert.equal(o.schema.fields[0]!.nullable, true)
  const deep = await open(directoryLike(d, '/ckpt/other'), { recursiveFileLookup: 'true', pathGlobFilter: '{deep,z}.json' })
  assert.deepEqual(await drain(deep), [[99, 1]])
})

const directoryLike = (s: Surroundings, checkpointDir: string): Surroundings => ({ ...s, context: { ...s.context, checkpointDir } })

test('limits by files and by bytes; latestFirst; the trigger once; availableNow', async () => {
  const five = async (): Promise<ReturnType<typeof directory>> => { const d = directory(); for (let i = 1; i <= 5; i++) await d.put(`/in/${i}.json`, row(i), i); return d }
  assert.deepEqual(await drain(await open(await five(), { maxFilesPerTrigger: '2' })), [[1, 2], [3, 4], [5]])
  assert.deepEqual(await drain(await open(await five(), { maxFilesPerTrigger: '2', latestFirst: 'true' })), [[5, 4], [3, 2], [1]])
  const bytes = row(1).length
  assert.deepEqual(await drain(await open(await five(), { maxBytesPerTrigger: String(bytes * 3) })), [[1, 2, 3], [4, 5]])
  assert.deepEqual(await drain(await open(await five(), { maxBytesPerTrigger: '1' })), [[1], [2], [3], [4], [5]])
  const once = await open(await five(), { maxFilesPerTrigger: '1' })
  assert.deepEqual((await once.read(null, (await once.source.latestOffset(null, 'all'))!)).map(r => r['v']), [1, 2, 3, 4, 5])
  const d = await five(), now = await open(d, { maxFilesPerTrigger: '2' })
  await now.source.prepareForAvailableNow!()
  const first = (await now.source.latestOffset(null, 'options'))!
  await d.put('/in/6.json', row(6), 6)
  assert.deepEqual(await drain(now, first), [[3, 4], [5]])
  await now.source.close()
  const kept = directory()
  for (let i = 1; i <= 4; i++) await kept.put(`/in/${i}.json`, row(i), i * 10)
  const cached = await open(kept, { maxFilesPerTrigger: '1' })
  const one = await cached.source.latestOffset(null, 'options')
  await kept.put('/in/0.json', row(0), 5)
  assert.deepEqual(await drain(cached, one), [[2], [3], [4], [0]], 'the rest of a listing is used before there is a new one')
})

test('what is new: maxFileAge counts from the newest file, fileNameOnly goes by name', async () => {
  const d = directory(), day = 86_400_000
  await d.put('/in/new.json', row(1), 10 * day)
  const o = await open(d)
  const first = await o.source.latestOffset(null, 'options')
  await d.put('/in/old.json', row(2), 2 * day)
  await d.put('/in/recent.json', row(3), 4 * day)
  assert.deepEqual(await drain(o, first), [[3]])
  const two = directory()
  await two.put('/in/a/x.json', row(1), 1)
  await two.put('/in/b/x.json', row(2), 2)
  assert.deepEqual(await drain(await open(two, { fileNameOnly: 'true', recursiveFileLookup: 'true' })), [[1]])
  assert.deepEqual(await drain(await open(directoryLike(two, '/ckpt/b'), {}, 'file:///in/*/')), [[1, 2]], 'a glob of directories')
  assert.deepEqual(await drain(await open(directoryLike(two, '/ckpt/c'), {}, '/nowhere/*')), [], 'a glob may match later')
})

test('every tenth entry is compact; a restart goes on where the last run was', async () => {
  const d = directory()
  for (let i = 1; i <= 13; i++) await d.put(`/in/${String(i).padStart(2, '0')}.json`, row(i), i)
  assert.equal((await drain(await open(d, { maxFilesPerTrigger: '1' }))).length, 13)
  assert.ok((await d.texts('/ckpt/sources/0')).includes('9.compact'))
  await d.put('/in/14.json', row(14), 14)
  const again = await open(d)
  assert.equal(await again.source.latestOffset('{"logOffset":12}', 'options'), '{"logOffset":13}')
  assert.deepEqual((await again.read('{"logOffset":8}', '{"logOffset":13}')).map(r => r['v']), [10, 11, 12, 13, 14], 'a compact entry gives the files of its own batch only')
})

test('a file that vanishes, one that is damaged, one that is compressed', async () => {
  const d = directory()
  await d.put('/in/a.json', row(1), 1)
  await d.put('/in/b.json.gz', new Uint8Array(gzipSync(row(2) + row(3))), 2)
  const o = await open(d), end = (await o.source.latestOffset(null, 'options'))!
  assert.deepEqual((await o.read(null, end)).map(r => r['v']), [1, 2, 3])
  await d.files.delete('/in/a.json')
  await failed(o.read(null, end), 'FAILED_READ_FILE.FILE_NOT_EXIST')
  const forgiving = await open(d, { ignoreMissingFiles: 'true' })
  assert.deepEqual((await forgiving.read(null, end)).map(r => r['v']), [2, 3])
  assert.equal(d.warnings.length, 1)
  await d.put('/in/b.json.gz', 'no gzip', 2)
  await failed(forgiving.read(null, end), 'FAILED_READ_FILE.NO_HINT')
  assert.deepEqual(await (await open(d, { ignoreMissingFiles: 'true', ignoreCorruptFiles: 'true' })).read(null, end), [])
  const bz = directory()
  await bz.put('/in/a.json.bz2', 'x', 1)
  const b = await open(bz)
  await failed(b.read(null, (await b.source.latestOffset(null, 'options'))!), 'MICROLOTE_NOT_SUPPORTED')
})

test('cleanSource deletes or archives what was read, after the next batch is logged', async () => {
  for (const clean of ['delete', 'archive'] as const) {
    const d = directory()
    await d.put('/in/a.json', row(1), 1)
    await d.put('/in/b.json', row(2), 2)
    const o = await open(d, { cleanSource: clean, maxFilesPerTrigger: '1', ...(clean === 'archive' ? { sourceArchiveDir: '/old' } : {}) })
    const first = (await o.source.latestOffset(null, 'options'))!
    await o.source.latestOffset(first, 'options')
    assert.deepEqual(await d.texts('/in'), ['a.json', 'b.json'])
    await o.source.commit(first)
    await o.source.commit(first)
    assert.deepEqual(await d.texts('/in'), ['b.json'])
    assert.deepEqual(await d.texts('/old/in'), clean === 'archive' ? ['a.json'] : [])
  }
  const d = directory()
  await d.put('/in/a.json', row(1), 1)
  await failed(open(d, { cleanSource: 'archive' }), 'MICROLOTE_OPTION_MISSING')
  await failed(open(d, { cleanSource: 'archive', sourceArchiveDir: '/in/old' }), 'MICROLOTE_OPTION_INVALID')
})

test('mistakes show at once', async () => {
  const d = directory()
  await d.put('/in/a.json', row(1), 1)
  await failed(open(d, {}, '/missing'), 'PATH_NOT_FOUND')
  await failed(openSource('json', {}, d, { path: '/in' }), 'MICROLOTE_SCHEMA_REQUIRED')
  await failed(openSource('json', {}, d, { schema }), 'MICROLOTE_OPTION_MISSING')
  await failed(openSource('avro', {}, d, { schema, path: '/in' }), 'MICROLOTE_FILE_FORMAT_NOT_SUPPORTED')
  await failed(open(d, { maxFilesPerTrigger: '1', maxBytesPerTrigger: '1' }), 'MICROLOTE_OPTIONS_EXCLUSIVE')
  assert.match((await failed(open(d, { maxFilePerTrigger: '1' }), 'MICROLOTE_OPTION_UNKNOWN')).message, /maxfilespertrigger/i)
  for (const [o, v] of [['maxFileAge', 'long'], ['maxFilesPerTrigger', '0'], ['cleanSource', 'burn'], ['modifiedAfter', '2020-01-01T00:00:00'], ['discardCachedInputRatio', '2'], ['encoding', 'latin1'], ['samplingRatio', '0'], ['latestFirst', 'si']] as const) {
    await failed(open(d, { [o]: v }), 'MICROLOTE_OPTION_INVALID')
  }
  const parts = directory()
  await parts.put('/in/day=1/a.json', row(1), 1)
  const o = await open(parts)
  assert.equal((await o.read(null, (await o.source.latestOffset(null, 'options'))!)).length, 1, 'a directory of a partition that the schema does not name')
})

test('text: a line a row; JSON that spans a whole file', async () => {
  const d = directory()
  await d.put('/in/a.txt', '\ufeffuno\r\ndos\n\ntres', 1)
  const o = await openSource('text', {}, d, { path: '/in' })
  const end = (await o.source.latestOffset(null, 'options'))!
  assert.deepEqual((await o.read(null, end)).map(r => r['value']), ['uno', 'dos', '', 'tres'])
  const by = async (options: Record<string, string>): Promise<unknown[]> => (await (await openSource('text', options, d, { path: '/in' })).read(null, end)).map(r => r['value'])
  assert.deepEqual(await by({ wholetext: 'true' }), ['\ufeffuno\r\ndos\n\ntres'])
  assert.deepEqual(await by({ lineSep: 'os' }), ['\ufeffuno\r\nd', '\n\ntres'])
  await failed(openSource('text', {}, d, { path: '/in', schema: parseSchema('a INT') }), 'MICROLOTE_INVALID_ARGUMENT')
  const j = directory()
  await j.put('/in/a.json', '[\n {"v": 1},\n {"v": 2}\n]\n', 1)
  const m = await open(j, { multiLine: 'true' })
  assert.deepEqual((await m.read(null, (await m.source.latestOffset(null, 'options'))!)).map(r => r['v']), [1, 2])
})

test('Hadoop\'s globs', () => {
  const cases: [string, string, boolean][] = [
    ['*.json', 'a.json', true], ['*.json', 'a.jsonx', false], ['a?c', 'abc', true], ['[a-c]x', 'bx', true], ['[^a]x', 'ax', false], ['{a,bc}.j', 'bc.j', true], ['{a,bc}.j', 'b.j', false], ['a\\*', 'a*', true], ['a\\*', 'ab', false], ['a.b', 'axb', false], ['(x)', '(x)', true],
  ]
  for (const [glob, name, fits] of cases) assert.equal(globExpression(glob).test(name), fits, `${glob} ${name}`)
})
