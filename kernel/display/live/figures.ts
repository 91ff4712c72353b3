/** The plots of a live card: each is made whole for a picture, or as the points that a batch adds to it. */
import type { StreamingQueryProgress } from 'microlote'
import { palette, type Figure, type Trace } from '../svg-chart.ts'

/** A plot by its name; `traces` says which lines it has, the rest comes from the batches. */
export interface LivePlot {
  readonly name: string
  readonly layout: Readonly<Record<string, unknown>>
  traces(p: StreamingQueryProgress): readonly (Trace & { readonly value: (p: StreamingQueryProgress) => number | string | null })[]
  readonly x: (p: StreamingQueryProgress) => number | string
}
type Line = ReturnType<LivePlot['traces']>[number]

const line = (name: string, colour: number, value: Line['value'], more: Trace = {}): Line => ({ type: 'scatter', mode: 'lines+markers', name, line: { color: palette[colour]!, width: 1.8 }, marker: { color: palette[colour]!, size: 5 }, connectgaps: true, ...more, value })
const batch = (p: StreamingQueryProgress): number => p.batchId
const axis = (title: string, more: object = {}): object => ({ title: { text: title }, ...more })
const layout = (title: string, x: object, y: object, more: object = {}): Record<string, unknown> => ({ title: { text: title }, xaxis: x, yaxis: y, ...more })
const phases = ['latestOffset', 'walCommit', 'queryPlanning', 'addBatch', 'commitOffsets']

export const plots: readonly LivePlot[] = [
  {
    name: 'latencia', x: batch, layout: layout('Latencia por micro-lote y fase', axis('micro-lote'), axis('milisegundos', { rangemode: 'tozero' }), { barmode: 'stack' }),
    traces: () => [...phases.map((phase, k): Line => ({ type: 'bar', name: phase, marker: { color: palette[k + 1]! }, value: p => p.durationMs[phase] ?? 0 })), line('total', 0, p => p.durationMs['triggerExecution'] ?? null)],
  },
  {
    name: 'ritmo', x: batch, layout: layout('Filas por segundo', axis('micro-lote'), axis('filas/s', { rangemode: 'tozero' })),
    traces: () => [line('entrada', 0, p => (p.numInputRows === 0 ? null : p.inputRowsPerSecond)), line('procesamiento', 1, p => (p.numInputRows === 0 ? null : p.processedRowsPerSecond))],
  },
  {
    name: 'estado', x: batch, layout: layout('Filas de estado', axis('micro-lote'), axis('filas', { rangemode: 'tozero' })),
    traces: p => p.stateOperators.flatMap((o, k) => [line(`${o.operatorName}: total`, k * 2, q => q.stateOperators[k]?.numRowsTotal ?? null), line(`${o.operatorName}: actualizadas`, k * 2 + 1, q => q.stateOperators[k]?.numRowsUpdated ?? null)]),
  },
  {
    name: 'tiempo', x: p => p.timestamp, layout: layout('Tiempo de evento y watermark', axis('tiempo de proceso', { type: 'date' }), axis('tiempo de evento', { type: 'date' })),
    traces: p => (p.eventTime === undefined ? [] : [line('máximo', 0, q => q.eventTime?.['max'] ?? null), line('mínimo', 2, q => q.eventTime?.['min'] ?? null), line('watermark', 3, q => watermarkOf(q), { mode: 'lines', line: { color: palette[3]!, dash: 'dash', width: 2 } })]),
  },
]

/** The watermark of a batch as ISO text; null before there is one. */
export function watermarkOf(p: StreamingQueryProgress): string | null {
  const w = p.eventTime?.['watermark']
  return w === undefined || w.startsWith('1970-01-01T00:00:00') ? null : w
}

// The operators of a query are the same in every batch, event times are not in all: the batch that has most lines says which there are.
const linesOf = (plot: LivePlot, batches: readonly StreamingQueryProgress[]): readonly Line[] => { let most: readonly Line[] = []; for (let i = batches.length - 1; i >= 0 && i >= batches.length - 50; i--) { const t = plot.traces(batches[i]!); if (t.length > most.length) most = t } return most }

/** How many lines each plot has: a card is made anew when that changes. */
export const lineCounts = (batches: readonly StreamingQueryProgress[]): string => plots.map(p => linesOf(p, batches).length).join()

/** A plot of these batches; null when the query has nothing of it. */
export function figureOf(plot: LivePlot, batches: readonly StreamingQueryProgress[]): Figure | null {
  const lines = linesOf(plot, batches)
  if (lines.length === 0) return null
  return { data: lines.map(({ value, ...trace }) => ({ ...trace, x: batches.map(plot.x), y: batches.map(value) })), layout: plot.layout }
}

/** What new batches add to a plot of `known` batches, in the form of Plotly.extendTraces. */
export function addition(plot: LivePlot, known: readonly StreamingQueryProgress[], fresh: readonly StreamingQueryProgress[]): { x: unknown[][]; y: unknown[][] } | null {
  const lines = linesOf(plot, known)
  return lines.length === 0 ? null : { x: lines.map(() => fresh.map(plot.x)), y: lines.map(l => fresh.map(l.value)) }
}
