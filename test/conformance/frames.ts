/** Runs a file of recorded chains of DataFrame methods and SQL texts through the engine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import * as F from '../../engine/api/functions.ts'
import { DataFrame } from '../../engine/api/dataframe.ts'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { setLiteralTimeZone } from '../../engine/expressions/typed-literals.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { typeToJson } from '../../engine/types/schema-json.ts'
import { defaultConfs, sameCondition, type CaseResult } from './expressions.ts'

interface FrameCase {
  readonly from?: string; readonly sql?: string; readonly calls?: readonly (readonly [string, ...unknown[]])[]
  readonly schema?: string; readonly fields?: unknown; readonly text?: string; readonly value?: unknown; readonly error?: { readonly condition: string | null }
}
export interface FrameFile { readonly confs?: Readonly<Record<string, string>>; readonly views?: Readonly<Record<string, string>>; readonly streams?: Readonly<Record<string, string>>; readonly frames: readonly FrameCase[] }

/** The user's functions of record.py. */
export function registerUserFunctions(spark: SparkSession): void {
  spark.udf.register('doble', (n: number | null) => (n === null ? null : n * 2), 'BIGINT')
  spark.udf.register('inicial', (t: string | null) => (t === null ? '?' : t.slice(0, 1).toUpperCase()), 'STRING')
  spark.udf.register('partes', (t: string | null) => (t === null ? null : t.split('-')), 'ARRAY<STRING>')
}

/** Where recordings of writers write. */
const recordedPath = '/tmp/microlote-xml-recorded'

/** Every case of the file with what differs. */
export async function runFrames(file: FrameFile): Promise<CaseResult[]> {
  const warehouse = mkdtempSync(join(tmpdir(), 'microlote-warehouse-'))
  const spark = new SparkSession(new LocalBackend({ confs: { ...defaultConfs, 'spark.sql.warehouse.dir': warehouse, ...file.confs } }))
  registerUserFunctions(spark)
  for (const [name, text] of Object.entries(file.views ?? {})) spark.sql(text).createOrReplaceTempView(name)
  for (const [name, schema] of Object.entries(file.streams ?? {})) spark.readStream.schema(schema).json('/tmp/microlote-no-such-folder').createOrReplaceTempView(name)
  const results: CaseResult[] = []
  // What a recording writes goes into a directory of this run: runs beside each other do not meet.
  const written = mkdtempSync(join(tmpdir(), 'microlote-written-'))
  const frames: readonly FrameCase[] = JSON.parse(JSON.stringify(file.frames).replaceAll(recordedPath, written))
  for (const c of frames) results.push({ name: JSON.stringify(c.sql ?? [c.from, ...(c.calls ?? [])]), difference: await runCase(spark, c) })
  setLiteralTimeZone('UTC')
  for (const d of [warehouse, written]) rmSync(d, { recursive: true, force: true })
  return results
}

const pythonNames: Readonly<Record<string, string>> = { __eq__: 'equalTo', __gt__: 'gt', __invert__: 'not' }

/** Calls a method by its name, which may lead through properties (`na.fill`); a property is read. */
export function callOne(x: any, [name, ...args]: readonly [string, ...unknown[]], frame?: (name: string) => unknown): any {
  const argument = (a: any): unknown => {
    if (Array.isArray(a)) return a.map(argument)
    if (typeof a !== 'object' || a === null) return a
    const after = (start: unknown): unknown => (a.calls ?? []).reduce((y: unknown, call: readonly [string, ...unknown[]]) => callOne(y, call, frame), start)
    if ('expr' in a) return after(F.expr(a.expr))
    if ('frame' in a) return after(frame!(a.frame))
    if ('function' in a) return x.sparkSession.tvf[a.function](...a.args.map(argument))
    if ('api' in a) return (F as any)[a.api[0]](...a.api.slice(1).map(argument))
    if ('schema' in a) return a.schema
    return 'map' in a ? new Map(a.map.map(([k, v]: [unknown, unknown]) => [k, argument(v)])) : 'regex' in a ? x.colRegex(a.regex) : a
  }
  if (name === '__getitem__') return x[args[0] as number]
  const path = (pythonNames[name] ?? name).split('.'), last = path.pop()!, owner = path.reduce((o, p) => o[p], x)
  if (!(last in owner)) throw new Error(`there is no ${name}`)
  return typeof owner[last] === 'function' ? owner[last](...args.map(argument)) : owner[last]
}

async function runCase(spark: SparkSession, c: FrameCase): Promise<string | null> {
  if (c.schema === undefined && c.value === undefined && c.error === undefined) return 'not recorded yet'
  let x: any
  try {
    x = c.sql === undefined ? spark.table(c.from!) : await spark.sql(c.sql)
    for (const call of c.calls ?? []) x = await callOne(x, call, name => spark.table(name))
    x ??= null
    if (typeof x?.next === 'function') x = await x.next()
    if (x instanceof DataFrame) x = { schema: simpleString(x.schema), fields: (typeToJson(x.schema) as { fields: unknown }).fields, ...(x.isStreaming ? {} : { text: await x.showString(100, false) }) }
  } catch (e) {
    const got = conditionOf(e)
    if (c.error === undefined) return `${c.text ?? c.schema ?? JSON.stringify(c.value)} expected, but: ${e instanceof Error ? (got === null ? e.stack : e.message) : String(e)}`
    return sameCondition(c.error.condition, got) ? null : `the error ${c.error.condition} expected, but: ${e instanceof Error ? e.message : String(e)}`
  }
  if (c.error !== undefined) return `the error ${c.error.condition} expected, but: ${JSON.stringify(x).slice(0, 200)}`
  if (c.value !== undefined) return same(c.value, x) ? null : `${JSON.stringify(c.value)} expected, but: ${JSON.stringify(x)}`
  if (x.schema !== c.schema) return `the schema ${c.schema} expected, but: ${x.schema}`
  if (Array.isArray(c.fields) && !isDeepStrictEqual(x.fields, c.fields.map(plainField))) return `the fields ${JSON.stringify(c.fields)} expected, but: ${JSON.stringify(x.fields)}`
  return c.text === undefined || settled(c, c.text) === settled(c, x.text) ? null : `\n${c.text}\nexpected, but:\n${x.text}`
}

// Spark's mark on names that it made up itself.
const plainField = (f: { readonly metadata: Readonly<Record<string, unknown>> }): unknown => ('__autoGeneratedAlias' in f.metadata ? { ...f, metadata: {} } : f)

// Without a sort the order of rows is nobody's promise.
const settled = (c: FrameCase, text: string): string => (/order by|orderBy/i.test(JSON.stringify(c.sql ?? c.calls)) ? text : text.split('\n').sort().join('\n')).trimEnd()
const same = (recorded: unknown, got: unknown): boolean => JSON.stringify(recorded) === JSON.stringify(
  !Array.isArray(recorded) || typeof got !== 'object' || got === null ? got : !Array.isArray(got) ? Object.values(got) : Array.isArray(recorded[0]) ? got.map(r => Object.values(r as object)) : got)
