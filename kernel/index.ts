/** What notebooks use of the kernel: display, tables, plots, check cells. */
import { frameBundle, tableBundle, type TableOptions } from './display/table.ts'
import { plotBundle } from './display/plot.ts'
import { figuraEstado, figuraLag, figuraLatencia, figuraTasas, percentil } from './display/progress-plots.ts'
import type { Figure } from './display/svg-chart.ts'
import { escapeHtml } from './display/escape.ts'
import { currentChannel, type MimeBundle } from './output.ts'

export { comprobar, Comprobacion, enBlanco, checkMime, type CheckItem, type CheckReport } from './check.ts'
export { figuraEstado, figuraLag, figuraLatencia, figuraTasas, percentil, type Figure, type MimeBundle }

const embed = (): boolean => process.env['MICROLOTE_EMBED_PLOTLY'] !== '0'

/** Shows a value: a MIME bundle as it is, a figure as a plot, rows as a table, a batch DataFrame as a table, anything else as text. */
export async function display(value: any): Promise<void> {
  if (value !== null && typeof value === 'object') {
    if (Array.isArray(value) && value.length > 0 && value.every(r => r !== null && typeof r === 'object' && !Array.isArray(r))) return table(value)
    if (Array.isArray(value.data) && 'layout' in value) return plot(value)
    if (typeof value.take === 'function' && typeof value.schema === 'object' && value.isStreaming === false) { currentChannel().send({ kind: 'display', data: await frameBundle(value) }); return }
    if (Object.keys(value).some(k => /^[a-z]+\/[a-z0-9.+-]+$/i.test(k))) { currentChannel().send({ kind: 'display', data: value as MimeBundle }); return }
  }
  currentChannel().send({ kind: 'display', data: { 'text/plain': String(value) } })
}

/** Rows, objects by column name, as a table. */
export function table(rows: readonly Record<string, unknown>[], options: TableOptions = {}): void { currentChannel().send({ kind: 'display', data: tableBundle(rows, options) }) }
/** A Plotly figure `{ data, layout }`. */
export function plot(figure: Figure): void { currentChannel().send({ kind: 'display', data: plotBundle(figure, embed()) }) }
/** HTML as it is: only for text of your own. */
export function html(text: string): void { currentChannel().send({ kind: 'display', data: { 'text/html': text, 'text/plain': text.replace(/<[^>]*>/g, '') } }) }
/** Markdown. */
export function markdown(text: string): void { currentChannel().send({ kind: 'display', data: { 'text/markdown': text, 'text/plain': text, 'text/html': `<p>${escapeHtml(text)}</p>` } }) }

/** An output that can be put in another's place: `const d = newDisplay(); d.update({ "text/plain": "2" })`. */
export function newDisplay(data: MimeBundle = { 'text/plain': '' }): { update(data: MimeBundle): void } {
  const displayId = globalThis.crypto.randomUUID(), channel = currentChannel()
  channel.send({ kind: 'display', data, displayId })
  return { update: next => channel.send({ kind: 'display', data: next, displayId, update: true }) }
}

// Short names for the four pictures of a query's progress.
/** Latency by batch. */
export const graficoLatencia = (progress: Parameters<typeof figuraLatencia>[0], titulo?: string): void => plot(figuraLatencia(progress, titulo))
/** Rows a second, in and through. */
export const graficoTasas = (progress: Parameters<typeof figuraTasas>[0], titulo?: string): void => plot(figuraTasas(progress, titulo))
/** Unread messages by Kafka partition. */
export const graficoLag = (progress: Parameters<typeof figuraLag>[0], titulo?: string): void => plot(figuraLag(progress, titulo))
/** Rows of state. */
export const graficoEstado = (progress: Parameters<typeof figuraEstado>[0], titulo?: string): void => plot(figuraEstado(progress, titulo))
