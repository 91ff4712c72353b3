/** Rows and batch DataFrames as tables: HTML with types beside the text that show() prints. */
import type { DataFrame, ShownTable } from 'microlote'
import type { MimeBundle } from '../output.ts'
import { moreRows, tableHtml, tableText, type HtmlTable } from './table-html.ts'

export interface TableOptions {
  /** How many rows are shown: 50 unless told otherwise. */
  readonly rows?: number
  readonly title?: string
}

const cell = (v: unknown): string | null => {
  if (v === null || v === undefined) return null
  if (v instanceof Date) return v.toJSON()
  if (typeof v === 'number') return Number.isInteger(v) ? String(v) : String(Math.round(v * 1e6) / 1e6)
  if (typeof v === 'object' && !(Symbol.toPrimitive in v) && v.toString === Object.prototype.toString) return JSON.stringify(v, (_, x) => (typeof x === 'bigint' ? String(x) : x))
  return String(v)
}

/** Rows are objects by column name; columns are the union of their names, in order. */
export function tableBundle(rows: readonly Readonly<Record<string, unknown>>[], options: TableOptions = {}): MimeBundle {
  const limit = options.rows ?? 50
  const names = [...new Set(rows.flatMap(r => Object.keys(r)))]
  const more = rows.length - Math.min(rows.length, limit)
  const t: HtmlTable = {
    columns: names.map(name => ({ name, right: rows.some(r => typeof r[name] === 'number' || typeof r[name] === 'bigint') })),
    rows: rows.slice(0, limit).map(r => names.map(n => cell(r[n]))),
    ...(options.title === undefined ? {} : { title: options.title }), ...(more > 0 ? { note: moreRows(more) } : {}),
  }
  return { 'text/html': tableHtml(t), 'text/plain': tableText(t) }
}

const numeric = new Set(['byte', 'short', 'int', 'long', 'float', 'double', 'decimal'])

/** Shown rows as a table; `beyond`: how many rows were left out, null when there are more but nobody counted. */
export function shownHtmlTable(shown: ShownTable, types: readonly string[], beyond: number | null, title?: string): HtmlTable {
  return {
    columns: shown.schema.fields.map((f, k) => ({ name: f.name, type: types[k]!, right: numeric.has(f.dataType.kind) })), rows: shown.rows,
    ...(title === undefined ? {} : { title }), ...(!shown.more ? {} : { note: beyond === null ? '… y más filas' : moreRows(beyond) }),
  }
}

/** A batch DataFrame: its first rows, and how many there are beyond them (counted only when there are more). Spark's refusals for streams come through. */
export async function frameBundle(df: DataFrame, options: TableOptions = {}): Promise<MimeBundle> {
  const limit = Math.max(0, options.rows ?? 50)
  const shown = await df.showTable(limit)
  const beyond = shown.more ? Math.max(1, (await df.count()) - limit) : 0
  const html = tableHtml(shownHtmlTable(shown, df.dtypes.map(([, t]) => t), beyond, options.title))
  const text = shown.more ? `${shown.text.replace(/only showing top \d+ rows?\s*$/, '')}${moreRows(beyond)}` : shown.text
  return { 'text/html': html, 'text/plain': options.title === undefined ? text : `${options.title}\n${text}` }
}
