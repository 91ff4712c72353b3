/** Holds reads of files, batch and stream, against what Spark made of the same files at the same times. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { defaultConfs, sameCondition, type CaseResult } from './expressions.ts'
import { callOne } from './frames.ts'
import { encodedRows } from './scenarios.ts'
import { difference, pythonJson } from './values.ts'

interface FileRead {
  readonly about?: string; readonly calls?: readonly unknown[][]; readonly sql?: string; readonly stream?: string
  readonly columns?: readonly string[]; readonly types?: readonly string[]; readonly rows?: readonly unknown[]; readonly error?: { readonly condition: string | null }
}
export interface FilesDoc {
  readonly format: string; readonly schema?: string; readonly options?: Readonly<Record<string, string>>; readonly confs?: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, { readonly text?: string; readonly base64?: string; readonly modified: number }>>; readonly reads: readonly FileRead[]
}

/** Every read of the file with what differs. */
export async function runFiles(doc: FilesDoc): Promise<CaseResult[]> {
  const work = mkdtempSync(join(tmpdir(), 'microlote-files-')), dir = join(work, 'in'), results: CaseResult[] = []
  try {
    for (const [name, { text, base64, modified }] of Object.entries(doc.files)) {
      mkdirSync(dirname(join(dir, name)), { recursive: true })
      writeFileSync(join(dir, name), base64 === undefined ? text! : Buffer.from(base64, 'base64'))
      utimesSync(join(dir, name), modified, modified)
    }
    const spark = new SparkSession(new LocalBackend({ confs: { ...defaultConfs, ...doc.confs } }))
    for (const [i, r] of doc.reads.entries()) results.push({ name: r.about ?? `${r.stream ?? ''}${r.sql ?? JSON.stringify(r.calls)}`, difference: await runRead(spark, doc, r, dir, join(work, `checkpoint-${i}`)) })
    await spark.stop()
  } finally { rmSync(work, { recursive: true, force: true }) }
  return results
}

async function runRead(spark: SparkSession, doc: FilesDoc, r: FileRead, dir: string, checkpointLocation: string): Promise<string | null> {
  if (r.rows === undefined && r.error === undefined) return 'not recorded yet'
  try {
    const reader = (r.stream === undefined ? spark.read : spark.readStream) as typeof spark.read, given = reader.format(doc.format).options(doc.options ?? {})
    const read = (doc.schema === undefined ? given : given.schema(doc.schema)).load(dir)
    read.createOrReplaceTempView('files')
    const df = r.sql === undefined ? r.calls!.reduce<DataFrame>((df, call) => callOne(df, call as [string, ...unknown[]]), read) : spark.sql(r.sql)
    const rows = r.stream === undefined ? await encodedRows(df, false) : await streamedRows(df, r.stream, checkpointLocation)
    if (r.error !== undefined) return `the error ${r.error.condition} expected, ${JSON.stringify(rows).slice(0, 100)} came`
    const nameless = JSON.parse(JSON.stringify(rows).replaceAll(dir, '<dir>')) as unknown[]
    return difference(r.columns, df.columns, 'columns') ?? difference(r.types, df.schema.fields.map(f => simpleString(f.dataType)), 'types') ?? difference(r.rows, nameless, 'rows')
  } catch (e) {
    const got = conditionOf(e)
    if (r.error === undefined) return `rows expected, but: ${((got === null ? (e as Error).stack : (e as Error).message) ?? String(e)).slice(0, 300)}`
    return sameCondition(r.error.condition, got) ? null : `the error ${r.error.condition} expected, ${got ?? (e as Error).stack} came`
  }
}

async function streamedRows(df: DataFrame, mode: string, checkpointLocation: string): Promise<unknown[]> {
  const rows: unknown[][] = []
  const query = await df.writeStream.foreachBatch(async batch => { rows.push(...await encodedRows(batch, false)) }).outputMode(mode).option('checkpointLocation', checkpointLocation).trigger({ availableNow: true }).start()
  await query.awaitTermination()
  return rows.map(r => ({ r, text: pythonJson(r) })).sort((a, b) => (a.text < b.text ? -1 : 1)).map(x => x.r)
}
