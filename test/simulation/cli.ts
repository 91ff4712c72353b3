/** `npm run simulate -- --seeds N [--first S] [--scenario NAME] [--kind KIND]`: N schedules over the stateful recorded scenarios; a line with seed and steps for each that differs, `N passed, N failed` at the end. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Scenario } from '../conformance/scenarios.ts'
import { kinds, type Kind } from './disk.ts'
import { isStateful, simulate } from './simulate.ts'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'fixtures', 'conformance', 'scenarios')
export interface Case { readonly file: string; readonly scenario: Scenario }

// Recordings that the engine does not meet even without a crash.
const excused: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(join(folder, '..', '..', '..', 'test', 'conformance', 'not-yet.json'), 'utf8'))

/** The scenarios a crash can cost something, by file name without its ending. */
export function statefulScenarios(name?: string): Case[] {
  return readdirSync(folder).sort().filter(f => !(f in excused) && (name === undefined || f === `${name}.json`)).map((f): Case => ({ file: f.slice(0, -5), scenario: JSON.parse(readFileSync(join(folder, f), 'utf8')) })).filter(c => isStateful(c.scenario))
}

/** Which schedule a seed stands for: scenarios take turns, kinds change with every round. */
export function scheduleOf(seed: number, cases: readonly Case[], kind?: Kind): Case & { readonly kind: Kind } {
  return { ...cases[seed % cases.length]!, kind: kind ?? kinds[(Math.floor(seed / cases.length) + seed) % kinds.length]! }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '200' }, first: { type: 'string', default: '0' }, scenario: { type: 'string' }, kind: { type: 'string' } } })
  const cases = statefulScenarios(values.scenario)
  if (cases.length === 0) throw new Error(`no stateful scenario ${values.scenario ?? ''}`)
  if (values.kind !== undefined && !kinds.includes(values.kind as Kind)) throw new Error(`no kind ${values.kind}: it is one of ${kinds.join(', ')}`)
  let passed = 0, failed = 0, crashes = 0
  const refused = new Map<string, number>()
  for (let seed = Number(values.first), end = seed + Number(values.seeds); seed < end; seed++) {
    const { file, scenario, kind } = scheduleOf(seed, cases, values.kind as Kind | undefined)
    const o = await simulate(scenario, kind, seed)
    crashes += o.crashes.length
    if (o.refused !== null) refused.set(o.refused, (refused.get(o.refused) ?? 0) + 1)
    if (o.difference === null) { passed++; continue }
    failed++
    console.log(`differs: seed ${seed}, ${file}, ${kind}, ${o.crashes.map(c => `step ${c.step} ${c.what}`).join('; ') || `${o.steps} steps`}: ${o.difference}`)
  }
  console.log(`${crashes} crashes over ${cases.length} scenarios${[...refused].map(([c, n]) => `; a torn file was refused ${n} times with ${c}`).join('')}`)
  console.log(`${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
