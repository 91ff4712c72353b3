/** The page of a run, in a real Chromium with no network: plots with points, nothing wider than the page, texts readable on light and dark. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { indexHtml } from '../../kernel/notebook/index-page.ts'
import { reportHtml } from '../../kernel/notebook/report.ts'
import { runNotebook, type NotebookRun } from '../../kernel/notebook/run-notebook.ts'
import type { Cell } from '../../kernel/notebook/format.ts'
import { contrast, noBrowser, openPage, picture, startBrowser } from '../kernel/browser.ts'

const cell = (cell_type: 'code' | 'markdown', source: string, role?: string): Cell => ({ cell_type, id: `c${Math.random().toString(36).slice(2)}`, source, metadata: role === undefined ? {} : { microlote: { role } }, outputs: [], execution_count: null })

const long = 'una_palabra_muy_larga_'.repeat(20)
const notebook = {
  metadata: {},
  cells: [
    cell('markdown', `# Prueba del informe\n\nUn texto con **negrita**, \`${long}\` y ${long}.\n\n> Una cita.\n\n<details><summary>Pista 1</summary>\n\nAlgo.\n\n<details><summary>Pista 2</summary>\n\nMás.\n\n</details>\n\n</details>\n\n| a | b |\n|---|---|\n| 1 | ${long} |`),
    cell('code', `const filas = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 50).option("numPartitions", 1).load()
const consulta = await filas.groupBy(F.col("value").mod(7).alias("resto")).count().writeStream.queryName("restos").outputMode("update").format("noop").start()
while (consulta.recentProgress.length < 8) await new Promise(r => setTimeout(r, 20))
await consulta.stop()
graficoLatencia(consulta.recentProgress)
graficoTasas(consulta.recentProgress)
graficoEstado(consulta.recentProgress)`),
    cell('code', `plot({ data: [{ type: "box", name: "caja", y: [1, 2, 3, 4, 9] }], layout: { title: { text: "Cajas" } } })`),
    cell('code', `table(Array.from({ length: 3 }, (_, i) => Object.fromEntries(Array.from({ length: 30 }, (_, k) => ["columna" + k, i * k]))))\nconsole.log("x".repeat(600))`),
    cell('code', `await comprobar("0.1", c => { c.igual("suma", 1 + 1, 2); c.cierto("falla", false, "${long}") })`, 'comprobar'),
    cell('code', `throw new Error("${long}")`),
  ],
}

let run: NotebookRun, browser: Browser | null = null
const folder = mkdtempSync(join(tmpdir(), 'informe-'))
before(async () => {
  run = await runNotebook(join(import.meta.dirname, '..', '..', 'notebooks', 'informe.ipynb'), { notebook, env: { MICROLOTE_EMBED_PLOTLY: '0' } })
  writeFileSync(join(folder, 'informe.html'), reportHtml(run))
  writeFileSync(join(folder, 'index.html'), indexHtml([{ name: 'informe', run }]))
  if (!noBrowser) browser = await startBrowser()
})
after(async () => { await browser?.close(); rmSync(folder, { recursive: true, force: true }) })

test('the report holds the library once, every plot, the totals and what failed', () => {
  const page = reportHtml(run)
  assert.equal(page.split('plotly.js v').length, 2, 'one copy of the library')
  assert.doesNotMatch(page.replace(/<script>[\s\S]*?<\/script>/g, ''), /(src|href)="https?:/, 'nothing is fetched')
  assert.equal(run.ok, false)
  assert.match(page, /Con fallos/)
  assert.match(page, /restos/)
  assert.match(page, /Celda 6/)
})

for (const dark of [false, true]) for (const width of [1200, 420]) {
  test(`the report on a ${dark ? 'dark' : 'light'} page ${width} wide: drawn, readable, nothing sticks out`, { skip: noBrowser }, async () => {
    const { page, complaints } = await openPage(browser!, dark)
    await page.setViewportSize({ width, height: 900 })
    await page.goto(pathToFileURL(join(folder, 'informe.html')).href)
    await page.waitForFunction(() => (globalThis as any).document.querySelectorAll('.js-plotly-plot').length >= 4)
    const traces = await page.evaluate(() => [...(globalThis as any).document.querySelectorAll('.js-plotly-plot')].map((p: any) => p.data.map((t: any) => t.y.length)))
    assert.equal(traces.length, 4)
    for (const t of traces) assert.ok(t.every((n: number) => n > 1), `every line has points: ${JSON.stringify(traces)}`)
    assert.equal(await page.evaluate(() => { const d = (globalThis as any).document.documentElement; return d.scrollWidth <= d.clientWidth }), true, 'the page does not scroll sideways')
    const wide = await page.evaluate(() => [...(globalThis as any).document.querySelectorAll('main > *')].filter((e: any) => e.getBoundingClientRect().right > e.parentElement.getBoundingClientRect().right + 1).map((e: any) => e.outerHTML.slice(0, 80)))
    assert.deepEqual(wide, [])
    assert.ok(await contrast(page, 'body') >= 7, 'text')
    for (const s of ['.mal', '.bien', '.salida .bien, table .bien', 'pre code', 'th', 'summary']) assert.ok(await contrast(page, s) >= 4.5, `contrast of ${s}: ${await contrast(page, s)}`)
    assert.deepEqual(complaints, [])
    await picture(page, `informe-${dark ? 'oscuro' : 'claro'}-${width}`)
    await page.close()
  })
}

test('the index leads to every report and adds up', { skip: noBrowser }, async () => {
  const { page, complaints } = await openPage(browser!)
  await page.goto(pathToFileURL(join(folder, 'index.html')).href)
  assert.match(await page.innerText('main'), /0 de 1 ejercicios y 1 de 2 puntos, con 1 consultas/)
  await page.getByRole('link', { name: 'Prueba del informe' }).click()
  await page.waitForSelector('.resumen')
  assert.deepEqual(complaints, [])
  await page.close()
})
