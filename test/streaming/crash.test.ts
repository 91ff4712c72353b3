/** A stateful query killed at every step that touches a file, restarted, and killed again: what comes out is what came out undisturbed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { count, session_window, sum, window } from '../../engine/api/functions.ts'
import type { DataFrame } from '../../engine/api/dataframe.ts'
import { FaultyFiles, faultAt } from '../../engine/storage/faulty-files.ts'
import { at, StreamDriver } from './stream-driver.ts'

const queries: Readonly<Record<string, (df: DataFrame) => DataFrame>> = {
  'windows': df => df.withWatermark('ts', '2 minutes').groupBy(window('ts', '10 minutes'), 'k').agg(sum('v').alias('total')),
  'sessions': df => df.withWatermark('ts', '2 minutes').groupBy(session_window('ts', '5 minutes'), 'k').agg(sum('v').alias('total')),
  'duplicates': df => df.withWatermark('ts', '2 minutes').dropDuplicates(['k', 'ts']),
  'duplicates within the watermark': df => df.withWatermark('ts', '5 minutes').dropDuplicatesWithinWatermark(['k']),
  'duplicates, then windows': df => df.withWatermark('ts', '2 minutes').dropDuplicates(['k', 'ts']).groupBy(window('ts', '10 minutes')).agg(count('*').alias('n')),
}

const inputs: readonly (readonly (readonly unknown[])[])[] = [
  [['a', at('00:01'), 1], ['b', at('00:04'), 2]],
  [['a', at('00:01'), 1], ['a', at('00:06'), 4]],
  [['b', at('00:25'), 8]],
  [['c', at('00:59'), 16]],
]

// After a restart nothing is closed before new data comes: two rows far ahead close what is open, in every run.
async function closed(d: StreamDriver): Promise<string[]> {
  await d.start()
  await d.add(['z', at('09:00'), 0])
  await d.add(['z', at('10:00'), 0])
  return d.lines.sort()
}

async function undisturbed(build: (df: DataFrame) => DataFrame): Promise<string[]> {
  const d = new StreamDriver({ build })
  try {
    for (const rows of inputs) await d.add(...rows)
    return await closed(d)
  } finally { await d.stop() }
}

// Every batch is forced before the next rows come, so that batches are the same with and without crashes.
async function disturbed(build: (df: DataFrame) => DataFrame, step: number, fault: 'crash-before' | 'crash-after'): Promise<{ lines: string[]; crashed: boolean }> {
  const d = new StreamDriver({ build }), files = new FaultyFiles(d.files, faultAt(step, fault))
  try {
    try { await d.start(files) } catch { await d.start() }
    for (const rows of inputs) {
      d.feed(...rows)
      try { await d.query.processAllAvailable() } catch { await d.start(); await d.query.processAllAvailable() }
    }
    return { lines: await closed(d), crashed: files.crashed }
  } finally { await d.stop() }
}

for (const [name, build] of Object.entries(queries)) {
  test(`${name}: killed at every step`, async () => {
    const wanted = await undisturbed(build)
    assert.ok(wanted.length > 0)
    let step = 0
    for (let alive = true; alive; step++) {
      const { lines, crashed } = await disturbed(build, step, step % 2 === 0 ? 'crash-before' : 'crash-after')
      assert.deepEqual(lines, wanted, `killed at step ${step}`)
      alive = crashed
    }
    assert.ok(step > 40, `only ${step} steps`)
  })
}
