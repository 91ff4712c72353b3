/** Our own runner: no Python, the exit code tells the truth, what it writes is nbformat 4.5. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment, runnerPackages } from '../../kernel/commands/python-env.ts'
import { runNotebook, type NotebookRun, type RunOptions } from '../../kernel/notebook/run-notebook.ts'
import { isAlive, until } from '../fixtures/ways.ts'
import { sampleNotebooks, writeNotebook } from './notebooks.ts'

const folder = mkdtempSync(join(tmpdir(), 'run-')), root = fileURLToPath(new URL('../../', import.meta.url))
after(() => rmSync(folder, { recursive: true, force: true }))
const sample = (name: string, options?: RunOptions): Promise<NotebookRun> => runNotebook(writeNotebook(folder, name, sampleNotebooks[name]!), options)

test('a good notebook', async () => {
  const r = await sample('bien')
  assert.equal(r.ok, true)
  assert.deepEqual(r.notebook.cells.map(c => [c.execution_count, c.outputs.map(o => o['text'] ?? (o['data'] as any)['text/plain'])]), [[1, []], [2, ['va\n', '42']]])
})

test('a cell that throws stops the run, named with its message', async () => {
  const r = await sample('lanza')
  assert.equal(r.ok, false)
  assert.deepEqual(r.failures, [{ index: 1, id: 'celda-1', ename: 'RangeError', evalue: 'malo de verdad' }])
  assert.equal(r.notebook.cells[2]!.execution_count, null)
  const on = await sample('lanza', { keepGoing: true })
  assert.equal(on.ok, false)
  assert.equal(on.notebook.cells[2]!.outputs[0]!['text'], 'no llega\n')
})

test('what fails beside the cells fails the run: promises, timers, queries, process.exit', async () => {
  for (const [name, message] of [['promesa', /promesa sin dueño/], ['tarde', /falla más tarde/], ['consulta', /cae el lote/], ['sale', /process\.exit\(0\)/], ['no-compila', /no se puede asignar/]] as const) {
    const r = await sample(name)
    assert.equal(r.ok, false, name)
    assert.match(r.failures[0]!.evalue, message)
  }
})

test('a query that is still active at the end is stopped and reported', async () => {
  const r = await sample('viva')
  assert.equal(r.ok, true)
  assert.deepEqual(r.queries.map(q => [q.name, q.leftRunning, q.error]), [['sigue', true, null]])
})

test('time-outs of a cell, of one cell by its metadata, and of the notebook', async () => {
  const loop = writeNotebook(folder, 'bucle', ['1', { code: 'while (true) {}', tags: [], metadata: { microlote: { timeoutSeconds: 0.5 } } }, '"sigue"'])
  const r = await runNotebook(loop, { keepGoing: true })
  assert.deepEqual(r.failures.map(f => [f.index, f.ename]), [[1, 'Tiempo']])
  assert.equal((r.notebook.cells[2]!.outputs[0]!['data'] as any)['text/plain'], `'sigue'`)
  const whole = await runNotebook(writeNotebook(folder, 'espera', ['await new Promise(() => setTimeout(() => {}, 1e6))', '2']), { notebookTimeoutMs: 1500 })
  assert.equal(whole.ok, false)
  assert.match(whole.failures[0]!.evalue, /tiempo/)
})

test('parameters come after the cell that has their defaults', async () => {
  const r = await sample('parametros', { parameters: { filas: 5, texto: 'añil', lista: [1, 2] } })
  assert.equal(r.ok, true, JSON.stringify(r.failures))
  assert.deepEqual(r.notebook.cells.map(c => c.id), ['celda-0', 'injected-parameters', 'celda-1'])
  assert.equal((await sample('parametros')).ok, false)
})

test('updates and clear_output leave what a page would show', async () => {
  const path = writeNotebook(folder, 'muestra', ['const d = newDisplay({ "text/plain": "1" })', 'd.update({ "text/plain": "2" }); console.log("fuera"); clearOutput(); console.log("queda")'])
  const r = await runNotebook(path)
  assert.deepEqual(r.notebook.cells.map(c => c.outputs.map(o => o['text'] ?? (o['data'] as any)['text/plain'])), [['2'], ['queda\n']])
})

test('the command: exit codes, the executed notebook is valid nbformat 4.5', async () => {
  const out = join(folder, 'out')
  const run = (args: readonly string[]): Promise<{ code: number | null; text: string }> => new Promise(resolve => {
    const child = spawn(process.execPath, [join(root, 'kernel', 'cli.ts'), 'run', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const s of [child.stdout, child.stderr]) s.on('data', (d: Buffer) => { text += d.toString() })
    child.once('close', code => resolve({ code, text }))
  })
  for (const name of ['bien', 'lanza', 'parametros']) writeNotebook(folder, name, sampleNotebooks[name]!)
  const good = await run([join(folder, 'bien.ipynb'), join(folder, 'parametros.ipynb'), '--out', out, '-p', 'filas', '5', '-p', 'texto=añil', '-p', 'lista', '[1,2]'])
  assert.equal(good.code, 0, good.text)
  assert.equal((await run([join(folder, 'lanza.ipynb'), '--out', out])).code, 1)
  assert.equal((await run(['--no-hay'])).code, 2)
  assert.equal((await run([join(folder, 'falta.ipynb'), '--out', out])).code, 1)
  const python = join(pythonEnvironment(join(root, '.cache', 'python'), runnerPackages), 'python')
  const valid = spawnSync(python, [fileURLToPath(new URL('./python/validate.py', import.meta.url)), ...['bien', 'lanza', 'parametros'].map(n => join(out, `${n}.ipynb`))], { encoding: 'utf8' })
  assert.equal(valid.status, 0, valid.stderr)
  assert.deepEqual(valid.stdout.trim().split('\n'), ['4.5', '4.5', '4.5'])
  assert.match(readFileSync(join(out, 'lanza.html'), 'utf8'), /malo de verdad/)
})

test('who interrupts the command ends a cell that never waits, too', async () => {
  const mark = join(folder, 'ocupada.pid')
  const path = writeNotebook(folder, 'ocupada', [`(await import("node:fs")).writeFileSync(${JSON.stringify(mark)}, String(process.pid)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600_000)`])
  const command = spawn(process.execPath, [join(root, 'kernel', 'cli.ts'), 'run', path, '--out', join(folder, 'interrumpida')], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  command.stderr.on('data', (d: Buffer) => { said += d.toString() })
  await until(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '', 60_000, 'the start of the cell')
  const cells = Number(readFileSync(mark, 'utf8'))
  assert.ok(isAlive(cells))
  const ended = new Promise(resolve => command.once('close', resolve))
  command.kill('SIGINT')
  assert.equal(await ended, 130)
  assert.match(said, /Interrumpido: el cuaderno no terminó/)
  await until(() => !isAlive(cells), 10_000, 'the end of the cells')
})
