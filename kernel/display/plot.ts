/** A Plotly figure as a bundle that every view can show: live where scripts run, a still picture and a text where they do not. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { MimeBundle } from '../output.ts'
import { escapeHtml, scriptJson } from './escape.ts'
import { pageScript } from './page-script.ts'
import { pngOf } from './png.ts'
import { figureText, svgOf, type Figure } from './svg-chart.ts'

let libraryText: string | null = null
/** The source of plotly.js, 4.8 MB: put into a page once. */
export function plotlySource(): string {
  return libraryText ??= readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js'), 'utf8').replaceAll('</script', '<\\/script')
}

let embedded = false
/** The script element that brings the library into a notebook, packed (2 MB): once a process, nothing after that. */
export function libraryOnce(embed: boolean): string {
  if (!embed || embedded) return ''
  embedded = true
  return `<script>if(!window.Plotly)window.__microlotePlotly="${gzipSync(plotlySource(), { level: 9 }).toString('base64')}";if(window.__microlote1)window.__microlote1.retry();</script>`
}

let counter = 0
/** A name for an element of a page, unlike that of any run before: saved outputs keep theirs. */
export const elementId = (kind: string): string => `${kind}-${Date.now().toString(36)}-${process.pid}-${++counter}`

/** An SVG as an image element: sanitizers that take out SVG leave images alone. */
export const imageOf = (svg: string, alt: string): string => `<img alt="${escapeHtml(alt)}" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}">`

/** `embed`: this bundle carries the library for pages that have not got it (once a session, for Jupyter). */
export function plotBundle(figure: Figure, embed: boolean): MimeBundle {
  const id = elementId('grafico'), svg = svgOf(figure), text = figureText(figure), json = scriptJson(figure), png = pngOf(svg)
  return {
    'text/html': `${libraryOnce(embed)}<div data-microlote="${id}" class="microlote-plot">${imageOf(svg, text)}</div><script>${pageScript}window.__microlote1.draw(${scriptJson(id)},${json});</script>`,
    'application/vnd.plotly.v1+json': JSON.parse(json),
    'image/svg+xml': svg,
    ...(png === null ? {} : { 'image/png': png }),
    'text/plain': text,
  }
}
