/** What display() puts out: tables of batches and rows, plots as bundles, all of it safe and readable without scripts. */
import assert from 'node:assert/strict'
import { inflateSync } from 'node:zlib'
import { test } from 'node:test'
import { functions as F, SparkSession } from 'microlote'
import { display, plot, table } from '../../kernel/index.ts'
import { svgOf, type Figure } from '../../kernel/display/svg-chart.ts'
import { TestCell } from './outputs.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').getOrCreate()

test('display(df): types in the header, rows escaped, NULL apart, how many rows more, and the text of show() beside it', async () => {
  const df = spark.range(1234).select('id', F.expr("case when id % 2 = 0 then '<script>alert(1)</script>' end AS `a<b`"), F.expr('cast(id as timestamp) AS ts'), F.expr("map('k', id) AS m"), F.expr('cast(id as decimal(10,2)) AS d'))
  const cell = new TestCell()
  await cell.run(() => display(df))
  const html = cell.html(0), text = cell.text(0)
  assert.equal(cell.shown.length, 1)
  for (const type of ['bigint', 'string', 'timestamp', 'map&lt;string,bigint&gt;', 'decimal(10,2)']) assert.ok(html.includes(`>${type}</small>`), type)
  assert.ok(html.includes('a&lt;b<br>'), 'names are escaped')
  assert.ok(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;') && !/<script/i.test(html), 'no script comes from data')
  assert.equal(html.match(/<tr>/g)!.length, 51)
  assert.equal(html.match(/>NULL<\/i>/g)!.length, 25)
  assert.ok(html.includes('1970-01-01 00:00:49') && html.includes('{k -&gt; 49}') && html.includes('49.00'))
  assert.ok(html.includes('… y 1.184 filas más') || html.includes('… y 1184 filas más'))
  assert.ok(!/<style|on\w+=|<iframe/i.test(html), 'nothing that a sanitizer takes away')
  assert.equal(text.split('\n')[1], '|'.concat(['id', 'a<b', 'ts', 'm', 'd'].map((n, k) => n.padStart(text.split('\n')[0]!.split('+')[k + 1]!.length)).join('|'), '|'))
  assert.ok(text.endsWith('filas más') && !text.includes('only showing'))
})

test('display(df) of no rows, and of exactly as many as fit, says nothing of more', async () => {
  const cell = new TestCell()
  await cell.run(() => display(spark.range(0)))
  await cell.run(() => display(spark.range(50)))
  assert.ok(cell.html(0).includes('sin filas') && cell.html(0).includes('bigint'))
  assert.ok(!cell.html(1).includes('más') && cell.html(1).includes('>49</td>'))
})

test('table(rows): the columns of all rows, cut after a number of them', () => {
  const cell = new TestCell()
  cell.run(() => table([{ a: 1, b: 'x' }, { a: 2n, c: { d: 3n } }, { a: 3 }], { rows: 2, title: 'Título & más' }))
  assert.ok(cell.html(0).includes('Título &amp; más') && cell.html(0).includes('{&quot;d&quot;:&quot;3&quot;}') && cell.html(0).includes('… y 1 fila más'))
  assert.equal(cell.text(0), 'Título & más\na  b     c\n1  x     NULL\n2  NULL  {"d":"3"}\n… y 1 fila más')
})

const figure: Figure = {
  data: [{ type: 'bar', name: 'addBatch', x: [0, 1, 2], y: [4, 8, 6] }, { type: 'bar', name: '</script><b>wal', x: [0, 1, 2], y: [1, 2, 1] }, { type: 'scatter', mode: 'lines+markers', name: 'total', x: [0, 1, 2], y: [5, 10, null] }],
  layout: { title: { text: 'Latencia' }, barmode: 'stack', xaxis: { title: { text: 'micro-lote' } }, yaxis: { title: { text: 'ms' } } },
}

test('a plot is a bundle: Plotly JSON, HTML that draws, SVG, a PNG with something in it, and words', () => {
  const cell = new TestCell()
  cell.run(() => plot(figure))
  cell.run(() => plot(figure))
  const data = cell.shown[1]!.data
  assert.deepEqual(Object.keys(data).sort(), ['application/vnd.plotly.v1+json', 'image/png', 'image/svg+xml', 'text/html', 'text/plain'])
  assert.deepEqual(data['application/vnd.plotly.v1+json'], JSON.parse(JSON.stringify(figure)))
  assert.equal(data['text/plain'], '[Latencia]\n  addBatch: 3 puntos, de 4 a 8\n  </script><b>wal: 3 puntos, de 1 a 2\n  total: 2 puntos, de 5 a 10')
  const png = Buffer.from(String(data['image/png']), 'base64')
  assert.equal(png.readUInt32BE(16), 720)
  assert.ok(pixels(png) > 5000, 'bars, lines and text are drawn')
})

test('the library is in a notebook once, packed; without scripts an image and its words are left', () => {
  const cell = new TestCell()
  cell.run(() => plot(figure))
  const html = cell.html(0)
  assert.ok(html.length < 60_000, `this process has sent the library in an earlier test; a plot has ${html.length} characters`)
  assert.ok(!html.includes('</script><b>wal'), 'names cannot end the script')
  const still = html.replace(/<script>.*?<\/script>/gs, '')
  assert.match(still, /^<div data-microlote="grafico-[\w-]+" class="microlote-plot"><img alt="\[Latencia\][^"]*" style="[^"]*" src="data:image\/svg\+xml;base64,[\w+/=]+"><\/div>$/)
})

test('the still picture: stacked bars one on the other, a rising line rises, shapes and dates have their place', () => {
  const rects = [...svgOf({ data: [{ type: 'bar', x: [0], y: [2] }, { type: 'bar', x: [0], y: [3] }], layout: { barmode: 'stack' } }).matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(m => m.slice(1).map(Number))
  assert.equal(rects[0]![0], rects[1]![0])
  assert.ok(Math.abs(rects[1]![1]! + rects[1]![3]! - rects[0]![1]!) < 0.2 && Math.abs(rects[1]![3]! / rects[0]![3]! - 1.5) < 0.01)
  const line = /points="([^"]*)"/.exec(svgOf({ data: [{ mode: 'lines', x: ['2026-01-01 10:00:00', '2026-01-01 10:00:30', '2026-01-01T10:02:00Z'], y: [1, 2, 3] }] }))![1]!.split(' ').map(p => p.split(',').map(Number))
  assert.ok(line[1]![1]! < line[0]![1]! && line[2]![1]! < line[1]![1]!)
  assert.ok(Math.abs((line[2]![0]! - line[1]![0]!) / (line[1]![0]! - line[0]![0]!) - 3) < 0.01, 'dates are to scale')
  const shape = svgOf({ data: [{ mode: 'markers', x: [0, 10], y: [0, 10] }], layout: { shapes: [{ type: 'rect', x0: 0, x1: 5, y0: 0, y1: 5, fillcolor: '#4c8dd6' }, { type: 'line', xref: 'paper', x0: 0, x1: 1, y0: 5, y1: 5, line: { color: '#e15759', dash: 'dash' } }] } })
  assert.ok(shape.includes('fill="#4c8dd6"') && shape.includes('stroke="#e15759" stroke-width="2" stroke-dasharray'))
  assert.ok(svgOf({ data: [] }).includes('Sin datos'))
})

/** How many pixels of a PNG (8 bits, RGBA) are not transparent. */
function pixels(png: Buffer): number {
  const width = png.readUInt32BE(16), height = png.readUInt32BE(20), parts: Buffer[] = []
  assert.equal(png[24], 8)
  assert.equal(png[25], 6)
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const raw = inflateSync(Buffer.concat(parts)), stride = width * 4, before = Buffer.alloc(stride), row = Buffer.alloc(stride)
  let found = 0
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!
    for (let i = 0; i < stride; i++) {
      const a = i >= 4 ? row[i - 4]! : 0, b = before[i]!, c = i >= 4 ? before[i - 4]! : 0, p = a + b - c
      const paeth = Math.abs(p - a) <= Math.abs(p - b) && Math.abs(p - a) <= Math.abs(p - c) ? a : Math.abs(p - b) <= Math.abs(p - c) ? b : c
      row[i] = raw[y * (stride + 1) + 1 + i]! + [0, a, b, (a + b) >> 1, paeth][filter]!
      if (i % 4 === 3 && row[i]! > 40) found++
    }
    row.copy(before)
  }
  return found
}
