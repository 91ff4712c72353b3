/** Stateful scenarios recorded from Spark come out the same when the query is killed at seeded steps, its files are torn, listings lag and the clock leaps. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scheduleOf, statefulScenarios } from './cli.ts'
import { kinds } from './disk.ts'
import { simulate } from './simulate.ts'

const cases = statefulScenarios()
const schedules = 220

test('there are scenarios of every kind of state', () => {
  assert.ok(cases.length > 250, `only ${cases.length}`)
  for (const op of ['groupBy', 'distinct', 'dropDuplicates', 'dropDuplicatesWithinWatermark', 'join', 'groupState', 'limit']) {
    assert.ok(cases.some(c => JSON.stringify(c.scenario.pipeline).includes(`"${op}"`)), op)
  }
})

for (const kind of kinds) {
  test(`${schedules / kinds.length} schedules: ${kind}`, async () => {
    let crashes = 0
    for (let i = 0; i < schedules / kinds.length; i++) {
      // 37 has no divisor in common with the number of scenarios: the seeds walk through all sorts of them.
      const seed = 37 * i, { file, scenario } = scheduleOf(seed, cases, kind)
      const { difference, crashes: here } = await simulate(scenario, kind, seed)
      assert.equal(difference, null, `npm run simulate -- --first ${seed} --seeds 1 --scenario ${file} --kind ${kind}; crashed at ${here.map(c => `step ${c.step}: ${c.what}`).join('; ')}`)
      crashes += here.length
    }
    if (kind !== 'late') assert.ok(crashes >= (kind === 'torn' ? 20 : 60), `only ${crashes} crashes`)
  })
}

test('a seed is a schedule: the same steps die each time', async () => {
  const { scenario } = cases.find(c => c.file === 'running-sum-update')!
  const first = await simulate(scenario, 'anywhere', 11), second = await simulate(scenario, 'anywhere', 11)
  assert.ok(first.crashes.length > 0)
  assert.deepEqual(second.crashes, first.crashes)
})

test('a difference is seen: rows that Spark did not give are told', async () => {
  const { scenario } = cases.find(c => c.file === 'running-sum-update')!
  const other = structuredClone(scenario)
  other.expect.steps[0][0].rows[0][1] += 1
  assert.match((await simulate(other, 'replay', 3)).difference!, /steps\[0\]\[0\]\.rows/)
})
