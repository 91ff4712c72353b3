/** Makes a scenario that differs from Spark smaller, as long as it goes on to differ: fewer steps, rows and operations, no confs. */
import { runScenario, type Scenario } from '../conformance/scenarios.ts'

/** Tries at most `attempts` smaller scenarios on Spark. The sort of difference must stay, so that it does not shrink into another. */
export async function shrink(scenario: Scenario, difference: string, record: (s: Scenario) => Promise<Scenario>, attempts: number): Promise<Scenario> {
  let best = scenario
  const sort = sortOf(difference)
  for (let progress = true; progress;) {
    progress = false
    for (const smaller of smallerThan(best)) {
      if (attempts-- <= 0) return best
      const recorded = await record(smaller), d = await runScenario(recorded)
      if (d === null || sortOf(d) !== sort) continue
      best = recorded
      progress = true
      break
    }
  }
  return best
}

// An error expected, an error that came, or where in the outcome the difference is.
const sortOf = (d: string): string => (d.startsWith('the error') ? d.replace(/:.*/s, '') : d.replace(/\[\d+\]/g, '').split(':')[0]!)

function* smallerThan(s: Scenario): Generator<Scenario> {
  const { expect: _, ...plain } = s
  for (let i = s.steps.length - 1; i >= 0; i--) if (s.steps.length > 1) yield { ...plain, steps: s.steps.filter((_, j) => j !== i) }
  if (s.confs !== undefined) { const { confs: _c, ...rest } = plain; yield rest }
  for (let i = s.pipeline.length - 1; i > 0; i--) yield { ...plain, pipeline: s.pipeline.filter((_, j) => j !== i) }
  for (const [i, step] of s.steps.entries()) {
    const withStep = (change: Record<string, unknown>): Scenario => ({ ...plain, steps: s.steps.map((x, j) => (j === i ? change : x)) })
    if (step['restart'] === true) { const { restart: _r, ...rest } = step; yield withStep(rest) }
    for (const [name, rows] of Object.entries(step)) if (Array.isArray(rows)) for (let r = rows.length - 1; r >= 0; r--) yield withStep({ ...step, [name]: rows.filter((_, j) => j !== r) })
  }
  for (const [i, op] of s.pipeline.entries()) {
    const group = op['groupBy'] as { readonly keys: readonly string[]; readonly agg: readonly string[] } | undefined
    if (group !== undefined && group.agg.length > 1) for (const a of group.agg) yield { ...plain, pipeline: s.pipeline.map((x, j) => (j === i ? { groupBy: { ...group, agg: group.agg.filter(y => y !== a) } } : x)) }
  }
}
