/** nbconvert runs notebooks with this kernel, tells the truth about them, and its pages show their plots with no network. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { noBrowser, openPage, picture, startBrowser } from './browser.ts'
import { jupyterPrograms, type ProgramRun, type Programs } from './jupyter-programs.ts'
import { writeNotebook } from './notebooks.ts'

let jupyter: Programs
before(() => { jupyter = jupyterPrograms() })
after(() => jupyter.close())
const toHtml = (path: string, name: string): Promise<ProgramRun> => jupyter.run('jupyter-nbconvert', ['--to', 'html', '--execute', '--ExecutePreprocessor.timeout=200', '--ExecutePreprocessor.startup_timeout=200', path, '--output', name])

test('nbconvert --execute: a good notebook', async () => {
  const good = await toHtml(jupyter.sample('bien'), 'bien.html')
  assert.equal(good.code, 0, good.err)
  assert.match(readFileSync(join(jupyter.folder, 'bien.html'), 'utf8'), />42</)
})

test('nbconvert --execute: one that throws', async () => {
  const bad = await toHtml(jupyter.sample('lanza'), 'mal.html')
  assert.notEqual(bad.code, 0)
  assert.match(bad.err, /RangeError: malo de verdad/)
})

test('plots of an executed notebook are drawn in its page, with no network', { skip: noBrowser }, async () => {
  const path = writeNotebook(jupyter.folder, 'dibuja', ['plot({ data: [{ type: "bar", name: "ventas", x: ["norte", "sur"], y: [3, 5] }], layout: { title: { text: "Ventas" } } })', 'plot({ data: [{ type: "scatter", mode: "markers", name: "ritmo", x: [1, 2, 3], y: [2, 1, 3] }] })'])
  const done = await toHtml(path, 'dibuja.html'), browser = await startBrowser()
  try {
    assert.equal(done.code, 0, done.err)
    const { page, complaints } = await openPage(browser)
    await page.goto(pathToFileURL(join(jupyter.folder, 'dibuja.html')).href, { waitUntil: 'domcontentloaded' })
    await page.waitForSelector('.js-plotly-plot .bars .point')
    await page.waitForSelector('.js-plotly-plot .scatterlayer .point')
    assert.equal(await page.locator('.js-plotly-plot .bars .point').count(), 2)
    assert.equal(await page.locator('.js-plotly-plot .scatterlayer .point').count(), 3)
    await picture(page, 'nbconvert')
    // nbconvert's page asks for scripts of its own from the network, and misses them.
    assert.deepEqual(complaints.filter(c => !/net::ERR|Failed to load resource|cdnjs|require is not defined|MathJax/.test(c)), [])
  } finally { await browser.close() }
})
