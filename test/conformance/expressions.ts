/** Runs a file of recorded SQL expressions through the engine. */
import { conditionOf } from '../../engine/errors/spark-error.ts'
import { LocalBackend } from '../../engine/local/backend.ts'
import { parseSelectItem } from '../../engine/expressions/parser.ts'
import { setLiteralTimeZone } from '../../engine/expressions/typed-literals.ts'
import type { LogicalPlan } from '../../engine/plan/logical-plan.ts'
import { simpleString } from '../../engine/types/data-type.ts'
import { readRows } from './rows.ts'
import { difference, encode } from './values.ts'

export interface ExpressionCase { readonly expr: string; readonly type?: string; readonly values?: readonly unknown[]; readonly error?: { readonly condition: string | null } }
export interface ExpressionFile { readonly confs?: Readonly<Record<string, string>>; readonly input?: { readonly schema: string; readonly rows: readonly unknown[] }; readonly cases: readonly ExpressionCase[] }
export interface CaseResult { readonly name: string; readonly difference: string | null }

export const defaultConfs: Readonly<Record<string, string>> = { 'spark.sql.shuffle.partitions': '2', 'spark.sql.session.timeZone': 'UTC', 'spark.sql.ansi.enabled': 'true' }

/** Every case of the file with what differs. */
export async function runExpressions(file: ExpressionFile): Promise<CaseResult[]> {
  const confs = { ...defaultConfs, ...file.confs }
  const backend = new LocalBackend({ confs })
  setLiteralTimeZone(confs['spark.sql.session.timeZone']!)
  const input: LogicalPlan = file.input === undefined ? { kind: 'range', start: 0n, end: 1n, step: 1n } : readRows(file.input.schema, file.input.rows)
  const results: CaseResult[] = []
  for (const c of file.cases) results.push({ name: c.expr, difference: await runCase(backend, input, c) })
  setLiteralTimeZone('UTC')
  return results
}

async function runCase(backend: LocalBackend, input: LogicalPlan, c: ExpressionCase): Promise<string | null> {
  if (c.values === undefined && c.error === undefined) return 'not recorded yet'
  let type: string, values: unknown[]
  try {
    const plan: LogicalPlan = { kind: 'project', expressions: [parseSelectItem(`${c.expr} AS r`)], child: input }
    const result = await backend.collect(plan)
    const field = result.schema.fields[0]!
    type = simpleString(field.dataType)
    values = result.batches.flatMap(b => Array.from({ length: b.length }, (_, i) => encode(field.dataType, b.columns[0]!.get(i))))
  } catch (e) {
    const got = conditionOf(e)
    if (c.error === undefined) return `${JSON.stringify(c.values)?.slice(0, 100)} expected, but: ${e instanceof Error ? ((got === null ? e.stack?.split('\n').slice(0, 3).join(' ') : e.message) ?? '').slice(0, 220) : String(e)}`
    return sameCondition(c.error!.condition, got) ? null : `the error ${c.error.condition} expected, ${got ?? (e as Error).message} came`
  }
  if (c.error !== undefined) return `the error ${c.error.condition} expected, ${JSON.stringify(values).slice(0, 100)} came`
  if (type !== c.type) return `the type ${c.type} expected, ${type} came`
  return difference(c.values, values)
}

/** Where Spark has no name for an error, any refusal of ours with a name counts. */
export function sameCondition(want: string | null, got: string | null): boolean {
  if (want === null || want.startsWith('_LEGACY_ERROR_TEMP_')) return got !== null
  return want === got
}
