/** The kernel's answers to each message of the protocol. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { KernelClient, resultText, streamText } from './client.ts'

let k: KernelClient
before(async () => { k = await KernelClient.start() })
after(() => k.stop())

test('kernel_info on shell and control', async () => {
  for (const on of ['shell', 'control'] as const) {
    const { content } = await k.request('kernel_info_request', {}, { on })
    assert.equal(content['status'], 'ok')
    assert.equal(content['protocol_version'], '5.4')
    assert.equal(content['language_info']['name'], 'typescript')
  }
})

test('a heartbeat comes back while a cell runs', async () => {
  const cell = k.run('const hasta = Date.now() + 300; while (Date.now() < hasta) {}')
  assert.equal(await k.heartbeat(), 'ping')
  assert.equal((await k.request('kernel_info_request', {}, { on: 'control' })).content['status'], 'ok')
  assert.equal((await cell).reply['status'], 'ok')
})

test('busy, execute_input, outputs, reply, idle', async () => {
  const r = await k.run('console.log("hola"); 5')
  const all = k.iopub.filter(m => m.parent === r.id)
  assert.deepEqual(all.map(m => m.type), ['status', 'execute_input', 'stream', 'execute_result', 'status'])
  assert.equal(all[1]!.content['code'], 'console.log("hola"); 5')
  assert.equal(all[1]!.content['execution_count'], r.reply['execution_count'])
  assert.equal(all.at(-1)!.content['execution_state'], 'idle')
})

test('silent counts nothing, shows nothing, keeps nothing; store_history false does not count', async () => {
  const n = (await k.run('1')).reply['execution_count']
  const silent = await k.run('console.log("callado"); 7', { silent: true, store_history: true })
  assert.deepEqual(silent.outputs, [])
  assert.equal(k.iopub.some(m => m.parent === silent.id && m.type === 'execute_input'), false)
  const unstored = await k.run('8', { store_history: false })
  assert.equal(resultText(unstored), '8')
  assert.equal(unstored.reply['execution_count'], n)
  assert.equal((await k.run('9')).reply['execution_count'], n + 1)
})

test('user_expressions give values and errors', async () => {
  const r = await k.run('const base = 20', { user_expressions: { doble: 'base * 2', mal: 'noExiste', cae: '(() => { throw new RangeError("no") })()' } })
  const e = r.reply['user_expressions']
  assert.deepEqual([e['doble'].status, e['doble'].data['text/plain']], ['ok', '40'])
  assert.equal(e['mal'].status, 'error')
  assert.deepEqual([e['cae'].ename, e['cae'].evalue], ['RangeError', 'no'])
})

test('after an error what was asked for before is aborted, unless stop_on_error is false', async () => {
  const first = k.run('await new Promise(r => setTimeout(r, 50)); throw new Error("uno")'), second = k.run('console.log("no corre")')
  assert.equal((await first).reply['status'], 'error')
  const aborted = await second
  assert.equal(aborted.reply['status'], 'aborted')
  assert.deepEqual(aborted.outputs, [])
  const going = k.run('await null; throw new Error("dos")', { stop_on_error: false }), next = k.run('"corre"')
  assert.equal((await going).reply['status'], 'error')
  assert.equal((await next).reply['status'], 'ok')
  assert.equal((await k.run('1')).reply['status'], 'ok')
})

test('is_complete', async () => {
  const of = async (code: string): Promise<string> => (await k.request('is_complete_request', { code })).content['status']
  assert.equal(await of('const a = 1'), 'complete')
  for (const code of ['function f() {', 'const a = [1,', 'const s = `abc ${1}', 'const s = `abc', 'f(', '/* abierto', 'const a =']) assert.equal(await of(code), 'incomplete', code)
  for (const code of ['const = 3', 'let x = ) 4', 'const s = "abc', 'a b c']) assert.equal(await of(code), 'invalid', code)
  assert.equal((await k.request('is_complete_request', { code: 'if (true) {' })).content['indent'], '  ')
})

test('completion counts code points', async () => {
  await k.run('const largoNombre = { primero: 1, segundo: 2 }')
  const code = 'const e = "😀😀"; largoNombre.pri', at = [...code].length
  const { content } = await k.request('complete_request', { code, cursor_pos: at })
  assert.ok(content['matches'].includes('primero'))
  assert.deepEqual([content['cursor_start'], content['cursor_end']], [at - 3, at])
})

test('names of columns complete inside quotes, from the DataFrame as it is now', async () => {
  await k.run('const ventas = spark.createDataFrame([{ region: "norte", importe: 1, unidades: 2 }]); const otro = spark.createDataFrame([{ ajena: 1 }])')
  const at = async (code: string): Promise<string[]> => {
    const cursor = code.indexOf('|'), r = await k.request('complete_request', { code: code.replace('|', ''), cursor_pos: cursor })
    return r.content['matches']
  }
  assert.deepEqual(await at('ventas.select("|")'), ['region', 'importe', 'unidades'])
  assert.deepEqual(await at('ventas.col("imp|")'), ['importe'])
  assert.deepEqual(await at('ventas.filter("importe > 1").groupBy("re|")'), ['region'])
  assert.deepEqual(await at('ventas.select("region", F.col("un|'), ['unidades'])
  assert.deepEqual(await at('ventas.filter("importe > uni|")'), ['unidades'])
  assert.deepEqual((await at('F.col("|")')).toSorted(), ['ajena', 'importe', 'region', 'unidades'])
  await k.run('const mas = ventas.withColumn("nueva", F.lit(1))')
  assert.deepEqual(await at('mas.select("nu|")'), ['nueva'])
  assert.deepEqual(await at('console.log("re|")'), [])
})

test('inspection gives the signature and the documentation', async () => {
  const { content } = await k.request('inspect_request', { code: 'const e = "😀"; spark.range', cursor_pos: 23, detail_level: 0 })
  assert.equal(content['found'], true)
  assert.match(content['data']['text/plain'], /range\(start: number \| bigint/)
  assert.match(content['data']['text/plain'], /one column `id BIGINT`/)
  assert.ok('text/markdown' in content['data'])
  assert.equal((await k.request('inspect_request', { code: '   ', cursor_pos: 1 })).content['found'], false)
})

test('completion answers while a cell waits', async () => {
  const cell = k.run('await new Promise(r => setTimeout(r, 400)); "fin"')
  const { content } = await k.request('complete_request', { code: 'spark.rea', cursor_pos: 9 })
  assert.ok(content['matches'].includes('readStream'))
  assert.equal(resultText(await cell), `'fin'`)
})

test('history: tail, range, search, unique, output', async () => {
  const n = (await k.run('"historia uno"')).reply['execution_count']
  await k.run('"historia dos"')
  await k.run('"historia dos"')
  const of = async (content: object): Promise<any[]> => (await k.request('history_request', { raw: true, output: false, ...content })).content['history']
  assert.deepEqual((await of({ hist_access_type: 'tail', n: 2 })).map(h => h[2]), ['"historia dos"', '"historia dos"'])
  assert.deepEqual(await of({ hist_access_type: 'range', session: 0, start: n, stop: n + 1 }), [[0, n, '"historia uno"']])
  assert.deepEqual((await of({ hist_access_type: 'search', pattern: '*historia*', unique: true, n: 10 })).map(h => h[2]), ['"historia uno"', '"historia dos"'])
  assert.deepEqual((await of({ hist_access_type: 'range', start: n, stop: n + 1, output: true }))[0][2], ['"historia uno"', `'historia uno'`])
})

test('input asks the person; where nobody can answer it says so', async () => {
  k.answer = prompt => (prompt.startsWith('¿Nombre') ? 'Ada' : 'clave')
  const r = await k.run('const quien = await input("¿Nombre? "); const c = await input("Clave: ", { password: true }); `${quien} ${c}`')
  assert.equal(resultText(r), `'Ada clave'`)
  assert.deepEqual(k.prompts, [{ prompt: '¿Nombre? ', password: false }, { prompt: 'Clave: ', password: true }])
  const nobody = await k.run('await input("¿?")', { allow_stdin: false })
  assert.equal(nobody.reply['status'], 'error')
  assert.match(nobody.reply['evalue'], /necesita a una persona/)
})

test('displays with several forms, updates in place, clear_output', async () => {
  const r = await k.run('const d = newDisplay({ "text/plain": "1", "text/html": "<b>1</b>" }); clearOutput(true); display({ "text/plain": "x", "application/json": { a: 1 } })')
  const [shown, clear, other] = r.outputs
  assert.deepEqual(shown!.content['data'], { 'text/plain': '1', 'text/html': '<b>1</b>' })
  assert.deepEqual([clear!.type, clear!.content['wait']], ['clear_output', true])
  assert.deepEqual(other!.content['data']['application/json'], { a: 1 })
  const u = await k.run('d.update({ "text/plain": "2" })')
  const update = [...u.outputs, ...k.of(r.id)].find(m => m.type === 'update_display_data')!
  assert.equal(update.content['transient']['display_id'], shown!.content['transient']['display_id'])
  assert.equal(update.content['data']['text/plain'], '2')
})

test('comms: opened by either side, answered, listed, closed', async () => {
  await k.run('registerComm("eco", (comm, datos) => { comm.send({ hola: datos.quien }); comm.onMessage(d => comm.send({ eco: d })) })')
  await k.tell('comm_open', { comm_id: 'c1', target_name: 'eco', data: { quien: 'página' } })
  assert.deepEqual((await k.until(m => m.type === 'comm_msg' && m.content['comm_id'] === 'c1')).content['data'], { hola: 'página' })
  await k.tell('comm_msg', { comm_id: 'c1', data: { n: 1 } })
  await k.until(m => m.type === 'comm_msg' && m.content['data']['eco']?.n === 1)
  const own = await k.run('const canal = openComm("panel", { inicio: 1 }); canal.id')
  const opened = own.outputs.find(m => m.type === 'comm_open')!
  assert.deepEqual([opened.content['target_name'], opened.content['data']], ['panel', { inicio: 1 }])
  const listed = (await k.request('comm_info_request', {})).content['comms']
  assert.deepEqual(Object.values(listed).map((c: any) => c.target_name).toSorted(), ['eco', 'panel'])
  assert.deepEqual((await k.request('comm_info_request', { target_name: 'panel' })).content['comms'], { [opened.content['comm_id']]: { target_name: 'panel' } })
  await k.tell('comm_close', { comm_id: 'c1', data: {} })
  await k.run('canal.close()')
  assert.deepEqual((await k.request('comm_info_request', {})).content['comms'], {})
  await k.tell('comm_open', { comm_id: 'nadie', target_name: 'desconocido', data: {} })
  await k.until(m => m.type === 'comm_close' && m.content['comm_id'] === 'nadie')
})

test('an unknown request gets an error, not silence', async () => {
  const { content } = await k.request('debug_request', {}, { on: 'control' })
  assert.equal(content['status'], 'error')
})

test('messages with a wrong signature or no JSON are ignored', async () => {
  assert.equal((await k.run('"sigue"')).reply['status'], 'ok')
  assert.equal(streamText(await k.run('console.error("a"); console.log("b")'), 'stderr'), 'a\n')
})
