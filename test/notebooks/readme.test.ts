/** The job of the README does what the README says, on a broker of its own; every page it names is there. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { startKafka } from '../../fixtures/index.ts'

const root = join(import.meta.dirname, '..', '..'), readme = readFileSync(join(root, 'README.md'), 'utf8')
const times = (text: string): string => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\s*/g, 'TIME').replace(/hora_procesamiento\s*/, 'hora').replace(/-{5,}\+$/gm, '+').trim()

test('the first job prints what the README says', async () => {
  const job = /```ts\n([\s\S]*?)```/.exec(readme)![1]!, printed = /It prints\n\n```text\n([\s\S]*?)```/.exec(readme)![1]!
  assert.ok(job.trim().split('\n').filter(l => l.trim() !== '').length <= 20, 'twenty lines')
  const broker = await startKafka({ way: 'java' })
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', job], { cwd: root, env: { ...process.env, KAFKA_BOOTSTRAP_SERVERS: broker.bootstrapServers } })
    assert.equal(times(stdout), times(printed))
  } finally { await broker.stop() }
})

test('every file and command that the pages name is there', () => {
  const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<string, string>
  for (const page of ['README.md', 'LEEME.md', 'notebooks/README.md']) {
    const text = readFileSync(join(root, page), 'utf8')
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) assert.ok(existsSync(join(root, page, '..', link!)), `${page} leads to ${link}`)
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(script! in scripts, `${page} says npm run ${script}`)
  }
  assert.match(readFileSync(join(root, 'LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/)
})
