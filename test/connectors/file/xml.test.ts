// XML files written and read back, by batches and by streams.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { SparkError, SparkSession } from '../../../engine/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'microlote-xml-')), spark = SparkSession.builder.appName('xml').create()
after(() => { rmSync(folder, { recursive: true, force: true }) })

const rows = `SELECT * FROM VALUES (1, 'a <b> & "c"', array(1, 2), named_struct('_k', 7, '_VALUE', 'x'), TIMESTAMP '2024-01-02 03:04:05'), (2, ' ', array(), named_struct('_k', NULL, '_VALUE', 'y'), NULL), (3, NULL, NULL, NULL, NULL) AS t(id, s, l, e, at)`
const schema = 'id INT, s STRING, l ARRAY<INT>, e STRUCT<_k: INT, _VALUE: STRING>, at TIMESTAMP'
const shown = async (df: ReturnType<typeof spark.sql>): Promise<string[]> => (await df.orderBy('id').collect()).map(r => JSON.stringify(r))
const texts = (path: string): string[] => readdirSync(path).filter(n => n.startsWith('part-')).map(n => readFileSync(join(path, n), 'utf8')).filter(t => t !== '')

test('what is written comes back, and an end with no line behind it', async () => {
  const path = join(folder, 'batch')
  await spark.sql(rows).write.option('rowTag', 'r').xml(path)
  assert.deepEqual(await shown(spark.read.schema(schema).option('rowTag', 'r').option('ignoreSurroundingSpaces', false).xml(path)), [
    '{"id":1,"s":"a <b> & \\"c\\"","l":[1,2],"e":{"_k":7,"_VALUE":"x"},"at":"2024-01-02T03:04:05.000000Z"}', '{"id":2,"s":" ","l":null,"e":{"_k":null,"_VALUE":"y"},"at":null}', '{"id":3,"s":null,"l":null,"e":null,"at":null}'])
  assert.ok(texts(path).every(t => t.startsWith('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ROWS>\n    <r>') && t.endsWith('\n    </r>\n</ROWS>')))
})

test('a stream is written in files with a root each, and read back as a stream', async () => {
  const source = join(folder, 'lines'), path = join(folder, 'stream'), checkpoint = join(folder, 'checkpoint')
  await spark.sql(rows).select('id', 's').write.json(source)
  const write = async (): Promise<void> => {
    const query = await spark.readStream.schema('id INT, s STRING').json(source).writeStream.format('xml').option('rowTag', 'r').option('rootTag', 'rs').option('checkpointLocation', checkpoint).trigger({ availableNow: true }).start(path)
    await query.awaitTermination()
  }
  await write()
  await spark.sql("SELECT 4 AS id, 'z' AS s").write.mode('append').json(source)
  await write()
  assert.ok(texts(path).every(t => t.includes('\n<rs>\n') && t.endsWith('</rs>')))
  assert.equal(texts(path).length, 2)
  const back = await spark.readStream.schema('id INT, s STRING').option('rowTag', 'r').xml(path).writeStream.format('memory').queryName('back').trigger({ availableNow: true }).start()
  await back.awaitTermination()
  assert.deepEqual((await spark.table('back').orderBy('id').collect()).map(r => r['id']), [1, 2, 3, 4])
})

test('many rows go out in pieces, compressed ones too', async () => {
  const path = join(folder, 'many')
  await spark.range(40_000).selectExpr('id', "repeat('x', 40) AS s").write.option('rowTag', 'r').option('compression', 'gzip').xml(path)
  const [name] = readdirSync(path).filter(n => n.endsWith('.xml.gz'))
  assert.equal(gunzipSync(readFileSync(join(path, name!))).toString().match(/<r>/g)!.length, 40_000)
  assert.equal(await spark.read.option('rowTag', 'r').xml(path).where('id % 2 = 0').count(), 20_000)
})

test('an element may hold more than a call takes arguments', async () => {
  const [row] = await spark.sql("SELECT to_xml(named_struct('a', sequence(1, 200000)), map('indent', '')) AS x, to_xml(named_struct('_VALUE', array_repeat('v', 200000))) AS y").collect()
  assert.equal((row!['x'] as string).match(/<a>/g)!.length, 200_000)
  assert.equal((row!['y'] as string).match(/v/g)!.length, 200_000)
})

test('partitions are directories, and their column is in no file', async () => {
  const path = join(folder, 'by')
  await spark.sql(rows).selectExpr('id', 'id % 2 AS odd').write.option('rowTag', 'r').partitionBy('odd').xml(path)
  assert.deepEqual((await spark.read.option('rowTag', 'r').xml(path).where('odd = 1').orderBy('id').collect()).map(r => [r['id'], r['odd']]), [[1, 1], [3, 1]])
})

test('what cannot be built is refused by its name', async () => {
  const path = join(folder, 'batch'), condition = (name: string) => (e: unknown): boolean => e instanceof SparkError && e.condition === name
  for (const [option, value] of [['rowValidationXSDPath', '/x.xsd'], ['locale', 'es']] as const) {
    await assert.rejects(async () => spark.read.schema('id INT').option('rowTag', 'r').option(option, value).xml(path).count(), condition('MICROLOTE_NOT_SUPPORTED'), option)
  }
  await assert.rejects(async () => spark.read.xml(path).count(), condition('XML_ROW_TAG_MISSING'))
  await assert.rejects(async () => spark.range(1).write.option('rowTag', 'r').option('encoding', 'UTF-16').xml(join(folder, 'wide')), condition('MICROLOTE_OPTION_INVALID'))
})
