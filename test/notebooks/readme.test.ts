/** The job of the README does what the README says, on a broker of its own; every page it names is there. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
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

test('the sizes that the notebooks take as parameters are those of the table, with their defaults', () => {
  const sources = join(root, 'notebooks', 'source'), table = readFileSync(join(root, 'notebooks', 'README.md'), 'utf8')
  const number = (text: string): number => Number(text.replace(/[_,\s]/g, ''))
  const told = [...table.matchAll(/^\| ([\d.]+) \| `(MICROLOTE_\w+)`[^|]*\| ([\d,]+) \| ([\d,]+) \|/gm)].map(([, exercise, name, usual, full]) => ({ exercise, name, usual: number(usual!), full: number(full!) }))
  const read = readdirSync(sources).flatMap(file => readFileSync(join(sources, file), 'utf8').split(/^<!-- ejercicio /m).flatMap(part => [...part.matchAll(/process\.env\.(MICROLOTE_\w+) \?\? ([\d_]+)/g)].map(([, name, usual]) => ({ exercise: /^[\d.]+/.exec(part)?.[0], name, usual: number(usual!), text: part }))))
  assert.deepEqual(told.map(({ full, ...t }) => t), read.map(({ text, ...r }) => r))
  assert.ok(told.length >= 2)
  // The text beside the cell tells the student how to ask for the full size.
  for (const { name, full, exercise } of told) assert.ok(read.find(r => r.name === name)!.text.includes(`\`${name}=${full}\``), `${exercise} says how to set ${name}`)
  // Nothing else is read from the environment.
  for (const file of readdirSync(sources)) for (const [, name] of readFileSync(join(sources, file), 'utf8').matchAll(/process\.env\.(MICROLOTE_\w+)/g)) assert.ok(told.some(t => t.name === name), `${file} reads ${name}`)
})
