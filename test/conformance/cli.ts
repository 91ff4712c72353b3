/** `npm run conformance -- PATH...`: holds the engine against recordings of real Spark; one line for each file that differs, `N passed, N failed` at the end. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runExpressions } from './expressions.ts'
import { runFiles } from './files.ts'
import { runFrames } from './frames.ts'
import { runQueries } from './queries.ts'
import { runScenario } from './scenarios.ts'
import { runStates } from './states.ts'

const here = dirname(fileURLToPath(import.meta.url))
export const committed = join(here, '..', '..', 'fixtures', 'conformance')

/** What is not expected to pass yet: file name → `*`, or the expressions that do not. */
export const notYet: Readonly<Record<string, '*' | readonly string[]>> = JSON.parse(readFileSync(join(here, 'not-yet.json'), 'utf8'))

export interface FileResult { readonly file: string; readonly passed: number; readonly failures: readonly string[]; readonly listed: number; readonly mustLeaveList: readonly string[] }

/** Runs one file: a scenario counts one, an expression file its cases. */
export async function runFile(path: string): Promise<FileResult> {
  const doc = JSON.parse(readFileSync(path, 'utf8'))
  const file = basename(path), excused = notYet[file]
  const isExcused = (name: string): boolean => excused === '*' || (excused?.includes(name) ?? false)
  const results = 'frames' in doc ? await runFrames(doc) : 'cases' in doc ? await runExpressions(doc) : 'queries' in doc ? await runQueries(doc) : 'states' in doc ? await runStates(doc) : 'reads' in doc ? await runFiles(doc) : [{ name: '*', difference: await runScenario(doc) }]
  const failures: string[] = [], mustLeaveList: string[] = []
  let passed = 0, listed = 0
  for (const r of results) {
    if (r.difference === null) { passed++; if (isExcused(r.name)) mustLeaveList.push(r.name) }
    else if (isExcused(r.name)) listed++
    else failures.push(r.name === '*' ? r.difference : `${r.name}: ${r.difference}`)
  }
  return { file, passed, failures, listed, mustLeaveList: excused === '*' && results[0]?.name !== '*' && passed < results.length ? [] : mustLeaveList }
}

export function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true }).flatMap(e => (e.isDirectory() || e.name.endsWith('.json') ? filesUnder(join(path, e.name)) : [])).sort()
}

async function main(paths: readonly string[]): Promise<void> {
  const verbose = paths.includes('--all')
  const named = paths.filter(p => !p.startsWith('--'))
  let passed = 0, failed = 0, listed = 0
  for (const path of (named.length === 0 ? [committed] : named).flatMap(filesUnder)) {
    const r = await runFile(path)
    passed += r.passed
    failed += r.failures.length + r.mustLeaveList.length
    listed += r.listed
    for (const f of verbose ? r.failures : r.failures.slice(0, 1)) console.log(`differs ${r.file}${r.failures.length > 1 && !verbose ? ` (${r.failures.length})` : ''}: ${f}`)
    for (const m of r.mustLeaveList) console.log(`passes now, take it off the not-yet list: ${r.file}: ${m}`)
  }
  if (listed > 0) console.log(`${listed} more differ and are on the not-yet list (test/conformance/not-yet.json)`)
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2))
