/** A solved notebook of the workbook run from top to bottom in JupyterLab and looked at there: every check passes, plots have points, nothing overflows, texts are readable in both themes. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { contrasts, drawnPlots, noBrowser, openPage, picture, startBrowser } from '../kernel/browser.ts'
import { noJupyter, startJupyter } from '../kernel/jupyter-server.ts'

const name = '11-4-watermarks.ipynb'
const notebook = join(import.meta.dirname, '..', '..', 'notebooks', 'solutions', name)
const limit = { timeout: 600_000 }

/** What a reader sees: cells without a number, outputs that complain, what the checks say, and outputs that are wider than their place. */
const look = (page: Page): Promise<{ pending: number; errors: string[]; checks: string[]; wide: string[] }> => page.evaluate(() => {
  const g = globalThis as any, all = (s: string): any[] => [...g.document.querySelectorAll(s)], text = (e: any, length: number): string => (e.textContent as string).slice(0, length)
  return {
    pending: all('.jp-CodeCell .jp-InputPrompt').filter(e => !/\[\d+\]/.test(e.textContent)).length,
    errors: all('.jp-OutputArea-output[data-mime-type*="error"], .jp-OutputArea-output[data-mime-type*="stderr"]').map(e => text(e, 300)),
    checks: all('.jp-OutputArea-output').filter(e => /[✔✘]/.test(e.textContent)).map(e => text(e, 300)),
    wide: all('.jp-OutputArea-output').filter(e => e.offsetParent !== null && e.scrollWidth > e.clientWidth + 1 && g.getComputedStyle(e).overflowX === 'visible').map(e => text(e, 80)),
  }
})
const texts = ['td', 'th', 'p', 'pre', 'summary'].map(tag => `.jp-OutputArea-output ${tag}`).join(', ')

test('JupyterLab runs a solved notebook, in the light and the dark theme', { skip: noBrowser || noJupyter, timeout: 900_000 }, async () => {
  const server = await startJupyter('lab', notebook), browser = await startBrowser()
  try {
    const { page } = await openPage(browser)
    await page.goto(`${server.url}/lab/tree/${name}?reset`)
    await page.waitForSelector('.jp-NotebookPanel .jp-CodeCell .cm-content', limit)
    await page.waitForFunction(() => { const k = (globalThis as any).jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel; return k?.connectionStatus === 'connected' && k.status === 'idle' }, null, limit)
    await page.evaluate(() => { void (globalThis as any).jupyterapp.commands.execute('notebook:run-all-cells') })
    await page.waitForFunction(() => [...(globalThis as any).document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every((e: any) => /\[\d+\]/.test(e.textContent)), null, limit)
    for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
      const dark = theme.endsWith('Dark')
      await page.evaluate(t => (globalThis as any).jupyterapp.commands.execute('apputils:change-theme', { theme: t }), theme)
      await page.waitForFunction(isDark => (globalThis as any).document.body.getAttribute('data-jp-theme-light') === String(!isDark), dark, limit)
      const plots = await drawnPlots(page, limit), seen = await look(page), pale = (await contrasts(page, texts)).filter(c => c.isShown && c.contrast < 4.5)
      await picture(page, `lab-11-4-${dark ? 'oscuro' : 'claro'}`, false)
      assert.deepEqual({ pending: seen.pending, errors: seen.errors, empty: plots.empty, wide: seen.wide, pale: pale.slice(0, 5) }, { pending: 0, errors: [], empty: [], wide: [], pale: [] }, theme)
      assert.ok(plots.count >= 3 && plots.count === await page.locator('.microlote-plot').count(), `${plots.count} plots`)
      assert.ok(seen.checks.length === 5 && seen.checks.every(c => c.includes('superado') && !c.includes('✘')), JSON.stringify(seen.checks))
    }
  } catch (e) {
    throw new Error(`${e instanceof Error ? e.stack : String(e)}\n--- Jupyter said:\n${server.log().slice(-2000)}`)
  } finally { await browser.close(); await server.stop() }
})
