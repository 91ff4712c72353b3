/** The recordings of real Spark hold: nothing may differ but what the not-yet list names, and what passes must leave that list. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { committed, filesUnder, notYet, runFile } from './cli.ts'

for (const [folder, least] of [['expressions', 20], ['scenarios', 20], ['queries', 0], ['states', 1], ['files', 0]] as const) {
  test(`recorded ${folder} pass or are named as not yet`, async () => {
    const files = filesUnder(join(committed, folder))
    assert.ok(files.length > least, `only ${files.length} files under ${folder}`)
    const problems: string[] = []
    let passed = 0
    for (const file of files) {
      const result = await runFile(file)
      passed += result.passed
      problems.push(...result.failures.map(f => `${result.file}: ${f}`), ...result.mustLeaveList.map(m => `${result.file}: ${m} passes now, take it off the list`))
    }
    assert.ok(passed > 0)
    assert.deepEqual(problems, [])
  })
}

test('the not-yet list names only files that exist', () => {
  const names = new Set(['expressions', 'scenarios', 'queries', 'frames', 'states', 'files'].flatMap(f => readdirSync(join(committed, f), { recursive: true }).map(n => basename(String(n)))))
  assert.deepEqual(Object.keys(notYet).filter(n => !names.has(n)), [])
})
