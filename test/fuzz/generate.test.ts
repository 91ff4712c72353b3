/** The random scenarios are a fair sample: the same for a seed, legal and illegal ones, every operation; the shrinker keeps what differs. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runScenario, type Scenario } from '../conformance/scenarios.ts'
import { simulate } from '../simulation/simulate.ts'
import { familyNames, generate } from './generate.ts'
import { shrink } from './shrink.ts'
import { keyTypes } from './values.ts'

const ops = ['where', 'select', 'withColumn', 'withWatermark', 'groupBy', 'session_window', 'window(', 'window_time(', 'distinct', 'dropDuplicates', 'dropDuplicatesWithinWatermark', 'join', 'using', 'union', 'unionByName', 'limit', 'orderBy', 'restart', 'groupState', 'transformWithState', 'observe', 'rollup', 'unpivot', 'WATERMARK', 'STREAM', 'DISTINCT', 'UNION ALL', 'LEFT SEMI JOIN', 'ROLLUP', 'PIVOT', 'LATERAL VIEW', 'EXISTS', 'HAVING']
const functions = ['first(', 'collect_set(', 'approx_count_distinct(', 'stddev(', 'percentile(', 'DECIMAL(', 'FILTER (', 'count(DISTINCT']
const confs = ['multipleWatermarkPolicy', 'noDataMicroBatches', 'ansi.enabled', 'allowMultiple', 'checkCorrectness', 'RocksDB', 'timeZone', 'shuffle.partitions']

test('a seed and an index name one scenario', () => {
  assert.deepEqual(generate(3, 14), generate(3, 14))
  assert.notDeepEqual(generate(3, 14).steps, generate(3, 15).steps)
})

test('a thousand scenarios hold every family, operation, mode, conf and kind of value', () => {
  const scenarios = Array.from({ length: 1000 }, (_, i) => generate(1, i)), text = scenarios.map(s => JSON.stringify(s)).join('\n')
  for (const family of familyNames) assert.ok(scenarios.filter(s => s.family === family).length > 1, family)
  for (const word of [...ops, ...functions, ...confs, ...keyTypes.map(t => `x ${t}`), '"append"', '"update"', '"complete"', '"NaN"', 'null', '1960-', '2262-', 'leftouter', 'fullouter', 'leftsemi', 'leftanti']) assert.ok(text.includes(word), word)
  assert.ok(scenarios.some(s => s.steps.some(step => Object.keys(step).length === 0)), 'a step with nothing')
})

test('of every family some are legal', async () => {
  for (const family of familyNames) {
    let ran = false
    for (let i = 0; i < 12 && !ran; i++) ran = (await simulate({ ...generate(11, i, family), expect: { steps: [] } }, 'anywhere', i)).difference === null
    assert.ok(ran, family)
  }
})

test('random queries killed at seeded steps give what they give undisturbed; those refused are refused by name', async () => {
  let ran = 0, refused = 0
  for (let i = 0; i < 40; i++) {
    const scenario: Scenario = { ...generate(7, i), expect: { steps: [] } }
    const { difference } = await simulate(scenario, 'anywhere', i)
    if (difference === null) { ran++; continue }
    assert.match(difference, /^it ended: (?!INTERNAL_ERROR|STREAM_FAILED)[A-Z][A-Z_.]+ /, `${JSON.stringify(scenario.pipeline)} ${scenario.outputMode}: ${difference}`)
    refused++
  }
  assert.ok(ran > 15 && refused > 5, `${ran} ran, ${refused} were refused`)
})

test('shrinking keeps the difference and throws away the rest', async () => {
  const outcome = { columns: ['k', 'n'], types: ['string', 'bigint'] }
  // A Spark that counts one too many whenever an "a" comes.
  const wrong = async (s: Scenario): Promise<Scenario> => {
    const has = JSON.stringify(s.steps).includes('"a"') && s.pipeline.length === 2
    return has ? { ...s, expect: { ...outcome, steps: [[{ batchId: 99, rows: [] }]] } } : s
  }
  const big: Scenario = {
    name: 'big', confs: { 'spark.sql.ansi.enabled': 'false' }, sources: { l: { schema: 'k STRING' } }, outputMode: 'update', pipeline: [{ from: 'l' }, { groupBy: { keys: ['k'], agg: ['count(*) AS n'] } }],
    steps: [{ l: [['b']] }, { restart: true, l: [['b'], ['a'], ['c']] }, { l: [['c']] }],
  }
  const recorded = await wrong(big), small = await shrink(recorded, (await runScenario(recorded))!, wrong, 60)
  assert.ok(JSON.stringify(small.steps).includes('"a"'))
  assert.equal(JSON.stringify(small.steps), '[{"l":[["a"]]}]')
  assert.equal(small.confs, undefined)
})
