/** A still picture of a Plotly figure of lines, points or bars, for views that run no scripts. */
import { escapeHtml } from './escape.ts'

export interface Trace {
  readonly type?: string; readonly mode?: string; readonly name?: string
  readonly x?: readonly (number | string | Date)[]; readonly y?: readonly (number | null)[]
  readonly [key: string]: unknown
}
export interface Figure { readonly data: readonly Trace[]; readonly layout?: Readonly<Record<string, any>> }

const colours = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#17becf']
const width = 720, height = 360, left = 64, right = 16, top = 40, bottom = 56

/** Traces it cannot draw are left out. */
export function svgOf(figure: Figure): string {
  const traces = figure.data.filter(t => (t.type ?? 'scatter') === 'scatter' || t.type === 'bar' || t.type === 'histogram' || t.type === 'box').map(prepared).filter(t => t.y.length > 0)
  const categories = traces.some(t => t.x.some(v => typeof v === 'string')) ? [...new Set(traces.flatMap(t => t.x.map(String)))] : null
  const xs = traces.flatMap(t => t.x.map(v => xNumber(v, categories))), ys = traces.flatMap(t => t.y.filter((v): v is number => v !== null && Number.isFinite(v)))
  if (xs.length === 0 || ys.length === 0) return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><text x="20" y="40" font-size="14">Sin datos</text></svg>`
  const logarithmic = figure.layout?.['yaxis']?.type === 'log'
  const toY = (v: number): number => (logarithmic ? Math.log10(Math.max(v, 1e-9)) : v)
  const x0 = Math.min(...xs) - (categories ? 0.5 : 0), x1 = Math.max(...xs) + (categories ? 0.5 : 0)
  const y0 = logarithmic ? Math.min(...ys.filter(v => v > 0).map(toY)) : Math.min(0, ...ys), y1 = Math.max(...ys.map(toY))
  const px = (v: number): number => left + ((v - x0) / (x1 - x0 || 1)) * (width - left - right), py = (v: number): number => height - bottom - ((toY(v) - y0) / (y1 - y0 || 1)) * (height - top - bottom)
  const marks = traces.map((t, k) => draw(t, k, traces.filter(o => o.bar).length, v => px(xNumber(v, categories)), py, categories !== null ? (width - left - right) / categories.length : Math.max(3, (width - left - right) / t.x.length))).join('')
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(f => { const raw = y0 + f * (y1 - y0), v = logarithmic ? 10 ** raw : raw, y = height - bottom - f * (height - top - bottom); return `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="currentColor" opacity="0.15"/><text x="${left - 6}" y="${y + 4}" text-anchor="end" font-size="11" fill="currentColor">${short(v)}</text>` }).join('')
  const labels = categories !== null ? categories.map((c, i) => `<text x="${px(i)}" y="${height - bottom + 16}" text-anchor="middle" font-size="11" fill="currentColor">${escapeHtml(c.slice(0, 18))}</text>`).join('') : [0, 0.5, 1].map(f => `<text x="${px(x0 + f * (x1 - x0))}" y="${height - bottom + 16}" text-anchor="middle" font-size="11" fill="currentColor">${short(x0 + f * (x1 - x0))}</text>`).join('')
  const legend = traces.length < 2 ? '' : traces.map((t, k) => `<text x="${left + 8 + (k % 4) * 160}" y="${height - 8 - Math.floor(k / 4) * 14}" font-size="11" fill="${colours[k % colours.length]}">■ ${escapeHtml((t.name ?? `serie ${k + 1}`).slice(0, 24))}</text>`).join('')
  const title = String(figure.layout?.['title']?.text ?? figure.layout?.['title'] ?? '')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" style="max-width:100%;height:auto;color:#888"><text x="${left}" y="22" font-size="15" fill="currentColor">${escapeHtml(title)}</text>${ticks}${labels}${marks}<text x="${width / 2}" y="${height - bottom + 34}" text-anchor="middle" font-size="12" fill="currentColor">${escapeHtml(axisTitle(figure, 'xaxis'))}</text><text transform="translate(14 ${height / 2}) rotate(-90)" text-anchor="middle" font-size="12" fill="currentColor">${escapeHtml(axisTitle(figure, 'yaxis'))}</text>${legend}</svg>`
}

const axisTitle = (f: Figure, axis: string): string => String(f.layout?.[axis]?.title?.text ?? f.layout?.[axis]?.title ?? '')
const short = (v: number): string => (Math.abs(v) >= 1e6 ? `${+(v / 1e6).toPrecision(3)}M` : Math.abs(v) >= 1e4 ? `${+(v / 1e3).toPrecision(3)}k` : String(+v.toPrecision(4)))
const xNumber = (v: unknown, categories: readonly string[] | null): number => (categories !== null ? categories.indexOf(String(v)) : v instanceof Date ? v.getTime() : Number(v))

interface Prepared { readonly name?: string; readonly x: readonly (number | string | Date)[]; readonly y: readonly (number | null)[]; readonly bar: boolean; readonly lines: boolean }

function prepared(t: Trace): Prepared {
  const named = t.name === undefined ? {} : { name: t.name }
  if (t.type === 'histogram') {
    const values = (t.x ?? []).map(Number).filter(Number.isFinite)
    const low = Math.min(...values), high = Math.max(...values), n = 30, counts = new Array<number>(n).fill(0)
    for (const v of values) counts[Math.min(n - 1, Math.floor(((v - low) / (high - low || 1)) * n))]!++
    return { ...named, x: counts.map((_, i) => low + ((i + 0.5) / n) * (high - low)), y: values.length === 0 ? [] : counts, bar: true, lines: false }
  }
  if (t.type === 'box') {
    const sorted = [...(t.y ?? [])].filter((v): v is number => v !== null).sort((a, b) => a - b)
    const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!
    return { ...named, x: sorted.length === 0 ? [] : Array(5).fill(t.name ?? ''), y: sorted.length === 0 ? [] : [at(0.01), at(0.25), at(0.5), at(0.75), at(0.99)], bar: false, lines: false }
  }
  const y = t.y ?? []
  return { ...named, x: t.x ?? y.map((_, i) => i), y, bar: t.type === 'bar', lines: t.type !== 'bar' && (t.mode ?? 'lines').includes('lines') }
}

function draw(t: Prepared, k: number, bars: number, px: (v: number | string | Date) => number, py: (v: number) => number, room: number): string {
  const colour = colours[k % colours.length]
  const points = t.x.map((x, i) => [px(x), t.y[i]] as const).filter((p): p is readonly [number, number] => p[1] !== null && p[1] !== undefined && Number.isFinite(p[1]))
  if (t.bar) { const w = Math.max(2, (room * 0.7) / Math.max(1, bars)); return points.map(([x, y]) => `<rect x="${(x - (w * bars) / 2 + w * (k % bars)).toFixed(1)}" y="${py(Math.max(0, y)).toFixed(1)}" width="${w.toFixed(1)}" height="${Math.abs(py(y) - py(0)).toFixed(1)}" fill="${colour}"/>`).join('') }
  if (t.lines) return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([x, y]) => `${x.toFixed(1)},${py(y).toFixed(1)}`).join(' ')}"/>`
  return points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${py(y).toFixed(1)}" r="3" fill="${colour}"/>`).join('')
}
