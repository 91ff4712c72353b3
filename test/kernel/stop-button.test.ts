/** The button of a live card in real JupyterLab: it stops the query, and is gone then. A page that is no live Jupyter has none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser, openPage, picture, startBrowser } from './browser.ts'
import { noJupyter, startJupyter } from './jupyter-server.ts'

const cells = ['const q = await display(spark.readStream.format("rate").option("rowsPerSecond", 50).load(), { queryName: "vivo", rows: 3 }) as StreamingQuery']

test('"detener" stops the query of its card', { skip: noBrowser || noJupyter, timeout: 400_000 }, async () => {
  const server = await startJupyter('lab', cells), browser = await startBrowser()
  try {
    const { page, complaints } = await openPage(browser)
    await page.goto(`${server.url}/lab/tree/vivo.ipynb?reset`)
    await page.waitForSelector('.jp-NotebookPanel .jp-CodeCell .cm-content', { timeout: 120_000 })
    await page.waitForFunction(() => { const k = (globalThis as any).jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel; return k?.connectionStatus === 'connected' && k.status === 'idle' }, null, { timeout: 120_000 })
    await page.locator('.jp-CodeCell').first().click()
    await page.evaluate(() => (globalThis as any).jupyterapp.commands.execute('notebook:run-cell'))
    const button = page.getByRole('button', { name: 'detener', exact: true })
    await button.waitFor({ timeout: 120_000 })
    await picture(page, 'tarjeta-detener', false)
    await button.click()
    await page.waitForFunction(() => (globalThis as any).document.querySelector('[data-value="estadoTexto"]')?.textContent === 'terminada', null, { timeout: 120_000 })
    await button.waitFor({ state: 'detached', timeout: 120_000 })
    assert.deepEqual(complaints, [])
  } finally {
    await browser.close()
    await server.stop()
  }
})
