/** Where output and failures go: nothing lost, nothing in another cell, queries told apart by the cell that started them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { KernelClient, resultText, streamText } from './client.ts'

const folder = mkdtempSync(join(tmpdir(), 'outputs-'))
let k: KernelClient
before(async () => { k = await KernelClient.start({ cwd: folder }) })
after(async () => { await k.stop(); rmSync(folder, { recursive: true, force: true }) })

const stream = `spark.readStream.format("rate").option("rowsPerSecond", 50).load()`

test('20,000 prints in one cell arrive, in order, before idle', async () => {
  const r = await k.run('for (let i = 0; i < 20000; i++) console.log(i)')
  assert.equal(streamText(r), Array.from({ length: 20000 }, (_, i) => `${i}\n`).join(''))
})

test('what a timer prints after its cell goes to its cell, while another runs', async () => {
  const first = await k.run('let veces = 0; const t = setInterval(() => { console.log("tic", ++veces); if (veces === 5) clearInterval(t) }, 20)')
  const second = await k.run('while (veces < 5) await new Promise(r => setTimeout(r, 10)); console.log("segunda")')
  await k.until(m => m.parent === first.id && m.type === 'stream' && m.content['text'].includes('tic 5'))
  assert.match(streamText(k.of(first.id)), /tic 1\n.*tic 5\n/s)
  assert.equal(streamText(second), 'segunda\n')
})

test('what programs that a cell starts print goes to the cell', async () => {
  const r = await k.run('import { execFileSync } from "child_process"\nexecFileSync(process.execPath, ["-e", "console.log(\'desde fuera\')"], { stdio: "inherit" }); await new Promise(r => setTimeout(r, 100))')
  await k.until(m => m.parent === r.id && m.type === 'stream' && m.content['text'].includes('desde fuera'))
})

test('a promise that nobody attends fails the cell that made it', async () => {
  const r = await k.run('(async () => { throw new RangeError("sin dueño") })(); "fin"')
  assert.equal(r.reply['status'], 'error')
  assert.deepEqual([r.reply['ename'], r.reply['evalue']], ['RangeError', 'sin dueño'])
  assert.match(r.reply['traceback'].join('\n'), /promesa.*\n.*RangeError.*\n.*celda \[\d+\]:1:/)
})

test('a failure in a timer after its cell shows there; with nobody to look, the next cell fails', async () => {
  const first = await k.run('const listo = { ya: false }; setTimeout(() => { listo.ya = true; throw new Error("tarde") }, 20)', { allow_stdin: false })
  assert.equal(first.reply['status'], 'ok')
  const shown = await k.until(m => m.parent === first.id && m.type === 'error')
  assert.equal(shown.content['evalue'], 'tarde')
  const next = await k.run('console.log("no corre")', { allow_stdin: false })
  assert.deepEqual([next.reply['status'], next.reply['evalue']], ['error', 'tarde'])
  assert.equal(streamText(next), '')
  assert.equal((await k.run('1', { allow_stdin: false })).reply['status'], 'ok')
})

test('what a query puts out after its cell lands in that cell', async () => {
  const first = await k.run(`let lotes = 0; const q = await ${stream}.writeStream.queryName("imprime").foreachBatch(async (df, id) => { lotes++; console.log("lote", id) }).start()`)
  assert.equal(first.reply['status'], 'ok')
  const second = await k.run('const desde = lotes; while (lotes < desde + 2) await new Promise(r => setTimeout(r, 20)); await q.stop(); console.log("segunda")')
  assert.equal(streamText(second), 'segunda\n')
  assert.match(streamText(k.of(first.id)), /lote 0\nlote 1/)
})

test('the failure of a query that nobody waits for is an error in its cell and in query.exception()', async () => {
  const first = await k.run(`const rota = await ${stream}.writeStream.queryName("rota").foreachBatch(async (df, id) => { if (id >= 1) throw new Error("se rompe el lote") }).start()`)
  const shown = await k.until(m => m.parent === first.id && m.type === 'error')
  assert.match(shown.content['evalue'], /se rompe el lote/)
  assert.match(shown.content['traceback'].join('\n'), /«rota»/)
  assert.match(resultText(await k.run('rota.exception()!.message'))!, /se rompe el lote/)
})

test('the failure of a query that the cell waits for is the cell\'s', async () => {
  const r = await k.run(`const rota2 = await ${stream}.writeStream.foreachBatch(async () => { throw new Error("pum") }).start(); await rota2.awaitTermination()`)
  assert.equal(r.reply['status'], 'error')
  assert.equal(r.outputs.filter(o => o.type === 'error').length, 1)
  const caught = await k.run(`const rota3 = await ${stream}.writeStream.foreachBatch(async () => { throw new Error("pum") }).start(); try { await rota3.awaitTermination() } catch (e) { console.log("visto") }`)
  assert.equal(caught.reply['status'], 'ok')
  assert.equal(streamText(caught), 'visto\n')
})

test('running a cell again replaces its queries, named or not', async () => {
  const code = `const qn = await ${stream}.writeStream.format("noop").queryName("repetida").start(); const qs = await ${stream}.writeStream.format("noop").start(); spark.streams.active.length`
  assert.equal(resultText(await k.run(code, { metadata: { cellId: 'celda-a' } })), '2')
  assert.equal(resultText(await k.run(`${code} // otra vez`, { metadata: { cellId: 'celda-a' } })), '2')
  // Another cell that takes the name gets Spark's refusal.
  const other = await k.run(`await ${stream}.writeStream.format("noop").queryName("repetida").start()`, { metadata: { cellId: 'celda-b' } })
  assert.equal(other.reply['status'], 'error')
  // A client that does not say which cell it is: the same text is the same cell, the same name the same query.
  const unnamed = `const q9 = await ${stream}.writeStream.format("noop").queryName("nueve").start(); spark.streams.active.length`
  assert.equal(resultText(await k.run(unnamed)), '3')
  assert.equal(resultText(await k.run(unnamed)), '3')
  assert.equal(resultText(await k.run(`${unnamed} + 0`)), '3')
  await k.run('await spark.stop()')
})

test('an interrupt stops the cell and its queries; with no cell, the queries that go on', async () => {
  await k.run(`const ajena = await ${stream}.writeStream.format("noop").queryName("ajena").start()`)
  const cell = k.run(`const propia = await ${stream}.writeStream.format("noop").queryName("propia").start(); console.log("espera"); await propia.awaitTermination()`)
  await k.until(m => m.type === 'stream' && m.content['text'] === 'espera\n')
  await k.request('interrupt_request', {}, { on: 'control' })
  assert.equal((await cell).reply['ename'], 'Interrumpida')
  assert.equal(resultText(await k.run('spark.streams.active.map(q => q.name).join()')), `'ajena'`)
  // What the cell goes on with behind the await it was left at starts no query either.
  await k.run('let sigue; const espera = new Promise(r => { sigue = r }); let trasInterrumpir = "nada"')
  const later = k.run(`console.log("a medias"); await espera; try { await ${stream}.writeStream.format("noop").queryName("tardía").start(); trasInterrumpir = "arrancó" } catch (e) { trasInterrumpir = e.name }`)
  await k.until(m => m.type === 'stream' && m.content['text'] === 'a medias\n')
  await k.request('interrupt_request', {}, { on: 'control' })
  assert.equal((await later).reply['ename'], 'Interrumpida')
  assert.equal(resultText(await k.run('sigue(); while (trasInterrumpir === "nada") await new Promise(r => setTimeout(r, 5)); [trasInterrumpir, spark.streams.active.map(q => q.name).join()].join()')), `'Interrumpida,ajena'`)
  await k.request('interrupt_request', {}, { on: 'control' })
  await k.until(m => m.type === 'stream' && m.content['text'].includes('Se detuvo la consulta'))
  assert.equal(resultText(await k.run('spark.streams.active.length')), '0')
})

test('shutdown stops the queries and frees their checkpoints; so does an end by force', async () => {
  const start = `const qc = await ${stream}.writeStream.format("noop").option("checkpointLocation", ${JSON.stringify(join(folder, 'punto'))}).start(); await qc.processAllAvailable(); qc.isActive`
  for (const end of ['shutdown', 'kill']) {
    const other = await KernelClient.start({ cwd: folder })
    try {
      assert.equal(resultText(await other.run(start)), 'true')
      if (end === 'kill') { await other.run('process.kill(process.pid, "SIGKILL"); await new Promise(() => {})'); assert.equal(resultText(await other.run(start)), 'true') }
      else assert.equal((await other.request('shutdown_request', { restart: true }, { on: 'control' })).content['restart'], true)
    } finally { await other.stop() }
  }
})
