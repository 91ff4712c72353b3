/** Live cards: what they say of a query that works, waits, fails and ends; what they cost; what is left of them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { functions as F, MemoryStream, SparkSession, type StreamingQuery } from 'microlote'
import { display } from '../../kernel/index.ts'
import { keptBatches } from '../../kernel/display/live/history.ts'
import { someoneIsLooking } from '../../kernel/display/live/someone-is-looking.ts'
import { lastCards } from '../../kernel/display/live/unfinished.ts'
import { TestCell } from './outputs.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').getOrCreate()
after(() => spark.stop())
const stream = (schema = 'k STRING, v INT'): MemoryStream => new MemoryStream(spark, schema)
const until = async (what: string, ok: () => boolean): Promise<void> => { for (let i = 0; !ok(); i++) { if (i > 2000) assert.fail(`never: ${what}`); await sleep(10) } }
const still = (html: string): string => html.replace(/<script>.*?<\/script>/gs, '')
const valueOf = (html: string, name: string): string => new RegExp(`data-value="${name}">([^<]*)<`).exec(html)![1]!
/** The arguments that a script hands to the page. */
const pushed = (html: string): any => { const found = /push\("[^"]*",(.*)\)<\/script>$/s.exec(html); return found === null ? null : JSON.parse(found[1]!) }

test('display(stream) starts a query, shows its newest rows, follows it, and leaves a whole card when it stops', async () => {
  const source = stream(), cell = new TestCell()
  source.addData({ k: '<a>', v: 1 })
  const query = await cell.run(() => display(source.toDF(), { live: true, everyMs: 15, queryName: 'en_vivo', rows: 3 })) as StreamingQuery
  await query.processAllAvailable()
  assert.equal(cell.shown.length, 2, 'a card and a place for scripts')
  for (let i = 2; i <= 6; i++) { source.addData({ k: 'b', v: i }); await query.processAllAvailable() }
  await until('the card says it waits', () => valueOf(cell.html(0), 'estadoTexto') === 'en espera' || cell.sent.some(o => o.kind === 'display' && pushed(String(o.data['text/html']))?.text.estadoTexto === 'en espera'))
  await query.stop()
  await lastCards()
  const html = still(cell.html(0))
  assert.equal(valueOf(html, 'estadoTexto'), 'terminada')
  assert.equal(valueOf(html, 'lote'), '5')
  assert.equal(valueOf(html, 'filas'), '6')
  assert.match(valueOf(html, 'latencia'), /^\d+ \/ \d+ ms$/)
  assert.deepEqual([...html.matchAll(/<td style="text-align:right[^>]*>(\d)<\/td>/g)].slice(0, 3).map(m => m[1]), ['6', '5', '4'], 'newest rows first')
  assert.ok(html.includes('las 3 filas más recientes de 6'))
  for (const phase of ['triggerExecution', 'addBatch', 'walCommit', 'commitOffsets']) assert.ok(html.includes(phase), phase)
  assert.ok(html.includes('La consulta no guarda estado') && html.includes('no tiene watermark'))
  assert.equal(html.match(/<img /g)!.length, 2, 'latency and rates as pictures')
  assert.equal(cell.html(1), '', 'no script is left to run again')
  assert.ok(cell.text(0).startsWith('en_vivo: terminada') && cell.text(0).includes('micro-lote: 5'))
})

test('updates carry only new points, in order, and the first one brings the plots', async () => {
  const source = stream(), cell = new TestCell()
  const query = await cell.run(() => display(source.toDF(), { live: true, everyMs: 15, snapshotMs: 1e9 })) as StreamingQuery
  const cards = () => cell.sent.filter(o => o.kind === 'display' && String(o.data['text/html']).includes('data-microlote-card'))
  for (let i = 0; i < 8; i++) { source.addData({ k: 'a', v: i }); await query.processAllAvailable(); await sleep(25) }
  await until('all batches are shown', () => cell.sent.some(o => o.kind === 'display' && pushed(String(o.data['text/html']))?.text.lote === '7'))
  const updates = cell.sent.flatMap(o => (o.kind === 'display' ? [pushed(String(o.data['text/html']))] : [])).filter(u => u !== null)
  const first = JSON.parse(/card\("[^"]*",(.*)\);<\/script>$/s.exec(String((cards().at(-1) as any).data['text/html']))![1]!)
  const points = [...first.figures.latencia.data.at(-1).x, ...updates.flatMap(u => u.add.latencia?.x.at(-1) ?? [])]
  assert.deepEqual(points, [0, 1, 2, 3, 4, 5, 6, 7])
  assert.ok(updates.every((u, i) => i === 0 || u.n > updates[i - 1].n))
  await query.stop()
  await lastCards()
})

test('an aggregation has state and shows all its groups; late rows and the watermark have their place', async () => {
  const source = stream('ts TIMESTAMP, k STRING'), cell = new TestCell()
  const counts = source.toDF().withWatermark('ts', '1 minute').groupBy(F.window(F.col('ts'), '1 minute'), 'k').count()
  const query = await cell.run(() => display(counts, { live: true, everyMs: 15, outputMode: 'update' })) as StreamingQuery
  for (const minute of ['10:00', '10:05', '10:01', '10:06']) { source.addData({ ts: new Date(`2026-01-01T${minute}:00Z`), k: 'a' }); await query.processAllAvailable() }
  await query.stop()
  await lastCards()
  const html = still(cell.html(0))
  assert.equal(html.match(/<img /g)!.length, 4, 'latency, rates, state and event time')
  assert.equal(valueOf(html, 'watermark'), '2026-01-01 10:05:00Z')
  assert.ok(valueOf(html, 'estado').startsWith('2 filas, '))
  assert.ok(html.includes('stateStoreSave'))
})

test('without a mode a stream that cannot append is shown complete', async () => {
  const source = stream(), cell = new TestCell()
  source.addData({ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 })
  const query = await cell.run(() => display(source.toDF().groupBy('k').agg(F.sum('v').alias('s')), { live: false })) as StreamingQuery
  await query.processAllAvailable()
  source.addData({ k: 'c', v: 9 })
  await query.processAllAvailable()
  await query.stop()
  await lastCards()
  assert.ok(cell.text(0).includes('a  4') && cell.text(0).includes('c  9'))
  assert.equal(cell.sent.length, 2, 'nobody looks: the card at the start and the one at the end')
})

test('display(query) follows a query of any sink; a failure is said in the card', async () => {
  const source = stream(), cell = new TestCell()
  const query = await source.toDF().writeStream.foreachBatch(() => { throw new Error('la base de datos <no> responde') }).start()
  await cell.run(() => display(query, { live: true, everyMs: 15 }))
  source.addData({ k: 'a', v: 1 })
  await assert.rejects(query.awaitTermination())
  await lastCards()
  assert.equal(valueOf(cell.html(0), 'estadoTexto'), 'falló')
  assert.ok(valueOf(cell.html(0), 'detalle').includes('la base de datos &lt;no&gt; responde'))
})

test('a query as the last value of a cell shows its card', async () => {
  const source = stream(), cell = new TestCell()
  const query = await source.toDF().writeStream.format('noop').start()
  const bundle = cell.run(() => (query as any)[Symbol.for('microlote.display')]())
  assert.ok(bundle['text/plain'].startsWith('StreamingQuery(') && cell.html(0).includes('data-microlote-card'))
  await query.stop()
  await lastCards()
  assert.equal(valueOf(cell.html(0), 'estadoTexto'), 'terminada')
})

test('a long query does not make its card grow: batches and points are bounded', async () => {
  const source = stream(), cell = new TestCell()
  const query = await cell.run(() => display(source.toDF(), { live: true, everyMs: 5, snapshotMs: 1e9, rows: 5 })) as StreamingQuery
  for (let i = 0; i < keptBatches + 40; i++) { source.addData({ k: 'x', v: i }); await query.processAllAvailable() }
  await query.stop()
  await lastCards()
  const f = JSON.parse(/card\("[^"]*",(.*)\);<\/script>$/s.exec(cell.html(0))![1]!)
  assert.equal(f.max, keptBatches)
  assert.ok(f.figures.latencia.data[0].x.length <= keptBatches && f.figures.latencia.data[0].x.at(-1) === keptBatches + 39)
  assert.equal(valueOf(cell.html(0), 'filas'), String(keptBatches + 40))
  assert.ok(cell.html(0).length < 400_000, String(cell.html(0).length))
})

test('whether someone is looking is told by the environment', () => {
  assert.equal(someoneIsLooking({}), false)
  assert.equal(someoneIsLooking({ JPY_SESSION_NAME: '/x.ipynb' }), true)
  assert.equal(someoneIsLooking({ JPY_SESSION_NAME: '/x.ipynb', CI: 'true' }), false)
  assert.equal(someoneIsLooking({ MICROLOTE_LIVE: '1', CI: 'true' }), true)
  assert.equal(someoneIsLooking({ MICROLOTE_HEADLESS: '1', JPY_SESSION_NAME: '/x.ipynb' }), false)
})
