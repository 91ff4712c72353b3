/** Outputs in a page as an editor's webview is: a sandboxed frame of no origin, a strict policy, nothing of Jupyter's; scripts are made anew from each output's HTML. VS Code itself is not started here. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { MemoryStream, SparkSession, type StreamingQuery } from 'microlote'
import { display, plot } from '../../kernel/index.ts'
import { lastCards } from '../../kernel/display/live/unfinished.ts'
import { noBrowser, openPage, picture, startBrowser } from './browser.ts'
import { TestCell } from './outputs.ts'

const spark = SparkSession.builder.getOrCreate()
after(() => spark.stop())

const policy = `default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:`
const webview = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><body><main></main><script>
addEventListener('message',function(m){var e=document.createElement('section');e.id=m.data.id;var old=document.getElementById(m.data.id);e.innerHTML=m.data.html;
if(old)old.replaceWith(e);else document.querySelector('main').appendChild(e);
e.querySelectorAll('script').forEach(function(s){var t=document.createElement('script');t.text=s.textContent;s.replaceWith(t)})})</script>`

test('in a webview plots and live cards draw; a card has no button, as there is no way to the kernel', { skip: noBrowser }, async () => {
  const browser = await startBrowser()
  try {
    const { page, complaints } = await openPage(browser)
    await page.setContent('<!doctype html><body style="margin:0"><iframe sandbox="allow-scripts" style="width:1100px;height:1400px;border:0"></iframe>')
    await page.locator('iframe').evaluate((f: any, html: string) => new Promise<void>(ready => { f.onload = () => ready(); f.srcdoc = html }), webview)
    const put = (id: string, html: string): Promise<void> => page.locator('iframe').evaluate((f: any, m: unknown) => { f.contentWindow.postMessage(m, '*') }, { id, html })
    const frame = page.frameLocator('iframe'), cell = new TestCell(), source = new MemoryStream(spark, 'k STRING')
    cell.run(() => plot({ data: [{ type: 'bar', name: 'ventas', x: ['norte', 'sur'], y: [3, 5] }], layout: { title: { text: 'Ventas' } } }))
    await put('o0', cell.html(0))
    await frame.locator('.js-plotly-plot .bars .point').first().waitFor()
    const query = await cell.run(() => display(source.toDF(), { live: true, everyMs: 20, snapshotMs: 60_000 })) as StreamingQuery
    source.addData({ k: 'a' })
    await query.processAllAvailable()
    let sent = 1
    const show = async (): Promise<void> => { for (; sent < cell.sent.length; sent++) { const o = cell.sent[sent]!; if (o.kind === 'display') await put(o.displayId!, String(o.data['text/html'])) } }
    await show()
    await frame.getByRole('tab', { name: 'latencia', exact: true }).click()
    for (let i = 0; i < 3000 && (await frame.locator('[data-plot="latencia"].js-plotly-plot').count()) === 0; i++) { source.addData({ k: 'b' }); await query.processAllAvailable(); await show() }
    assert.equal(await frame.getByRole('button', { name: 'detener' }).count(), 0)
    await picture(page, 'webview')
    await query.stop()
    await lastCards()
    await show()
    await frame.getByText('terminada', { exact: true }).waitFor()
    assert.deepEqual(complaints, [])
  } finally { await browser.close() }
})
