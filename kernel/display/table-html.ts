/** A table as HTML and text: types in the header, escaped, readable in light and dark, with nothing that a sanitizer takes away. */
import { escapeHtml } from './escape.ts'

/** A column: its name, its type if known, and whether it stands to the right. */
export interface TableColumn { readonly name: string; readonly type?: string; readonly right: boolean }
export interface HtmlTable {
  readonly columns: readonly TableColumn[]
  /** Texts; null for NULL. */
  readonly rows: readonly (readonly (string | null)[])[]
  readonly title?: string
  /** What stands below: how many rows there are beyond these. */
  readonly note?: string
  /** Rows to be marked, by number. */
  readonly marked?: ReadonlySet<number>
}

// Only inline styles, and colours that hold on white and on black: a sanitizer drops style elements, and pages have their own themes.
const grey = 'rgba(128,128,128,0.35)'
const cellStyle = (c: TableColumn): string => `text-align:${c.right ? 'right' : 'left'};padding:3px 10px;border-bottom:1px solid ${grey}`
const longest = 2000

function cellHtml(c: TableColumn, v: string | null): string {
  const text = v === null ? '<i style="opacity:0.55">NULL</i>' : v.length > longest ? `${escapeHtml(v.slice(0, longest))}<i>… (${v.length} caracteres)</i>` : escapeHtml(v)
  return `<td style="${cellStyle(c)}">${text}</td>`
}

/** The table inside a block that scrolls sideways. */
export function tableHtml(t: HtmlTable): string {
  const caption = t.title === undefined ? '' : `<caption style="text-align:left;font-weight:600;padding:4px 0">${escapeHtml(t.title)}</caption>`
  const head = t.columns.map(c => `<th style="${cellStyle(c)};font-weight:600">${escapeHtml(c.name)}${c.type === undefined ? '' : `<br><small style="font-weight:400;opacity:0.65">${escapeHtml(c.type)}</small>`}</th>`).join('')
  const body = t.rows.map((r, i) => `<tr${t.marked?.has(i) ? ' style="background:rgba(214,39,40,0.18)"' : ''}>${r.map((v, k) => cellHtml(t.columns[k]!, v)).join('')}</tr>`).join('')
  const empty = t.rows.length === 0 ? `<tr><td colspan="${Math.max(1, t.columns.length)}" style="padding:3px 10px"><i style="opacity:0.65">sin filas</i></td></tr>` : ''
  return `<div style="overflow-x:auto;max-width:100%"><table style="border-collapse:collapse;margin:0;white-space:pre-wrap">${caption}<thead><tr>${head}</tr></thead><tbody>${body}${empty}</tbody></table>${t.note === undefined ? '' : `<p style="margin:4px 0;opacity:0.75">${escapeHtml(t.note)}</p>`}</div>`
}

/** The same as text, columns under each other. */
export function tableText(t: HtmlTable): string {
  const cells = t.rows.map(r => r.map(v => (v === null ? 'NULL' : v.length > 80 ? `${v.slice(0, 77)}...` : v).replaceAll('\n', '\\n')))
  const widths = t.columns.map((c, k) => Math.max(c.name.length, ...cells.map(r => r[k]!.length)))
  const line = (r: readonly string[]): string => r.map((v, k) => (t.columns[k]!.right ? v.padStart(widths[k]!) : v.padEnd(widths[k]!))).join('  ').trimEnd()
  return [...(t.title === undefined ? [] : [t.title]), line(t.columns.map(c => c.name)), ...cells.map(line), ...(t.note === undefined ? [] : [t.note])].join('\n')
}

/** `… y 12.345 filas más` in Spanish digits. */
export const moreRows = (n: number): string => `… y ${n.toLocaleString('es-ES', { useGrouping: true })} ${n === 1 ? 'fila' : 'filas'} más`
