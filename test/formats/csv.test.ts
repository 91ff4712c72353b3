/** CSV as Spark 4.3.0 reads and writes it: fixtures/csv/recorded.json, made by record_csv.py beside it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CalendarDate, Decimal, Timestamp } from '../../engine/columns/row-values.ts'
import { SparkError } from '../../engine/errors/spark-error.ts'
import { LocalBackend, ManualClock, MemoryFiles, SparkSession } from '../../engine/testing.ts'

interface Case { readonly options: Record<string, string>; readonly error?: string }
interface ReadCase extends Case { readonly text: string; readonly given: string | null; readonly schema?: string; readonly rows?: unknown[][] }
interface WriteCase extends Case { readonly select: string; readonly file?: string }
const recorded = JSON.parse(readFileSync(new URL('../../fixtures/csv/recorded.json', import.meta.url), 'utf8')) as { read: ReadCase[]; write: WriteCase[] }

const plain = (v: unknown): unknown => (v instanceof Timestamp ? v.toISOString().replace('T', ' ').replace('Z', '') : v instanceof CalendarDate || v instanceof Decimal ? String(v) : v instanceof Uint8Array ? Buffer.from(v).toString('hex')
  : typeof v === 'number' && !Number.isFinite(v) ? { NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf' }[String(v)] : v)
function place(): { spark: SparkSession; files: MemoryFiles } {
  const files = new MemoryFiles(() => 0)
  return { files, spark: new SparkSession(new LocalBackend({ files, clock: new ManualClock(0), confs: { 'spark.sql.session.timeZone': 'UTC' } })) }
}

for (const c of recorded.read) test(`reads ${JSON.stringify(c.text)} ${JSON.stringify(c.options)} ${c.given ?? ''}`, async () => {
  const { spark, files } = place()
  await files.writeAtomic('/in/a.csv', new TextEncoder().encode(c.text), { overwrite: true })
  const reader = c.given === null ? spark.read : spark.read.schema(c.given)
  const run = async (): Promise<{ schema: string; rows: unknown[][] }> => { const df = reader.options(c.options).csv('/in'); return { schema: df.schema.simpleString(), rows: (await df.collect()).map(r => df.columns.map(n => plain(r[n]))) } }
  if (c.error !== undefined) { await assert.rejects(run, (e: unknown) => e instanceof SparkError); return }
  assert.deepEqual(await run(), { schema: c.schema, rows: c.rows })
})

for (const c of recorded.write) test(`writes ${c.select} ${JSON.stringify(c.options)}`, async () => {
  const { spark, files } = place()
  const run = async (): Promise<string> => {
    await spark.range(1).selectExpr(...split(c.select)).write.options(c.options).csv('/out')
    return files.readText(`/out/${(await files.list('/out')).find(f => f.name.startsWith('part'))!.name}`)
  }
  if (c.error !== undefined) { await assert.rejects(run, (e: unknown) => e instanceof SparkError); return }
  assert.equal(await run(), c.file)
})

/** The items of a select list: cut at commas that stand before the next `AS`. */
function split(select: string): string[] { return select.split(/(?<=AS (?:\w+|`[^`]+`)), /) }
