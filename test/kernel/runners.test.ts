/** Jupyter's own programs tell the truth about notebooks run by this kernel; the Jupyter project's protocol tests pass. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { installCommand } from '../../kernel/commands/install.ts'
import { pythonEnvironment, runnerPackages } from '../../kernel/commands/python-env.ts'
import { sampleNotebooks, writeNotebook } from './notebooks.ts'

const root = fileURLToPath(new URL('../../', import.meta.url)), here = (name: string): string => fileURLToPath(new URL(`./python/${name}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'runners-'))
let programs = ''
const files: Record<string, string> = {}

before(() => {
  programs = pythonEnvironment(join(root, '.cache', 'python'), runnerPackages)
  installCommand(['--prefix', join(folder, 'prefix')])
  for (const [name, cells] of Object.entries(sampleNotebooks)) files[name] = writeNotebook(folder, name, cells)
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program of the environment. */
async function run(program: string, args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(join(programs, program), args, {
    cwd: folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, JUPYTER_PATH: join(folder, 'prefix', 'share', 'jupyter'), JUPYTER_CONFIG_DIR: join(folder, 'config'), JUPYTER_DATA_DIR: join(folder, 'data'), JUPYTER_RUNTIME_DIR: join(folder, 'runtime'), IPYTHONDIR: join(folder, 'ipython'), PYTHONPATH: join(root, 'kernel', 'python'), PYTHONDONTWRITEBYTECODE: '1' },
  })
  let out = '', err = ''
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => { err += d.toString() })
  return new Promise((resolve, reject) => { child.once('error', reject); child.once('close', code => resolve({ code, out, err })) })
}

test('the protocol tests of the Jupyter project: all that apply', async () => {
  const r = await run('python', [here('kernel_tests.py')])
  assert.equal(r.code, 0, r.err)
  const ran = Number(/Ran (\d+) tests/.exec(r.err)?.[1]), skipped = [...r.err.matchAll(/skipped/g)].length
  assert.ok(ran >= 13, r.err)
  // A pager is a thing of consoles: Jupyter's payloads are deprecated, this kernel has none.
  assert.match(r.err, /test_pager.*skipped/)
  assert.match(r.err, /OK \(skipped=1\)/, `${skipped} skipped: ${r.err}`)
})

test('nbclient', async () => {
  const names = ['bien', 'lanza', 'promesa', 'tarde', 'viva', 'consulta']
  const r = await run('python', [here('run_nbclient.py'), ...names.map(n => files[n]!)])
  assert.equal(r.code, 0, r.err)
  const how = Object.fromEntries(r.out.trim().split('\n').map((l, i) => [names[i]!, JSON.parse(l)]))
  assert.equal(how['bien'].ok, true)
  assert.deepEqual(how['bien'].outputs.map((o: any) => o.text ?? o.data['text/plain']), ['va\n', '42'])
  assert.deepEqual([how['lanza'].ok, how['lanza'].ename, how['lanza'].evalue], [false, 'RangeError', 'malo de verdad'])
  assert.deepEqual([how['promesa'].ename, how['promesa'].evalue], ['TypeError', 'promesa sin dueño'])
  assert.deepEqual([how['tarde'].ename, how['tarde'].evalue], ['Error', 'falla más tarde'])
  assert.equal(how['viva'].ok, true)
  assert.equal(how['consulta'].ok, false)
  assert.match(how['consulta'].evalue, /cae el lote/)
})

test('papermill, with parameters', async () => {
  const good = await run('python', ['-m', 'microlote_papermill', files['parametros']!, join(folder, 'salida.ipynb'), '-p', 'filas', '5', '-p', 'texto', 'añil', '-y', 'lista: [1, 2]'])
  assert.equal(good.code, 0, good.err)
  const written = JSON.parse(readFileSync(join(folder, 'salida.ipynb'), 'utf8'))
  assert.equal(written.cells[1].metadata.tags[0], 'injected-parameters')
  assert.match([written.cells[1].source].flat().join(''), /let filas = 5\nlet texto = "añil"/)
  const bad = await run('python', ['-m', 'microlote_papermill', files['lanza']!, join(folder, 'mal.ipynb')])
  assert.notEqual(bad.code, 0)
  assert.match(bad.err, /RangeError: malo de verdad/)
})

test('nbmake', async () => {
  const r = await run('python', ['-m', 'pytest', '-p', 'no:cacheprovider', '--nbmake', '--nbmake-timeout=200', ...['bien', 'lanza', 'no-compila'].map(n => files[n]!)])
  assert.equal(r.code, 1)
  assert.match(r.out, /2 failed, 1 passed/)
  assert.match(r.out, /malo de verdad/)
})

test('nbconvert --execute', async () => {
  const good = await run('jupyter-nbconvert', ['--to', 'html', '--execute', '--ExecutePreprocessor.timeout=200', '--ExecutePreprocessor.startup_timeout=200', files['bien']!, '--output', 'bien.html'])
  assert.equal(good.code, 0, good.err)
  assert.match(readFileSync(join(folder, 'bien.html'), 'utf8'), />42</)
  const bad = await run('jupyter-nbconvert', ['--to', 'html', '--execute', '--ExecutePreprocessor.startup_timeout=200', files['lanza']!])
  assert.notEqual(bad.code, 0)
  assert.match(bad.err, /RangeError: malo de verdad/)
})
