/** A run as one HTML page that needs no network: texts, code, outputs, plots alive, checks and queries summed up at the top. */
import { escapeHtml } from '../display/escape.ts'
import { plotlySource } from '../display/plot.ts'
import { highlight } from './highlight.ts'
import { markdownToHtml } from './markdown.ts'
import type { NotebookRun } from './run-notebook.ts'
import type { NotebookOutput } from './format.ts'
import { exerciseTotals, shownNumber } from './summary.ts'

const style = `
:root{color-scheme:light dark;--fg:#1f2328;--dim:#59636e;--bg:#fff;--soft:#f5f6f8;--line:#d9dce1;--ok:#1a7f37;--bad:#cf222e;--link:#0b62c4;--mark:#eef4fc}
@media(prefers-color-scheme:dark){:root{--fg:#e4e6ea;--dim:#9aa4af;--bg:#15181d;--soft:#1f242b;--line:#39414b;--ok:#56d364;--bad:#ff7b72;--link:#79b8ff;--mark:#1b2836}}
*{box-sizing:border-box}body{margin:0;font:16px/1.6 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:var(--fg);background:var(--bg)}main{max-width:960px;margin:0 auto;padding:24px 20px 80px;overflow-wrap:break-word}
a{color:var(--link)}h1{font-size:1.7em;line-height:1.25}h2{margin-top:2.2em;border-top:1px solid var(--line);padding-top:1em}h3{margin-top:1.6em}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow-x:auto;font:13px/1.5 ui-monospace,"DejaVu Sans Mono",monospace;margin:8px 0;tab-size:2}
pre code{white-space:pre-wrap;overflow-wrap:anywhere}code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.9em}p code,li code,td code,summary code{background:var(--soft);padding:1px 4px;border-radius:4px;overflow-wrap:anywhere}
blockquote{margin:12px 0;padding:2px 16px;border-left:4px solid var(--link);background:var(--mark);border-radius:0 6px 6px 0}
details{border:1px solid var(--line);border-radius:6px;padding:4px 12px;margin:8px 0}summary{cursor:pointer;color:var(--dim)}
details.codigo{border:0;padding:0;margin:6px 0}
.salida{margin:4px 0 18px;padding-left:12px;border-left:3px solid var(--line);overflow-x:auto}.salida pre{border:0;white-space:pre;max-height:480px;overflow:auto}.error pre{color:var(--bad);white-space:pre-wrap;overflow-wrap:anywhere}pre.stderr{color:var(--dim);white-space:pre-wrap}
table{border-collapse:collapse;font-size:14px}td,th{border-bottom:1px solid var(--line);padding:3px 10px;text-align:left;vertical-align:top}th{color:var(--dim);font-weight:600}.num{text-align:right;font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}.bien{color:var(--ok)}.mal{color:var(--bad)}
.resumen{border:1px solid var(--line);border-radius:8px;padding:4px 16px 12px;margin-bottom:24px}.resumen h3{margin:1em 0 .4em;font-size:1em}
.k{color:#8250df}.s{color:#0a6640}.c{color:#6e7781;font-style:italic}.n{color:#0550ae}@media(prefers-color-scheme:dark){.k{color:#d2a8ff}.s{color:#7ee787}.c{color:#8b949e}.n{color:#79c0ff}}
.microlote-plot{width:100%;min-height:380px}svg{max-width:100%}`

function outputHtml(o: NotebookOutput): string {
  switch (o['output_type']) {
    case 'stream': return `<pre class="${o['name'] === 'stderr' ? 'stderr' : ''}">${escapeHtml(String(o['text']))}</pre>`
    case 'error': return `<div class="error"><pre>${escapeHtml((o['traceback'] as string[]).join('\n'))}</pre></div>`
    default: {
      const data = o['data'] as Record<string, unknown>
      if (typeof data['text/html'] === 'string') return `<div>${data['text/html']}</div>`
      if (typeof data['image/svg+xml'] === 'string') return data['image/svg+xml']
      if (typeof data['text/markdown'] === 'string') return markdownToHtml(data['text/markdown'])
      return `<pre>${escapeHtml(String(data['text/plain'] ?? ''))}</pre>`
    }
  }
}

function summary(run: NotebookRun): string {
  const exercises = exerciseTotals(run.checks)
  const checks = exercises.length === 0 ? '' : `<h3>Ejercicios</h3><div class="scroll"><table><thead><tr><th>Ejercicio</th><th class="num">Puntos</th><th class="num">Comprobaciones</th><th>Resultado</th></tr></thead><tbody>${exercises.map(e => `<tr><td>${escapeHtml(e.exercise)}</td><td class="num">${e.points} / ${e.maxPoints}</td><td class="num">${e.checks.filter(c => c.passed).length} / ${e.checks.length}</td><td class="${e.passed ? 'bien' : 'mal'}">${e.passed ? '✔ superado' : `✘ ${escapeHtml(e.checks.filter(x => !x.passed).map(x => x.name).join(', '))}`}</td></tr>`).join('')}</tbody></table></div>`
  const queries = run.queries.length === 0 ? '' : `<details${run.queries.length > 8 ? '' : ' open'}><summary>${run.queries.length} consultas: lotes, filas por segundo y latencias</summary><div class="scroll"><table><thead><tr><th>Consulta</th>${['Lotes', 'Filas', 'Filas/s', 'P50 ms', 'P99 ms'].map(h => `<th class="num">${h}</th>`).join('')}<th></th></tr></thead><tbody>${run.queries.map(q => `<tr><td>${escapeHtml(q.name)}</td>${[q.batches, q.rows, q.rowsPerSecond, q.p50Ms, q.p99Ms].map(n => `<td class="num">${shownNumber(n)}</td>`).join('')}<td>${q.error === null ? (q.leftRunning ? 'seguía activa al final' : '') : escapeHtml(q.error.length > 140 ? `${q.error.slice(0, 139)}…` : q.error)}</td></tr>`).join('')}</tbody></table></div></details>`
  const failures = run.failures.map(f => `<p class="mal">${f.index < 0 ? '' : `<a class="mal" href="#celda-${f.index}">Celda ${f.index + 1}</a>: `}${escapeHtml(f.ename)}: ${escapeHtml(f.evalue)}</p>`).join('')
  return `<div class="resumen"><p class="${run.ok ? 'bien' : 'mal'}"><b>${run.ok ? '✔ Todo correcto' : '✘ Con fallos'}</b> en ${run.seconds.toFixed(1)} s · <a href="index.html">todos los cuadernos</a></p>${failures}${checks}${queries}</div>`
}

/** The first heading of the notebook, else its path. */
export const notebookTitle = (run: NotebookRun): string => /^#\s+(.*)$/m.exec(run.notebook.cells.find(c => c.cell_type === 'markdown')?.source ?? '')?.[1] ?? run.path

/** The page of a run. */
export function reportHtml(run: NotebookRun): string {
  const title = notebookTitle(run)
  const body = run.notebook.cells.map((c, i) => {
    if (c.cell_type === 'markdown') return markdownToHtml(c.source)
    if (c.cell_type !== 'code' || c.source.trim() === '') return ''
    const role = String(c.metadata['microlote']?.role ?? '')
    const label: Readonly<Record<string, string>> = { respuesta: 'Respuesta', comprobar: 'Comprobación', oculta: 'Prueba oculta' }
    const code = `<pre><code>${highlight(c.source)}</code></pre>`
    // What checks is less to be read than what it says.
    const shown = role === 'comprobar' || role === 'oculta' ? `<details class="codigo"><summary>${label[role]}</summary>${code}</details>` : code
    return `<div id="celda-${i}">${shown}${c.outputs.length === 0 ? '' : `<div class="salida">${c.outputs.map(outputHtml).join('')}</div>`}</div>`
  }).join('\n')
  const plots = run.notebook.cells.some(c => c.outputs.some(o => (o['data'] as Record<string, unknown> | undefined)?.['application/vnd.plotly.v1+json'] !== undefined))
  return `<!doctype html><html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style>${plots ? `<script>${plotlySource()}</script>` : ''}</head><body><main>${summary(run)}${body}</main></body></html>`
}

export { style as reportStyle }
