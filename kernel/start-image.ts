/** The memory image that processes for cells begin from: where it is, whether it is of this Node and these files, and how it is made. A start without one only takes longer. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url)), source = import.meta.url.endsWith('.ts'), load = createRequire(import.meta.url)
const dist = source ? join(here, 'dist') : here, builder = fileURLToPath(new URL(source ? './start/image.cjs' : '../start/image.cjs', import.meta.url))
const image = join(dist, 'start.blob'), label = join(dist, 'start.json')

// What an image holds of the kernel itself: the converter and what it imports.
const held = ['cell-code', 'compiler', 'light-program', 'node-types', 'prelude', 'prepare', 'prepared', 'tslab-converter', 'typing-world']

// The files that an image is made of, some for all of a package: who changes one has another time or size.
function madeOf(): string {
  const files = [builder, ...held.map(f => join(dist, 'child', `${f}.js`)), join(dist, 'index.d.ts')]
  for (const probe of ['microlote/package.json', 'microlote-fixtures/package.json', 'tslab/package.json', '@tslab/typescript-for-tslab/package.json', '@types/node/package.json']) {
    try { const f = load.resolve(probe); files.push(f); if (probe.startsWith('microlote')) files.push(join(dirname(f), 'dist', 'index.d.ts')) } catch { /* not installed */ }
  }
  return JSON.stringify({ node: process.version, for: `${process.platform}-${process.arch}`, v8: process.versions.v8, files: files.filter(f => existsSync(f)).map(f => { const s = statSync(f); return [f, s.mtimeMs, s.size] }) })
}

// Run from its source (tests), the kernel takes an image of the same state only.
const olderThanSource = (): boolean => source && held.some(f => statSync(join(here, 'child', `${f}.ts`)).mtimeMs > statSync(image).mtimeMs)

let known: string | null | undefined

/** The file to begin from, or null when there is none that fits. `MICROLOTE_START_IMAGE` names another one, `0` begins without. */
export function startImage(): string | null {
  if (known === undefined) {
    const named = process.env['MICROLOTE_START_IMAGE']
    try { known = named === '0' ? null : named !== undefined && named !== '' ? named : readFileSync(label, 'utf8') === madeOf() && existsSync(image) && !olderThanSource() ? image : null } catch { known = null }
  }
  return known
}

/** An image that a process could not begin from is not tried again. */
export function rejectImage(): void {
  if (known === image) try { rmSync(label, { force: true }) } catch { /* whoever owns it makes it anew */ }
  known = null
}

/** Makes the image if there is none that fits; says what prevented it, or null. Takes some seconds. */
export function makeImage(): string | null {
  const made = madeOf()
  try { if (readFileSync(label, 'utf8') === made && existsSync(image)) return null } catch { /* none yet */ }
  const fresh = `${image}.${process.pid}`
  try {
    const done = spawnSync(process.execPath, ['--snapshot-blob', fresh, '--build-snapshot', builder, join(dist, 'child')], { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000, env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' } })
    if (done.status !== 0) return done.error?.message ?? `${done.stderr}`.trim().slice(-2000)
    rmSync(label, { force: true })
    renameSync(fresh, image)
    writeFileSync(label, made)
    known = undefined
    return null
  } catch (e) { return (e as Error).message } finally { rmSync(fresh, { force: true }) }
}
