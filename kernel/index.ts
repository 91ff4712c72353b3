/** What notebooks use of the kernel: display, tables, plots, live cards, check cells. */
import { BatchExplanation, DataFrame, StreamingQuery, type SparkSession } from 'microlote'
import { frameBundle, tableBundle, type TableOptions } from './display/table.ts'
import { plotBundle } from './display/plot.ts'
import { figuraEstado, figuraLag, figuraLatencia, figuraTasas, percentil } from './display/progress-plots.ts'
import type { Figure } from './display/svg-chart.ts'
import { escapeHtml } from './display/escape.ts'
import { eventTimeFigure } from './display/inspect/event-time-figure.ts'
import { explanationBundle } from './display/inspect/explanation.ts'
import { LiveDisplay, type LiveOptions } from './display/live/live-display.ts'
import { startShown, type StreamOptions } from './display/live/stream-table.ts'
import { shownHtmlTable } from './display/table.ts'
import { currentChannel, type MimeBundle } from './output.ts'

export { toDanfo, type DanfoOptions } from './danfo/to-danfo.ts'
export { comprobar, Comprobacion, enBlanco, checkMime, type CheckItem, type CheckReport } from './check.ts'
export { clearOutput, input } from './interaction.ts'
export { Comm, openComm, registerComm } from './comms.ts'
export { figuraEstado, figuraLag, figuraLatencia, figuraTasas, percentil, type Figure, type MimeBundle }

const embed = (): boolean => process.env['MICROLOTE_EMBED_PLOTLY'] !== '0'

/** How `display` shows: rows and title of a table; for a stream the query it starts; for a card how often. */
export interface DisplayOptions extends TableOptions, StreamOptions, LiveOptions { readonly rows?: number; readonly title?: string }

/**
 * Shows a value. A batch DataFrame and rows (objects) as a table, a figure `{ data, layout }` as a plot, a MIME bundle as it is, anything else as text.
 * What query.explainBatch(n) gives as an account of the batch. A StreamingQuery as a card that lives while it runs. A streaming DataFrame: starts a query with a table of its newest rows and gives that query.
 * `await display(df, { rows: 10 })` · `const q = await display(stream, { queryName: "vivo" })` · `await display(q)`
 */
export async function display(value: any, options: DisplayOptions = {}): Promise<StreamingQuery | void> {
  if (value instanceof StreamingQuery) { showQuery(value, options); return }
  if (value instanceof BatchExplanation) { currentChannel().send({ kind: 'display', data: explanationBundle(value, sessionZone()) }); return }
  if (value instanceof DataFrame) {
    if (!value.isStreaming) { currentChannel().send({ kind: 'display', data: await frameBundle(value, options) }); return }
    const { query, table: rows } = await startShown(value, options)
    new LiveDisplay(query, rows, embed(), options)
    return query
  }
  if (value !== null && typeof value === 'object') {
    if (Array.isArray(value) && value.length > 0 && value.every(r => r !== null && typeof r === 'object' && !Array.isArray(r))) return table(value, options)
    if (Array.isArray(value.data) && 'layout' in value) return plot(value)
    if (Object.keys(value).some(k => /^[a-z]+\/[a-z0-9.+-]+$/i.test(k))) { currentChannel().send({ kind: 'display', data: value as MimeBundle }); return }
  }
  currentChannel().send({ kind: 'display', data: { 'text/plain': String(value) } })
}

// The session of the notebook, which its first hidden cell makes.
const notebookSession = (): SparkSession | undefined => ((globalThis as Record<symbol, unknown>)[Symbol.for('microlote.kernel.spark')] as { readonly spark?: SparkSession } | undefined)?.spark
const sessionZone = (): string => notebookSession()?.conf.get('spark.sql.session.timeZone') ?? 'UTC'

function showQuery(query: StreamingQuery, options: DisplayOptions): void {
  // The rows of a memory sink are there to be looked at; those of other sinks have gone.
  const rows = async () => {
    const spark = notebookSession()
    if (spark === undefined || query.name === null || !/memory/i.test(query.lastProgress?.sink.description ?? '')) return null
    const df = spark.table(query.name), shown = await df.showTable(options.rows ?? 20)
    return shownHtmlTable(shown, df.dtypes.map(([, t]) => t), shown.more ? (await df.count()) - shown.rows.length : 0)
  }
  new LiveDisplay(query, rows, embed(), options)
}

Object.defineProperty(BatchExplanation.prototype, Symbol.for('microlote.display'), { configurable: true, value(this: BatchExplanation) { return explanationBundle(this, sessionZone()) } })
// A query as the last value of a cell shows its card.
Object.defineProperty(StreamingQuery.prototype, Symbol.for('microlote.display'), { configurable: true, value(this: StreamingQuery) { showQuery(this, {}); return { 'text/plain': String(this) } } })

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
/** Event time against processing time, with the watermark, late rows in red and windows as boxes: of a query with the inspector on, or of some of its explained batches. */
export const graficoTiempoEvento = (de: StreamingQuery | readonly BatchExplanation[], titulo?: string): void => plot(eventTimeFigure(de instanceof StreamingQuery ? de.explainedBatches : de, sessionZone(), titulo))
