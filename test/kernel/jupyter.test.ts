/** A live query in real JupyterLab 4 and Notebook 7: points grow, nothing complains, what is saved stands untrusted. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { noBrowser, openPage, picture, startBrowser } from './browser.ts'
import { noJupyter, startJupyter } from './jupyter-server.ts'

let started: Promise<Browser> | null = null
const browser = (): Promise<Browser> => (started ??= startBrowser())
after(async () => (await started)?.close())

const cells = [
  'plot({ data: [{ type: "bar", name: "ventas", x: ["norte", "sur"], y: [3, 5] }], layout: { title: { text: "Ventas" } } })\nawait display(spark.range(3))',
  'const flujo = spark.readStream.format("rate").option("rowsPerSecond", 50).load()\nconst q = await display(flujo.withWatermark("timestamp", "2 seconds").groupBy(F.window(F.col("timestamp"), "1 second")).count(), { outputMode: "update", queryName: "vivo", rows: 5 }) as StreamingQuery',
  'await q.stop()\n"parada"',
]
const points = (page: Page): Promise<number> => page.evaluate(() => (globalThis as any).document.querySelector('[data-plot="latencia"]')?.data?.at(-1).x.length ?? 0)
const runCell = (page: Page): Promise<unknown> => page.evaluate(() => (globalThis as any).jupyterapp.commands.execute('notebook:run-cell-and-select-next'))

for (const kind of ['lab', 'notebook'] as const) {
  test(`${kind === 'lab' ? 'JupyterLab 4' : 'Notebook 7'}: a live card grows, stops, is saved, and stands untrusted`, { skip: noBrowser || noJupyter, timeout: 400_000 }, async () => {
    const server = await startJupyter(kind, cells)
    try {
      const { page, complaints } = await openPage(await browser())
      const open = async (name: string): Promise<void> => {
        await page.goto(`${server.url}/${kind === 'lab' ? 'lab/tree' : 'notebooks'}/${name}${kind === 'lab' ? '?reset' : ''}`)
        await page.waitForSelector('.jp-NotebookPanel .jp-CodeCell .cm-content', { timeout: 120_000 })
      }
      await open('vivo.ipynb')
      // A cell that is run before its kernel is reached is not run at all.
      await page.waitForFunction(() => { const k = (globalThis as any).jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel; return k?.connectionStatus === 'connected' && k.status === 'idle' }, null, { timeout: 120_000 })
      await page.locator('.jp-CodeCell').first().click()
      await runCell(page)
      await page.waitForSelector('.microlote-plot.js-plotly-plot .bars .point', { timeout: 120_000 })
      assert.ok((await page.locator('.jp-OutputArea-output table').first().innerText()).includes('bigint'))
      await runCell(page)
      await page.getByRole('tab', { name: 'latencia', exact: true }).click({ timeout: 120_000 })
      await page.waitForFunction(() => ((globalThis as any).document.querySelector('[data-plot="latencia"]')?.data?.at(-1).x.length ?? 0) > 1, null, { timeout: 120_000 })
      const before = await points(page)
      await page.waitForFunction(n => ((globalThis as any).document.querySelector('[data-plot="latencia"]')?.data?.at(-1).x.length ?? 0) > n + 2, before, { timeout: 120_000 })
      await picture(page, `${kind}-en-vivo`, false)
      // Cells out of sight are not in the page: the one below the card is reached by the keyboard's way.
      await page.evaluate(() => (globalThis as any).jupyterapp.commands.execute('notebook:move-cursor-down'))
      await runCell(page)
      await page.waitForFunction(() => (globalThis as any).document.querySelector('[data-value="estadoTexto"]')?.textContent === 'terminada', null, { timeout: 120_000 })
      await page.evaluate(() => (globalThis as any).jupyterapp.commands.execute('docmanager:save'))
      const file = join(server.notebooks, 'vivo.ipynb')
      for (let i = 0; !readFileSync(file, 'utf8').includes('terminada'); i++) { assert.ok(i < 300, 'the notebook is saved'); await new Promise(r => setTimeout(r, 100)) }
      const saved = JSON.parse(readFileSync(file, 'utf8'))
      assert.ok(!JSON.stringify(saved.cells[1].outputs).includes('__microlote1.push'), 'no update is left in the file')
      // Another notebook than the one that was signed: nothing in it may run.
      saved.metadata.copia = true
      writeFileSync(join(server.notebooks, 'copia.ipynb'), JSON.stringify(saved))
      await open('copia.ipynb')
      // Cells are put into the page one after another, those out of sight when they are scrolled to.
      await page.waitForFunction(() => {
        const all = [...(globalThis as any).document.querySelectorAll('.jp-OutputArea-output img')]
        all.at(-1)?.scrollIntoView()
        return all.length >= 2 && all.every(e => e.complete && e.naturalWidth > 0)
      }, null, { timeout: 120_000, polling: 200 })
      assert.equal(await page.locator('.js-plotly-plot').count(), 0, 'no script ran')
      assert.ok(await page.locator('[data-html="tabla"] table, .jp-OutputArea-output table').first().isVisible())
      await picture(page, `${kind}-sin-confianza`, false)
      // Jupyter has errors of its own: they come from its scripts, and are there without a single output.
      assert.deepEqual(complaints.filter(c => !/\/static\/|\/lsp\/|favicon|Failed to load resource|net::ERR|WebSocket/.test(c)), [])
      await page.close()
    } catch (e) {
      for (const c of (await browser()).contexts()) for (const p of c.pages()) await picture(p, `${kind}-fallo`, false).catch(() => {})
      throw new Error(`${e instanceof Error ? e.stack : String(e)}\n--- Jupyter said:\n${server.log().slice(-3000)}`)
    } finally { await server.stop() }
  })
}
