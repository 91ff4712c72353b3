/** The public types must be understood by TypeScript 5.0.4, which notebooks are compiled with. Reads the built engine. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('TypeScript 5.0.4 reads the public types, and infers keys, rows, state and output from schema texts', () => {
  const done = spawnSync(process.execPath, [`${root}node_modules/typescript-5.0/bin/tsc`, '-p', 'test/types-5.0'], { cwd: root, encoding: 'utf8' })
  assert.equal(done.stdout + done.stderr, '')
})
