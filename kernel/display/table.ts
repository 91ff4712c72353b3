/** Rows as an HTML table with a text beside it: escaped, and cut after a number of rows. */
import type { MimeBundle } from '../output.ts'
import { escapeHtml } from './escape.ts'

const cell = (v: unknown): string => {
  if (v === null || v === undefined) return 'NULL'
  if (v instanceof Date) return v.toJSON()
  if (typeof v === 'number') return Number.isInteger(v) ? String(v) : String(Math.round(v * 1e6) / 1e6)
  if (typeof v === 'object' && !(Symbol.toPrimitive in v) && v.toString === Object.prototype.toString) return JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x))
  return String(v)
}

export interface TableOptions { readonly rows?: number; readonly title?: string }

/** Rows are objects by column name; columns are the union of their names, in order. */
export function tableBundle(rows: readonly Record<string, unknown>[], options: TableOptions = {}): MimeBundle {
  const limit = options.rows ?? 50
  const names = [...new Set(rows.flatMap(r => Object.keys(r)))]
  const shown = rows.slice(0, limit).map(r => names.map(n => cell(r[n])))
  const more = rows.length - shown.length
  const numeric = names.map((n) => rows.some(r => typeof r[n] === 'number' || typeof r[n] === 'bigint'))
  const caption = options.title === undefined ? '' : `<caption style="text-align:left;font-weight:600;padding:4px 0">${escapeHtml(options.title)}</caption>`
  const align = (k: number): string => (numeric[k] ? ' style="text-align:right;padding:3px 10px"' : ' style="text-align:left;padding:3px 10px"')
  const htmlText = `<div style="overflow-x:auto"><table style="border-collapse:collapse">${caption}<thead><tr>${names.map((n, k) => `<th${align(k)}>${escapeHtml(n)}</th>`).join('')}</tr></thead><tbody>`
    + shown.map(r => `<tr>${r.map((c, k) => `<td${align(k)}>${c === 'NULL' ? '<i>NULL</i>' : escapeHtml(c)}</td>`).join('')}</tr>`).join('')
    + `</tbody></table>${more > 0 ? `<p>… y ${more} filas más</p>` : ''}</div>`
  const widths = names.map((n, k) => Math.max(n.length, ...shown.map(r => r[k]!.length)))
  const line = (r: readonly string[]): string => r.map((c, k) => (numeric[k] ? c.padStart(widths[k]!) : c.padEnd(widths[k]!))).join('  ')
  const plain = [...(options.title === undefined ? [] : [options.title]), line(names), ...shown.map(line), ...(more > 0 ? [`… y ${more} filas más`] : [])].join('\n')
  return { 'text/html': htmlText, 'text/plain': plain }
}
