/** What the engine warns of reaches students in Spanish, in the cell of the query. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withChannel, type Output } from '../../kernel/output.ts'
import { noticeOf, showNotice } from '../../kernel/display/query-notices.ts'
import { KernelClient, streamText } from './client.ts'

test('known conditions are said in Spanish with their figures; other texts are left alone', () => {
  assert.deepEqual(noticeOf('[q] Current batch is falling behind. The trigger interval is 500 milliseconds, but spent 2100 milliseconds'), { query: 'q', condition: 'retraso', text: 'un lote tardó 2,1 s y el disparo es cada 500 ms: el lote siguiente empieza tarde. Si pasa siempre, la consulta no da abasto: pon un tope a lo que entra en cada lote (en Kafka, maxOffsetsPerTrigger), busca el paso lento y aligéralo, o dale más capacidad. Alargar el intervalo sólo ayuda cuando el tiempo se va en el coste fijo de cada lote.' })
  assert.equal(noticeOf('[kafka] the offsets 3 to 9 of clics-0 cannot be read any more (it holds 20 to 30); going on')?.text, 'los offsets de 3 a 9 de clics-0 ya no están en el broker; la consulta sigue sin ellos porque failOnDataLoss es false.')
  assert.equal(noticeOf('[q] the commit log ends at batch 3, the offset log at 4: batch 4 is run again')?.condition, 'lote-repetido')
  for (const text of ['hola', '[q] otra cosa', 'Current batch is falling behind.']) assert.equal(noticeOf(text), null)
})

test('a condition that comes again counts in its notice, once a second at most', () => {
  const sent: Output[] = [], warning = '[<b>] Current batch is falling behind. The trigger interval is 5 milliseconds, but spent 20 milliseconds'
  withChannel({ cell: 'c', send: o => { sent.push(o) } }, () => { for (let i = 0; i < 25; i++) assert.equal(showNotice(warning, i * 100), true) })
  const shown = sent.map(o => (o.kind === 'display' ? [o.update === true, o.displayId, String(o.data['text/plain']).slice(0, 22)] : null))
  const id = shown[0]![1]
  assert.deepEqual(shown, [[false, id, '⚠ Aviso de «<b>»: un l'], [true, id, '⚠ Aviso de «<b>» (van '], [true, id, '⚠ Aviso de «<b>» (van ']])
  assert.ok(sent[0]!.kind === 'display' && String(sent[0]!.data['text/html']).includes('&lt;b&gt;'))
})

test('a query that falls behind says so in its own cell', { timeout: 200_000 }, async () => {
  const kernel = await KernelClient.start()
  try {
    const cell = await kernel.run('const lenta = await spark.readStream.format("rate").option("rowsPerSecond", 100).load().writeStream.queryName("lenta").trigger({ processingTime: "20 milliseconds" }).foreachBatch(async () => { await new Promise(r => setTimeout(r, 60)) }).start()')
    assert.equal(cell.reply['status'], 'ok')
    const notice = await kernel.until(m => m.type === 'display_data' && m.parent === cell.id)
    assert.match(notice.content['data']['text/plain'], /^⚠ Aviso de «lenta»: un lote tardó \d+ ms y el disparo es cada 20 ms/)
    assert.equal(streamText(kernel.of(cell.id), 'stderr'), '')
    const own = await kernel.run('console.warn("mío"); await lenta.stop()')
    assert.equal(streamText(own, 'stderr'), 'mío\n')
  } finally { await kernel.stop() }
})
