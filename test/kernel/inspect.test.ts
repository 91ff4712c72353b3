/** The batch inspector as a student sees it: the account of a batch in Spanish, and the event-time picture. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { functions as F, MemoryStream, SparkSession, type StreamingQuery } from 'microlote'
import { display, graficoTiempoEvento } from '../../kernel/index.ts'
import { eventTimeFigure, momentText } from '../../kernel/display/inspect/event-time-figure.ts'
import { pictures } from './browser.ts'
import { TestCell } from './outputs.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').config('spark.microlote.inspect.enabled', 'true').getOrCreate()
after(() => spark.stop())

async function run(): Promise<StreamingQuery> {
  const source = new MemoryStream(spark, 'ts TIMESTAMP, k STRING')
  const query = await source.toDF().withWatermark('ts', '1 minute').groupBy(F.window(F.col('ts'), '5 minutes'), 'k').count().writeStream.queryName('clics').outputMode('append').format('noop').start()
  for (const batch of [['10:01:00', '10:07:00'], ['10:03:00', '10:12:00'], ['10:10:30', '10:13:00']]) {
    source.addData(...batch.map(t => ({ ts: new Date(`2026-01-01T${t}Z`), k: `<${t}>` })))
    await query.processAllAvailable()
  }
  return query
}

test('the account of a batch says what came, what was late and why, and what each window still needs', async () => {
  const query = await run(), cell = new TestCell()
  const batch = query.explainedBatches.find(e => e.operators[0]!.late.length > 0)!
  await cell.run(() => display(batch))
  const text = cell.text(0), html = cell.html(0)
  for (const part of [
    `Micro-lote ${batch.batchId} de clics`, 'Entraron 2 filas', 'watermark del lote anterior: 2026-01-01 10:06:00', 'Descartó 1 por tardías: su tiempo no pasa del watermark 2026-01-01 10:06:00 (1 fila por window)', 'Filas tardías por window', '<10:03:00>',
    'Ventanas abiertas', 'nada: el watermark ya la pasó y se cierra en el siguiente micro-lote', 'un evento de 2026-01-01 10:16:00 en ts', 'Leyó 2 filas', 'Plan físico', 'StateAggregateExec',
  ]) assert.ok(text.includes(part), `${part}\n${text}`)
  assert.ok(html.includes('&lt;10:03:00&gt;') && !html.includes('<10:03') && !/<script|<style/.test(html))
  assert.ok(html.includes('rgba(214,39,40'), 'late rows are marked')
  const bundle = (batch as any)[Symbol.for('microlote.display')]()
  assert.equal(bundle['text/plain'], text, 'also as the last value of a cell')
  await query.stop()
})

test('the event-time picture: late rows apart, the watermark rising, windows as boxes that end when they close', async () => {
  const query = await run(), cell = new TestCell()
  cell.run(() => graficoTiempoEvento(query))
  const f = cell.shown[0]!.data['application/vnd.plotly.v1+json'] as any
  assert.deepEqual(f.data.map((t: any) => t.name), ['a tiempo', 'tardías', 'watermark'])
  assert.deepEqual(f.data[1].y, ['2026-01-01 10:03:00'])
  assert.deepEqual(f.data[0].y, ['2026-01-01 10:01:00', '2026-01-01 10:07:00', '2026-01-01 10:12:00', '2026-01-01 10:10:30', '2026-01-01 10:13:00'])
  const line: string[] = f.data[2].y
  assert.ok(line.length >= 3 && line.every((t, i) => i === 0 || t >= line[i - 1]!) && line.at(-1) === '2026-01-01 10:12:00', line.join())
  const boxes = f.layout.shapes as any[]
  assert.deepEqual(boxes.map(b => [b.y0.slice(11), b.y1.slice(11), b.line.dash === undefined]), [['10:00:00', '10:05:00', true], ['10:05:00', '10:10:00', true], ['10:10:00', '10:15:00', false]])
  const svg = String(cell.shown[0]!.data['image/svg+xml'])
  assert.ok(svg.match(/<rect[^>]*fill-opacity="0.14"/g)?.length === 3 && svg.includes('#e15759'))
  if (pictures !== undefined) writeFileSync(`${pictures}/tiempo-de-evento.png`, Buffer.from(String(cell.shown[0]!.data['image/png']), 'base64'))
  await query.stop()
})

test('moments are shown in the session time zone; a picture of nothing is no error', () => {
  assert.equal(momentText(Date.UTC(2026, 0, 1, 10), 'Europe/Madrid'), '2026-01-01 11:00:00')
  assert.equal(momentText(5, 'UTC'), '1970-01-01 00:00:00.005')
  assert.equal(eventTimeFigure([]).data[0]!.x!.length, 0)
})
