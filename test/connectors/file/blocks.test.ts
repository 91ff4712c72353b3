/** Large files of lines come block by block: the rows are those of the same file read whole, which a packed one is. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { LocalBackend, MemoryFiles, SparkSession } from '../../../engine/testing.ts'

test('blocks and the whole file give the same rows: line ends of each kind, lines longer than a block, marks that are no byte order mark', async () => {
  const line = (i: number, pad: number): string => JSON.stringify({ id: i, text: 'ñ'.repeat(pad) })
  const variants: Record<string, string[]> = {
    short: Array.from({ length: 60_000 }, (_, i) => `${line(i, i % 40)}\n`),
    crlf: Array.from({ length: 40_000 }, (_, i) => `${line(i, 30)}\r\n`),
    mixed: Array.from({ length: 40_000 }, (_, i) => `${line(i, 25)}${['\n', '\r\n', '\r', '\n\n'][i % 4]!}`),
    long: [0, 1, 2, 3].map(i => `${line(i, 700_000)}\n`),
    marks: Array.from({ length: 50_000 }, (_, i) => `${i === 0 || i % 997 === 0 ? '\ufeff' : ''}${line(i, 20)}\n`),
    unended: [...Array.from({ length: 30_000 }, (_, i) => `${line(i, 30)}\n`), line(30_000, 3)],
  }
  const files = new MemoryFiles(), spark = new SparkSession(new LocalBackend({ files }))
  for (const [name, lines] of Object.entries(variants)) {
    const bytes = new TextEncoder().encode(lines.join(''))
    assert.ok(bytes.length > 1 << 20, name)
    await files.writeAtomic(`/${name}/a.json`, bytes, { overwrite: true })
    await files.writeAtomic(`/${name}-whole/a.json.gz`, new Uint8Array(gzipSync(bytes)), { overwrite: true })
    const rows = async (path: string): Promise<unknown[][]> => (await spark.read.schema('id INT, text STRING').json(path).selectExpr('id', 'length(text) AS n').collect()).map(r => [r['id'], r['n']])
    const inBlocks = await rows(`/${name}`)
    assert.deepEqual(inBlocks, await rows(`/${name}-whole`), name)
    assert.equal(inBlocks.length, lines.length, name)
  }
  await spark.stop()
})
