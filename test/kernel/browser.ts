/** A real Chromium for tests: pages that keep what their console complains of. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const path = [process.env['MICROLOTE_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(p => p !== undefined && existsSync(p))

/** Why there is no browser here; false when there is one. With MICROLOTE_REQUIRE_CHROMIUM=1 its lack is an error. */
export const noBrowser: string | false = path === undefined ? 'no Chromium on this machine (MICROLOTE_CHROMIUM=path names one)' : false
if (noBrowser && process.env['MICROLOTE_REQUIRE_CHROMIUM'] === '1') throw new Error(noBrowser)

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: path!, headless: true, chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  })
}

export interface Watched { readonly page: Page; readonly complaints: string[] }

/** A page with no way out of the machine. `complaints`: errors of its console and of its scripts. */
export async function openPage(browser: Browser, dark = false): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, colorScheme: dark ? 'dark' : 'light' })
  await context.route('**/*', route => { const host = new URL(route.request().url()).hostname; return host === '' || host === '127.0.0.1' || host === 'localhost' ? route.continue() : route.abort() })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', m => { if (m.type() === 'error') complaints.push(`${m.text()} (${m.location().url})`) })
  page.on('pageerror', e => complaints.push(e.stack ?? `${e.name}: ${e.message}`))
  page.setDefaultTimeout(60_000)
  return { page, complaints }
}

/** Where pictures go that a person may want to look at. */
export const pictures = process.env['MICROLOTE_PICTURES']
export async function picture(page: Page, name: string, fullPage = true): Promise<void> { if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage }) }

/** An element's text against what lies behind it, as WCAG counts contrast; `isShown`: it takes up room and has text. */
export interface Contrast { readonly html: string; readonly isShown: boolean; readonly contrast: number }

/** The contrast of every such element. */
export async function contrasts(page: Page, selector: string): Promise<Contrast[]> {
  return page.evaluate(s => {
    const g = globalThis as any, rgb = (c: string): number[] => (c.match(/[\d.]+/g) ?? []).map(Number)
    const light = (c: number[]): number => { const [r, gr, bl] = c.slice(0, 3).map(v => { const x = v / 255; return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4 }) as [number, number, number]; return 0.2126 * r + 0.7152 * gr + 0.0722 * bl }
    const behind = (e: any): number[] => { for (let b = e; b !== null; b = b.parentElement) { const c = rgb(g.getComputedStyle(b).backgroundColor); if (c.length === 3 || (c[3] ?? 0) > 0.5) return c } return [255, 255, 255] }
    return [...g.document.querySelectorAll(s)].map((e: any) => {
      const [a, z] = [light(rgb(g.getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x) as [number, number]
      return { html: (e.outerHTML as string).slice(0, 120), isShown: e.offsetParent !== null && e.textContent.trim() !== '', contrast: (a + 0.05) / (z + 0.05) }
    })
  }, selector)
}

/** The contrast of the first such element; 21 when there is none. */
export async function contrast(page: Page, selector: string): Promise<number> { return (await contrasts(page, selector))[0]?.contrast ?? 21 }

/** The plots of a page once all are drawn: how many there are, and the titles of those without a point. */
export async function drawnPlots(page: Page, options: { readonly timeout?: number } = {}): Promise<{ readonly count: number; readonly empty: string[] }> {
  const wanted = await page.evaluate(() => (globalThis as any).document.querySelectorAll('.microlote-plot').length as number)
  await page.waitForFunction(n => [...(globalThis as any).document.querySelectorAll('.js-plotly-plot')].filter((p: any) => p.data !== undefined && p.querySelector('.main-svg') !== null).length >= n, wanted, options)
  return page.evaluate(() => {
    const plots = [...(globalThis as any).document.querySelectorAll('.js-plotly-plot')] as any[]
    return { count: plots.length, empty: plots.filter(p => !p.data.some((t: any) => (t.y ?? []).some((v: any) => v !== null))).map(p => String(p.layout?.title?.text)) }
  })
}
