/** Runs a file of recorded SELECT texts through the engine. */
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { defaultConfs, sameCondition, type CaseResult } from './expressions.ts'
import { difference, encode, pythonJson } from './values.ts'

export interface QueryCase { readonly sql: string; readonly columns?: readonly string[]; readonly types?: readonly string[]; readonly rows?: readonly unknown[]; readonly error?: { readonly condition: string | null } }
export interface QueryFile { readonly confs?: Readonly<Record<string, string>>; readonly views: Readonly<Record<string, string>>; readonly queries: readonly QueryCase[] }

/** Every query of the file with what differs. */
export async function runQueries(file: QueryFile): Promise<CaseResult[]> {
  const builder = SparkSession.builder.appName('queries')
  for (const [key, value] of Object.entries({ ...defaultConfs, ...file.confs })) builder.config(key, value)
  const spark = builder.create()
  for (const [name, sql] of Object.entries(file.views)) spark.sql(`CREATE OR REPLACE TEMP VIEW ${name} AS ${sql}`)
  const results: CaseResult[] = []
  for (const q of file.queries) results.push({ name: q.sql, difference: await runQuery(spark, q) })
  return results
}

async function runQuery(spark: SparkSession, q: QueryCase): Promise<string | null> {
  if (q.rows === undefined && q.error === undefined) return 'not recorded yet'
  let columns: string[], types: string[], rows: unknown[]
  try {
    const df = spark.sql(q.sql), { fields } = df.schema
    columns = fields.map(f => f.name)
    types = fields.map(f => simpleString(f.dataType))
    const { batches } = await spark.backend.collect(df.plan)
    rows = batches.flatMap(b => Array.from({ length: b.length }, (_, i) => fields.map((f, c) => encode(f.dataType, b.columns[c]!.get(i)))))
  } catch (e) {
    const got = conditionOf(e)
    if (q.error === undefined) return `rows expected, but: ${e instanceof Error ? ((got === null ? e.stack?.split('\n').slice(0, 3).join(' ') : e.message) ?? '').slice(0, 220) : String(e)}`
    return sameCondition(q.error.condition, got) ? null : `the error ${q.error.condition} expected, ${got ?? (e as Error).message} came`
  }
  if (q.error !== undefined) return `the error ${q.error.condition} expected, ${JSON.stringify(rows).slice(0, 100)} came`
  return difference(q.columns, columns, 'columns') ?? difference(q.types, types, 'types') ?? difference(q.rows, sorted(rows, types))
}

// By their text as Python writes it, where a whole double ends in .0.
const textOf = (row: unknown, types: readonly string[]): string => `[${(row as unknown[]).map((v, c) => pythonJson(v) + (/^(double|float)$/.test(types[c]!) && Number.isInteger(v) ? '.0' : '')).join(', ')}]`
const sorted = (rows: readonly unknown[], types: readonly string[]): unknown[] => rows.map(r => [textOf(r, types), r] as const).sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)).map(([, r]) => r)
