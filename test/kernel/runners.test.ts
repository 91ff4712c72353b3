/** Jupyter's own programs tell the truth about notebooks run by this kernel; the Jupyter project's protocol tests pass. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { jupyterPrograms, type Programs } from './jupyter-programs.ts'

const here = (name: string): string => fileURLToPath(new URL(`./python/${name}`, import.meta.url))
let jupyter: Programs
before(() => { jupyter = jupyterPrograms() })
after(() => jupyter.close())

test('the protocol tests of the Jupyter project: all that apply', async () => {
  const r = await jupyter.run('python', [here('kernel_tests.py')])
  assert.equal(r.code, 0, r.err)
  const ran = Number(/Ran (\d+) tests/.exec(r.err)?.[1]), skipped = [...r.err.matchAll(/skipped/g)].length
  assert.ok(ran >= 13, r.err)
  // A pager is a thing of consoles: Jupyter's payloads are deprecated, this kernel has none.
  assert.match(r.err, /test_pager.*skipped/)
  assert.match(r.err, /OK \(skipped=1\)/, `${skipped} skipped: ${r.err}`)
})

/** How nbclient ended with each. */
async function nbclient(...names: string[]): Promise<any[]> {
  const r = await jupyter.run('python', [here('run_nbclient.py'), ...names.map(n => jupyter.sample(n))])
  assert.equal(r.code, 0, r.err)
  return r.out.trim().split('\n').map(l => JSON.parse(l))
}

test('nbclient: a good notebook, one that throws', async () => {
  const [good, throws] = await nbclient('bien', 'lanza')
  assert.equal(good.ok, true)
  assert.deepEqual(good.outputs.map((o: any) => o.text ?? o.data['text/plain']), ['va\n', '42'])
  assert.deepEqual([throws.ok, throws.ename, throws.evalue], [false, 'RangeError', 'malo de verdad'])
})

test('nbclient: failures that no cell waits for', async () => {
  const [promise, later] = await nbclient('promesa', 'tarde')
  assert.deepEqual([promise.ename, promise.evalue], ['TypeError', 'promesa sin dueño'])
  assert.deepEqual([later.ename, later.evalue], ['Error', 'falla más tarde'])
})

test('nbclient: queries left running, and one that fails', async () => {
  const [running, fails] = await nbclient('viva', 'consulta')
  assert.equal(running.ok, true)
  assert.equal(fails.ok, false)
  assert.match(fails.evalue, /cae el lote/)
})

test('papermill, with parameters', async () => {
  const output = join(jupyter.folder, 'salida.ipynb')
  const good = await jupyter.run('python', ['-m', 'microlote_papermill', jupyter.sample('parametros'), output, '-p', 'filas', '5', '-p', 'texto', 'añil', '-y', 'lista: [1, 2]'])
  assert.equal(good.code, 0, good.err)
  const written = JSON.parse(readFileSync(output, 'utf8'))
  assert.equal(written.cells[1].metadata.tags[0], 'injected-parameters')
  assert.match([written.cells[1].source].flat().join(''), /let filas = 5\nlet texto = "añil"/)
})

test('papermill: a notebook that throws', async () => {
  const bad = await jupyter.run('python', ['-m', 'microlote_papermill', jupyter.sample('lanza'), join(jupyter.folder, 'mal.ipynb')])
  assert.notEqual(bad.code, 0)
  assert.match(bad.err, /RangeError: malo de verdad/)
})

test('nbmake', async () => {
  const r = await jupyter.run('python', ['-m', 'pytest', '-p', 'no:cacheprovider', '--nbmake', '--nbmake-timeout=200', ...['bien', 'lanza', 'no-compila'].map(n => jupyter.sample(n))])
  assert.equal(r.code, 1)
  assert.match(r.out, /2 failed, 1 passed/)
  assert.match(r.out, /malo de verdad/)
})
