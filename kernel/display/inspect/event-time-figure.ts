/** The event-time picture: when rows were processed against when they happened, the watermark as it rises, late rows in red, windows as boxes that last until they close. */
import type { BatchExplanation } from 'microlote'
import { palette, type Figure } from '../svg-chart.ts'

const late = '#e15759', drawnWindows = 40
// Ticks say the hour; the day only where ticks are days apart: a date under the first tick would lie over it.
const clock = [{ dtickrange: [null, 1000], value: '%H:%M:%S.%L' }, { dtickrange: [1000, 60_000], value: '%H:%M:%S' }, { dtickrange: [60_000, 86_400_000 - 1], value: '%H:%M' }, { dtickrange: [86_400_000, null], value: '%d/%m/%Y' }]

/** A moment as text in a time zone: `2026-01-01 10:05:00`, with milliseconds where there are any. */
export function momentText(ms: number, zone: string): string {
  let text: string
  try { text = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(ms) } catch { text = new Date(ms).toISOString().slice(0, 19).replace('T', ' ') }
  const rest = ((ms % 1000) + 1000) % 1000
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, '0')}`
}

/** The picture of the batches that the inspector kept. Times are shown in a zone. */
export function eventTimeFigure(batches: readonly BatchExplanation[], zone = 'UTC', title = 'Tiempo de evento y tiempo de proceso'): Figure {
  const text = (ms: number): string => momentText(ms, zone)
  const inTime: [number, number][] = [], tooLate: [number, number][] = []
  for (const b of batches) {
    const spans = b.operators.flatMap(o => o.late.flatMap(l => l.spansMs))
    const isLate = (t: number): boolean => spans.some(([from, to]) => t >= from && (t < to || (from === to && t === to)))
    for (const w of b.watermarks) for (const t of w.sampleMs) (isLate(t) ? tooLate : inTime).push([b.timestampMs, t])
  }
  const points = (name: string, colour: string, list: readonly [number, number][]): Figure['data'][number] => ({ type: 'scatter', mode: 'markers', name, marker: { color: colour, size: 7 }, x: list.map(p => text(p[0])), y: list.map(p => text(p[1])) })
  const marked = batches.filter(b => b.watermarkMs > 0)
  return {
    data: [
      points('a tiempo', palette[0]!, inTime), ...(tooLate.length === 0 ? [] : [points('tardías', late, tooLate)]),
      { type: 'scatter', mode: 'lines', name: 'watermark', line: { color: palette[1]!, dash: 'dash', width: 2, shape: 'hv' }, x: marked.map(b => text(b.timestampMs)), y: marked.map(b => text(b.watermarkMs)) },
    ],
    layout: { title: { text: title }, xaxis: { type: 'date', tickformatstops: clock, nticks: 6, title: { text: 'tiempo de proceso' } }, yaxis: { type: 'date', tickformatstops: clock, title: { text: 'tiempo de evento' } }, shapes: boxes(batches).map(w => ({ type: 'rect', layer: 'below', x0: text(w.from), x1: text(w.to), y0: text(w.startMs), y1: text(w.endMs), fillcolor: palette[2]!, opacity: 0.14, line: { color: palette[2]!, width: 1, ...(w.closed ? {} : { dash: 'dot' }) } })) },
  }
}

interface Box { readonly startMs: number; readonly endMs: number; readonly from: number; to: number; closed: boolean }

// A window is drawn from the batch that opened it to the one that closed it, or to the newest.
function boxes(batches: readonly BatchExplanation[]): Box[] {
  const found = new Map<string, Box>()
  for (const b of batches) {
    const open = new Set<string>()
    for (const w of b.operators.flatMap(o => o.open)) {
      if (w.startMs === null) continue
      const key = `${w.startMs}/${w.endMs}`, known = found.get(key)
      open.add(key)
      if (known === undefined) found.set(key, { startMs: w.startMs, endMs: w.endMs, from: b.timestampMs, to: b.timestampMs, closed: false }); else { known.to = b.timestampMs; known.closed = false }
    }
    for (const [key, box] of found) if (!open.has(key) && !box.closed) { box.to = b.timestampMs; box.closed = true }
  }
  return [...found.values()].slice(-drawnWindows)
}
