/** Holds the readers of state against what Spark's own made of the same checkpoints. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { SparkSession } from '../../engine/session/spark-session.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { defaultConfs, sameCondition, type CaseResult } from './expressions.ts'
import { encodedRows } from './scenarios.ts'
import { difference } from './values.ts'

interface StateCase {
  readonly about: string; readonly checkpoint: string; readonly format?: string; readonly options?: Readonly<Record<string, string>>; readonly without?: readonly string[]
  readonly columns?: readonly string[]; readonly types?: readonly string[]; readonly rows?: readonly unknown[]; readonly error?: { readonly condition: string | null }
}
export interface StateFile { readonly confs?: Readonly<Record<string, string>>; readonly states: readonly StateCase[] }

const checkpoints = fileURLToPath(new URL('../../fixtures/checkpoints/', import.meta.url))

/** Every case of the file with what differs. */
export async function runStates(file: StateFile): Promise<CaseResult[]> {
  const spark = new SparkSession(new LocalBackend({ confs: { ...defaultConfs, ...file.confs } })), results: CaseResult[] = []
  for (const c of file.states) results.push({ name: c.about, difference: await runState(spark, c) })
  return results
}

async function runState(spark: SparkSession, c: StateCase): Promise<string | null> {
  if (c.rows === undefined && c.error === undefined) return 'not recorded yet'
  const work = mkdtempSync(join(tmpdir(), 'microlote-states-')), checkpoint = join(work, 'checkpoint')
  try {
    cpSync(join(checkpoints, c.checkpoint), checkpoint, { recursive: true })
    for (const name of c.without ?? []) rmSync(join(checkpoint, name))
    const df = spark.read.format(c.format ?? 'statestore').options(c.options ?? {}).load(checkpoint), rows = await encodedRows(df, false)
    if (c.error !== undefined) return `the error ${c.error.condition} expected, ${JSON.stringify(rows).slice(0, 100)} came`
    return difference(c.columns, df.columns, 'columns') ?? difference(c.types, df.schema.fields.map(f => simpleString(f.dataType)), 'types') ?? difference(c.rows, rows, 'rows')
  } catch (e) {
    const got = conditionOf(e)
    if (c.error === undefined) return `rows expected, but: ${((got === null ? (e as Error).stack : (e as Error).message) ?? String(e)).slice(0, 250)}`
    return sameCondition(c.error.condition, got) ? null : `the error ${c.error.condition} expected, ${got ?? (e as Error).stack} came`
  } finally { rmSync(work, { recursive: true, force: true }) }
}
