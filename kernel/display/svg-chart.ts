/** A still picture of a Plotly figure of lines, points, bars, boxes, histograms or a heat map, for views that run no scripts. Greys and colours that read on white and on black. */
import { escapeHtml } from './escape.ts'
import { dateMs, isDateText, scaleOf, type Scale } from './svg-scale.ts'

export interface Trace {
  readonly type?: string; readonly mode?: string; readonly name?: string
  readonly x?: readonly (number | string | Date)[]; readonly y?: readonly (number | string | Date | null)[]
  readonly [key: string]: unknown
}
export interface Figure { readonly data: readonly Trace[]; readonly layout?: Readonly<Record<string, any>> }

export const palette = ['#4c8dd6', '#f28e2b', '#3fa34d', '#e15759', '#a078c8', '#b07a5a', '#e377c2', '#17a2b8']
const width = 720, height = 360, left = 72, right = 30, ink = '#888888'

type Value = number | string | Date
interface Drawn { readonly name?: string; readonly x: readonly Value[]; readonly y: readonly (Value | null)[]; readonly base?: readonly number[]; readonly bar: boolean; readonly lines: boolean; readonly points: boolean; readonly colour: string; readonly dash: string; readonly thick: number; readonly steps: boolean }

const text = (x: number, y: number, s: string, more = ''): string => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${ink}" font-family="DejaVu Sans, system-ui, sans-serif" ${more}>${escapeHtml(s)}</text>`
const titleOf = (t: any): string => String(t?.text ?? t ?? '')

/** Traces it cannot draw are left out. */
export function svgOf(figure: Figure): string {
  const heat = figure.data.find(t => t.type === 'heatmap')
  const stacked = figure.layout?.['barmode'] === 'stack'
  const traces = stack(figure.data.map((t, k) => prepared(t, k)).filter((t): t is Drawn => t !== null && t.x.length > 0), stacked)
  const shapes = ((figure.layout?.['shapes'] ?? []) as Record<string, any>[]).filter(s => s['type'] === 'line' || s['type'] === 'rect')
  const xs: Value[] = heat === undefined ? traces.flatMap(t => [...t.x]) : [...(heat.x ?? [])]
  const ys: Value[] = heat === undefined ? traces.flatMap(t => t.y.filter((v): v is Value => v !== null && v !== undefined)) : [...((heat.y ?? []) as Value[])]
  const title = titleOf(figure.layout?.['title'])
  if (xs.length === 0 || ys.length === 0) return frame(title, text(width / 2, height / 2, 'Sin datos todavía', 'text-anchor="middle" font-size="14"'), 40)
  const legend = traces.filter(t => t.name !== undefined)
  const top = 40, bottom = 54 + (legend.length > 1 ? Math.ceil(legend.length / 4) * 15 : 0)
  const inShapes = (axis: 'x' | 'y'): Value[] => shapes.flatMap(s => (s[`${axis}ref`] === 'paper' ? [] : [s[`${axis}0`], s[`${axis}1`]]))
  const axis = (values: Value[], name: 'xaxis' | 'yaxis'): 'number' | 'log' | 'date' | 'names' => (heat !== undefined ? 'names' : figure.layout?.[name]?.type === 'log' ? 'log' : figure.layout?.[name]?.type === 'date' || (values.length > 0 && values.every(isDateText)) ? 'date' : values.some(v => typeof v === 'string') ? 'names' : 'number')
  const xKind = axis(xs, 'xaxis'), yKind = axis(ys, 'yaxis')
  const bars = traces.filter(t => t.bar).length
  const x = padded(scaleOf(xKind === 'names' ? xs : [...xs, ...inShapes('x')], xKind, left, width - right, 7, false), bars > 0 && xKind !== 'names', [...xs], xKind)
  const y = scaleOf(yKind === 'names' ? ys : [...ys, ...traces.flatMap(t => t.base ?? []), ...inShapes('y')], yKind, height - bottom, top, 5, true)
  const grid = y.ticks.map(t => `<line x1="${left}" x2="${width - right}" y1="${t.at.toFixed(1)}" y2="${t.at.toFixed(1)}" stroke="${ink}" stroke-opacity="0.25"/>${text(left - 6, t.at + 4, t.label, 'text-anchor="end" font-size="11"')}`).join('')
    + x.ticks.map(t => text(t.at, height - bottom + 16, t.label, 'text-anchor="middle" font-size="11"')).join('')
  const placed = (s: Record<string, any>): string => shapeSvg(s, v => (s['xref'] === 'paper' ? left + Number(v) * (width - left - right) : x.at(v)), v => (s['yref'] === 'paper' ? height - bottom - Number(v) * (height - top - bottom) : y.at(v)))
  const side = stacked ? 1 : Math.max(1, bars)
  let bar = 0
  const marks = (heat === undefined ? '' : heatSvg(heat, x, y)) + shapes.filter(s => s['type'] === 'rect').map(placed).join('')
    + [...traces.filter(t => t.bar), ...traces.filter(t => !t.bar)].map(t => draw(t, x, y, height - bottom, side, t.bar ? (stacked ? 0 : bar++) : 0)).join('') + shapes.filter(s => s['type'] === 'line').map(placed).join('')
  const labels = legend.length < 2 ? '' : legend.map((t, k) => { const lx = left + (k % 4) * 160, ly = height - 6 - (Math.ceil(legend.length / 4) - 1 - Math.floor(k / 4)) * 15; return `<rect x="${lx}" y="${ly - 9}" width="10" height="10" fill="${t.colour}"/>${text(lx + 14, ly, t.name!.length > 24 ? `${t.name!.slice(0, 23)}…` : t.name!, 'font-size="11"')}` }).join('')
  const axes = text((left + width - right) / 2, height - bottom + 34, titleOf(figure.layout?.['xaxis']?.title), 'text-anchor="middle" font-size="12"') + text(0, 0, titleOf(figure.layout?.['yaxis']?.title), `text-anchor="middle" font-size="12" transform="translate(16 ${((height - bottom + top) / 2).toFixed(0)}) rotate(-90)"`)
  return frame(title, `<line x1="${left}" x2="${width - right}" y1="${height - bottom}" y2="${height - bottom}" stroke="${ink}"/>${grid}${marks}${axes}${labels}`, 14)
}

const frame = (title: string, inside: string, from: number): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" style="max-width:100%;height:auto">${text(from, 22, title, 'font-size="14"')}${inside}</svg>`

// Bars at the ends need half their width beside them.
function padded(s: Scale, wanted: boolean, values: readonly Value[], kind: string): Scale {
  if (!wanted) return s
  const n = new Set(values.map(String)).size, room = Math.min(s.room, (width - left - right) / Math.max(1, n)), shrink = (width - left - right - room) / (width - left - right)
  const at = (px: number): number => left + room / 2 + (px - left) * shrink
  return { at: v => at(s.at(v)), room: (kind === 'number' || kind === 'date' ? room : s.room) * shrink, ticks: s.ticks.map(t => ({ at: at(t.at), label: t.label })) }
}

function stack(traces: readonly Drawn[], stacked: boolean): Drawn[] {
  if (!stacked) return [...traces]
  const sums = new Map<string, number>()
  return traces.map(t => {
    if (!t.bar) return t
    const base = t.x.map(v => sums.get(String(v)) ?? 0), y = t.y.map((v, i) => base[i]! + Number(v ?? 0))
    t.x.forEach((v, i) => sums.set(String(v), y[i]!))
    return { ...t, base, y }
  })
}

function prepared(t: Trace, k: number): Drawn | null {
  const own = t['marker'] as { color?: unknown } | undefined, line = t['line'] as { color?: unknown; dash?: unknown; shape?: unknown; width?: unknown } | undefined
  const colour = [line?.color, own?.color].find((c): c is string => typeof c === 'string') ?? palette[k % palette.length]!
  const dash = line?.dash === 'dash' ? '6 4' : line?.dash === 'dot' ? '2 3' : ''
  const common = { ...(t.name === undefined ? {} : { name: t.name }), colour, dash, thick: typeof line?.width === 'number' ? line.width * 0.9 : 1.8, steps: line?.shape === 'hv' }
  switch (t.type ?? 'scatter') {
    case 'histogram': {
      const values = (t.x ?? []).map(Number).filter(Number.isFinite), low = Math.min(...values), high = Math.max(...values), n = 30, counts = new Array<number>(n).fill(0)
      for (const v of values) counts[Math.min(n - 1, Math.floor(((v - low) / (high - low || 1)) * n))]!++
      return { ...common, x: values.length === 0 ? [] : counts.map((_, i) => low + ((i + 0.5) / n) * (high - low || 1)), y: counts, bar: true, lines: false, points: false }
    }
    case 'box': {
      const sorted = [...(t.y ?? [])].filter((v): v is number => typeof v === 'number').sort((a, b) => a - b)
      const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!
      return { ...common, x: sorted.length === 0 ? [] : Array<string>(5).fill(t.name ?? `serie ${k + 1}`), y: [0.01, 0.25, 0.5, 0.75, 0.99].map(at), bar: false, lines: false, points: true }
    }
    case 'scatter': case 'scattergl': case 'bar': {
      const y = t.y ?? [], bar = t.type === 'bar', mode = t.mode ?? (y.length < 20 ? 'lines+markers' : 'lines')
      return { ...common, x: t.x ?? y.map((_, i) => i), y, bar, lines: !bar && mode.includes('lines'), points: !bar && mode.includes('markers') }
    }
    default: return null
  }
}

function draw(t: Drawn, x: Scale, y: Scale, floor: number, bars: number, nth: number): string {
  const points = t.x.map((v, i) => [x.at(v), t.y[i]] as const).filter((p): p is readonly [number, Value] => p[1] !== null && p[1] !== undefined).map(([px, v]) => [px, y.at(v)] as const)
  if (t.bar) {
    const w = Math.max(1, (x.room * 0.8) / bars)
    return points.map(([px, py], i) => { const base = t.base === undefined ? Math.min(floor, y.at(0)) : y.at(t.base[i]); return `<rect x="${(px - (w * bars) / 2 + w * nth).toFixed(1)}" y="${Math.min(py, base).toFixed(1)}" width="${w.toFixed(1)}" height="${Math.abs(py - base).toFixed(1)}" fill="${t.colour}"/>` }).join('')
  }
  const line = t.lines && points.length > 1 ? `<polyline fill="none" stroke="${t.colour}" stroke-width="${t.thick}"${t.dash === '' ? '' : ` stroke-dasharray="${t.dash}"`} points="${points.map(([px, py], i) => `${t.steps && i > 0 ? `${px.toFixed(1)},${points[i - 1]![1].toFixed(1)} ` : ''}${px.toFixed(1)},${py.toFixed(1)}`).join(' ')}"/>` : ''
  return line + (t.points || points.length === 1 ? points.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="2.6" fill="${t.colour}"/>`).join('') : '')
}

function shapeSvg(s: Record<string, any>, px: (v: unknown) => number, py: (v: unknown) => number): string {
  const [x0, x1, y0, y1] = [px(s['x0']), px(s['x1']), py(s['y0']), py(s['y1'])], stroke = escapeHtml(String(s['line']?.color ?? ink))
  const dash = s['line']?.dash === undefined || s['line'].dash === 'solid' ? '' : ' stroke-dasharray="5 4"'
  if (s['type'] === 'line') return `<line x1="${x0.toFixed(1)}" y1="${y0.toFixed(1)}" x2="${x1.toFixed(1)}" y2="${y1.toFixed(1)}" stroke="${stroke}" stroke-width="${Number(s['line']?.width ?? 2)}"${dash}/>`
  return `<rect x="${Math.min(x0, x1).toFixed(1)}" y="${Math.min(y0, y1).toFixed(1)}" width="${Math.abs(x1 - x0).toFixed(1)}" height="${Math.abs(y1 - y0).toFixed(1)}" fill="${escapeHtml(String(s['fillcolor'] ?? 'none'))}" fill-opacity="${Number(s['opacity'] ?? 0.15)}" stroke="${stroke}" stroke-width="${Number(s['line']?.width ?? 1)}"${dash}/>`
}

function heatSvg(t: Trace, x: Scale, y: Scale): string {
  const z = (t['z'] ?? []) as readonly (readonly (number | null)[])[], values = z.flat().filter((v): v is number => typeof v === 'number'), low = Math.min(...values), high = Math.max(...values)
  return z.map((row, i) => row.map((v, j) => (v === null ? '' : `<rect x="${(x.at((t.x ?? [])[j]) - x.room / 2).toFixed(1)}" y="${(y.at((t.y ?? [])[i]) - y.room / 2).toFixed(1)}" width="${x.room.toFixed(1)}" height="${y.room.toFixed(1)}" fill="${palette[0]}" fill-opacity="${(0.08 + (0.92 * (v - low)) / (high - low || 1)).toFixed(2)}"/>`)).join('')).join('')
}

/** The figure in words: each series with its number of points and its range. */
export function figureText(f: Figure): string {
  const title = titleOf(f.layout?.['title']) || 'Gráfico'
  return [`[${title}]`, ...f.data.map((t, i) => {
    const raw = (t.type === 'histogram' ? t.x : t.type === 'heatmap' ? (t['z'] as unknown[][] | undefined)?.flat() : t.y) ?? []
    const dates = raw.length > 0 && raw.every(v => v === null || isDateText(v)), y = raw.filter(v => v !== null).map(v => (dates ? dateMs(v) : Number(v))).filter(Number.isFinite)
    const shown = (v: number): string => (dates ? new Date(v).toISOString() : String(+v.toPrecision(4)))
    return `  ${t.name ?? `serie ${i + 1}`}: ${y.length} ${y.length === 1 ? 'punto' : 'puntos'}${y.length === 0 ? '' : `, de ${shown(y.reduce((a, b) => Math.min(a, b)))} a ${shown(y.reduce((a, b) => Math.max(a, b)))}`}`
  })].join('\n')
}
