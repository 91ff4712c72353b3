/** How danfojs' frames and series are shown as the last value of a cell: a table of the first rows, the dtypes in its header. Without this they show their insides. */
import { moreRows, tableHtml, tableText, type HtmlTable } from '../display/table-html.ts'
import type { MimeBundle } from '../output.ts'

/** What frames and series have in common: the values of a frame are rows, those of a series cells. */
interface Shown { readonly values: readonly unknown[]; readonly columns: readonly string[]; readonly index: readonly (string | number)[]; readonly dtypes: readonly string[] }
/** The part of danfojs that is shown. */
export interface DanfoClasses { readonly DataFrame: { readonly prototype: object }; readonly Series: { readonly prototype: object } }

const display = Symbol.for('microlote.display'), shownRows = 20, numbers = new Set(['int32', 'float32'])

/** From now on the frames and series of this danfojs, whoever makes them, are shown as tables. */
export function showAsTables({ DataFrame, Series }: DanfoClasses): void {
  for (const { prototype } of [DataFrame, Series]) {
    if (!(display in prototype)) Object.defineProperty(baseOf(prototype), display, { configurable: true, value(this: Shown): MimeBundle { return bundleOf(this) } })
  }
}

// What danfojs itself makes is of the class that its own extend.
function baseOf(prototype: object): object {
  const above = Object.getPrototypeOf(prototype) as object | null
  return above === null || above === Object.prototype ? prototype : baseOf(above)
}

function bundleOf({ values, columns, index, dtypes }: Shown): MimeBundle {
  const more = values.length - Math.min(values.length, shownRows)
  const table: HtmlTable = {
    columns: [{ name: '', right: true }, ...columns.map((name, k) => ({ name: String(name), type: dtypes[k] ?? '', right: numbers.has(dtypes[k]!) }))],
    rows: values.slice(0, shownRows).map((row, i) => [String(index[i]), ...(Array.isArray(row) ? row : [row]).map(cell)]),
    ...(more > 0 ? { note: moreRows(more) } : {}),
  }
  return { 'text/html': tableHtml(table), 'text/plain': tableText(table) }
}

// danfojs has NaN where a number is missing.
const cell = (v: unknown): string | null => (v === null || v === undefined ? null : String(v))
