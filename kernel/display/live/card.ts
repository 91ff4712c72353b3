/** The card of a query as HTML and text: what it says without scripts, and what a script in the page puts in its places. */
import type { StreamingQueryProgress } from 'microlote'
import { escapeHtml, scriptJson } from '../escape.ts'
import { pageScript } from '../page-script.ts'
import { imageOf } from '../plot.ts'
import { svgOf, figureText, type Figure } from '../svg-chart.ts'
import { tableHtml, tableText, type HtmlTable } from '../table-html.ts'
import { figureOf, plots, watermarkOf } from './figures.ts'
import { keptBatches, lagOf, type History } from './history.ts'

/** What the query is doing, as the card says it. */
export interface CardState { readonly label: string; readonly detail: string; readonly colour: string; readonly active: boolean }

export interface CardContent { readonly title: string; readonly state: CardState; readonly history: History; readonly table: HtmlTable | null }

const number = (n: number): string => n.toLocaleString('es-ES', { maximumFractionDigits: 1 })
const bytes = (n: number): string => (n >= 1048576 ? `${number(n / 1048576)} MB` : n >= 1024 ? `${number(n / 1024)} kB` : `${n} B`)
const sum = (p: StreamingQueryProgress | null, of: (o: StreamingQueryProgress['stateOperators'][number]) => number): number => (p?.stateOperators ?? []).reduce((n, o) => n + of(o), 0)

const tileNames = { lote: 'micro-lote', filas: 'filas leídas', entrada: 'entrada filas/s', proceso: 'proceso filas/s', latencia: 'latencia P50 / P99', lag: 'lag', watermark: 'watermark', estado: 'estado' } as const

/** The values of the card's head, by name. */
export function values(c: CardContent): Record<string, string> {
  const last = c.history.batches.at(-1) ?? null, total = c.history.latencies()[0], idle = c.history.newest !== last
  const newest = c.history.newest
  const lag = newest === null ? null : lagOf(newest)
  return {
    estadoTexto: c.state.label, detalle: c.state.detail,
    lote: last === null ? '–' : String(last.batchId), filas: number(c.history.rows), entrada: last === null ? '–' : number(idle ? 0 : last.inputRowsPerSecond), proceso: last === null ? '–' : number(idle ? 0 : last.processedRowsPerSecond),
    latencia: total === undefined ? '–' : `${total.p50} / ${total.p99} ms`, lag: lag === null ? '–' : number(lag), watermark: last === null ? '–' : (watermarkOf(last) ?? '–').replace('T', ' ').replace(/\.000Z$/, 'Z'),
    estado: newest === null || newest.stateOperators.length === 0 ? '–' : `${number(sum(newest, o => o.numRowsTotal))} filas, ${bytes(sum(newest, o => o.memoryUsedBytes))}`,
  }
}

function phaseTable(h: History): HtmlTable {
  const ms = (n: number): string => number(n)
  return { columns: [{ name: 'fase', right: false }, { name: 'P50 ms', right: true }, { name: 'P99 ms', right: true }, { name: 'último ms', right: true }], rows: h.latencies().map(l => [l.phase === 'triggerExecution' ? 'total (triggerExecution)' : l.phase, ms(l.p50), ms(l.p99), ms(l.last)]) }
}

function stateTable(h: History): HtmlTable | null {
  const p = h.newest
  if (p === null || p.stateOperators.length === 0) return null
  const names = ['operador', 'filas', 'actualizadas', 'eliminadas', 'descartadas por tardías', 'memoria']
  return { columns: names.map((name, k) => ({ name, right: k > 0 })), rows: p.stateOperators.map(o => [o.operatorName, number(o.numRowsTotal), number(o.numRowsUpdated), number(o.numRowsRemoved), number(o.numRowsDroppedByWatermark), bytes(o.memoryUsedBytes)]) }
}

/** The tables of the card by the name of their place. */
export function tables(c: CardContent): Record<string, string> {
  const state = stateTable(c.history)
  return { ...(c.table === null ? {} : { tabla: tableHtml(c.table) }), latencia: tableHtml(phaseTable(c.history)), estado: state === null ? '<p>La consulta no guarda estado.</p>' : tableHtml(state) }
}

/** The plots of the card by name; those without data are not there. */
export function figures(h: History): Record<string, Figure> {
  return Object.fromEntries(plots.flatMap(p => { const f = figureOf(p, h.batches); return f === null ? [] : [[p.name, f]] }))
}

/** `live`: a script that goes on with the card in the page; without, a card that only stands there (it still draws and has tabs). */
export function cardHtml(id: string, c: CardContent, library: string): string {
  const v = values(c), t = tables(c), f = figures(c.history)
  const value = (name: string): string => `<span data-value="${name}">${escapeHtml(v[name]!)}</span>`
  const tiles = Object.entries(tileNames).map(([k, name]) => `<td style="padding:2px 14px 6px 0;text-align:left;vertical-align:top"><small style="opacity:0.65;white-space:nowrap">${name}</small><br><b style="font-weight:600">${value(k)}</b></td>`)
  const plotHtml = (name: string, otherwise: string): string => (f[name] === undefined ? `<div data-plot="${name}"><p style="opacity:0.7">${otherwise}</p></div>` : `<div data-plot="${name}" style="min-height:200px">${imageOf(svgOf(f[name]!), figureText(f[name]!))}</div>`)
  const section = (name: string, inside: string): string => `<div data-tab="${name}" style="margin:8px 0"><p data-title="1" style="font-weight:600;margin:8px 0 2px 0">${name}</p>${inside}</div>`
  const sections = [
    ...(c.table === null ? [] : [section('tabla', `<div data-html="tabla">${t['tabla']}</div>`)]),
    section('latencia', `${plotHtml('latencia', 'Todavía no ha terminado ningún micro-lote.')}<div data-html="latencia">${t['latencia']}</div>`),
    section('ritmo', plotHtml('ritmo', 'Todavía no ha terminado ningún micro-lote.')),
    section('estado', `${plotHtml('estado', '')}<div data-html="estado">${t['estado']}</div>`),
    section('tiempo de evento', plotHtml('tiempo', 'La consulta no tiene watermark: llama a withWatermark("columna", "10 minutes").')),
  ]
  return `${library}<div data-microlote="${id}" data-microlote-card="1" style="border:1px solid rgba(128,128,128,0.35);border-radius:6px;padding:10px 14px;max-width:100%">`
    + `<p style="margin:0 0 6px 0"><b style="font-weight:600">${escapeHtml(c.title)}</b> &nbsp;<span data-dot="1" style="color:${c.state.colour}">●</span> ${value('estadoTexto')} <small style="opacity:0.7">${value('detalle')}</small><span data-actions="1"></span></p>`
    + `<div style="overflow-x:auto"><table style="border-collapse:collapse;margin:0"><tbody><tr style="background:none">${tiles.slice(0, 4).join('')}</tr><tr style="background:none">${tiles.slice(4).join('')}</tr></tbody></table></div><div data-tabs="1" role="tablist" style="border-bottom:1px solid rgba(128,128,128,0.35)"></div>${sections.join('')}</div>`
    + `<script>${pageScript}window.__microlote1.card(${scriptJson(id)},${scriptJson({ figures: f, max: keptBatches, active: c.state.active })});</script>`
}

/** The card in words. */
export function cardText(c: CardContent): string {
  const v = values(c)
  return [`${c.title}: ${v['estadoTexto']}${v['detalle'] === '' ? '' : ` (${v['detalle']})`}`, ...Object.entries(tileNames).map(([k, name]) => `  ${name}: ${v[k]}`), ...(c.history.batchCount === 0 ? [] : ['', tableText(phaseTable(c.history))]), ...(c.table === null ? [] : ['', tableText(c.table)])].join('\n')
}
