/** The page that leads to the reports: one line a notebook, and the totals. */
import { escapeHtml } from '../display/escape.ts'
import { notebookTitle, reportStyle } from './report.ts'
import type { NotebookRun } from './run-notebook.ts'
import { exerciseTotals, shownNumber } from './summary.ts'

/** `name`: of the file without its ending; the report is `name.html` beside the page. */
export interface ReportLine { readonly name: string; readonly run: NotebookRun }

/** The page as HTML text. */
export function indexHtml(lines: readonly ReportLine[]): string {
  const all = lines.flatMap(l => exerciseTotals(l.run.checks)), ok = lines.every(l => l.run.ok)
  const sum = (f: (l: ReportLine) => number): number => lines.reduce((n, l) => n + f(l), 0)
  const row = (l: ReportLine): string => {
    const t = exerciseTotals(l.run.checks)
    return `<tr><td><a href="${encodeURI(l.name)}.html">${escapeHtml(notebookTitle(l.run))}</a></td><td class="${l.run.ok ? 'bien' : 'mal'}">${l.run.ok ? '✔ correcto' : '✘ con fallos'}</td>${[`${t.filter(x => x.passed).length} / ${t.length}`, `${t.reduce((n, x) => n + x.points, 0)} / ${t.reduce((n, x) => n + x.maxPoints, 0)}`, String(l.run.queries.length), shownNumber(l.run.queries.reduce((n, q) => n + q.rows, 0)), `${l.run.seconds.toFixed(0)} s`].map(v => `<td class="num">${v}</td>`).join('')}</tr>`
  }
  return `<!doctype html><html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Cuadernos de microlote</title><style>${reportStyle}</style></head><body><main><h1>Cuadernos de microlote</h1>
<p class="${ok ? 'bien' : 'mal'}"><b>${ok ? 'Todo correcto' : 'Con fallos'}</b>: ${all.filter(t => t.passed).length} de ${all.length} ejercicios y ${all.reduce((n, t) => n + t.points, 0)} de ${all.reduce((n, t) => n + t.maxPoints, 0)} puntos, con ${sum(l => l.run.queries.length)} consultas y ${shownNumber(sum(l => l.run.queries.reduce((n, q) => n + q.rows, 0)))} filas sobre un Kafka de verdad.</p>
<div class="scroll"><table><thead><tr><th>Cuaderno</th><th>Resultado</th><th class="num">Ejercicios</th><th class="num">Puntos</th><th class="num">Consultas</th><th class="num">Filas</th><th class="num">Tiempo</th></tr></thead><tbody>${lines.map(row).join('')}</tbody></table></div></main></body></html>`
}
