/** A solved notebook of the workbook run from top to bottom in JupyterLab and looked at there: every check passes, plots have points, nothing overflows, texts are readable in both themes. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser, openPage, picture, startBrowser } from '../kernel/browser.ts'
import { noJupyter, startJupyter } from '../kernel/jupyter-server.ts'

const name = '11-4-watermarks.ipynb'
const notebook = join(import.meta.dirname, '..', '..', 'notebooks', 'solutions', name)
const limit = { timeout: 600_000 }

/** What a reader sees: the prompts of cells, outputs that complain, plots and their points, and what is wider than its place or hard to read. */
const look = (page: Page): Promise<{ pending: number; errors: string[]; checks: string[]; plots: number; empty: string[]; wide: string[]; pale: string[] }> => page.evaluate(() => {
  const g = globalThis as any, d = g.document, all = (s: string): any[] => [...d.querySelectorAll(s)]
  const prompts = all('.jp-CodeCell .jp-InputPrompt').map(e => e.textContent as string)
  const rgb = (c: string): number[] => (c.match(/[\d.]+/g) ?? []).map(Number)
  const light = (c: number[]): number => { const [r, gr, b] = c.slice(0, 3).map(v => { const x = v / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4 }) as [number, number, number]; return 0.2126 * r + 0.7152 * gr + 0.0722 * b }
  const behind = (e: any): number[] => { for (let b = e; b !== null; b = b.parentElement) { const c = rgb(g.getComputedStyle(b).backgroundColor); if (c.length === 3 || (c[3] ?? 0) > 0.5) return c } return [255, 255, 255] }
  const contrastOf = (e: any): number => { const [a, z] = [light(rgb(g.getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x) as [number, number]; return (a + 0.05) / (z + 0.05) }
  const plots = all('.js-plotly-plot').filter(p => p.data !== undefined && p.querySelector('.main-svg') !== null)
  const shown = all('.jp-OutputArea-output').filter(e => e.offsetParent !== null)
  return {
    pending: prompts.filter(p => !/\[\d+\]/.test(p)).length,
    errors: all('.jp-OutputArea-output[data-mime-type*="error"], .jp-OutputArea-output[data-mime-type*="stderr"]').map(e => (e.textContent as string).slice(0, 300)),
    checks: all('.jp-OutputArea-output').map(e => e.textContent as string).filter(t => /[✔✘]/.test(t)).map(t => t.slice(0, 300)),
    plots: plots.length, empty: plots.filter(p => !p.data.some((t: any) => (t.y ?? []).some((v: any) => v !== null))).map(p => String(p.layout?.title?.text)),
    wide: shown.filter(e => e.scrollWidth > e.clientWidth + 1 && g.getComputedStyle(e).overflowX === 'visible').map(e => (e.textContent as string).slice(0, 80)),
    pale: shown.flatMap(e => [...e.querySelectorAll('td, th, p, pre, summary')]).filter((e: any) => e.offsetParent !== null && e.textContent.trim() !== '' && contrastOf(e) < 4.5).map((e: any) => `${e.tagName} ${contrastOf(e).toFixed(1)} ${(e.outerHTML as string).slice(0, 120)}`),
  }
})

test('JupyterLab runs a solved notebook, in the light and the dark theme', { skip: noBrowser || noJupyter, timeout: 900_000 }, async () => {
  const server = await startJupyter('lab', notebook), browser = await startBrowser()
  try {
    const { page } = await openPage(browser)
    await page.goto(`${server.url}/lab/tree/${name}?reset`)
    await page.waitForSelector('.jp-NotebookPanel .jp-CodeCell .cm-content', limit)
    await page.waitForFunction(() => { const k = (globalThis as any).jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel; return k?.connectionStatus === 'connected' && k.status === 'idle' }, null, limit)
    await page.evaluate(() => { void (globalThis as any).jupyterapp.commands.execute('notebook:run-all-cells') })
    await page.waitForFunction(() => [...(globalThis as any).document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every((e: any) => /\[\d+\]/.test(e.textContent)), null, limit)
    const wanted = await page.evaluate(() => (globalThis as any).document.querySelectorAll('.microlote-plot').length as number)
    await page.waitForFunction(n => [...(globalThis as any).document.querySelectorAll('.js-plotly-plot')].filter((p: any) => p.querySelector('.main-svg') !== null).length >= n, wanted, limit)
    for (const theme of ['JupyterLab Light', 'JupyterLab Dark']) {
      const dark = theme.endsWith('Dark')
      await page.evaluate(t => (globalThis as any).jupyterapp.commands.execute('apputils:change-theme', { theme: t }), theme)
      await page.waitForFunction(isDark => (globalThis as any).document.body.getAttribute('data-jp-theme-light') === String(!isDark), dark, limit)
      const seen = await look(page)
      await picture(page, `lab-11-4-${dark ? 'oscuro' : 'claro'}`, false)
      assert.deepEqual({ pending: seen.pending, errors: seen.errors, empty: seen.empty, wide: seen.wide, pale: seen.pale.slice(0, 5) }, { pending: 0, errors: [], empty: [], wide: [], pale: [] }, theme)
      assert.ok(seen.plots >= 3 && seen.plots === wanted, `${seen.plots} of ${wanted} plots`)
      assert.ok(seen.checks.length === 5 && seen.checks.every(c => c.includes('superado') && !c.includes('✘')), JSON.stringify(seen.checks))
    }
  } catch (e) {
    throw new Error(`${e instanceof Error ? e.stack : String(e)}\n--- Jupyter said:\n${server.log().slice(-2000)}`)
  } finally { await browser.close(); await server.stop() }
})
