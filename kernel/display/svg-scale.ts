/** Axes of the still pictures: numbers, logarithms, dates or names onto a stretch of pixels, with round ticks. */
export interface Scale { at(v: unknown): number; readonly ticks: readonly { readonly at: number; readonly label: string }[]; readonly room: number }

export const isDateText = (v: unknown): boolean => v instanceof Date || (typeof v === 'string' && /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(v))
/** Milliseconds of a date as Plotly reads it: without a zone it is UTC. */
export const dateMs = (v: unknown): number => (v instanceof Date ? v.getTime() : typeof v === 'number' ? v : Date.parse(/Z|[+-]\d\d:?\d\d$/.test(String(v)) || String(v).length <= 10 ? String(v) : `${String(v).replace(' ', 'T')}Z`))

const shortNumber = (v: number): string => (Math.abs(v) >= 1e6 ? `${+(v / 1e6).toPrecision(4)}M` : Math.abs(v) >= 1e4 ? `${+(v / 1e3).toPrecision(4)}k` : String(+v.toPrecision(6)))

function step(span: number, wanted: number): number {
  const raw = span / wanted, ten = 10 ** Math.floor(Math.log10(raw))
  return [1, 2, 5, 10].map(f => f * ten).find(s => s >= raw)!
}

const spans = [1, 5, 10, 50, 100, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 10800e3, 21600e3, 43200e3, 864e5, 1728e5, 6048e5, 2592e6, 7776e6, 31536e6]

/** `from` and `to` are the pixels of the least and the greatest value. */
export function scaleOf(values: readonly unknown[], kind: 'number' | 'log' | 'date' | 'names', from: number, to: number, wanted: number, withZero: boolean): Scale {
  if (kind === 'names') {
    const names = [...new Set(values.map(String))], room = Math.abs(to - from) / Math.max(1, names.length), every = Math.ceil(names.length / (wanted * 2))
    const place = (i: number): number => from + ((i + 0.5) / names.length) * (to - from)
    return { at: v => place(names.indexOf(String(v))), room, ticks: names.flatMap((n, i) => (i % every === 0 ? [{ at: place(i), label: n.length > 16 ? `${n.slice(0, 15)}…` : n }] : [])) }
  }
  const numbers = values.map(v => (kind === 'date' ? dateMs(v) : Number(v))).filter(v => Number.isFinite(v) && (kind !== 'log' || v > 0)).map(v => (kind === 'log' ? Math.log10(v) : v))
  let low = Math.min(...numbers), high = Math.max(...numbers)
  if (withZero && kind === 'number') { low = Math.min(0, low); high = Math.max(0, high) }
  if (low === high) { low -= kind === 'date' ? 1000 : withZero && low === 0 ? 0 : 0.5; high += kind === 'date' ? 1000 : 0.5 }
  if (kind === 'date') { const rim = (high - low) * 0.03; low -= rim; high += rim }
  const by = kind === 'date' ? spans.find(s => s >= (high - low) / wanted) ?? spans.at(-1)! : kind === 'log' ? Math.max(1, Math.ceil((high - low) / wanted)) : values.every(v => Number.isInteger(v)) ? Math.max(1, step(high - low, wanted)) : step(high - low, wanted)
  if (withZero && kind === 'number') high = Math.ceil(high / by - 1e-9) * by
  const px = (v: number): number => from + ((v - low) / (high - low)) * (to - from)
  const ticks: { at: number; label: string }[] = []
  for (let t = Math.ceil(low / by - 1e-9) * by; t <= high + by * 1e-9; t += by) ticks.push({ at: px(t), label: kind === 'date' ? dateLabel(t, by) : kind === 'log' ? shortNumber(10 ** t) : shortNumber(Math.abs(t) < by * 1e-9 ? 0 : t) })
  const distinct = [...new Set(numbers)].sort((a, b) => a - b)
  const gap = distinct.reduce((g, v, i) => (i === 0 ? g : Math.min(g, v - distinct[i - 1]!)), Infinity)
  return { at: v => px(kind === 'date' ? dateMs(v) : kind === 'log' ? Math.log10(Math.max(Number(v), 1e-9)) : Number(v)), ticks, room: Number.isFinite(gap) ? Math.max(2, (gap / (high - low)) * Math.abs(to - from)) : Math.abs(to - from) / 8 }
}

function dateLabel(ms: number, by: number): string {
  const iso = new Date(ms).toISOString()
  return by >= 864e5 ? iso.slice(0, 10) : by >= 60e3 ? iso.slice(11, 16) : by >= 1000 ? iso.slice(11, 19) : iso.slice(14, by >= 100 ? 21 : by >= 10 ? 22 : 23)
}
