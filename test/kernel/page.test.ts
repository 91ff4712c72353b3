/** Plots and cards in a page of real Chromium, outputs put in as notebooks do it: drawn, growing, bounded, kept after scripts are gone. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { functions as F, MemoryStream, SparkSession, type StreamingQuery } from 'microlote'
import type { Browser, Page } from 'playwright-core'
import { display, plot } from '../../kernel/index.ts'
import { plotlySource } from '../../kernel/display/plot.ts'
import { lastCards } from '../../kernel/display/live/unfinished.ts'
import { noBrowser, openPage, picture, startBrowser } from './browser.ts'
import { TestCell } from './outputs.ts'

const spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').getOrCreate()
let started: Promise<Browser> | null = null
const browser = (): Promise<Browser> => (started ??= startBrowser())
after(async () => { await spark.stop(); await (await started)?.close() })

// As JupyterLab renders HTML: the text first, then every script made anew so that it runs.
const notebook = `<!doctype html><meta charset="utf-8"><body style="font-family:system-ui"><main></main><script>
function output(n,html){var m=document.querySelector('main');while(m.children.length<=n)m.appendChild(document.createElement('section'));var e=m.children[n];e.innerHTML=html;e.querySelectorAll('script').forEach(function(s){var t=document.createElement('script');t.textContent=s.textContent;s.replaceWith(t)})}</script>`
const put = (page: Page, n: number, html: string): Promise<void> => page.evaluate(([k, h]) => { (globalThis as any).output(k, h) }, [n, html] as const)
const points = (page: Page, plotName: string): Promise<number> => page.evaluate(n => (globalThis as any).document.querySelector(`[data-plot="${n}"]`)?.data?.at(-1).x.length ?? 0, plotName)

test('a plot draws itself in a page that has nothing but its outputs, whatever their order', { skip: noBrowser }, async () => {
  const cell = new TestCell()
  const figure = { data: [{ type: 'scatter', name: 'a', x: [1, 2, 3], y: [2, 1, 3] }], layout: { title: { text: 'Uno' } } }
  cell.run(() => { plot(figure); plot(figure) })
  const { page, complaints } = await openPage(await browser())
  await page.setContent(notebook)
  await put(page, 1, cell.html(1))
  assert.equal(await page.locator('section:nth-child(2) img').count(), 1, 'before the library comes there is a picture')
  await put(page, 0, cell.html(0))
  await page.waitForSelector('section:nth-child(1) .js-plotly-plot .scatterlayer .point')
  await page.waitForSelector('section:nth-child(2) .js-plotly-plot .scatterlayer .point')
  assert.deepEqual(complaints, [])
  await page.close()
})

for (const dark of [false, true]) {
  test(`a live card in a ${dark ? 'dark' : 'light'} page: points grow, the tab stays, whole cards do not disturb, the end is said`, { skip: noBrowser }, async () => {
    const source = new MemoryStream(spark, 'ts TIMESTAMP, k STRING'), cell = new TestCell()
    const { page, complaints } = await openPage(await browser(), dark)
    await page.setContent(notebook)
    await page.addScriptTag({ content: plotlySource() })
    if (dark) await page.addStyleTag({ content: 'body{background:#111;color:#ddd}' })
    let sent = 0
    const show = async (): Promise<void> => { while (sent < cell.sent.length) { const o = cell.sent[sent++]!; if (o.kind === 'display') await put(page, cell.shown.findIndex(s => s.displayId === o.displayId), String(o.data['text/html'])) } }
    const counts = source.toDF().withWatermark('ts', '1 minute').groupBy(F.window(F.col('ts'), '1 minute'), 'k').count()
    const query = await cell.run(() => display(counts, { live: true, everyMs: 20, snapshotMs: 300, outputMode: 'update', title: 'Clics por minuto' })) as StreamingQuery
    let minute = 0
    const feed = async (): Promise<void> => { source.addData({ ts: new Date(Date.UTC(2026, 0, 1, 10, minute++)), k: 'a' }, { ts: new Date(Date.UTC(2026, 0, 1, 10, Math.max(0, minute - 2))), k: '<b>' }); await query.processAllAvailable(); await new Promise(r => setTimeout(r, 60)); await show() }
    await feed()
    await feed()
    const tab = (name: string): Promise<void> => page.getByRole('tab', { name, exact: true }).click()
    await tab('latencia')
    await page.waitForFunction(() => (globalThis as any).document.querySelector('[data-plot="latencia"]')?.data)
    const seen = [await points(page, 'latencia')]
    for (let i = 0; i < 6; i++) { await feed(); seen.push(await points(page, 'latencia')) }
    assert.ok(seen.at(-1)! > seen[0]!, `points grow: ${seen.join()}`)
    assert.ok(seen.every((n, i) => i === 0 || n >= seen[i - 1]!), `and never shrink: ${seen.join()}`)
    assert.equal(await page.locator('[data-tab="latencia"]').isVisible(), true, 'the tab stays where it was')
    assert.equal(await page.locator('[data-tab="tabla"]').isVisible(), false)
    await picture(page, `tarjeta-latencia-${dark ? 'oscura' : 'clara'}`)
    for (const name of ['ritmo', 'estado', 'tiempo de evento'] as const) {
      await tab(name)
      await page.waitForFunction(n => (globalThis as any).document.querySelector(`[data-tab="${n}"] [data-plot]`)?.data, name)
      await picture(page, `tarjeta-${name.split(' ')[0]}-${dark ? 'oscura' : 'clara'}`)
    }
    await tab('tabla')
    assert.ok((await page.locator('[data-html="tabla"]').innerText()).includes('<b>'))
    await picture(page, `tarjeta-tabla-${dark ? 'oscura' : 'clara'}`)
    await query.stop()
    await lastCards()
    await show()
    assert.equal(await page.locator('[data-value="estadoTexto"]').innerText(), 'terminada')
    assert.deepEqual(complaints, [])
    // Reopened with nothing that runs: everything is there, one under the other.
    await page.setContent(`<!doctype html><body>${cell.html(0).replace(/<script>.*?<\/script>/gs, '')}`)
    for (const name of ['tabla', 'latencia', 'ritmo', 'estado', 'tiempo de evento']) assert.equal(await page.locator(`[data-tab="${name}"]`).isVisible(), true, name)
    const images = await page.locator('img').evaluateAll(es => es.map(e => (e as any).naturalWidth as number))
    assert.ok(images.length === 4 && images.every(w => w > 0), `pictures of the four plots: ${images.join()}`)
    await picture(page, `tarjeta-sin-scripts-${dark ? 'oscura' : 'clara'}`)
    await page.close()
  })
}
