/** A run as one HTML page that needs no network: texts, code, outputs, plots alive, checks and queries summed up at the top. */
import { escapeHtml } from '../display/escape.ts'
import { plotlySource } from '../display/plot.ts'
import { highlight } from './highlight.ts'
import { markdownToHtml } from './markdown.ts'
import type { NotebookRun } from './run-notebook.ts'
import type { NotebookOutput } from './format.ts'

const style = `
:root{color-scheme:light dark;--fg:#222;--bg:#fff;--soft:#f5f6f8;--line:#d9dce1;--ok:#1a7f37;--bad:#cf222e;--link:#0b62c4}
@media(prefers-color-scheme:dark){:root{--fg:#e4e6ea;--bg:#15181d;--soft:#1f242b;--line:#39414b;--ok:#56d364;--bad:#ff7b72;--link:#79b8ff}}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--fg);background:var(--bg)}main{max-width:960px;margin:0 auto;padding:24px 20px 80px}
a{color:var(--link)}h1{font-size:1.7em}h2{margin-top:2em;border-top:1px solid var(--line);padding-top:1em}pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:10px 12px;overflow-x:auto;font:13px/1.5 ui-monospace,monospace;margin:8px 0}
code{font-family:ui-monospace,monospace;font-size:.92em}p code,li code,td code{background:var(--soft);padding:1px 4px;border-radius:4px;overflow-wrap:anywhere}
.salida{margin:4px 0 14px;padding-left:12px;border-left:3px solid var(--line);overflow-x:auto}.salida pre{border:0;white-space:pre;max-height:480px;overflow:auto}.error pre{color:var(--bad);white-space:pre-wrap}.stderr{opacity:.75}
table{border-collapse:collapse;font-size:14px}td,th{border-bottom:1px solid var(--line);padding:3px 10px;text-align:left}.scroll{overflow-x:auto}.bien{color:var(--ok)}.mal{color:var(--bad)}
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
  const checks = run.checks.length === 0 ? '' : `<h3>Comprobaciones</h3><div class="scroll"><table><thead><tr><th>Ejercicio</th><th>Puntos</th><th>Resultado</th></tr></thead><tbody>${run.checks.map(c => `<tr><td>${escapeHtml(c.exercise)}</td><td>${c.points} / ${c.maxPoints}</td><td class="${c.passed ? 'bien' : 'mal'}">${c.passed ? 'superado' : escapeHtml(c.checks.filter(x => !x.passed).map(x => x.name).join(', '))}</td></tr>`).join('')}</tbody></table></div>`
  const queries = run.queries.length === 0 ? '' : `<h3>Consultas</h3><div class="scroll"><table><thead><tr><th>Consulta</th><th>Micro-lotes</th><th>Filas</th><th>Filas/s</th><th>P50 ms</th><th>P99 ms</th><th></th></tr></thead><tbody>${run.queries.map(q => `<tr><td>${escapeHtml(q.name)}</td><td>${q.batches}</td><td>${q.rows}</td><td>${q.rowsPerSecond}</td><td>${Number.isNaN(q.p50Ms) || q.p50Ms === null ? '–' : q.p50Ms}</td><td>${Number.isNaN(q.p99Ms) || q.p99Ms === null ? '–' : q.p99Ms}</td><td>${q.error === null ? (q.leftRunning ? 'seguía activa al final' : '') : escapeHtml(q.error.slice(0, 140))}</td></tr>`).join('')}</tbody></table></div>`
  const failures = run.failures.map(f => `<p class="mal">Celda ${f.index + 1}: ${escapeHtml(f.ename)}: ${escapeHtml(f.evalue)}</p>`).join('')
  return `<p class="${run.ok ? 'bien' : 'mal'}"><b>${run.ok ? 'Todo correcto' : 'Con fallos'}</b> · ${run.seconds.toFixed(1)} s</p>${failures}<details><summary>Resumen de la ejecución</summary>${checks}${queries}</details>`
}

/** The page of a run. */
export function reportHtml(run: NotebookRun): string {
  const title = /^#\s+(.*)$/m.exec(run.notebook.cells.find(c => c.cell_type === 'markdown')?.source ?? '')?.[1] ?? run.path
  const body = run.notebook.cells.map(c => {
    if (c.cell_type === 'markdown') return markdownToHtml(c.source)
    if (c.cell_type !== 'code' || c.source.trim() === '') return ''
    return `<pre><code>${highlight(c.source)}</code></pre>${c.outputs.length === 0 ? '' : `<div class="salida">${c.outputs.map(outputHtml).join('')}</div>`}`
  }).join('\n')
  const plots = run.notebook.cells.some(c => c.outputs.some(o => (o['data'] as Record<string, unknown> | undefined)?.['application/vnd.plotly.v1+json'] !== undefined))
  return `<!doctype html><html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style>${plots ? `<script>${plotlySource()}</script>` : ''}</head><body><main>${summary(run)}${body}</main></body></html>`
}

export { style as reportStyle }
