/**
 * Looks at the pages that `npm start` left under build/, in a real Chromium on light and dark: the index leads to every report, nothing failed, every plot has points,
 * nothing is wider than its page, texts are readable. `npm run report:check`; with MICROLOTE_PICTURES=folder the pages are kept as pictures.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { contrast, drawnPlots, noBrowser, openPage, picture, startBrowser } from '../kernel/browser.ts'

const build = join(import.meta.dirname, '..', '..', 'build')

/** What is wrong with a page, in words; empty when nothing is. */
async function faults(browser: Browser, name: string, dark: boolean): Promise<{ readonly wrong: string[]; readonly plots: number }> {
  const { page, complaints } = await openPage(browser, dark), wrong: string[] = []
  try {
    await page.goto(pathToFileURL(join(build, `${name}.html`)).href)
    const plots = await drawnPlots(page), seen = await page.evaluate(() => {
      const d = (globalThis as any).document, root = d.documentElement
      const main = d.querySelector('main').getBoundingClientRect()
      return {
        sideways: root.scrollWidth - root.clientWidth, failed: d.querySelector('.resumen p.mal, main > p.mal') !== null,
        wide: [...d.querySelectorAll('main > *')].filter((e: any) => e.getBoundingClientRect().right > main.right + 1).map((e: any) => (e.outerHTML as string).slice(0, 80)),
      }
    })
    if (seen.sideways > 0) wrong.push(`it scrolls sideways by ${seen.sideways} px`)
    for (const t of plots.empty) wrong.push(`the plot "${t}" has no points`)
    for (const e of seen.wide) wrong.push(`wider than the page: ${e}`)
    if (seen.failed) wrong.push('it says that something failed')
    for (const s of ['main', 'main p', 'pre code', 'th', 'summary', '.bien', 'a']) { const c = await contrast(page, s); if (c < 4.5) wrong.push(`the contrast of ${s} is ${c.toFixed(1)}`) }
    wrong.push(...complaints)
    await picture(page, `${name}-${dark ? 'oscuro' : 'claro'}`)
    return { wrong, plots: plots.count }
  } finally { await page.context().close() }
}

async function main(): Promise<boolean> {
  if (noBrowser) { console.log(`reports not looked at: ${noBrowser}`); return true }
  if (!existsSync(join(build, 'index.html'))) throw new Error('there is no build/index.html: run npm start first')
  const reports = readdirSync(build).filter(f => f.endsWith('.html') && f !== 'index.html').map(f => f.slice(0, -5)).sort()
  const browser = await startBrowser()
  let ok = reports.length > 0
  try {
    const { page } = await openPage(browser)
    await page.goto(pathToFileURL(join(build, 'index.html')).href)
    const links = await page.evaluate(() => [...(globalThis as any).document.querySelectorAll('td a')].map((a: any) => decodeURI(a.getAttribute('href')).replace('.html', '')) as string[])
    await page.context().close()
    if (JSON.stringify([...links].sort()) !== JSON.stringify(reports)) { ok = false; console.log(`✘ index.html leads to ${links.join(', ')}, and there are ${reports.join(', ')}`) }
    for (const name of ['index', ...reports]) for (const dark of [false, true]) {
      const { wrong, plots } = await faults(browser, name, dark)
      if (wrong.length > 0) ok = false
      console.log(`${wrong.length === 0 ? '✔' : '✘'} ${name}.html on ${dark ? 'dark' : 'light'}: ${plots} plots${wrong.map(w => `\n    ${w}`).join('')}`)
    }
  } finally { await browser.close() }
  return ok
}

main().then(ok => { process.exitCode = ok ? 0 : 1 }, (e: unknown) => { console.error(e instanceof Error ? e.message : String(e)); process.exitCode = 1 })
