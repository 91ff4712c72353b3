/** A Plotly figure as a bundle that every view can show: live where scripts run, a still picture and a text where they do not. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { MimeBundle } from '../output.ts'
import { scriptJson } from './escape.ts'
import { svgOf, type Figure } from './svg-chart.ts'

let libraryText: string | null = null
/** The source of plotly.js, 4.8 MB: put into a page once. */
export function plotlySource(): string {
  return libraryText ??= readFileSync(createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js'), 'utf8').replaceAll('</script', '<\\/script')
}

let counter = 0
let embedded = false

/** `embed`: this bundle carries the library for pages that have not got it (once a session, for Jupyter). */
export function plotBundle(figure: Figure, embed: boolean): MimeBundle {
  const layout = { height: 380, margin: { l: 64, r: 24, t: 48, b: 56 }, template: undefined, ...figure.layout }
  const shown = { data: figure.data, layout }
  const id = `grafico-${process.pid}-${++counter}`
  const svg = svgOf(figure)
  const carry = embed && !embedded
  if (carry) embedded = true
  const library = carry ? `<script>${plotlySource()}</script>` : ''
  const draw = `(function(){var e=document.getElementById(${scriptJson(id)});if(!e||!window.Plotly)return;e.innerHTML='';var d=document.documentElement,dark=(document.body&&document.body.dataset.jpThemeLight==='false')||(d.dataset.theme==='dark')||(!document.body.dataset.jpThemeLight&&window.matchMedia&&matchMedia('(prefers-color-scheme: dark)').matches);var f=${scriptJson(shown)};f.layout.paper_bgcolor='rgba(0,0,0,0)';f.layout.plot_bgcolor='rgba(0,0,0,0)';f.layout.font=Object.assign({color:dark?'#ddd':'#222'},f.layout.font);window.Plotly.newPlot(e,f.data,f.layout,{responsive:true,displaylogo:false});})();`
  return {
    'text/html': `${library}<div id="${id}" class="microlote-plot">${svg}</div><script>${draw}</script>`,
    'application/vnd.plotly.v1+json': JSON.parse(scriptJson(shown)),
    'image/svg+xml': svg,
    'text/plain': describe(figure),
  }
}

function describe(f: Figure): string {
  const title = String(f.layout?.['title']?.text ?? f.layout?.['title'] ?? 'Gráfico')
  return [`[${title}]`, ...f.data.map((t, i) => {
    const y = ((t.type === 'histogram' ? t.x : t.y) ?? []).map(Number).filter(Number.isFinite)
    return `  ${t.name ?? `serie ${i + 1}`}: ${y.length} puntos${y.length === 0 ? '' : `, de ${+Math.min(...y).toPrecision(4)} a ${+Math.max(...y).toPrecision(4)}`}`
  })].join('\n')
}

