/** The front survives whatever a cell does, says what happened, and the next cell works. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KernelClient, resultText, streamText, type Ran } from './client.ts'

let k: KernelClient
before(async () => { k = await KernelClient.start({ env: { MICROLOTE_MEMORY_MB: '300', MICROLOTE_OUTPUT_MB: '4', AWS_SECRET_ACCESS_KEY: 'no', MI_TOKEN: 'no', KAFKA_BOOTSTRAP_SERVERS: 'localhost:1', KAFKA_PASSWORD: 'no' } }) })
after(() => k.stop())

/** Runs a cell and interrupts it when it has printed a word. */
async function interrupted(code: string, how: 'message' | 'signal' = 'message'): Promise<Ran> {
  const word = `va${Math.random()}`, cell = k.run(`console.log("${word}"); await new Promise(r => setTimeout(r, 50)); ${code}`)
  await k.until(m => m.type === 'stream' && m.content['text'].includes(word))
  await new Promise(r => setTimeout(r, 200))
  if (how === 'message') await k.request('interrupt_request', {}, { on: 'control' }); else k.process.kill('SIGINT')
  return cell
}
const works = async (): Promise<void> => { assert.equal(resultText(await k.run('spark.range(2).columns.join()')), `'id'`) }

test('a synchronous loop is interrupted and the variables stay', async () => {
  await k.run('let queda = 7')
  const cell = k.run('console.log("bucle"); while (true) {}')
  // The print is still in the process that does not yield: the loop is given a moment.
  await new Promise(r => setTimeout(r, 300))
  await k.request('interrupt_request', {}, { on: 'control' })
  const r = await cell
  assert.equal(r.reply['ename'], 'Interrumpida')
  assert.equal(streamText(r), 'bucle\n')
  assert.equal(resultText(await k.run('queda')), '7')
})

test('loops after an await, in a timer, and waits without end are interrupted; the variables stay', async () => {
  await k.run('let sigue = 8')
  for (const [code, how] of [['for (;;) {}', 'message'], ['do ; while (true)', 'signal'], ['setTimeout(() => { while (true) {} }, 1); await new Promise(() => {})', 'signal'], ['await new Promise(() => {})', 'message'], ['for (;;) { await new Promise(r => setTimeout(r, 5)) }', 'signal']] as const) {
    assert.equal((await interrupted(code, how)).reply['ename'], 'Interrumpida', code)
    const next = await k.run('sigue')
    assert.equal(resultText(next), '8', `${code}: ${JSON.stringify(next.reply)} ${k.stderr}`)
  }
})

test('a cell that no interrupt reaches loses its process, says so, and the next cell works', async () => {
  const r = await interrupted('Array.from({ length: 1e9 }, (_, i) => new Array(1000).fill(i).map(String).sort()); const sinFin = eval("for(;;);")')
  assert.equal(r.reply['status'], 'error')
  assert.match(r.reply['evalue'], /proceso/)
  await works()
})

test('process.exit', async () => {
  const r = await k.run('console.log("antes"); process.exit(0)')
  assert.deepEqual([r.reply['status'], r.reply['ename']], ['error', 'Proceso'])
  assert.match(r.reply['evalue'], /process\.exit\(0\).*sin las variables/)
  assert.equal(streamText(r), 'antes\n')
  await works()
})

test('all the memory: the heap, and what lies outside it', async () => {
  const heap = await k.run('const todo: number[][] = []; while (true) todo.push(new Array(100000).fill(1.5))')
  assert.match(heap.reply['evalue'], /memoria/)
  await works()
  const outside = await k.run('const trozos: Uint8Array[] = []; while (true) { trozos.push(new Uint8Array(1e7).fill(1)); await new Promise(r => setTimeout(r, 1)) }')
  assert.match(outside.reply['evalue'], /memoria/)
  await works()
})

test('prints for ever: cut with a notice, interrupted, alive', async () => {
  const cell = k.run('while (true) console.log("x".repeat(1000))')
  await k.until(m => m.type === 'stream' && m.content['text'].includes('salida cortada'))
  await k.request('interrupt_request', {}, { on: 'control' })
  const r = await cell
  assert.equal(r.reply['status'], 'error')
  assert.ok(streamText(r).length < 3_000_000)
  await works()
})

test('100 MB in one display: a notice in its place', async () => {
  const r = await k.run('display({ "text/plain": "y".repeat(100e6) }); "z".repeat(100e6)')
  assert.equal(r.reply['status'], 'ok')
  assert.match(r.outputs[0]!.content['data']['text/plain'], /La salida ocupa 95 MB y el límite es 4\.0 MB/)
  assert.ok(resultText(r)!.length < 20_000)
})

test('many displays: cut in the end; a deep, odd or circular value is no trouble', async () => {
  const r = await k.run('for (let i = 0; i < 100; i++) display({ "text/plain": "w".repeat(1e6) }); "fin"')
  assert.ok(r.outputs.filter(o => o.type === 'display_data').length < 30)
  const odd = await k.run('const circular: any = { n: 10n }; circular.yo = circular; display({ "application/json": circular, "text/plain": "x" }); circular')
  assert.equal(odd.reply['status'], 'ok')
  assert.match(resultText(odd)!, /Circular/)
})

test('the process of the cells has no secrets of its parent', async () => {
  const r = await k.run('Object.keys(process.env).filter(n => /SECRET|TOKEN|PASSWORD/.test(n)).join() + "|" + process.env["KAFKA_BOOTSTRAP_SERVERS"]')
  assert.equal(resultText(r), `'|localhost:1'`)
})

test('results cannot be written by printing, nor by writing where they go', async () => {
  const r = await k.run(`import { writeSync } from "fs"
for (const fd of [1, 2, 4]) try { writeSync(fd, JSON.stringify({ event: "done", id: "x", ok: true }) + "\\nbasura sin fin de línea") } catch {}
typeof (process as any).send`)
  assert.equal(r.reply['status'], 'ok')
  assert.equal(resultText(r), `'undefined'`)
  const fails = await k.run('throw new Error("sigue fallando")')
  assert.equal(fails.reply['status'], 'error')
})

test('a process that dies between cells is told of in the last cell', async () => {
  const r = await k.run('setTimeout(() => process.kill(process.pid, "SIGKILL"), 30); "ok"')
  const told = await k.until(m => m.parent === r.id && m.type === 'error')
  assert.match(told.content['evalue'], /SIGKILL/)
  await works()
})

test('a shutdown while a cell does not let go ends the kernel', async () => {
  const other = await KernelClient.start()
  void other.run('while (true) {}')
  await new Promise(r => setTimeout(r, 300))
  await other.stop()
  assert.notEqual(other.process.exitCode, null)
})
